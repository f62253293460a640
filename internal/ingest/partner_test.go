package ingest_test

import (
	"cmp"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"nashra"
	"nashra/fetcher"
	"nashra/internal/ingest"
	"nashra/store"
)

// news is an entry of a partner's feed and the page behind it.
type news struct {
	n              int
	link           string // path of the page; "": by its number
	title, summary string
	body           string // content:encoded; "": none
	author         string
	page           string // paragraphs
}

// partner is a site on loopback, with the real fetcher before it and a real
// store behind.
type partner struct {
	*httptest.Server
	t     *testing.T
	store *store.Store
	sub   nashra.Subscription
	g     *ingest.Ingester

	mu     sync.Mutex
	list   []news
	fault  func(http.ResponseWriter, *http.Request) bool // answers in place of a page
	robots string
	asked  []string // pages and robots.txt, with If-None-Match where it was sent
}

func newPartner(t *testing.T, list ...news) *partner {
	t.Helper()
	p := &partner{t: t, list: list}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	p.sub = subscription("a")
	p.sub.Feed, p.sub.Limit = p.URL+"/feed", 200
	p.open()
	t.Cleanup(func() { p.store.Close() })
	return p
}

// open makes a new process of the same store.
func (p *partner) open() {
	p.t.Helper()
	var err error
	if p.store == nil {
		if p.store, err = store.Open(filepath.Join(p.t.TempDir(), "nashra.db"), store.Options{}); err != nil {
			p.t.Fatal(err)
		}
	}
	client, err := fetcher.New(fetcher.Config{AllowPrivate: true, PerHost: 8})
	if err != nil {
		p.t.Fatal(err)
	}
	if p.g, err = ingest.New(ingest.Config{Subscriptions: []nashra.Subscription{p.sub}, Store: p.store, Fetcher: client}); err != nil {
		p.t.Fatal(err)
	}
	if err := p.g.Announce(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
}

func (p *partner) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.URL.Path == "/feed" {
		feed := p.feed()
		if !etag(w, r, feed) {
			fmt.Fprint(w, feed)
		}
		return
	}
	p.asked = append(p.asked, strings.TrimSpace(r.URL.Path+" "+r.Header.Get("If-None-Match")))
	if r.URL.Path == "/robots.txt" {
		fmt.Fprint(w, p.robots)
		return
	}
	if p.fault != nil && p.fault(w, r) {
		return
	}
	for _, n := range p.list {
		if r.URL.Path == n.path() && !etag(w, r, n.page) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprintf(w, `<html lang="ar"><head><title>%s</title><meta property="og:image" content="/%d.jpg"></head><body><article>%s</article></body></html>`, n.title, n.n, n.page)
		}
	}
}

func (n news) path() string { return cmp.Or(n.link, fmt.Sprint("/news/", n.n)) }

// etag answers a request that is conditional on this very body.
func etag(w http.ResponseWriter, r *http.Request, body string) bool {
	tag := `"` + nashra.HashOf(body).String() + `"`
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") != tag {
		return false
	}
	w.WriteHeader(http.StatusNotModified)
	return true
}

func (p *partner) feed() string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>جريدة</title>`)
	for _, n := range p.list {
		fmt.Fprintf(&b, `<item><guid isPermaLink="false">%d</guid><link>%s</link><title>%s</title><pubDate>%s</pubDate>`,
			n.n, p.URL+n.path(), n.title, time.Date(2025, 5, 3, 9, n.n, 0, 0, time.UTC).Format(time.RFC1123Z))
		for _, field := range [][2]string{{"description", n.summary}, {"content:encoded", n.body}, {"dc:creator", n.author}} {
			if field[1] != "" {
				fmt.Fprintf(&b, "<%s>%s</%[1]s>", field[0], html.EscapeString(field[1]))
			}
		}
		b.WriteString(`</item>`)
	}
	return b.String() + `</channel></rss>`
}

// change edits the site between two cycles.
func (p *partner) change(edit func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	edit()
}

// refuse answers every page with status.
func (p *partner) refuse(status int) {
	p.change(func() {
		p.fault = func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(status); return true }
	})
}

// cycle runs one and expects what it comes to.
func (p *partner) cycle(want string) nashra.Fetch {
	p.t.Helper()
	got := fetch(p.t, p.g, "a")
	if counts(got) != want {
		p.t.Errorf("got %s, want %s (%s, %q)", counts(got), want, got.Error, got.Warnings)
	}
	return got
}

// requests are those since the last call, robots.txt apart.
func (p *partner) requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []string
	for _, a := range p.asked {
		if a != "/robots.txt" {
			list = append(list, a)
		}
	}
	p.asked = nil
	return list
}

func (p *partner) article(n int) nashra.Article {
	p.t.Helper()
	known, err := p.store.Known(p.t.Context(), []nashra.Identity{{Partner: "a", GUID: fmt.Sprint(n)}})
	if err != nil {
		p.t.Fatal(err)
	}
	record, err := p.store.Article(p.t.Context(), known[0].ID)
	if err != nil {
		p.t.Fatal(err)
	}
	return record.Article
}

func (p *partner) state() nashra.State {
	p.t.Helper()
	status, err := p.store.Source(p.t.Context(), "a")
	if err != nil {
		p.t.Fatal(err)
	}
	return status.State
}

// story has a summary in the feed and its body on the page.
func story(n int) news {
	return news{
		n: n, title: fmt.Sprintf("افتتاح الفرع رقم %d", n), summary: "أعلنت هيئة المكتبات العامة افتتاح فرعها الجديد…",
		page: strings.Repeat(paragraph, 3) + fmt.Sprintf("<p>وهذا هو الفرع رقم %d من فروع الهيئة في المدينة منذ تأسيسها قبل عشرين عاما.</p>", n),
	}
}

func stories(from, to int) []news {
	var list []news
	for n := from; n <= to; n++ {
		list = append(list, story(n))
	}
	return list
}
