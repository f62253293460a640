package store

import (
	"context"
	"fmt"

	"go.etcd.io/bbolt"

	"nashra"
)

// decisionsBytes bounds what Decisions reads in one snapshot: one decision is
// up to nashra.MaxBatch.
const decisionsBytes = 4 << 20

// decide applies a batch of the desk and writes it into the audit log.
func (w *writing) decide() error {
	decided, decisions := w.tx.Bucket(bucketDecided), w.bucket(bucketDecisions, fillAppended)
	if seq := decided.Get([]byte(w.ID)); seq != nil {
		var d decision
		if _, err := getJSON(decisions, seq, &d); err != nil {
			return err
		}
		w.out = d.Applied
		return errRepeat
	}
	for _, m := range w.Marks {
		if err := w.mark(m); err != nil {
			return err
		}
	}
	for _, r := range w.Removes {
		if err := w.remove(r); err != nil {
			return err
		}
	}
	w.out.Seq = w.next()
	d := decision{ID: w.ID, At: w.At, By: w.By, Marks: w.Marks, Removes: w.Removes, Applied: w.out}
	if err := putJSON(decisions, numberKey(w.out.Seq), d); err != nil {
		return err
	}
	return decided.Put([]byte(w.ID), numberKey(w.out.Seq))
}

func (w *writing) mark(m nashra.Mark) error {
	marked := &nashra.Marked{At: w.At, By: w.By, Reason: m.Reason}
	switch m.Kind {
	case nashra.MarkHide, nashra.MarkRestore, nashra.MarkRefresh, nashra.MarkReextract:
		id, _, err := find(w.tx, m.Article)
		switch {
		case err != nil:
			return fmt.Errorf("%s article %q: %w", m.Kind, m.Article, err)
		case m.Records():
			return nil
		case m.Kind == nashra.MarkRestore:
			return w.tx.Bucket(bucketMarks).Delete(id[:])
		}
		return putJSON(w.tx.Bucket(bucketMarks), id[:], nashra.Marks{Hidden: marked})
	default: // pause, resume, fetch: checkDecisions lets no other pass
		key := []byte(m.Source)
		if w.tx.Bucket(bucketSources).Get(key) == nil {
			return fmt.Errorf("%s source %q: %w", m.Kind, m.Source, nashra.ErrNotFound)
		}
		switch {
		case m.Records():
			return nil
		case m.Kind == nashra.MarkResume:
			return w.tx.Bucket(bucketPauses).Delete(key)
		}
		return putJSON(w.tx.Bucket(bucketPauses), key, marked)
	}
}

// Decisions returns the desk's decisions, newest first: those with a number
// under before, or from the last one on where before is 0. They are at most
// limit, or fewer where they are long; none is the end.
func (s *Store) Decisions(ctx context.Context, before uint64, limit int) ([]nashra.Decision, error) {
	var list []nashra.Decision
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		c := tx.Bucket(bucketDecisions).Cursor()
		var bound []byte
		if before > 0 {
			bound = numberKey(before)
		}
		size := 0
		for k, v := seekBefore(c, bound); k != nil && len(list) < limit && size < decisionsBytes; k, v = c.Prev() {
			var d decision
			if err := decodeValue(v, &d); err != nil {
				return err
			}
			size += len(v)
			list = append(list, nashra.Decision{Seq: number(k), ID: d.ID, At: d.At, By: d.By, Marks: d.Marks, Removes: d.Removes})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the desk's decisions: %w", err)
	}
	return list, nil
}
