package fetcher_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"nashra"
	"nashra/fetcher"
)

func TestRequestSaysWhoWeAre(t *testing.T) {
	var got http.Header
	_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		http.SetCookie(w, &http.Cookie{Name: "visitor", Value: "1"})
		fmt.Fprint(w, rssFeed(1))
	})
	c := newClient(t)
	for range 2 {
		if _, err := c.Feed(t.Context(), sub, nashra.Validators{}); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{
		"User-Agent":        "nashra/test (+https://bulletin.example/)",
		"Accept-Encoding":   "gzip, br, zstd",
		"Cookie":            "",
		"If-None-Match":     "",
		"If-Modified-Since": "",
		"Authorization":     "",
	} {
		if got.Get(name) != want {
			t.Errorf("%s: got %q, want %q", name, got.Get(name), want)
		}
	}
	if !strings.Contains(got.Get("Accept"), "application/rss+xml") {
		t.Errorf("Accept: got %q", got.Get("Accept"))
	}
}

func TestCredentialsGoToTheFeedsHostAlone(t *testing.T) {
	type seen struct{ user, password, key string }
	note := func(into *[]seen, r *http.Request) {
		user, password, _ := r.BasicAuth()
		*into = append(*into, seen{user, password, r.Header.Get("X-Key")})
	}
	var own, other []seen
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		note(&other, r)
		if r.URL.Path == "/page" {
			w.Header().Set("Content-Type", "text/html")
			return
		}
		fmt.Fprint(w, rssFeed(1))
	}))
	defer elsewhere.Close()
	target := elsewhere.URL + "/feed"
	server, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
		note(&own, r)
		switch r.URL.Path {
		case "/feed":
			http.Redirect(w, r, "/moved", http.StatusFound)
		case "/moved":
			http.Redirect(w, r, target, http.StatusFound)
		case "/page":
			w.Header().Set("Content-Type", "text/html")
		}
	})
	sub.Feed = strings.Replace(sub.Feed, "://", "://desk:s%20cret@", 1)
	sub.Header = http.Header{"X-Key": {"k"}}
	sub.Robots = nashra.RobotsIgnore
	c := newClient(t)
	feed, err := c.Feed(t.Context(), sub, nashra.Validators{})
	if err != nil {
		t.Fatal(err)
	}
	if feed.Validators.URL != target {
		t.Errorf("got validators of %q", feed.Validators.URL)
	}
	for _, link := range []string{server.URL + "/page", elsewhere.URL + "/page"} {
		if _, err := c.Page(t.Context(), sub, link, fetcher.Remembered{}); err != nil {
			t.Fatal(err)
		}
	}
	secret := seen{"desk", "s cret", "k"}
	if want := []seen{secret, secret, secret}; fmt.Sprint(own) != fmt.Sprint(want) {
		t.Errorf("the feed's host saw %v, want %v", own, want)
	}
	if want := []seen{{}, {}}; fmt.Sprint(other) != fmt.Sprint(want) {
		t.Errorf("another host saw %v, want %v", other, want)
	}
}

func TestErrorsHoldNoCredentials(t *testing.T) {
	for _, feed := range []string{
		"http://desk:geheim@127.0.0.1:1/feed", "http://desk:geheim@no-such-host.invalid/feed", "ftp://desk:geheim@partner.example/",
		"http://desk:geheim@127.0.0.1:port/", "http://desk:geheim@[::1/", "http://desk:geheim@partner.example/%zz",
	} {
		_, err := newClient(t).Feed(t.Context(), subscription(feed), nashra.Validators{})
		if err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: got %v", feed, err)
		}
	}
	server, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://desk:geheim@127.0.0.1:1/", http.StatusFound)
	})
	_, err := newClient(t).Feed(t.Context(), sub, nashra.Validators{})
	if err == nil || strings.Contains(err.Error(), "geheim") {
		t.Errorf("a redirect: got %v", err)
	}
	sub.Robots = nashra.RobotsIgnore
	_, err = newClient(t).Page(t.Context(), sub, strings.Replace(server.URL, "://", "://desk:geheim@", 1), fetcher.Remembered{})
	if err == nil || strings.Contains(err.Error(), "geheim") {
		t.Errorf("a page: got %v", err)
	}
}

func TestRedirects(t *testing.T) {
	hops := 0
	_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
		hops++
		var n int
		switch _, err := fmt.Sscanf(r.URL.Path, "/%d", &n); {
		case r.URL.Path == "/circle":
			http.Redirect(w, r, "/round", http.StatusFound)
		case r.URL.Path == "/round":
			http.Redirect(w, r, "/circle", http.StatusFound)
		case r.URL.Path == "/arabic":
			w.Header().Set("Location", "/أخبار محلية")
			w.WriteHeader(http.StatusPermanentRedirect)
		case r.URL.Path == "/forbidden":
			http.Redirect(w, r, "http://169.254.169.254/latest/meta-data", http.StatusFound)
		case r.URL.Path == "/nowhere":
			w.WriteHeader(http.StatusFound)
		case err == nil && n > 0:
			http.Redirect(w, r, fmt.Sprintf("/%d", n-1), []int{301, 302, 303, 307, 308}[n%5])
		default:
			fmt.Fprint(w, rssFeed(1))
		}
	})
	base := strings.TrimSuffix(sub.Feed, "/feed")
	tests := []struct{ name, path, want string }{
		{"ten hops", "/10", ""},
		{"eleven hops", "/11", "more than 10 times"},
		{"a circle", "/circle", "in a circle"},
		{"a bare Arabic address", "/arabic", ""},
		{"to where we must not go", "/forbidden", "address not allowed"},
		{"no address", "/nowhere", "does not say where to"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			hops = 0
			sub.Feed = base + tt.path
			feed, err := newClient(t).Feed(t.Context(), sub, nashra.Validators{})
			if tt.want == "" && (err != nil || len(feed.Entries) != 1) || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if tt.want != "" && feed.Status/100 != 3 {
				t.Errorf("got status %d, want that of the last answer", feed.Status)
			}
			if hops > 11 {
				t.Errorf("asked %d times", hops)
			}
		})
	}
}

func TestEveryEncodingIsDecoded(t *testing.T) {
	encoders := map[string]func(io.Writer) io.WriteCloser{
		"gzip": func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
		"br":   func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) },
		"zstd": func(w io.Writer) io.WriteCloser {
			zw, err := zstd.NewWriter(w)
			if err != nil {
				t.Fatal(err)
			}
			return zw
		},
		"deflate": func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) },
		"Deflate": func(w io.Writer) io.WriteCloser {
			zw, err := flate.NewWriter(w, 6)
			if err != nil {
				t.Fatal(err)
			}
			return zw
		},
		"": func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }, // a stored feed.gz
	}
	for name, encode := range encoders {
		t.Run(name, func(t *testing.T) {
			var buf bytes.Buffer
			zw := encode(&buf)
			fmt.Fprint(zw, rssFeed(400))
			if err := zw.Close(); err != nil {
				t.Fatal(err)
			}
			body := buf.Bytes()
			_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Encoding", name)
				w.Header().Set("Content-Length", fmt.Sprint(len(body)))
				_, _ = w.Write(body) // a client that hangs up shows in the result
			})
			c := newClient(t)
			feed, err := c.Feed(t.Context(), sub, nashra.Validators{})
			if err != nil || len(feed.Entries) != 400 || feed.Bytes != int64(len(rssFeed(400))) {
				t.Fatalf("got %d entries, %d bytes, %v", len(feed.Entries), feed.Bytes, err)
			}
			body = body[:len(body)/2] // the stream ends early though HTTP's account is whole
			feed, err = c.Feed(t.Context(), sub, nashra.Validators{})
			if err == nil || len(feed.Entries) >= 400 {
				t.Errorf("half of it: got %d entries, %v", len(feed.Entries), err)
			}
		})
	}
	t.Run("gzip in two members, with padding after them", func(t *testing.T) {
		body := rssFeed(4)
		for _, padding := range []string{"", "\x00", strings.Repeat("\x00", 40)} {
			_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Encoding", "gzip")
				for _, part := range []string{body[:300], body[300:]} {
					zw := gzip.NewWriter(w)
					fmt.Fprint(zw, part)
					_ = zw.Close() // a client that hangs up shows in the result
				}
				fmt.Fprint(w, padding)
			})
			feed, err := newClient(t).Feed(t.Context(), sub, nashra.Validators{})
			if err != nil || len(feed.Entries) != 4 {
				t.Errorf("%d bytes of padding: got %d entries, %v", len(padding), len(feed.Entries), err)
			}
		}
	})
	for _, name := range []string{"UTF-8", "windows-1256", "none", "identity"} {
		t.Run(name+", which compresses nothing", func(t *testing.T) {
			_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Encoding", name)
				fmt.Fprint(w, rssFeed(2))
			})
			feed, err := newClient(t).Feed(t.Context(), sub, nashra.Validators{})
			if err != nil || len(feed.Entries) != 2 {
				t.Errorf("got %d entries, %v", len(feed.Entries), err)
			}
		})
	}
	t.Run("one that was not asked for", func(t *testing.T) {
		_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "compress")
			fmt.Fprint(w, "x")
		})
		if _, err := newClient(t).Feed(t.Context(), sub, nashra.Validators{}); err == nil || !strings.Contains(err.Error(), "compress") {
			t.Errorf("got %v", err)
		}
	})
}

func TestHTTPSAndHTTP2(t *testing.T) {
	var proto string
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		proto = r.Proto
		fmt.Fprint(w, rssFeed(1))
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	sub := subscription(server.URL + "/feed")
	_, err := newClient(t).Feed(t.Context(), sub, nashra.Validators{})
	if err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("an unknown authority: got %v", err)
	}
	c := newClient(t, withRoots(server))
	if _, err := c.Feed(t.Context(), sub, nashra.Validators{}); err != nil || proto != "HTTP/2.0" {
		t.Errorf("got %v by %s, want HTTP/2.0", err, proto)
	}
}
