// Package store keeps what partners brought: articles, the state of every
// source, the records of fetches and the desk's decisions, in one bbolt file.
//
// A news desk must not lose an article, publish one twice or show half of one,
// whatever happens to the process, the power or the partner. So all that
// changes the store is a [nashra.Batch]; [Store.Apply] applies it whole or not
// at all, knows a batch that comes again, and refuses one that was made from a
// state that is gone. Apply reads no clock, no configuration and nothing
// random: the same batches in the same order give the same store, which
// [Store.Dump] shows.
//
// Reading is from a snapshot and never waits for writing. Listings are walks
// over an index. What may be seen is decided by [nashra.Visible] alone.
//
// One process owns the file, see [Open]; others ask the owner through package
// store/remote. The package knows nothing of feeds, pages or HTTP, and nobody
// else knows bbolt. layout.go has the drawing of the file.
package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"nashra"
)

// Store is an open store file that this process owns. Its methods may be
// called from several goroutines.
type Store struct {
	path    string
	log     *slog.Logger
	applied func(nashra.Batch, nashra.Applied) // hears of every batch; nil: nobody does
	lock    *os.File                           // nil: the file is not in its place yet

	mu   sync.RWMutex
	file *file // in force. It is changed with both mu and the token, so either is enough to read it

	numbers  atomic.Pointer[numbers] // of the last commit
	records  atomic.Pointer[records] // the source records last read, see recordsIn
	arrivals arrivals                // what readers of the archive asked for, see archive.go
	bodies   *bodyCodec

	queue  queue         // of the batches that wait for the token
	writer chan struct{} // holds one token: whoever has it writes
	broken error         // set when a write met a damaged page; guarded by the token

	compacting sync.Mutex                 // held by the one compaction
	compaction atomic.Pointer[compaction] // under way; nil: none
	leaving    sync.WaitGroup             // files that were replaced and are still read

	closing sync.Once
	closed  error
}

// Close waits for calls under way, closes the file and lets the next owner in.
// Calling it again returns the same.
func (s *Store) Close() error {
	s.closing.Do(func() {
		s.compacting.Lock()
		defer s.compacting.Unlock()
		s.writer <- struct{}{}
		defer func() { <-s.writer }()
		if s.broken == nil { // else bbolt may hold its own lock, and closing would wait for ever
			s.closed = s.file.Close()
			s.leaving.Wait()
			s.bodies.close()
		}
		if s.lock != nil {
			s.closed = errors.Join(s.closed, releaseLock(s.lock))
		}
	})
	return s.closed
}

// numbers are what Seq gives.
type numbers struct{ last, recall uint64 }

// Seq is the number of the last batch. It grows with every batch that changes
// the store and is visible only when that batch is; it costs nothing.
//
// Recall is the number of the last batch that brought a mark, took an article
// out or changed the record of a source, or one after it: what was made of the
// store at an earlier number must not be shown any more. At a later one it is
// old at worst. It starts anew with each process that opens the store.
func (s *Store) Seq(ctx context.Context) (last, recall uint64, err error) {
	n := s.numbers.Load()
	return n.last, n.recall, ctx.Err()
}

// committed makes the number of a batch that is on the disk known; the caller
// has the token.
func (s *Store) committed(w *waiting) {
	n := numbers{last: w.out.Seq, recall: s.numbers.Load().recall}
	if w.recalls() {
		n.recall = n.last
	}
	s.numbers.Store(&n)
}

// view runs fn in a snapshot.
func (s *Store) view(ctx context.Context, fn func(tx *bbolt.Tx) error) error {
	return s.viewFile(ctx, func(_ *file, tx *bbolt.Tx) error { return fn(tx) })
}

// viewFile is view for who reads the file itself too.
func (s *Store) viewFile(ctx context.Context, fn func(f *file, tx *bbolt.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f := s.read()
	defer f.readers.Done()
	return s.contain(func() error {
		return f.view(func(tx *bbolt.Tx) error { return fn(f, tx) })
	})
}

// read gives the file in force to a reader, who says when it has done.
func (s *Store) read() *file {
	s.mu.RLock()
	defer s.mu.RUnlock()
	s.file.readers.Add(1)
	return s.file
}

// turn waits for the turn to write, which the caller releases.
func (s *Store) turn(ctx context.Context) (release func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case s.writer <- struct{}{}:
		return func() { <-s.writer }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// refresh reads anew what is kept of the file in memory; the caller has the
// token.
func (s *Store) refresh() error {
	return s.view(context.Background(), func(tx *bbolt.Tx) error {
		seq := number(tx.Bucket(bucketMeta).Get(metaSeq))
		s.numbers.Store(&numbers{seq, seq})
		return nil
	})
}

// update runs fn in the one writing transaction; the caller has the token. An
// error of fn leaves the file as it was.
func (s *Store) update(fn func(tx *bbolt.Tx) error) error {
	if s.broken != nil {
		return s.broken
	}
	var refused error
	f := s.file
	err := s.contain(func() error {
		return f.update(func(tx *bbolt.Tx) error {
			refused = fn(tx)
			return refused
		})
	})
	if fault := (*pageFault)(nil); errors.As(err, &fault) {
		s.broken = err // bbolt may still hold its own lock: the next write would wait for ever
	} else if err != nil && refused == nil && !errors.Is(err, nashra.ErrNotStore) {
		err = fmt.Errorf("write to the disk of %q: %w; make room on it or repair it, then run this again", s.path, err)
	}
	return err
}

// view runs fn in a snapshot of f.
func (f *file) view(fn func(tx *bbolt.Tx) error) error {
	return f.View(func(tx *bbolt.Tx) error {
		if err := f.checkBuckets(tx); err != nil {
			return err
		}
		return fn(tx)
	})
}

// update runs fn in the writing transaction of f.
func (f *file) update(fn func(tx *bbolt.Tx) error) error {
	return f.Update(func(tx *bbolt.Tx) error {
		if err := f.checkBuckets(tx); err != nil {
			return err
		}
		f.AllocSize = growth(f.DB, tx.Size())
		return fn(tx)
	})
}

// pageFault is what bbolt met where the file should have held a sound page.
type pageFault struct{ value any }

func (p *pageFault) Error() string { return fmt.Sprint("its pages are damaged (", p.value, ")") }

// contain turns what bbolt does on damaged pages, a panic or a read outside
// the file's mapping, into an error.
func (s *Store) contain(fn func() error) error {
	err := contain(fn)
	if fault := (*pageFault)(nil); errors.As(err, &fault) {
		s.log.Error("store damaged", "store", s.path, "err", err)
	}
	if errors.Is(err, berrors.ErrDatabaseNotOpen) {
		return errors.New("the store is closed")
	}
	return err
}

func contain(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %w; restore it from a backup", nashra.ErrNotStore, &pageFault{p})
		}
	}()
	return fn()
}
