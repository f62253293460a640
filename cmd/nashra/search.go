package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"nashra"
	"nashra/internal/search"
	"nashra/store"
)

// finder is the search index of the store that this process owns. It is opened
// when it is first needed: most commands search nothing.
type finder struct {
	folder string
	store  *store.Store
	logger *slog.Logger

	mu    sync.Mutex
	index *search.Index
}

// newFinder searches in s, whose index lies in a folder beside its file.
func newFinder(path string, s *store.Store, logger *slog.Logger) *finder {
	return &finder{folder: path + ".search", store: s, logger: logger}
}

func (f *finder) open() (*search.Index, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.index == nil {
		index, err := search.Open(f.folder, f.store, f.logger)
		if err != nil {
			return nil, err
		}
		f.index = index
	}
	return f.index, nil
}

// Search searches in what is indexed, for readers, who do not wait for more.
func (f *finder) Search(ctx context.Context, q nashra.Search) (nashra.Found, error) {
	index, err := f.open()
	if err != nil {
		return nashra.Found{}, err
	}
	return index.Search(ctx, q)
}

// searchAll searches in all that the store holds, for commands: the index is
// brought up with it first. One that turns out to be damaged is made anew.
func (f *finder) searchAll(ctx context.Context, q nashra.Search) (nashra.Found, error) {
	index, err := f.open()
	if err != nil {
		return nashra.Found{}, err
	}
	var found nashra.Found
	for range 2 {
		if err := index.CatchUp(ctx); err != nil {
			return nashra.Found{}, err
		}
		if found, err = index.Search(ctx, q); err != nil || !found.Behind {
			break
		}
	}
	return found, err
}

// openAgain is how long follow waits until it tries again to open an index
// whose folder cannot be used.
const openAgain = time.Minute

// follow keeps the index up with the store until ctx ends.
func (f *finder) follow(ctx context.Context) error {
	for {
		index, err := f.open()
		if err == nil {
			return index.Follow(ctx)
		}
		f.logger.Error("search does not work", "err", err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(openAgain):
		}
	}
}

func (f *finder) close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.index == nil {
		return nil
	}
	return f.index.Close()
}
