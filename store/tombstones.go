package store

import (
	"context"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"nashra"
)

// remove takes an article out and leaves a tombstone under the same number,
// to which its names go on to lead. Of one that is removed already nothing is
// left to take, but that it may be for ever now.
func (w *writing) remove(r nashra.Remove) error {
	id, stored, err := find(w.tx, r.Article)
	if err == errRemoved {
		return w.purge(id, r)
	}
	if err != nil {
		return fmt.Errorf("remove article %q: %w", r.Article, err)
	}
	a, seq := stored.Article, stored.Article.Seq
	place := placeOf(a.Sort, id)
	for _, entry := range []struct{ bucket, key []byte }{
		{bucketArticles, numberKey(seq)},
		{bucketBodies, numberKey(seq)},
		{bucketSignatures, numberKey(seq)},
		{bucketNewest, place},
		{bucketBySource, sourceKey(a.Source, place)},
		{bucketMarks, id[:]},
	} {
		if err := w.tx.Bucket(entry.bucket).Delete(entry.key); err != nil {
			return err
		}
	}
	for n := max(0, a.Revision-nashra.RevisionsKept); n < a.Revision; n++ {
		if err := w.tx.Bucket(bucketRevisions).Delete(revisionKey(seq, n)); err != nil {
			return err
		}
	}
	changed, err := w.changed(seq, stored.Changed)
	if err != nil {
		return err
	}
	if err := w.count(a.Source, -1); err != nil {
		return err
	}
	t := tombstone{
		ID: a.ID, Seq: seq, Source: a.Source, Partner: a.Partner,
		At: w.At, By: w.By, Reason: r.Reason, Purged: r.Purge, Names: stored.Names, Changed: changed,
	}
	t.seenBy(a.Source, w.At)
	for source := range stored.Others {
		t.seenBy(source, w.At)
	}
	if stored.From != "" {
		t.seenBy(stored.From, w.At)
	}
	return w.bury(t)
}

// bury keeps the tombstone of what is being removed. Of what is purged, sources
// may hold the entry still, because its page has not come: that is destroyed too.
func (w *writing) bury(t tombstone) error {
	if err := t.keep(w.tx); err != nil || !t.Purged {
		return err
	}
	var sources [][]byte
	err := w.tx.Bucket(bucketSources).ForEach(func(id, value []byte) error {
		var source nashra.Source
		err := decodeValue(value, &source)
		if source.Partner == t.Partner {
			sources = append(sources, id)
		}
		return err
	})
	if err != nil {
		return err
	}
	states := w.tx.Bucket(bucketStates)
	for _, id := range sources {
		var state nashra.State
		if _, err := getJSON(states, id, &state); err != nil {
			return err
		}
		left, err := unpurged(w.tx, t.Partner, state.Owed)
		if err != nil {
			return err
		}
		if len(left) == len(state.Owed) {
			continue
		}
		state.Owed = left
		if err := putJSON(states, id, state); err != nil {
			return err
		}
	}
	return nil
}

// unpurged is what stays of the entries that a source of partner owes.
func unpurged(tx *bbolt.Tx, partner string, owed []nashra.Owed) (left []nashra.Owed, err error) {
	for _, o := range owed {
		purged, err := isPurged(tx, nashra.Identity{Partner: partner, GUID: o.Entry.GUID, Link: o.Entry.Link, Title: o.Entry.Title})
		if err != nil {
			return nil, err
		}
		if !purged {
			left = append(left, o)
		}
	}
	return left, nil
}

// isPurged reports whether an identity belongs to a purged article. One that
// names nothing belongs to none.
func isPurged(tx *bbolt.Tx, i nashra.Identity) (bool, error) {
	_, names, err := identify(i)
	if err != nil {
		return false, nil
	}
	seq, ok := lookup(tx, names)
	if !ok {
		return false, nil
	}
	t, ok, err := readTombstone(tx, seq)
	return ok && t.Purged, err
}

// purge makes the tombstone of an article one for ever.
func (w *writing) purge(id id16, r nashra.Remove) error {
	t, ok, err := readTombstone(w.tx, number(w.tx.Bucket(bucketNames).Get(id[:])))
	if err != nil || !ok || t.Purged || !r.Purge {
		return err
	}
	t.At, t.By, t.Reason, t.Purged = w.At, w.By, r.Reason, true
	return w.bury(t)
}

func readTombstone(tx *bbolt.Tx, seq uint64) (t tombstone, ok bool, err error) {
	ok, err = getJSON(tx.Bucket(bucketTombstones), numberKey(seq), &t)
	return t, ok, err
}

func (t *tombstone) keep(tx *bbolt.Tx) error {
	return putJSON(tx.Bucket(bucketTombstones), numberKey(t.Seq), t)
}

// seenBy notes that the feed of source holds the entry, and reports whether
// that was not known of this day.
func (t *tombstone) seenBy(source string, at time.Time) bool {
	seen, ok := t.Seen[source]
	if ok && !nashra.NewDay(seen, at) {
		return false
	}
	if t.Seen == nil {
		t.Seen = make(map[string]time.Time)
	}
	t.Seen[source] = at
	return true
}

// ignoreRemoved reports whether seq is of a removed article. Its entry comes
// to nothing, but by all its names: else it would come back by a new one. That
// it is still there is noted once a day.
func (w *writing) ignoreRemoved(seq uint64, p *preparedPut) (bool, error) {
	t, ok, err := readTombstone(w.tx, seq)
	if !ok || err != nil {
		return false, err
	}
	w.out.Unchanged++
	named, err := w.name(seq, &t.Names, p.identity)
	if err != nil {
		return true, err
	}
	if seen := t.seenBy(w.Source, w.At); seen || named {
		err = t.keep(w.tx)
	}
	return true, err
}

// absences tells tombstones that are not needed any more.
type absences struct {
	tx     *bbolt.Tx
	states map[string]nashra.State // by source, as far as they were asked for
}

func newAbsences(tx *bbolt.Tx) absences {
	return absences{tx, make(map[string]nashra.State)}
}

// of reports whether the entry of t has been absent from all the feeds that
// brought it for as long as nashra.State.Absent asks.
func (a absences) of(t tombstone) (bool, error) {
	if t.Purged {
		return false, nil
	}
	for source, seen := range t.Seen {
		state, ok := a.states[source]
		if !ok {
			if _, err := getJSON(a.tx.Bucket(bucketStates), []byte(source), &state); err != nil {
				return false, err
			}
			a.states[source] = state
		}
		if !state.Absent(seen) {
			return false, nil
		}
	}
	return true, nil
}

// forget drops the tombstone of an article whose entry is absent, and that it
// was removed, which whoever follows the changes has heard of by now. Any other
// stays, and so does one that somebody else has dropped.
func (w *writing) forget(id string, absent absences) error {
	raw, ok := parseID(id)
	if !ok {
		return malformed("it forgets %q, which is no id", id)
	}
	names := w.tx.Bucket(bucketNames)
	t, ok, err := readTombstone(w.tx, number(names.Get(raw[:])))
	if err != nil || !ok || t.ID != id {
		return err
	}
	if gone, err := absent.of(t); err != nil || !gone {
		return err
	}
	for _, name := range append(t.Names, nashra.Hash(raw)) {
		if number(names.Get(name[:])) != t.Seq {
			continue
		}
		if err := names.Delete(name[:]); err != nil {
			return err
		}
	}
	if t.Changed != 0 {
		if err := w.tx.Bucket(bucketChanges).Delete(changeKey(t.Changed, t.Seq)); err != nil {
			return err
		}
	}
	return w.tx.Bucket(bucketTombstones).Delete(numberKey(t.Seq))
}

// Absent looks through the tombstones of removed articles for those that are
// not needed any more, because their entry has been absent from its feeds for
// 30 days. It returns their ids, at most limit, and where to go on; after is 0
// at first, and next is 0 at the end. A call looks at some thousands, so that
// its snapshot is a short one.
func (s *Store) Absent(ctx context.Context, after uint64, limit int) (ids []string, next uint64, err error) {
	err = s.view(ctx, func(tx *bbolt.Tx) error {
		absent := newAbsences(tx)
		c := tx.Bucket(bucketTombstones).Cursor()
		looked := 0
		for k, v := c.Seek(numberKey(after + 1)); k != nil; k, v = c.Next() {
			if looked == absentStep || len(ids) == limit {
				return nil
			}
			looked++
			var t tombstone
			if err := decodeValue(v, &t); err != nil {
				return err
			}
			gone, err := absent.of(t)
			if err != nil {
				return err
			}
			if gone {
				ids = append(ids, t.ID)
			}
			next = t.Seq
		}
		next = 0
		return nil
	})
	if err != nil {
		return nil, 0, fmt.Errorf("look through removed articles: %w", err)
	}
	return ids, next, nil
}

const absentStep = 10_000
