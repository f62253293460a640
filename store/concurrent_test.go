package store_test

import (
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"nashra"
	"nashra/store"
)

// TestReadersSeeWholeBatches lists while batches of five are applied: every
// listing is a multiple of five, and never of less than Seq promised.
func TestReadersSeeWholeBatches(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "nashra.db"))
	if _, err := s.Apply(t.Context(), configBatch()); err != nil {
		t.Fatal(err)
	}
	const cycles = 40
	done := make(chan struct{})
	var group errgroup.Group
	group.Go(func() error {
		defer close(done)
		for n := range uint64(cycles) {
			if _, err := s.Apply(t.Context(), cycleBatch(n, 5, "نص")); err != nil {
				return err
			}
		}
		return nil
	})
	for range 3 {
		group.Go(func() error {
			for {
				seq, _, err := s.Seq(t.Context())
				if err != nil {
					return err
				}
				page, err := s.Articles(t.Context(), nashra.Query{Limit: 1000, Source: "s", Bodies: true})
				if err != nil {
					return err
				}
				if n := len(page.Records); n%5 != 0 {
					t.Errorf("a reader saw %d articles of batches of 5", n)
				} else if promised := int(seq-1) / 6 * 5; n < promised {
					t.Errorf("Seq was %d, which is %d articles, and a reader saw %d", seq, promised, n)
				}
				select {
				case <-done:
					return nil
				default:
				}
			}
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
}

// TestASlowBackupStopsNobody applies enough for the file to grow many times
// while a backup waits for its disk.
func TestASlowBackupStopsNobody(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "nashra.db"))
	if _, err := s.Apply(t.Context(), configBatch()); err != nil {
		t.Fatal(err)
	}
	began, finish := make(chan struct{}), make(chan struct{})
	copied := make(chan error, 1)
	r, w := io.Pipe()
	go func() {
		_, err := s.Backup(t.Context(), w)
		copied <- errors.Join(err, w.Close())
	}()
	go func() {
		_, err := io.CopyN(io.Discard, r, 1)
		close(began)
		<-finish
		if err == nil {
			_, err = io.Copy(io.Discard, r)
		}
		r.CloseWithError(err)
	}()
	<-began
	for n := range uint64(60) {
		if _, err := s.Apply(t.Context(), cycleBatch(n, 20, noise(n))); err != nil {
			t.Fatal(err)
		}
	}
	close(finish)
	if err := <-copied; err != nil {
		t.Error(err)
	}
}

// FuzzApply: whatever a batch says, it is applied or refused by a sentence,
// and the store is as sound as before. A panic of ours would be taken for
// damage.
func FuzzApply(f *testing.F) {
	for _, b := range []nashra.Batch{configBatch(), cycleBatch(0, 2, "نص"), {
		ID: "d", At: at, By: "x", Marks: []nashra.Mark{{Kind: nashra.MarkHide, Article: nashra.NewID("p", "1")}},
		Removes: []nashra.Remove{{Article: nashra.NewID("p", "0")}},
	}} {
		data, err := json.Marshal(b)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	s, err := store.Open(filepath.Join(f.TempDir(), "nashra.db"), store.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { s.Close() })
	f.Fuzz(func(t *testing.T, data []byte) {
		var b nashra.Batch
		if json.Unmarshal(data, &b) != nil {
			return
		}
		if _, err := s.Apply(t.Context(), configBatch()); err != nil && !errors.Is(err, nashra.ErrStale) {
			t.Fatal(err)
		}
		first, err := s.Apply(t.Context(), b)
		if errors.Is(err, nashra.ErrNotStore) {
			t.Fatal(err)
		}
		if err == nil {
			if again, err := s.Apply(t.Context(), b); err != nil || again != first && again != (nashra.Applied{}) {
				t.Errorf("first %+v, again %+v, %v", first, again, err)
			}
		}
		var lines strings.Builder
		if err := s.Dump(t.Context(), &lines); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzPageToken: a token is one that a listing gave, or refused as such.
func FuzzPageToken(f *testing.F) {
	s := open(f, filepath.Join(f.TempDir(), "nashra.db"))
	for _, b := range []nashra.Batch{configBatch(), cycleBatch(0, 3, "نص")} {
		if _, err := s.Apply(f.Context(), b); err != nil {
			f.Fatal(err)
		}
	}
	page, err := s.Articles(f.Context(), nashra.Query{Limit: 1})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(page.Next)
	f.Add("")
	f.Add("صفحة")
	f.Fuzz(func(t *testing.T, after string) {
		rest, err := s.Articles(t.Context(), nashra.Query{Limit: 10, After: after})
		if err != nil && !errors.Is(err, store.ErrToken) {
			t.Fatal(err)
		}
		if want := 2; after == page.Next && len(rest.Records) != want {
			t.Errorf("after the first of three come %d articles", len(rest.Records))
		}
	})
}
