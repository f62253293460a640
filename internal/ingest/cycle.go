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
// (wraps nashra.ErrNotFound), the store, ctx, or nashra.ErrNetwork, with which no
// source failed and all are asked again at the next turn.
func (g *Ingester) Cycle(ctx context.Context, sel nashra.Selection, report func(nashra.Fetch)) error {
	subs, err := g.selected(ctx, sel)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	// A store that fails one source fails all: the others need not go on.
	cycles, together := errgroup.WithContext(ctx)
	lanes, round := g.newLanes(), newRound(len(subs))
	down := false
	for _, sub := range subs {
		cycles.Go(func() error {
			fetch, err := g.turn(together, sub, askedBy(sel), lanes, round)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case errors.Is(err, nashra.ErrNetwork):
				down = true
			case err != nil:
				return err
			case fetch != nil:
				report(*fetch)
			}
			return nil
		})
	}
	if err := cycles.Wait(); err != nil {
		return err
	}
	if down {
		return nashra.ErrNetwork
	}
	return context.Cause(ctx)
}

// turn runs the cycle of sub in one of the lanes, as one of a round.
func (g *Ingester) turn(ctx context.Context, sub nashra.Subscription, why asked, lanes *lanes, round *round) (fetch *nashra.Fetch, err error) {
	place := round.place()
	defer place.leave()
	defer func() { g.cfg.Metrics.ended(fetch, err) }()
	leave, err := lanes.enter(ctx, sub)
	if err != nil {
		return nil, err
	}
	lane := sync.OnceFunc(leave)
	defer lane()
	settle := func(feed fetcher.Feed, feedErr error) error {
		if isSilence(feed, feedErr) {
			lane() // others need it while this one waits for the verdict
		}
		return place.settle(ctx, sub, feed, feedErr)
	}
	fetch, err = g.alone(ctx, sub, func(g *Ingester, sub nashra.Subscription) (*nashra.Fetch, error) {
		return g.run(ctx, sub, why, settle)
	}, place.leave)
	switch {
	case errors.Is(err, nashra.ErrNetwork):
		g.network.Store(int32(NetworkDown))
	case fetch != nil && fetch.Status != 0 && fetch.Outcome != nashra.OutcomeThrottled: // which may be an earlier answer
		g.network.Store(int32(NetworkUp))
	}
	return fetch, err
}

// runner is one try of a cycle, by who is in force when it begins.
type runner func(g *Ingester, sub nashra.Subscription) (*nashra.Fetch, error)

// settler is told what came of asking a partner, before that counts as the
// source's. Its error is that of the whole round.
type settler func(fetcher.Feed, error) error

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
	now := g.now()
	return !dueOf(status.State, now).After(now.Add(lead(sub.Every)))
}

// alone runs the cycle of sub when no other one of it is in flight. waits is
// called where there is one, which may itself wait for the verdict of a round.
func (g *Ingester) alone(ctx context.Context, sub nashra.Subscription, run runner, waits func()) (*nashra.Fetch, error) {
	token := g.inFlight.of(sub.ID)
	select {
	case token <- struct{}{}:
	default:
		watcherOf(ctx).tell(nashra.Progress{Stage: nashra.StageWaiting})
		waits()
		select {
		case token <- struct{}{}:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	defer func() { <-token }()
	g, sub, ok := g.inForce(sub)
	if !ok {
		return nil, nil // the source is gone
	}
	return g.cycle(sub, run)
}

// cycle runs a cycle of one source, and again when the store says that it was
// made from a stale state.
func (g *Ingester) cycle(sub nashra.Subscription, run runner) (*nashra.Fetch, error) {
	for try := 1; ; try++ {
		fetch, err := run(g, sub)
		if err == nil {
			if fetch != nil {
				g.log(*fetch)
				g.cfg.Metrics.fetched(*fetch)
			}
			return fetch, nil
		}
		if !errors.Is(err, nashra.ErrStale) || try == attempts {
			return nil, fmt.Errorf("fetch source %q: %w", sub.ID, err)
		}
	}
}

// run fetches one source and applies what came. The result is nil where the
// source is not due any more, because another cycle took its turn.
func (g *Ingester) run(ctx context.Context, sub nashra.Subscription, why asked, settle settler) (*nashra.Fetch, error) {
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
	r.wait = why != asNamed && state.PagesAfter.After(now)
	watcherOf(ctx).tell(nashra.Progress{Stage: nashra.StageAsked})
	feed, feedErr := r.ask(ctx)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	outcome, answer, _ := outcomeOf(feed, feedErr)
	watcherOf(ctx).tell(nashra.Progress{Stage: nashra.StageAnswered, Outcome: outcome, Status: answer, Trouble: fetcher.TroubleOf(feedErr), Entries: len(feed.Entries)})
	if err := settle(feed, feedErr); err != nil {
		return nil, err
	}
	// What came before a transfer broke off is whole entries, and applied.
	if feedErr == nil || len(feed.Entries) > 0 {
		if err := r.take(ctx, feed, feedErr == nil); err != nil {
			return nil, err
		}
	}
	return r.close(ctx, feed, feedErr)
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

// log tells of a fetch in one line.
func (g *Ingester) log(f nashra.Fetch) {
	if f.Outcome != nashra.OutcomePaused {
		level, message, attrs := f.LogLine()
		g.cfg.Logger.Log(context.Background(), level, message, attrs...)
	}
}
