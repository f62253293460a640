package publisher_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/mmcdole/gofeed"

	"nashra"
	"nashra/publisher"
)

// noteLastAndOnce checks the credit in a body.
func noteLastAndOnce(t *testing.T, body string) {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if n := doc.Find("aside.disclaimer").Length(); n != 1 {
		t.Errorf("%d disclaimers in %q, want one", n, body)
	}
	if !doc.Find("body").Children().Last().Is("aside.disclaimer") {
		t.Errorf("the disclaimer is not the last element of %q", body)
	}
}

// feedPaths are the formats below a path.
func feedPaths(below string) []string {
	return []string{below + "/feed.xml", below + "/atom.xml", below + "/feed.json", below + "/ninjs.json"}
}

func TestFeedsFollowTheirSpecifications(t *testing.T) {
	w := newWorld(t)
	newsroom(w)
	for _, below := range []string{"", "/source/fikrafann", "/category/سياسه"} {
		path := func(file string) (string, string) {
			escaped := strings.Replace(below, "سياسه", "%D8%B3%D9%8A%D8%A7%D8%B3%D9%87", 1) + "/" + file
			return escaped, siteURL + escaped
		}
		want := 1
		if below == "" {
			want = 11
		}
		t.Run("RSS "+below, func(t *testing.T) {
			local, public := path("feed.xml")
			if items := checkRSS(t, w.get(local).ok().body, public); len(items) != want {
				t.Errorf("%d items, want %d", len(items), want)
			}
		})
		t.Run("Atom "+below, func(t *testing.T) {
			local, public := path("atom.xml")
			if entries := checkAtom(t, w.get(local).ok().body, public); len(entries) != want {
				t.Errorf("%d entries, want %d", len(entries), want)
			}
		})
		t.Run("JSON Feed "+below, func(t *testing.T) {
			local, public := path("feed.json")
			if items := checkJSONFeed(t, w.get(local).ok().body, public); len(items) != want {
				t.Errorf("%d items, want %d", len(items), want)
			}
		})
	}
}

func TestFeedsWithoutArticlesAreValid(t *testing.T) {
	w := newWorld(t)
	if items := checkRSS(t, w.get("/feed.xml").ok().body, siteURL+"/feed.xml"); len(items) != 0 {
		t.Errorf("%d items", len(items))
	}
	checkAtom(t, w.get("/atom.xml").ok().body, siteURL+"/atom.xml")
	checkJSONFeed(t, w.get("/feed.json").ok().body, siteURL+"/feed.json")
}

func TestFeedsAreAsWritten(t *testing.T) {
	w := newWorld(t)
	w.configure(fikra, courier)
	w.fetch("fikrafann", meeting())
	w.fetch("courier", french())
	golden(t, "feed.xml", w.get("/feed.xml").ok().body)
	golden(t, "atom.xml", w.get("/atom.xml").ok().body)
	var indented bytes.Buffer
	if err := json.Indent(&indented, []byte(w.get("/feed.json").ok().body), "", "  "); err != nil {
		t.Fatal(err)
	}
	golden(t, "feed.json", indented.String())
	indented.Reset()
	if err := json.Indent(&indented, []byte(w.get("/ninjs.json").ok().body), "", "  "); err != nil {
		t.Fatal(err)
	}
	golden(t, "ninjs.json", indented.String())
}

func TestFeedTypes(t *testing.T) {
	w := newWorld(t)
	for path, want := range map[string]string{
		"/feed.xml":   "application/rss+xml; charset=utf-8",
		"/atom.xml":   "application/atom+xml; charset=utf-8",
		"/feed.json":  "application/feed+json; charset=utf-8",
		"/ninjs.json": "application/json; charset=utf-8",
	} {
		r := w.get(path).ok()
		if got := r.header.Get("Content-Type"); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
		if got := r.header.Get("Access-Control-Allow-Origin"); got != "*" {
			t.Errorf("%s allows origin %q, want *", path, got)
		}
	}
}

func TestABrowserIsSentXMLThatItShows(t *testing.T) {
	w := newWorld(t)
	newsroom(w)
	const navigation = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	for _, tt := range []struct {
		path, header, value string
		want                string
	}{
		{"/feed.xml", "Accept", navigation, "application/xml; charset=utf-8"},
		{"/atom.xml", "Sec-Fetch-Dest", "document", "application/xml; charset=utf-8"},
		{"/feed.xml", "Accept", "application/rss+xml, text/html;q=0.5", "application/rss+xml; charset=utf-8"},
		{"/feed.xml", "Sec-Fetch-Dest", "empty", "application/rss+xml; charset=utf-8"},
		{"/feed.json", "Accept", navigation, "application/feed+json; charset=utf-8"},
	} {
		r := w.get(tt.path, tt.header, tt.value).ok()
		if got := r.header.Get("Content-Type"); got != tt.want {
			t.Errorf("%s with %s: %s is %q, want %q", tt.path, tt.header, tt.value, got, tt.want)
		}
		if r.body != w.get(tt.path).ok().body {
			t.Errorf("%s with %s: %s has other bytes", tt.path, tt.header, tt.value)
		}
	}
}

func TestFeedReadersFindEverything(t *testing.T) {
	w := newWorld(t)
	id := newsroom(w)
	for _, path := range feedPaths("/source/fikrafann")[:3] { // no reader of feeds knows ninjs
		t.Run(path, func(t *testing.T) {
			feed, err := gofeed.NewParser().ParseString(w.get(path).ok().body)
			if err != nil {
				t.Fatal(err)
			}
			if feed.Language != "ar" {
				t.Errorf("language %q", feed.Language)
			}
			item := feed.Items[0]
			if item.GUID != nashra.URN(id) {
				t.Errorf("id %q, want %q", item.GUID, nashra.URN(id))
			}
			if want := "https://fikra.example/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/1?utm=a%20b"; item.Link != want {
				t.Errorf("link %q, want the original %q", item.Link, want)
			}
			if item.Title != meeting().Title {
				t.Errorf("title %q", item.Title)
			}
			if !strings.HasPrefix(item.Content, meeting().HTML) {
				t.Errorf("the body is not whole: %q", item.Content)
			}
			if !item.PublishedParsed.Equal(meeting().Published) {
				t.Errorf("published %v", item.PublishedParsed)
			}
			if n := len(item.Authors); n == 0 || item.Authors[n-1].Name != "سلمى عبد الرحمن" {
				t.Errorf("authors %v", item.Authors)
			}
			if want := []string{"سياسة", "ليبيا", "الأمن القومي"}; !slices.Equal(item.Categories, want) {
				t.Errorf("categories %q, want %q: the source's, then the partner's, each once", item.Categories, want)
			}
		})
	}
}

func TestFeedsNameThePartner(t *testing.T) {
	w := newWorld(t)
	id := newsroom(w)
	rss := checkRSS(t, w.get("/source/fikrafann/feed.xml").ok().body, siteURL+"/source/fikrafann/feed.xml")[0]
	if source := rss.one(t, "source"); source.text != fikra.Name || source.attributes["url"] != "https://fikra.example/feed" {
		t.Errorf("RSS source is %q %v", source.text, source.attributes)
	}
	if enclosure := rss.one(t, "enclosure"); enclosure.attributes["url"] != "https://fikra.example/b.mp3" || enclosure.attributes["length"] != "4321" {
		t.Errorf("the enclosure is %v, want the one whose length is known", enclosure.attributes)
	}
	if media := rss.all("media:content"); len(media) != 2 || media[0].attributes["medium"] != "image" || media[1].attributes["url"] != "https://fikra.example/a.mp3" {
		t.Errorf("%d media:content, want the picture and the sound of an unknown length", len(media))
	}
	atom := checkAtom(t, w.get("/source/fikrafann/atom.xml").ok().body, siteURL+"/source/fikrafann/atom.xml")[0]
	if title := atom.one(t, "atom:source").one(t, "atom:title").text; title != fikra.Name {
		t.Errorf("atom:source is %q", title)
	}
	if rights := atom.one(t, "atom:rights").text; rights != fikra.Licence {
		t.Errorf("rights are %q", rights)
	}
	if links := linksOf(t, atom); links["related"][0] != siteURL+"/item/"+id {
		t.Errorf("related is %v, want our page", links["related"])
	}
	item := checkJSONFeed(t, w.get("/source/fikrafann/feed.json").ok().body, siteURL+"/source/fikrafann/feed.json")[0]
	if first := item.Authors[0]; first.Name != fikra.Name || first.URL != fikra.Homepage {
		t.Errorf("JSON Feed authors are %v, want the partner first", item.Authors)
	}
	if item.Nashra.Page != siteURL+"/item/"+id {
		t.Errorf("_nashra.page is %q", item.Nashra.Page)
	}
}

func TestAnArticleOfPicturesAloneIsDescribedByItsTitle(t *testing.T) {
	w := newWorld(t)
	w.configure(nile)
	c := content("الفيضان في صور", "https://nile.example/pictures", began)
	c.Excerpt, c.HTML = "", `<figure><img src="https://nile.example/1.jpg" alt=""/></figure>`
	w.fetch("nile", c)
	item := checkRSS(t, w.get("/feed.xml").ok().body, siteURL+"/feed.xml")[0]
	if got := item.one(t, "description").text; got != c.Title {
		t.Errorf("the description is %q, want the title", got)
	}
}

func TestFeedsHoldTheNewestFifty(t *testing.T) {
	w := newWorld(t)
	w.configure(nile)
	var contents []nashra.Content
	for i := range 60 {
		contents = append(contents, content(fmt.Sprintf("خبر %d", i), fmt.Sprintf("https://nile.example/%d", i), began.Add(-time.Duration(i)*time.Minute)))
	}
	w.fetch("nile", contents...)
	items := checkRSS(t, w.get("/feed.xml").ok().body, siteURL+"/feed.xml")
	if len(items) != 50 {
		t.Fatalf("%d items, want 50", len(items))
	}
	if first, last := items[0].one(t, "title").text, items[49].one(t, "title").text; first != "خبر 0" || last != "خبر 49" {
		t.Errorf("from %q to %q, want newest first", first, last)
	}
}

func TestFeedsOfUnknownScopesAreNotFound(t *testing.T) {
	w := newWorld(t)
	newsroom(w)
	for _, below := range []string{"/source/nobody", "/category/nothing", "/category"} {
		for _, path := range feedPaths(below) {
			if r := w.get(path); r.status != http.StatusNotFound {
				t.Errorf("%s answers %d, want 404", path, r.status)
			}
		}
	}
}

func TestAHiddenArticleLeavesEverythingAtOnce(t *testing.T) {
	w := newWorld(t)
	id, title := newsroom(w), meeting().Title // feeds go on to say of its id that it is gone
	paths := append(feedPaths(""), feedPaths("/source/fikrafann")...)
	paths = append(paths, "/", "/source/fikrafann", "/category/%D8%B3%D9%8A%D8%A7%D8%B3%D9%87")
	for _, path := range paths {
		for _, encoding := range []string{"gzip", ""} {
			if !strings.Contains(w.get(path, "Accept-Encoding", encoding).ok().body, title) {
				t.Fatalf("%s does not hold the article", path)
			}
		}
	}
	w.get("/item/" + id).ok()
	w.mark(nashra.Mark{Kind: nashra.MarkHide, Article: id, Reason: "طلب الشريك"})
	for _, path := range paths {
		for _, encoding := range []string{"gzip", ""} {
			if strings.Contains(w.get(path, "Accept-Encoding", encoding).ok().body, title) {
				t.Errorf("%s (%q) still holds the hidden article", path, encoding)
			}
		}
	}
	if r := w.get("/item/" + id); r.status != http.StatusGone {
		t.Errorf("its page answers %d, want 410", r.status)
	}
	w.mark(nashra.Mark{Kind: nashra.MarkRestore, Article: id})
	for _, path := range append(paths, "/item/"+id) {
		if !strings.Contains(w.get(path).ok().body, title) {
			t.Errorf("%s does not hold the restored article", path)
		}
	}
}

func TestNothingIsShownAfterTheRightsEnded(t *testing.T) {
	w := newWorld(t)
	id := newsroom(w)
	until := fikra
	until.Rights.Until = w.now.Add(time.Hour)
	w.configure(until)
	for _, path := range append(feedPaths(""), "/") {
		if !strings.Contains(w.get(path).ok().body, id) {
			t.Errorf("%s does not hold an article whose rights still run", path)
		}
	}
	w.now = until.Rights.Until // and no batch tells of it
	for _, path := range append(feedPaths(""), "/", "/source/fikrafann") {
		if strings.Contains(w.get(path).ok().body, meeting().Title) {
			t.Errorf("%s holds an article whose rights have ended", path)
		}
	}
	if r := w.get("/item/" + id); r.status != http.StatusGone {
		t.Errorf("its page answers %d, want 410", r.status)
	}
}

func TestReadersAreToldWhoseRightsEnded(t *testing.T) {
	w := newWorld(t)
	until := fikra
	until.Rights.Until = w.now.Add(time.Hour)
	w.configure(nile, until)
	stays := w.fetch("nile", content("أ", "https://nile.example/1", began))[0]
	ids := w.fetch("fikrafann", meeting(), content("ب", "https://fikrafann.example/2", began))
	w.mark(nashra.Mark{Kind: nashra.MarkHide, Article: ids[1], Reason: "خطأ"})
	hidden := atomTimeOf(w.now)
	told := func(path string) map[string]string {
		body := w.get(path).ok().body
		checkAtom(t, body, siteURL+path)
		found := map[string]string{}
		for _, n := range parseXML(t, body).all("at:deleted-entry") {
			found[strings.TrimPrefix(n.attributes["ref"], "urn:nashra:")] = n.attributes["when"]
		}
		return found
	}
	if got := told("/atom.xml"); len(got) != 1 || got[ids[1]] != hidden {
		t.Errorf("while the rights run the feed tells of %v", got)
	}
	w.now = until.Rights.Until // and no batch tells of it
	want := map[string]string{ids[0]: atomTimeOf(until.Rights.Until), ids[1]: hidden}
	for _, path := range []string{"/atom.xml", "/source/fikrafann/atom.xml"} {
		if got := told(path); !maps.Equal(got, want) {
			t.Errorf("%s tells of %v, want %v", path, got, want)
		}
	}
	if got := told("/source/nile/atom.xml"); len(got) != 0 || !strings.Contains(w.get("/source/nile/atom.xml").ok().body, stays) {
		t.Errorf("the feed of another source tells of %v", got)
	}
	until.Rights.Until = w.now.Add(time.Hour) // the agreement goes on
	w.configure(nile, until)
	if got := told("/atom.xml"); len(got) != 1 {
		t.Errorf("after the rights were renewed the feed tells of %v", got)
	}
}

func atomTimeOf(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05Z") }

func TestOnlyThePartnersChangesAreUpdates(t *testing.T) {
	w := newWorld(t)
	w.configure(fikra)
	dates := func() (published, updated time.Time) {
		entry := checkAtom(t, w.get("/atom.xml").ok().body, siteURL+"/atom.xml")[0]
		return rfc3339(t, entry.one(t, "atom:published")), rfc3339(t, entry.one(t, "atom:updated"))
	}
	w.fetch("fikrafann", meeting())
	if published, updated := dates(); !published.Equal(meeting().Published) || !updated.Equal(published) {
		t.Errorf("a new article is published %v and updated %v", published, updated)
	}
	w.now = w.now.Add(time.Hour)
	revised := meeting()
	revised.HTML += "<p>أضاف الشريك فقرة.</p>"
	w.fetch("fikrafann", revised)
	if published, updated := dates(); !published.Equal(meeting().Published) || !updated.Equal(w.now) {
		t.Errorf("an article that the partner changed is published %v and updated %v, want %v", published, updated, w.now)
	}
}

func TestTheDisclaimerInForceShowsOnStoredArticles(t *testing.T) {
	w := newWorld(t)
	id := newsroom(w)
	note := func(w *world) string { return words(w.get("/item/" + id).ok().html().Find(".disclaimer")) }
	got := note(w)
	for _, want := range []string{"«جريدة فكرة فن»", "«مصر اليوم»", "«وكالة أنباء الشرق الأوسط»"} {
		if !strings.Contains(got, want) {
			t.Errorf("the note %q does not name %s", got, want)
		}
	}
	own := fikra
	own.Name, own.Disclaimer = "فكرة", "نقلًا عن {{.Source}} في {{.Published}}. [الأصل]({{.Link}})"
	w.configure(own)
	if got, want := note(w), "نقلًا عن فكرة في الاثنين 23 نوفمبر 2026، 8:30 ص. الأصل"; got != want {
		t.Errorf("the source's own template gives %q, want %q", got, want)
	}
	other, err := publisher.New(publisher.Config{
		Site:  publisher.Site{Name: "الناشر", URL: siteURL, Disclaimer: "من {{.Source}} إلى {{.Site}}"},
		Store: w.store, Now: func() time.Time { return w.now },
	})
	if err != nil {
		t.Fatal(err)
	}
	w.configure(fikra)
	w.server = other
	if got, want := note(w), "من جريدة فكرة فن إلى الناشر"; got != want {
		t.Errorf("the site's template gives %q, want %q", got, want)
	}
}

func TestTheOriginIsNamedOnlyWhereItIsAnother(t *testing.T) {
	w := newWorld(t, func(c *publisher.Config) { c.Site.Disclaimer = "{{.Source}}|{{.Origin}}" })
	w.configure(fikra)
	c := meeting()
	c.Credit.Origin = "جريده فكره فن" // the same, by its key
	id := w.fetch("fikrafann", c)[0]
	if got, want := words(w.get("/item/"+id).ok().html().Find(".disclaimer")), fikra.Name+"|"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestThePageOfFeedsListsEveryFeed(t *testing.T) {
	w := newWorld(t)
	newsroom(w)
	doc := soundPage(t, "/feeds", w.get("/feeds").ok())
	listed := map[string]bool{}
	doc.Find("main a[type]").Each(func(_ int, a *goquery.Selection) {
		path, kind := a.AttrOr("href", ""), a.AttrOr("type", "")
		listed[path] = true
		if r := w.get(path).ok(); !strings.HasPrefix(r.header.Get("Content-Type"), kind) {
			t.Errorf("%s is %s, and the page says %s", path, r.header.Get("Content-Type"), kind)
		}
	})
	for _, below := range []string{"", "/source/fikrafann", "/source/nile", "/source/courier", "/category/%d8%b3%d9%8a%d8%a7%d8%b3%d9%87", "/category/%d8%a7%d9%82%d8%aa%d8%b5%d8%a7%d8%af-%d9%88%d8%a7%d8%b9%d9%85%d8%a7%d9%84"} {
		for _, path := range feedPaths(below) {
			if !listed[upperEscapes(path)] {
				t.Errorf("%s is not on the page", path)
			}
		}
	}
}

func upperEscapes(path string) string {
	return regexp.MustCompile(`%[0-9a-f]{2}`).ReplaceAllStringFunc(path, strings.ToUpper)
}
