package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync/atomic"

	"go.etcd.io/bbolt"
)

const (
	// compactBehind is how many bytes of batches may be applied to the old file
	// while it is copied before cycles wait: they are in memory until they have
	// been applied to the new one too. It is what 150 cycles with twenty new
	// articles bring, or 5,000 that find nothing new.
	compactBehind = 16 << 20

	// replayRounds is how often what came meanwhile is applied to the new file
	// while more comes: that is less each time, for a batch that is applied again
	// costs less than the first time.
	replayRounds = 3

	// compactSpare is what a compaction leaves free of the disk: batches are
	// written while it runs.
	compactSpare = 16 << 20
)

// Sizes are those of a store's file.
type Sizes struct {
	File int64 `json:"file"` // bytes
	Free int64 `json:"free"` // of these, that hold nothing any more
}

// Compacted is what a compaction came to.
type Compacted struct {
	Before Sizes `json:"before"`
	After  Sizes `json:"after"`
}

// ErrCompacting says that a compaction is under way already.
var ErrCompacting = errors.New("the store is being compacted already")

// compaction is one under way.
type compaction struct {
	behind []*prepared   // applied to the old file since the copy was begun, in their order; guarded by the token
	size   atomic.Int64  // bytes of all that were
	over   chan struct{} // closed at its end
}

// Sizes says how large the file is and how much of it is free.
func (s *Store) Sizes(ctx context.Context) (Sizes, error) {
	var out Sizes
	err := s.viewFile(ctx, func(f *file, tx *bbolt.Tx) error {
		stats := f.Stats()
		out = Sizes{File: tx.Size(), Free: int64(stats.FreePageN+stats.PendingPageN) * int64(f.Info().PageSize)}
		return nil
	})
	if err != nil {
		return Sizes{}, fmt.Errorf("measure the store: %w", err)
	}
	return out, nil
}

// Compact gives space back: it writes the store anew without what has become
// free in it, and puts the new file in the old one's place.
//
// Reading goes on all the while, and who reads when the new file takes over
// ends on the old one. The new file is a copy of a snapshot; batches that are
// applied while it is made go to the old file, at once, and to the new one
// afterwards, in the same order, so both hold the same. Where much comes, those
// of cycles wait. A kill at any moment leaves the old file or the new one.
//
// It needs as much room beside the store as the new file takes. ErrCompacting
// says that another compaction is under way.
func (s *Store) Compact(ctx context.Context) (Compacted, error) {
	done, err := s.compact(ctx)
	debug.FreeOSMemory() // what was applied meanwhile was kept, and it is not needed again for long
	if err != nil {
		return Compacted{}, fmt.Errorf("compact the store: %w", err)
	}
	return done, nil
}

func (s *Store) compact(ctx context.Context) (_ Compacted, err error) {
	if !s.compacting.TryLock() {
		return Compacted{}, ErrCompacting
	}
	defer s.compacting.Unlock()
	var done Compacted
	if done.Before, err = s.Sizes(ctx); err != nil {
		return Compacted{}, err
	}
	if err := hasRoom(s.path, done.Before.File-done.Before.Free+compactSpare); err != nil {
		return Compacted{}, err
	}
	made := s.path + makingCompact
	defer func() {
		if err != nil {
			err = errors.Join(err, removeIfThere(made))
		}
	}()
	c, old, snapshot, err := s.beginCompaction(ctx)
	if err != nil {
		return Compacted{}, err
	}
	defer s.endCompaction(c)
	err = s.contain(func() error {
		defer old.readers.Done()
		defer snapshot.Rollback() // it was read only
		if err := old.checkBuckets(snapshot); err != nil {
			return err
		}
		return writeAnew(ctx, snapshot, made)
	})
	if err != nil {
		return Compacted{}, err
	}
	if err := s.takeOver(ctx, c, made); err != nil {
		return Compacted{}, err
	}
	done.After, err = s.Sizes(context.WithoutCancel(ctx))
	return done, err
}

// beginCompaction makes the snapshot that is copied. From then on what is
// applied is noted.
func (s *Store) beginCompaction(ctx context.Context) (*compaction, *file, *bbolt.Tx, error) {
	release, err := s.turn(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	defer release()
	if s.broken != nil {
		return nil, nil, nil, s.broken
	}
	old := s.read()
	var snapshot *bbolt.Tx
	err = s.contain(func() (err error) {
		snapshot, err = old.Begin(false)
		return err
	})
	if err != nil {
		old.readers.Done()
		return nil, nil, nil, err
	}
	c := &compaction{over: make(chan struct{})}
	s.compaction.Store(c)
	return c, old, snapshot, nil
}

// endCompaction lets those go on that wait for it.
func (s *Store) endCompaction(c *compaction) {
	s.compaction.Store(nil)
	close(c.over)
}

// note keeps what was applied while a copy is made; the caller has the token.
func (s *Store) note(group []*waiting) {
	c := s.compaction.Load()
	if c == nil {
		return
	}
	for _, w := range group {
		again := *w.prepared
		again.Puts = nil // their bodies are packed in puts
		c.behind = append(c.behind, &again)
		c.size.Add(w.size)
	}
}

// waitForCompaction has a batch of a cycle wait where much has been applied
// since the copy was begun. A decision of the desk never waits.
func (s *Store) waitForCompaction(ctx context.Context, kind batchKind) error {
	c := s.compaction.Load()
	if c == nil || kind != cycleBatch || c.size.Load() < compactBehind {
		return nil
	}
	select {
	case <-c.over:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// takeOver applies to the new file what was applied to the old one meanwhile,
// and puts it in its place. Others go on writing to the old one until there is
// little left, and wait for the rest.
func (s *Store) takeOver(ctx context.Context, c *compaction, made string) error {
	next, err := openBolt(made, bboltOptions)
	if err != nil {
		return err
	}
	for range replayRounds {
		if err := s.follow(ctx, next, c); err != nil {
			return errors.Join(err, next.Close())
		}
	}
	release, err := s.turn(ctx)
	if err != nil {
		return errors.Join(err, next.Close())
	}
	defer release()
	err = replay(next, c.behind)
	if err == nil {
		err = s.compare(next)
	}
	if err == nil {
		err = os.Rename(made, s.path)
	}
	if err != nil {
		return errors.Join(err, next.Close())
	}
	s.mu.Lock()
	old := s.file
	s.file = next
	s.mu.Unlock()
	s.leaving.Go(func() {
		old.readers.Wait()
		if err := old.Close(); err != nil {
			s.log.Warn("file of before not closed", "store", s.path, "err", err)
		}
	})
	if err := syncFolder(filepath.Dir(s.path)); err != nil {
		s.broken = fmt.Errorf("which of two files the store is after a power cut is not sure: %w; start nashra anew", err)
		return s.broken
	}
	return nil
}

// follow applies to the new file what the old one has taken up to now.
func (s *Store) follow(ctx context.Context, next *file, c *compaction) error {
	release, err := s.turn(ctx)
	if err != nil {
		return err
	}
	behind := c.behind
	c.behind = nil
	release()
	return replay(next, behind)
}

// replay applies batches that the old file has taken to the new one.
func replay(next *file, behind []*prepared) error {
	for group := range slices.Chunk(behind, maxGroup) {
		err := contain(func() error {
			return next.update(func(tx *bbolt.Tx) error {
				for _, p := range group {
					w := writing{prepared: p}
					if err := w.run(tx); err != nil {
						return fmt.Errorf("apply batch %q again: %w", p.ID, err)
					}
				}
				return nil
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// compare looks whether the new file has come to where the store is; the caller
// has the token.
func (s *Store) compare(next *file) error {
	return contain(func() error {
		return next.view(func(tx *bbolt.Tx) error {
			seq := number(tx.Bucket(bucketMeta).Get(metaSeq))
			if last := s.numbers.Load().last; seq != last {
				return fmt.Errorf("the new file has come to number %d, the store to %d; the store is as it was", seq, last)
			}
			return checkSchema(tx)
		})
	})
}

func removeIfThere(name string) error {
	if err := os.Remove(name); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
