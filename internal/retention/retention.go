// Package retention follows the operator's rules of how long articles stay.
//
// A desk that keeps everything fills its disk, and one that deletes by hand
// finds what it deleted in the next cycle, because the partner's feed still has
// it. So what the rules no longer keep is removed by batches and leaves
// tombstones, and these are forgotten when no feed holds their entry any more.
//
// The package decides when to look and in which slices. What is overdue and
// what is absent the store says, and it judges both again as it applies. Who
// calls [Sweep] has the clock.
package retention

import (
	"context"
	"errors"
	"fmt"
	"time"

	"nashra"
)

// slice is how many articles one batch removes: each touches a page of every
// index, and cycles wait for as long as that takes.
const slice = 200

// Archive is what a sweep needs of the store.
type Archive interface {
	Apply(context.Context, nashra.Batch) (nashra.Applied, error)
	Records(context.Context) ([]nashra.Source, uint64, error)
	Sweeps(context.Context) (nashra.Sweeps, error)
	Overdue(ctx context.Context, source string, keep nashra.Keep, now time.Time, limit int) ([]string, error)
	Absent(ctx context.Context, after uint64, limit int) (ids []string, next uint64, err error)
}

// Rules say how long the articles of each source stay.
type Rules struct {
	Default nashra.Keep            // of sources without one of their own, retired ones too
	Sources map[string]nashra.Keep // by id
}

func (r Rules) of(source string) nashra.Keep {
	if keep, ok := r.Sources[source]; ok {
		return keep
	}
	return r.Default
}

// Sweep removes what the rules do not keep at the instant now, and forgets,
// once a day, the tombstones that are not needed any more. What it did before
// ctx ended or an error stays done. It returns how many articles it removed.
func Sweep(ctx context.Context, a Archive, rules Rules, now time.Time) (removed int, err error) {
	s := &sweep{archive: a, now: now.UTC()}
	err = s.run(ctx, rules)
	if errors.Is(err, nashra.ErrStale) {
		err = nil // somebody else sweeps
	}
	if err != nil {
		return s.removed, fmt.Errorf("remove what is not kept any longer: %w", err)
	}
	return s.removed, nil
}

type sweep struct {
	archive Archive
	now     time.Time
	done    nashra.Sweeps
	removes []nashra.Remove // not applied yet
	removed int
}

func (s *sweep) run(ctx context.Context, rules Rules) (err error) {
	if s.done, err = s.archive.Sweeps(ctx); err != nil {
		return err
	}
	sources, _, err := s.archive.Records(ctx)
	if err != nil {
		return err
	}
	for _, source := range sources {
		if err := s.source(ctx, source.ID, rules.of(source.ID)); err != nil {
			return err
		}
	}
	if err := s.flush(ctx); err != nil {
		return err
	}
	if s.done.Left && nashra.NewDay(s.done.Whole, s.now) {
		return s.forget(ctx)
	}
	return nil
}

// source removes the articles of one source that keep does not keep.
func (s *sweep) source(ctx context.Context, id string, keep nashra.Keep) error {
	if keep.Forever() {
		return nil
	}
	for {
		room := slice - len(s.removes)
		ids, err := s.archive.Overdue(ctx, id, keep, s.now, room)
		if err != nil {
			return err
		}
		for _, article := range ids {
			s.removes = append(s.removes, nashra.Remove{Article: article, Reason: reason(keep)})
		}
		if len(ids) < room {
			return nil
		}
		if err := s.flush(ctx); err != nil {
			return err
		}
	}
}

// reason is the rule, for whoever asks why an article is gone.
func reason(keep nashra.Keep) string {
	switch {
	case keep.Count == 0:
		return fmt.Sprintf("keep: age %s", keep.Age)
	case keep.Age == 0:
		return fmt.Sprintf("keep: count %d", keep.Count)
	}
	return fmt.Sprintf("keep: age %s, count %d", keep.Age, keep.Count)
}

func (s *sweep) flush(ctx context.Context) error {
	if len(s.removes) == 0 {
		return nil
	}
	if err := s.apply(ctx, nashra.Batch{Removes: s.removes, Sweep: &nashra.Sweep{}}); err != nil {
		return err
	}
	s.removed += len(s.removes)
	s.removes, s.done.Left = nil, true
	return nil
}

// forget looks through all tombstones.
func (s *sweep) forget(ctx context.Context) error {
	for after := uint64(0); ; {
		ids, next, err := s.archive.Absent(ctx, after, slice)
		if err != nil {
			return err
		}
		whole := next == 0
		if len(ids) > 0 || whole {
			if err := s.apply(ctx, nashra.Batch{Sweep: &nashra.Sweep{Forgets: ids, Whole: whole}}); err != nil {
				return err
			}
		}
		if whole {
			return nil
		}
		after = next
	}
}

func (s *sweep) apply(ctx context.Context, b nashra.Batch) error {
	b.ID = fmt.Sprintf("sweep/%d/%s", s.done.Number+1, s.now.Format(time.RFC3339Nano))
	b.At, b.By, b.Base = s.now, "sweep", s.done.Number
	if _, err := s.archive.Apply(ctx, b); err != nil {
		return err
	}
	s.done.Number++
	return nil
}
