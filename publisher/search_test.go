package publisher_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"nashra"
	"nashra/internal/search"
	"nashra/publisher"
	"nashra/store"
)

// searchable is a world whose articles can be searched.
type searchable struct {
	*world
	index *search.Index
}

func newSearchable(t *testing.T) searchable {
	t.Helper()
	var x *search.Index
	w := newWorld(t, func(c *publisher.Config) {
		var err error
		if x, err = search.Open(filepath.Join(t.TempDir(), "search"), c.Store.(*store.Store), nil); err != nil {
			t.Fatal(err)
		}
		c.Search = x
	})
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return searchable{w, x}
}

func (s searchable) catchUp() {
	s.Helper()
	if err := s.index.CatchUp(s.Context()); err != nil {
		s.Fatal(err)
	}
}

func queryPath(q string, more ...string) string {
	v := url.Values{"q": {q}}
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return "/search?" + v.Encode()
}

// results are the titles of the results on a page.
func results(doc *goquery.Document) []string {
	out := []string{}
	doc.Find("main article.result h3 a").Each(func(_ int, s *goquery.Selection) { out = append(out, words(s)) })
	return out
}

func TestSearchShowsWhatItFound(t *testing.T) {
	w := newSearchable(t)
	w.configure(nile)
	a := content("وزيرُ الخارجيّة <b>في</b> القاهرة", "https://nile.example/1", began.Add(-time.Hour))
	a.HTML = "<p>قال الـوزير &lt;script&gt;alert(1)&lt;/script&gt; أمس.</p>"
	id := w.fetch("nile", a, content("خبر آخر", "https://nile.example/2", began))[0]
	w.catchUp()

	r := w.get(queryPath("وزير")).ok()
	doc := soundPage(t, "/search", r)
	if got, want := results(doc), []string{"وزيرُ الخارجيّة <b>في</b> القاهرة"}; !reflect.DeepEqual(got, want) {
		t.Errorf("results %q, want %q", got, want)
	}
	result := doc.Find("article.result")
	if got := result.Find("h3 mark").Text(); got != "وزيرُ" {
		t.Errorf("marked in the title: %q", got)
	}
	if got := result.Find("p.excerpt mark").Text(); got != "الـوزير" {
		t.Errorf("marked in the text: %q", got)
	}
	if got := words(result.Find("p.excerpt")); got != "قال الـوزير <script>alert(1)</script> أمس." {
		t.Errorf("snippet %q", got)
	}
	if got := result.Find("h3 a").AttrOr("href", ""); got != "/item/"+id {
		t.Errorf("link %q", got)
	}
	if got := doc.Find("form[role=search] input[name=q]").AttrOr("value", ""); got != "وزير" {
		t.Errorf("the field holds %q", got)
	}
	if got := words(doc.Find("h1")); got != "البحث عن: وزير" {
		t.Errorf("heading %q", got)
	}
	if doc.Find(`meta[name=robots][content="noindex, follow"]`).Length() != 1 || !strings.Contains(r.header.Get("X-Robots-Tag"), "noindex") {
		t.Error("search engines may list the page")
	}
	if doc.Find("link[rel=canonical]").Length() != 0 {
		t.Error("a page of results is canonical")
	}
	if got := r.header.Get("Cache-Control"); got != "no-cache" {
		t.Errorf("Cache-Control %q", got)
	}
	if again := w.get(queryPath("وزير"), "If-None-Match", r.header.Get("ETag")); again.status != http.StatusNotModified {
		t.Errorf("asked again with its ETag: status %d", again.status)
	}
	if zipped := w.get(queryPath("وزير"), "Accept-Encoding", "gzip").ok(); zipped.body != r.body {
		t.Error("the gzip form is another page")
	}
	if doc := w.get("/").ok().html(); doc.Find(`header form[action="/search"]`).Length() != 1 {
		t.Error("the front page has no field to search")
	}
}

func TestSearchSaysWhyThereIsNothing(t *testing.T) {
	w := newSearchable(t)
	newsroom(w.world)
	w.catchUp()
	for name, tt := range map[string]struct{ path, want string }{
		"nothing was asked": {"/search", "اكتب كلمة أو أكثر"},
		"only spaces":       {queryPath("  "), "اكتب كلمة أو أكثر"},
		"no word":           {queryPath("،؛"), "لا خبر يضم"},
		"no such article":   {queryPath("لاشيءكهذا"), "لا خبر يضم"},
		"too many words":    {queryPath(strings.Repeat("كلمة ", 13) + "a b c d e f g h i j k l m"), "أطول"},
		"too long":          {queryPath(strings.Repeat("ا", 5000)), "أطول"},
		"no UTF-8":          {"/search?q=%FF%FE", "اكتب كلمة أو أكثر"},
	} {
		t.Run(name, func(t *testing.T) {
			doc := soundPage(t, tt.path, w.get(tt.path).ok())
			if got := words(doc.Find("main p.empty")); !strings.HasPrefix(got, tt.want) && !strings.Contains(got, tt.want) {
				t.Errorf("it says %q, want %q", got, tt.want)
			}
			if got := doc.Find("article.result").Length(); got != 0 {
				t.Errorf("%d results", got)
			}
		})
	}
	for _, after := range []string{"x", strings.Repeat("x", 300)} {
		if r := w.get(queryPath("خبر", "after", after)); r.status != http.StatusNotFound {
			t.Errorf("a page that was never given: status %d", r.status)
		}
	}
	if r := w.request(http.MethodPost, "/search"); r.status != http.StatusMethodNotAllowed {
		t.Errorf("POST: status %d", r.status)
	}
}

func TestSearchGoesOnFromPageToPage(t *testing.T) {
	w := newSearchable(t)
	w.configure(nile)
	var contents []nashra.Content
	var want []string
	for i := range 45 {
		contents = append(contents, content(fmt.Sprintf("القاهرة %d", i), fmt.Sprintf("https://nile.example/%d", i), began.Add(-time.Duration(i)*time.Minute)))
		want = append(want, fmt.Sprintf("القاهرة %d", i))
	}
	w.fetch("nile", contents...)
	w.catchUp()
	for _, order := range []string{"newest", "best"} {
		var got []string
		path := queryPath("قاهرة", "order", order)
		for pages := 0; path != "" && pages < 5; pages++ {
			doc := soundPage(t, path, w.get(path).ok())
			if got := doc.Find(".orders a").Length(); got != 2 {
				t.Errorf("%d orders", got)
			}
			got = append(got, results(doc)...)
			path = doc.Find("nav.pager a[rel=next]").AttrOr("href", "")
		}
		if len(got) != 45 || order == "newest" && !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %q", order, got)
		}
	}
}

func TestWhatTheDeskHidesIsGoneFromSearchAtOnce(t *testing.T) {
	w := newSearchable(t)
	w.configure(nile)
	id := w.fetch("nile", content("القاهرة", "https://nile.example/1", began))[0]
	w.catchUp()
	if got := results(w.get(queryPath("القاهرة")).ok().html()); len(got) != 1 {
		t.Fatalf("results %q", got)
	}
	w.mark(nashra.Mark{Kind: nashra.MarkHide, Article: id})
	doc := w.get(queryPath("القاهرة")).ok().html()
	if got := results(doc); len(got) != 0 || strings.Contains(words(doc.Find("main article")), "القاهرة") {
		t.Errorf("after hiding, results %q", got)
	}
	w.mark(nashra.Mark{Kind: nashra.MarkRestore, Article: id})
	if got := results(w.get(queryPath("القاهرة")).ok().html()); len(got) != 1 {
		t.Errorf("after restoring, results %q", got)
	}
}

func TestSearchSaysThatTheArchiveIsStillIndexed(t *testing.T) {
	w := newSearchable(t)
	newsroom(w.world)
	if got := words(w.get(queryPath("القاهرة")).ok().html().Find("main [role=status]")); !strings.Contains(got, "نفهرس") {
		t.Errorf("before the first look at the store it says %q", got)
	}
	w.catchUp()
	if got := w.get(queryPath("القاهرة")).ok().html().Find("main [role=status]").Length(); got != 0 {
		t.Error("it says so still")
	}
}

func TestWithoutAnIndexThereIsNoSearch(t *testing.T) {
	w := newWorld(t)
	if r := w.get("/search?q=x"); r.status != http.StatusNotFound {
		t.Errorf("status %d", r.status)
	}
	if w.get("/").ok().html().Find("form").Length() != 0 {
		t.Error("a field that leads nowhere")
	}
}

// crowded is an index that all of its searchers are busy in.
type crowded struct{}

func (crowded) Search(context.Context, nashra.Search) (nashra.Found, error) {
	return nashra.Found{}, fmt.Errorf("search: %w", context.DeadlineExceeded)
}

func TestASearchThatTakesTooLongIsUnavailable(t *testing.T) {
	w := newWorld(t, func(c *publisher.Config) { c.Search = crowded{} })
	r := w.get(queryPath("القاهرة"))
	if r.status != http.StatusServiceUnavailable {
		t.Errorf("status %d", r.status)
	}
	soundPage(t, "the page that says so", r)
}

func TestASearchIsAFeed(t *testing.T) {
	w := newSearchable(t)
	w.configure(nile)
	var contents []nashra.Content
	for i := range 70 {
		c := content(fmt.Sprintf("زيارة الوزير رقم %d", i), fmt.Sprintf("https://nile.example/%d", i), began.Add(-time.Duration(i)*time.Hour))
		if i >= 60 {
			c.Title, c.HTML, c.Excerpt = fmt.Sprintf("سباق %d", i), "<p>خيول.</p>", ""
		}
		contents = append(contents, c)
	}
	ids := w.fetch("nile", contents...)
	w.catchUp()
	address := func(file, words string) string { return "/search/" + file + "?q=" + url.QueryEscape(words) }
	counts := map[string]int{
		address("feed.xml", "وزير"):   len(checkRSS(t, w.get(address("feed.xml", "وزير")).ok().body, siteURL+address("feed.xml", "وزير"))),
		address("atom.xml", "وزير"):   len(checkAtom(t, w.get(address("atom.xml", "وزير")).ok().body, siteURL+address("atom.xml", "وزير"))),
		address("feed.json", "وزير"):  len(checkJSONFeed(t, w.get(address("feed.json", "وزير")).ok().body, siteURL+address("feed.json", "وزير"))),
		address("ninjs.json", "وزير"): len(checkNinjs(t, w.get(address("ninjs.json", "وزير")).ok().body, siteURL+address("ninjs.json", "وزير"))),
	}
	for path, n := range counts {
		if n != 50 {
			t.Errorf("%s has %d articles, want 50", path, n)
		}
	}
	next := ""
	for _, l := range parseXML(t, w.get(address("atom.xml", "وزير")).body).all("atom:link") {
		if l.attributes["rel"] == "next" {
			next = strings.TrimPrefix(l.attributes["href"], siteURL)
		}
	}
	if rest := checkAtom(t, w.get(next).ok().body, siteURL+next); len(rest) != 10 {
		t.Errorf("the next page %s has %d articles, want 10", next, len(rest))
	}
	few := w.get(address("feed.xml", "خيول")).ok()
	if items := checkRSS(t, few.body, siteURL+address("feed.xml", "خيول")); len(items) != 10 || !strings.Contains(few.body, "<fh:complete/>") {
		t.Errorf("%d articles, complete: %v", len(items), strings.Contains(few.body, "<fh:complete/>"))
	}
	if few.header.Get("ETag") == "" || w.get(address("feed.xml", "خيول"), "If-None-Match", few.header.Get("ETag")).status != http.StatusNotModified {
		t.Error("a search's feed that did not change is sent again")
	}
	w.mark(nashra.Mark{Kind: nashra.MarkHide, Article: ids[60]})
	if body := w.get(address("feed.xml", "خيول")).ok().body; strings.Contains(body, ids[60]) {
		t.Error("a search's feed holds a hidden article")
	}
	for _, path := range []string{"/search/feed.xml", address("feed.xml", " "), address("feed.xml", strings.Repeat("و ", 300)), address("feed.xml", "خيول") + "&after=x"} {
		if r := w.get(path); r.status != http.StatusNotFound {
			t.Errorf("%.60s answers %d, want 404", path, r.status)
		}
	}
	links := w.get(queryPath("خيول")).ok().html().Find(`link[rel="alternate"][type="application/rss+xml"]`)
	if href := links.AttrOr("href", ""); href != address("feed.xml", "خيول") {
		t.Errorf("the page of results names the feed %q", href)
	}
}
