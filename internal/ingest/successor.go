package ingest

import (
	"context"
	"sync"

	"nashra"
)

// Successor makes the Ingester of another configuration, which can take g's
// place while g's cycles go on: the two never run cycles of one source at the
// same time. It changes nothing about g; Retire does.
func (g *Ingester) Successor(cfg Config) (*Ingester, error) {
	next, err := New(cfg)
	if err != nil {
		return nil, err
	}
	next.inFlight, next.hubs, next.network = g.inFlight, g.hubs, g.network
	return next, nil
}

// Retire lets next take g's place. Cycles in flight go on to their end as they
// began; what waits for its turn with g gets it as next has the source, or not
// at all where next has it no more. g's Run starts nothing more. Retire is
// called once.
func (g *Ingester) Retire(next *Ingester) {
	g.next.Store(next)
	close(g.retired)
	g.hubs.follow(next)
}

// inForce is who runs a cycle of sub that begins now, and sub as that one has
// it; ok is false where it is gone.
func (g *Ingester) inForce(sub nashra.Subscription) (heir *Ingester, as nashra.Subscription, ok bool) {
	heir = g
	for next := g.next.Load(); next != nil; next = heir.next.Load() {
		heir = next
	}
	if heir == g {
		return g, sub, true
	}
	as, ok = heir.byID[sub.ID]
	return heir, as, ok
}

// Settle waits until no cycle of the source is in flight, in g or in those
// whose place it took.
func (g *Ingester) Settle(ctx context.Context, source string) error {
	token := g.inFlight.of(source)
	select {
	case token <- struct{}{}:
		<-token
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// tokens holds one for each source; who has it runs its cycle.
type tokens struct {
	mu   sync.Mutex
	byID map[string]chan struct{} // never removed: some bytes for each source that ever was
}

func (t *tokens) of(source string) chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.byID[source] == nil {
		t.byID[source] = make(chan struct{}, 1)
	}
	return t.byID[source]
}
