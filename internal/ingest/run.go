package ingest

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"nashra"
	"nashra/extractor"
	"nashra/fetcher"
)

const (
	// chunk is how many entries are loaded and extracted before it is asked
	// whether to go on: what memory holds beside finished articles.
	chunk = 8

	// lastWrite bounds what a cycle still writes after its context has ended.
	lastWrite = 4 * time.Second

	// warningsKept of one cycle: the first ones, which mostly tell of the rest.
	warningsKept = 20
)

// run is one cycle of one source while it lasts.
type run struct {
	g      *Ingester
	sub    nashra.Subscription
	before nashra.State
	start  time.Time // by the clock, which Cycle.Began may have to run ahead of
	cycle  nashra.Cycle
	out    *batcher

	owed     []*work       // what the next cycle has still to do
	gaveUp   []nashra.Hash // entries that are not tried again
	behind   bool          // the feed must be read whole next time
	warnings []string
	names    names
	lessons  lessons
	came     []time.Time // when what is new was published
	doubts   doubts
	move     nashra.Move

	unannounced bool // something came that no cycle had seen before

	wait       bool         // the partner asked us to leave its pages alone
	unanswered atomic.Int32 // pages in a row
	enough     atomic.Bool  // no more pages are asked for

	mu         sync.Mutex // guards what pages leave behind
	pagesAfter time.Time
	robots     map[string]nashra.Robots // by host
}

func newRun(g *Ingester, sub nashra.Subscription, before nashra.State, now time.Time) *run {
	began := now
	if !began.After(before.Run) { // the clock jumped back; runs only grow
		began = before.Run.Add(1)
	}
	r := &run{
		g: g, sub: sub, before: before, start: now,
		cycle:  nashra.Cycle{Number: before.Cycle + 1, Began: began},
		names:  names{partner: sub.Partner, distrust: before.DistrustGUIDs},
		move:   moveOf(sub, before),
		robots: make(map[string]nashra.Robots),
		doubts: doubts{habit: before.Habit, unmatched: nashra.InForce(before.Unmatched, sub)},
	}
	r.out = &batcher{store: g.cfg.Store, head: nashra.Batch{
		By: nashra.ByCycle, Source: sub.ID, Cycle: r.cycle, Base: before.Cycle,
	}}
	return r
}

// work is an entry on its way to an article.
type work struct {
	entry    nashra.Entry
	owed     nashra.Owed // of the cycles before; zero where this is the first
	known    nashra.Known
	identity nashra.Identity

	outOfSight bool // owed, and not in what the feed sent this time

	read *extractor.Result // the article as its page has it; nil: not made of a page
	none bool              // the page was read, and holds no article

	put   *nashra.Put // what came of it; nil: no article yet
	err   error       // the page or the article could not be had; beside put: that is the feed's, or what is stored
	final bool        // and will not be had by asking again
}

// pageOwed reports whether a page is still to be asked for.
func (w *work) pageOwed() bool { return w.owed.Error != "" }

// stored reports whether an article is stored that was made of this very entry
// as source sent it.
func (w *work) stored(source string) bool {
	return w.known.ID != "" && w.known.HashFrom(source) == w.entry.Hash
}

// asStored puts the entry as an article that the store has as it is.
func (w *work) asStored() *nashra.Put {
	return &nashra.Put{Identity: w.identity, EntryHash: w.entry.Hash, PageHash: w.known.PageHash}
}

// take makes articles of the entries that are new or changed, and of those
// whose page is owed from before, oldest first, and hands them to the store.
// What the feed is silent on is gone from it where it came whole.
func (r *run) take(ctx context.Context, feed fetcher.Feed, whole bool) error {
	r.names.learn(feed.Entries)
	if feed.NotModified || !whole {
		r.gaveUp = slices.Clone(r.before.GivenUp)
	}
	for _, e := range feed.Entries {
		if r.dated(e) {
			r.came = append(r.came, e.Published)
		}
	}
	entries, others := newest(feed.Entries, r.sub.Limit)
	pending, err := r.sort(ctx, r.pair(entries))
	if err != nil {
		return err
	}
	if whole && nashra.NewDay(r.before.Read, r.cycle.Began) {
		if err := r.noticeRemoved(ctx, others); err != nil {
			return err
		}
	}
	if err := r.recall(ctx, pending); err != nil {
		return err
	}
	watcherOf(ctx).pagesAhead(r.pagesOf(pending))
	for len(pending) > 0 {
		n, err := r.stretch(ctx, pending)
		if err != nil {
			return err
		}
		if err := r.put(ctx, pending[:n]); err != nil {
			return err
		}
		clear(pending[:n]) // what is handed on takes up no memory
		pending = pending[n:]
		if ctx.Err() != nil {
			// What is finished is kept; without a closing batch the next
			// cycle sees the feed whole.
			if err := r.out.flush(ctx); err != nil {
				return err
			}
			return context.Cause(ctx)
		}
	}
	return r.settle(ctx)
}

// pagesOf is how many works need a page.
func (r *run) pagesOf(all []*work) (n int) {
	for _, w := range all {
		if extractor.NeedsPage(r.sub, w.entry) {
			n++
		}
	}
	return n
}

// dated reports whether an entry tells when it was published. A date that has
// not come yet does not; such an entry was published when it was first seen.
func (r *run) dated(e nashra.Entry) bool {
	return !e.Published.IsZero() && !e.Published.After(r.start)
}

// newest are the limit newest entries by date, see [fetcher.Newest], returned
// oldest first; others are the rest.
func newest(entries []nashra.Entry, limit int) (list, others []nashra.Entry) {
	dates := make([]time.Time, len(entries))
	for i, e := range entries {
		dates[i] = e.Published
	}
	order := fetcher.Newest(dates, limit)
	slices.Reverse(order)
	taken := make([]bool, len(entries))
	for _, i := range order {
		list, taken[i] = append(list, entries[i]), true
	}
	for i, e := range entries {
		if !taken[i] {
			others = append(others, e)
		}
	}
	return list, others
}

// noticeRemoved puts the entries whose article was removed, of those that the
// cycle does not take: the store must know that the feed still holds them, or
// they came back when a larger limit takes them.
func (r *run) noticeRemoved(ctx context.Context, entries []nashra.Entry) error {
	var all []*work
	var identities []nashra.Identity
	for _, e := range entries {
		if id := r.names.identity(e); articleKey(id) != "" {
			all, identities = append(all, &work{entry: e, identity: id}), append(identities, id)
		}
	}
	if len(all) == 0 {
		return nil
	}
	known, err := r.g.cfg.Store.Known(ctx, identities)
	if err != nil {
		return err
	}
	for i, w := range all {
		if w.known = known[i]; w.known.Removed {
			if err := r.out.add(ctx, *w.asStored()); err != nil {
				return err
			}
		}
	}
	return nil
}

// pair joins the feed's entries with what is owed of them, and adds, first, the
// owed ones that the feed does not show any more. Of an entry that the feed
// holds twice the newer one counts.
func (r *run) pair(entries []nashra.Entry) []*work {
	inFeed := make(map[string]*work, len(entries))
	var all []*work
	for _, e := range entries {
		id := r.names.identity(e)
		key := articleKey(id)
		if key == "" { // the store would refuse it, and the cycle with it
			r.warn("an entry without guid, title and usable link was left out")
			continue
		}
		if w, ok := inFeed[key]; ok {
			w.entry, w.identity = e, id
			continue
		}
		w := &work{entry: e, identity: id}
		inFeed[key] = w
		all = append(all, w)
	}
	var gone []*work
	for _, o := range r.before.Owed {
		id := r.names.identity(o.Entry)
		if w, ok := inFeed[articleKey(id)]; !ok {
			gone = append(gone, &work{entry: o.Entry, identity: id, owed: o, outOfSight: true})
		} else if w.entry.Hash == o.Entry.Hash {
			w.owed = o
		}
	}
	return append(gone, all...)
}

// sort picks the works that need doing. Entries that are stored as they are
// are put as such; what was given up is remembered while the feed may hold it.
func (r *run) sort(ctx context.Context, all []*work) ([]*work, error) {
	identities := make([]nashra.Identity, len(all))
	for i, w := range all {
		identities[i] = w.identity
	}
	known, err := r.g.cfg.Store.Known(ctx, identities)
	if err != nil {
		return nil, err
	}
	gaveUp := make(map[nashra.Hash]bool, len(r.before.GivenUp))
	for _, hash := range r.before.GivenUp {
		gaveUp[hash] = true
	}
	var pending []*work
	for i, w := range all {
		w.known = known[i]
		first := w.known.ID == "" && !w.pageOwed() && !gaveUp[w.entry.Hash]
		if first && !r.dated(w.entry) && r.before.Cycle > 0 {
			r.came = append(r.came, r.start) // in the first cycle all of them appear at once
		}
		switch {
		case w.known.Removed && w.outOfSight:
		case w.known.Removed, w.stored(r.sub.ID) && !w.pageOwed():
			if w.outOfSight {
				continue
			}
			if err := r.out.add(ctx, *w.asStored()); err != nil {
				return nil, err
			}
		case gaveUp[w.entry.Hash]:
			r.giveUp(w)
		default:
			pending = append(pending, w)
			r.unannounced = r.unannounced || w.known.ID == "" && w.owed.Error == ""
		}
	}
	return pending, nil
}

// extract loads the pages that are needed and makes the articles, some at the
// same time. What goes wrong with one stands in its work's err; the error is
// the store's.
func (r *run) extract(ctx context.Context, part []*work) error {
	var group errgroup.Group
	group.SetLimit(r.g.cfg.PerHost)
	for _, w := range part {
		group.Go(func() error { return r.article(ctx, w) })
	}
	return group.Wait()
}

// put hands the finished articles on, and keeps the entries that still lack
// something as owed.
func (r *run) put(ctx context.Context, part []*work) error {
	r.g.cfg.Aside(func() { r.judge(part) })
	for _, w := range part {
		if err := r.hand(ctx, w); err != nil {
			return err
		}
		if w.err != nil && ctx.Err() == nil {
			r.owe(w)
		}
	}
	return nil
}

// hand hands on what came of w, if anything did, with the signature of the body
// that it has in the end.
func (r *run) hand(ctx context.Context, w *work) error {
	if w.put == nil {
		return nil
	}
	if w.put.Content != nil {
		r.g.cfg.Aside(func() { w.put.Signature = extractor.Signature(w.put.Content.HTML) })
	}
	err := r.out.add(ctx, *w.put)
	if errors.Is(err, nashra.ErrTooLarge) {
		w.put, w.err, w.final = nil, err, true
		return nil
	}
	return err
}

func (r *run) warn(warning string) {
	if len(r.warnings) < warningsKept {
		r.warnings = append(r.warnings, sentence(warning))
	}
}

// sentences are the first of list, each cut to what a state can hold.
func sentences(list []string) []string {
	list = slices.Clone(list[:min(len(list), warningsKept)])
	for i, s := range list {
		list[i] = sentence(s)
	}
	return list
}

// close applies the closing batch: the fetch record, the validators, what the
// next cycle must know. It is written also when ctx has just ended, because
// everything it speaks of is done.
func (r *run) close(ctx context.Context, feed fetcher.Feed, feedErr error) (*nashra.Fetch, error) {
	fetch, state := r.conclude(feed, feedErr)
	if state.Hub != r.before.Hub {
		defer r.g.hubs.look()
	}
	return r.apply(ctx, fetch, state)
}

// conclude is the record of a poll and the state that it leaves.
func (r *run) conclude(feed fetcher.Feed, feedErr error) (nashra.Fetch, nashra.State) {
	outcome, status, retryAfter := outcomeOf(feed, feedErr)
	state := r.after(feed, feedErr, outcome)
	state.Status = status
	hints := state.Hints
	hints.Interval = max(hints.Interval, feed.Fresh)
	if r.sub.Adaptive {
		hints.Interval = max(hints.Interval, pace(state.Rhythm, r.start))
	}
	if r.g.hubs.reliable(r) {
		hints.Interval = math.MaxInt64 // as long as the bound lets it
	}
	state.NextDue, state.RetryAfter = dueAfter(r.sub, r.before, taken{
		at: r.start, outcome: outcome, failures: state.ConsecutiveFailures, gone: state.Gone.Believed(r.start),
		hints: hints, retryAfter: retryAfter,
	})
	fetch := nashra.Fetch{
		Source: r.sub.ID, At: r.cycle.Began, Duration: max(0, state.LastFetch.Sub(r.start)),
		Outcome: outcome, Status: status, Bytes: feed.Bytes, Entries: len(feed.Entries),
		Warnings: slices.Concat(sentences(feed.Warnings), state.Warnings, r.doubts.news()), Error: state.Error, Trouble: state.Trouble, NextDue: state.NextDue,
	}
	if !feed.NotModified { // else records of fetches that came to the same would differ
		fetch.Header = feed.Header
	}
	return fetch, state
}

// apply writes the closing batch and completes the record with what it came to.
func (r *run) apply(ctx context.Context, fetch nashra.Fetch, state nashra.State) (*nashra.Fetch, error) {
	learned, err := r.lessons.news()
	if err != nil {
		return nil, err
	}
	applied, err := r.out.close(ctx, fetch, state, learned)
	if err != nil {
		return nil, err
	}
	fetch.New, fetch.Updated, fetch.Unchanged = applied.New, applied.Updated, applied.Unchanged
	return &fetch, nil
}

// after is the state that a poll leaves, but for when the source is asked
// again.
func (r *run) after(feed fetcher.Feed, feedErr error, outcome nashra.Outcome) nashra.State {
	state := nashra.State{
		Validators:  r.before.Validators,
		LastFetch:   r.g.now(),
		LastSuccess: r.before.LastSuccess,
		Read:        r.before.Read,
		Outcome:     outcome,
		Hints:       r.before.Hints,
		Hub:         r.before.Hub,
		Flaws:       r.before.Flaws,
		Move:        r.moved(feed, feedErr),
	}
	if outcome == nashra.OutcomeOK || len(feed.Entries) > 0 { // a document was read
		state.Flaws = sentences(feed.Warnings)
	}
	if outcome == nashra.OutcomeOK || feed.Hub != (nashra.Hub{}) {
		state.Hub = feed.Hub
	}
	switch outcome {
	case nashra.OutcomeOK:
		state.Validators, state.LastSuccess = feed.Validators, state.LastFetch
		state.Read, state.Hints = r.cycle.Began, feed.Hints
	case nashra.OutcomeNotModified:
		state.Validators, state.LastSuccess = feed.Validators, state.LastFetch
	case nashra.OutcomeThrottled:
		state.ConsecutiveFailures = r.before.ConsecutiveFailures
	case nashra.OutcomeGone:
		state.ConsecutiveFailures = r.before.ConsecutiveFailures + 1
		state.Gone = r.before.Gone.After(r.start)
	default:
		state.ConsecutiveFailures = r.before.ConsecutiveFailures + 1
	}
	r.leave(&state)
	if feedErr != nil {
		state.Error, state.Trouble = sentence(feedErr.Error()), fetcher.TroubleOf(feedErr)
		if len(feed.Entries) == 0 {
			state.Owed, state.GivenUp = r.before.Owed, r.before.GivenUp // nothing was worked off
		}
	}
	return state
}

// leave puts into state what was learned of the entries and their pages.
func (r *run) leave(state *nashra.State) {
	state.Rhythm = r.before.Rhythm.Learn(r.start, r.came...)
	state.DistrustGUIDs = r.names.distrust
	state.PagesAfter = later(r.before.PagesAfter, r.pagesAfter)
	state.Robots = r.remembered()
	state.GivenUp, state.Owed = r.gaveUp, nil
	for _, w := range r.owed {
		state.Owed = append(state.Owed, w.owed)
	}
	state.Habit, state.Unmatched, state.Doubts = r.doubts.habit, r.doubts.unmatched, r.doubts.state(r.before.Doubts)
	state.Warnings = r.warnings[:min(len(r.warnings), warningsKept-len(state.Flaws))]
	if r.behind {
		state.Validators = nashra.Validators{}
	}
}
