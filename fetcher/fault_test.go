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
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"nashra"
	"nashra/fetcher"
)

func TestNotAFeedSaysWhatItIs(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"an HTML page", "<!DOCTYPE html><html><head><title>صفحة  الدخول &amp; التسجيل</title></head></html>", "an HTML page titled “صفحة الدخول & التسجيل”"},
		{"a page that commands terminals", "<html><head><title>\u009b31m\x1b[1mتنبيه</title></head></html>", "an HTML page titled “31m[1mتنبيه”"},
		{"an HTML page that shows a feed", "<html><body><pre><rss></pre></body></html>", "an HTML page without a title"},
		{"an XHTML page", `<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><title>بوابة</title></head></html>`, "an HTML page titled “بوابة”"},
		{"nothing", "", "empty"},
		{"white space", " \r\n\t", "empty"},
		{"a sitemap", `<urlset><url/></urlset>`, "a sitemap"},
		{"an OPML list", `<opml version="2.0"><body/></opml>`, "OPML"},
		{"another XML", `<soap:Envelope><Body/></soap:Envelope>`, "<envelope>"},
		{"words", "الخدمة غير متاحة", "begins with “الخدمة غير متاحة”"},
		{"another JSON", `{"error":"no"}`, "no JSON Feed"},
		{"no JSON", `{error`, "begins like JSON"},
		{"broken XML", `<?xml version="1.0"?><rss version="2.0"><channel><title>x`, "broken XML"},
		{"an item that is not closed", `<rss version="2.0"><channel><item><title>x</channel></rss>`, "broken XML"},
		{"a fault of PHP", "<br />\n<b>Fatal error</b>:  Uncaught Error in feed.php", "begins with “<br /> <b>Fatal error</b>"},
		{"half a tag", `<rss version="2.0`, "broken XML"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, tt.body) })
			feed, err := newClient(t).Feed(t.Context(), sub, nashra.Validators{})
			if !errors.Is(err, nashra.ErrNotFeed) || len(feed.Entries) != 0 || feed.Status != 200 || !feed.Validators.BodyHash.IsZero() {
				t.Fatalf("got %+v, %v, want ErrNotFeed", feed, err)
			}
			if !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %q, want one line with %q", err, tt.want)
			}
		})
	}
}

func TestStatusIsASentence(t *testing.T) {
	for _, status := range []int{400, 401, 403, 404, 410, 429, 451, 500, 502, 503, 206, 305, 600} {
		_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status) })
		feed, err := newClient(t).Feed(t.Context(), sub, nashra.Validators{})
		var refused *fetcher.StatusError
		if !errors.As(err, &refused) || refused.Status != status || feed.Status != status || !refused.RetryAfter.IsZero() {
			t.Errorf("%d: got %+v, %v", status, feed, err)
		}
		if !strings.Contains(err.Error(), fmt.Sprintf("(HTTP %d)", status)) {
			t.Errorf("%d: got %q", status, err)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	tests := []struct {
		name, value string
		want        time.Duration // 0: zero time
	}{
		{"seconds", "120", 2 * time.Minute},
		{"a date", "Mon, 23 Nov 2026 09:00:00 GMT", time.Hour},
		{"a date as mail writes it", "Mon, 23 Nov 2026 09:00:00 -0000", time.Hour},
		{"a date in another zone", "Mon, 23 Nov 2026 12:00:00 +0300", time.Hour},
		{"a date as JSON writes it", "2026-11-23T09:00:00Z", time.Hour},
		{"a year is a day", "31536000", 24 * time.Hour},
		{"a date far ahead is a day", "Fri, 01 Jan 2100 00:00:00 GMT", 24 * time.Hour},
		{"more seconds than a number holds", "99999999999999999999999", 24 * time.Hour},
		{"the past", "Mon, 23 Nov 2020 09:00:00 GMT", 0},
		{"none", "", 0},
		{"zero", "0", 0},
		{"negative", "-5", 0},
		{"no number", "soon", 0},
		{"not a number", "NaN", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := fetcher.RetryAfter(tt.value, now)
			if tt.want == 0 && !got.IsZero() || tt.want != 0 && !got.Equal(now.Add(tt.want)) {
				t.Errorf("RetryAfter(%q) = %v, want now + %v", tt.value, got, tt.want)
			}
		})
	}
}

func TestThrottledSaysUntilWhen(t *testing.T) {
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	c := newClient(t, func(cfg *fetcher.Config) { cfg.Now = func() time.Time { return now } })
	_, err := c.Feed(t.Context(), sub, nashra.Validators{})
	var refused *fetcher.StatusError
	if !errors.As(err, &refused) || !refused.RetryAfter.Equal(now.Add(time.Hour)) || !strings.Contains(err.Error(), "2026-11-23 09:00 UTC") {
		t.Errorf("got %v", err)
	}
}

func TestDeadHost(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	sub := subscription("http://" + l.Addr().String() + "/feed")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	feed, err := newClient(t).Feed(t.Context(), sub, nashra.Validators{})
	if err == nil || feed.Status != 0 || !strings.Contains(err.Error(), "nothing listens at") {
		t.Errorf("got %+v, %v", feed, err)
	}
}

// raw serves each connection with bytes that net/http would not send, and then
// closes it.
func rawPartner(t *testing.T, serve func(net.Conn)) nashra.Subscription {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 4096)) // the request; what it says is of no interest
			serve(conn)
			_ = conn.Close() // the client may have gone first
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	return subscription("http://" + l.Addr().String() + "/feed")
}

func TestTransferCutShortKeepsWholeEntries(t *testing.T) {
	body := rssHead + rssItems(3)
	cut := body[:len(body)-30]
	tests := []struct{ name, head, body string }{
		{"less than Content-Length", fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", len(body)+500), cut},
		{"less than Content-Length, between two items", fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", len(body)+500), rssHead + rssItems(2)},
		{"a chunk that does not end", fmt.Sprintf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n", len(cut)+9), cut},
		{"only the connection's end", "HTTP/1.0 200 OK\r\n\r\n", cut},
		{"only the connection's end, between two items", "HTTP/1.0 200 OK\r\n\r\n", rssHead + rssItems(2)},
		{"a whole transfer of half a document", fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", len(cut)), cut},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sub := rawPartner(t, func(conn net.Conn) { fmt.Fprint(conn, tt.head, tt.body) })
			feed, err := newClient(t).Feed(t.Context(), sub, nashra.Validators{})
			if err == nil || len(feed.Entries) != 2 || feed.Status != 200 {
				t.Errorf("got %d entries, %v, want the 2 whole ones and an error", len(feed.Entries), err)
			}
			if feed.Validators != (nashra.Validators{}) {
				t.Errorf("got validators of half a feed: %+v", feed.Validators)
			}
		})
	}
}

func TestHugeBodyStopsAtTheLimit(t *testing.T) {
	var sent int64
	_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "2147483648")
		n, _ := io.WriteString(w, rssHead+rssItems(5)) // the client hangs up, which is the point
		sent = int64(n)
		block := []byte("<item><description>" + strings.Repeat("نص ", 10_000))
		for sent < 2<<30 {
			n, err := w.Write(block)
			if sent += int64(n); err != nil {
				return
			}
		}
	})
	c := newClient(t, func(cfg *fetcher.Config) { cfg.MaxBody = 1 << 20 })
	feed, err := c.Feed(t.Context(), sub, nashra.Validators{})
	if !errors.Is(err, nashra.ErrTooLarge) || !strings.Contains(err.Error(), "1 MiB") {
		t.Errorf("got %v, want ErrTooLarge and the limit", err)
	}
	if len(feed.Entries) != 5 {
		t.Errorf("got %d entries, want the 5 whole ones", len(feed.Entries))
	}
}

func TestBombsAreStoppedInBoundedMemory(t *testing.T) {
	var inner bytes.Buffer
	zw := gzip.NewWriter(&inner)
	zeros := make([]byte, 1<<20)
	for range 16 {
		if _, err := zw.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	var empty bytes.Buffer // gzip members that hold nothing, over and over
	for range 20_000 {
		zw.Reset(&empty)
		if err := zw.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for name, bomb := range map[string][]byte{"16 MiB of zeros": inner.Bytes(), "nothing for ever": empty.Bytes()} {
		t.Run(name, func(t *testing.T) {
			_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Encoding", "gzip")
				_, _ = w.Write(bomb) // the client hangs up
			})
			c := newClient(t, func(cfg *fetcher.Config) { cfg.MaxBody = 256 << 10 })
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := c.Feed(t.Context(), sub, nashra.Validators{})
			runtime.ReadMemStats(&after)
			if !errors.Is(err, nashra.ErrTooLarge) {
				t.Errorf("got %v, want ErrTooLarge", err)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 32<<20 {
				t.Errorf("%d MiB were allocated", used>>20)
			}
		})
	}
}

func TestSlowDripEndsWithTheTimeout(t *testing.T) {
	_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, rssHead, rssItems(2))
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			fmt.Fprint(w, " ")
			w.(http.Flusher).Flush()
			select {
			case <-tick.C:
			case <-r.Context().Done():
				return
			}
		}
	})
	c := newClient(t, func(cfg *fetcher.Config) { cfg.Timeout = 500 * time.Millisecond })
	began := time.Now()
	feed, err := c.Feed(t.Context(), sub, nashra.Validators{})
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "within 500ms") {
		t.Errorf("got %v, want the timeout", err)
	}
	if len(feed.Entries) != 2 {
		t.Errorf("got %d entries, want the 2 whole ones", len(feed.Entries))
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestSlowRedirectsShareOneTimeout(t *testing.T) {
	var hops atomic.Int32
	_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", fmt.Sprintf("/%d", hops.Add(1)))
		w.WriteHeader(http.StatusFound)
		fmt.Fprint(w, "a body")
		w.(http.Flusher).Flush()
		<-r.Context().Done() // that does not end
	})
	c := newClient(t, func(cfg *fetcher.Config) { cfg.Timeout = 100 * time.Millisecond })
	_, err := c.Feed(t.Context(), sub, nashra.Validators{})
	if !errors.Is(err, context.DeadlineExceeded) || hops.Load() > 1 {
		t.Errorf("got %v after %d answers, want the end of the time in the first", err, hops.Load())
	}
}

func TestCancelledFetchEndsWithTheCallersError(t *testing.T) {
	reached := make(chan struct{})
	_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
		close(reached)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-reached
		cancel()
	}()
	if _, err := newClient(t).Feed(ctx, sub, nashra.Validators{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

func TestEndlessHeaderIsRefused(t *testing.T) {
	sub := rawPartner(t, func(conn net.Conn) {
		fmt.Fprint(conn, "HTTP/1.1 200 OK\r\n")
		for {
			if _, err := fmt.Fprintf(conn, "X-Filler: %s\r\n", strings.Repeat("x", 1000)); err != nil {
				return
			}
		}
	})
	if _, err := newClient(t).Feed(t.Context(), sub, nashra.Validators{}); err == nil {
		t.Error("no error")
	}
}
