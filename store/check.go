package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"nashra"
)

// maxProblems is how many problems a report lists: a damaged file has no end
// of them, and a report travels through the socket in one piece.
const maxProblems = 100

// Report is what a check of a store came to.
type Report struct {
	Sources  int       `json:"sources"`
	Articles int       `json:"articles"` // removed ones apart
	Problems []Problem `json:"problems,omitempty"`
	More     int       `json:"more,omitempty"` // problems that are not listed
}

// Problem is one thing that is wrong with a store.
type Problem struct {
	Text   string `json:"text"`
	Remedy Remedy `json:"remedy"`
}

// String is a line with what is wrong and what to do.
func (p Problem) String() string { return p.Text + "; " + string(p.Remedy) }

// Remedy is what mends a problem.
type Remedy string

// The remedies.
const (
	RemedyRepair  Remedy = "`check --repair` sets it right"
	RemedyRestore Remedy = "restore a backup"
	RemedyCompact Remedy = "`compact` gives it back"
)

func (r *Report) add(remedy Remedy, format string, args ...any) {
	if len(r.Problems) == maxProblems {
		r.More++
		return
	}
	for i, arg := range args {
		if d := (*damage)(nil); isError(arg, &d) {
			args[i] = d.text // the remedy stands beside it
		}
	}
	r.Problems = append(r.Problems, Problem{fmt.Sprintf(format, args...), remedy})
}

func isError[T error](v any, target *T) bool {
	err, ok := v.(error)
	return ok && errors.As(err, target)
}

// page is a problem of the pages.
func (r *Report) page(format string, args ...any) {
	r.add(RemedyRestore, format, args...)
}

// Check reads all of the store in one snapshot and reports what is wrong with
// it: with the pages of the file; with articles, bodies and all other values
// by their checksums; with indexes and counts against the articles, both ways;
// and with what names a source or an article that is not there. It changes
// nothing, and nobody waits for it.
//
// Where pages are damaged the rest is not looked at. An error is of the check,
// not of the store.
func (s *Store) Check(ctx context.Context) (Report, error) {
	return s.check(ctx, (*Report).pages)
}

// check is Check with the pages looked at in one of two ways.
func (s *Store) check(ctx context.Context, pages func(*Report, context.Context, *file, *bbolt.Tx) error) (Report, error) {
	for try := 1; ; try++ {
		var r Report
		err := s.viewFile(ctx, func(f *file, tx *bbolt.Tx) error {
			if err := pages(&r, ctx, f, tx); err != nil || len(r.Problems) > 0 {
				return err
			}
			c := checking{ctx: ctx, tx: tx, bodies: s.bodies, report: &r}
			return c.run()
		})
		switch {
		case err == nil:
			return r, nil
		case errors.Is(err, errHeaderGone) && try == headerTries:
			r.page("%v", err)
			return r, nil
		case !errors.Is(err, errHeaderGone):
			return Report{}, fmt.Errorf("check the store: %w", err)
		}
	}
}

// headerTries is how often a snapshot is made anew whose header is gone: two
// commits in a moment can do that, ten times in a row only damage.
const headerTries = 10

// pages checks the pages of the snapshot tx.
func (r *Report) pages(ctx context.Context, f *file, tx *bbolt.Tx) error {
	meta, err := f.header(tx)
	if err != nil {
		return err
	}
	return checkPages(ctx, f.handle, meta, r.page)
}

// pagesAlone checks them, and has bbolt check them too where nothing is found. The
// caller sees to it that nobody writes meanwhile.
func (r *Report) pagesAlone(ctx context.Context, f *file, tx *bbolt.Tx) error {
	if err := r.pages(ctx, f, tx); err != nil || len(r.Problems) > 0 {
		return err
	}
	for problem := range tx.Check() { // to its end, or its goroutine would stay
		r.page("bbolt's own check: %v", problem)
	}
	return ctx.Err()
}

// checking compares what the buckets say of each other.
type checking struct {
	ctx    context.Context // of the one check
	tx     *bbolt.Tx
	bodies *bodyCodec
	report *Report
	fixes  []fix
	fixed  map[string]bool // by bucket and key

	passed int            // entries that were read
	unread int            // articles that cannot be read
	hits   map[string]int // by bucket: entries of indexes that are as they should be
	counts map[string]uint64
	last   uint64 // the highest number that was given out
}

// fix is an entry to be put or, without a value, to be taken out.
type fix struct{ bucket, key, value []byte }

func (f fix) name() string { return string(f.bucket) + "/" + string(f.key) }

func (c *checking) run() error {
	c.fixed, c.hits, c.counts = make(map[string]bool), make(map[string]int), make(map[string]uint64)
	for _, part := range []struct {
		bucket []byte
		check  func(key, value []byte) error
	}{
		{bucketSources, c.source},
		{bucketStates, c.ofSource("state", func() any { return new(nashra.State) })},
		{bucketRuns, c.ofSource("runs", func() any { return new(cycleRuns) })},
		{bucketFurniture, c.ofSource("furniture", func() any { return new([]byte) })},
		{bucketPauses, c.ofSource("pause", func() any { return new(nashra.Marked) })},
		{bucketFetches, c.fetch},
		{bucketDays, c.days},
		{bucketArticles, c.article},
		{bucketRevisions, c.revision},
		{bucketSignatures, c.signature},
		{bucketTombstones, c.tombstone},
		{bucketMarks, c.mark},
		{bucketDecisions, c.decision},
	} {
		if err := c.each(part.bucket, part.check); err != nil {
			return err
		}
	}
	if c.unread == 0 { // else nobody knows whose those are that cannot be read
		if err := c.count(); err != nil {
			return err
		}
	}
	for _, index := range []struct {
		bucket []byte
		right  func(key, value []byte) bool
	}{
		{bucketNames, c.isName},
		{bucketNewest, func(key, value []byte) bool { return c.isPlace(key, value, "") }},
		{bucketBySource, c.isPlaceOfSource},
		{bucketBodies, func(key, _ []byte) bool { return c.hasBody(key) }},
		{bucketDecided, c.isDecided},
		{bucketChanges, c.isChange},
	} {
		if err := c.surplus(index.bucket, index.right); err != nil {
			return err
		}
	}
	return c.meta()
}

// each calls check for every entry of a bucket.
func (c *checking) each(bucket []byte, check func(key, value []byte) error) error {
	return c.tx.Bucket(bucket).ForEach(func(key, value []byte) error {
		if c.passed++; c.passed%walkStep == 0 {
			if err := c.ctx.Err(); err != nil {
				return err
			}
		}
		return check(key, value)
	})
}

// lost reports what is to be had from a backup only.
func (c *checking) lost(format string, args ...any) {
	c.report.add(RemedyRestore, format, args...)
}

// wrong reports what f sets right.
func (c *checking) wrong(f fix, format string, args ...any) {
	c.report.add(RemedyRepair, format, args...)
	f.key = bytes.Clone(f.key)
	c.fixes = append(c.fixes, f)
	c.fixed[f.name()] = true
}

// leads checks that an index has key and leads to value.
func (c *checking) leads(bucket, key, value []byte, what string, args ...any) {
	if bytes.Equal(c.tx.Bucket(bucket).Get(key), value) {
		c.hits[string(bucket)]++
		return
	}
	c.wrong(fix{bucket, key, value}, "index %s does not lead to %s", bucket, fmt.Sprintf(what, args...))
}

// surplus looks for entries of an index that nothing has asked for, where there
// are more than those that are as they should be.
func (c *checking) surplus(bucket []byte, right func(key, value []byte) bool) error {
	entries := 0
	if err := c.each(bucket, func(_, _ []byte) error { entries++; return nil }); err != nil {
		return err
	}
	if entries == c.hits[string(bucket)] {
		return nil
	}
	return c.each(bucket, func(key, value []byte) error {
		if f := (fix{bucket: bucket, key: key}); !c.fixed[f.name()] && !right(key, value) {
			c.wrong(f, "%s has an entry %x that belongs to nothing", bucket, key)
		}
		return nil
	})
}

func (c *checking) known(source string) bool {
	return c.tx.Bucket(bucketSources).Get([]byte(source)) != nil
}

func (c *checking) source(key, value []byte) error {
	c.report.Sources++
	var src nashra.Source
	if err := decodeValue(value, &src); err != nil {
		c.lost("the record of source %q: %v", key, err)
	} else if src.ID != string(key) {
		c.lost("the record of source %q is of %q", key, src.ID)
	}
	return nil
}

// ofSource checks a bucket with one value a source.
func (c *checking) ofSource(what string, into func() any) func(key, value []byte) error {
	return func(key, value []byte) error {
		if err := decodeValue(value, into()); err != nil {
			c.lost("the %s of source %q: %v", what, key, err)
		} else if !c.known(string(key)) {
			c.lost("there is a %s of source %q, and no record of it", what, key)
		}
		return nil
	}
}

func (c *checking) fetch(key, value []byte) error {
	id, seq, _ := bytes.Cut(key, []byte{0})
	var f nashra.Fetch
	switch err := decodeValue(value, &f); {
	case err != nil:
		c.lost("a fetch record of source %q: %v", id, err)
	case f.Source != string(id) || len(seq) != 8:
		c.lost("a fetch record of source %q stands under %q", f.Source, key)
	case !c.known(f.Source):
		c.lost("there is a fetch record of source %q, and no record of it", id)
	default:
		c.given(number(seq))
	}
	return nil
}

// given notes that a number was given out.
func (c *checking) given(seq uint64) { c.last = max(c.last, seq) }

func (c *checking) article(key, value []byte) error {
	c.given(number(key))
	c.report.Articles++
	var stored storedArticle
	if err := decodeValue(value, &stored); err != nil {
		c.lost("article number %d: %v", number(key), err)
		c.unread++
		return nil
	}
	a := &stored.Article
	id, ok := parseID(a.ID)
	if !ok || a.Seq != number(key) {
		c.lost("article number %d says that it is number %d, %q", number(key), a.Seq, a.ID)
		return nil
	}
	if !c.known(a.Source) {
		c.lost("article %s is of source %q, of which there is no record", a.ID, a.Source)
	}
	c.counts[a.Source]++
	c.names(key, id, stored.Names, "article "+a.ID)
	place := placeOf(a.Sort, id)
	c.leads(bucketNewest, place, key, "article %s", a.ID)
	c.leads(bucketBySource, sourceKey(a.Source, place), key, "article %s", a.ID)
	if stored.Changed != 0 {
		c.leads(bucketChanges, changeKey(stored.Changed, a.Seq), key, "article %s", a.ID)
	}
	c.body(key, &stored)
	return nil
}

func (c *checking) days(key, value []byte) error {
	id, _, _ := bytes.Cut(key, []byte{0})
	switch _, err := daysOf(key, value); {
	case err != nil:
		c.lost("what was fetched of source %q in a month: %v", id, err)
	case !c.known(string(id)):
		c.lost("there is a month of source %q, and no record of it", id)
	}
	return nil
}

func (c *checking) revision(key, value []byte) error {
	switch r, err := c.bodies.readRevision(value); {
	case len(key) != 12:
		c.lost("a revision stands under %x", key)
	case err != nil:
		c.lost("a revision of article number %d: %v", number(key[:8]), err)
	case !bytes.Equal(key, revisionKey(number(key[:8]), r.Number)) || !c.stored(key[:8]):
		c.lost("revision %d stands under %x, which is no article's", r.Number, key)
	}
	return nil
}

func (c *checking) signature(key, value []byte) error {
	switch _, err := unsealed(encodingSignature, value); {
	case err != nil:
		c.lost("the signature of article number %d: %v", number(key), err)
	case !c.stored(key):
		c.lost("there is a signature of article number %d, and no article", number(key))
	}
	return nil
}

// stored reports whether there is an article of that number.
func (c *checking) stored(seq []byte) bool {
	return c.tx.Bucket(bucketArticles).Get(seq) != nil
}

// names checks that all names of an article lead to it.
func (c *checking) names(seq []byte, id id16, others []nashra.Hash, what string) {
	c.leads(bucketNames, id[:], seq, "%s", what)
	for _, name := range others {
		c.leads(bucketNames, name[:], seq, "%s by its name %x", what, name[:])
	}
}

func (c *checking) body(key []byte, stored *storedArticle) {
	if stored.Body.IsZero() {
		return
	}
	packed := c.tx.Bucket(bucketBodies).Get(key)
	if packed == nil {
		c.lost("the body of article %s is missing", stored.Article.ID)
		return
	}
	c.hits[string(bucketBodies)]++
	if html, err := c.bodies.unpack(packed); err != nil || nashra.HashOf(html) != stored.Body {
		c.lost("the body of article %s is not what was written", stored.Article.ID)
	}
}

func (c *checking) tombstone(key, value []byte) error {
	c.given(number(key))
	var t tombstone
	if err := decodeValue(value, &t); err != nil {
		c.lost("what is left of removed article number %d: %v", number(key), err)
		return nil
	}
	id, ok := parseID(t.ID)
	if !ok || t.Seq != number(key) {
		c.lost("removed article number %d says that it is number %d, %q", number(key), t.Seq, t.ID)
		return nil
	}
	if c.tx.Bucket(bucketArticles).Get(key) != nil {
		c.lost("article %s is both removed and there", t.ID)
	}
	c.names(key, id, t.Names, "removed article "+t.ID)
	return nil
}

func (c *checking) mark(key, value []byte) error {
	if len(key) != len(id16{}) {
		c.lost("a mark of the desk stands under %x, which is no article's id", key)
		return nil
	}
	id := id16(key)
	var m nashra.Marks
	if err := decodeValue(value, &m); err != nil {
		c.lost("the mark of article %s: %v", id, err)
	} else if seq := c.tx.Bucket(bucketNames).Get(key); seq == nil || c.tx.Bucket(bucketArticles).Get(seq) == nil {
		c.lost("article %s is marked, and not there", id)
	}
	return nil
}

func (c *checking) decision(key, value []byte) error {
	c.given(number(key))
	var d decision
	if err := decodeValue(value, &d); err != nil {
		c.lost("decision number %d of the desk: %v", number(key), err)
		return nil
	}
	c.leads(bucketDecided, []byte(d.ID), key, "decision %q", d.ID)
	return nil
}

// count compares the sources' numbers of articles.
func (c *checking) count() error {
	err := c.each(bucketCounts, func(key, value []byte) error {
		id := string(key)
		if n := c.counts[id]; number(value) != n {
			c.wrong(fix{bucketCounts, key, numberKey(n)}, "source %q counts %d articles and has %d", id, number(value), n)
		}
		delete(c.counts, id)
		return nil
	})
	for id, n := range c.counts {
		c.wrong(fix{bucketCounts, []byte(id), numberKey(n)}, "source %q counts no articles and has %d", id, n)
	}
	return err
}

// meta checks the numbers that the whole file has.
func (c *checking) meta() error {
	meta := c.tx.Bucket(bucketMeta)
	if seq := number(meta.Get(metaSeq)); seq < c.last {
		c.wrong(fix{bucketMeta, metaSeq, numberKey(c.last)}, "the last number given out is said to be %d and is %d", seq, c.last)
	}
	var last appliedBatch
	if _, err := getJSON(meta, metaConfig, &last); err != nil {
		c.lost("the last batch of source records: %v", err)
	}
	if _, err := getJSON(meta, metaSweeps, new(sweeps)); err != nil {
		c.lost("the last sweep: %v", err)
	}
	return nil
}

// Whether an entry of an index is right. What it leads to may be unreadable:
// that was said before, and the entry stays.

func (c *checking) isName(key, seq []byte) bool {
	if value := c.tx.Bucket(bucketArticles).Get(seq); value != nil {
		var stored storedArticle
		return decodeValue(value, &stored) != nil || isNamed(key, stored.Article.ID, stored.Names)
	}
	if value := c.tx.Bucket(bucketTombstones).Get(seq); value != nil {
		var t tombstone
		return decodeValue(value, &t) != nil || isNamed(key, t.ID, t.Names)
	}
	return false
}

func isNamed(key []byte, id string, others []nashra.Hash) bool {
	if raw, ok := parseID(id); ok && bytes.Equal(key, raw[:]) {
		return true
	}
	for _, name := range others {
		if bytes.Equal(key, name[:]) {
			return true
		}
	}
	return false
}

// isPlace reports whether the article under seq stands at place, and is of
// source unless that is empty.
func (c *checking) isPlace(place, seq []byte, source string) bool {
	value := c.tx.Bucket(bucketArticles).Get(seq)
	if value == nil {
		return false
	}
	var stored storedArticle
	if err := decodeValue(value, &stored); err != nil {
		return true
	}
	id, ok := parseID(stored.Article.ID)
	return ok && bytes.Equal(place, placeOf(stored.Article.Sort, id)) && (source == "" || source == stored.Article.Source)
}

func (c *checking) isPlaceOfSource(key, seq []byte) bool {
	source, place, ok := bytes.Cut(key, []byte{0})
	return ok && len(source) > 0 && c.isPlace(place, seq, string(source))
}

func (c *checking) hasBody(seq []byte) bool {
	value := c.tx.Bucket(bucketArticles).Get(seq)
	if value == nil {
		return false
	}
	var stored storedArticle
	return decodeValue(value, &stored) != nil || !stored.Body.IsZero()
}

// isChange reports whether a change is the last one of its article, which may
// have been its removal.
func (c *checking) isChange(key, seq []byte) bool {
	if len(key) != 16 || !bytes.Equal(key[8:], seq) {
		return false
	}
	value := c.tx.Bucket(bucketArticles).Get(seq)
	if value == nil {
		return true
	}
	var stored storedArticle
	return decodeValue(value, &stored) != nil || stored.Changed == number(key[:8])
}

func (c *checking) isDecided(id, seq []byte) bool {
	value := c.tx.Bucket(bucketDecisions).Get(seq)
	if value == nil {
		return false
	}
	var d decision
	return decodeValue(value, &d) != nil || d.ID == string(id)
}
