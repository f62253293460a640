package ingest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nashra"
	"nashra/fetcher"
	"nashra/internal/ingest"
	"nashra/store"
)

// benchSite is the origin of the benchmark: 100 feeds of 20 entries. Where
// whole is false the feeds hold summaries and each entry costs a page.
func benchSite(b *testing.B, whole bool) *httptest.Server {
	b.Helper()
	body := strings.Repeat(paragraph, 12)
	furniture := strings.Repeat(`<div class="card"><a href="/archive/1.html"><h4>خبر من الأرشيف عن المدينة</h4></a><span>منذ يومين</span></div>`, 120)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{site}/feed", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
		fmt.Fprint(w, `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>جريدة</title><link>http://x.example/</link><description>أخبار</description>`)
		for i := range 20 {
			fmt.Fprintf(w, `<item><title>الخبر رقم %d</title><link>http://%s/%s/news/%[1]d</link><guid isPermaLink="false">%[3]s-%[1]d</guid><pubDate>Sat, 03 May 2025 %02[1]d:00:00 +0300</pubDate><description>ملخص الخبر رقم %[1]d…</description>`,
				i, r.Host, r.PathValue("site"))
			if whole {
				fmt.Fprintf(w, `<content:encoded><![CDATA[%s<p>ختام الخبر رقم %d من هذا الموقع.</p>]]></content:encoded>`, body, i)
			}
			fmt.Fprint(w, `</item>`)
		}
		fmt.Fprint(w, `</channel></rss>`)
	})
	mux.HandleFunc("GET /{site}/news/{n}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!DOCTYPE html><html lang="ar" dir="rtl"><head><title>الخبر رقم %s</title></head><body><nav>%s</nav><article><h1>الخبر رقم %[1]s</h1>%[3]s<p>ختام الخبر رقم %[1]s.</p></article><aside>%[2]s</aside></body></html>`,
			r.PathValue("n"), furniture, body)
	})
	mux.HandleFunc("GET /robots.txt", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "User-agent: *\nAllow: /\n") })
	server := httptest.NewServer(mux)
	b.Cleanup(server.Close)
	return server
}

// BenchmarkCycle is one cycle of 100 feeds with 20 new entries each, over
// loopback, into an empty store. The origin runs in the same process and is
// part of the figure.
func BenchmarkCycle(b *testing.B) {
	for _, bench := range []struct {
		name  string
		whole bool
	}{{"bodies in the feed", true}, {"bodies from pages", false}} {
		b.Run(bench.name, func(b *testing.B) {
			site := benchSite(b, bench.whole)
			var subs []nashra.Subscription
			for i := range 100 {
				sub := subscription(fmt.Sprintf("site%d", i))
				sub.Feed = fmt.Sprintf("%s/site%d/feed", site.URL, i)
				subs = append(subs, sub)
			}
			items := 0
			for b.Loop() {
				client, err := fetcher.New(fetcher.Config{
					UserAgent: "nashra/bench", Timeout: 30 * time.Second, MaxBody: 8 << 20, PerHost: 16, AllowPrivate: true,
				})
				if err != nil {
					b.Fatal(err)
				}
				s, err := store.Open(filepath.Join(b.TempDir(), "nashra.db"), store.Options{})
				if err != nil {
					b.Fatal(err)
				}
				g, err := ingest.New(ingest.Config{Subscriptions: subs, Store: s, Fetcher: client})
				if err != nil {
					b.Fatal(err)
				}
				if err := g.Announce(b.Context()); err != nil {
					b.Fatal(err)
				}
				if err := g.Cycle(b.Context(), nashra.Selection{All: true}, func(f nashra.Fetch) { items += f.New }); err != nil {
					b.Fatal(err)
				}
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
			}
			if want := 2000 * b.N; items != want {
				b.Fatalf("%d items, want %d", items, want)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(items), "µs/item")
		})
	}
}
