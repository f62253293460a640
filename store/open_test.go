package store_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"nashra"
	"nashra/store"
)

func TestOpenMakesFileAndFolderForItsUserAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "data", "nashra.db")
	s, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]fs.FileMode{path: 0o600, path + ".lock": 0o600, filepath.Dir(path): 0o700 | fs.ModeDir} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s has mode %v, want %v", name, info.Mode(), want)
		}
	}
	if _, err := os.Stat(path + ".new"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the making left its file: %v", err)
	}
}

func TestAStoreHasOneOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nashra.db")
	s := open(t, path)
	link := filepath.Join(t.TempDir(), "other.db")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, link} {
		began := time.Now()
		_, err := store.Open(name, store.Options{})
		var owned *store.OwnedError
		if !errors.As(err, &owned) {
			t.Fatalf("got %v, want an OwnedError", err)
		}
		if owned.PID != os.Getpid() || !strings.Contains(err.Error(), strconv.Itoa(os.Getpid())) {
			t.Errorf("%q does not name process %d", err, os.Getpid())
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("it was said after %v", took)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("closing again: %v", err)
	}
	next, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatalf("after the owner closed it: %v", err)
	}
	next.Close()
	if _, err := s.Article(t.Context(), nashra.NewID("p", "1")); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("reading from a closed store: got %v", err)
	}
	if _, err := s.Apply(t.Context(), configBatch()); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("applying to a closed store: got %v", err)
	}
}

// TestAnotherProgramHasTheFile: one that does not know our lock.
func TestAnotherProgramHasTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nashra.db")
	if err := os.WriteFile(path, filled(t), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := store.Open(path, store.Options{}); !errors.As(err, new(*store.OwnedError)) {
		t.Errorf("got %v, want an OwnedError", err)
	}
}

var at = time.Date(2025, 5, 3, 11, 0, 0, 0, time.UTC)

func configBatch() nashra.Batch {
	return nashra.Batch{ID: "config", At: at, By: "config", Sources: []nashra.Source{{ID: "s", Partner: "p", Category: "سياسة"}}}
}

// filled gives the bytes of a store with some articles, and none to spare.
func filled(t testing.TB) []byte {
	t.Helper()
	s := open(t, filepath.Join(t.TempDir(), "nashra.db"))
	if _, err := s.Apply(t.Context(), configBatch()); err != nil {
		t.Fatal(err)
	}
	for n := range uint64(20) {
		if _, err := s.Apply(t.Context(), cycleBatch(n, 5, "نص")); err != nil {
			t.Fatal(err)
		}
	}
	var whole bytes.Buffer
	if _, err := s.Backup(t.Context(), &whole); err != nil {
		t.Fatal(err)
	}
	return whole.Bytes()
}

func cycleBatch(base uint64, articles int, text string) nashra.Batch {
	began := at.Add(time.Duration(base) * time.Minute)
	b := nashra.Batch{
		ID: "s/" + strconv.FormatUint(base, 10), At: began, By: "cycle", Source: "s",
		Base: base, Cycle: nashra.Cycle{Number: base + 1, Began: began},
		Fetch: &nashra.Fetch{Source: "s", At: began, Outcome: nashra.OutcomeOK}, State: &nashra.State{},
	}
	for i := range articles {
		guid := strconv.Itoa(int(base)*articles + i)
		b.Puts = append(b.Puts, nashra.Put{
			Identity:  nashra.Identity{Partner: "p", GUID: guid, Link: "https://p.example/" + guid},
			EntryHash: nashra.HashOf(guid, text),
			Content:   &nashra.Content{Title: "خبر " + guid, Link: "https://p.example/" + guid, HTML: "<p>" + guid + text + "</p>"},
		})
	}
	return b
}

// TestAFileThatCannotBeUsedIsLeftAlone: each gives a sentence with what to do,
// and not one byte of it changes.
func TestAFileThatCannotBeUsedIsLeftAlone(t *testing.T) {
	whole := filled(t)
	page := os.Getpagesize()
	flip := func(off int) []byte {
		data := bytes.Clone(whole)
		data[off] ^= 0x10
		return data
	}
	tests := []struct {
		name string
		data []byte
		want error
	}{
		{"an empty file", nil, nashra.ErrNotStore},
		{"a text", []byte("جريدة فكرة فن\n"), nashra.ErrNotStore},
		{"a long text", bytes.Repeat([]byte("store: data/nashra.db\n"), 1000), nashra.ErrNotStore},
		{"zeros", make([]byte, 64<<10), nashra.ErrNotStore},
		{"another program's bbolt file", foreignBolt(t, nil), nashra.ErrNotStore},
		{"a newer schema", foreignBolt(t, []byte{0, 0, 0, 99}), nashra.ErrNewerStore},
		{"a schema without its buckets", foreignBolt(t, []byte{0, 0, 0, 1}), nashra.ErrNotStore},
		{"a schema without a version", foreignBolt(t, []byte{}), nashra.ErrNotStore},
		{"a bit of the first header page", flip(16 + 50), nashra.ErrNotStore},
		{"a bit of the second header page", flip(page + 16 + 50), nashra.ErrNotStore},
		{"a bit of the first magic number", flip(16), nashra.ErrNotStore},
		{"cut to half", whole[:len(whole)/2], nashra.ErrNotStore},
		{"cut to its header pages", whole[:2*page], nashra.ErrNotStore},
		{"cut in its first page", whole[:50], nashra.ErrNotStore},
		{"cut in its second page", whole[:page+10], nashra.ErrNotStore},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "nashra.db")
			if err := os.WriteFile(path, tt.data, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := store.Open(path, store.Options{})
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), ";") || strings.Contains(err.Error(), "\n") {
				t.Errorf("%q is not a line that names the file and says what to do", err)
			}
			if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, tt.data) {
				t.Errorf("the file was touched: %d bytes became %d, %v", len(tt.data), len(after), err)
			}
			// The lock is free again for whoever repairs it.
			if _, err := store.Open(path, store.Options{}); errors.As(err, new(*store.OwnedError)) {
				t.Error("the lock is still held")
			}
		})
	}
}

// foreignBolt is a bbolt file with our mark and a schema, or with neither.
func foreignBolt(t *testing.T, schema []byte) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "foreign.db")
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucket([]byte("meta"))
		if err != nil || schema == nil {
			return err
		}
		return errors.Join(b.Put([]byte("magic"), []byte("nashra store")), b.Put([]byte("schema"), schema))
	})
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestOpenRefusesWhatIsNoFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "nashra.db")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(dir, store.Options{}); !errors.Is(err, nashra.ErrNotStore) {
		t.Errorf("a folder: got %v", err)
	}
	below := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(below, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(filepath.Join(below, "nashra.db"), store.Options{}); err == nil {
		t.Error("a file where the folder should be: no error")
	}
}

func TestAMakingThatWasBrokenOffIsMadeAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nashra.db")
	if err := os.WriteFile(path+".new", []byte("half a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	open(t, path)
}

// TestADamagedPageIsAnErrorAndNoCrash flips bytes anywhere in a store and asks
// it everything: the process lives, nothing waits, and no article comes out
// other than it went in.
func TestADamagedPageIsAnErrorAndNoCrash(t *testing.T) {
	whole := filled(t)
	sound := records(t, whole)
	random := rand.New(rand.NewPCG(1, 2))
	var refused, failed int
	const rounds = 80
	for range rounds {
		data := bytes.Clone(whole)
		for range 1 + random.IntN(40) {
			if at := random.IntN(len(data)); !isOverflow(at) {
				data[at] ^= byte(1 + random.IntN(255))
			}
		}
		path := filepath.Join(t.TempDir(), "nashra.db")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(path, store.Options{})
		if err != nil {
			refused++
			continue
		}
		if askEverything(t, s, sound) {
			failed++
		}
		s.Close() // with what error, the damage decides
	}
	if refused == 0 || failed == 0 {
		t.Errorf("of %d damaged stores %d were refused and %d failed later: the test damages nothing", rounds, refused, failed)
	}
}

// TestADamagedSmallBucketIsAnErrorAndNoCrash: bbolt keeps a small bucket in the
// page of its parent and copies it from there into Go's memory, where what leads
// out of it ends the process when the collector meets it.
func TestADamagedSmallBucketIsAnErrorAndNoCrash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nashra.db")
	small := open(t, path)
	mustApply(t, small, configBatch(), cycleBatch(0, 2, "نص"), pause("pause", "s"))
	if err := small.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sound := records(t, whole)
	order := binary.NativeEndian
	newest := 0 // header
	if size := os.Getpagesize(); order.Uint64(whole[size+64:]) > order.Uint64(whole[64:]) {
		newest = size
	}
	root := int(order.Uint64(whole[newest+32:])) * os.Getpagesize()
	var bytesOf []int // places of the heads of small buckets and their elements
	for i := range int(order.Uint16(whole[root+10:])) {
		e := root + 16 + 16*i
		value := e + int(order.Uint32(whole[e+4:])+order.Uint32(whole[e+8:]))
		if order.Uint64(whole[value:]) != 0 {
			continue
		}
		count := int(order.Uint16(whole[value+16+10:]))
		for at := range 16 + 16 + 16*count {
			bytesOf = append(bytesOf, value+at)
		}
	}
	if len(bytesOf) < 200 {
		t.Fatalf("only %d bytes are of small buckets: the test damages nothing", len(bytesOf))
	}
	refused := 0
	for i, at := range bytesOf {
		if i%16 >= 8 && i%3 > 0 { // most of what is not looked at: a sequence, an id
			continue
		}
		data := bytes.Clone(whole)
		data[at] ^= 0xFF
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(path, store.Options{})
		if err != nil {
			refused++
			continue
		}
		askEverything(t, s, sound)
		runtime.GC()
		s.Close() // with what error, the damage decides
	}
	if refused == 0 {
		t.Error("no damaged bucket was refused")
	}
}

// isOverflow reports whether a byte is of a page header's count of following
// pages. bbolt believes it when it frees the page: only a check of every page
// could tell that it is wrong, and a start cannot wait for that.
func isOverflow(at int) bool {
	in := at % os.Getpagesize()
	return in >= 12 && in < 16
}

// records gives the records of a sound store by id.
func records(t *testing.T, whole []byte) map[string]nashra.Record {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sound.db")
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	page, err := open(t, path).Articles(t.Context(), nashra.Query{Limit: 1000, Bodies: true})
	if err != nil {
		t.Fatal(err)
	}
	sound := make(map[string]nashra.Record)
	for _, r := range page.Records {
		sound[r.Article.ID] = r
	}
	return sound
}

// askEverything reports whether any call failed.
func askEverything(t *testing.T, s *store.Store, sound map[string]nashra.Record) (failed bool) {
	t.Helper()
	var errs []error
	for _, q := range []nashra.Query{{Limit: 200, Bodies: true}, {Limit: 200, Source: "s", Bodies: true}} {
		page, err := s.Articles(t.Context(), q)
		errs = append(errs, err)
		for _, r := range page.Records {
			if !reflect.DeepEqual(r, sound[r.Article.ID]) {
				t.Errorf("a damaged store shows\n%+v, stored was\n%+v", r, sound[r.Article.ID])
			}
		}
	}
	_, err := s.Known(t.Context(), []nashra.Identity{{Partner: "p", GUID: "7"}, {Partner: "p", Link: "https://p.example/8"}})
	errs = append(errs, err, s.Dump(t.Context(), &bytes.Buffer{}))
	for n := range uint64(3) {
		_, err = s.Apply(t.Context(), cycleBatch(20+n, 5, "جديد"))
		errs = append(errs, err)
	}
	return errors.Join(errs...) != nil
}

// TestAFileAsItGrewIsSeenToBeCutShort: what the file has to spare is little.
func TestAFileAsItGrewIsSeenToBeCutShort(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nashra.db")
	for round := range uint64(3) {
		s, err := store.Open(path, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		batch := configBatch()
		if round > 0 {
			batch = cycleBatch(round-1, 5, "نص")
		}
		if _, err := s.Apply(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		grown, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, left := range []int{len(grown) - 1, len(grown) - 8*os.Getpagesize(), len(grown) * 2 / 3, len(grown) / 2, len(grown) / 3} {
			cut := filepath.Join(t.TempDir(), "cut.db")
			if err := os.WriteFile(cut, grown[:left], 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := store.Open(cut, store.Options{}); !errors.Is(err, nashra.ErrNotStore) {
				t.Errorf("round %d, %d of %d bytes: got %v", round, left, len(grown), err)
			}
		}
	}
}

// TestAFileCutShortWhileItIsOpen reads and writes where the file has ended:
// the system answers such a read with a signal that would end the process.
func TestAFileCutShortWhileItIsOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nashra.db")
	if err := os.WriteFile(path, filled(t), 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, path)
	if err := os.Truncate(path, int64(2*os.Getpagesize())); err != nil {
		t.Fatal(err)
	}
	if err := s.Dump(t.Context(), &bytes.Buffer{}); !errors.Is(err, nashra.ErrNotStore) {
		t.Errorf("dump: got %v, want ErrNotStore", err)
	}
	for range 2 { // the second must not wait for the first's locks
		if _, err := s.Apply(t.Context(), cycleBatch(20, 1, "نص")); !errors.Is(err, nashra.ErrNotStore) {
			t.Errorf("apply: got %v, want ErrNotStore", err)
		}
	}
}

// FuzzOpen: a file is a store or is refused, and a refused one stays as it is.
func FuzzOpen(f *testing.F) {
	whole := filled(f)
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte("نشرة"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "nashra.db")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(path, store.Options{})
		if err == nil {
			s.Close() // it may be damaged further inside
			return
		}
		if !errors.Is(err, nashra.ErrNotStore) && !errors.Is(err, nashra.ErrNewerStore) {
			t.Errorf("got %v", err)
		}
		if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, data) {
			t.Errorf("a refused file was touched: %v", err)
		}
	})
}
