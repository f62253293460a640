package storetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nashra"
	"nashra/store"
)

var copyPromises = []promise{
	{"a backup opens as a store and holds the same", func(t *testing.T, d *desk) {
		d.fill()
		d.mustApply(d.hide(d.id(entry("paper", 0, "ن"))))
		path := filepath.Join(t.TempDir(), "copy.db")
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		n, err := d.store.Backup(t.Context(), f)
		if err = errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Size() != n {
			t.Errorf("Backup says %d bytes, the file: %v, %v", n, info, err)
		}
		copied, err := store.Open(path, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer copied.Close()
		equal(t, "dump", d.with(t).on(copied).dump(), d.dump())
	}},
	{"a compaction changes nothing that can be seen", func(t *testing.T, d *desk) {
		d.fill()
		d.mustApply(d.hide(d.id(entry("paper", 0, "ن"))))
		d.mustApply(d.removal(d.id(entry("paper", 1, "ن"))))
		before := d.dump()
		done, err := d.store.Compact(t.Context())
		if err != nil || done.After.File == 0 || done.After.File > done.Before.File {
			t.Errorf("got %+v, %v", done, err)
		}
		d.unchangedSince(before)
		d.sound()
		d.cycle("morning", entry("paper", 1, "بعد")) // and the store goes on
	}},
	{"every line of a dump is a JSON object", func(t *testing.T, d *desk) {
		d.fill()
		d.mustApply(d.removal(d.id(entry("paper", 0, "ن"))))
		for _, line := range strings.Split(strings.TrimSuffix(d.dump(), "\n"), "\n") {
			var v map[string]json.RawMessage
			if err := json.Unmarshal([]byte(line), &v); err != nil {
				t.Errorf("%v: %s", err, line)
			}
		}
	}},
	{"a writer that fails ends the copy", func(t *testing.T, d *desk) {
		d.fill()
		if err := d.store.Dump(t.Context(), fullDisk{}); !errors.Is(err, errFull) {
			t.Errorf("dump: got %v, want %v", err, errFull)
		}
		if _, err := d.store.Backup(t.Context(), fullDisk{}); !errors.Is(err, errFull) {
			t.Errorf("backup: got %v, want %v", err, errFull)
		}
		d.cycle("morning", entry("paper", 1, "بعد")) // and the store goes on
	}},
	{"a call under an ended context does nothing", func(t *testing.T, d *desk) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		before := d.dump()
		if _, err := d.store.Apply(ctx, d.begin("morning").closing()); !errors.Is(err, context.Canceled) {
			t.Errorf("apply: got %v", err)
		}
		if _, err := d.store.Articles(ctx, nashra.Query{Limit: 1}); !errors.Is(err, context.Canceled) {
			t.Errorf("articles: got %v", err)
		}
		if err := d.store.Dump(ctx, &bytes.Buffer{}); !errors.Is(err, context.Canceled) {
			t.Errorf("dump: got %v", err)
		}
		if _, err := d.store.Check(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("check: got %v", err)
		}
		if _, err := d.store.Compact(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("compact: got %v", err)
		}
		d.unchangedSince(before)
	}},
}

var errFull = errors.New("no space left")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

// on is the same desk over another store.
func (d *desk) on(s Store) *desk {
	d.store = s
	return d
}

// testEqualDumps applies random batches to two stores: to one as they come, to
// the other with repeats of any of them in between. Runs are broken off, late
// ones arrive and the desk decides in between. Both must come to the same.
func testEqualDumps(t *testing.T, open func(t *testing.T) Store) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 1))
			plain := newDesk(t, open(t))
			repeated := newDesk(t, open(t))
			var log []nashra.Batch
			runs := map[string]*run{}
			sweeps := uint64(0)
			for range 80 {
				b := randomBatch(plain, random, runs, sweeps)
				_, err := plain.apply(b)
				_, again := repeated.apply(b)
				if (err == nil) != (again == nil) {
					t.Fatalf("batch %q: one store says %v, the other %v", b.ID, err, again)
				}
				if err == nil && b.Sweep != nil {
					sweeps++
				}
				if err == nil || errors.Is(err, nashra.ErrStale) {
					log = append(log, b) // a refused decision may be right later
				}
				for range random.IntN(3) {
					if len(log) == 0 {
						break
					}
					before := repeated.dump()
					if old := log[random.IntN(len(log))]; !repeatIsHarmless(repeated.apply(old)) {
						t.Fatalf("repeat of %q failed", old.ID)
					}
					repeated.unchangedSince(before)
				}
			}
			equal(t, "dumps", repeated.dump(), plain.dump())
			plain.countsAgree()
			plain.sound()
			repeated.sound()
		})
	}
}

// repeatIsHarmless: the batch's first result, or a run that is over.
func repeatIsHarmless(_ nashra.Applied, err error) bool {
	return err == nil || errors.Is(err, nashra.ErrStale)
}

// randomBatch goes on with a run, closes it, breaks it off for a new one, or
// decides something.
func randomBatch(d *desk, random *rand.Rand, runs map[string]*run, sweeps uint64) nashra.Batch {
	if random.IntN(6) == 0 {
		d.now = d.now.Add(time.Duration(random.IntN(30)) * day)
	}
	source := []string{"morning", "evening", "other"}[random.IntN(3)]
	partner := "paper"
	if source == "other" {
		partner = "other"
	}
	var puts []nashra.Put
	for range random.IntN(4) {
		n := random.IntN(12)
		p := entry(partner, n, fmt.Sprint(random.IntN(3)))
		if random.IntN(4) == 0 {
			p.Identity.GUID = fmt.Sprint("changed ", random.IntN(6))
		}
		if random.IntN(2) == 0 {
			p.Signature = signature(byte(1 + random.IntN(3)))
		}
		puts = append(puts, p)
	}
	r := runs[source]
	if r == nil || random.IntN(5) == 0 {
		r = d.begin(source)
		runs[source] = r
	}
	article := nashra.NewID(partner, fmt.Sprintf("%s-%d", partner, random.IntN(12)))
	switch random.IntN(10) {
	case 0:
		return d.hide(article)
	case 1:
		return d.restore(article)
	case 2:
		return d.removal(article)
	case 3:
		return d.purge(article)
	case 4:
		another := nashra.NewID(partner, fmt.Sprintf("%s-%d", partner, random.IntN(12)))
		return d.sweep(sweeps-min(sweeps, uint64(random.IntN(2))), []string{article}, another, article)
	case 5, 6, 7:
		delete(runs, source)
		b := r.closing(puts...)
		b.State.Read = b.Cycle.Began
		if random.IntN(2) == 0 {
			b.Furniture = []byte{byte(random.IntN(3))}
		}
		if random.IntN(2) == 0 {
			b.Fetch.Outcome, b.Puts = nashra.OutcomeNotModified, nil
		}
		return b
	default:
		return r.batch(puts...)
	}
}

// sound expects that a check finds nothing.
func (d *desk) sound() {
	d.t.Helper()
	r, err := d.store.Check(d.t.Context())
	if err != nil || len(r.Problems) > 0 {
		d.t.Errorf("the check says %v, %v", r.Problems, err)
	}
}

// countsAgree compares each source's number of articles with its listing.
func (d *desk) countsAgree() {
	d.t.Helper()
	total := 0
	for _, id := range []string{"morning", "evening", "other"} {
		n := len(d.list(nashra.Query{Limit: 7, Source: id}))
		equal(d.t, "items of "+id, d.source(id).Items, n)
		total += n
	}
	equal(d.t, "items of all", len(d.list(nashra.Query{Limit: 7})), total)
}
