package fetcher_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"nashra"
	"nashra/fetcher"
)

// robotsPartner serves robots.txt by that handler and a page everywhere else.
func robotsPartner(t *testing.T, robots http.HandlerFunc) (base string, sub nashra.Subscription, asked *atomic.Int64) {
	t.Helper()
	asked = &atomic.Int64{}
	server, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			asked.Add(1)
			robots(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<p>نص</p>")
	})
	return server.URL, sub, asked
}

func TestRobotsIsHeeded(t *testing.T) {
	tests := []struct {
		name, rules, path string
		allowed           bool
	}{
		{"nothing said", "", "/a", true},
		{"forbidden to all", "User-agent: *\nDisallow: /", "/a", false},
		{"another path", "User-agent: *\nDisallow: /private/", "/a", true},
		{"that path", "User-agent: *\nDisallow: /private/", "/private/a", false},
		{"forbidden to us", "User-agent: nashra\nDisallow: /\n\nUser-agent: *\nAllow: /", "/a", false},
		{"allowed to us alone", "User-agent: *\nDisallow: /\n\nUser-agent: Nashra\nAllow: /", "/a", true},
		{"the longer rule counts", "User-agent: *\nDisallow: /\nAllow: /akhbar/", "/akhbar/1", true},
		{"an Arabic path in bare letters", "User-agent: *\nDisallow: /خاص/", "/%d8%ae%d8%a7%d8%b5/1", false},
		{"an Arabic path in escapes", "User-agent: *\nDisallow: /%d8%ae%D8%A7%d8%b5/", "/خاص/1", false},
		{"a query", "User-agent: *\nDisallow: /*?print=", "/a?print=1", false},
		{"a mark before it", "\xef\xbb\xbfUser-agent: *\nDisallow: /", "/a", false},
		{"the front page in its place", "<!DOCTYPE html><html><body>User-agent: *\nDisallow: /</body></html>", "/a", true},
		{"longer than anyone reads", "User-agent: *\nDisallow: /private/\n" + strings.Repeat("# x\n", 200_000), "/private/a", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			base, sub, _ := robotsPartner(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, tt.rules) })
			_, err := newClient(t).Page(t.Context(), sub, base+tt.path)
			if (err == nil) != tt.allowed || err != nil && !errors.Is(err, fetcher.ErrRobots) {
				t.Errorf("got %v, want allowed %v", err, tt.allowed)
			}
			sub.Robots = nashra.RobotsIgnore
			if _, err := newClient(t).Page(t.Context(), sub, base+tt.path); err != nil {
				t.Errorf("with robots: ignore: %v", err)
			}
		})
	}
}

func TestRobotsThatCannotBeHad(t *testing.T) {
	for status, allowed := range map[int]bool{404: true, 403: true, 410: true, 500: false, 503: false} {
		base, sub, _ := robotsPartner(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status) })
		_, err := newClient(t).Page(t.Context(), sub, base+"/a")
		if (err == nil) != allowed || errors.Is(err, fetcher.ErrRobots) || err != nil && !strings.Contains(err.Error(), "for now") {
			t.Errorf("%d: got %v, want allowed %v", status, err, allowed)
		}
	}
}

func TestRobotsIsKeptForADay(t *testing.T) {
	clock := time.Date(2025, 6, 2, 9, 0, 0, 0, time.UTC)
	status := http.StatusOK
	base, sub, asked := robotsPartner(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status) })
	c := newClient(t, func(cfg *fetcher.Config) { cfg.Now = func() time.Time { return clock } })
	page := func(wantAsked int64, wantOK bool) {
		t.Helper()
		if _, err := c.Page(t.Context(), sub, base+"/a"); (err == nil) != wantOK {
			t.Errorf("got %v", err)
		}
		if got := asked.Load(); got != wantAsked {
			t.Errorf("robots.txt was asked for %d times, want %d", got, wantAsked)
		}
	}
	page(1, true)
	clock = clock.Add(23 * time.Hour)
	page(1, true)
	clock = clock.Add(time.Hour)
	status = http.StatusInternalServerError
	page(2, false)
	page(2, false)
	clock = clock.Add(10 * time.Minute)
	status = http.StatusOK
	page(3, true)
}

func TestRobotsIsAskedForOnceByMany(t *testing.T) {
	base, sub, asked := robotsPartner(t, func(w http.ResponseWriter, r *http.Request) {})
	c := newClient(t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			if _, err := c.Page(t.Context(), sub, fmt.Sprint(base, "/", i)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := asked.Load(); got != 1 {
		t.Errorf("asked for %d times", got)
	}
}

func TestOneCallersEndDoesNotForbidOthers(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	first := true
	base, sub, asked := robotsPartner(t, func(w http.ResponseWriter, r *http.Request) {
		if first {
			first = false
			cancel()
			<-r.Context().Done()
		}
	})
	c := newClient(t)
	if _, err := c.Page(ctx, sub, base+"/a"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if _, err := c.Page(t.Context(), sub, base+"/a"); err != nil || asked.Load() != 2 {
		t.Errorf("got %v after %d requests", err, asked.Load())
	}
}

func TestFeedsAreAskedForRegardless(t *testing.T) {
	_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			t.Error("robots.txt was asked for")
		}
		fmt.Fprint(w, rssFeed(1))
	})
	if _, err := newClient(t).Feed(t.Context(), sub, nashra.Validators{}); err != nil {
		t.Error(err)
	}
}
