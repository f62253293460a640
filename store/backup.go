package store

import (
	"context"
	"fmt"
	"io"

	"go.etcd.io/bbolt"
)

// Backup writes a copy of the store to w while it is in use, and returns its
// length in bytes. The copy holds what was applied when Backup was called, and
// opens as a store. What was written before an error is no backup.
//
// Like Dump, it does not hold its snapshot for a slow w.
func (s *Store) Backup(ctx context.Context, w io.Writer) (int64, error) {
	var n int64
	err := s.stream(ctx, w, func(tx *bbolt.Tx, w io.Writer) error {
		var failed error // bbolt keeps its text alone
		_, err := tx.WriteTo(writerFunc(func(p []byte) (int, error) {
			written, err := w.Write(p)
			n, failed = n+int64(written), err
			return written, err
		}))
		if failed != nil {
			return failed
		}
		return err
	})
	if err != nil {
		return n, fmt.Errorf("back up the store: %w", err)
	}
	return n, nil
}

// writerFunc is a Write method.
type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
