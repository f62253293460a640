package store

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"nashra"
)

// neighbourSteps bounds how far a neighbour is sought: past it stands an
// archive that may no longer be seen, which no reader leafs through.
const neighbourSteps = 1000

// Neighbours returns, without their bodies, the next newer and the next older
// article that may be seen at the instant visible, as Articles would list them;
// nil where there is none, or none among the next 1000. An id that was never
// stored wraps nashra.ErrNotFound, one of a removed article nashra.ErrHidden.
func (s *Store) Neighbours(ctx context.Context, id string, visible time.Time) (newer, older *nashra.Record, err error) {
	err = s.view(ctx, func(tx *bbolt.Tx) error {
		raw, stored, err := find(tx, id)
		if err != nil {
			return err
		}
		known, err := s.recordsIn(tx)
		if err != nil {
			return err
		}
		here := placeOf(stored.Article.Sort, raw)
		seek := func(step func(*bbolt.Cursor) (key, value []byte)) (*nashra.Record, error) {
			c := tx.Bucket(bucketNewest).Cursor()
			if k, _ := c.Seek(here); !bytes.Equal(k, here) {
				return nil, damaged("article %q stands in no listing", id)
			}
			for range neighbourSteps {
				if err := ctx.Err(); err != nil {
					return nil, err
				}
				place, seq := step(c)
				if place == nil {
					return nil, nil
				}
				next, ok := parseID(string(place[sortLen:]))
				if !ok {
					return nil, damaged("an index names %q, which is no id", place[sortLen:])
				}
				r, _, err := readRecord(tx, next, number(seq))
				if err != nil {
					return nil, err
				}
				if nashra.Visible(r.Article, r.Marks, known.sources[r.Article.Source].Rights, visible) {
					return &r, nil
				}
			}
			return nil, nil
		}
		if newer, err = seek((*bbolt.Cursor).Next); err != nil {
			return err
		}
		older, err = seek((*bbolt.Cursor).Prev)
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("neighbours of article %q: %w", id, err)
	}
	return newer, older, nil
}
