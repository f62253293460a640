package fetcher_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"nashra"
	"nashra/fetcher"
)

func mustURL(tb testing.TB, s string) *url.URL {
	tb.Helper()
	u, err := url.Parse(s)
	if err != nil {
		tb.Fatal(err)
	}
	return u
}

func TestPagesOfOneHostArePausesApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hosts := fetcher.NewHosts(2, time.Second)
		began := time.Now()
		var mu sync.Mutex
		var starts []time.Duration
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				leave, err := hosts.Enter(t.Context(), mustURL(t, "https://partner.example/page"), true)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				starts = append(starts, time.Since(began))
				mu.Unlock()
				time.Sleep(300 * time.Millisecond) // the download
				leave()
			})
		}
		wg.Wait()
		for i, want := range []time.Duration{0, 1300, 2600, 3900} {
			if got := starts[i]; got != want*time.Millisecond {
				t.Errorf("page %d began after %v, want %v", i, got, want*time.Millisecond)
			}
		}
	})
}

func TestFeedsAndOtherHostsDoNotWaitForThePause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hosts := fetcher.NewHosts(2, time.Hour)
		leave, err := hosts.Enter(t.Context(), mustURL(t, "https://partner.example/page"), true)
		if err != nil {
			t.Fatal(err)
		}
		leave()
		began := time.Now()
		for _, next := range []struct {
			url  string
			page bool
		}{
			{"https://partner.example/feed", false}, {"https://other.example/page", true}, {"https://partner.example:8443/page", true},
		} {
			leave, err := hosts.Enter(t.Context(), mustURL(t, next.url), next.page)
			if err != nil {
				t.Fatal(err)
			}
			leave()
		}
		if waited := time.Since(began); waited != 0 {
			t.Errorf("waited %v", waited)
		}
	})
}

func TestFewRequestsAtATimeToOneHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hosts := fetcher.NewHosts(3, 0)
		var mu sync.Mutex
		under, most := 0, 0
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				scheme := []string{"http", "https"}[i%2] // one server
				leave, err := hosts.Enter(t.Context(), mustURL(t, scheme+"://Partner.Example./x"), i%3 == 0)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				under++
				most = max(most, under)
				mu.Unlock()
				time.Sleep(time.Second)
				mu.Lock()
				under--
				mu.Unlock()
				leave()
			})
		}
		wg.Wait()
		if most != 3 {
			t.Errorf("%d at a time, want 3", most)
		}
	})
}

func TestWaitingForATurnEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hosts := fetcher.NewHosts(1, time.Hour)
		page := mustURL(t, "https://partner.example/page")
		leave, err := hosts.Enter(t.Context(), page, true)
		if err != nil {
			t.Fatal(err)
		}
		wait := func(page *url.URL, isPage bool) {
			t.Helper()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if _, err := hosts.Enter(ctx, page, isPage); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v, want the context's error", err)
			}
		}
		wait(page, true)                                     // for the page under way
		wait(mustURL(t, "https://partner.example/f"), false) // for the slot
		leave()                                              //
		wait(page, true)                                     // for the pause
		time.Sleep(2 * time.Hour)                            // nothing must be left held
		leave, err = hosts.Enter(t.Context(), page, true)
		if err != nil {
			t.Fatal(err)
		}
		leave()
	})
}

func TestPageBehindARedirectKeepsThePauseOfItsHost(t *testing.T) {
	const pause = 60 * time.Millisecond
	var times []time.Time
	there := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/robots.txt" {
			times = append(times, time.Now())
		}
		fmt.Fprint(w, "<html><body>متن</body></html>")
	}))
	defer there.Close()
	_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, there.URL+r.URL.Path, http.StatusFound)
	})
	sub.Robots = nashra.RobotsIgnore
	c := newClient(t, func(cfg *fetcher.Config) { cfg.Pause = pause })
	for _, link := range []string{sub.Feed + "/1", there.URL + "/2"} {
		if _, err := c.Page(t.Context(), sub, link, fetcher.Remembered{}); err != nil {
			t.Fatal(err)
		}
	}
	if len(times) != 2 || times[1].Sub(times[0]) < pause {
		t.Errorf("pages were asked for at %v, want %v between them", times, pause)
	}
}

func TestSourcesOfOneHostShareItsPause(t *testing.T) {
	const pause = 40 * time.Millisecond
	var mu sync.Mutex
	var times []time.Time
	server, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		times = append(times, time.Now())
		w.Header().Set("Content-Type", "text/html")
	})
	sub.Robots = nashra.RobotsIgnore
	c := newClient(t, func(cfg *fetcher.Config) { cfg.Pause = pause })
	var sources sync.WaitGroup
	for _, id := range []string{"one", "other"} {
		sub := sub
		sub.ID = id
		sources.Go(func() {
			for n := range 2 {
				if _, err := c.Page(t.Context(), sub, fmt.Sprint(server.URL, "/", id, n), fetcher.Remembered{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	sources.Wait()
	for i := range times[1:] {
		if apart := times[i+1].Sub(times[i]); apart < pause {
			t.Errorf("page %d came %v after the one before, want %v", i+2, apart, pause)
		}
	}
}
