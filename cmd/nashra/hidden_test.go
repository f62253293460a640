package main_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
)

var (
	// What says of an id that it is gone: RFC 6721, and ninjs.
	saidGone = regexp.MustCompile(`(?s)<at:deleted-entry .*?</at:deleted-entry>|\{[^{}]*"pubstatus":"canceled"[^{}]*\}`)
	linkOf   = regexp.MustCompile(`(?:href="|src="|xmlUrl="|<loc>|<link>|_url": ?"|Sitemap: )([^"<\s]+)`)
)

// everyPath follows all links of a site that readers can, from these on, but for
// those to items, of which there are many.
func everyPath(t *testing.T, base string, paths ...string) map[string]bool {
	t.Helper()
	at, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for len(paths) > 0 {
		path := paths[0]
		paths = paths[1:]
		if known[path] {
			continue
		}
		known[path] = true
		if len(known) > 2000 {
			t.Fatal("the site has no end")
		}
		_, body := get(t, base+path)
		for _, m := range linkOf.FindAllStringSubmatch(body, -1) {
			link, err := at.Parse(strings.NewReplacer("&amp;", "&", `\u0026`, "&").Replace(m[1]))
			if err == nil && link.Host == at.Host && !strings.HasPrefix(link.Path, "/static/") && !strings.HasPrefix(link.Path, "/item/") {
				paths = append(paths, link.RequestURI())
			}
		}
	}
	return known
}

func TestWhatTheDeskHidesIsGoneFromEverythingAtOnce(t *testing.T) {
	var many []article
	for i := range 55 { // more than a page of a list holds
		a := articles(fmt.Sprintf("fikra-%d", i))[0]
		a.title, a.published = fmt.Sprintf("افتتاح المعرض رقم %d", i+1000), time.Now().Add(-time.Duration(i)*time.Minute)
		many = append(many, a)
	}
	p := newPartner(t, "rss", many...)
	d := newDesk(t, "  - {id: fikrafann, name: جريدة فكرة فن, category: فنون, index: own, limit: 500, feed: "+p.URL+"/feed}\n")
	d.must(t, "fetch")
	server := d.serve(t, "--no-schedule")
	defer server.stop(t)
	base := "http://" + d.listen
	listed := items(t, d)
	item := listed[2] // with one before it and one after it
	page := "/item/" + item.ID
	query := "?q=" + url.QueryEscape(strings.TrimPrefix(item.Title, "افتتاح "))
	waitFor(t, "the search to find it", func() bool {
		_, body := get(t, base+"/search"+query)
		return strings.Contains(body, item.ID)
	})
	holds := func(body string) bool {
		body = saidGone.ReplaceAllString(body, "")
		return strings.Contains(body, item.ID) || strings.Contains(body, item.Title)
	}
	send := func(path string, header http.Header) (*http.Response, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		maps.Copy(r.Header, header)
		resp, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := decoded(resp)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		return resp, body
	}

	type form struct{ path, encoding string }
	shown := map[form]string{} // the ETag of each that holds it
	kinds := map[string]bool{}
	paths := everyPath(t, base, "/item/"+listed[1].ID, "/item/"+listed[3].ID, "/", "/feeds", "/robots.txt", "/opml.xml", "/sitemap-news.xml", "/ninjs.json", "/search"+query,
		"/search/feed.xml"+query, "/search/atom.xml"+query, "/search/feed.json"+query)
	for _, at := range slices.Sorted(maps.Keys(paths)) {
		if at == page {
			continue
		}
		for _, encoding := range []string{"identity", "gzip", "br"} {
			if resp, body := send(at, http.Header{"Accept-Encoding": {encoding}}); holds(body) {
				shown[form{at, encoding}] = resp.Header.Get("Etag")
				kinds[strings.Split(at, "?")[0]] = true
			}
		}
	}
	for _, want := range []string{
		"/", "/feed.xml", "/atom.xml", "/feed.json", "/ninjs.json", "/source/fikrafann", "/source/fikrafann/feed.xml", "/category/%D9%81%D9%86%D9%88%D9%86",
		"/search", "/search/feed.xml", "/search/atom.xml", "/search/feed.json", "/sitemap-news.xml", "/item/" + listed[1].ID, "/item/" + listed[3].ID,
	} {
		if !kinds[want] {
			t.Errorf("%s does not show the item before it is hidden", want)
		}
	}

	d.must(t, "items", "hide", item.ID, "--reason", "طلب الشريك")
	for f, etag := range shown {
		resp, body := send(f.path, http.Header{"Accept-Encoding": {f.encoding}, "If-None-Match": {etag}})
		if resp.StatusCode == http.StatusNotModified || holds(body) {
			t.Errorf("%s in %s answers %d and still has the hidden item", f.path, f.encoding, resp.StatusCode)
		}
	}
	for path := range everyPath(t, base, slices.Collect(maps.Keys(paths))...) {
		if _, body := get(t, base+path); holds(body) {
			t.Errorf("%s still has the hidden item", path)
		}
	}
	if resp, body := send(page, nil); resp.StatusCode != http.StatusGone || strings.Contains(body, item.Title) {
		t.Errorf("its page answers %d", resp.StatusCode)
	}
	out := filepath.Join(d.folder, "out")
	d.must(t, "export", out)
	for name, text := range exported(t, out) {
		if name == page[1:]+".gone" {
			continue // which says to a web server that it is
		}
		if strings.Contains(name, item.ID) || !strings.HasSuffix(name, ".gz") && holds(text) {
			t.Errorf("the export's %s has the hidden item", name)
		}
	}

	p.edit(strings.TrimSuffix(path.Base(item.Link), ".html"), func(a *article) { a.paragraphs[0] += " وهذا تصحيح." })
	d.must(t, "fetch", "fikrafann")
	if resp, _ := send(page, nil); resp.StatusCode != http.StatusGone {
		t.Errorf("after the partner corrected it its page answers %d", resp.StatusCode)
	}
	d.must(t, "items", "restore", item.ID)
	for f := range shown {
		if strings.HasPrefix(f.path, "/search") {
			continue // the index may still have to learn the correction, which moves it in the order of the best
		}
		if _, body := send(f.path, http.Header{"Accept-Encoding": {f.encoding}}); !holds(body) {
			t.Errorf("%s in %s does not have the restored item", f.path, f.encoding)
		}
	}
	if resp, body := send(page, nil); resp.StatusCode != http.StatusOK || !strings.Contains(body, "وهذا تصحيح") {
		t.Errorf("restored, its page answers %d, or without the partner's correction", resp.StatusCode)
	}
}

// decoded is the body of an answer as it was before it was packed.
func decoded(resp *http.Response) (string, error) {
	var r io.Reader = resp.Body
	switch resp.Header.Get("Content-Encoding") {
	case "gzip":
		var err error
		if r, err = gzip.NewReader(r); err != nil {
			return "", err
		}
	case "br":
		r = brotli.NewReader(r)
	}
	body, err := io.ReadAll(r)
	return string(body), err
}
