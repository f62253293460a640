package main

import (
	"context"
	"sync"

	"nashra"
)

// fetchesNow are the fetches that somebody at the desk asks for. They outlast
// the request that asked, and end with the owner of the store.
type fetchesNow struct {
	ctx    context.Context // ends them all
	cancel context.CancelFunc
	group  sync.WaitGroup

	mu       sync.Mutex
	bySource map[string]*fetchNow // under way
}

type fetchNow struct {
	done  chan struct{} // closed once the rest is valid
	fetch nashra.Fetch
	err   error
}

func newFetchesNow(ctx context.Context) *fetchesNow {
	f := &fetchesNow{bySource: make(map[string]*fetchNow)}
	f.ctx, f.cancel = context.WithCancel(context.WithoutCancel(ctx))
	return f
}

// begin has cycle fetch source, unless that is under way.
func (f *fetchesNow) begin(source string, cycle func(context.Context, nashra.Selection, func(nashra.Fetch)) error) *fetchNow {
	f.mu.Lock()
	defer f.mu.Unlock()
	if running := f.bySource[source]; running != nil {
		return running
	}
	now := &fetchNow{done: make(chan struct{})}
	f.bySource[source] = now
	f.group.Go(func() {
		now.err = cycle(f.ctx, nashra.Selection{Sources: []string{source}}, func(came nashra.Fetch) { now.fetch = came })
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.bySource, source)
		close(now.done)
	})
	return now
}

// stop ends the fetches under way and waits for that. There must be none after.
func (f *fetchesNow) stop() {
	f.cancel()
	f.group.Wait()
}

// FetchNow has a source fetched, due or not, and waits for what it comes to,
// until ctx ends. The fetch goes on then.
func (o *owner) FetchNow(ctx context.Context, source string) (nashra.Fetch, error) {
	now := o.fetches.begin(source, o.Cycle)
	select {
	case <-now.done:
		return now.fetch, now.err
	case <-ctx.Done():
		return nashra.Fetch{}, ctx.Err()
	}
}
