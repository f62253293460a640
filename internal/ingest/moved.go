package ingest

import (
	"context"
	"errors"
	"net/http"

	"nashra"
	"nashra/fetcher"
)

// triesMoved is how many failures in a row the address that a feed moved to may
// have before the configured one is asked again. One that is overloaded for an
// hour is no reason to go back and forth.
const triesMoved = 3

// moveOf is what is remembered of the moves of sub's feed; nothing where
// config.yaml has got another address since.
func moveOf(sub nashra.Subscription, before nashra.State) nashra.Move {
	if feed := nashra.RedactURL(sub.Feed); before.Move.From != feed {
		return nashra.Move{From: feed}
	}
	return before.Move
}

// ask fetches the feed from where it moved to, and from the configured address
// where it is not there any more. The move is then forgotten, unless that
// address does not answer either: a network that is down tells nothing.
func (r *run) ask(ctx context.Context) (fetcher.Feed, error) {
	if r.move.To != "" {
		sub := r.sub
		sub.MovedTo = r.move.To
		feed, err := r.g.cfg.Fetcher.Feed(ctx, sub, r.before.Validators)
		if err == nil || ctx.Err() != nil || !r.notThere(feed, err) {
			return feed, err
		}
	}
	feed, err := r.g.cfg.Fetcher.Feed(ctx, r.sub, r.before.Validators)
	if r.move.To != "" && !isSilence(feed, err) {
		r.move = nashra.Move{From: r.move.From}
	}
	return feed, err
}

// notThere reports whether a failure means that the feed is no longer where it
// had moved to.
func (r *run) notThere(feed fetcher.Feed, err error) bool {
	var refused *fetcher.StatusError
	switch {
	case len(feed.Entries) > 0:
		return false // it is there, and broke off
	case r.before.ConsecutiveFailures+1 >= triesMoved:
		return true
	case errors.As(err, &refused):
		return refused.Status == http.StatusNotFound || refused.Status == http.StatusGone
	}
	return !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, nashra.ErrTooLarge)
}

// moved is what is known of the feed's moves after the cycle. Only a success
// counts for one, and any answer against it.
func (r *run) moved(feed fetcher.Feed, err error) nashra.Move {
	switch {
	case err == nil:
		return r.move.After(feed.Moved)
	case feed.Status != 0 && feed.Moved != r.move.Seen:
		return r.move.After("")
	}
	return r.move
}
