package store

import (
	"context"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"nashra"
)

// errRepeat leaves the transaction of a batch that was applied before, so that
// nothing is written.
var errRepeat = errors.New("applied before")

// Apply applies b whole, in one transaction that is on disk when it returns,
// or not at all. Batches that wait for the disk at the same time share a
// transaction, and each comes to what it would have come to alone. A ctx that
// ends is heeded while b waits, and not once it is being applied.
//
// A batch whose ID was applied comes to what it came to the first time; one of
// a cycle before the last whole one is a repeat by itself and comes to
// nothing. Errors wrap
//
//   - nashra.ErrStale where b was made from a state that is gone: another Base,
//     an older run, an entry that was unchanged and now is not;
//   - nashra.ErrNotFound where it names a source or an article that is unknown,
//     nashra.ErrHidden where it marks an article that was removed;
//   - nashra.ErrTooLarge where it is over nashra.MaxBatch;
//   - ErrMalformed where it contradicts itself.
func (s *Store) Apply(ctx context.Context, b nashra.Batch) (nashra.Applied, error) {
	p, err := s.prepare(b)
	if err != nil {
		return nashra.Applied{}, fmt.Errorf("apply batch %q: %w", b.ID, err)
	}
	w := &waiting{writing: writing{prepared: &p}, done: make(chan struct{})}
	err = s.write(ctx, w)
	if err != nil && !errors.Is(err, errRepeat) {
		return nashra.Applied{}, fmt.Errorf("apply batch %q: %w", b.ID, err)
	}
	return w.out, nil
}

// writing is one batch on its way into the file.
type writing struct {
	*prepared
	tx  *bbolt.Tx
	seq uint64 // the last number given out
	out nashra.Applied
}

func (w *writing) run(tx *bbolt.Tx) error {
	w.tx, w.out = tx, nashra.Applied{}
	w.seq = number(tx.Bucket(bucketMeta).Get(metaSeq))
	var err error
	switch w.kind {
	case cycleBatch:
		err = w.cycle()
	case deskBatch:
		err = w.decide()
	case sweepBatch:
		err = w.sweep()
	case configBatch:
		err = w.config()
	}
	if err != nil {
		return err
	}
	return tx.Bucket(bucketMeta).Put(metaSeq, numberKey(w.seq))
}

// next gives out a number. Articles and batches share one row of them, and a
// batch takes its own after those of its articles.
func (w *writing) next() uint64 {
	w.seq++
	return w.seq
}

// bucket is a bucket that is filled up to the share fill of its pages where
// they split.
func (w *writing) bucket(name []byte, fill float64) *bbolt.Bucket {
	b := w.tx.Bucket(name)
	b.FillPercent = fill
	return b
}

// config applies a batch of source records.
func (w *writing) config() error {
	meta := w.tx.Bucket(bucketMeta)
	var last appliedBatch
	if _, err := getJSON(meta, metaConfig, &last); err != nil {
		return err
	}
	if last.ID == w.ID {
		w.out = last.Applied
		return errRepeat
	}
	version := number(meta.Get(metaRecords))
	if w.Base != version {
		return fmt.Errorf("%w: made from version %d of the source records, present is %d", nashra.ErrStale, w.Base, version)
	}
	sources := w.tx.Bucket(bucketSources)
	for _, src := range w.Sources {
		if err := putJSON(sources, []byte(src.ID), src); err != nil {
			return fmt.Errorf("source %q: %w", src.ID, err)
		}
	}
	w.out.Seq = w.next()
	if err := meta.Put(metaRecords, numberKey(version+1)); err != nil {
		return err
	}
	return putJSON(meta, metaConfig, appliedBatch{w.ID, w.out})
}
