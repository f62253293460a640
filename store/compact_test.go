package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"nashra"
	"nashra/store"
)

// emptiedStore makes a store of which most has been removed again.
func emptiedStore(t testing.TB, path string) *store.Store {
	t.Helper()
	s := open(t, path)
	mustApply(t, s, configBatch())
	for n := range uint64(40) {
		mustApply(t, s, cycleBatch(n, 20, noise(n)))
	}
	for n := range 36 {
		b := nashra.Batch{ID: "remove/" + strconv.Itoa(n), At: at, By: "desk"}
		for i := range 20 {
			b.Removes = append(b.Removes, nashra.Remove{Article: nashra.NewID("p", strconv.Itoa(20*n+i)), Reason: "r"})
		}
		mustApply(t, s, b)
	}
	return s
}

func TestCompactGivesSpaceBackAndNothingElse(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "nashra.db")
	s := emptiedStore(t, path)
	want := dumpOf(t, s)
	done, err := s.Compact(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if done.After.File*2 > done.Before.File || done.Before.Free*2 < done.Before.File {
		t.Errorf("%+v became %+v; want less than half", done.Before, done.After)
	}
	if info, err := os.Stat(path); err != nil || info.Size() > done.Before.File/2 {
		t.Errorf("the file: %v, %v", info.Size(), err)
	}
	for range 2 {
		if got := dumpOf(t, s); got != want {
			t.Error("the compacted store holds something else")
		}
		if r := check(t, s); len(r.Problems) > 0 {
			t.Errorf("the check says %v", r.Problems)
		}
		mustApply(t, s, pause("pause", "s"), cycleBatch(40, 20, noise(40)))
		want = dumpOf(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = open(t, path)
	}
	if left := beside(t, folder); !slices.Equal(left, []string{"nashra.db", "nashra.db.lock"}) {
		t.Errorf("left: %q", left)
	}
}

// TestCompactingBesideWritersLosesNothing compacts again and again while cycles
// and decisions are applied: the store comes to what another comes to that is
// never compacted.
func TestCompactingBesideWritersLosesNothing(t *testing.T) {
	s, plain := open(t, filepath.Join(t.TempDir(), "nashra.db")), open(t, filepath.Join(t.TempDir(), "nashra.db"))
	mustApply(t, s, configBatch())
	mustApply(t, plain, configBatch())
	wrote := make(chan error, 1)
	go func() {
		for n := range uint64(80) {
			hide := nashra.Batch{ID: fmt.Sprint("hide/", n), At: at, By: "desk", Marks: []nashra.Mark{{Kind: nashra.MarkHide, Article: nashra.NewID("p", strconv.FormatUint(n*10, 10)), Reason: "r"}}}
			for _, b := range []nashra.Batch{cycleBatch(n, 10, noise(n)), hide} {
				_, err := s.Apply(t.Context(), b)
				_, plainErr := plain.Apply(t.Context(), b)
				if err = errors.Join(err, plainErr); err != nil {
					wrote <- err
					return
				}
				if r, err := s.Article(t.Context(), nashra.NewID("p", strconv.FormatUint(n*10, 10))); err != nil || (b.ID == hide.ID) != (r.Marks.Hidden != nil) {
					wrote <- fmt.Errorf("after batch %q the article is hidden: %v, %w", b.ID, r.Marks.Hidden != nil, err)
					return
				}
			}
		}
		wrote <- nil
	}()
	compacted := 0
	for running := true; running; compacted++ {
		select {
		case err := <-wrote:
			if err != nil {
				t.Fatal(err)
			}
			running = false
		default:
		}
		if _, err := s.Compact(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if compacted < 3 {
		t.Errorf("compacted %d times: the test tests nothing", compacted)
	}
	if dumpOf(t, s) != dumpOf(t, plain) {
		t.Error("the two stores differ")
	}
	if r := check(t, s); len(r.Problems) > 0 {
		t.Errorf("the check says %v", r.Problems)
	}
}

func TestAReaderInFlightEndsOnTheOldFile(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := open(t, filepath.Join(folder, "nashra.db"))
		mustApply(t, s, configBatch())
		for n := range uint64(50) {
			mustApply(t, s, cycleBatch(n, 20, noise(n)))
		}
		want := dumpOf(t, s)
		slow := &stalled{release: make(chan struct{})}
		done := make(chan error)
		go func() { done <- s.Dump(t.Context(), slow) }()
		time.Sleep(time.Second)
		if s.Snapshots() != 1 {
			t.Fatal("the reader is not in flight")
		}
		for range 2 {
			if _, err := s.Compact(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		mustApply(t, s, cycleBatch(50, 20, noise(50)))
		close(slow.release)
		if err := <-done; err != nil || slow.String() != want {
			t.Errorf("the reader got %d bytes, want %d; %v", slow.Len(), len(want), err)
		}
	})
}

func TestCyclesWaitForACompactionThatIsFarBehindAndTheDeskDoesNot(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := open(t, filepath.Join(folder, "nashra.db"))
		mustApply(t, s, configBatch())
		end := s.FarBehind()
		ctx, cancel := context.WithCancel(t.Context())
		given := make(chan error)
		go func() {
			_, err := s.Apply(ctx, cycleBatch(0, 1, "نص"))
			given <- err
		}()
		applied := make(chan error)
		go func() {
			_, err := s.Apply(t.Context(), cycleBatch(0, 1, "نص"))
			applied <- err
		}()
		synctest.Wait()
		mustApply(t, s, pause("pause", "s"))
		cancel()
		if err := <-given; !errors.Is(err, context.Canceled) {
			t.Errorf("one whose context ended: got %v", err)
		}
		select {
		case err := <-applied:
			t.Errorf("a cycle did not wait: %v", err)
		default:
		}
		end()
		if err := <-applied; err != nil {
			t.Error(err)
		}
	})
}

func TestCompactBrokenOffLeavesTheStore(t *testing.T) {
	folder := t.TempDir()
	s := emptiedStore(t, filepath.Join(folder, "nashra.db"))
	want := dumpOf(t, s)
	for calls := range 12 {
		ctx := &endingAfter{Context: t.Context(), calls: calls}
		if _, err := s.Compact(ctx); !errors.Is(err, context.Canceled) {
			if err == nil && calls > 3 {
				break // it asks its context less often than that
			}
			t.Fatalf("after %d looks at its context: got %v", calls, err)
		}
		if left := beside(t, folder); !slices.Equal(left, []string{"nashra.db", "nashra.db.lock"}) {
			t.Fatalf("left: %q", left)
		}
	}
	if dumpOf(t, s) != want {
		t.Error("the store has changed")
	}
	mustApply(t, s, pause("pause", "s"))
	if _, err := s.Compact(t.Context()); err != nil {
		t.Error(err)
	}
}

// endingAfter is a context that is found ended after some looks at it.
type endingAfter struct {
	context.Context
	calls int
}

func (c *endingAfter) Err() error {
	if c.calls--; c.calls < 0 {
		return context.Canceled
	}
	return nil
}

func TestOneCompactionAtATime(t *testing.T) {
	s := emptiedStore(t, filepath.Join(t.TempDir(), "nashra.db"))
	results := make(chan error)
	release := s.Hold() // the compaction that is first waits for its turn
	for range 2 {
		go func() {
			_, err := s.Compact(t.Context())
			results <- err
		}()
	}
	if err := <-results; !errors.Is(err, store.ErrCompacting) {
		t.Errorf("got %v", err)
	}
	release()
	if err := <-results; err != nil {
		t.Error(err)
	}
}

func TestCompactOfADamagedStoreChangesNothing(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "nashra.db")
	varied(t, path)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, path)
	if err := os.Truncate(path, int64(len(data)/2)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Compact(t.Context()); !errors.Is(err, nashra.ErrNotStore) {
		t.Errorf("got %v", err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, data[:len(data)/2]) {
		t.Errorf("the file was touched (%v)", err)
	}
	if left := beside(t, folder); !slices.Equal(left, []string{"nashra.db", "nashra.db.lock"}) {
		t.Errorf("left: %q", left)
	}
}
