package storetest

import (
	"testing"
	"time"

	"nashra"
	"nashra/store"
)

var cyclePromises = []promise{
	{"a batch that comes again comes to the same and writes nothing", func(t *testing.T, d *desk) {
		r := d.begin("morning")
		first, closing := r.batch(entry("paper", 1, "أ")), r.closing(entry("paper", 2, "ب"), entry("paper", 1, "أ"))
		came(t, "first", d.mustApply(first), counts(1, 0, 0))
		again := d.mustApply(first)
		last := d.mustApply(closing)
		came(t, "closing", last, counts(1, 0, 1))
		before := d.dump()
		equal(t, "first batch again", d.mustApply(first), again)
		equal(t, "closing batch again", d.mustApply(closing), last)
		d.unchangedSince(before)

		d.begin("morning") // another cycle that has begun does not forget the last whole one
		next := d.begin("morning")
		d.mustApply(next.batch())
		before = d.dump()
		equal(t, "closing batch after the next cycle began", d.mustApply(closing), last)
		d.unchangedSince(before)
	}},
	{"a batch of a cycle before the last whole one is a repeat by itself", func(t *testing.T, d *desk) {
		old := d.begin("morning").closing(entry("paper", 1, "أ"))
		d.mustApply(old)
		d.cycle("morning", entry("paper", 1, "أ"))
		before := d.dump()
		equal(t, "old batch", d.mustApply(old), nashra.Applied{})
		d.unchangedSince(before)
	}},
	{"a cycle from another base is stale", func(t *testing.T, d *desk) {
		one, two := d.begin("morning"), d.begin("morning")
		d.mustApply(one.closing(entry("paper", 1, "أ")))
		d.refused(two.closing(entry("paper", 2, "ب")), nashra.ErrStale)
		skipped := d.begin("morning")
		skipped.base++
		d.refused(skipped.closing(), nashra.ErrStale)
		uneven := d.begin("morning").closing()
		uneven.Cycle.Number++
		d.refused(uneven, nashra.ErrStale)
	}},
	{"an interrupted run keeps what it finished and is run again", func(t *testing.T, d *desk) {
		broken := d.begin("morning")
		d.mustApply(broken.batch(entry("paper", 1, "أ")))
		status := d.source("morning")
		equal(t, "cycle", status.State.Cycle, uint64(0))
		equal(t, "validators", status.State.Validators, nashra.Validators{})
		if !status.State.Run.Equal(broken.began) {
			t.Errorf("the open run began %v, state says %v", broken.began, status.State.Run)
		}
		equal(t, "items", status.Items, 1)

		again := d.begin("morning")
		came(t, "rerun", d.mustApply(again.batch(entry("paper", 1, "أ"))), counts(0, 0, 1))
		came(t, "rest", d.mustApply(again.closing(entry("paper", 2, "ب"))), counts(1, 0, 0))
		equal(t, "items", d.source("morning").Items, 2)

		fetches, err := d.store.Fetches(t.Context(), "morning", 10)
		if err != nil {
			t.Fatal(err)
		}
		if len(fetches) != 1 {
			t.Fatalf("%d fetch records, want 1", len(fetches))
		}
		equal(t, "counts of the run", [3]int{fetches[0].New, fetches[0].Updated, fetches[0].Unchanged}, [3]int{1, 0, 1})
	}},
	{"a late batch of an older run is stale", func(t *testing.T, d *desk) {
		older := d.begin("morning")
		late, closing := older.batch(entry("paper", 1, "أ")), older.closing()
		newer := d.begin("morning")
		d.mustApply(newer.batch(entry("paper", 2, "ب")))
		d.refused(late, nashra.ErrStale)
		d.refused(closing, nashra.ErrStale)
		d.mustApply(newer.closing())
		d.refused(closing, nashra.ErrStale)
	}},
	{"the closing batch leaves the state of the source", func(t *testing.T, d *desk) {
		b := d.begin("morning").closing()
		b.State.Owed = []nashra.Owed{{Entry: nashra.Entry{GUID: "7"}, Attempts: 2, Error: "timeout"}}
		b.State.GivenUp = []nashra.Hash{nashra.HashOf("8")}
		b.State.Read = b.State.LastFetch
		cairo := d.now.In(time.FixedZone("", 3*3600))
		b.State.PagesAfter = cairo
		b.State.Robots = []nashra.Robots{{Host: "https://paper.example", Rules: "User-agent: *\nDisallow: /a\n", Until: cairo}}
		d.mustApply(b)
		want := *b.State
		want.PagesAfter = d.now
		want.Robots = []nashra.Robots{{Host: "https://paper.example", Rules: "User-agent: *\nDisallow: /a\n", Until: d.now}}
		want.Cycle, want.Run = 1, b.Cycle.Began
		equal(t, "state", d.source("morning").State, want)
	}},
	{"a batch that contradicts itself is refused", func(t *testing.T, d *desk) {
		for name, change := range map[string]func(b *nashra.Batch){
			"no ID":                       func(b *nashra.Batch) { b.ID = "" },
			"no time":                     func(b *nashra.Batch) { b.At = time.Time{} },
			"no beginning":                func(b *nashra.Batch) { b.Cycle.Began = time.Time{} },
			"no source":                   func(b *nashra.Batch) { b.Source = "" },
			"a fetch without state":       func(b *nashra.Batch) { b.State = nil },
			"a state without fetch":       func(b *nashra.Batch) { b.Fetch = nil },
			"another source's fetch":      func(b *nashra.Batch) { b.Fetch.Source = "evening" },
			"marks beside puts":           func(b *nashra.Batch) { b.Marks = d.hide("x").Marks },
			"a sweep beside puts":         func(b *nashra.Batch) { b.Sweep = &nashra.Sweep{} },
			"a signature cut short":       func(b *nashra.Batch) { b.Puts[0].Signature = signature(1)[:9] },
			"source records beside puts":  func(b *nashra.Batch) { b.Sources = d.sources() },
			"an entry without identity":   func(b *nashra.Batch) { b.Puts[0].Identity = nashra.Identity{Partner: "paper"} },
			"an entry without partner":    func(b *nashra.Batch) { b.Puts[0].Identity.Partner = "" },
			"an entry of another partner": func(b *nashra.Batch) { b.Puts[0].Identity.Partner = "other" },
		} {
			t.Run(name, func(t *testing.T) {
				d := d.with(t)
				b := d.begin("morning").closing(entry("paper", 1, "أ"))
				change(&b)
				d.refused(b, nil)
			})
		}
		d.refused(nashra.Batch{ID: "empty", At: d.tick()}, store.ErrMalformed)
		unknown := d.begin("morning").closing()
		unknown.Source, unknown.Fetch.Source = "nobody", "nobody"
		d.refused(unknown, nashra.ErrNotFound)
	}},
	{"a batch over the limit is refused", func(t *testing.T, d *desk) {
		large := entry("paper", 1, "أ")
		large.Content.HTML = string(make([]byte, nashra.MaxBatch))
		d.refused(d.begin("morning").closing(large), nashra.ErrTooLarge)
	}},
	{"the number of the last batch grows", func(t *testing.T, d *desk) {
		before, _, err := d.store.Seq(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range []nashra.Batch{
			d.begin("morning").closing(entry("paper", 1, "أ"), entry("paper", 2, "ب")),
			d.decision(nashra.Mark{Kind: nashra.MarkPause, Source: "morning"}),
			d.begin("evening").batch(),
		} {
			out := d.mustApply(b)
			after, _, err := d.store.Seq(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if after != out.Seq || after <= before {
				t.Errorf("Seq went from %d to %d by a batch of number %d", before, after, out.Seq)
			}
			before = after
		}
	}},
	{"what was shown is recalled by marks, removals and records of sources, and by nothing else", func(t *testing.T, d *desk) {
		put, gone := entry("paper", 1, "أ"), entry("paper", 2, "ب")
		d.cycle("morning", put, gone)
		recall := func() uint64 {
			t.Helper()
			last, recall, err := d.store.Seq(t.Context())
			if err != nil || recall > last {
				t.Fatalf("Seq gave %d, %d, %v", last, recall, err)
			}
			return recall
		}
		before := recall()
		for what, apply := range map[string]func(){
			"new articles":        func() { d.cycle("morning", entry("paper", 3, "ج")) },
			"a revision":          func() { d.cycle("morning", entry("paper", 1, "غير")) },
			"no change":           func() { d.cycle("evening") },
			"forgetting a remove": func() { d.mustApply(d.sweep(0, nil, d.id(put))) },
		} {
			if apply(); recall() != before {
				t.Errorf("%s recalled what was shown before", what)
			}
		}
		for _, b := range []nashra.Batch{
			d.hide(d.id(put)), d.restore(d.id(put)),
			d.removal(d.id(gone)), d.sweep(1, []string{d.id(put)}),
			d.configBatch(1, d.sources()[0]),
		} {
			if out := d.mustApply(b); recall() != out.Seq {
				t.Errorf("batch %q has number %d and the last recall is %d", b.ID, out.Seq, recall())
			}
		}
	}},
}
