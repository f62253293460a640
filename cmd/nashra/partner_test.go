package main_test

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"
)

// lockedBuffer takes the output of a process while a test reads it.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// article is what a partner publishes; the paragraphs are clean text.
type article struct {
	slug, title string
	paragraphs  []string
	published   time.Time
}

func (a article) html() string {
	var b strings.Builder
	for _, p := range a.paragraphs {
		fmt.Fprintf(&b, "<p>%s</p>\n", html.EscapeString(p))
	}
	return b.String()
}

// partner is a news site on loopback.
type partner struct {
	*httptest.Server
	kind string // rss, atom or cp1256
	hub  string // that its answers name; "" for none

	mu       sync.Mutex
	articles []article
	requests map[string]int
	same     map[string]int   // of these, answered with 304
	fault    http.HandlerFunc // answers in place of the feed
	broken   bool             // pages answer with 503
	empty    bool             // pages hold no article
	stuck    string           // path that is answered never
	reached  chan struct{}    // closed when that is asked for
	released chan struct{}    // closed when it is answered after all
}

func newPartner(t *testing.T, kind string, articles ...article) *partner {
	t.Helper()
	p := &partner{kind: kind, articles: articles, requests: map[string]int{}, same: map[string]int{}}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

// edit changes the article with that slug.
func (p *partner) edit(slug string, change func(*article)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.articles {
		if p.articles[i].slug == slug {
			change(&p.articles[i])
		}
	}
}

func (p *partner) fail(with http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault = with
}

// hang lets the page of the article with that slug be answered never. What it
// returns is closed when the page is asked for.
func (p *partner) hang(slug string) <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stuck, p.reached, p.released = "/news/"+slug+".html", make(chan struct{}), make(chan struct{})
	return p.reached
}

// breakPages lets every page answer with 503.
func (p *partner) breakPages() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.broken = true
}

// emptyPages lets every page hold what surrounds an article, and none.
func (p *partner) emptyPages() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.empty = true
}

// asked is how often a path was asked for, and how often it was unchanged.
func (p *partner) asked(path string) (requests, same int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.requests[path], p.same[path]
}

// heal ends fault, hang and all that.
func (p *partner) heal() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.released != nil {
		close(p.released)
		p.released = nil
	}
	p.fault, p.broken, p.empty, p.stuck = nil, false, false, ""
}

func (p *partner) link(a article) string { return p.URL + "/news/" + a.slug + ".html" }

func (p *partner) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	if r.URL.Path == p.stuck {
		select {
		case <-p.reached:
		default:
			close(p.reached)
		}
		released := p.released
		p.mu.Unlock()
		select {
		case <-r.Context().Done():
			return
		case <-released:
		}
		p.mu.Lock()
	}
	defer p.mu.Unlock()
	p.requests[r.URL.Path]++
	if slug, ok := strings.CutPrefix(r.URL.Path, "/news/"); ok {
		for _, a := range p.articles {
			switch {
			case slug != a.slug+".html":
				continue
			case p.broken:
				w.WriteHeader(http.StatusServiceUnavailable)
			case p.empty:
				p.send(w, r, []byte(p.page(article{})), "text/html; charset=utf-8")
			default:
				p.send(w, r, []byte(p.page(a)), "text/html; charset=utf-8")
			}
			return
		}
	}
	if r.URL.Path != "/feed" {
		http.NotFound(w, r)
		return
	}
	if p.fault != nil {
		p.fault(w, r)
		return
	}
	body, kind := p.feed()
	p.send(w, r, body, kind)
}

// send answers with body, or says that it is as it was.
func (p *partner) send(w http.ResponseWriter, r *http.Request, body []byte, kind string) {
	sum := fnv.New64a()
	sum.Write(body)
	etag := fmt.Sprintf(`W/"%x"`, sum.Sum64())
	etag = strings.TrimSuffix(etag, `"`) + fmt.Sprintf(`-%s"`, p.hub)
	w.Header().Set("ETag", etag)
	if p.hub != "" {
		w.Header().Set("Link", fmt.Sprintf(`<%s>; rel="hub", <%s/feed>; rel="self"`, p.hub, p.URL))
	}
	if r.Header.Get("If-None-Match") == etag {
		p.same[r.URL.Path]++
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(body) // the client has gone
}

func (p *partner) feed() (body []byte, kind string) {
	var b strings.Builder
	switch p.kind {
	case "atom":
		fmt.Fprintf(&b, `<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar"><id>%[1]s/</id><title>بوابة الدلتا</title><updated>2025-05-03T10:00:00Z</updated><link rel="self" href="%[1]s/feed"/>`, p.URL)
		for _, a := range p.articles {
			fmt.Fprintf(&b, `<entry><id>tag:delta.example,2025:%s</id><title>%s</title><link href="%s"/><published>%[4]s</published><updated>%[4]s</updated><summary>%[5]s</summary></entry>`,
				a.slug, a.title, p.link(a), a.published.Format(time.RFC3339), html.EscapeString(a.paragraphs[0][:60])+"…")
		}
		b.WriteString(`</feed>`)
		return []byte(strings.ToValidUTF8(b.String(), "")), "application/atom+xml"
	default:
		charset := "utf-8"
		if p.kind == "cp1256" {
			charset = "windows-1256"
		}
		fmt.Fprintf(&b, `<?xml version="1.0" encoding="%s"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>جريدة فكرة فن</title><link>%s/</link><description>أخبار</description><language>ar</language>`, charset, p.URL)
		for _, a := range p.articles {
			fmt.Fprintf(&b, `<item><title>%s</title><link>%s</link><guid isPermaLink="false">%s</guid><pubDate>%s</pubDate><description>%s</description><content:encoded><![CDATA[%s]]></content:encoded></item>`,
				a.title, p.link(a), a.slug, a.published.Format(time.RFC1123Z), html.EscapeString(a.paragraphs[0]), a.html())
		}
		b.WriteString(`</channel></rss>`)
	}
	if p.kind == "cp1256" {
		encoded, err := charmap.Windows1256.NewEncoder().String(b.String())
		if err != nil {
			panic(err) // an article of this file that windows-1256 cannot write
		}
		return []byte(encoded), "text/xml"
	}
	return []byte(b.String()), "application/rss+xml; charset=utf-8"
}

// page is the article among what surrounds it on a news site.
func (p *partner) page(a article) string {
	return fmt.Sprintf(`<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>%[1]s | بوابة الدلتا</title></head><body>
<nav><ul><li><a href="/">الرئيسية</a></li><li><a href="/sport">رياضة</a></li><li><a href="/art">فن</a></li></ul></nav>
<main><article><h1>%[1]s</h1><div class="meta">كتب: مراسل الدلتا</div><div class="body">%[2]s</div>
<div class="share"><a href="#f">فيسبوك</a> <a href="#t">تويتر</a> <a href="#w">واتساب</a></div></article>
<aside class="related"><h3>أخبار ذات صلة</h3><ul><li><a href="/news/9.html">خبر آخر من المدينة</a></li><li><a href="/news/8.html">وخبر ثالث من القرية</a></li></ul></aside></main>
<footer>جميع الحقوق محفوظة</footer></body></html>`, a.title, a.html())
}

var may = time.Date(2025, 5, 3, 9, 0, 0, 0, time.UTC)

// articles with whole bodies, long enough to be taken for what they are.
func articles(prefix string) []article {
	body := func(n int) []string {
		return []string{
			fmt.Sprintf("أعلنت هيئة المكتبات العامة افتتاح فرعها رقم %d في المدينة القديمة، بعد أعمال ترميم استمرت عامين وشملت القاعات والمخازن والواجهة الحجرية.", n),
			"وقالت مديرة الفرع إن القاعة الكبرى تتسع لمئتي قارئ، وإن قسم الأطفال يضم ثمانية آلاف كتاب مصور، إضافة إلى ركن للقصص المسموعة وورشة لتجليد الكتب.",
			"وتفتح المكتبة أبوابها من التاسعة صباحا حتى الثامنة مساء، ويحصل الزائر على بطاقة الاستعارة في اليوم نفسه، وتبقى قاعة المخطوطات متاحة للباحثين بموعد مسبق.",
			"ومن المقرر أن تستضيف المكتبة لقاء شهريا مع كاتب من المدينة، يعقبه نقاش مفتوح مع القراء في فناء المبنى.",
		}
	}
	var list []article
	for i := range 3 {
		list = append(list, article{
			slug:       fmt.Sprintf("%s-%d", prefix, i+1),
			title:      fmt.Sprintf("افتتاح مكتبة المدينة القديمة، الفرع رقم %d", i+1),
			paragraphs: body(i + 1),
			published:  may.Add(time.Duration(i) * time.Hour),
		})
	}
	return list
}
