package publisher_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"nashra"
	"nashra/publisher"
)

// cachedPaths are those whose answers carry validators.
func cachedPaths(id string) []string {
	return []string{"/feed.xml", "/atom.xml", "/feed.json", "/", "/source/fikrafann", "/item/" + id, "/source/fikrafann/feed.xml"}
}

func TestAConditionalRequestIsAnsweredWith304(t *testing.T) {
	w := newWorld(t)
	for _, path := range cachedPaths(newsroom(w)) {
		t.Run(path, func(t *testing.T) {
			first := w.get(path).ok()
			etag, modified := first.header.Get("ETag"), first.header.Get("Last-Modified")
			if !strings.HasPrefix(etag, `"`) || modified == "" {
				t.Fatalf("ETag %q, Last-Modified %q: want a strong one, and one", etag, modified)
			}
			earlier := began.Add(-time.Hour).Format(http.TimeFormat)
			tests := []struct {
				name    string
				headers []string
				want    int
			}{
				{"the same tag", []string{"If-None-Match", etag}, 304},
				{"the same tag, weak", []string{"If-None-Match", "W/" + etag}, 304},
				{"one of several", []string{"If-None-Match", `"x", ` + etag}, 304},
				{"any", []string{"If-None-Match", "*"}, 304},
				{"another tag", []string{"If-None-Match", `"x"`}, 200},
				{"since then", []string{"If-Modified-Since", modified}, 304},
				{"since earlier", []string{"If-Modified-Since", earlier}, 200},
				{"no date", []string{"If-Modified-Since", "yesterday"}, 200},
				{"the tag counts, not the date", []string{"If-None-Match", `"x"`, "If-Modified-Since", modified}, 200},
				{"the tag counts, not the earlier date", []string{"If-None-Match", etag, "If-Modified-Since", earlier}, 304},
			}
			for _, tt := range tests {
				r := w.get(path, tt.headers...)
				if r.status != tt.want {
					t.Errorf("%s: status %d, want %d", tt.name, r.status, tt.want)
				}
				if r.status == 304 && (r.body != "" || r.header.Get("ETag") != etag || r.header.Get("Vary") != "Accept-Encoding" || r.header.Get("Cache-Control") == "") {
					t.Errorf("%s: a 304 with body %q and headers %v", tt.name, r.body, r.header)
				}
			}
		})
	}
}

func TestEveryEncodingHasItsOwnTag(t *testing.T) {
	w := newWorld(t)
	for _, path := range append(cachedPaths(newsroom(w)), stylesheet(w)) {
		plain := w.get(path).ok()
		tags := map[string]string{plain.header.Get("ETag"): "identity"}
		for _, encoding := range []string{"gzip", "br"} {
			packed := w.get(path, "Accept-Encoding", encoding).ok()
			if packed.header.Get("Content-Encoding") != encoding || packed.body != plain.body {
				t.Errorf("%s as %s: encoding %q, the same bytes: %v", path, encoding, packed.header.Get("Content-Encoding"), packed.body == plain.body)
			}
			tag := packed.header.Get("ETag")
			if other := tags[tag]; other != "" || !strings.HasPrefix(tag, `"`) {
				t.Errorf("%s: %s has the tag %s of %s", path, encoding, tag, other)
			}
			tags[tag] = encoding
			if packed.header.Get("Vary") != "Accept-Encoding" || packed.header.Get("Content-Length") != strconv.Itoa(packed.sent) {
				t.Errorf("%s: Vary %q, Content-Length %q of %d bytes", path, packed.header.Get("Vary"), packed.header.Get("Content-Length"), packed.sent)
			}
			if r := w.get(path, "Accept-Encoding", encoding, "If-None-Match", tag); r.status != 304 {
				t.Errorf("%s: the tag of the %s form gives %d", path, encoding, r.status)
			}
			if r := w.get(path, "If-None-Match", tag); r.status != 200 {
				t.Errorf("%s: the tag of the %s form gives %d for the plain one", path, encoding, r.status)
			}
		}
	}
}

// stylesheet is the path of the stylesheet.
func stylesheet(w *world) string {
	href, _ := w.get("/").ok().html().Find("link[rel=stylesheet]").Attr("href")
	return href
}

func TestTheEncodingIsTheClientsChoice(t *testing.T) {
	w := newWorld(t)
	newsroom(w)
	for accept, want := range map[string]string{
		"": "", "gzip": "gzip", "br": "br", "gzip, deflate, br": "br", "br;q=0.4, gzip;q=0.5": "gzip", "br, gzip;q=0.5": "br",
		"GZIP": "gzip", "*": "br", "gzip;q=0": "", "gzip; q=0.0, *": "br", "br;q=0, *;q=0.1": "gzip", "zstd": "", "identity": "",
		"deflate, x-gzip": "gzip", "identity, gzip;q=0.5": "", "identity;q=0.5, gzip": "gzip", "gzip;q=0.001": "gzip",
		"identity;q=0, gzip": "gzip", "identity;q=0, *": "br", "gzip;q=2": "gzip",
	} {
		r := w.get("/feed.xml", "Accept-Encoding", accept).ok()
		if got := r.header.Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %q gives %q, want %q", accept, got, want)
		}
	}
	if got := w.get("/feed.xml").ok().header.Get("Content-Encoding"); got != "" {
		t.Errorf("who asks for nothing gets %q", got)
	}
	for _, accept := range []string{"identity;q=0", "*;q=0", "identity;q=0, gzip;q=0", "zstd, *;q=0"} {
		if r := w.get("/feed.xml", "Accept-Encoding", accept); r.status != http.StatusNotAcceptable || r.header.Get("Cache-Control") != "no-store" {
			t.Errorf("Accept-Encoding %q, which refuses all: status %d, Cache-Control %q", accept, r.status, r.header.Get("Cache-Control"))
		}
	}
}

func TestHEADIsGETWithoutTheBody(t *testing.T) {
	w := newWorld(t)
	for _, path := range append(cachedPaths(newsroom(w)), "/healthz", "/item/none") {
		get, head := w.get(path), w.request(http.MethodHead, path)
		if head.status != get.status || head.body != "" {
			t.Errorf("%s: HEAD answers %d and %q, GET %d", path, head.status, head.body, get.status)
		}
		for _, name := range []string{"Content-Type", "Content-Length", "ETag", "Cache-Control", "Last-Modified"} {
			if g, h := get.header.Get(name), head.header.Get(name); g != h {
				t.Errorf("%s: %s is %q for HEAD, %q for GET", path, name, h, g)
			}
		}
	}
}

func TestOtherMethodsAreRefused(t *testing.T) {
	w := newWorld(t)
	for _, path := range append(cachedPaths(newsroom(w)), "/healthz", "/admin/", "/api/v1/sources") {
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete} {
			r := w.request(method, path)
			if r.status != http.StatusMethodNotAllowed || r.header.Get("Allow") != "GET, HEAD, OPTIONS" {
				t.Errorf("%s %s answers %d, allowing %q", method, path, r.status, r.header.Get("Allow"))
			}
		}
	}
}

func TestOPTIONSNamesTheMethods(t *testing.T) {
	w := newWorld(t)
	for _, path := range append(cachedPaths(newsroom(w)), "/healthz") {
		if r := w.request(http.MethodOptions, path); r.status != http.StatusNoContent || r.header.Get("Allow") != "GET, HEAD, OPTIONS" || r.body != "" {
			t.Errorf("%s: status %d, allowing %q, body %q", path, r.status, r.header.Get("Allow"), r.body)
		}
	}
}

func TestScriptsOfOtherSitesMayReadFeeds(t *testing.T) {
	w := newWorld(t)
	newsroom(w)
	for _, path := range append(feedPaths(""), feedPaths("/source/nile")...) {
		first := w.get(path, "Origin", "https://reader.example").ok()
		again := w.get(path, "Origin", "https://reader.example", "If-None-Match", first.header.Get("ETag"))
		for _, r := range []response{first, again} {
			if r.header.Get("Access-Control-Allow-Origin") != "*" || r.header.Get("Access-Control-Expose-Headers") != "ETag" {
				t.Errorf("%s, %d: %v", path, r.status, r.header)
			}
		}
		asked := w.request(http.MethodOptions, path, "Origin", "https://reader.example",
			"Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "if-none-match")
		if asked.status != http.StatusNoContent || !strings.Contains(asked.header.Get("Access-Control-Allow-Headers"), "If-None-Match") ||
			!strings.Contains(asked.header.Get("Access-Control-Allow-Methods"), "GET") || asked.header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s, preflight: status %d, %v", path, asked.status, asked.header)
		}
	}
	for _, path := range []string{"/", "/source/nile", "/api/v1/sources"} {
		if got := w.get(path, "Origin", "https://reader.example").header.Get("Access-Control-Allow-Origin"); got != "" {
			t.Errorf("%s is open to %q", path, got)
		}
	}
}

func TestWhatCachesMayDo(t *testing.T) {
	w := newWorld(t)
	id := newsroom(w)
	for path, want := range map[string]string{
		"/feed.xml": "public, max-age=60", "/": "public, max-age=60", "/source/nile": "public, max-age=60", "/item/" + id: "no-cache",
		"/healthz": "no-store", "/item/none": "no-store",
	} {
		if got := w.get(path).header.Get("Cache-Control"); got != want {
			t.Errorf("%s has Cache-Control %q, want %q", path, got, want)
		}
	}
}

func TestABatchThatChangesNothingKeepsTheValidators(t *testing.T) {
	w := newWorld(t)
	newsroom(w)
	before := w.get("/feed.xml", "Accept-Encoding", "gzip").ok().header
	w.now = w.now.Add(time.Hour)
	w.fetchAs("nile", nashra.State{Outcome: nashra.OutcomeNotModified, Status: 304})
	after := w.get("/feed.xml", "Accept-Encoding", "gzip").ok().header
	for _, name := range []string{"ETag", "Last-Modified"} {
		if before.Get(name) != after.Get(name) {
			t.Errorf("%s was %q and is %q", name, before.Get(name), after.Get(name))
		}
	}
}

func TestIfModifiedSinceNeverHidesAChange(t *testing.T) {
	w := newWorld(t)
	id := newsroom(w)
	w.now = w.now.Add(time.Minute)
	modified := w.get("/feed.xml").ok().header.Get("Last-Modified")
	// An article leaves within the same second: the feed's newest article is
	// as old as before, and so is the second.
	w.now = w.now.Add(100 * time.Millisecond)
	w.mark(nashra.Mark{Kind: nashra.MarkHide, Article: id})
	if r := w.get("/feed.xml", "If-Modified-Since", modified); r.status != 200 || strings.Contains(r.body, id) {
		t.Errorf("status %d, the hidden article in the body: %v", r.status, strings.Contains(r.body, id))
	}
	w.now = w.now.Add(time.Second)
	if got := w.get("/feed.xml").ok().header.Get("Last-Modified"); got <= modified {
		t.Errorf("Last-Modified was %q and is %q", modified, got)
	}
}

func TestManyReadersShareOneRendering(t *testing.T) {
	w := newWorld(t)
	newsroom(w)
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			r := httptest.NewRequest(http.MethodGet, []string{"/feed.xml", "/", "/atom.xml"}[i%3], nil)
			r.Header.Set("Accept-Encoding", []string{"gzip", ""}[i%2])
			recorder := httptest.NewRecorder()
			w.server.ServeHTTP(recorder, r)
			if recorder.Code != http.StatusOK {
				t.Errorf("status %d", recorder.Code)
			}
		})
	}
	wg.Wait()
}

func TestTheServerHasLimits(t *testing.T) {
	s := publisher.NewHTTPServer(http.NotFoundHandler())
	if s.ReadHeaderTimeout != 10*time.Second || s.IdleTimeout != 2*time.Minute || s.WriteTimeout != 2*time.Minute || s.ReadTimeout <= 0 || s.MaxHeaderBytes <= 0 {
		t.Errorf("got %+v", s)
	}
}

// deadlines is a ResponseWriter that notes its write deadline.
type deadlines struct {
	*httptest.ResponseRecorder
	at time.Time
}

func (d *deadlines) SetWriteDeadline(at time.Time) error { d.at = at; return nil }

func TestALongResponseGetsMoreTime(t *testing.T) {
	w := newWorld(t)
	w.configure(nile)
	c := content("طويل", "https://nile.example/long", began)
	c.HTML = "<p>" + strings.Repeat("كلمة ", 40000) + "</p>"
	id := w.fetch("nile", c)[0]
	d := &deadlines{ResponseRecorder: httptest.NewRecorder()}
	start := time.Now()
	w.server.ServeHTTP(d, httptest.NewRequest(http.MethodGet, "/item/"+id, nil))
	least := 2*time.Minute + time.Duration(d.Body.Len()/(10<<10))*time.Second
	if got := d.at.Sub(start); got < least || got > least+time.Minute {
		t.Errorf("%d bytes have %v, want about %v", d.Body.Len(), got, least)
	}
}

func TestEveryResponseIsSecured(t *testing.T) {
	w := newWorld(t)
	id := newsroom(w)
	for _, path := range []string{"/", "/item/" + id, "/feed.xml", "/nowhere", "/admin/", "/api/v1/sources", "/healthz", "/favicon.ico"} {
		h := w.get(path).header
		policy := h.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "script-src 'self';") {
			t.Errorf("%s: policy %q", path, policy)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") == "" || !strings.Contains(h.Get("Permissions-Policy"), "camera=()") ||
			!strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s: %v", path, h)
		}
	}
}
