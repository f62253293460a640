package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"

	"nashra/store"
)

// shapes are buckets that make trees of every kind: their numbers of entries,
// and how long keys and values are at most.
var shapes = []struct {
	name               string
	entries, key, size int
}{
	{"none", 0, 1, 1},
	{"one", 1, 20, 100},
	{"a few that are larger than a page", 3, 20, 50_000},
	{"a page of them", 30, 20, 100},
	{"some of which are larger than a page", 300, 40, 9000},
	{"leaves of one large entry", 60, 8, 20_000},
	{"keys without values", 3000, 30, 0},
	{"several levels of long keys", 4000, 300, 30},
	{"many small ones", 30_000, 16, 8},
}

// TestAFileThatIsWrittenAnewIsBboltsOwn copies trees of every shape, has bbolt
// check and read the copy, and then change it as much again.
func TestAFileThatIsWrittenAnewIsBboltsOwn(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	some := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(random.IntN(256))
		}
		return b
	}
	fill := func(tx *bbolt.Tx) error {
		for _, shape := range shapes {
			b, err := tx.CreateBucketIfNotExists([]byte(shape.name))
			if err != nil {
				return err
			}
			for n := range shape.entries {
				if err := b.Put(fmt.Appendf(some(random.IntN(shape.key)), "%d", n), some(random.IntN(shape.size+1))); err != nil {
					return err
				}
			}
			if err := b.SetSequence(uint64(shape.entries)); err != nil {
				return err
			}
		}
		return nil
	}
	thin := func(tx *bbolt.Tx) error {
		return tx.ForEach(func(_ []byte, b *bbolt.Bucket) error {
			var keys [][]byte
			err := b.ForEach(func(k, _ []byte) error {
				if random.IntN(3) > 0 {
					keys = append(keys, bytes.Clone(k))
				}
				return nil
			})
			for _, k := range keys {
				err = errors.Join(err, b.Delete(k))
			}
			return err
		})
	}
	sound := func(tx *bbolt.Tx) error {
		for _, shape := range shapes {
			if got := tx.Bucket([]byte(shape.name)).Sequence(); got != uint64(shape.entries) {
				t.Errorf("bucket %q has come to %d, want %d", shape.name, got, shape.entries)
			}
		}
		var err error
		for wrong := range tx.Check() {
			err = errors.Join(err, wrong)
		}
		return err
	}
	plain, made := filepath.Join(t.TempDir(), "plain.db"), filepath.Join(t.TempDir(), "made.db")
	edit(t, plain, fill)
	edit(t, plain, func(tx *bbolt.Tx) error { return store.WriteAnew(t.Context(), tx, made) })
	edit(t, made, sound)
	want := content(t, plain)
	if got := content(t, made); !maps.Equal(got, want) {
		t.Errorf("the copy holds %d entries, not the %d of before", len(got), len(want))
	}
	for range 2 {
		edit(t, made, fill)
		edit(t, made, thin)
		edit(t, made, sound)
	}
}

// A branch that leads to one page is none to bbolt, though its check does not say
// so: once that page is gone, nothing can be read any more.
func TestFewLargeEntriesCanBeDeletedAfterwards(t *testing.T) {
	large := bytes.Repeat([]byte("x"), 40_000)
	for n := 1; n <= 4; n++ {
		for _, added := range []bool{false, true} {
			plain, made := filepath.Join(t.TempDir(), "plain.db"), filepath.Join(t.TempDir(), "made.db")
			name := []byte("b")
			edit(t, plain, func(tx *bbolt.Tx) error {
				b, err := tx.CreateBucket(name)
				for i := range n {
					err = errors.Join(err, b.Put(fmt.Appendf(nil, "large %d", i), large))
				}
				return err
			})
			edit(t, plain, func(tx *bbolt.Tx) error { return store.WriteAnew(t.Context(), tx, made) })
			if added {
				edit(t, made, func(tx *bbolt.Tx) error { return tx.Bucket(name).Put([]byte("small"), nil) })
			}
			for i := range n {
				edit(t, made, func(tx *bbolt.Tx) error { return tx.Bucket(name).Delete(fmt.Appendf(nil, "large %d", i)) })
			}
			edit(t, made, func(tx *bbolt.Tx) error {
				if k, _ := tx.Bucket(name).Cursor().First(); added != (string(k) == "small") {
					t.Errorf("of %d large entries, small one %t: there is %q after all", n, added, k)
				}
				return tx.Bucket(name).Put([]byte("again"), large)
			})
		}
	}
}
