package store

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"go.etcd.io/bbolt"
)

// maxGroup bounds how many batches share a transaction: it holds the pages of
// all of them in memory until its commit.
const maxGroup = 64

// waiting is a batch that waits to be applied.
type waiting struct {
	writing
	err  error
	done chan struct{} // closed once out and err say what it came to
}

func (w *waiting) settled() bool {
	select {
	case <-w.done:
		return true
	default:
		return false
	}
}

// queue holds the batches that wait, first come first. A commit waits for the
// disk, and what comes meanwhile shares the next one: whoever finds the file
// free writes for all that wait.
type queue struct {
	mu   sync.Mutex
	list []*waiting
}

func (q *queue) join(w *waiting) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.list = append(q.list, w)
}

// leave takes w out, and reports whether it still waited.
func (q *queue) leave(w *waiting) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.list, w)
	if i < 0 {
		return false
	}
	q.list = slices.Delete(q.list, i, i+1)
	return true
}

// take removes the first batches, maxGroup at most.
func (q *queue) take() []*waiting {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := min(len(q.list), maxGroup)
	group := slices.Clone(q.list[:n])
	q.list = slices.Delete(q.list, 0, n)
	return group
}

// write brings w into the file, together with others that wait. It waits for
// its turn no longer than ctx allows; a batch whose turn has come is applied
// to the end.
func (s *Store) write(ctx context.Context, w *waiting) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.waitForCompaction(ctx, w.kind); err != nil {
		return err
	}
	s.queue.join(w)
	for !w.settled() {
		select {
		case <-w.done:
		case <-ctx.Done():
			if s.queue.leave(w) {
				return ctx.Err()
			}
			<-w.done
		case s.writer <- struct{}{}:
			// A commit costs more than what is in it: whoever has a batch all but
			// ready brings it along.
			runtime.Gosched()
			if !w.settled() { // then it is in the queue
				s.applyGroup(s.queue.take())
			}
			<-s.writer
		}
	}
	return w.err
}

// applyGroup applies batches in their order in one transaction. Where one of
// them is not to be applied, or all do not fit on the disk, nothing of them is
// written, and each has a transaction of its own: it comes to what it would
// have come to alone.
func (s *Store) applyGroup(group []*waiting) {
	err := s.update(func(tx *bbolt.Tx) error {
		for _, w := range group {
			if err := w.run(tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil && len(group) > 1 {
		for _, w := range group {
			s.applyGroup([]*waiting{w})
		}
		return
	}
	if err == nil {
		s.note(group)
	}
	for _, w := range group {
		if w.err = err; err == nil {
			s.committed(w)
			if s.applied != nil {
				s.applied(w.Batch, w.out)
			}
		}
		close(w.done)
	}
}
