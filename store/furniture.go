package store

import (
	"context"
	"fmt"

	"go.etcd.io/bbolt"

	"nashra"
)

// Furniture returns what was learned of a source's pages, as the last closing
// batch that had learned something brought it; nil where none did. It is apart
// from the source's state because only a cycle that reads pages needs it. An
// unknown source wraps nashra.ErrNotFound.
func (s *Store) Furniture(ctx context.Context, source string) ([]byte, error) {
	var out []byte
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		if _, ok, err := readSource(tx, source); err != nil || !ok {
			return orNotFound(err)
		}
		_, err := getJSON(tx.Bucket(bucketFurniture), []byte(source), &out)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read furniture of source %q: %w", source, err)
	}
	return out, nil
}

// learn stores what the closing batch learned of its source's pages.
func (w *writing) learn() error {
	if len(w.Furniture) == 0 {
		return nil
	}
	return putJSON(w.tx.Bucket(bucketFurniture), []byte(w.Source), w.Furniture)
}

// checkFurniture refuses what could not be stored.
func checkFurniture(b nashra.Batch) error {
	switch {
	case len(b.Furniture) > 0 && b.State == nil:
		return malformed("what was learned of pages is in the closing batch only")
	case len(b.Furniture) > nashra.MaxFurniture:
		return malformed("%d bytes were learned of pages, at most %d", len(b.Furniture), nashra.MaxFurniture)
	}
	return nil
}
