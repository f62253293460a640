package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"nashra"
)

// attempts bounds how often work is done again after nashra.ErrStale: somebody
// else was quicker each time, which is no accident after the third.
const attempts = 3

// Announce writes the source records that differ from the subscriptions, and
// marks as retired those that have none any more. Publishing reads these
// records and never config.yaml. It does nothing when it has succeeded before:
// another configuration is another Ingester's.
func (g *Ingester) Announce(ctx context.Context) error {
	if g.announced.Load() {
		return nil
	}
	for try := 1; ; try++ {
		err := g.announce(ctx)
		if err == nil {
			g.announced.Store(true)
			return nil
		}
		if !errors.Is(err, nashra.ErrStale) || try == attempts {
			return fmt.Errorf("write the sources of the configuration to the store: %w", err)
		}
	}
}

func (g *Ingester) announce(ctx context.Context) error {
	stored, version, err := g.cfg.Store.Records(ctx)
	if err != nil {
		return err
	}
	records := make(map[string]nashra.Source, len(stored))
	for _, s := range stored {
		records[s.ID] = s
	}
	var changed []nashra.Source
	for _, sub := range g.cfg.Subscriptions {
		record := sub.Source
		record.Feed = nashra.RedactURL(record.Feed) // dumps and backups hold no secrets
		if old, ok := records[sub.ID]; !ok || old != record {
			changed = append(changed, record)
		}
		delete(records, sub.ID)
	}
	for _, s := range stored { // in their order, so that the batch is a function of its inputs
		if gone, ok := records[s.ID]; ok && !gone.Retired {
			gone.Retired = true
			changed = append(changed, gone)
		}
	}
	if len(changed) == 0 {
		return nil
	}
	now := g.now()
	_, err = g.cfg.Store.Apply(ctx, nashra.Batch{
		ID:      fmt.Sprintf("config/%d/%s", version+1, now.Format(time.RFC3339Nano)),
		At:      now,
		By:      "config",
		Base:    version,
		Sources: changed,
	})
	return err
}
