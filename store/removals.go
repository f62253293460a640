package store

import (
	"context"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"

	"nashra"
)

// removalsLooked bounds how many decisions, and how many changed articles, a
// look for removals passes: what is older than that has left readers' feeds.
const removalsLooked = 1000

// Removals returns what readers may not see any more, by a decision of the desk
// or by the rules of retention, newest first, and not all that ever was: it
// looks at the last thousand decisions and changes. Where there are more than
// q.Limit, what the desk decided goes before what has only become old. A source
// or category that no record names wraps nashra.ErrNotFound.
func (s *Store) Removals(ctx context.Context, q nashra.RemovalQuery) ([]nashra.Removal, error) {
	var list []nashra.Removal
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		if q.Limit < 1 || q.Limit > maxLimit {
			return fmt.Errorf("limit %d is not between 1 and %d", q.Limit, maxLimit)
		}
		known, err := s.recordsIn(tx)
		if err != nil {
			return err
		}
		sources, err := known.asked(nashra.Query{Source: q.Source, Category: q.Category})
		if err != nil {
			return err
		}
		l := lookForRemovals{tx: tx, sources: map[string]bool{}, seen: map[string]bool{}, limit: q.Limit}
		for _, source := range sources {
			l.sources[source] = true
		}
		if err := l.decided(); err != nil {
			return err
		}
		if err := l.swept(); err != nil {
			return err
		}
		list = l.list
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read removals: %w", err)
	}
	slices.SortStableFunc(list, func(a, b nashra.Removal) int { return b.At.Compare(a.At) })
	return list, nil
}

type lookForRemovals struct {
	tx      *bbolt.Tx
	sources map[string]bool // asked for
	seen    map[string]bool // ids
	limit   int
	list    []nashra.Removal
}

func (l *lookForRemovals) add(r nashra.Removal) {
	if l.sources[r.Source] && len(l.list) < l.limit {
		l.list = append(l.list, r)
	}
}

// decided looks at the decisions of the desk, the last first. A later one may
// have taken an earlier one back, so what counts is how the article stands.
func (l *lookForRemovals) decided() error {
	c := l.tx.Bucket(bucketDecisions).Cursor()
	looked := 0
	for k, v := c.Last(); k != nil && looked < removalsLooked && len(l.list) < l.limit; k, v = c.Prev() {
		looked++
		var d decision
		if err := decodeValue(v, &d); err != nil {
			return err
		}
		var ids []string
		for _, m := range d.Marks {
			if m.Kind == nashra.MarkHide {
				ids = append(ids, m.Article)
			}
		}
		for _, r := range d.Removes {
			ids = append(ids, r.Article)
		}
		for _, id := range slices.Backward(ids) {
			if err := l.decidedOn(id); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *lookForRemovals) decidedOn(id string) error {
	if l.seen[id] {
		return nil
	}
	l.seen[id] = true
	raw, ok := parseID(id)
	named := l.tx.Bucket(bucketNames).Get(raw[:])
	if !ok || named == nil {
		return nil // its tombstone was forgotten
	}
	if t, ok, err := readTombstone(l.tx, number(named)); ok || err != nil {
		if t.ID == id {
			l.add(nashra.Removal{ID: id, Source: t.Source, At: t.At})
		}
		return err
	}
	var marks nashra.Marks
	if _, err := getJSON(l.tx.Bucket(bucketMarks), raw[:], &marks); err != nil || marks.Hidden == nil {
		return err
	}
	value, err := articleValue(l.tx, number(named))
	if err != nil {
		return err
	}
	head, _, err := knownOf(value) // a whole article costs ten times as much
	if err == nil && head.id == raw {
		l.add(nashra.Removal{ID: id, Source: head.source, At: marks.Hidden.At})
	}
	return err
}

// swept looks at the articles that changed last for those that are gone.
func (l *lookForRemovals) swept() error {
	c := l.tx.Bucket(bucketChanges).Cursor()
	looked := 0
	for k, v := c.Last(); k != nil && looked < removalsLooked && len(l.list) < l.limit; k, v = c.Prev() {
		looked++
		t, ok, err := readTombstone(l.tx, number(v))
		if err != nil {
			return err
		}
		if ok && !l.seen[t.ID] {
			l.seen[t.ID] = true
			l.add(nashra.Removal{ID: t.ID, Source: t.Source, At: t.At})
		}
	}
	return nil
}
