package store_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"nashra"
	"nashra/store"
)

// sourcesBatch announces sources "0", "1" and so on.
func sourcesBatch(n int) nashra.Batch {
	b := nashra.Batch{ID: "config", At: at, By: "config"}
	for i := range n {
		b.Sources = append(b.Sources, nashra.Source{ID: fmt.Sprint(i), Partner: "p"})
	}
	return b
}

// closing is a closing batch of any source, with articles of its own.
func closing(source string, base uint64, articles int) nashra.Batch {
	b := cycleBatch(base, articles, "نص")
	b.ID, b.Source, b.Fetch.Source = source+"/"+b.ID, source, source
	for i := range b.Puts {
		b.Puts[i].Identity.GUID += "@" + source
		b.Puts[i].Identity.Link = ""
	}
	return b
}

func pause(id, source string) nashra.Batch {
	return nashra.Batch{ID: id, At: at, By: "desk", Marks: []nashra.Mark{{Kind: nashra.MarkPause, Source: source}}}
}

// result is what a batch came to.
type result struct {
	batch   nashra.Batch
	applied nashra.Applied
	err     error
}

// together brings batches while nobody can write, in their order, so that they
// all wait, and then lets them be applied.
func together(t *testing.T, s *store.Store, batches ...nashra.Batch) []result {
	t.Helper()
	release := s.Hold()
	out := make([]result, len(batches))
	var group sync.WaitGroup
	for i, b := range batches {
		group.Go(func() {
			applied, err := s.Apply(t.Context(), b)
			out[i] = result{b, applied, err}
		})
		for s.Waiting() <= i {
			runtime.Gosched()
		}
	}
	release()
	group.Wait()
	return out
}

func TestBatchesThatWaitShareACommit(t *testing.T) {
	for _, tt := range []struct{ batches, commits int }{{1, 1}, {2, 1}, {store.MaxGroup, 1}, {store.MaxGroup + 1, 2}} {
		s := open(t, filepath.Join(t.TempDir(), "nashra.db"))
		if _, err := s.Apply(t.Context(), sourcesBatch(tt.batches)); err != nil {
			t.Fatal(err)
		}
		var batches []nashra.Batch
		for i := range tt.batches {
			batches = append(batches, closing(fmt.Sprint(i), 0, 2))
		}
		before, last := s.Commits(), uint64(1)
		for _, r := range together(t, s, batches...) {
			if r.err != nil || r.applied.New != 2 || r.applied.Seq != last+3 {
				t.Errorf("%d batches: %s came to %+v after number %d, %v", tt.batches, r.batch.ID, r.applied, last, r.err)
			}
			last = r.applied.Seq
		}
		if seq, _, err := s.Seq(t.Context()); seq != last || err != nil {
			t.Errorf("%d batches: Seq is %d, want %d; %v", tt.batches, seq, last, err)
		}
		if got := s.Commits() - before; got != tt.commits {
			t.Errorf("%d batches took %d commits, want %d", tt.batches, got, tt.commits)
		}
	}
}

func TestARefusedBatchSpoilsNoOther(t *testing.T) {
	stale := closing("0", 7, 1)
	halfWay := closing("1", 0, 2) // its second entry is refused when its first is written
	halfWay.Puts[1].Content = nil
	for _, tt := range []struct {
		name    string
		refused nashra.Batch
		want    error
	}{
		{"stale", stale, nashra.ErrStale},
		{"in the middle", halfWay, nashra.ErrStale},
		{"of an unknown source", closing("nobody", 0, 1), nashra.ErrNotFound},
		{"a mark on what is not there", nashra.Batch{ID: "d", At: at, By: "desk", Marks: []nashra.Mark{
			{Kind: nashra.MarkPause, Source: "1"}, {Kind: nashra.MarkPause, Source: "nobody"},
		}}, nashra.ErrNotFound},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := open(t, filepath.Join(t.TempDir(), "nashra.db"))
			if _, err := s.Apply(t.Context(), sourcesBatch(4)); err != nil {
				t.Fatal(err)
			}
			got := together(t, s, closing("2", 0, 2), tt.refused, closing("3", 0, 2), closing("2", 1, 2))
			if !errors.Is(got[1].err, tt.want) || got[1].applied != (nashra.Applied{}) {
				t.Errorf("the refused batch came to %+v, %v; want %v", got[1].applied, got[1].err, tt.want)
			}
			for _, i := range []int{0, 2, 3} {
				if got[i].err != nil || got[i].applied.New != 2 {
					t.Errorf("batch %d beside it came to %+v, %v", i, got[i].applied, got[i].err)
				}
			}
			for _, source := range []string{"0", "1"} {
				if status, err := s.Source(t.Context(), source); err != nil || status.Items != 0 || status.Pause != nil || status.State.Cycle != 0 {
					t.Errorf("the refused batch left %+v, %v", status, err)
				}
			}
		})
	}
}

func TestBatchesOfOneGroupSeeEachOther(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "nashra.db"))
	if _, err := s.Apply(t.Context(), sourcesBatch(1)); err != nil {
		t.Fatal(err)
	}
	first, second := closing("0", 0, 1), closing("0", 1, 1)
	hide := nashra.Batch{ID: "hide", At: at, By: "desk", Marks: []nashra.Mark{{Kind: nashra.MarkHide, Article: nashra.NewID("p", "0@0")}}}
	got := together(t, s, first, second, first, hide)
	for i, r := range got {
		if r.err != nil {
			t.Errorf("batch %d: %v", i, r.err)
		}
	}
	if again := got[2].applied; again != got[0].applied && again != (nashra.Applied{}) {
		t.Errorf("a repeat came to %+v, the first time it was %+v", again, got[0].applied)
	}
	record, err := s.Article(t.Context(), nashra.NewID("p", "0@0"))
	if err != nil || record.Marks.Hidden == nil {
		t.Errorf("an article of the group is not hidden by a mark of the group: %+v, %v", record.Marks, err)
	}
}

func TestACallerThatGivesUpLeavesTheQueue(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "nashra.db"))
	if _, err := s.Apply(t.Context(), sourcesBatch(1)); err != nil {
		t.Fatal(err)
	}
	release := s.Hold()
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error, 1)
	go func() {
		_, err := s.Apply(ctx, closing("0", 0, 1))
		failed <- err
	}()
	for s.Waiting() == 0 {
		runtime.Gosched()
	}
	cancel()
	if err := <-failed; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if n := s.Waiting(); n != 0 {
		t.Errorf("%d batches still wait", n)
	}
	release()
	if status, err := s.Source(t.Context(), "0"); err != nil || status.Items != 0 {
		t.Errorf("the batch of a caller that gave up was applied: %+v, %v", status, err)
	}
}

// TestManyWritersComeToWhatOneWouldCome lets writers loose on the same sources, so
// that they are refused, repeat each other and give up, and applies what was
// applied once more, one by one.
func TestManyWritersComeToWhatOneWouldCome(t *testing.T) {
	const sources, writers, each = 60, 12, 40
	dir := t.TempDir()
	many, one := open(t, filepath.Join(dir, "many.db")), open(t, filepath.Join(dir, "one.db"))
	for _, s := range []*store.Store{many, one} {
		if _, err := s.Apply(t.Context(), sourcesBatch(sources)); err != nil {
			t.Fatal(err)
		}
	}
	var mu sync.Mutex
	byID := make(map[string]result) // the first time
	refused := 0
	before := many.Commits()
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			random := rand.New(rand.NewPCG(uint64(w), 1))
			for n := range each {
				source := fmt.Sprint(random.IntN(sources))
				status, err := many.Source(t.Context(), source)
				if err != nil {
					t.Error(err)
					return
				}
				b := closing(source, status.State.Cycle, int(status.State.Cycle%3)) // what has one ID is the same
				ctx, cancel := t.Context(), context.CancelFunc(func() {})
				switch random.IntN(24) {
				case 0:
					b = pause(fmt.Sprint("pause", w, "/", n), source)
				case 1:
					b = pause(fmt.Sprint("nobody", w, "/", n), "nobody")
				case 2:
					ctx, cancel = context.WithTimeout(ctx, time.Duration(random.IntN(300))*time.Microsecond)
				}
				applied, err := many.Apply(ctx, b)
				cancel()
				mu.Lock()
				switch was, repeat := byID[b.ID]; {
				case err != nil && !errors.Is(err, nashra.ErrStale) && !errors.Is(err, nashra.ErrNotFound) && !errors.Is(err, context.DeadlineExceeded):
					t.Errorf("%s: %v", b.ID, err)
				case err != nil:
					refused++
				case repeat && was.applied != applied && applied != (nashra.Applied{}):
					t.Errorf("%s came to %+v and to %+v", b.ID, was.applied, applied)
				case !repeat || was.applied == (nashra.Applied{}):
					byID[b.ID] = result{b, applied, nil}
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	if refused == 0 || many.Commits()-before >= len(byID) {
		t.Errorf("of %d batches %d were refused, and %d commits were made: the test tests nothing", len(byID)+refused, refused, many.Commits()-before)
	}
	inOrder := make([]result, 0, len(byID))
	for _, r := range byID {
		inOrder = append(inOrder, r)
	}
	slices.SortFunc(inOrder, func(a, b result) int { return cmp.Compare(a.applied.Seq, b.applied.Seq) })
	for _, r := range inOrder {
		if applied, err := one.Apply(t.Context(), r.batch); err != nil || applied != r.applied {
			t.Fatalf("%s came to %+v among others and to %+v alone, %v", r.batch.ID, r.applied, applied, err)
		}
	}
	if dump(t, many) != dump(t, one) {
		t.Error("the stores are not the same")
	}
}

func dump(t *testing.T, s *store.Store) string {
	t.Helper()
	var out strings.Builder
	if err := s.Dump(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
