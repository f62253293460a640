package ingest

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/http"

	"nashra"
	"nashra/extractor"
	"nashra/fetcher"
)

const (
	// pageAttempts is in how many cycles a page is asked for: the first, and
	// three more.
	pageAttempts = 4

	// silence is how many pages in a row may stay without an answer before a
	// cycle asks for no more: each of them costs a whole timeout.
	silence = 3
)

// article makes the article of an entry: of its page where that is needed, and
// of what the feed itself has where the page will not come or holds no
// article. While the page may still come the feed's body stands in for it, and
// a summary does not. So an item may be delayed by its page, and is never lost.
func (r *run) article(ctx context.Context, w *work) {
	in := extractor.Input{Subscription: r.sub, Entry: w.entry, At: r.cycle.Began}
	if extractor.NeedsPage(r.sub, w.entry) {
		in.Page, w.err = r.page(ctx, w)
		if ctx.Err() != nil || w.err != nil && !w.final && w.entry.Body == "" {
			return // what an interrupted cycle stored would not be asked for again
		}
	}
	content, err := extractor.Extract(in)
	if errors.Is(err, nashra.ErrNoArticle) {
		in.Subscription.Content = nashra.ContentFeed
		in.Entry.Body = cmp.Or(w.entry.Body, w.entry.Summary)
		content, err = extractor.Extract(in)
	}
	if err == nil {
		w.content = &content
		return
	}
	if w.err == nil {
		w.err, w.final = err, in.Page == nil || w.owed.Attempts+1 >= pageAttempts
	}
}

// page loads the page of an entry, and settles the work's pageHash and whether
// it is final.
func (r *run) page(ctx context.Context, w *work) (*extractor.Page, error) {
	if r.enough.Load() {
		return nil, errEnough
	}
	page, err := r.g.cfg.Fetcher.Page(ctx, r.sub, w.entry.Link, fetcher.Remembered{})
	if err == nil {
		r.unanswered.Store(0)
		w.pageHash = nashra.HashOf(string(page.Body))
		return &extractor.Page{URL: page.URL, ContentType: page.ContentType, Body: page.Body}, nil
	}
	again, answered := worthAnotherTry(err)
	if answered {
		r.unanswered.Store(0)
	} else if r.unanswered.Add(1) >= silence {
		r.enough.Store(true)
	}
	var refused *fetcher.StatusError
	if errors.As(err, &refused) && (refused.Status == http.StatusTooManyRequests || !refused.RetryAfter.IsZero()) {
		r.enough.Store(true)
	}
	w.final = !again || w.owed.Attempts+1 >= pageAttempts
	return nil, err
}

// errEnough: a page was not asked for, because the pages before it had no
// answer or the partner asked us to wait.
var errEnough = errors.New("left for the next cycle")

// worthAnotherTry reports whether a page that could not be had may be had in a
// later cycle, and whether the partner's site answered at all.
func worthAnotherTry(err error) (again, answered bool) {
	var refused *fetcher.StatusError
	if errors.As(err, &refused) {
		return refused.Status >= 500 || refused.Status == 408 || refused.Status == 425 || refused.Status == 429, true
	}
	var dns *net.DNSError
	if errors.As(err, &dns) && dns.IsNotFound {
		return false, false
	}
	for _, final := range []error{fetcher.ErrRobots, fetcher.ErrNotPage, nashra.ErrForbiddenAddress, nashra.ErrTooLarge} {
		if errors.Is(err, final) {
			return false, true
		}
	}
	return true, false
}
