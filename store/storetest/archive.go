package storetest

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"nashra"
)

// archive reads the whole archive part by part, from the newest on, and gives
// the ids of each part by its span.
func (d *desk) archive(q nashra.ArchiveQuery) (spans []nashra.Span, ids map[nashra.Span][]string) {
	d.t.Helper()
	ids = map[nashra.Span][]string{}
	var newer nashra.Span
	for {
		part, err := d.store.Archive(d.t.Context(), q)
		if err != nil {
			d.t.Fatal(err)
		}
		if q.Span != (nashra.Span{}) {
			if part.Next != newer && q.Span.Upto == q.Span.From+nashra.ArchiveSpan {
				d.t.Errorf("after %v comes %v, want %v", q.Span, part.Next, newer)
			}
			for _, r := range part.Records {
				ids[q.Span] = append(ids[q.Span], r.Article.ID)
			}
			spans, newer = append(spans, q.Span), q.Span
		}
		if part.Previous == (nashra.Span{}) {
			return spans, ids
		}
		if q.Span = part.Previous; len(spans) > 1000 {
			d.t.Fatal("the archive does not end")
		}
	}
}

// many puts n articles of a source, dated backwards from now.
func (d *desk) many(source, partner string, first, n int) {
	d.t.Helper()
	var puts []nashra.Put
	for i := range n {
		p := entry(partner, first+i, strconv.Itoa(first+i))
		p.Content.Published = d.now.Add(-time.Duration(i*i) * time.Hour)
		puts = append(puts, p)
	}
	d.cycle(source, puts...)
}

func flat(spans []nashra.Span, ids map[nashra.Span][]string) []string {
	var all []string
	for _, s := range spans {
		all = append(all, ids[s]...)
	}
	slices.Sort(all)
	return all
}

func (d *desk) removals(q nashra.RemovalQuery) []string {
	d.t.Helper()
	list, err := d.store.Removals(d.t.Context(), q)
	if err != nil {
		d.t.Fatal(err)
	}
	var ids []string
	for i, r := range list {
		ids = append(ids, r.ID)
		if i > 0 && r.At.After(list[i-1].At) {
			d.t.Errorf("removal %d is newer than the one before", i)
		}
	}
	return ids
}

var archivePromises = []promise{
	{"the archive leads to every article once, whole and narrowed", func(t *testing.T, d *desk) {
		spans, _ := d.archive(nashra.ArchiveQuery{})
		equal(t, "an empty one", len(spans), 0)
		d.many("morning", "paper", 0, 130)
		d.many("other", "other", 0, 7)
		for range 250 { // numbers that no article has
			d.cycle("evening")
		}
		d.many("evening", "paper", 1000, 3)
		d.many("morning", "paper", 2000, 120)
		for _, q := range []nashra.Query{{}, {Source: "morning"}, {Source: "evening"}, {Source: "other"}, {Category: "سياسه"}} {
			q.Limit = 1000
			want := d.list(q)
			slices.Sort(want)
			spans, ids := d.archive(nashra.ArchiveQuery{Source: q.Source, Category: q.Category})
			equal(t, q.Source+q.Category, flat(spans, ids), want)
			for _, s := range spans {
				if len(ids[s]) == 0 || len(ids[s]) > nashra.ArchiveSpan {
					t.Errorf("%v holds %d articles", s, len(ids[s]))
				}
			}
		}
	}},
	{"a part of the archive never changes, but that articles are taken out", func(t *testing.T, d *desk) {
		d.many("morning", "paper", 0, 60)
		d.many("other", "other", 0, 60)
		narrowed := []nashra.ArchiveQuery{{}, {Source: "morning"}, {Source: "other"}, {Category: "سياسه"}}
		var before []map[nashra.Span][]string
		for _, q := range narrowed {
			_, ids := d.archive(q)
			before = append(before, ids)
		}
		d.many("morning", "paper", 500, 70) // with dates among those of the others
		d.many("other", "other", 500, 5)
		for i, q := range narrowed {
			for span, want := range before[i] {
				q.Span = span
				part, err := d.store.Archive(t.Context(), q)
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, r := range part.Records {
					got = append(got, r.Article.ID)
				}
				equal(t, "a part", got, want)
			}
		}
		q := nashra.ArchiveQuery{Source: "morning", Visible: d.now.Add(time.Hour)}
		spans, ids := d.archive(q)
		gone := ids[spans[0]][:2]
		d.mustApply(d.hide(gone[0]))
		d.mustApply(d.purge(gone[1]))
		_, after := d.archive(q)
		equal(t, "without what was taken out", after[spans[0]], ids[spans[0]][2:])
	}},
	{"articles of the archive have their bodies and marks", func(t *testing.T, d *desk) {
		d.many("morning", "paper", 0, 3)
		head, err := d.store.Archive(t.Context(), nashra.ArchiveQuery{})
		if err != nil {
			t.Fatal(err)
		}
		id := d.list(nashra.Query{Limit: 1})[0]
		d.mustApply(d.hide(id))
		part, err := d.store.Archive(t.Context(), nashra.ArchiveQuery{Span: head.Previous})
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range part.Records {
			equal(t, "record", r, d.article(r.Article.ID))
			if i > 0 && r.Article.Seq > part.Records[i-1].Article.Seq {
				t.Error("not the last to arrive first")
			}
		}
	}},
	{"a part with more bodies than fit leads to its rest", func(t *testing.T, d *desk) {
		body := "<p>" + strings.Repeat("ن", 240_000) + "</p>"
		var want []string
		for i := range 40 {
			p := entry("paper", i, strconv.Itoa(i))
			p.Content.HTML = body
			d.cycle("morning", p)
			want = append(want, d.id(p))
		}
		slices.Sort(want)
		for _, q := range []nashra.ArchiveQuery{{}, {Source: "morning"}} {
			spans, ids := d.archive(q)
			equal(t, "all articles", flat(spans, ids), want)
			for _, s := range spans {
				if len(ids[s])*len(body) > 17<<20 {
					t.Errorf("%v holds %d articles of %d bytes", s, len(ids[s]), len(body))
				}
			}
			q.NoBodies = true
			if whole, _ := d.archive(q); len(whole) >= len(spans) {
				t.Errorf("without bodies %d parts, with them %d", len(whole), len(spans))
			}
		}
	}},
	{"what is no part of the archive is not found", func(t *testing.T, d *desk) {
		d.many("morning", "paper", 0, 5)
		present, _, err := d.store.Seq(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range []nashra.ArchiveQuery{
			{Span: nashra.Span{From: 1, Upto: 5}}, {Span: nashra.Span{From: 0, Upto: present + 1}},
			{Span: nashra.Span{From: 0, Upto: 101}}, {Span: nashra.Span{From: 100, Upto: 100}},
			{Span: nashra.Span{From: 100, Upto: 5}}, {Span: nashra.Span{From: 1<<64 - 16, Upto: 1<<64 - 1}},
			{Source: "nobody"}, {Category: "x"},
		} {
			if _, err := d.store.Archive(t.Context(), q); !errors.Is(err, nashra.ErrNotFound) {
				t.Errorf("%+v: got %v, want ErrNotFound", q, err)
			}
		}
		if _, err := d.store.Archive(t.Context(), nashra.ArchiveQuery{Source: "morning", Category: "سياسه"}); err == nil {
			t.Error("both a source and a category: no error")
		}
	}},
	{"removals are what was hidden, purged or swept, and not what was restored", func(t *testing.T, d *desk) {
		puts := []nashra.Put{entry("paper", 1, "أ"), entry("paper", 2, "ب"), entry("paper", 3, "ج"), entry("paper", 4, "د")}
		d.cycle("morning", puts...)
		foreign := entry("other", 1, "هـ")
		d.cycle("other", foreign)
		equal(t, "none yet", d.removals(nashra.RemovalQuery{Limit: 10}), []string(nil))
		hidden, swept, purged, restored := d.id(puts[0]), d.id(puts[1]), d.id(puts[2]), d.id(puts[3])
		d.mustApply(d.hide(restored))
		d.mustApply(d.hide(hidden))
		d.mustApply(d.sweep(0, []string{swept}))
		d.mustApply(d.hide(purged))
		d.mustApply(d.purge(purged))
		d.mustApply(d.restore(restored))
		d.mustApply(d.hide(d.id(foreign)))
		equal(t, "all", d.removals(nashra.RemovalQuery{Limit: 10}), []string{d.id(foreign), purged, swept, hidden})
		equal(t, "the desk's first", d.removals(nashra.RemovalQuery{Limit: 3}), []string{d.id(foreign), purged, hidden})
		equal(t, "of a source", d.removals(nashra.RemovalQuery{Source: "morning", Limit: 10}), []string{purged, swept, hidden})
		equal(t, "of a category", d.removals(nashra.RemovalQuery{Category: "سياسه", Limit: 2}), []string{d.id(foreign), purged})
		equal(t, "of a source without any", d.removals(nashra.RemovalQuery{Source: "evening", Limit: 10}), []string(nil))
		for _, q := range []nashra.RemovalQuery{{}, {Limit: 1001}, {Source: "nobody", Limit: 1}} {
			if _, err := d.store.Removals(t.Context(), q); err == nil {
				t.Errorf("%+v: no error", q)
			}
		}
	}},
}
