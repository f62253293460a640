package fetcher_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/charmap"

	"nashra"
	"nashra/fetcher"
)

func TestPage(t *testing.T) {
	windows := encoded(t, charmap.Windows1256, `<html><head><meta charset="windows-1256"></head><body>`+arabicText+`</body></html>`)
	server, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/html", http.StatusMovedPermanently)
		case "/html":
			h.Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, "<p>نص</p>")
		case "/xhtml":
			h.Set("Content-Type", "application/xhtml+xml")
			fmt.Fprint(w, "<p>نص</p>")
		case "/windows":
			h.Set("Content-Type", "text/html; charset=ISO-8859-1")
			fmt.Fprint(w, windows)
		case "/untyped":
			h["Content-Type"] = nil
			fmt.Fprint(w, "<!DOCTYPE html><p>نص</p>")
		case "/untyped-pdf":
			h["Content-Type"] = nil
			fmt.Fprint(w, "%PDF-1.7")
		case "/pdf":
			h.Set("Content-Type", "application/pdf")
		case "/large":
			h.Set("Content-Type", "text/html")
			fmt.Fprint(w, strings.Repeat("x", 70_000))
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	})
	c := newClient(t, func(cfg *fetcher.Config) { cfg.MaxBody = 64 << 10 })
	tests := []struct{ path, url, contentType, body, err string }{
		{"/html", "/html", "text/html; charset=utf-8", "<p>نص</p>", ""},
		{"/moved#part", "/html", "text/html; charset=utf-8", "<p>نص</p>", ""},
		{"/xhtml", "/xhtml", "application/xhtml+xml; charset=utf-8", "<p>نص</p>", ""},
		{"/windows", "/windows", "text/html; charset=utf-8", arabicText, ""},
		{"/untyped", "/untyped", "text/html; charset=utf-8", "<p>نص</p>", ""},
		{"/untyped-pdf", "", "", "", "application/pdf"},
		{"/pdf", "", "", "", "application/pdf"},
		{"/large", "", "", "", "more than 64 KiB"},
		{"/none", "", "", "", "HTTP 404"},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			page, err := c.Page(t.Context(), sub, server.URL+tt.path, fetcher.Remembered{})
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("got %v, want %q", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if page.URL != server.URL+tt.url || page.ContentType != tt.contentType || !strings.Contains(string(page.Body), tt.body) {
				t.Errorf("got %s, %s, %s", page.URL, page.ContentType, page.Body)
			}
		})
	}
	if _, err := c.Page(t.Context(), sub, server.URL+"/large", fetcher.Remembered{}); !errors.Is(err, nashra.ErrTooLarge) {
		t.Errorf("got %v, want ErrTooLarge", err)
	}
	if _, err := c.Page(t.Context(), sub, "/relative", fetcher.Remembered{}); err == nil {
		t.Error("a relative link: no error")
	}
}

// htmlPage answers with a page.
func htmlPage(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, body)
}

func TestPageIsAskedForConditionally(t *testing.T) {
	tests := []struct{ name, etag, modified string }{
		{"a strong tag", `"abc"`, ""},
		{"a weak tag", `W/"abc"`, ""},
		{"a tag that is not quoted", `abc-gzip`, ""},
		{"a date alone", "", "Mon,  2 Jun 2025 10:00:00 +0300"},
		{"both", `"abc"`, "Mon, 02 Jun 2025 07:00:00 GMT"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			target := "/one"
			server, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/page" {
					http.Redirect(w, r, target, http.StatusFound)
					return
				}
				if tt.etag != "" {
					w.Header().Set("ETag", tt.etag)
				}
				if tt.modified != "" {
					w.Header().Set("Last-Modified", tt.modified)
				}
				asked := r.Header.Get("If-None-Match") != "" || r.Header.Get("If-Modified-Since") != ""
				if asked && r.Header.Get("If-None-Match") == tt.etag && r.Header.Get("If-Modified-Since") == tt.modified {
					w.WriteHeader(http.StatusNotModified)
					return
				}
				htmlPage(w, "<p>نص</p>")
			})
			sub.Robots = nashra.RobotsIgnore
			c := newClient(t)
			ask := func(before nashra.Validators) fetcher.Page {
				t.Helper()
				page, err := c.Page(t.Context(), sub, server.URL+"/page", fetcher.Remembered{Validators: before})
				if err != nil {
					t.Fatal(err)
				}
				return page
			}
			one := ask(nashra.Validators{})
			want := nashra.Validators{URL: server.URL + "/one", ETag: tt.etag, LastModified: tt.modified}
			if one.NotModified || one.Validators != want {
				t.Errorf("got %+v, want the validators %+v", one, want)
			}
			two := ask(one.Validators)
			if !two.NotModified || len(two.Body) != 0 || two.URL != server.URL+"/one" || two.Validators != want {
				t.Errorf("got %+v, want a 304 with the validators of before", two)
			}
			target = "/two"
			if three := ask(one.Validators); three.NotModified || len(three.Body) == 0 {
				t.Errorf("validators went to another URL: got %+v", three)
			}
		})
	}
}

func TestPageUnaskedNotModifiedIsAFault(t *testing.T) {
	server, sub := partner(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNotModified) })
	sub.Robots = nashra.RobotsIgnore
	for name, before := range map[string]nashra.Validators{
		"nothing is known":     {},
		"a page without a tag": {URL: server.URL + "/a"},
		"of another page":      {URL: server.URL + "/b", ETag: `"b"`},
	} {
		if page, err := newClient(t).Page(t.Context(), sub, server.URL+"/a", fetcher.Remembered{Validators: before}); err == nil {
			t.Errorf("%s: got %+v, want an error", name, page)
		}
	}
}

func TestValidatorsThatAreTooLongAreNotKept(t *testing.T) {
	long := strings.Repeat("x", 2<<10)
	server, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"`+long+`"`)
		w.Header().Set("Last-Modified", long)
		htmlPage(w, "<p>نص</p>")
	})
	sub.Robots = nashra.RobotsIgnore
	page, err := newClient(t).Page(t.Context(), sub, server.URL+"/a", fetcher.Remembered{})
	if want := (nashra.Validators{URL: server.URL + "/a"}); err != nil || page.Validators != want {
		t.Errorf("got %+v, %v", page.Validators, err)
	}
}

func TestPageBehindARedirectObeysItsHost(t *testing.T) {
	other, _ := partner(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			fmt.Fprint(w, "User-agent: *\nDisallow: /closed/")
			return
		}
		htmlPage(w, "<p>نص</p>")
	})
	server, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		http.Redirect(w, r, other.URL+r.URL.Path, http.StatusFound)
	})
	c := newClient(t)
	page, err := c.Page(t.Context(), sub, server.URL+"/open/1", fetcher.Remembered{})
	if err != nil || len(page.Robots) != 2 {
		t.Errorf("got %+v, %v, want the page and the rules of both hosts", page, err)
	}
	page, err = c.Page(t.Context(), sub, server.URL+"/closed/1", fetcher.Remembered{})
	if !errors.Is(err, fetcher.ErrRobots) || len(page.Robots) != 2 {
		t.Errorf("got %+v, %v, want ErrRobots and the rules of both hosts", page, err)
	}
}

func TestPageKeepsNoCookies(t *testing.T) {
	server, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
		if len(r.Cookies()) > 0 {
			t.Errorf("%s was asked for with %v", r.URL.Path, r.Cookies())
		}
		http.SetCookie(w, &http.Cookie{Name: "visitor", Value: "1", Path: "/"})
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "/page", http.StatusFound)
			return
		}
		htmlPage(w, "<p>نص</p>")
	})
	c := newClient(t)
	for _, path := range []string{"/moved", "/page"} {
		if _, err := c.Page(t.Context(), sub, server.URL+path, fetcher.Remembered{}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSlowPageEndsWithTheTimeout(t *testing.T) {
	server, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
		htmlPage(w, "<p>")
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			fmt.Fprint(w, "x")
			w.(http.Flusher).Flush()
			select {
			case <-tick.C:
			case <-r.Context().Done():
				return
			}
		}
	})
	sub.Robots = nashra.RobotsIgnore
	c := newClient(t, func(cfg *fetcher.Config) { cfg.Timeout = 300 * time.Millisecond })
	began := time.Now()
	_, err := c.Page(t.Context(), sub, server.URL+"/a", fetcher.Remembered{})
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "within 300ms") {
		t.Errorf("got %v, want the timeout", err)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}

// compressors are the encodings that we ask for.
func compressors(tb testing.TB) map[string]func(io.Writer) io.WriteCloser {
	return map[string]func(io.Writer) io.WriteCloser{
		"gzip": func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
		"br":   func(w io.Writer) io.WriteCloser { return brotli.NewWriterLevel(w, brotli.BestSpeed) },
		"zstd": func(w io.Writer) io.WriteCloser {
			zw, err := zstd.NewWriter(w)
			if err != nil {
				tb.Fatal(err)
			}
			return zw
		},
	}
}

func TestCompressedPages(t *testing.T) {
	whole := "<p>" + strings.Repeat("نص الخبر من جريدة فكرة فن. ", 2000) + "</p>"
	for name, encode := range compressors(t) {
		t.Run(name, func(t *testing.T) {
			pack := func(body string) []byte {
				var buf bytes.Buffer
				zw := encode(&buf)
				fmt.Fprint(zw, body)
				if err := zw.Close(); err != nil {
					t.Fatal(err)
				}
				return buf.Bytes()
			}
			bodies := map[string][]byte{
				"/whole": pack(whole),
				"/half":  pack(whole)[:len(pack(whole))/2],
				"/bomb":  pack(strings.Repeat("x", 8<<20)),
			}
			server, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				w.Header().Set("Content-Encoding", name)
				_, _ = w.Write(bodies[r.URL.Path]) // the client may hang up
			})
			sub.Robots = nashra.RobotsIgnore
			c := newClient(t, func(cfg *fetcher.Config) { cfg.MaxBody = 256 << 10 })
			if page, err := c.Page(t.Context(), sub, server.URL+"/whole", fetcher.Remembered{}); err != nil || string(page.Body) != whole {
				t.Errorf("whole: got %d bytes, %v", len(page.Body), err)
			}
			if page, err := c.Page(t.Context(), sub, server.URL+"/half", fetcher.Remembered{}); err == nil || page.Body != nil {
				t.Errorf("half: got %d bytes and no error", len(page.Body))
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := c.Page(t.Context(), sub, server.URL+"/bomb", fetcher.Remembered{})
			runtime.ReadMemStats(&after)
			if !errors.Is(err, nashra.ErrTooLarge) {
				t.Errorf("bomb: got %v, want ErrTooLarge", err)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 24<<20 {
				t.Errorf("bomb: %d MiB were allocated", used>>20)
			}
		})
	}
}

// TestOneConnectionServesAHost: its feed, its robots.txt and its pages, however
// they are compressed and whatever the answer is.
func TestOneConnectionServesAHost(t *testing.T) {
	packers := compressors(t)
	for _, name := range []string{"identity", "gzip", "br", "zstd"} {
		for _, tls := range []bool{false, true} {
			t.Run(fmt.Sprint(name, " over TLS ", tls), func(t *testing.T) {
				var connections atomic.Int32
				var plain atomic.Int32 // requests that were not over HTTP/2
				server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.ProtoMajor != 2 {
						plain.Add(1)
					}
					switch {
					case r.URL.Path == "/robots.txt" || r.URL.Path == "/missing":
						w.WriteHeader(http.StatusNotFound)
						fmt.Fprint(w, "nothing here")
						return
					case r.Header.Get("If-None-Match") != "":
						w.WriteHeader(http.StatusNotModified)
						return
					case r.URL.Path == "/moved":
						http.Redirect(w, r, "/page", http.StatusFound)
						return
					}
					w.Header().Set("ETag", `"1"`)
					w.Header().Set("Content-Type", "text/html; charset=utf-8")
					w.Header().Set("Content-Encoding", name)
					body := "<p>" + strings.Repeat("نص ", 3000) + "</p>"
					if r.URL.Path == "/feed" {
						body = rssFeed(20)
					}
					out := io.Writer(w)
					if pack := packers[name]; pack != nil {
						zw := pack(w)
						defer zw.Close()
						out = zw
					}
					fmt.Fprint(out, body[:100])
					w.(http.Flusher).Flush() // so that the transfer is in chunks
					fmt.Fprint(out, body[100:])
				}))
				server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
					if state == http.StateNew {
						connections.Add(1)
					}
				}
				var change []func(*fetcher.Config)
				if tls {
					server.EnableHTTP2 = true
					server.StartTLS()
					change = append(change, withRoots(server))
				} else {
					server.Start()
				}
				defer server.Close()
				sub := subscription(server.URL + "/feed")
				c := newClient(t, change...)
				feed, err := c.Feed(t.Context(), sub, nashra.Validators{})
				if err != nil {
					t.Fatal(err)
				}
				if feed, err = c.Feed(t.Context(), sub, feed.Validators); err != nil || !feed.NotModified {
					t.Fatalf("got %+v, %v", feed, err)
				}
				for _, path := range []string{"/moved", "/1", "/missing", "/2", "/3"} {
					if _, err := c.Page(t.Context(), sub, server.URL+path, fetcher.Remembered{}); (err != nil) != (path == "/missing") {
						t.Fatalf("%s: %v", path, err)
					}
				}
				if got := connections.Load(); got != 1 {
					t.Errorf("%d connections, want 1", got)
				}
				if tls && plain.Load() > 0 {
					t.Errorf("%d requests were not over HTTP/2", plain.Load())
				}
			})
		}
	}
}
