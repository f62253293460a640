package fetcher_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"nashra"
	"nashra/fetcher"
)

// namedFeed is a small feed with that title.
func namedFeed(title string) string {
	return fmt.Sprintf(`<rss version="2.0"><channel><title>%s</title><link>https://x.example/</link><language>ar</language>
<item><title>خبر</title><link>https://x.example/1</link></item></channel></rss>`, title)
}

// handSite serves bodies by path, "/?query" among them; what begins with < and
// is no page is a feed. It remembers what was asked.
type handSite struct {
	*httptest.Server
	bodies map[string]string
	mu     sync.Mutex
	asked  []string
}

func newHandSite(t *testing.T, bodies map[string]string) *handSite {
	s := &handSite{bodies: bodies}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.asked = append(s.asked, r.URL.RequestURI())
		body, ok := s.bodies[r.URL.RequestURI()]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8") // as careless servers do for everything
		_, _ = w.Write([]byte(body))                               // else the test fails by itself
	}))
	t.Cleanup(s.Close)
	return s
}

func TestDiscoverFindsTheFeedsOfASite(t *testing.T) {
	link := func(kind, href, title string) string {
		return fmt.Sprintf(`<link rel="alternate" type="%s" href="%s" title="%s">`, kind, href, title)
	}
	const rss, atomType, jsonFeed = "application/rss+xml", "application/atom+xml", "application/feed+json"
	json := `{"version":"https://jsonfeed.org/version/1.1","title":"j","items":[{"id":"1","url":"https://x.example/1","title":"خبر"}]}`
	tests := []struct {
		name   string
		at     string
		bodies map[string]string
		want   []string // paths, the best first
		asks   int
	}{
		{"the address is a feed", "/f", map[string]string{"/f": namedFeed("a")}, []string{"/f"}, 1},
		{"the page's links in their order", "/", map[string]string{
			"/":  "<html><head>" + link(rss, "/a", "") + link(atomType, "b", "") + link(jsonFeed, "/c", "") + "</head>",
			"/a": namedFeed("a"), "/b": namedFeed("b"), "/c": json,
		}, []string{"/a", "/b", "/c"}, 4},
		{"comments last", "/", map[string]string{
			"/":               link(rss, "/comments/feed/", "") + link(rss, "/t", "آخر التعليقات") + link(rss, "/a", ""),
			"/comments/feed/": namedFeed("a"), "/t": namedFeed("t"), "/a": namedFeed("a"),
		}, []string{"/a", "/comments/feed/", "/t"}, 4},
		{"a base element, a charset, capitals, several words", "/news/index.html", map[string]string{
			"/news/index.html": `<BASE HREF="/base/"><LINK REL="nofollow ALTERNATE" TYPE="Application/RSS+XML; charset=utf-8" HREF=" f?a=1&amp;b=2 ">`,
			"/base/f?a=1&b=2":  namedFeed("a"),
		}, []string{"/base/f?a=1&b=2"}, 2},
		{"what is no feed is passed over", "/", map[string]string{
			"/": `<link rel="alternate" hreflang="en" href="/en"><link rel="stylesheet" type="application/rss+xml" href="/x">` +
				link("application/json", "/wp-json/", "") + link(rss, "javascript:alert(1)", "") + link(rss, "", "") + link(rss, "/dead", "") + link(rss, "/page", "") + link(rss, "/a", ""),
			"/page": "<html><body>لا شيء</body></html>", "/a": namedFeed("a"),
		}, []string{"/a"}, 4},
		{"the same twice is asked once", "/", map[string]string{"/": link(rss, "/a", "") + link(rss, "./a#x", ""), "/a": namedFeed("a")}, []string{"/a"}, 2},
		{"a usual place", "/", map[string]string{"/": "<html>", "/rss.xml": namedFeed("a"), "/atom.xml": namedFeed("b")}, []string{"/rss.xml"}, 5},
		{"a usual place by query", "/", map[string]string{"/": "<html>", "/?feed=rss2": namedFeed("a")}, []string{"/?feed=rss2"}, 9},
		{"below the page before the root", "/blog", map[string]string{"/blog": "<html>", "/blog/feed": namedFeed("b"), "/feed": namedFeed("a")}, []string{"/blog/feed"}, 2},
		{"at the root where nothing is below", "/blog/", map[string]string{"/blog/": "<html>", "/feed": namedFeed("a")}, []string{"/feed"}, 10},
		{"a front page that is missing", "/", map[string]string{"/feed": namedFeed("a")}, []string{"/feed"}, 2},
		{"nothing", "/x/", map[string]string{"/x/": "<html>"}, nil, 17},
		{"links without end", "/", map[string]string{"/": strings.Repeat(link(rss, "/a", ""), 5) + strings.Join(slices.Collect(func(yield func(string) bool) {
			for i := 0; i < 500 && yield(link(rss, fmt.Sprint("/dead", i), "")); i++ {
			}
		}), ""), "/a": namedFeed("a")}, []string{"/a"}, 7},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newHandSite(t, tt.bodies)
			site, err := newClient(t).Discover(t.Context(), s.URL+tt.at)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range site.Feeds {
				got = append(got, strings.TrimPrefix(f.URL, s.URL))
				if len(f.Feed.Entries) != 1 || f.Feed.Entries[0].Title != "خبر" {
					t.Errorf("%s: entries %+v", f.URL, f.Feed.Entries)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("found %q, want %q; tried %v", got, tt.want, site.Tried)
			}
			if len(s.asked) != tt.asks {
				t.Errorf("asked %d times, want %d: %q", len(s.asked), tt.asks, s.asked)
			}
			if len(got) == 0 && len(site.Tried) != tt.asks {
				t.Errorf("%d addresses are named as tried, want %d", len(site.Tried), tt.asks)
			}
		})
	}
}

func TestDiscoverLeavesAHostAloneThatWantsIt(t *testing.T) {
	for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		asked := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			asked++
			w.WriteHeader(status)
		}))
		defer server.Close()
		if site, err := newClient(t).Discover(t.Context(), server.URL); err != nil || len(site.Tried) != 1 || asked != 1 {
			t.Errorf("%d: asked %d times, tried %v, %v", status, asked, site.Tried, err)
		}
	}
}

func TestDiscoverIsGuardedAndSendsCredentialsToTheSiteAlone(t *testing.T) {
	foreign := ""
	other := newHandSite(t, nil)
	other.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		foreign = r.Header.Get("Authorization")
		http.NotFound(w, r)
	})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, _, _ := r.BasicAuth(); user != "desk" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if r.URL.Path == "/f" {
			_, _ = w.Write([]byte(namedFeed("a"))) // else the test fails by itself
			return
		}
		fmt.Fprintf(w, `<link rel=alternate type=application/rss+xml href="%s/f"><link rel=alternate type=application/rss+xml href="/f">`, other.URL)
	}))
	defer server.Close()
	address := strings.Replace(server.URL, "http://", "http://desk:secret@", 1)
	site, err := newClient(t).Discover(t.Context(), address)
	if err != nil || len(site.Feeds) != 1 || site.Feeds[0].URL != address+"/f" || site.Homepage != server.URL {
		t.Errorf("got %+v, %v", site, err)
	}
	if foreign != "" {
		t.Errorf("another host was sent %q", foreign)
	}
	for _, tried := range site.Tried {
		if strings.Contains(tried.URL+tried.Err.Error(), "secret") {
			t.Errorf("shown: %v", tried)
		}
	}
	strict := newClient(t, func(c *fetcher.Config) { c.AllowPrivate = false })
	if _, err := strict.Discover(t.Context(), address); !errors.Is(err, nashra.ErrForbiddenAddress) || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v, want ErrForbiddenAddress", err)
	}
}
