package ingest_test

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"nashra"
	"nashra/fetcher"
	"nashra/internal/ingest"
	"nashra/store"
)

const (
	benchFeeds = 100
	window     = 20 // items that a feed shows
)

// benchSite is the origin of the benchmarks: feeds of window items, of which
// the newest has the number newest. A feed's bytes are made before they are
// asked for, since the origin runs in the same process and is part of every figure.
type benchSite struct {
	*httptest.Server
	bodies     bool // in the feed; else each item costs a page
	validators bool // else a feed is sent whole each time

	newest int
	feed   []feedAnswer
}

type feedAnswer struct {
	body []byte
	etag string
}

func newBenchSite(b *testing.B, bodies, validators bool) *benchSite {
	b.Helper()
	body := strings.Repeat(paragraph, 12)
	furniture := strings.Repeat(`<div class="card"><a href="/archive/1.html"><h4>خبر من الأرشيف عن المدينة</h4></a><span>منذ يومين</span></div>`, 200)
	page := func(n string) string {
		return fmt.Sprintf(`<!DOCTYPE html><html lang="ar" dir="rtl"><head><title>الخبر رقم %s</title></head><body><nav>%s</nav><article><h1>الخبر رقم %[1]s</h1>%[3]s<p>ختام الخبر رقم %[1]s.</p></article><aside>%[2]s</aside></body></html>`,
			n, furniture, body)
	}
	s := &benchSite{bodies: bodies, validators: validators}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{site}/feed", func(w http.ResponseWriter, r *http.Request) {
		var n int
		if _, err := fmt.Sscan(r.PathValue("site"), &n); err != nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
		if s.validators {
			w.Header().Set("ETag", s.feed[n].etag)
			if r.Header.Get("If-None-Match") == s.feed[n].etag {
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
		_, _ = w.Write(s.feed[n].body) // a client that has gone fails the benchmark by itself
	})
	mux.HandleFunc("GET /{site}/news/{n}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, page(r.PathValue("n")))
	})
	mux.HandleFunc("GET /robots.txt", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "User-agent: *\nAllow: /\n") })
	s.Server = httptest.NewServer(mux)
	b.Cleanup(s.Close)
	s.publish(window)
	return s
}

// publish adds n items to every feed.
func (s *benchSite) publish(n int) {
	s.newest += n
	s.feed = nil
	for site := range benchFeeds {
		var f strings.Builder
		f.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>جريدة</title><link>http://x.example/</link><description>أخبار</description>`)
		for i := s.newest; i > s.newest-window; i-- {
			published := time.Date(2025, 5, 3, 0, i, 0, 0, time.UTC).Format(time.RFC1123Z)
			fmt.Fprintf(&f, `<item><title>الخبر رقم %d</title><link>%s/%d/news/%[1]d</link><guid isPermaLink="false">%[3]d-%[1]d</guid><pubDate>%s</pubDate><description>ملخص الخبر رقم %[1]d…</description>`,
				i, s.URL, site, published)
			if s.bodies {
				fmt.Fprintf(&f, `<content:encoded><![CDATA[%s<p>ختام الخبر رقم %d من هذا الموقع.</p>]]></content:encoded>`, strings.Repeat(paragraph, 12), i)
			}
			f.WriteString(`</item>`)
		}
		f.WriteString(`</channel></rss>`)
		sum := fnv.New64a()
		fmt.Fprint(sum, f.String())
		s.feed = append(s.feed, feedAnswer{[]byte(f.String()), fmt.Sprintf(`"%x"`, sum.Sum64())})
	}
}

func (s *benchSite) address(feed int) string { return fmt.Sprintf("%s/%d/feed", s.URL, feed) }

// benchDesk is a store and what fills it.
type benchDesk struct {
	*ingest.Ingester
	*store.Store
}

func newBenchDesk(b *testing.B, site *benchSite) benchDesk {
	b.Helper()
	var subs []nashra.Subscription
	for i := range benchFeeds {
		sub := subscription(fmt.Sprintf("site%d", i))
		sub.Feed = site.address(i)
		subs = append(subs, sub)
	}
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
	// All feeds are of one host here, to which go a quarter of the workers.
	g, err := ingest.New(ingest.Config{Subscriptions: subs, Store: s, Fetcher: client, Concurrency: 64})
	if err != nil {
		b.Fatal(err)
	}
	if err := g.Announce(b.Context()); err != nil {
		b.Fatal(err)
	}
	return benchDesk{g, s}
}

// cycle asks every source and returns how many items were new.
func (d benchDesk) cycle(b *testing.B) (items int) {
	b.Helper()
	if err := d.Cycle(b.Context(), nashra.Selection{All: true}, func(f nashra.Fetch) { items += f.New }); err != nil {
		b.Fatal(err)
	}
	return items
}

// BenchmarkCycle is a cycle over loopback as its sources find it: everything
// new and the store empty, nothing new, one item new in every feed. "bare" is
// the least that anything in its place would do, see bareDesk. Judge by the
// ratio of the two CPU times of one run: others share the machine.
func BenchmarkCycle(b *testing.B) {
	for _, bench := range []struct {
		name               string
		bodies, validators bool
		empty              bool // a new store for each cycle
		publish            int  // items in each feed before each cycle
		want               int  // new items in each feed
	}{
		{name: "cold, bodies in the feed", bodies: true, validators: true, empty: true, want: window},
		{name: "cold, bodies from pages", validators: true, empty: true, want: window},
		{name: "unchanged, validators", validators: true},
		{name: "unchanged, sent whole"},
		{name: "one new item a feed", validators: true, publish: 1, want: 1},
	} {
		run := func(open func(*testing.B, *benchSite) interface{ cycle(*testing.B) int }) func(*testing.B) {
			return func(b *testing.B) {
				site := newBenchSite(b, bench.bodies, bench.validators)
				desk := open(b, site)
				if !bench.empty {
					desk.cycle(b)
				}
				var cpu time.Duration
				for b.Loop() {
					b.StopTimer()
					site.publish(bench.publish)
					if bench.empty {
						desk = open(b, site)
					}
					began := cpuTime(b)
					b.StartTimer()
					if items := desk.cycle(b); items != bench.want*benchFeeds {
						b.Fatalf("%d new items, want %d", items, bench.want*benchFeeds)
					}
					cpu += cpuTime(b) - began
				}
				b.ReportMetric(float64(cpu.Milliseconds())/float64(b.N), "cpu-ms/op")
			}
		}
		b.Run(bench.name, run(func(b *testing.B, site *benchSite) interface{ cycle(*testing.B) int } {
			desk := newBenchDesk(b, site)
			b.Cleanup(func() { desk.Close() })
			return desk
		}))
		b.Run(bench.name+", bare", run(func(b *testing.B, site *benchSite) interface{ cycle(*testing.B) int } {
			return newBareDesk(b, site)
		}))
	}
}

// cpuTime is what this process has used so far, user and system.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
