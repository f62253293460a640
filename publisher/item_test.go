package publisher_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"nashra"
)

// linkedData is a page's JSON-LD documents by their type.
func linkedData(t *testing.T, doc *goquery.Document) map[string]map[string]any {
	t.Helper()
	all := map[string]map[string]any{}
	doc.Find(`script[type="application/ld+json"]`).Each(func(_ int, s *goquery.Selection) {
		var v map[string]any
		if err := json.Unmarshal([]byte(s.Text()), &v); err != nil {
			t.Fatalf("%v in %s", err, s.Text())
		}
		all[v["@type"].(string)] = v
	})
	return all
}

func TestTheItemPageTellsMachinesWhoseItIs(t *testing.T) {
	w := newWorld(t)
	id := newsroom(w)
	page := siteURL + "/item/" + id
	data := linkedData(t, w.get("/item/"+id).ok().html())
	article := data["NewsArticle"]
	for key, want := range map[string]any{
		"@context": "https://schema.org", "headline": meeting().Title, "url": page, "mainEntityOfPage": page,
		"datePublished": "2026-11-23T06:30:00Z", "dateModified": "2026-11-23T06:30:00Z", "inLanguage": "ar",
		"isBasedOn": "https://fikra.example/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/1?utm=a%20b", "creditText": fikra.Name,
		"license": fikra.Licence, "description": meeting().Excerpt, "isAccessibleForFree": true,
	} {
		if article[key] != want {
			t.Errorf("%s is %v, want %v", key, article[key], want)
		}
	}
	for key, want := range map[string]string{
		"sourceOrganization": fikra.Name, "copyrightHolder": fikra.Name, "publisher": "مصر اليوم", "author": meeting().Byline,
	} {
		if got := article[key].(map[string]any)["name"]; got != want {
			t.Errorf("%s is %v, want %v", key, got, want)
		}
	}
	trail := data["BreadcrumbList"]["itemListElement"].([]any)
	var names []string
	for i, step := range trail {
		step := step.(map[string]any)
		names = append(names, step["name"].(string))
		if step["position"] != float64(i+1) || !strings.HasPrefix(step["item"].(string), siteURL+"/") {
			t.Errorf("step %d is %v", i, step)
		}
	}
	if got, want := strings.Join(names, " › "), "الرئيسية › "+fikra.Category+" › "+meeting().Title; got != want {
		t.Errorf("the trail is %s, want %s", got, want)
	}
}

func TestTheTrailLeadsUp(t *testing.T) {
	w := newWorld(t)
	id := newsroom(w)
	category := "/category/" + url.PathEscape("سياسه")
	for path, want := range map[string]string{
		"/item/" + id: "/ " + category, "/source/fikrafann": "/ " + category, category: "/", "/": "",
	} {
		var got []string
		w.get(path).ok().html().Find(".trail a").Each(func(_ int, s *goquery.Selection) {
			got = append(got, s.AttrOr("href", ""))
		})
		if strings.Join(got, " ") != want {
			t.Errorf("%s leads up to %q, want %q", path, got, want)
		}
	}
}

func TestASourceSaysWhatSearchEnginesMayDo(t *testing.T) {
	const original = "https://nile.example/1"
	for index, want := range map[nashra.Index]struct{ robots, canonical string }{
		"":                    {"noindex, follow", ""},
		nashra.IndexNone:      {"noindex, follow", ""},
		nashra.IndexCanonical: {"", original},
		nashra.IndexOwn:       {"max-image-preview:large", "ours"},
	} {
		w := newWorld(t)
		src := nile
		src.Index = index
		w.configure(src)
		id := w.fetch("nile", content("خبر", original, began))[0]
		doc := w.get("/item/" + id).ok().html()
		if want.canonical == "ours" {
			want.canonical = siteURL + "/item/" + id
		}
		if got := doc.Find("link[rel=canonical]").AttrOr("href", ""); got != want.canonical {
			t.Errorf("index %q: canonical %q, want %q", index, got, want.canonical)
		}
		if got := doc.Find("meta[name=robots]").AttrOr("content", ""); got != want.robots {
			t.Errorf("index %q: robots %q, want %q", index, got, want.robots)
		}
	}
}

func TestArticlesLeadToTheirNeighbours(t *testing.T) {
	w := newWorld(t)
	newsroom(w)
	hidden := someArticle(w, "nile")
	w.mark(nashra.Mark{Kind: nashra.MarkHide, Article: hidden})
	page, err := w.store.Articles(t.Context(), nashra.Query{Limit: 1000, Visible: w.now})
	if err != nil {
		t.Fatal(err)
	}
	path := "/item/" + page.Records[0].Article.ID
	for i, r := range page.Records {
		if path != "/item/"+r.Article.ID {
			t.Fatalf("step %d leads to %s, want %s", i, path, r.Article.ID)
		}
		doc := w.get(path).ok().html()
		if got, want := doc.Find(".beside [rel=next]").Length(), min(i, 1); got != want {
			t.Errorf("step %d has %d newer neighbours, want %d", i, got, want)
		}
		path = doc.Find(".beside [rel=prev]").AttrOr("href", "")
	}
	if path != "" {
		t.Errorf("the oldest leads on to %s", path)
	}
}

func TestOtherSpellingsOfAnAddressLeadToThePage(t *testing.T) {
	w := newWorld(t)
	id := newsroom(w)
	other := nashra.NewID("fikrafann", "a guid that the feed gave later")
	for from, to := range map[string]string{
		"/item/" + id + "/":                         "/item/" + id,
		"/item/" + strings.ToUpper(id):              "/item/" + id,
		"/source/fikrafann/":                        "/source/fikrafann",
		"/source/nile/?after=x":                     "/source/nile?after=x",
		"/category/%D8%B3%D9%8A%D8%A7%D8%B3%D8%A9/": "/category/%D8%B3%D9%8A%D8%A7%D8%B3%D9%87",
	} {
		r := w.get(from)
		if r.status != http.StatusMovedPermanently || r.header.Get("Location") != to {
			t.Errorf("%s answers %d to %q, want 301 to %q", from, r.status, r.header.Get("Location"), to)
		}
		doc := soundPage(t, from, r)
		if got := doc.Find("main a").AttrOr("href", ""); got != to {
			t.Errorf("the page at %s leads to %q, want %q", from, got, to)
		}
	}
	if r := w.get("/item/" + other); r.status != http.StatusNotFound {
		t.Errorf("nobody's id answers %d, want 404", r.status)
	}
}

func TestAnArticleIsFoundUnderTheIDThatItsLinkWouldGive(t *testing.T) {
	w := newWorld(t)
	w.configure(nile)
	c := content("خبر", "https://nile.example/1", began)
	identity := nashra.Identity{Partner: "nile", GUID: "g1", Link: c.Link, Title: c.Title}
	w.apply(nashra.Batch{
		By: "cycle", Source: "nile", Cycle: nashra.Cycle{Number: 1, Began: w.now},
		Puts:  []nashra.Put{{Identity: identity, EntryHash: nashra.HashOf("x"), Content: &c}},
		Fetch: &nashra.Fetch{Source: "nile", Outcome: nashra.OutcomeOK}, State: &nashra.State{Cycle: 1},
	})
	id, other := someArticle(w, "nile"), nashra.NewID("nile", nashra.LinkKey(c.Link))
	if id == other {
		t.Fatal("both ids are the same: nothing is shown")
	}
	if r := w.get("/item/" + other); r.status != http.StatusMovedPermanently || r.header.Get("Location") != "/item/"+id {
		t.Errorf("%d to %q, want 301 to /item/%s", r.status, r.header.Get("Location"), id)
	}
}

func TestTheFirstPictureIsNotPutOff(t *testing.T) {
	w := newWorld(t)
	w.configure(fikra)
	c := meeting()
	c.HTML = `<p>نص</p><img src="https://fikra.example/meeting.jpg" alt="" loading="lazy"/><img src="https://fikra.example/2.jpg" alt="" loading="lazy"/>`
	id := w.fetch("fikrafann", c)[0]
	pictures := w.get("/item/" + id).ok().html().Find(".body img")
	for i, want := range []string{"", "lazy"} {
		if got := pictures.Eq(i).AttrOr("loading", ""); got != want {
			t.Errorf("picture %d has loading=%q, want %q", i, got, want)
		}
	}
}

func TestSharingNeedsNoOther(t *testing.T) {
	w := newWorld(t)
	id := newsroom(w)
	button := w.get("/item/" + id).ok().html().Find("button.share")
	if _, hidden := button.Attr("hidden"); !hidden || button.AttrOr("data-share", "") != siteURL+"/item/"+id {
		t.Errorf("hidden %v, address %q", hidden, button.AttrOr("data-share", ""))
	}
}
