package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"nashra"
	"nashra/fetcher"
	"nashra/internal/ingest"
	"nashra/store"
)

func TestSchedulerKeepsTurnsAndBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failing := false
		site := &fakeSite{feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
			if failing {
				return fetcher.Feed{}, errors.New("connection refused")
			}
			return fetcher.Feed{Status: 200, Entries: []nashra.Entry{entry(1, "متن")}}, nil
		}}
		g, s := open(t, site, subscription("a"))
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- g.Run(ctx) }()

		time.Sleep(61 * time.Minute) // of the bubble's clock
		synctest.Wait()
		if n := len(site.asked); n != 5 {
			t.Errorf("asked %d times in the first hour, want 5", n)
		}
		for i := 1; i < len(site.asked); i++ {
			gap := site.asked[i].Sub(site.asked[i-1])
			if early := 15*time.Minute - gap; early < 0 || early > 90*time.Second || i > 1 && early != 0 {
				t.Errorf("turn %d came after %s", i, gap)
			}
		}
		site.mu.Lock()
		failing, site.asked = true, nil
		site.mu.Unlock()
		time.Sleep(48 * time.Hour)
		synctest.Wait()
		for i := 2; i < len(site.asked); i++ {
			if gap, before := site.asked[i].Sub(site.asked[i-1]), site.asked[i-1].Sub(site.asked[i-2]); gap < before && gap < 24*time.Hour {
				t.Errorf("failure %d was tried again after %s, the one before after %s", i, gap, before)
			}
		}
		if n := len(site.asked); n < 4 || n > 20 {
			t.Errorf("a dead partner was asked %d times in two days", n)
		}
		site.mu.Lock()
		failing = false
		site.mu.Unlock()
		fetch(t, g, "a")
		status, err := s.Source(t.Context(), "a")
		if err != nil || status.State.ConsecutiveFailures != 0 || time.Until(status.State.NextDue) > 15*time.Minute {
			t.Errorf("one success resets the back-off: %+v, %v", status.State, err)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestHostThatHangsLeavesWorkersToTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var subs []nashra.Subscription
		for n := range 20 {
			sub := subscription(fmt.Sprintf("hangs-%d", n))
			sub.Feed = "https://hangs.example/" + fmt.Sprint(n)
			subs = append(subs, sub)
		}
		subs = append(subs, subscription("good"))
		began := time.Now()
		hang := fetcherFunc(func(ctx context.Context, sub nashra.Subscription) (fetcher.Feed, error) {
			if sub.ID != "good" {
				time.Sleep(time.Minute)
				return fetcher.Feed{}, errors.New("no answer")
			}
			return fetcher.Feed{Status: 200}, nil
		})
		s, err := store.Open(filepath.Join(t.TempDir(), "nashra.db"), store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		g, err := ingest.New(ingest.Config{Subscriptions: subs, Store: s, Fetcher: hang, Concurrency: 4})
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Announce(t.Context()); err != nil {
			t.Fatal(err)
		}
		reported := 0
		err = g.Cycle(t.Context(), nashra.Selection{}, func(f nashra.Fetch) {
			reported++
			if f.Source == "good" && time.Since(began) > time.Minute {
				t.Errorf("the good source waited %s", time.Since(began))
			}
		})
		if err != nil || reported != len(subs) {
			t.Errorf("%d outcomes of %d sources, %v", reported, len(subs), err)
		}
	})
}

// fetcherFunc is a site without pages.
type fetcherFunc func(context.Context, nashra.Subscription) (fetcher.Feed, error)

func (f fetcherFunc) Feed(ctx context.Context, sub nashra.Subscription, _ nashra.Validators) (fetcher.Feed, error) {
	return f(ctx, sub)
}

func (fetcherFunc) Page(context.Context, nashra.Subscription, string, fetcher.Remembered) (fetcher.Page, error) {
	return fetcher.Page{}, errors.New("no page")
}

func TestTurnThatAnotherCycleTookIsNotTakenAgain(t *testing.T) {
	var g *ingest.Ingester
	asked := 0
	site := fetcherFunc(func(ctx context.Context, sub nashra.Subscription) (fetcher.Feed, error) {
		if asked++; asked > 1 {
			return fetcher.Feed{Status: 200}, nil
		}
		// While the first of both sources is asked, somebody asks the other.
		other := map[string]string{"a": "b", "b": "a"}[sub.ID]
		if err := g.Cycle(ctx, nashra.Selection{Sources: []string{other}}, func(nashra.Fetch) {}); err != nil {
			t.Error(err)
		}
		return fetcher.Feed{Status: 200}, nil
	})
	s, err := store.Open(filepath.Join(t.TempDir(), "nashra.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	g, err = ingest.New(ingest.Config{
		Subscriptions: []nashra.Subscription{subscription("a"), subscription("b")}, Store: s, Fetcher: site, Concurrency: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Announce(t.Context()); err != nil {
		t.Fatal(err)
	}
	reported := 0
	if err := g.Cycle(t.Context(), nashra.Selection{}, func(nashra.Fetch) { reported++ }); err != nil {
		t.Fatal(err)
	}
	if asked != 2 || reported != 1 {
		t.Errorf("asked %d times, reported %d, want each source once and one by this cycle", asked, reported)
	}
}

func TestOneSourceHasOneCycleInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		running, most := 0, 0
		var mu sync.Mutex
		site := &slowSite{work: func() {
			mu.Lock()
			running++
			most = max(most, running)
			mu.Unlock()
			time.Sleep(time.Minute)
			mu.Lock()
			running--
			mu.Unlock()
		}}
		s, err := store.Open(filepath.Join(t.TempDir(), "nashra.db"), store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		g, err := ingest.New(ingest.Config{Subscriptions: []nashra.Subscription{subscription("a")}, Store: s, Fetcher: site})
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Announce(t.Context()); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if err := g.Cycle(t.Context(), nashra.Selection{Sources: []string{"a"}}, func(nashra.Fetch) {}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if most != 1 {
			t.Errorf("%d cycles of one source at a time", most)
		}
	})
}

type slowSite struct{ work func() }

func (s *slowSite) Feed(context.Context, nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
	s.work()
	return fetcher.Feed{Status: 200}, nil
}

func (s *slowSite) Page(context.Context, nashra.Subscription, string, fetcher.Remembered) (fetcher.Page, error) {
	return fetcher.Page{}, errors.New("no page")
}

// offline is a machine without a network: nobody answers.
func offline(ids ...string) (site *fakeSite, subs []nashra.Subscription) {
	site = &fakeSite{feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
		return fetcher.Feed{}, errors.New("there is no such host")
	}}
	for _, id := range ids {
		subs = append(subs, subscription(id))
	}
	return site, subs
}

func TestOwnNetworkIsNoPartnersFailure(t *testing.T) {
	site, subs := offline("a", "b", "c")
	g, s := open(t, site, subs...)
	reported := 0
	err := g.Cycle(t.Context(), nashra.Selection{}, func(nashra.Fetch) { reported++ })
	if !errors.Is(err, nashra.ErrNetwork) || reported != 0 {
		t.Errorf("got %v and %d outcomes; want ErrNetwork, once", err, reported)
	}
	for _, sub := range subs {
		status, err := s.Source(t.Context(), sub.ID)
		if err != nil || status.State.ConsecutiveFailures != 0 || !status.State.NextDue.IsZero() {
			t.Errorf("source %s: %+v, %v; want no trace, and due at once", sub.ID, status.State, err)
		}
	}
	if got := fetch(t, g, "a"); got.Outcome != nashra.OutcomeFailed {
		t.Errorf("one source alone: %s", got.Outcome)
	}
}

func TestTwoCyclesWithoutANetworkDoNotWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		site, subs := offline("a", "b", "c", "d")
		g, _ := open(t, site, subs...)
		var cycles sync.WaitGroup
		for range 4 {
			cycles.Go(func() {
				if err := g.Cycle(t.Context(), nashra.Selection{All: true}, func(nashra.Fetch) {}); err != nil && !errors.Is(err, nashra.ErrNetwork) {
					t.Error(err)
				}
			})
		}
		cycles.Wait() // the bubble ends the test where they do
	})
}

func TestSchedulerRestsWhileTheNetworkIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		site, subs := offline("a", "b", "c")
		g, s := open(t, site, subs...)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- g.Run(ctx) }()
		time.Sleep(10*time.Minute - time.Second) // of the bubble's clock
		synctest.Wait()
		if n := len(site.asked); n != 30 {
			t.Errorf("asked %d times in ten minutes, want each of three once a minute", n)
		}
		site.mu.Lock()
		site.feed = func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
			return fetcher.Feed{Status: 200, Entries: []nashra.Entry{entry(1, "متن")}}, nil
		}
		site.mu.Unlock()
		time.Sleep(time.Minute)
		synctest.Wait()
		status, err := s.Source(t.Context(), "a")
		if err != nil || status.State.Outcome != nashra.OutcomeOK {
			t.Errorf("the network is back: %+v, %v", status.State, err)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// TestNetworkThatGoesDownBetweenTurnsIsNoPartnersFailure has turns that are
// spread, so that no two sources are asked together.
func TestNetworkThatGoesDownBetweenTurnsIsNoPartnersFailure(t *testing.T) {
	tests := []struct {
		name          string
		sources, dead int // dead ones besides the network
		most          int // failures before the outage is seen
	}{
		{"many", 12, 0, 4},
		{"few", 3, 0, 2},
		{"some of many are dead for good", 12, 2, 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dead, up := make(map[string]bool), true
				var subs []nashra.Subscription
				for i := range tt.sources {
					sub := subscription(fmt.Sprintf("s%d", i))
					sub.Feed = fmt.Sprintf("https://s%d.example/feed", i)
					dead[sub.ID] = i < tt.dead
					subs = append(subs, sub)
				}
				site := &fakeSite{}
				site.feed = func(sub nashra.Subscription, _ nashra.Validators) (fetcher.Feed, error) {
					if !up || dead[sub.ID] {
						return fetcher.Feed{}, errors.New("connection refused")
					}
					return fetcher.Feed{Status: 200, Entries: []nashra.Entry{entry(1, "متن")}}, nil
				}
				g, s := open(t, site, subs...)
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error, 1)
				go func() { done <- g.Run(ctx) }()
				set := func(to bool) {
					site.mu.Lock()
					defer site.mu.Unlock()
					up = to
				}
				failed := func() (failures, late int) {
					for _, sub := range subs {
						status, err := s.Source(t.Context(), sub.ID)
						if err != nil {
							t.Fatal(err)
						}
						switch n := status.State.ConsecutiveFailures; {
						case dead[sub.ID] && n == 0:
							t.Errorf("%s is dead and no failure", sub.ID)
						case !dead[sub.ID]:
							failures += n
							if time.Until(status.State.NextDue) > sub.Every {
								late++
							}
						}
					}
					return failures, late
				}
				time.Sleep(65 * time.Minute) // of the bubble's clock
				synctest.Wait()
				if n, _ := failed(); n != 0 {
					t.Errorf("%d failures while the network was up", n)
				}
				set(false)
				time.Sleep(6 * time.Hour)
				synctest.Wait()
				if n, late := failed(); n > tt.most || late > 0 {
					t.Errorf("%d failures are the partners', at most %d; %d are asked later than usual", n, tt.most, late)
				}
				set(true)
				time.Sleep(20 * time.Minute)
				synctest.Wait()
				if n, _ := failed(); n != 0 {
					t.Errorf("%d failures after the network came back", n)
				}
				cancel()
				if err := <-done; err != nil {
					t.Error(err)
				}
			})
		})
	}
}
