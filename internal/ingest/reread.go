package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"nashra"
	"nashra/extractor"
	"nashra/fetcher"
)

// Reread asks the partner of a stored article for its entry and its page, and
// gives the article what comes of them: with nashra.MarkRefresh where the
// partner sends something else than before, with nashra.MarkReextract also what
// today's settings make of the same. by is who at the desk asked.
//
// It runs like a cycle of the source, and never beside one, but leaves the
// source's state as it is. What fails changes nothing: it stands in the result.
// Errors are the store's, ctx's, and nashra.ErrNotFound of an article that is not
// stored or whose source is not configured.
func (g *Ingester) Reread(ctx context.Context, id string, how nashra.MarkKind, by string) (nashra.Reread, error) {
	record, err := g.cfg.Store.Article(ctx, id)
	if err != nil {
		return nashra.Reread{}, err
	}
	sub, ok := g.byID[record.Article.Source]
	if !ok {
		return nashra.Reread{}, fmt.Errorf("%s article %q: its source %q is %w in the configuration", how, id, record.Article.Source, nashra.ErrNotFound)
	}
	var failed error
	_, err = g.alone(ctx, sub, func(g *Ingester, sub nashra.Subscription) (_ *nashra.Fetch, err error) {
		failed, err = g.reread(ctx, sub, record.Article, how, by)
		return nil, err
	}, func() {})
	if err != nil {
		return nashra.Reread{}, err
	}
	after, err := g.cfg.Store.Article(ctx, id)
	out := nashra.Reread{Changed: err == nil && after.Article.Revision != record.Article.Revision}
	if failed != nil {
		out.Error = sentence(failed.Error())
		var refused *fetcher.StatusError
		if errors.As(failed, &refused) {
			out.Status = refused.Status
		}
	}
	return out, err
}

// reread makes one run of it. failed is why nothing came of it.
func (g *Ingester) reread(ctx context.Context, sub nashra.Subscription, a nashra.Article, how nashra.MarkKind, by string) (failed, err error) {
	status, err := g.cfg.Store.Source(ctx, sub.ID)
	if err != nil {
		return nil, err
	}
	if status.Pause != nil {
		return errPaused, nil
	}
	before := status.State
	before.Validators = nashra.Validators{} // an unchanged feed shows no entries
	r := newRun(g, sub, before, g.now())
	r.out.head.By = by
	feed, feedErr := r.ask(ctx)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	w, err := r.workOf(ctx, a, feed.Entries)
	if err != nil {
		return nil, err
	}
	switch {
	case w.outOfSight && (sub.Content == nashra.ContentFeed || a.Link == ""):
		return cmp.Or(feedErr, errNoEntry), nil
	case how == nashra.MarkReextract:
		w.known.PageHash = nashra.Hash{} // so that the page is read whatever it is
	case !extractor.NeedsPage(sub, w.entry) && w.stored(sub.ID):
		return nil, nil
	}
	pending := []*work{w}
	if err := r.recall(ctx, pending); err != nil {
		return nil, err
	}
	if _, err := r.stretch(ctx, pending); err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	r.judge(pending)
	if failed := w.unread(a); failed != nil {
		return failed, nil
	}
	if err := r.hand(ctx, w); err != nil {
		return nil, err
	}
	return nil, r.out.flush(ctx)
}

var (
	errNoEntry = errors.New("the feed does not hold it any more, and its text came from there")
	errNoPage  = errors.New("its page holds no article")
	errPaused  = errors.New("its source is paused; resume it first")
)

// workOf is the work of making a stored article again: of the feed's entry, or
// where the feed does not show it any more, of what the store has of that.
func (r *run) workOf(ctx context.Context, a nashra.Article, entries []nashra.Entry) (*work, error) {
	r.names.learn(entries)
	var all []*work
	var identities []nashra.Identity
	for _, e := range Newest(entries, len(entries)) { // of two of one name, a cycle keeps the newer one too
		if id := r.names.identity(e); articleKey(id) != "" {
			all, identities = append(all, &work{entry: e, identity: id}), append(identities, id)
		}
	}
	stored := nashra.Entry{
		GUID: a.GUID, Link: a.Link, Title: a.Title, Summary: a.Excerpt, Categories: a.Categories, Language: a.Language,
		Image: a.Image, Enclosures: a.Enclosures, Published: a.Published, Updated: a.Updated, Hash: a.EntryHash,
	}
	if a.Byline != "" {
		stored.Authors = []string{a.Byline}
	}
	last := &work{entry: stored, identity: r.names.identity(stored), outOfSight: true}
	all, identities = append(all, last), append(identities, last.identity)
	known, err := r.g.cfg.Store.Known(ctx, identities)
	if err != nil {
		return nil, err
	}
	for i, w := range all {
		if w.known = known[i]; w.known.ID == a.ID {
			return w, nil
		}
	}
	return nil, fmt.Errorf("article %q is no more what its own names lead to: %w", a.ID, nashra.ErrNotFound)
}

// unread is why an article must not take the place of the stored one: what was
// asked for did not come, or is not to be trusted while the stored one is, or
// is not and nothing of the partner's is there in its place.
func (w *work) unread(stored nashra.Article) error {
	switch {
	case w.err != nil:
		return w.err
	case w.none, w.put == nil:
		return errNoPage
	case w.put.Content != nil && w.put.Content.Suspect != nil && (w.outOfSight || stored.Suspect == nil):
		return errors.New(w.put.Content.Suspect.Reason)
	}
	return nil
}
