package announce

import (
	"context"
	"time"

	"nashra"
)

const (
	// rightsLooked is how often it is looked whose rights have ended: as long as
	// feeds may be kept by caches on the way.
	rightsLooked = time.Minute

	// rightsBehind is how far back the first look goes, for what ended while
	// nothing ran. A hub that is told twice looks twice and finds the same.
	rightsBehind = 24 * time.Hour
)

// WatchRights notes the sources whose rights end, until ctx does: their articles
// leave the feeds at that instant, and no batch says so. records are those of the
// store.
func (a *Announcer) WatchRights(ctx context.Context, records func(context.Context) ([]nashra.Source, uint64, error)) {
	ticker := time.NewTicker(rightsLooked)
	defer ticker.Stop()
	looked := time.Now().Add(-rightsBehind)
	for {
		now := time.Now()
		list, _, err := records(ctx)
		switch {
		case err == nil:
			a.ended(list, looked, now)
			looked = now
		case ctx.Err() == nil:
			a.log.Warn("ends of rights not read", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// ended notes the sources whose rights ended after from, and at to at the latest.
func (a *Announcer) ended(list []nashra.Source, from, to time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, src := range list {
		if end := src.Rights.Until; end.After(from) && !end.After(to) {
			a.sources[src.ID] = true
		}
	}
	a.wake()
}
