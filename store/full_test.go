package store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"nashra"
	"nashra/store"
)

// applyUntilFull applies cycles until the disk takes no more, which a limit on
// the size of files stands for, and then looks whether the store still works.
// It writes the number of the last cycle that was applied.
func applyUntilFull(path string, out io.Writer) error {
	signal.Ignore(syscall.SIGXFSZ)
	limit := syscall.Rlimit{Cur: 2 << 20, Max: 2 << 20}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	s, err := store.Open(path, store.Options{})
	if err != nil {
		return err
	}
	ctx := context.Background()
	if _, err := s.Apply(ctx, configBatch()); err != nil {
		return err
	}
	var cycles uint64
	var full error
	for full == nil {
		b := cycleBatch(cycles, 20, noise(cycles))
		if _, full = s.Apply(ctx, b); full == nil {
			cycles++
		} else if _, again := s.Apply(ctx, b); again == nil {
			return errors.New("the batch was refused and then applied, with no more room than before")
		}
	}
	if err := besideFull(ctx, s, cycleBatch(cycles, 20, noise(cycles))); err != nil {
		return err
	}
	if !strings.Contains(full.Error(), "make room") {
		return fmt.Errorf("%w: that is no sentence for an operator", full)
	}
	if errors.Is(full, nashra.ErrNotStore) {
		return fmt.Errorf("%w: a full disk was taken for damage", full)
	}
	if err := s.Dump(ctx, io.Discard); err != nil {
		return err
	}
	fmt.Fprintln(out, cycles)
	return s.Close()
}

// besideFull applies a batch for which there is no room together with one for
// which there is.
func besideFull(ctx context.Context, s *store.Store, large nashra.Batch) error {
	release := s.Hold()
	refused, applied := make(chan error), make(chan error)
	go func() {
		_, err := s.Apply(ctx, large)
		refused <- err
	}()
	for s.Waiting() < 1 {
		runtime.Gosched()
	}
	go func() {
		_, err := s.Apply(ctx, pause("beside", "s"))
		applied <- err
	}()
	for s.Waiting() < 2 {
		runtime.Gosched()
	}
	release()
	if err := <-refused; err == nil {
		return errors.New("the batch was refused and applied with another, with no more room than before")
	}
	if err := <-applied; err != nil {
		return fmt.Errorf("a small batch fell with the large one beside it: %w", err)
	}
	return nil
}

// noise is text that does not pack.
func noise(seed uint64) string {
	var b strings.Builder
	for n := seed*7919 + 1; b.Len() < 4000; n = n*6364136223846793005 + 1442695040888963407 {
		b.WriteString(strconv.FormatUint(n, 36))
	}
	return b.String()
}

func TestAFullDiskLosesNothingThatWasApplied(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "nashra.db")
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), fullVariable+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	cycles, err := strconv.ParseUint(strings.TrimSpace(string(out)), 10, 64)
	if err != nil || cycles == 0 {
		t.Fatalf("%d cycles, %v", cycles, err)
	}
	s := open(t, path)
	source, err := s.Source(t.Context(), "s")
	if err != nil {
		t.Fatal(err)
	}
	if source.State.Cycle != cycles || source.Items != 20*int(cycles) {
		t.Errorf("%d cycles were applied, the store is at %d with %d articles", cycles, source.State.Cycle, source.Items)
	}
	if _, err := s.Apply(t.Context(), cycleBatch(cycles, 20, noise(cycles))); err != nil {
		t.Errorf("with room again: %v", err)
	}
}
