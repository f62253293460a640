package store_test

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"nashra"
	"nashra/store"
)

// benchArticles is how many articles a store holds before it is measured.
const benchArticles = 10_000

// benchBody is Arabic text of some 4 KB that packs as prose does.
func benchBody(n int) string {
	words := strings.Fields("أعلنت الحكومة في بيان رسمي صدر اليوم عن خطة جديدة لدعم الصحافة المحلية وتطوير المؤسسات الثقافية في المدن الصغيرة خلال السنوات المقبلة")
	var b strings.Builder
	b.WriteString("<p>")
	for i := n; b.Len() < 4000; i = i*1103515245 + 12345 {
		b.WriteString(words[(i>>8&0xffff)%len(words)])
		b.WriteByte(' ')
	}
	b.WriteString("</p>")
	return b.String()
}

func benchBatch(base uint64, articles int) nashra.Batch {
	began := at.Add(time.Duration(base) * time.Minute)
	b := nashra.Batch{
		ID: fmt.Sprint("s/", base), At: began, By: "cycle", Source: "s",
		Base: base, Cycle: nashra.Cycle{Number: base + 1, Began: began},
		Fetch: &nashra.Fetch{Source: "s", At: began, Outcome: nashra.OutcomeOK, Status: 200},
		State: &nashra.State{Validators: nashra.Validators{ETag: `"x"`}, LastFetch: began, Outcome: nashra.OutcomeOK},
	}
	for i := range articles {
		n := int(base)*articles + i
		link := "https://partner.example/news/2025/" + strconv.Itoa(n)
		b.Puts = append(b.Puts, nashra.Put{
			Identity:  nashra.Identity{Partner: "p", GUID: link, Link: link},
			EntryHash: nashra.HashOf(link),
			Content: &nashra.Content{
				Title: "خطة جديدة لدعم الصحافة المحلية " + strconv.Itoa(n), Link: link, HTML: benchBody(n),
				Excerpt: strings.Repeat("أعلنت الحكومة عن خطة ", 8), Language: "ar", Direction: "rtl", Method: "feed",
				Published: began.Add(-time.Duration(i) * time.Minute), Credit: nashra.Credit{Partner: "p", Link: link},
			},
		})
	}
	return b
}

// benchStore is a store of benchArticles articles, and the next base.
func benchStore(b *testing.B) (*store.Store, uint64) {
	b.Helper()
	s := open(b, filepath.Join(b.TempDir(), "nashra.db"))
	config := configBatch()
	config.Sources = append(config.Sources, nashra.Source{ID: "idle", Partner: "idle"}) // so that a source is not the whole
	if _, err := s.Apply(b.Context(), config); err != nil {
		b.Fatal(err)
	}
	var base uint64
	for ; base < benchArticles/20; base++ {
		if _, err := s.Apply(b.Context(), benchBatch(base, 20)); err != nil {
			b.Fatal(err)
		}
	}
	return s, base
}

// BenchmarkApply applies a closing batch of 20 new articles of 4 KB, durably.
func BenchmarkApply(b *testing.B) {
	s, base := benchStore(b)
	for b.Loop() {
		b.StopTimer()
		batch := benchBatch(base, 20)
		base++
		b.StartTimer()
		if _, err := s.Apply(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkApplyUnchanged applies a closing batch without entries, as a 304
// makes it.
func BenchmarkApplyUnchanged(b *testing.B) {
	s, base := benchStore(b)
	for b.Loop() {
		batch := benchBatch(base, 0)
		base++
		if _, err := s.Apply(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkNewest50 lists what the front page and the feeds show.
func BenchmarkNewest50(b *testing.B) {
	s, _ := benchStore(b)
	for name, q := range map[string]nashra.Query{
		"all":           {Limit: 50, Visible: at},
		"source":        {Limit: 50, Visible: at, Source: "s"},
		"category":      {Limit: 50, Visible: at, Category: "سياسه"},
		"all, bodies":   {Limit: 50, Visible: at, Bodies: true},
		"all, far back": {Limit: 50, Visible: at, After: farBack(b, s)},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				page, err := s.Articles(b.Context(), q)
				if err != nil || len(page.Records) != 50 {
					b.Fatal(len(page.Records), err)
				}
			}
		})
	}
}

// farBack is the token of a page in the middle of the archive.
func farBack(b *testing.B, s *store.Store) string {
	b.Helper()
	var token string
	for range benchArticles / 2 / 1000 {
		page, err := s.Articles(b.Context(), nashra.Query{Limit: 1000, Visible: at, After: token})
		if err != nil {
			b.Fatal(err)
		}
		token = page.Next
	}
	return token
}

// BenchmarkArticle reads one article by id.
func BenchmarkArticle(b *testing.B) {
	s, _ := benchStore(b)
	id := nashra.NewID("p", "partner.example/news/2025/4711")
	for b.Loop() {
		if _, err := s.Article(b.Context(), id); err != nil {
			b.Fatal(err)
		}
	}
}
