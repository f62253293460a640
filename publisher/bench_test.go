package publisher_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"nashra"
)

// benchWorld has 50 articles with bodies of 5 KB.
func benchWorld(b *testing.B) *world {
	w := newWorld(b)
	w.configure(nile)
	paragraph := "<p>" + strings.Repeat("قالت مصادر مطلعة إن المباحثات تناولت سبل التعاون. ", 6) + "</p>"
	for batch := range 5 {
		var contents []nashra.Content
		for i := range 10 {
			n := batch*10 + i
			c := content(fmt.Sprintf("خبر طويل رقم %d عن المباحثات", n), fmt.Sprintf("https://nile.example/%d", n), began.Add(-time.Duration(n)*time.Minute))
			c.HTML = strings.Repeat(paragraph, 5<<10/len(paragraph)+1)
			contents = append(contents, c)
		}
		w.fetch("nile", contents...)
	}
	return w
}

func BenchmarkFeedRender(b *testing.B) {
	w := benchWorld(b)
	for _, path := range feedPaths("") {
		b.Run(path[1:], func(b *testing.B) {
			b.ReportAllocs()
			for i := range b.N {
				// Each mark moves the store's number and changes nothing that is shown.
				b.StopTimer()
				kind := nashra.MarkPause
				if i%2 == 1 {
					kind = nashra.MarkResume
				}
				w.mark(nashra.Mark{Kind: kind, Source: "nile"})
				b.StartTimer()
				w.request(http.MethodHead, path).ok()
			}
		})
	}
}

func BenchmarkFeedCached(b *testing.B) {
	w := benchWorld(b)
	etag := w.get("/feed.xml", "Accept-Encoding", "gzip").ok().header.Get("ETag")
	for name, headers := range map[string][]string{
		"plain": nil, "gzip": {"Accept-Encoding", "gzip"}, "304": {"Accept-Encoding", "gzip", "If-None-Match", etag},
	} {
		b.Run(name, func(b *testing.B) {
			r := httptest.NewRequest(http.MethodGet, "/feed.xml", nil)
			for i := 0; i+1 < len(headers); i += 2 {
				r.Header.Set(headers[i], headers[i+1])
			}
			b.ReportAllocs()
			for b.Loop() {
				w.server.ServeHTTP(&discard{header: http.Header{}}, r)
			}
		})
	}
}

func BenchmarkItemPage(b *testing.B) {
	w := benchWorld(b)
	page, err := w.store.Articles(b.Context(), nashra.Query{Limit: 1})
	if err != nil {
		b.Fatal(err)
	}
	path := "/item/" + page.Records[0].Article.ID
	b.ReportAllocs()
	for b.Loop() {
		w.get(path).ok()
	}
}

// discard is a ResponseWriter that keeps nothing.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(int)             {}
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
