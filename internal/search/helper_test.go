package search_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"nashra"
	"nashra/internal/search"
	"nashra/store"
)

var began = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// archive is a real store and its index.
type archive struct {
	testing.TB
	folder string
	store  *store.Store
	index  *search.Index
	now    time.Time
	cycles map[string]uint64
	batch  int
}

func newArchive(t testing.TB, sources ...nashra.Source) *archive {
	t.Helper()
	folder := t.TempDir()
	a := &archive{TB: t, folder: folder, now: began, cycles: map[string]uint64{}}
	var err error
	if a.store, err = store.Open(filepath.Join(folder, "nashra.db"), store.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.check(a.store.Close()) })
	if len(sources) == 0 {
		sources = []nashra.Source{{ID: "ahram", Partner: "ahram", Name: "الأهرام", Feed: "https://ahram.example/feed", Language: "ar", Timezone: "Africa/Cairo"}}
	}
	a.apply(nashra.Batch{Sources: sources})
	a.open()
	return a
}

func (a *archive) indexFolder() string { return filepath.Join(a.folder, "nashra.db.search") }

func (a *archive) open() {
	a.Helper()
	x, err := search.Open(a.indexFolder(), a.store, nil)
	a.check(err)
	a.index = x
	a.Cleanup(func() { a.check(x.Close()) })
}

func (a *archive) check(err error) {
	a.Helper()
	if err != nil {
		a.Fatal(err)
	}
}

func (a *archive) apply(b nashra.Batch) {
	a.Helper()
	a.batch++
	a.now = a.now.Add(time.Minute)
	b.ID, b.At, b.By = fmt.Sprintf("test/%d", a.batch), a.now, "test"
	_, err := a.store.Apply(a.Context(), b)
	a.check(err)
}

// fetch applies a whole cycle of a source; links are identities. It gives the
// ids in the same order.
func (a *archive) fetch(source string, contents ...nashra.Content) []string {
	a.Helper()
	var puts []nashra.Put
	var identities []nashra.Identity
	for _, c := range contents {
		identity := nashra.Identity{Partner: source, Link: c.Link}
		identities = append(identities, identity)
		puts = append(puts, nashra.Put{Identity: identity, EntryHash: nashra.HashOf(c.Title, c.HTML, c.Byline, c.Excerpt), Content: &c})
	}
	base := a.cycles[source]
	a.cycles[source]++
	a.apply(nashra.Batch{
		Source: source, Base: base, Cycle: nashra.Cycle{Number: base + 1, Began: a.now}, Puts: puts,
		Fetch: &nashra.Fetch{Source: source, At: a.now, Outcome: nashra.OutcomeOK},
		State: &nashra.State{Cycle: base + 1, Outcome: nashra.OutcomeOK},
	})
	known, err := a.store.Known(a.Context(), identities)
	a.check(err)
	var ids []string
	for _, k := range known {
		ids = append(ids, k.ID)
	}
	return ids
}

// find searches after catching up.
func (a *archive) find(q nashra.Search) nashra.Found {
	a.Helper()
	a.check(a.index.CatchUp(a.Context()))
	if q.Limit == 0 {
		q.Limit = 20
	}
	found, err := a.index.Search(a.Context(), q)
	a.check(err)
	return found
}

// article is a content of its own link, whose place in time is minutes after
// the one before.
func article(n int, title, body string) nashra.Content {
	return nashra.Content{
		Title: title, Link: fmt.Sprintf("https://partner.example/%d", n), HTML: "<p>" + body + "</p>", Method: "test",
		Language: "ar", Direction: "rtl", Published: began.Add(time.Duration(n) * time.Minute).Add(-24 * time.Hour),
	}
}

func titles(f nashra.Found) []string {
	out := []string{}
	for _, h := range f.Hits {
		out = append(out, h.Article.Title)
	}
	return out
}
