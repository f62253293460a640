package ingest

import (
	"context"
	"slices"

	"nashra"
	"nashra/fetcher"
)

// delivered runs the cycle of a document that the source's hub delivered. The
// result is nil where the source is paused.
//
// It decides of each entry as the cycle of a poll does, and says nothing of the
// feed's own address: the validators, the back-off, the hints and the next turn
// of the polls stay as they are. Only where too much is owed to be kept does the
// next poll read the feed whole.
func (g *Ingester) delivered(ctx context.Context, sub nashra.Subscription, feed fetcher.Feed) (*nashra.Fetch, error) {
	status, err := g.cfg.Store.Source(ctx, sub.ID)
	if err != nil || status.Pause != nil {
		return nil, err
	}
	r := newRun(g, sub, status.State, g.now())
	if err := r.take(ctx, feed, false); err != nil {
		return nil, err
	}
	state := r.before
	state.LastSuccess = g.now()
	r.leave(&state)
	fetch := nashra.Fetch{
		Source: sub.ID, At: r.cycle.Began, Duration: max(0, state.LastSuccess.Sub(r.start)),
		Outcome: nashra.OutcomeOK, Delivered: true, Bytes: feed.Bytes, Entries: len(feed.Entries),
		Warnings: slices.Concat(sentences(feed.Warnings), state.Warnings, r.doubts.news()), NextDue: state.NextDue,
	}
	return r.apply(ctx, fetch, state)
}
