package store

import (
	"context"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"
)

// errNothing leaves a transaction in which there was nothing to write.
var errNothing = errors.New("nothing to write")

// Repair checks the store as Check does, and makes those problems go away whose
// remedy is RemedyRepair: it brings the indexes, the counts and the last number
// into line with the articles, the tombstones and the desk's decisions, in one
// transaction. The report is of before.
//
// It takes no article away and makes none up. Where pages are damaged it writes
// nothing: a write could spoil what is still there.
func (s *Store) Repair(ctx context.Context) (Report, error) {
	r, err := s.repair(ctx)
	if err != nil {
		return Report{}, fmt.Errorf("repair the store: %w", err)
	}
	return r, nil
}

func (s *Store) repair(ctx context.Context) (Report, error) {
	release, err := s.turn(ctx)
	if err != nil {
		return Report{}, err
	}
	defer release()
	var r Report
	err = s.viewFile(ctx, func(f *file, tx *bbolt.Tx) error { return r.pagesAlone(ctx, f, tx) })
	if err != nil || len(r.Problems) > 0 {
		return r, err
	}
	err = s.update(func(tx *bbolt.Tx) error {
		c := checking{ctx: ctx, tx: tx, bodies: s.bodies, report: &r}
		if err := c.run(); err != nil {
			return err
		}
		if len(c.fixes) == 0 {
			return errNothing
		}
		for _, f := range c.fixes {
			if err := f.apply(tx); err != nil {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, errNothing) {
		return r, nil
	}
	if err == nil {
		err = s.refresh()
	}
	return r, err
}

func (f fix) apply(tx *bbolt.Tx) error {
	if f.value == nil {
		return tx.Bucket(f.bucket).Delete(f.key)
	}
	return tx.Bucket(f.bucket).Put(f.key, f.value)
}
