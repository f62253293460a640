package ingest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"nashra"
	"nashra/fetcher"
)

// asked says why a source is fetched.
type asked int

const (
	asDue   asked = iota // its turn has come
	asOneOf              // every source is asked, due or not
	asNamed              // somebody wants this very source: a running Retry-After does not hold
)

func askedBy(sel nashra.Selection) asked {
	switch {
	case len(sel.Sources) > 0:
		return asNamed
	case sel.All:
		return asOneOf
	}
	return asDue
}

// Cycle fetches the sources that sel names, or those that are due, and reports
// each as it finishes, one at a time. A source that fails is an outcome and no
// error. The error is for what concerns the whole cycle: an unknown name
// (wraps nashra.ErrNotFound), the store, ctx.
func (g *Ingester) Cycle(ctx context.Context, sel nashra.Selection, report func(nashra.Fetch)) error {
	subs, err := g.selected(ctx, sel)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	// A store that fails one source fails all: the others need not go on.
	cycles, together := errgroup.WithContext(ctx)
	lanes := g.newLanes()
	for _, sub := range subs {
		cycles.Go(func() error {
			leave, err := lanes.enter(together, sub)
			if err != nil {
				return err
			}
			fetch, err := g.alone(together, sub, askedBy(sel))
			leave()
			if err != nil || fetch == nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			report(*fetch)
			return nil
		})
	}
	if err := cycles.Wait(); err != nil {
		return err
	}
	return context.Cause(ctx)
}

// selected are the subscriptions of sel in the order of config.yaml.
func (g *Ingester) selected(ctx context.Context, sel nashra.Selection) ([]nashra.Subscription, error) {
	if len(sel.Sources) > 0 {
		subs := make([]nashra.Subscription, 0, len(sel.Sources))
		seen := make(map[string]bool)
		for _, id := range sel.Sources {
			sub, ok := g.byID[id]
			if !ok {
				return nil, fmt.Errorf("fetch source %q: %w in the configuration", id, nashra.ErrNotFound)
			}
			if !seen[id] {
				subs = append(subs, sub)
			}
			seen[id] = true
		}
		return subs, nil
	}
	if sel.All {
		return g.cfg.Subscriptions, nil
	}
	statuses, err := g.statuses(ctx)
	if err != nil {
		return nil, err
	}
	var subs []nashra.Subscription
	for _, sub := range g.cfg.Subscriptions {
		if g.due(sub, statuses[sub.ID]) {
			subs = append(subs, sub)
		}
	}
	return subs, nil
}

// due reports whether a cycle of cron takes the source now. A paused one is
// taken too, to be reported as that.
func (g *Ingester) due(sub nashra.Subscription, status nashra.SourceStatus) bool {
	return !status.State.NextDue.After(g.now().Add(lead(sub.Every)))
}

// alone runs the cycle of sub when no other one of it is in flight.
func (g *Ingester) alone(ctx context.Context, sub nashra.Subscription, why asked) (*nashra.Fetch, error) {
	token := g.inFlight[sub.ID]
	select {
	case token <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	defer func() { <-token }()
	return g.cycle(ctx, sub, why)
}

// cycle fetches one source and applies what came. It is run again when the
// store says that it was made from a stale state. The result is nil where the
// source is not due any more, because another cycle took its turn.
func (g *Ingester) cycle(ctx context.Context, sub nashra.Subscription, why asked) (*nashra.Fetch, error) {
	for try := 1; ; try++ {
		fetch, err := g.run(ctx, sub, why)
		if err == nil {
			if fetch != nil {
				g.log(*fetch)
			}
			return fetch, nil
		}
		if !errors.Is(err, nashra.ErrStale) || try == attempts {
			return nil, fmt.Errorf("fetch source %q: %w", sub.ID, err)
		}
	}
}

func (g *Ingester) run(ctx context.Context, sub nashra.Subscription, why asked) (*nashra.Fetch, error) {
	status, err := g.cfg.Store.Source(ctx, sub.ID)
	if err != nil {
		return nil, err
	}
	now := g.now()
	state := status.State
	switch {
	case why == asDue && !g.due(sub, status):
		return nil, nil
	case status.Pause != nil:
		return &nashra.Fetch{Source: sub.ID, At: now, Outcome: nashra.OutcomePaused}, nil
	case why != asNamed && state.RetryAfter.After(now):
		return &nashra.Fetch{
			Source: sub.ID, At: now, Outcome: nashra.OutcomeThrottled, Status: state.Status,
			Error: state.Error, NextDue: state.NextDue,
		}, nil
	}
	r := newRun(g, sub, state, now)
	feed, feedErr := g.cfg.Fetcher.Feed(ctx, sub, state.Validators)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	// What came before a transfer broke off is whole entries, and applied.
	if feedErr == nil || len(feed.Entries) > 0 {
		if err := r.take(ctx, feed); err != nil {
			return nil, err
		}
	}
	fetch, err := r.close(ctx, feed, feedErr)
	if err != nil {
		return nil, err
	}
	return &fetch, nil
}

// outcomeOf names how a fetch ended, with the status of the answer and, where
// the partner gave one, the instant before which it does not want to be asked.
func outcomeOf(feed fetcher.Feed, err error) (outcome nashra.Outcome, status int, retryAfter time.Time) {
	var refused *fetcher.StatusError
	switch {
	case errors.As(err, &refused):
		switch {
		case refused.Status == http.StatusGone:
			outcome = nashra.OutcomeGone
		case refused.Status == http.StatusTooManyRequests,
			refused.Status == http.StatusServiceUnavailable && !refused.RetryAfter.IsZero():
			outcome = nashra.OutcomeThrottled
		default:
			outcome = nashra.OutcomeFailed
		}
		return outcome, refused.Status, refused.RetryAfter
	case err != nil:
		return nashra.OutcomeFailed, feed.Status, time.Time{}
	case feed.NotModified:
		return nashra.OutcomeNotModified, feed.Status, time.Time{}
	}
	return nashra.OutcomeOK, feed.Status, time.Time{}
}

func (g *Ingester) log(f nashra.Fetch) {
	attrs := []any{
		"source", f.Source, "outcome", f.Outcome, "status", f.Status, "duration", f.Duration,
		"new", f.New, "updated", f.Updated, "unchanged", f.Unchanged,
	}
	switch {
	case f.Outcome == nashra.OutcomePaused:
	case f.Error != "":
		g.cfg.Logger.Warn("source failed", append(attrs, "err", f.Error)...)
	default:
		g.cfg.Logger.Info("source fetched", attrs...)
	}
	for _, w := range f.Warnings {
		g.cfg.Logger.Warn("source warning", "source", f.Source, "err", w)
	}
}
