package publisher_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"nashra"
)

// locations are the addresses of a sitemap or an index of sitemaps.
func locations(t *testing.T, r response) []string {
	t.Helper()
	if got := r.ok().header.Get("Content-Type"); got != "application/xml; charset=utf-8" {
		t.Errorf("type %q", got)
	}
	var list []string
	for _, loc := range parseXML(t, r.body).every("sitemap:loc") {
		list = append(list, loc.text)
	}
	return list
}

// every finds the elements of that name at any depth.
func (n *node) every(name string) []*node {
	found := n.all(name)
	for _, c := range n.children {
		found = append(found, c.every(name)...)
	}
	return found
}

// mapped are the paths of all addresses that the sitemap leads to.
func mapped(w *world, t *testing.T) []string {
	t.Helper()
	var paths []string
	for _, part := range locations(t, w.get("/sitemap.xml")) {
		for _, loc := range locations(t, w.get(strings.TrimPrefix(part, siteURL))) {
			paths = append(paths, strings.TrimPrefix(loc, siteURL))
		}
	}
	slices.Sort(paths)
	return paths
}

// indexed is nile under that policy.
func indexed(index nashra.Index) nashra.Source {
	src := nile
	src.Index = index
	return src
}

func TestSitemapsHoldWhatMayBeListed(t *testing.T) {
	for index, want := range map[nashra.Index]bool{"": false, nashra.IndexNone: false, nashra.IndexCanonical: true, nashra.IndexOwn: true} {
		w := newWorld(t)
		w.configure(indexed(index))
		ids := w.fetch("nile", content("خبر", "https://nile.example/1", began), content("آخر", "https://nile.example/2", began))
		pages := mapped(w, t)
		for _, path := range []string{"/", "/source/nile"} {
			if !slices.Contains(pages, path) {
				t.Errorf("index %q: no %s in %q", index, path, pages)
			}
		}
		news := locations(t, w.get("/sitemap-news.xml"))
		for _, id := range ids {
			if got := slices.Contains(pages, "/item/"+id); got != want {
				t.Errorf("index %q: in the sitemap: %v", index, got)
			}
			if got := slices.Contains(news, siteURL+"/item/"+id); got != want {
				t.Errorf("index %q: in the news sitemap: %v", index, got)
			}
		}
		w.mark(nashra.Mark{Kind: nashra.MarkHide, Article: ids[0]})
		if slices.Contains(mapped(w, t), "/item/"+ids[0]) || slices.Contains(locations(t, w.get("/sitemap-news.xml")), siteURL+"/item/"+ids[0]) {
			t.Errorf("index %q: a hidden article is in a sitemap", index)
		}
		if got := len(mapped(w, t)) - len(pages); want && got != -1 || !want && got != 0 {
			t.Errorf("index %q: %+d addresses after one was hidden", index, got)
		}
	}
}

func TestTheSitemapIsInPartsThatNeverChange(t *testing.T) {
	w := newWorld(t)
	w.configure(indexed(nashra.IndexOwn))
	var ids []string
	add := func(n int) {
		var contents []nashra.Content
		for range n {
			k := len(ids) + len(contents)
			contents = append(contents, content(fmt.Sprintf("خبر %d", k), fmt.Sprintf("https://nile.example/%d", k), began.Add(-time.Duration(k)*time.Hour)))
		}
		ids = append(ids, w.fetch("nile", contents...)...)
	}
	for range 24 {
		add(50)
	}
	parts := locations(t, w.get("/sitemap.xml"))
	if len(parts) != 3 {
		t.Fatalf("parts %q, want the pages and two of articles", parts)
	}
	first := strings.TrimPrefix(parts[1], siteURL)
	before := w.get(first).ok()
	add(50)
	if after := w.get(first).ok(); after.header.Get("ETag") != before.header.Get("ETag") {
		t.Error("an old part changed with a new article")
	}
	pages := mapped(w, t)
	for _, id := range ids {
		if !slices.Contains(pages, "/item/"+id) {
			t.Fatalf("article %s is in no part", id)
		}
	}
	if len(slices.Compact(slices.Clone(pages))) != len(pages) {
		t.Error("an address stands there twice")
	}
	for _, path := range []string{"/sitemap/2.xml", "/sitemap/99.xml", "/sitemap/01.xml", "/sitemap/-1.xml", "/sitemap/0", "/sitemap/x.xml", "/sitemap/4294967296.xml"} {
		if r := w.get(path); r.status != http.StatusNotFound {
			t.Errorf("%s answers %d", path, r.status)
		}
	}
}

func TestTheNewsSitemapForgetsAfterTwoDays(t *testing.T) {
	w := newWorld(t)
	w.configure(indexed(nashra.IndexOwn))
	w.fetch("nile", content("قديم", "https://nile.example/old", began.Add(-49*time.Hour)), content("خبر & آخر", "https://nile.example/new", began.Add(-time.Hour)))
	news := w.get("/sitemap-news.xml").ok()
	urls := parseXML(t, news.body).all("sitemap:url")
	if len(urls) != 1 {
		t.Fatalf("%d articles, want the one of the last 48 hours", len(urls))
	}
	for name, want := range map[string]string{
		"news:name": "مصر اليوم", "news:language": "ar", "news:title": "خبر & آخر", "news:publication_date": "2026-11-23T07:00:00Z",
	} {
		if got := urls[0].every(name); len(got) != 1 || got[0].text != want {
			t.Errorf("%s: %+v, want %q", name, got, want)
		}
	}
	w.now = w.now.Add(47*time.Hour + time.Second) // no batch tells of it
	if got := locations(t, w.get("/sitemap-news.xml")); len(got) != 0 {
		t.Errorf("after two days it still holds %q", got)
	}
}

func TestRobotsAreToldWhereNotToGo(t *testing.T) {
	w := newWorld(t)
	r := w.get("/robots.txt").ok()
	for _, line := range []string{"User-agent: *", "Disallow: /admin/", "Disallow: /api/", "Disallow: /search", "Sitemap: " + siteURL + "/sitemap.xml"} {
		if !slices.Contains(strings.Split(r.body, "\n"), line) {
			t.Errorf("no line %q in\n%s", line, r.body)
		}
	}
	if r.header.Get("ETag") == "" || !strings.HasPrefix(r.header.Get("Content-Type"), "text/plain") {
		t.Errorf("headers %v", r.header)
	}
}

func TestTheListOfPartnersKeepsTheirKeys(t *testing.T) {
	w := newWorld(t)
	private, retired, ended := nile, nile, nile
	private.ID, private.Name, private.Feed = "private", "شريك \"خاص\" & له مفتاح", "https://user:pass@private.example/feed?key=secret&page=1"
	retired.ID, retired.Name, retired.Retired = "retired", "متقاعد", true
	ended.ID, ended.Name, ended.Rights.Until = "ended", "منتهٍ", began.Add(-time.Hour)
	w.configure(private, retired, ended)
	r := w.get("/opml.xml").ok()
	for _, secret := range []string{"secret", "pass"} {
		if strings.Contains(r.body, secret) {
			t.Errorf("it tells %q:\n%s", secret, r.body)
		}
	}
	feeds := map[string]string{}
	for _, o := range parseXML(t, r.body).every("outline") {
		if address := o.attributes["xmlUrl"]; address != "" {
			feeds[address] = o.attributes["text"]
		}
	}
	for address, want := range map[string]bool{
		siteURL + "/feed.xml": true, siteURL + "/source/private/feed.xml": true, "https://private.example/feed?page=1": true,
		siteURL + "/source/retired/feed.xml": true, nile.Feed: false, siteURL + "/source/ended/feed.xml": false,
	} {
		if _, got := feeds[address]; got != want {
			t.Errorf("%s: listed %v, want %v\n%s", address, got, want, r.body)
		}
	}
	if got := feeds["https://private.example/feed?page=1"]; got != private.Name {
		t.Errorf("name %q", got)
	}
}

func TestTheManifestNamesTheSite(t *testing.T) {
	w := newWorld(t)
	path, _ := w.get("/").ok().html().Find("link[rel=manifest]").Attr("href")
	r := w.get(path).ok()
	for _, part := range []string{`"name":"مصر اليوم"`, `"dir":"rtl"`, `"lang":"ar"`, `"start_url":"/"`} {
		if !strings.Contains(r.body, part) {
			t.Errorf("no %s in %s", part, r.body)
		}
	}
	if r.header.Get("Content-Type") != "application/manifest+json" {
		t.Errorf("type %q", r.header.Get("Content-Type"))
	}
	for _, icon := range strings.Split(r.body, `"src":"`)[1:] {
		src, _, _ := strings.Cut(icon, `"`)
		w.get(src).ok()
	}
}
