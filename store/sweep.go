package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"nashra"
)

// sweep applies what the rules of retention came to. What is gone already, by
// the desk, is no error.
func (w *writing) sweep() error {
	meta := w.tx.Bucket(bucketMeta)
	var before sweeps
	if _, err := getJSON(meta, metaSweeps, &before); err != nil {
		return err
	}
	if before.Last.ID == w.ID {
		w.out = before.Last.Applied
		return errRepeat
	}
	if w.Base != before.Number {
		return fmt.Errorf("%w: a sweep after %d others, there were %d", nashra.ErrStale, w.Base, before.Number)
	}
	for _, r := range w.Removes {
		if err := w.remove(r); err != nil && !errors.Is(err, nashra.ErrNotFound) {
			return err
		}
	}
	absent := newAbsences(w.tx)
	for _, id := range w.Sweep.Forgets {
		if err := w.forget(id, absent); err != nil {
			return err
		}
	}
	w.out.Seq = w.next()
	after := sweeps{nashra.Sweeps{Number: before.Number + 1, Whole: before.Whole}, appliedBatch{w.ID, w.out}}
	if w.Sweep.Whole {
		after.Whole = w.At
	}
	return putJSON(meta, metaSweeps, after)
}

// Sweeps returns how far the rules of retention have been followed.
func (s *Store) Sweeps(ctx context.Context) (nashra.Sweeps, error) {
	var out sweeps
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		first, _ := tx.Bucket(bucketTombstones).Cursor().First()
		_, err := getJSON(tx.Bucket(bucketMeta), metaSweeps, &out)
		out.Left = first != nil
		return err
	})
	if err != nil {
		return nashra.Sweeps{}, fmt.Errorf("read the state of retention: %w", err)
	}
	return out.Sweeps, nil
}

// Overdue returns the ids of a source's articles that keep does not keep at the
// instant now, oldest first, at most limit. It costs what it returns.
func (s *Store) Overdue(ctx context.Context, source string, keep nashra.Keep, now time.Time, limit int) ([]string, error) {
	var ids []string
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		prefix := sourcePrefix(source)
		over := 0
		if keep.Count > 0 {
			over = int(number(tx.Bucket(bucketCounts).Get([]byte(source)))) - keep.Count
		}
		var before []byte // the first place that age lets stay
		if keep.Age > 0 {
			before = placeOf(now.Add(-keep.Age), id16{})[:sortLen]
		}
		for key := range under(tx.Bucket(bucketBySource), prefix) {
			place := key[len(prefix):]
			tooMany, tooOld := len(ids) < over, before != nil && bytes.Compare(place, before) < 0
			if len(place) != placeLen || len(ids) == limit || !tooMany && !tooOld {
				break
			}
			ids = append(ids, string(place[sortLen:]))
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look for overdue articles of source %q: %w", source, err)
	}
	return ids, nil
}
