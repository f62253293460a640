package ingest_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"nashra"
	"nashra/fetcher"
	"nashra/internal/ingest"
)

// minuteSite takes a minute for a feed, and notes who was asked.
type minuteSite struct {
	mu    sync.Mutex
	now   map[string]int // feeds under way, by source
	most  int            // of one source at the same time
	names []string       // of the sources, as they were asked
}

func (s *minuteSite) Feed(_ context.Context, sub nashra.Subscription, _ nashra.Validators) (fetcher.Feed, error) {
	s.mu.Lock()
	if s.now == nil {
		s.now = map[string]int{}
	}
	s.now[sub.ID]++
	s.most = max(s.most, s.now[sub.ID])
	s.names = append(s.names, sub.Name)
	s.mu.Unlock()
	time.Sleep(time.Minute) // of the bubble's clock
	s.mu.Lock()
	s.now[sub.ID]--
	s.mu.Unlock()
	return fetcher.Feed{Status: 200}, nil
}

func (s *minuteSite) Page(context.Context, nashra.Subscription, string, fetcher.Remembered) (fetcher.Page, error) {
	return fetcher.Page{}, fetcher.ErrNotPage
}

// succeed replaces g by an ingester of subs.
func succeed(t *testing.T, g *ingest.Ingester, cfg ingest.Config, subs ...nashra.Subscription) *ingest.Ingester {
	t.Helper()
	cfg.Subscriptions = subs
	next, err := g.Successor(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := next.Announce(t.Context()); err != nil {
		t.Fatal(err)
	}
	g.Retire(next)
	return next
}

func TestASuccessorLetsCyclesEndAndTakesTheNextTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		site := &minuteSite{}
		_, s := open(t, nil)
		old, gone := subscription("a"), subscription("gone")
		old.Name = "old"
		cfg := ingest.Config{Subscriptions: []nashra.Subscription{old, gone}, Store: s, Fetcher: site}
		g, err := ingest.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Announce(t.Context()); err != nil {
			t.Fatal(err)
		}
		var cycles sync.WaitGroup
		cycle := func(g *ingest.Ingester, id string) {
			cycles.Go(func() {
				if err := g.Cycle(t.Context(), nashra.Selection{Sources: []string{id}}, func(nashra.Fetch) {}); err != nil {
					t.Error(err)
				}
			})
		}
		cycle(g, "a")
		synctest.Wait()
		cycle(g, "a") // waits for its turn
		synctest.Wait()
		renamed := old
		renamed.Name = "new"
		next := succeed(t, g, cfg, renamed)
		cycle(next, "a")
		cycle(g, "gone") // of somebody who asked a moment too late
		began := time.Now()
		if err := next.Settle(t.Context(), "a"); err != nil {
			t.Error(err)
		}
		if waited := time.Since(began); waited < time.Minute {
			t.Errorf("settled after %s, and a cycle was in flight", waited)
		}
		cycles.Wait()
		if site.most != 1 {
			t.Errorf("%d cycles of one source at the same time", site.most)
		}
		if got := site.names; len(got) != 3 || got[0] != "old" || got[1] != "new" || got[2] != "new" {
			t.Errorf("asked as %q, want the first as old, then new, and never what is gone", got)
		}
	})
}

func TestASuccessorKnowsOfTheNetwork(t *testing.T) {
	site, subs := offline("a", "b", "c")
	_, s := open(t, nil)
	cfg := ingest.Config{Subscriptions: subs, Store: s, Fetcher: site}
	g, err := ingest.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Announce(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := g.Cycle(t.Context(), nashra.Selection{}, func(nashra.Fetch) {}); !errors.Is(err, nashra.ErrNetwork) {
		t.Fatal(err)
	}
	if next := succeed(t, g, cfg, subs...); next.Network() != ingest.NetworkDown {
		t.Errorf("the network is %d for a successor, want down", next.Network())
	}
}

func TestTheScheduleOfASuccessorGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		site := &minuteSite{}
		_, s := open(t, nil)
		a, b := subscription("a"), subscription("b")
		a.Name, b.Name = "a", "b"
		cfg := ingest.Config{Subscriptions: []nashra.Subscription{a}, Store: s, Fetcher: site}
		g, err := ingest.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Announce(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		first, second := make(chan error, 1), make(chan error, 1)
		go func() { first <- g.Run(ctx) }()
		synctest.Wait()
		next := succeed(t, g, cfg, b)
		go func() { second <- next.Run(ctx) }()
		if err := <-first; err != nil { // once its cycle has ended
			t.Error(err)
		}
		if status, err := s.Source(t.Context(), "a"); err != nil || status.State.Outcome != nashra.OutcomeOK {
			t.Errorf("the cycle in flight left %+v, %v", status.State, err)
		}
		time.Sleep(time.Hour)
		cancel()
		if err := <-second; err != nil {
			t.Error(err)
		}
		asked := map[string]int{}
		for _, name := range site.names {
			asked[name]++
		}
		if asked["a"] != 1 || asked["b"] < 3 {
			t.Errorf("asked %v in an hour, want a once and b at its turns", asked)
		}
	})
}
