package ingest

import (
	"context"
	"sync"

	"nashra"
)

// Watched returns a ctx under which a cycle of one source, one, tells watch of
// each step that it takes. watch is called by one goroutine at a time, and the
// cycle waits for it.
func Watched(ctx context.Context, watch func(nashra.Progress)) context.Context {
	return context.WithValue(ctx, watcherKey{}, &watcher{watch: watch})
}

type watcherKey struct{}

// watcher is told of the steps of a cycle. On a nil one, which is what an
// unwatched cycle has, its methods do nothing.
type watcher struct {
	mu    sync.Mutex
	watch func(nashra.Progress)
	pages nashra.Progress
}

func watcherOf(ctx context.Context) *watcher {
	w, _ := ctx.Value(watcherKey{}).(*watcher)
	return w
}

func (w *watcher) tell(p nashra.Progress) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watch(p)
}

// pagesAhead says how many pages will be asked for.
func (w *watcher) pagesAhead(n int) {
	if w == nil || n == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pages = nashra.Progress{Stage: nashra.StagePages, Of: n}
	w.watch(w.pages)
}

// pageDone says that one of them was.
func (w *watcher) pageDone() {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pages.Done++
	w.watch(w.pages)
}
