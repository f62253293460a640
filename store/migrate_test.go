package store_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"go.etcd.io/bbolt"

	"nashra"
	"nashra/store"
)

// unpacked gives the bytes of a fixture.
func unpacked(t *testing.T, version int) []byte {
	t.Helper()
	packed, err := os.ReadFile(fixturePath(version))
	if err != nil {
		t.Fatal(err)
	}
	dec, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()
	file, err := dec.DecodeAll(packed, nil)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

var signatureField = regexp.MustCompile(`,"signature":"[^"]*"`)

// notKept takes out of a dump what the programs of a version did not keep.
func notKept(t *testing.T, version int, dump string) string {
	t.Helper()
	if version > 1 {
		return dump
	}
	var lines []string
	for _, line := range strings.Split(dump, "\n") {
		if strings.HasPrefix(line, `{"seq":`) && strings.Contains(line, `"revision":{`) {
			continue
		}
		if strings.HasPrefix(line, `{"removed":`) {
			var v map[string]map[string]any
			if err := json.Unmarshal([]byte(line), &v); err != nil {
				t.Fatal(err)
			}
			if v["removed"]["seen"] == nil {
				t.Errorf("nobody has seen the entry of %s", line)
			}
			delete(v["removed"], "seen") // by the sources that did not bring it first
			sorted, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			line = string(sorted)
		}
		lines = append(lines, signatureField.ReplaceAllString(line, ""))
	}
	return strings.Join(lines, "\n")
}

// TestAnEarlierStoreBecomesWhatTheSameBatchesMakeToday, and goes on as that.
func TestAnEarlierStoreBecomesWhatTheSameBatchesMakeToday(t *testing.T) {
	today := open(t, filepath.Join(t.TempDir(), "today.db"))
	applyHistory(t, today)
	for version := 1; version < store.Schema; version++ {
		t.Run(fmt.Sprint("version ", version), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "nashra.db")
			if err := os.WriteFile(path, unpacked(t, version), 0o600); err != nil {
				t.Fatal(err)
			}
			s := open(t, path)
			want := dumpOf(t, today)
			if got := dumpOf(t, s); notKept(t, version, got) != notKept(t, version, want) {
				t.Errorf("it became\n%s\nwant\n%s", got, want)
			}
			for range 2 { // the second time by a store that is of today already
				before := dumpOf(t, s)
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				s = open(t, path)
				if after := dumpOf(t, s); after != before {
					t.Errorf("opened again it is\n%s\nand was\n%s", after, before)
				}
			}
			h := &historian{now: at.AddDate(0, 1, 0), cycles: map[string]uint64{"other": 1}}
			h.close(h.begin("other", fixturePut("other", 1, "مصحح"), fixturePut("other", 5, "عاد")), nashra.Fetch{Outcome: nashra.OutcomeOK}, nashra.State{})
			b := h.batches[0]
			b.ID = "after"
			out, err := s.Apply(t.Context(), b)
			if err != nil || out.Updated != 1 || out.New != 0 {
				t.Errorf("a cycle after the migration came to %+v, %v", out, err)
			}
			past, err := s.Revisions(t.Context(), nashra.NewID("other", "other-1"))
			if err != nil || len(past) != 1 || past[0].Content.Title != "خبر رقم 1" {
				t.Errorf("its revisions are %+v, %v", past, err)
			}
		})
	}
}

// TestAMigrationThatFailsChangesNothing: a fetch record in it is damaged.
func TestAMigrationThatFailsChangesNothing(t *testing.T) {
	file := unpacked(t, 1)
	at := bytes.Index(file, []byte(`"outcome":"throttled"`))
	file = bytes.ReplaceAll(file, []byte(`"error":"the partner answered throttled"`), []byte(`"error":"the partner answered Throttled"`))
	if at < 0 {
		t.Fatal("the fixture has no such record")
	}
	path := filepath.Join(t.TempDir(), "nashra.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := store.Open(path, store.Options{})
	if err == nil || !strings.Contains(err.Error(), "from version 1 to 2") {
		t.Errorf("got %v", err)
	}
	after, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(after, file) {
		t.Errorf("the file changed (%v)", err)
	}
}

// TestFurnitureOfTheFirstSchemaStays: its last programs had it, those before
// did not.
func TestFurnitureOfTheFirstSchemaStays(t *testing.T) {
	for _, learned := range []bool{false, true} {
		path := filepath.Join(t.TempDir(), "nashra.db")
		if err := os.WriteFile(path, unpacked(t, 1), 0o600); err != nil {
			t.Fatal(err)
		}
		if learned {
			db, err := bbolt.Open(path, 0o600, nil)
			if err != nil {
				t.Fatal(err)
			}
			err = db.Update(func(tx *bbolt.Tx) error {
				b, err := tx.CreateBucket([]byte("furniture"))
				if err != nil {
					return err
				}
				return b.Put([]byte("other"), []byte("\x01\xb3\xfb\xfe\x37\"AQID\"")) // CRC-32C of "AQID" in quotes
			})
			if err = errors.Join(err, db.Close()); err != nil {
				t.Fatal(err)
			}
		}
		s := open(t, path)
		got, err := s.Furniture(t.Context(), "other")
		if err != nil || learned != bytes.Equal(got, []byte{1, 2, 3}) {
			t.Errorf("learned %v: got %v, %v", learned, got, err)
		}
		h := &historian{now: at.AddDate(0, 1, 0), cycles: map[string]uint64{"other": 1}}
		h.close(h.begin("other"), nashra.Fetch{Outcome: nashra.OutcomeOK}, nashra.State{})
		b := h.batches[0]
		b.ID, b.Furniture = "after", []byte{4, 5}
		if _, err := s.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Furniture(t.Context(), "other"); err != nil || !bytes.Equal(got, b.Furniture) {
			t.Errorf("learned %v: after a cycle got %v, %v", learned, got, err)
		}
	}
}
