package store_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"nashra"
	"nashra/store"
)

// varied makes a store with one of everything: articles, removed and hidden
// ones, a paused source, a run that is not closed.
func varied(t testing.TB, path string) {
	t.Helper()
	s := open(t, path)
	mustApply(t, s, configBatch())
	for n := range uint64(8) {
		mustApply(t, s, cycleBatch(n, 20, noise(n)))
	}
	open := cycleBatch(8, 3, "نص")
	open.Fetch, open.State = nil, nil
	hide := nashra.Batch{ID: "hide", At: at, By: "desk", Marks: []nashra.Mark{{Kind: nashra.MarkHide, Article: nashra.NewID("p", "3"), Reason: "r"}}}
	remove := nashra.Batch{ID: "remove", At: at, By: "desk", Removes: []nashra.Remove{{Article: nashra.NewID("p", "4"), Reason: "r"}}}
	mustApply(t, s, open, hide, remove, pause("pause", "s"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func check(t testing.TB, s *store.Store) store.Report {
	t.Helper()
	r, err := s.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestCheckFindsNothingInASoundStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nashra.db")
	varied(t, path)
	r := check(t, open(t, path))
	if len(r.Problems) > 0 || r.Sources != 1 || r.Articles != 159 {
		t.Errorf("got %+v", r)
	}
}

func TestCheckFindsNothingBesideAWriter(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "nashra.db"))
	mustApply(t, s, configBatch())
	wrote := make(chan error, 1)
	go func() {
		for n := range uint64(60) {
			if _, err := s.Apply(t.Context(), cycleBatch(n, 5, "نص")); err != nil {
				wrote <- err
				return
			}
		}
		wrote <- nil
	}()
	for {
		if r := check(t, s); len(r.Problems) > 0 {
			t.Fatalf("got %v", r.Problems)
		}
		select {
		case err := <-wrote:
			if err != nil {
				t.Fatal(err)
			}
			return
		default:
		}
	}
}

// TestCheckFindsEveryDamageThatMatters flips a bit anywhere: what a check
// passes dumps and lists as it was written.
func TestCheckFindsEveryDamageThatMatters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nashra.db")
	varied(t, path)
	s := open(t, path)
	var whole, want bytes.Buffer
	if _, err := s.Backup(t.Context(), &whole); err != nil {
		t.Fatal(err)
	}
	if err := s.Dump(t.Context(), &want); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(3, 4))
	var found int
	for range 60 {
		data := bytes.Clone(whole.Bytes())
		at := random.IntN(len(data))
		data[at] ^= 1 << random.IntN(8)
		name := filepath.Join(t.TempDir(), "flipped.db")
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(name, store.Options{})
		if err != nil {
			found++
			continue
		}
		r, err := s.Check(t.Context())
		if err != nil || len(r.Problems) > 0 {
			found++
		} else {
			var got bytes.Buffer
			if err := s.Dump(t.Context(), &got); err != nil || !bytes.Equal(got.Bytes(), want.Bytes()) {
				t.Errorf("a bit of byte %d, in page %d, is passed and changes the dump (%v)", at, at/os.Getpagesize(), err)
			}
		}
		s.Close() // with what error, the damage decides
	}
	if found < 10 {
		t.Errorf("of 60 flipped bits %d were found: the test damages nothing", found)
	}
}

// TestCheckSeesThroughTheStructureOfPages damages what bbolt believes without a
// look: its own check would follow it in circles.
func TestCheckSeesThroughTheStructureOfPages(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nashra.db")
	varied(t, path)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const head, element = 16, 16
	order := binary.NativeEndian
	// Leaves with few elements are left alone: without the root nothing opens.
	least := map[uint16]uint16{0x01: 1, 0x02: 24, 0x10: 1}
	for _, tt := range []struct {
		name  string
		flags uint16 // of the page that is damaged
		spoil func(page []byte)
		want  string
	}{
		{"a branch that leads to one page twice", 0x01, func(p []byte) {
			copy(p[head+element+8:head+element+16], p[head+8:head+16])
		}, "is used twice"},
		{"a branch that leads to itself", 0x01, func(p []byte) { copy(p[head+8:head+16], p[:8]) }, "is used twice"},
		{"a branch that leads out of the file", 0x01, func(p []byte) { order.PutUint64(p[head+8:], 1<<40) }, "cannot be"},
		{"a branch of nothing", 0x01, func(p []byte) { order.PutUint16(p[10:], 0) }, "leads nowhere"},
		{"keys that are not in order", 0x02, func(p []byte) {
			at := head + order.Uint32(p[head+4:])
			p[at] ^= 0xFF
		}, "out of order"},
		{"a value that reaches out of its page", 0x02, func(p []byte) { order.PutUint32(p[head+12:], 1<<30) }, "reaches past its end"},
		{"more elements than there is room for", 0x02, func(p []byte) { order.PutUint16(p[10:], 60000) }, "elements"},
		{"a free page that is forgotten", 0x10, func(p []byte) {
			order.PutUint16(p[10:], order.Uint16(p[10:])-1)
		}, "neither in use nor listed as free"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			data := bytes.Clone(whole)
			size := os.Getpagesize()
			spoilt := 0
			for at := 2 * size; at+size <= len(data); at += size {
				page := data[at : at+size]
				if order.Uint64(page) == uint64(at/size) && order.Uint16(page[8:]) == tt.flags && order.Uint16(page[10:]) > least[tt.flags] {
					tt.spoil(page) // pages that are free among them
					spoilt++
				}
			}
			name := filepath.Join(t.TempDir(), "spoilt.db")
			if err := os.WriteFile(name, data, 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := store.Open(name, store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			r := check(t, s)
			if len(r.Problems) == 0 || spoilt == 0 || !strings.Contains(fmt.Sprint(r.Problems), tt.want) {
				t.Errorf("of %d spoilt pages the check says %v, want %q", spoilt, r.Problems, tt.want)
			}
			before, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if did, err := s.Repair(t.Context()); err != nil || len(did.Problems) == 0 || did.Problems[0].Remedy != store.RemedyRestore {
				t.Errorf("repair says %v, %v", did.Problems, err)
			}
			if after, err := os.ReadFile(name); err != nil || !bytes.Equal(after, before) {
				t.Errorf("repair wrote to a store with damaged pages (%v)", err)
			}
		})
	}
}

// edit changes a store as no batch could.
func edit(t *testing.T, path string, change func(tx *bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(change), db.Close()); err != nil {
		t.Fatal(err)
	}
}

// content is all that the buckets hold, but for the numbers of the file.
func content(t *testing.T, path string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	edit(t, path, func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
			return b.ForEach(func(k, v []byte) error {
				all[string(name)+"/"+string(k)] = string(v)
				return nil
			})
		})
	})
	return all
}

func TestRepairBringsIndexesAndCountsIntoLine(t *testing.T) {
	first := func(b *bbolt.Bucket) []byte { k, _ := b.Cursor().First(); return bytes.Clone(k) }
	tests := []struct {
		name   string
		damage func(tx *bbolt.Tx) error
		want   string
	}{
		{"a missing place", func(tx *bbolt.Tx) error {
			b := tx.Bucket([]byte("newest"))
			return b.Delete(first(b))
		}, "index newest does not lead to article"},
		{"a place that leads elsewhere", func(tx *bbolt.Tx) error {
			b := tx.Bucket([]byte("bysource"))
			return b.Put(first(b), []byte{0, 0, 0, 0, 0, 0, 0, 99})
		}, "index bysource does not lead to article"},
		{"a place too many", func(tx *bbolt.Tx) error {
			return tx.Bucket([]byte("newest")).Put([]byte("nowhere"), []byte{0, 0, 0, 0, 0, 0, 0, 1})
		}, "newest has an entry"},
		{"a change that is forgotten", func(tx *bbolt.Tx) error {
			b := tx.Bucket([]byte("changes"))
			return b.Delete(first(b))
		}, "index changes does not lead to article"},
		{"a change too many", func(tx *bbolt.Tx) error {
			return tx.Bucket([]byte("changes")).Put([]byte("nowhere"), []byte("x"))
		}, "changes has an entry"},
		{"no names at all", func(tx *bbolt.Tx) error {
			_, err := tx.CreateBucketIfNotExists([]byte("names"))
			return errors.Join(err, emptied(tx.Bucket([]byte("names"))))
		}, "index names does not lead to"},
		{"a name too many", func(tx *bbolt.Tx) error {
			return tx.Bucket([]byte("names")).Put(make([]byte, 16), []byte{0, 0, 0, 0, 0, 0, 0, 1})
		}, "names has an entry"},
		{"a wrong count", func(tx *bbolt.Tx) error {
			return tx.Bucket([]byte("counts")).Put([]byte("s"), []byte{0, 0, 0, 0, 0, 0, 0, 1})
		}, `source "s" counts 1 articles and has 159`},
		{"no count", func(tx *bbolt.Tx) error { return emptied(tx.Bucket([]byte("counts"))) }, `source "s" counts no articles`},
		{"a count of nothing", func(tx *bbolt.Tx) error {
			return tx.Bucket([]byte("counts")).Put([]byte("nobody"), []byte{0, 0, 0, 0, 0, 0, 0, 1})
		}, `source "nobody" counts 1 articles and has 0`},
		{"a number that was given out", func(tx *bbolt.Tx) error {
			return tx.Bucket([]byte("meta")).Put([]byte("seq"), []byte{0, 0, 0, 0, 0, 0, 0, 1})
		}, "the last number given out"},
		{"a body without an article", func(tx *bbolt.Tx) error {
			return tx.Bucket([]byte("bodies")).Put([]byte{0, 0, 0, 0, 0, 1, 0, 0}, []byte("x"))
		}, "bodies has an entry"},
		{"a decision that is not found", func(tx *bbolt.Tx) error { return emptied(tx.Bucket([]byte("decided"))) }, "index decided does not lead to decision"},
	}
	sound := filepath.Join(t.TempDir(), "nashra.db")
	varied(t, sound)
	before := content(t, sound)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "nashra.db")
			varied(t, path)
			edit(t, path, tt.damage)
			s := open(t, path)
			found := check(t, s)
			if len(found.Problems) == 0 || !strings.Contains(found.Problems[0].Text, tt.want) {
				t.Errorf("check found %v, want %q", found.Problems, tt.want)
			}
			for _, p := range found.Problems {
				if p.Remedy != store.RemedyRepair {
					t.Errorf("%q is not said to be repaired", p)
				}
			}
			did, err := s.Repair(t.Context())
			if err != nil || len(did.Problems) != len(found.Problems) {
				t.Errorf("repair did %v, %v; found was %v", did.Problems, err, found.Problems)
			}
			if left := check(t, s); len(left.Problems) > 0 {
				t.Errorf("left: %v", left.Problems)
			}
			seq, _, err := s.Seq(t.Context())
			if err != nil || seq < 160 {
				t.Errorf("the store goes on at number %d, %v", seq, err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			after := content(t, path)
			delete(after, "counts/nobody") // stays, at zero
			if !maps.Equal(after, before) && tt.name != "a number that was given out" {
				t.Error("the repaired store is not what it was")
			}
		})
	}
}

func emptied(b *bbolt.Bucket) error {
	var keys [][]byte
	err := b.ForEach(func(k, _ []byte) error {
		keys = append(keys, bytes.Clone(k))
		return nil
	})
	for _, k := range keys {
		err = errors.Join(err, b.Delete(k))
	}
	return err
}

func TestRepairMakesNothingUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nashra.db")
	varied(t, path)
	edit(t, path, func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte("articles"))
		k, v := b.Cursor().First()
		v = bytes.Clone(v)
		v[len(v)-3] ^= 1
		bodies := tx.Bucket([]byte("bodies"))
		second, _ := bodies.Cursor().Last()
		return errors.Join(b.Put(bytes.Clone(k), v), bodies.Delete(bytes.Clone(second)))
	})
	before := content(t, path)
	s := open(t, path)
	r, err := s.Repair(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var restore int
	for _, p := range r.Problems {
		if p.Remedy == store.RemedyRestore {
			restore++
		}
	}
	if restore != 2 {
		t.Errorf("got %v; want an article and a body to be restored", r.Problems)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(content(t, path), before) {
		t.Error("repair changed a store of which nothing can be set right")
	}
}

func TestAReportIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nashra.db")
	varied(t, path)
	edit(t, path, func(tx *bbolt.Tx) error { return emptied(tx.Bucket([]byte("newest"))) })
	s := open(t, path)
	if r := check(t, s); len(r.Problems) != 100 || r.More != 59 {
		t.Errorf("%d problems and %d more, want 100 and 59", len(r.Problems), r.More)
	}
	if _, err := s.Repair(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r := check(t, s); len(r.Problems) > 0 {
		t.Errorf("left: %v", r.Problems)
	}
}

// TestCheckReadsWhatBelongsToArticlesAndSources: a changed letter of it, and
// what belongs to nothing.
func TestCheckReadsWhatBelongsToArticlesAndSources(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nashra.db")
	s := open(t, path)
	applyHistory(t, s)
	if r := check(t, s); len(r.Problems) > 0 {
		t.Fatalf("a sound store: %v", r.Problems)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	orphan := binary.BigEndian.AppendUint64(nil, 1<<40)
	for _, tt := range []struct {
		bucket string
		orphan []byte // key under which nothing belongs
		says   string
	}{
		{"signatures", orphan, "the signature of article number"},
		{"revisions", append(bytes.Clone(orphan), 0, 0, 0, 0), "a revision of article number"},
		{"days", []byte("nobody\x00\x00\x00\x5e\xec"), "what was fetched of source"},
	} {
		t.Run(tt.bucket, func(t *testing.T) {
			changed := func(change func(b *bbolt.Bucket) error) *store.Store {
				t.Helper()
				path := filepath.Join(t.TempDir(), "nashra.db")
				if err := os.WriteFile(path, whole, 0o600); err != nil {
					t.Fatal(err)
				}
				db, err := bbolt.Open(path, 0o600, nil)
				if err != nil {
					t.Fatal(err)
				}
				err = db.Update(func(tx *bbolt.Tx) error { return change(tx.Bucket([]byte(tt.bucket))) })
				if err = errors.Join(err, db.Close()); err != nil {
					t.Fatal(err)
				}
				return open(t, path)
			}
			s := changed(func(b *bbolt.Bucket) error {
				k, v := b.Cursor().First()
				v = bytes.Clone(v)
				v[len(v)-1] ^= 1
				return b.Put(bytes.Clone(k), v)
			})
			r := check(t, s)
			if len(r.Problems) != 1 || r.Problems[0].Remedy != store.RemedyRestore || !strings.HasPrefix(r.Problems[0].Text, tt.says) {
				t.Errorf("a changed letter: %v", r.Problems)
			}
			s = changed(func(b *bbolt.Bucket) error {
				_, v := b.Cursor().First()
				return b.Put(tt.orphan, bytes.Clone(v))
			})
			if r := check(t, s); len(r.Problems) != 1 {
				t.Errorf("an orphan: %v", r.Problems)
			}
		})
	}
}
