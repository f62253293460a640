package publisher_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"nashra"
	"nashra/publisher"
)

// shelf is a Folder in memory.
type shelf struct {
	files   map[string]shelved
	seen    map[string]bool
	written []string
}

type shelved struct {
	key          string
	body, packed []byte
}

func (s *shelf) Keeps(name, key string) bool {
	kept := s.files[name].key == key
	if kept {
		s.seen[name] = true
	}
	return kept
}

func (s *shelf) Put(name, key string, body, packed []byte) error {
	if !s.Keeps(name, key) {
		s.files[name], s.seen[name] = shelved{key, body, packed}, true
		s.written = append(s.written, name)
	}
	return nil
}

// export exports w's site onto s and gives the names of what was written.
func (s *shelf) export(w *world) []string {
	w.Helper()
	s.seen, s.written = map[string]bool{}, nil
	if err := w.server.Export(w.Context(), s, func() {}); err != nil {
		w.Fatal(err)
	}
	maps.DeleteFunc(s.files, func(name string, _ shelved) bool { return !s.seen[name] })
	return s.written
}

func newShelf() *shelf { return &shelf{files: map[string]shelved{}} }

func asFiles(c *publisher.Config) { c.Files = true }

func TestAnExportIsWhatIsServed(t *testing.T) {
	w := newWorld(t, asFiles)
	id := newsroom(w)
	more := w.fetch("courier", content("أ", "https://courier.example/1", began), content("ب", "https://courier.example/2", began))
	gone, purged := more[0], more[1]
	w.mark(nashra.Mark{Kind: nashra.MarkHide, Article: gone, Reason: "خطأ"})
	w.apply(nashra.Batch{By: "desk", Removes: []nashra.Remove{{Article: purged, Reason: "خطأ", Purge: true}}})
	s := newShelf()
	s.export(w)
	for name, f := range s.files {
		path := (&url.URL{Path: "/" + strings.TrimSuffix(strings.TrimSuffix(name, "index.html"), "/")}).EscapedPath()
		if answered, ok := map[string]string{"404.html": "/nowhere", "410.html": "/item/" + gone}[name]; ok {
			if served := w.get(answered); served.body != string(f.body) {
				t.Errorf("%s is not what is served at %s", name, answered)
			}
			continue
		}
		if strings.HasSuffix(name, ".gone") {
			if served := w.get(strings.TrimSuffix(path, ".gone")); served.status != http.StatusGone || len(f.body) > 0 {
				t.Errorf("%s is of %d bytes, and what is served there %d", name, len(f.body), served.status)
			}
			continue
		}
		if served := w.get(path).ok(); served.body != string(f.body) {
			t.Errorf("%s is not what is served at %s", name, path)
		}
		if f.packed == nil {
			continue
		}
		recorder := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		if w.server.ServeHTTP(recorder, r); recorder.Body.String() != string(f.packed) {
			t.Errorf("%s.gz is not what is served in gzip", name)
		}
	}
	for _, name := range []string{
		"index.html", "item/" + id + "/index.html", "source/nile/index.html", "source/nile/feed.xml", "category/سياسه/atom.xml",
		"feed.json", "sitemap.xml", "sitemap/pages.xml", "sitemap-news.xml", "robots.txt", "opml.xml", "favicon.ico", "site.webmanifest",
		"item/" + gone + ".gone", "item/" + purged + ".gone",
	} {
		if _, ok := s.files[name]; !ok {
			t.Errorf("there is no %s among %q", name, slices.Sorted(maps.Keys(s.files)))
		}
	}
}

func TestLinksOfAnExportLeadToFiles(t *testing.T) {
	w := newWorld(t, asFiles)
	newsroom(w)
	for range 3 {
		var contents []nashra.Content
		for i := range 20 {
			contents = append(contents, content("خبر", w.now.Format("https://nile.example/150405/")+string(rune('a'+i)), w.now.Add(-time.Duration(i)*time.Minute)))
		}
		w.fetch("nile", contents...)
		w.now = w.now.Add(time.Hour)
	}
	s := newShelf()
	s.export(w)
	for name, f := range s.files {
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(f.body)))
		if err != nil {
			t.Fatal(err)
		}
		doc.Find("[href], [src]").Each(func(_ int, e *goquery.Selection) {
			href := e.AttrOr("href", e.AttrOr("src", ""))
			u, err := url.Parse(href)
			if err != nil || u.Host != "" || u.Path == "" || u.Path == "/feeds" {
				return
			}
			file := strings.TrimPrefix(u.Path, "/")
			if _, ok := s.files[file]; ok && u.RawQuery == "" {
				return
			}
			if _, ok := s.files[strings.TrimPrefix(strings.TrimSuffix(file, "/")+"/index.html", "/")]; !ok || u.RawQuery != "" {
				t.Errorf("%s leads to %s, which is no file", name, href)
			}
		})
	}
	if strings.Contains(string(s.files["atom.xml"].body), "prev-archive") {
		t.Error("a feed names an archive that is not exported")
	}
}

func TestAnExportWritesOnlyWhatChanged(t *testing.T) {
	w := newWorld(t, asFiles)
	w.configure(nile)
	var contents []nashra.Content
	for i := range 6 {
		contents = append(contents, content("خبر", "https://nile.example/"+string(rune('a'+i)), began.Add(-time.Duration(i)*time.Minute)))
	}
	ids := w.fetch("nile", contents...)
	s := newShelf()
	s.export(w)
	state, err := w.server.ExportState(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if again := s.export(w); len(again) != 0 {
		t.Errorf("nothing changed, and %q were written", again)
	}
	w.now = w.now.Add(time.Minute)
	w.mark(nashra.Mark{Kind: nashra.MarkHide, Article: ids[2]})
	if next, err := w.server.ExportState(t.Context()); err != nil || next.Version == state.Version {
		t.Errorf("after a mark the state is the same: %v", err)
	}
	written := s.export(w)
	for i, id := range ids {
		name := "item/" + id + "/index.html"
		if _, there := s.files[name]; there != (i != 2) {
			t.Errorf("article %d: it is there: %v", i, there)
		}
		if got, want := slices.Contains(written, name), i == 1 || i == 3; got != want {
			t.Errorf("article %d: written %v, want %v: only its neighbours lead elsewhere now", i, got, want)
		}
	}
	for name, f := range s.files {
		if strings.Contains(string(f.body), "/item/"+ids[2]) {
			t.Errorf("%s leads to the hidden article", name)
		}
	}
}

func TestAnotherNameOfASourceIsOnEveryPage(t *testing.T) {
	w := newWorld(t, asFiles)
	w.configure(nile)
	id := w.fetch("nile", content("خبر", "https://nile.example/1", began))[0]
	s := newShelf()
	s.export(w)
	renamed := nile
	renamed.Name = "اسم آخر"
	w.configure(renamed)
	s.export(w)
	if page := s.files["item/"+id+"/index.html"]; !strings.Contains(string(page.body), renamed.Name) {
		t.Error("the page of an article has the name of before")
	}
}
