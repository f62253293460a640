package publisher_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"nashra"
	"nashra/publisher"
)

// soundPage checks what holds for every page.
func soundPage(t *testing.T, path string, r response) *goquery.Document {
	t.Helper()
	if got := r.header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("%s is %q", path, got)
	}
	doc := r.html()
	if html := doc.Find("html"); html.AttrOr("lang", "") != "ar" || html.AttrOr("dir", "") != "rtl" {
		t.Errorf("%s is not Arabic from right to left", path)
	}
	for selector, want := range map[string]int{"h1": 1, "main": 1, "head title": 1, "script:not([src]):not([type='application/ld+json'])": 0, "style": 0, "[style]": 0, "[onload], [onclick], [onerror]": 0, "link[rel=stylesheet]": 1} {
		if got := doc.Find(selector).Length(); got != want {
			t.Errorf("%s has %d %s, want %d", path, got, selector, want)
		}
	}
	if h1 := doc.Find("h1"); strings.TrimSpace(h1.Text())+h1.Find("img").AttrOr("alt", "") == "" || strings.TrimSpace(doc.Find("title").Text()) == "" {
		t.Errorf("%s has no heading or title", path)
	}
	if strings.Contains(r.body, "ZgotmplZ") {
		t.Errorf("%s holds an address that the template refused", path)
	}
	ids := map[string]bool{}
	doc.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		if ids[s.AttrOr("id", "")] {
			t.Errorf("%s has id %q twice", path, s.AttrOr("id", ""))
		}
		ids[s.AttrOr("id", "")] = true
	})
	return doc
}

func TestEveryPageIsSound(t *testing.T) {
	w := newWorld(t)
	id := newsroom(w)
	for _, path := range []string{"/", "/source/fikrafann", "/source/courier", "/category/%D8%B3%D9%8A%D8%A7%D8%B3%D9%87", "/item/" + id} {
		soundPage(t, path, w.get(path).ok())
	}
	soundPage(t, "/admin/", w.desk("/admin/").ok())
	soundPage(t, "/nowhere", w.get("/nowhere"))
	soundPage(t, "the empty front page", newWorld(t).get("/").ok())
}

func TestLinksOnPagesLeadSomewhere(t *testing.T) {
	w := newWorld(t)
	id := newsroom(w)
	seen := map[string]bool{}
	queue := []string{"/", "/item/" + id, "/source/courier"}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		r := w.get(path)
		if r.status != http.StatusOK {
			t.Errorf("%s answers %d", path, r.status)
		}
		if !strings.HasPrefix(r.header.Get("Content-Type"), "text/html") {
			continue
		}
		r.html().Find("[href], [src]").Each(func(_ int, s *goquery.Selection) {
			link := s.AttrOr("href", s.AttrOr("src", ""))
			if strings.HasPrefix(link, "/") {
				queue = append(queue, link)
			}
		})
	}
	if len(seen) < 25 {
		t.Errorf("only %d pages found", len(seen))
	}
}

func TestThePagesAreAsWritten(t *testing.T) {
	w := newWorld(t)
	w.configure(fikra, courier)
	id := w.fetch("fikrafann", meeting())[0]
	w.fetch("courier", french())
	golden(t, "front.html", w.get("/").ok().body)
	golden(t, "item.html", w.get("/item/"+id).ok().body)
	golden(t, "admin.html", w.desk("/admin/").ok().body)
}

func TestTheFrontPageLeadsWithTheNewest(t *testing.T) {
	w := newWorld(t)
	newsroom(w)
	doc := w.get("/").ok().html()
	if got := words(doc.Find("h1")); got != "مصر اليوم" {
		t.Errorf("heading %q", got)
	}
	lead := doc.Find("article.lead")
	if got := words(lead.Find("h2")); got != meeting().Title {
		t.Errorf("the lead is %q", got)
	}
	if got := lead.Find("time").AttrOr("datetime", ""); got != "2026-11-23T06:30:00Z" {
		t.Errorf("datetime %q", got)
	}
	if got, want := words(lead.Find("time")), "الاثنين 23 نوفمبر 2026، 8:30 ص"; got != want {
		t.Errorf("date %q, want %q", got, want)
	}
	if got := lead.Find(".kicker a").AttrOr("href", ""); got != "/source/fikrafann" {
		t.Errorf("the source's link is %q", got)
	}
	if got := lead.Find("img").AttrOr("src", ""); got != meeting().Image {
		t.Errorf("picture %q", got)
	}
	if got := doc.Find("main article").Length(); got != 11 {
		t.Errorf("%d articles, want 11", got)
	}
	if got := doc.Find(`link[rel=alternate][href="/feed.xml"][type="application/rss+xml"]`).Length(); got != 1 {
		t.Errorf("%d feeds to discover", got)
	}
}

func TestPagingShowsEveryArticleOnce(t *testing.T) {
	w := newWorld(t)
	w.configure(nile)
	var contents []nashra.Content
	for i := range 70 {
		contents = append(contents, content(fmt.Sprintf("خبر %d", i), fmt.Sprintf("https://nile.example/%d", i), began.Add(-time.Duration(i)*time.Minute)))
	}
	w.fetch("nile", contents...)
	for _, start := range []string{"/", "/source/nile"} {
		seen := map[string]bool{}
		pages := 0
		for path := start; path != ""; pages++ {
			doc := soundPage(t, path, w.get(path).ok())
			doc.Find("main article h2 a, main article h3 a").Each(func(_ int, s *goquery.Selection) {
				href := s.AttrOr("href", "")
				if seen[href] {
					t.Errorf("%s stands twice", href)
				}
				seen[href] = true
			})
			if newest := doc.Find(".pager a:not([rel=next])"); pages > 0 && newest.AttrOr("href", "") != start {
				t.Errorf("%s does not lead back to %s", path, start)
			}
			path = doc.Find(".pager a[rel=next]").AttrOr("href", "")
		}
		if len(seen) != 70 || pages < 3 {
			t.Errorf("from %s: %d articles on %d pages, want 70 on 3 or more", start, len(seen), pages)
		}
	}
}

func TestAPageAddressThatWeNeverGaveIsNotFound(t *testing.T) {
	w := newWorld(t)
	newsroom(w)
	for _, after := range []string{"x", "../..", strings.Repeat("a", 10000), "\x00"} {
		if r := w.get("/?after=" + url.QueryEscape(after)); r.status != http.StatusNotFound {
			t.Errorf("after=%.20q answers %d, want 404", after, r.status)
		}
	}
}

func TestTheSourcePageCreditsThePartner(t *testing.T) {
	w := newWorld(t)
	newsroom(w)
	doc := w.get("/source/fikrafann").ok().html()
	if got := words(doc.Find("h1")); got != fikra.Name {
		t.Errorf("heading %q", got)
	}
	if doc.Find(`.heading a[href="https://fikra.example/"]`).Length() != 1 {
		t.Error("no link to the partner's site")
	}
	if doc.Find(`.heading a[rel~=license][href="`+fikra.Licence+`"]`).Length() != 1 {
		t.Error("no link to the licence")
	}
	if got := doc.Find(`link[rel=alternate][href="/source/fikrafann/atom.xml"]`).Length(); got != 1 {
		t.Error("the source's own feeds cannot be discovered")
	}
}

func TestTheItemPage(t *testing.T) {
	w := newWorld(t)
	id := newsroom(w)
	doc := soundPage(t, "/item/"+id, w.get("/item/"+id).ok())
	original := "https://fikra.example/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/1?utm=a%20b"
	if got := words(doc.Find("h1")); got != meeting().Title {
		t.Errorf("heading %q", got)
	}
	if got := doc.Find("article .byline bdi").Text(); got != meeting().Byline {
		t.Errorf("byline %q", got)
	}
	if doc.Find(`article header a[href="`+original+`"]`).Length() != 1 {
		t.Error("no link to the original above the body")
	}
	if got := doc.Find("article .body h2").Text(); got != "ما بعد اللقاء" {
		t.Errorf("the body's heading is %q", got)
	}
	if last := doc.Find("article").Find("*").Last().Closest("aside"); !last.Is(".disclaimer") || doc.Find(".disclaimer").Length() != 1 {
		t.Error("the disclaimer is not the article's last element, once")
	}
	if doc.Find(".cover").Length() != 0 {
		t.Error("the picture of the body is shown twice")
	}
	for property, want := range map[string]string{
		"og:title": meeting().Title, "og:type": "article", "og:url": siteURL + "/item/" + id, "og:image": meeting().Image,
		"article:published_time": "2026-11-23T06:30:00Z", "og:site_name": "مصر اليوم",
	} {
		if got := doc.Find(`meta[property="`+property+`"]`).AttrOr("content", ""); got != want {
			t.Errorf("%s is %q, want %q", property, got, want)
		}
	}
}

func TestThePictureStandsAboveABodyWithoutIt(t *testing.T) {
	w := newWorld(t)
	w.configure(fikra)
	c := meeting()
	c.HTML = `<p>نص</p><img src="https://fikra.example/other.jpg" alt=""/>`
	c.Image = "https://fikra.example/cover.jpg"
	id := w.fetch("fikrafann", c)[0]
	if got := w.get("/item/"+id).ok().html().Find(".cover img").AttrOr("src", ""); got != c.Image {
		t.Errorf("picture %q", got)
	}
}

func TestAForeignArticleHasItsLanguageAndDirection(t *testing.T) {
	w := newWorld(t)
	w.configure(courier)
	id := w.fetch("courier", french())[0]
	doc := w.get("/item/" + id).ok().html()
	if article := doc.Find("article"); article.AttrOr("lang", "") != "fr" || article.AttrOr("dir", "") != "ltr" {
		t.Errorf("lang %q, dir %q", article.AttrOr("lang", ""), article.AttrOr("dir", ""))
	}
	if header := doc.Find("article header"); header.AttrOr("dir", "") != "rtl" {
		t.Error("what we say about it is not in our language's direction")
	}
}

func TestAnArticleOfAnUnknownLanguageIsNotCalledArabic(t *testing.T) {
	w := newWorld(t)
	w.configure(nile)
	c := content("Ministers agree on a new plan", "https://nile.example/en", began)
	c.Language, c.Direction = "", "ltr"
	id := w.fetch("nile", c)[0]
	doc := w.get("/item/" + id).ok().html()
	if lang, ok := doc.Find("article").Attr("lang"); lang != "" || !ok {
		t.Errorf("the page says lang=%q", lang)
	}
	if languages := checkRSS(t, w.get("/feed.xml").ok().body, siteURL+"/feed.xml")[0].all("dc:language"); len(languages) != 0 {
		t.Errorf("RSS says %v", languages)
	}
	entry := checkAtom(t, w.get("/atom.xml").ok().body, siteURL+"/atom.xml")[0]
	if tag, ok := entry.attributes["xml:lang"]; tag != "" || !ok {
		t.Errorf("Atom says xml:lang=%q", tag)
	}
	if tag := checkJSONFeed(t, w.get("/feed.json").ok().body, siteURL+"/feed.json")[0].Language; tag != "" {
		t.Errorf("JSON Feed says %q", tag)
	}
}

func TestACategoryIsFoundUnderItsName(t *testing.T) {
	w := newWorld(t)
	newsroom(w)
	const slug = "/category/%D8%A7%D9%82%D8%AA%D8%B5%D8%A7%D8%AF-%D9%88%D8%A7%D8%B9%D9%85%D8%A7%D9%84"
	for _, name := range []string{slug, "/category/" + url.PathEscape("اقتصاد وأعمال"), "/category/" + url.PathEscape("اقتصاد-وأعمال")} {
		if got := w.get(name).ok().html().Find("link[rel=canonical]").AttrOr("href", ""); got != siteURL+slug {
			t.Errorf("%s is the page %s, want %s", name, got, siteURL+slug)
		}
	}
	if r := w.get("/category/---"); r.status != http.StatusNotFound {
		t.Errorf("a name of signs alone answers %d, want 404", r.status)
	}
}

func TestTheItemPageSaysWhenThePartnerChangedIt(t *testing.T) {
	w := newWorld(t)
	w.configure(fikra)
	w.fetch("fikrafann", meeting())
	w.now = time.Date(2026, 11, 24, 10, 5, 0, 0, time.UTC)
	revised := meeting()
	revised.Title = "عنوان جديد"
	id := w.fetch("fikrafann", revised)[0]
	doc := w.get("/item/" + id).ok().html()
	if got, want := words(doc.Find(".facts")), "حُدّث الثلاثاء 24 نوفمبر 2026، 12:05 م"; !strings.Contains(got, want) {
		t.Errorf("%q does not say %q", got, want)
	}
}

func TestErrorsHavePages(t *testing.T) {
	w := newWorld(t)
	id := newsroom(w)
	w.mark(nashra.Mark{Kind: nashra.MarkHide, Article: id})
	removed := someArticle(w, "nile")
	w.apply(nashra.Batch{By: "desk", Removes: []nashra.Remove{{Article: removed, Reason: "x"}}})
	tests := []struct {
		path   string
		status int
		words  string
	}{
		{"/nowhere", 404, "لا صفحة بهذا العنوان"},
		{"/item/none", 404, "لا صفحة بهذا العنوان"},
		{"/item/" + id, 410, "لم يعد هذا الخبر متاحًا"},
		{"/item/" + removed, 410, "لم يعد هذا الخبر متاحًا"},
		{"/item/" + removed + "/", 410, "لم يعد هذا الخبر متاحًا"},
		{"/item/none/", 404, "لا صفحة بهذا العنوان"},
		{"/source/nobody", 404, "لا صفحة بهذا العنوان"},
		{"/search?q=x", 404, "لا صفحة بهذا العنوان"},
		{"/sitemaps", 404, "لا صفحة بهذا العنوان"},
		{"/nothing", 404, "لا صفحة بهذا العنوان"},
	}
	for _, tt := range tests {
		r := w.get(tt.path)
		if r.status != tt.status {
			t.Errorf("%s answers %d, want %d", tt.path, r.status, tt.status)
		}
		if got := words(r.html().Find("h1")); got != tt.words {
			t.Errorf("%s says %q, want %q", tt.path, got, tt.words)
		}
	}
}

// someArticle is the id of a source's newest article.
func someArticle(w *world, source string) string {
	w.Helper()
	page, err := w.store.Articles(w.Context(), nashra.Query{Source: source, Limit: 1})
	if err != nil || len(page.Records) == 0 {
		w.Fatal("no article", err)
	}
	return page.Records[0].Article.ID
}

func TestReadersNeverSeeWhyAPageFailed(t *testing.T) {
	var log strings.Builder
	w := newWorld(t, withLog(&log))
	newsroom(w)
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	r := w.get("/feed.xml")
	if r.status != http.StatusInternalServerError || strings.Contains(r.body, "closed") {
		t.Errorf("status %d: %s", r.status, r.body)
	}
	if got := words(r.html().Find("h1")); got != "حدث خلل عندنا" {
		t.Errorf("heading %q", got)
	}
	if !strings.Contains(log.String(), "request failed") || !strings.Contains(log.String(), "closed") {
		t.Errorf("the log says %q", log.String())
	}
}

func TestHostileWordsStayWords(t *testing.T) {
	w := newWorld(t)
	w.configure(nashra.Source{ID: "evil", Name: `<b onclick="alert(9)">شريك</b> & ]]>`, Feed: "ftp://x", Homepage: "javascript:alert(10)", Category: `"><script>`, Licence: "javascript:alert(11)"})
	id := w.fetch("evil", hostile())[0]
	for _, path := range []string{"/", "/source/evil", "/item/" + id} {
		doc := soundPage(t, path, w.get(path).ok())
		doc.Find("[href], [src]").Each(func(_ int, s *goquery.Selection) {
			if link := s.AttrOr("href", s.AttrOr("src", "")); strings.Contains(link, "javascript:") {
				t.Errorf("%s links to %q", path, link)
			}
		})
	}
	soundPage(t, "/admin/", w.desk("/admin/").ok())
	checkRSS(t, w.get("/feed.xml").ok().body, siteURL+"/feed.xml")
	checkAtom(t, w.get("/atom.xml").ok().body, siteURL+"/atom.xml")
	checkJSONFeed(t, w.get("/feed.json").ok().body, siteURL+"/feed.json")
	item := checkRSS(t, w.get("/feed.xml").body, siteURL+"/feed.xml")[0]
	if got, want := item.one(t, "title").text, `</title><script>alert("1")</script> ]]> &`; !strings.HasPrefix(got, want) {
		t.Errorf("title %q, want %q", got, want)
	}
	if got, want := item.one(t, "link").text, siteURL+"/item/"+id; got != want {
		t.Errorf("an article whose address is no web address links to %q, want our page %q", got, want)
	}
}

func TestALongTitleStaysWhole(t *testing.T) {
	w := newWorld(t)
	w.configure(nile)
	c := content(strings.TrimSpace(strings.Repeat("عنوان طويل ", 150)), "https://nile.example/1", began)
	id := w.fetch("nile", c)[0]
	if got := words(w.get("/item/" + id).ok().html().Find("h1")); got != c.Title {
		t.Errorf("the page's title is %q", got)
	}
	if got := checkRSS(t, w.get("/feed.xml").ok().body, siteURL+"/feed.xml")[0].one(t, "title").text; got != c.Title {
		t.Errorf("the feed's title is %q", got)
	}
}

func TestAnEndlessTitleIsCut(t *testing.T) {
	w := newWorld(t)
	w.configure(nile)
	c := content(strings.Repeat("عنوان ", 15000), "https://nile.example/1", began)
	c.Excerpt, c.HTML = "مقتطف", "<p>نص</p>"
	id := w.fetch("nile", c)[0]
	for _, path := range append(feedPaths(""), "/", "/item/"+id) {
		if r := w.get(path).ok(); len(r.body) > 64<<10 {
			t.Errorf("%s has %d bytes", path, len(r.body))
		}
	}
	title := words(w.get("/item/" + id).html().Find("h1"))
	if n := len([]rune(title)); n > 4096 || !strings.HasSuffix(title, "…") {
		t.Errorf("a title of %d characters", n)
	}
}

func TestASiteBelowAPathLinksBelowIt(t *testing.T) {
	w := newWorld(t, func(c *publisher.Config) { c.Site.URL = "https://host.example/news/" })
	id := newsroom(w)
	doc := w.get("/").ok().html()
	doc.Find("main [href], header [href], footer [href]").Each(func(_ int, s *goquery.Selection) {
		if href := s.AttrOr("href", ""); !strings.HasPrefix(href, "/news/") {
			t.Errorf("link %q", href)
		}
	})
	if body := w.get("/feed.json").ok().body; !strings.Contains(body, `"https://host.example/news/item/`+id) {
		t.Error("the feed does not link below the path")
	}
}

func TestTheStylesheetIsSmallAndKept(t *testing.T) {
	w := newWorld(t)
	path := w.get("/").ok().html().Find("link[rel=stylesheet]").AttrOr("href", "")
	r := w.get(path).ok()
	if len(r.body) > 20<<10 {
		t.Errorf("the stylesheet has %d bytes, at most 20 KiB", len(r.body))
	}
	for _, never := range []string{"letter-spacing:", "italic", "justify;", "margin-left", "margin-right", "padding-left", "padding-right", "float:", "@import", "//", "data:"} {
		if strings.Contains(r.body, never) {
			t.Errorf("the stylesheet has %q", never)
		}
	}
	if !strings.Contains(r.header.Get("Cache-Control"), "immutable") || r.header.Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("headers %v", r.header)
	}
	if r := w.get("/static/style.css"); r.status != http.StatusNotFound {
		t.Errorf("a file without its hash answers %d", r.status)
	}
	if r := w.get("/favicon.ico").ok(); r.header.Get("Content-Type") != "image/x-icon" {
		t.Errorf("the icon is %q", r.header.Get("Content-Type"))
	}
}
