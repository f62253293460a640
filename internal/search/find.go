package search

import (
	"cmp"
	"container/heap"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"slices"

	"nashra"
)

const (
	maxLimit = 100

	// ranked is how many of the newest matches best first puts into order.
	ranked = 20_000

	// rankedWords is how many of the newest articles it looks at that hold the
	// words of a phrase, in whatever order. Of most of them their rank is enough,
	// and whether they match is not found out: so no matches are counted.
	rankedWords = 1_000_000

	// maxRead is how many articles one search reads from the store: where most
	// of what matches is out of sight, a page is short and has a next one.
	maxRead = 400

	// matchStep is how many matches are passed between two looks at the context.
	matchStep = 1024
)

// Search finds the articles that hold every word of q.Text, of which words
// outside of quotes may stand in another form. A text without any word finds
// nothing. Newest first, it costs what the page holds; best first puts the
// newest 20,000 matches into order, and of phrases those among the newest
// 1,000,000 articles with their words.
//
// What is found is read from the store: with q.Visible, what nashra.Visible
// refuses is passed over, and so is what no longer holds the words. Errors wrap
// nashra.ErrTooLarge for a text of over 200 characters or 12 words, and
// nashra.ErrNotFound for an unknown source and a Q.After that no page gave.
func (x *Index) Search(ctx context.Context, q nashra.Search) (nashra.Found, error) {
	found, err := x.search(ctx, q)
	if err != nil {
		return nashra.Found{}, fmt.Errorf("search: %w", err)
	}
	return found, nil
}

func (x *Index) search(ctx context.Context, q nashra.Search) (nashra.Found, error) {
	if q.Limit < 1 || q.Limit > maxLimit {
		return nashra.Found{}, fmt.Errorf("limit %d is not between 1 and %d", q.Limit, maxLimit)
	}
	if q.Order != "" && q.Order != nashra.SearchNewest && q.Order != nashra.SearchBest {
		return nashra.Found{}, fmt.Errorf("order %q is neither %s nor %s", q.Order, nashra.SearchNewest, nashra.SearchBest)
	}
	parsed, err := parse(q.Text)
	if err != nil {
		return nashra.Found{}, err
	}
	if q.Source != "" {
		if _, err := x.store.Source(ctx, q.Source); err != nil {
			return nashra.Found{}, err
		}
	}
	after, err := parseToken(q)
	if err != nil {
		return nashra.Found{}, err
	}
	select {
	case x.slots <- struct{}{}:
		defer func() { <-x.slots }()
	case <-ctx.Done():
		return nashra.Found{}, ctx.Err()
	}
	x.mu.RLock()
	f := finding{ctx: ctx, store: x.store, q: q, query: &parsed, after: after, segments: x.segments, sources: map[string]*nashra.Source{}}
	f.found.Behind = !x.caught || x.broken
	usable, closed := !x.broken, x.closed
	if len(parsed.clauses) > 0 && usable && !closed {
		err = contain(f.run)
	}
	x.mu.RUnlock()
	switch {
	case closed:
		return nashra.Found{}, errClosed
	case errors.Is(err, errDamaged):
		x.damaged(err, f.segments)
		return nashra.Found{Behind: true}, nil
	}
	return f.found, err
}

// finding is one search under way.
type finding struct {
	ctx      context.Context
	store    Store
	q        nashra.Search
	query    *query
	after    *position // nil: from the beginning
	segments []*segment

	sources map[string]*nashra.Source // that were looked up
	outside []string                  // of which nothing may be seen
	read    int                       // articles
	found   nashra.Found
}

// position is where a match stands in what is found.
type position struct {
	place place
	rank  uint64 // best first only: larger is better
}

func (f *finding) best() bool { return f.q.Order == nashra.SearchBest }

func (f *finding) run() error {
	if f.best() {
		return f.runBest()
	}
	for {
		again, err := f.walk(f.after, nil, func(m *walked) (stop, again bool, err error) {
			return f.take(position{place: m.place}, m.seq)
		})
		if !again || err != nil {
			return err
		}
	}
}

func (f *finding) runBest() error {
	for {
		top, more, err := f.rank()
		if err != nil {
			return err
		}
		for _, c := range top {
			if stop, _, err := f.take(c.position, c.seq); stop || err != nil {
				return err
			}
		}
		if !more {
			return nil
		}
	}
}

// candidate is a match of a search best first.
type candidate struct {
	position
	seq uint64
}

func (c candidate) compare(d candidate) int {
	return cmp.Or(cmp.Compare(d.rank, c.rank), c.place.compare(d.place))
}

// rank gives the best of the newest matches after f.after, in order: some more
// than the page holds, for those that may not be seen. more says that there are
// more.
func (f *finding) rank() (top []candidate, more bool, err error) {
	keep := 2*f.q.Limit + 1
	r := &ranking{left: ranked}
	phrases := f.query.phrases()
	if phrases {
		r.left = rankedWords
	}
	cut := func() {
		slices.SortFunc(top, candidate.compare)
		if len(top) > keep {
			top, more = top[:keep], true
		}
		if phrases && more {
			r.least = top[keep-1].rank
		}
	}
	fits := func(c candidate) bool {
		if f.after != nil && c.compare(candidate{position: *f.after}) <= 0 {
			return false // it was on a page before
		}
		return !more || c.compare(top[keep-1]) < 0
	}
	_, err = f.walk(nil, r, func(m *walked) (stop, again bool, err error) {
		r.left--
		c := candidate{position{m.place, rankOf(m.match)}, m.seq}
		if fits(c) {
			if top = append(top, c); len(top) == 2*keep {
				cut()
			}
		}
		return r.left <= 0, false, nil
	})
	cut()
	return top, more, err
}

// rankOf puts words as they were typed before other forms of them, whatever
// their weights.
func rankOf(m match) uint64 {
	return uint64(m.exact)<<32 | uint64(min(float64(m.score)*1e6, math.MaxUint32))
}

// take reads a match from the store and keeps it where it may be seen. stop
// says that the page is full, again that another source is out of sight since.
func (f *finding) take(at position, seq uint64) (stop, again bool, err error) {
	if len(f.found.Hits) == f.q.Limit || f.read == maxRead {
		f.found.Next = f.token()
		return true, false, nil
	}
	f.read++
	f.after = &at
	r, err := f.store.Article(f.ctx, at.place.id())
	switch {
	case errors.Is(err, nashra.ErrHidden): // removed since
		return false, false, nil
	case errors.Is(err, nashra.ErrNotFound), err == nil && r.Article.Seq != seq:
		return false, false, fmt.Errorf("%w: the store knows no article %q of number %d", errDamaged, at.place.id(), seq)
	case err != nil:
		return false, false, err
	}
	visible, out, err := f.visible(r)
	if err != nil || !visible {
		return false, out, err
	}
	if h, ok := f.query.hit(r); ok {
		f.found.Hits = append(f.found.Hits, h)
	}
	return false, false, nil
}

// visible reports whether r may be seen; out says that nothing else of its
// source may either, which is passed over from then on.
func (f *finding) visible(r nashra.Record) (visible, out bool, err error) {
	if f.q.Visible.IsZero() {
		return true, false, nil
	}
	source := f.sources[r.Article.Source]
	if source == nil {
		status, err := f.store.Source(f.ctx, r.Article.Source)
		if err != nil {
			return false, false, err
		}
		source = &status.Source
		f.sources[source.ID] = source
		if !nashra.Visible(nashra.Article{}, nashra.Marks{}, source.Rights, f.q.Visible) {
			f.outside = append(f.outside, source.ID)
			return false, true, nil
		}
	}
	return nashra.Visible(r.Article, r.Marks, source.Rights, f.q.Visible), false, nil
}

// walked is a match on the way through all segments.
type walked struct {
	match
	document
}

// walk goes through the matches after a position, newest first over all
// segments, until visit says stop or again, which it returns. With a ranking it
// leaves out those that are not wanted.
func (f *finding) walk(after *position, r *ranking, visit func(*walked) (stop, again bool, err error)) (again bool, err error) {
	w, err := f.begin(after, r)
	if err != nil {
		return false, err
	}
	var last place
	for n := 0; len(w) > 0; n++ {
		if n%matchStep == 0 && f.ctx.Err() != nil {
			return false, f.ctx.Err()
		}
		top := w[0]
		now := top.now
		if top.next() {
			heap.Fix(&w, 0)
		} else {
			heap.Pop(&w)
		}
		if n > 0 && now.place == last {
			continue // an older state of the article
		}
		last = now.place
		stop, again, err := visit(&now)
		if stop || again || err != nil {
			return again, err
		}
	}
	return false, nil
}

// begin prepares the query for each segment.
func (f *finding) begin(after *position, r *ranking) (walkers, error) {
	var w walkers
	total := 0.0
	frequencies := make([]float64, f.query.words())
	var matchers []*matcher
	for _, s := range f.segments {
		if err := f.ctx.Err(); err != nil {
			return nil, err
		}
		from := uint32(0)
		if after != nil {
			if from = s.from(after.place); uint64(from) < s.docsCount && s.place(from) == after.place {
				from++
			}
		}
		total += float64(s.docsCount)
		m := newMatcher(s, f.query, from, r)
		if m == nil || !m.narrow(f.q.Source, f.outside) {
			continue
		}
		for i, t := range m.terms {
			frequencies[i] += float64(t.count)
		}
		matchers = append(matchers, m)
	}
	for _, m := range matchers {
		for i := range m.terms {
			m.terms[i].weight = float32(math.Log1p(max(total-frequencies[i], 0.5) / (frequencies[i] + 0.5)))
		}
		m.order()
		if c := (&walker{matcher: m}); c.next() {
			w = append(w, c)
		}
	}
	heap.Init(&w)
	return w, nil
}

func (q *query) phrases() bool {
	return slices.ContainsFunc(q.clauses, func(c clause) bool { return len(c) > 1 })
}

func (q *query) words() (n int) {
	for _, c := range q.clauses {
		n += len(c)
	}
	return n
}

// narrow has m find only articles of source, where it is not empty, and none of
// those without. It reports false where the source has none in the segment.
func (m *matcher) narrow(source string, without []string) bool {
	for _, id := range without {
		if e, ok := m.segment.term(sourceTerm + id); ok {
			m.without = append(m.without, m.segment.postingsOf(e))
		}
	}
	if source == "" {
		return true
	}
	e, ok := m.segment.term(sourceTerm + source)
	if ok {
		m.only = m.segment.postingsOf(e)
	}
	return ok
}

// walker is a segment's part of a walk.
type walker struct {
	*matcher
	now walked
}

func (c *walker) next() bool {
	m, ok := c.matcher.next()
	if ok {
		c.now = walked{m, c.segment.document(m.doc)}
	}
	return ok
}

// walkers are a heap, the newest match on top.
type walkers []*walker

func (w walkers) Len() int           { return len(w) }
func (w walkers) Less(i, j int) bool { return w[i].now.place.compare(w[j].now.place) < 0 }
func (w walkers) Swap(i, j int)      { w[i], w[j] = w[j], w[i] }
func (w *walkers) Push(c any)        { *w = append(*w, c.(*walker)) }
func (w *walkers) Pop() any {
	last := (*w)[len(*w)-1]
	*w = (*w)[:len(*w)-1]
	return last
}

// A token is the position of the last match that was looked at, with a checksum
// that also covers which search it is of. Its form may change with any release.
const tokenSize = placeSize + 8 + 4

func (f *finding) token() string {
	b := binary.BigEndian.AppendUint64(slices.Clone(f.after.place[:]), f.after.rank)
	b = binary.BigEndian.AppendUint32(b, tokenSum(f.q, b))
	return base64.RawURLEncoding.EncodeToString(b)
}

// parseToken reads q.After; nil where it is empty.
func parseToken(q nashra.Search) (*position, error) {
	if q.After == "" {
		return nil, nil
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(q.After)
	if err != nil || len(b) != tokenSize || binary.BigEndian.Uint32(b[tokenSize-4:]) != tokenSum(q, b[:tokenSize-4]) {
		return nil, fmt.Errorf("page of this search: %w", nashra.ErrNotFound)
	}
	return &position{place(b[:placeSize]), binary.BigEndian.Uint64(b[placeSize:])}, nil
}

func tokenSum(q nashra.Search, b []byte) uint32 {
	best := q.Order == nashra.SearchBest
	return crc32.Update(crc32.ChecksumIEEE(fmt.Appendf(nil, "%t\x00%s\x00%s\x00", best, q.Source, q.Text)), crc32.IEEETable, b)
}
