package main

import (
	"context"
	"runtime/debug"
	"time"

	"nashra"
	"nashra/internal/config"
	"nashra/internal/retention"
)

// sweepEvery is how often a process that serves looks for what is not kept any
// longer. It costs next to nothing where there is none.
const sweepEvery = time.Minute

// sweepOn removes what the configuration in force does not keep any longer,
// until ctx ends.
func (o *owner) sweepOn(ctx context.Context) {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
		if err := o.sweep(ctx); err != nil && ctx.Err() == nil {
			o.options.logger.Error("retention not followed", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// manyRemoved is how many articles are removed at once only where the rules are
// new: what that took of memory is not needed again for long.
const manyRemoved = 10_000

func (o *owner) sweep(ctx context.Context) error {
	removed, err := retention.Sweep(ctx, o.Store, rulesOf(o.inForce.Load().cfg), time.Now())
	if removed > 0 {
		o.options.logger.Info("articles removed by the rules of keep", "articles", removed)
	}
	if removed > manyRemoved {
		debug.FreeOSMemory()
	}
	return err
}

func rulesOf(cfg *config.Config) retention.Rules {
	rules := retention.Rules{Default: cfg.Keep, Sources: make(map[string]nashra.Keep, len(cfg.Sources))}
	for _, sub := range cfg.Sources {
		rules.Sources[sub.ID] = sub.Keep
	}
	return rules
}
