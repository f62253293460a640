package main

import (
	"context"
	"slices"
	"sync"

	"nashra"
	"nashra/internal/ingest"
)

// fetchesNow are the fetches that somebody at the desk asks for. They outlast
// the request that asked, and end with the owner of the store.
type fetchesNow struct {
	ctx    context.Context // ends them all
	cancel context.CancelFunc
	group  sync.WaitGroup
	ending chan struct{} // closed when nobody shall wait for one any more

	mu       sync.Mutex
	bySource map[string]*fetchNow  // under way
	awaited  map[string]*nextFetch // by who watches a source without one
}

// nextFetch is the next fetch of a source that begins.
type nextFetch struct {
	begun chan struct{} // closed once now is valid
	now   *fetchNow
}

type fetchNow struct {
	done  chan struct{} // closed once fetch and err are valid
	fetch nashra.Fetch
	err   error

	mu    sync.Mutex
	steps []nashra.Progress // the last one of each stage
	moved chan struct{}     // closed at the next one
}

func newFetchesNow(ctx context.Context) *fetchesNow {
	f := &fetchesNow{bySource: make(map[string]*fetchNow), awaited: make(map[string]*nextFetch), ending: make(chan struct{})}
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
	now := &fetchNow{done: make(chan struct{}), moved: make(chan struct{})}
	f.bySource[source] = now
	if next := f.awaited[source]; next != nil {
		next.now = now
		close(next.begun)
		delete(f.awaited, source)
	}
	f.group.Go(func() {
		now.err = cycle(ingest.Watched(f.ctx, now.step), nashra.Selection{Sources: []string{source}}, func(came nashra.Fetch) { now.fetch = came })
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

// step notes what the fetch has come to, for those who watch it at their own
// pace.
func (n *fetchNow) step(p nashra.Progress) {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch i := slices.IndexFunc(n.steps, func(old nashra.Progress) bool { return old.Stage == p.Stage }); {
	case p.Stage == nashra.StageAsked: // also of a cycle that is run again
		n.steps = []nashra.Progress{p}
	case i < 0:
		n.steps = append(slices.Clip(n.steps), p)
	default:
		n.steps = slices.Clone(n.steps)
		n.steps[i] = p
	}
	close(n.moved)
	n.moved = make(chan struct{})
}

// progress are the steps so far, which nobody changes any more, and what is
// closed at the next one.
func (n *fetchNow) progress() (steps []nashra.Progress, moved <-chan struct{}) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.steps, n.moved
}

// underWay is the fetch of source, or else the one that begins next.
func (f *fetchesNow) underWay(source string) (now *fetchNow, next *nextFetch) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now := f.bySource[source]; now != nil {
		return now, nil
	}
	if f.awaited[source] == nil {
		f.awaited[source] = &nextFetch{begun: make(chan struct{})}
	}
	return nil, f.awaited[source]
}

// FetchNow has a source fetched, due or not, and waits for what it comes to,
// until ctx ends. The fetch goes on then. by is who asked, for the record.
func (o *owner) FetchNow(ctx context.Context, by, source string) (nashra.Fetch, error) {
	if err := o.Decide(ctx, by, nashra.Mark{Kind: nashra.MarkFetch, Source: source}); err != nil {
		return nashra.Fetch{}, err
	}
	now := o.fetches.begin(source, o.Cycle)
	select {
	case <-now.done:
		return now.fetch, now.err
	case <-ctx.Done():
		return nashra.Fetch{}, ctx.Err()
	}
}

// WatchFetch tells step how the fetch of a source goes that FetchNow has begun,
// or begins next, and returns what it comes to. One that is slow to be told
// misses steps and delays nothing.
func (o *owner) WatchFetch(ctx context.Context, source string, step func(nashra.Progress)) (nashra.Fetch, error) {
	return o.fetches.watch(ctx, source, step)
}

func (f *fetchesNow) watch(ctx context.Context, source string, step func(nashra.Progress)) (nashra.Fetch, error) {
	now, next := f.underWay(source)
	if now == nil {
		step(nashra.Progress{Stage: nashra.StageIdle})
		select {
		case <-next.begun:
			now = next.now
		case <-ctx.Done():
			return nashra.Fetch{}, ctx.Err()
		case <-f.ending:
			return nashra.Fetch{}, context.Canceled
		}
	}
	var told []nashra.Progress
	tell := func() (moved <-chan struct{}) {
		steps, moved := now.progress()
		for i, p := range steps {
			if i >= len(told) || told[i] != p {
				step(p)
			}
		}
		told = steps
		return moved
	}
	for {
		moved := tell()
		select {
		case <-moved:
		case <-now.done:
			tell()
			return now.fetch, now.err
		case <-ctx.Done():
			return nashra.Fetch{}, ctx.Err()
		case <-f.ending:
			return nashra.Fetch{}, context.Canceled
		}
	}
}
