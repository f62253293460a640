package store_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"nashra"
	"nashra/store"
)

// copyOf writes a backup of a varied store and returns its name and its dump.
func copyOf(t *testing.T) (name, dump string) {
	t.Helper()
	folder := t.TempDir()
	varied(t, filepath.Join(folder, "nashra.db"))
	s := open(t, filepath.Join(folder, "nashra.db"))
	var whole bytes.Buffer
	if _, err := s.Backup(t.Context(), &whole); err != nil {
		t.Fatal(err)
	}
	name = filepath.Join(folder, "copy.db")
	if err := os.WriteFile(name, whole.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name, dumpOf(t, s)
}

func dumpOf(t *testing.T, s *store.Store) string {
	t.Helper()
	var b bytes.Buffer
	if err := s.Dump(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRestorePutsACopyInThePlaceOfAStore(t *testing.T) {
	from, want := copyOf(t)
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	for name, present := range map[string][]byte{
		"of a sound store":   filled(t),
		"of a damaged store": []byte("half"),
		"of nothing":         nil,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "data", "nashra.db")
			if present != nil {
				if err := errors.Join(os.Mkdir(filepath.Dir(path), 0o700), os.WriteFile(path, present, 0o600)); err != nil {
					t.Fatal(err)
				}
			}
			for range 2 {
				done, err := store.Restore(t.Context(), store.Restoring{Path: path, From: from, Sum: sum[:]})
				if err != nil || done.Articles != 159 {
					t.Fatalf("got %+v, %v", done, err)
				}
				if kept, _ := os.ReadFile(done.Kept); !bytes.Equal(kept, present) { // no name, no content
					t.Errorf("kept are %d bytes under %q, want %d", len(kept), done.Kept, len(present))
				}
				if present, err = os.ReadFile(path); err != nil {
					t.Fatal(err)
				}
			}
			s := open(t, path)
			if got := dumpOf(t, s); got != want {
				t.Error("the restored store holds something else than the copy")
			}
		})
	}
}

func TestRestoreRefusesWhatIsNoSoundCopy(t *testing.T) {
	from, _ := copyOf(t)
	sound, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	otherSum := sha256.Sum256(nil)
	lost := filepath.Join(t.TempDir(), "lost.db")
	if err := os.WriteFile(lost, sound, 0o600); err != nil {
		t.Fatal(err)
	}
	edit(t, lost, func(tx *bbolt.Tx) error {
		return emptied(tx.Bucket([]byte("newest")))
	})
	for name, tt := range map[string]struct {
		data []byte
		from string
		sum  []byte
		want string
	}{
		"no file":            {from: "missing.db", want: "no such file"},
		"a folder":           {from: t.TempDir(), want: "regular file"},
		"another sum":        {data: sound, sum: otherSum[:], want: "has been changed or cut"},
		"cut short":          {data: sound[:len(sound)*2/3], want: "the copy is damaged"},
		"a text":             {data: []byte("نشرة"), want: "not a nashra store"},
		"a newer schema":     {data: foreignBolt(t, []byte{0, 0, 0, 99}), want: "newer nashra"},
		"an index is lost":   {from: lost, want: "the copy is damaged"},
		"a page is spoilt":   {data: spoilt(sound), want: "damaged"},
		"the store itself":   {from: "itself", want: "the store itself"},
		"another's bbolt db": {data: foreignBolt(t, nil), want: "another program"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, "nashra.db")
			before := filled(t)
			if err := os.WriteFile(path, before, 0o600); err != nil {
				t.Fatal(err)
			}
			switch {
			case tt.from == "itself":
				tt.from = path
			case tt.from == "":
				tt.from = filepath.Join(t.TempDir(), "copy.db")
				if err := os.WriteFile(tt.from, tt.data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			_, err := store.Restore(t.Context(), store.Restoring{Path: path, From: tt.from, Sum: tt.sum})
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			after, err := os.ReadFile(path)
			if err != nil || !bytes.Equal(after, before) {
				t.Errorf("the store was touched (%v)", err)
			}
			if left := beside(t, folder); !slices.Equal(left, []string{"nashra.db", "nashra.db.lock"}) {
				t.Errorf("left: %q", left)
			}
		})
	}
}

// spoilt changes a letter in the middle of every page.
func spoilt(data []byte) []byte {
	data = bytes.Clone(data)
	for at := 2*os.Getpagesize() + os.Getpagesize()/2; at < len(data); at += os.Getpagesize() {
		data[at] ^= 1
	}
	return data
}

func TestRestoreNeedsTheStoreAlone(t *testing.T) {
	from, _ := copyOf(t)
	path := filepath.Join(t.TempDir(), "nashra.db")
	s := open(t, path)
	mustApply(t, s, configBatch())
	owned := (*store.OwnedError)(nil)
	if _, err := store.Restore(t.Context(), store.Restoring{Path: path, From: from}); !errors.As(err, &owned) || owned.PID != os.Getpid() {
		t.Errorf("got %v, want the owner's pid", err)
	}
}

func TestARestoreThatIsBrokenOffLeavesTheStore(t *testing.T) {
	from, _ := copyOf(t)
	path := filepath.Join(t.TempDir(), "nashra.db")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := store.Restore(ctx, store.Restoring{Path: path, From: from}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a store is there: %v", err)
	}
}

// TestOpenRemovesWhatAKillLeft: copies that were being made, and the second
// name that a restore gave to the store before it was killed. A store that was
// replaced is kept.
func TestOpenRemovesWhatAKillLeft(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "nashra.db")
	if err := os.WriteFile(path, filled(t), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{".new", ".compact", ".restore", ".spool-123", ".replaced-1", "-copy"} {
		if err := os.WriteFile(path+name, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Link(path, path+".replaced-2"); err != nil {
		t.Fatal(err)
	}
	s := open(t, path)
	want := []string{"nashra.db", "nashra.db-copy", "nashra.db.lock", "nashra.db.replaced-1"}
	if got := beside(t, folder); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, err := s.Article(t.Context(), nashra.NewID("p", "3")); err != nil {
		t.Error(err)
	}
}
