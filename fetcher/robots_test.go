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
			_, err := newClient(t).Page(t.Context(), sub, base+tt.path, fetcher.Remembered{})
			if (err == nil) != tt.allowed || err != nil && !errors.Is(err, fetcher.ErrRobots) {
				t.Errorf("got %v, want allowed %v", err, tt.allowed)
			}
			sub.Robots = nashra.RobotsIgnore
			if _, err := newClient(t).Page(t.Context(), sub, base+tt.path, fetcher.Remembered{}); err != nil {
				t.Errorf("with robots: ignore: %v", err)
			}
		})
	}
}

func TestRobotsThatCannotBeHad(t *testing.T) {
	for status, allowed := range map[int]bool{404: true, 403: true, 410: true, 500: false, 503: false} {
		base, sub, _ := robotsPartner(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status) })
		_, err := newClient(t).Page(t.Context(), sub, base+"/a", fetcher.Remembered{})
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
		if _, err := c.Page(t.Context(), sub, base+"/a", fetcher.Remembered{}); (err == nil) != wantOK {
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
			if _, err := c.Page(t.Context(), sub, fmt.Sprint(base, "/", i), fetcher.Remembered{}); err != nil {
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
	if _, err := c.Page(ctx, sub, base+"/a", fetcher.Remembered{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if _, err := c.Page(t.Context(), sub, base+"/a", fetcher.Remembered{}); err != nil || asked.Load() != 2 {
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

func TestOnlyTheRulesForUsCount(t *testing.T) {
	tests := []struct {
		name, rules, path string
		allowed           bool
	}{
		{"several groups for us are one", "User-agent: nashra\nDisallow: /a\n\nUser-agent: nashra\nDisallow: /b", "/a", false},
		{"a group of several names", "User-agent: other\nUser-agent: nashra\n\nDisallow: /", "/a", false},
		{"a name with a version", "User-agent: nashra/1.0\nDisallow: /", "/a", false},
		{"a name that begins as ours", "User-agent: nash\nDisallow: /", "/a", true},
		{"an empty rule of ours against one for all", "User-agent: *\nDisallow: /\n\nUser-agent: nashra\nDisallow:", "/a", true},
		{"a crawl-delay ends the list of names", "User-agent: *\nCrawl-delay: 1\nUser-agent: other\nDisallow: /", "/a", true},
		{"a crawl-delay that is no number", "User-agent: *\nCrawl-delay: soon\nDisallow: /", "/a", false},
		{"a rule before any name", "Disallow: /\nUser-agent: *\nDisallow: /b", "/a", true},
		{"of two equal rules the one that allows", "User-agent: *\nDisallow: /a\nAllow: /a", "/a", true},
		{"lines that end as on old machines", "User-agent: *\rDisallow: /", "/a", false},
		{"half a rule at the end of what is read", "User-agent: *\nAllow: /a\n" + strings.Repeat("#", 512<<10-50) + "\nDisallow: /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "/aaaaa", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			base, sub, _ := robotsPartner(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, tt.rules) })
			_, err := newClient(t).Page(t.Context(), sub, base+tt.path, fetcher.Remembered{})
			if (err == nil) != tt.allowed || err != nil && !errors.Is(err, fetcher.ErrRobots) {
				t.Errorf("got %v, want allowed %v", err, tt.allowed)
			}
		})
	}
}

// TestRobotsIsKeptAcrossProcesses: a client is a process of cron.
func TestRobotsIsKeptAcrossProcesses(t *testing.T) {
	clock := time.Date(2025, 6, 2, 9, 0, 0, 0, time.UTC)
	var conditional int
	base, sub, asked := robotsPartner(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"r"`)
		if r.Header.Get("If-None-Match") == `"r"` {
			conditional++
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, "User-agent: *\nDisallow: /private/\n\nUser-agent: other\nDisallow: /")
	})
	var kept []nashra.Robots
	process := func(path string, wantAsked int64, allowed bool) {
		t.Helper()
		c := newClient(t, func(cfg *fetcher.Config) { cfg.Now = func() time.Time { return clock } })
		page, err := c.Page(t.Context(), sub, base+path, fetcher.Remembered{Robots: kept})
		if (err == nil) != allowed {
			t.Errorf("%s: got %v, want allowed %v", path, err, allowed)
		}
		if got := asked.Load(); got != wantAsked {
			t.Errorf("robots.txt was asked for %d times, want %d", got, wantAsked)
		}
		if len(page.Robots) != 1 {
			t.Fatalf("%d hosts to remember, want 1", len(page.Robots))
		}
		kept = page.Robots
	}
	process("/a", 1, true)
	want := nashra.Robots{
		Host: base, Rules: "User-agent: *\nDisallow: /private/\n", Until: clock.Add(24 * time.Hour),
		Validators: nashra.Validators{URL: base + "/robots.txt", ETag: `"r"`},
	}
	if kept[0] != want {
		t.Errorf("\n got %+v\nwant %+v", kept[0], want)
	}
	clock = clock.Add(23 * time.Hour)
	process("/private/a", 1, false)
	clock = clock.Add(time.Hour)
	process("/private/a", 2, false)
	if conditional != 1 {
		t.Errorf("%d conditional requests, want 1: what is over is asked for conditionally", conditional)
	}
	process("/a", 2, true)
	clock = clock.Add(-72 * time.Hour)
	process("/a", 2, true)
	if latest := clock.Add(24 * time.Hour); kept[0].Until.After(latest) {
		t.Errorf("the clock was set back, and the rules hold until %v, want %v at most", kept[0].Until, latest)
	}
}

func TestRobotsThatIsTooLongOrCannotBeHadIsNotRemembered(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"too long": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, "User-agent: *\n", strings.Repeat("Disallow: /private/\n", 500))
		},
		"a fault": func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
	} {
		base, sub, asked := robotsPartner(t, answer)
		c := newClient(t)
		for range 2 {
			page, _ := c.Page(t.Context(), sub, base+"/a", fetcher.Remembered{}) // whether it may be read is of no interest here
			if len(page.Robots) != 0 {
				t.Errorf("%s: got %+v", name, page.Robots)
			}
		}
		if asked.Load() != 1 {
			t.Errorf("%s: asked for %d times by one process", name, asked.Load())
		}
	}
}

func TestCrawlDelayOnlySlows(t *testing.T) {
	for _, tt := range []struct {
		name, delay string
		pause, want time.Duration
	}{
		{"longer than the pause", "0.2", 0, 200 * time.Millisecond},
		{"shorter than the pause", "0.01", 150 * time.Millisecond, 150 * time.Millisecond},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var times []time.Time
			server, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/robots.txt" {
					fmt.Fprint(w, "User-agent: *\nCrawl-delay: ", tt.delay)
					return
				}
				times = append(times, time.Now())
				w.Header().Set("Content-Type", "text/html")
			})
			c := newClient(t, func(cfg *fetcher.Config) { cfg.Pause = tt.pause })
			for _, path := range []string{"/1", "/2"} {
				if _, err := c.Page(t.Context(), sub, server.URL+path, fetcher.Remembered{}); err != nil {
					t.Fatal(err)
				}
			}
			if len(times) != 2 || times[1].Sub(times[0]) < tt.want {
				t.Errorf("pages were asked for at %v, want %v between them", times, tt.want)
			}
		})
	}
	if got := fetcher.CrawlDelay("User-agent: *\nCrawl-delay: 86400"); got != 10*time.Second {
		t.Errorf("a delay of a day comes to %v, want 10 s", got)
	}
}
