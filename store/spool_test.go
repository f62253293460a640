package store_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"nashra"
	"nashra/store"
)

// stalled takes nothing until it is released.
type stalled struct {
	bytes.Buffer
	release chan struct{}
}

func (s *stalled) Write(p []byte) (int, error) {
	<-s.release
	return s.Buffer.Write(p)
}

func TestASnapshotDoesNotStayForASlowReader(t *testing.T) {
	for _, copying := range []struct {
		name string
		do   func(*store.Store, context.Context, io.Writer) error
	}{
		{"dump", (*store.Store).Dump},
		{"backup", func(s *store.Store, ctx context.Context, w io.Writer) error {
			_, err := s.Backup(ctx, w)
			return err
		}},
	} {
		t.Run(copying.name, func(t *testing.T) {
			folder := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				s := open(t, filepath.Join(folder, "nashra.db"))
				mustApply(t, s, configBatch())
				for n := range uint64(50) {
					mustApply(t, s, cycleBatch(n, 20, noise(n)))
				}
				var want bytes.Buffer
				if err := copying.do(s, t.Context(), &want); err != nil {
					t.Fatal(err)
				}
				slow := &stalled{release: make(chan struct{})}
				done := make(chan error)
				go func() { done <- copying.do(s, t.Context(), slow) }()
				time.Sleep(time.Second)
				if n := s.Snapshots(); n != 1 {
					t.Fatalf("%d snapshots are open, want that of the copy: it is too short for this test", n)
				}
				time.Sleep(10 * time.Second)
				if n := s.Snapshots(); n != 0 {
					t.Errorf("%d snapshots are open beside a reader that takes nothing", n)
				}
				mustApply(t, s, cycleBatch(50, 1, "later"))
				close(slow.release)
				if err := <-done; err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(slow.Bytes(), want.Bytes()) {
					t.Errorf("the slow reader got %d bytes that differ from the %d of the quick one", slow.Len(), want.Len())
				}
				if left := beside(t, folder); len(left) != 2 {
					t.Errorf("left beside the store: %q", left)
				}
			})
		})
	}
}

func TestASlowReaderThatGivesUpLeavesNothing(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := open(t, filepath.Join(folder, "nashra.db"))
		mustApply(t, s, configBatch())
		for n := range uint64(50) {
			mustApply(t, s, cycleBatch(n, 20, noise(n)))
		}
		ctx, cancel := context.WithCancel(t.Context())
		slow := &stalled{release: make(chan struct{})}
		done := make(chan error)
		go func() { done <- s.Dump(ctx, slow) }()
		time.Sleep(time.Minute)
		cancel()
		close(slow.release)
		if err := <-done; err == nil {
			t.Error("a dump that was given up has no error")
		}
		if left := beside(t, folder); len(left) != 2 || s.Snapshots() != 0 {
			t.Errorf("left beside the store: %q, and %d snapshots", left, s.Snapshots())
		}
	})
}

// beside lists what lies in the folder of a store.
func beside(t *testing.T, folder string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func mustApply(t testing.TB, s *store.Store, batches ...nashra.Batch) {
	t.Helper()
	for _, b := range batches {
		if _, err := s.Apply(t.Context(), b); err != nil {
			t.Fatalf("batch %q: %v", b.ID, err)
		}
	}
}
