package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"nashra"
)

// desk is a store with three sources: morning and evening are of one partner,
// other is of another and shares morning's category.
type desk struct {
	t     *testing.T
	store Store
	now   time.Time // moves with every batch
	made  int       // batches, for their ids
}

func newDesk(t *testing.T, s Store) *desk {
	t.Helper()
	d := &desk{t: t, store: s, now: time.Date(2025, 5, 3, 8, 0, 0, 0, time.UTC)}
	d.mustApply(d.configBatch(0, d.sources()...))
	return d
}

// with is the same desk for a subtest.
func (d *desk) with(t *testing.T) *desk {
	sub := *d
	sub.t = t
	return &sub
}

func (d *desk) sources() []nashra.Source {
	return []nashra.Source{
		{ID: "morning", Partner: "paper", Name: "الصباح", Feed: "https://paper.example/m", Language: "ar", Timezone: "Africa/Cairo", Category: "سياسة"},
		{ID: "evening", Partner: "paper", Name: "المساء", Feed: "https://paper.example/e", Language: "ar", Timezone: "Africa/Cairo", Category: "ثقافة وفن"},
		{ID: "other", Partner: "other", Name: "أخرى", Feed: "https://other.example/f", Language: "ar", Timezone: "UTC", Category: "سياسة"},
	}
}

// tick lets a minute pass.
func (d *desk) tick() time.Time {
	d.now = d.now.Add(time.Minute)
	return d.now
}

func (d *desk) nextID(kind string) string {
	d.made++
	return fmt.Sprintf("%s/%d", kind, d.made)
}

func (d *desk) configBatch(base uint64, sources ...nashra.Source) nashra.Batch {
	return nashra.Batch{ID: d.nextID("config"), At: d.tick(), By: "config", Base: base, Sources: sources}
}

func (d *desk) decision(marks ...nashra.Mark) nashra.Batch {
	return nashra.Batch{ID: d.nextID("desk"), At: d.tick(), By: "سلمى", Marks: marks}
}

func (d *desk) hide(id string) nashra.Batch {
	return d.decision(nashra.Mark{Kind: nashra.MarkHide, Article: id, Reason: "طلب الشريك"})
}

func (d *desk) restore(id string) nashra.Batch {
	return d.decision(nashra.Mark{Kind: nashra.MarkRestore, Article: id})
}

func (d *desk) removal(id string) nashra.Batch {
	return nashra.Batch{ID: d.nextID("desk"), At: d.tick(), By: "سلمى", Removes: []nashra.Remove{{Article: id, Reason: "حكم"}}}
}

// run is one run over a source: it makes batches of the same cycle.
type run struct {
	d      *desk
	source string
	base   uint64
	began  time.Time
	made   int
}

// begin starts a run from the source's present state.
func (d *desk) begin(source string) *run {
	d.t.Helper()
	return &run{d: d, source: source, base: d.source(source).State.Cycle, began: d.tick()}
}

func (r *run) batch(puts ...nashra.Put) nashra.Batch {
	r.made++
	return nashra.Batch{
		ID: fmt.Sprintf("%s/%d/%d/%d", r.source, r.base+1, r.began.UnixNano(), r.made), At: r.d.tick(), By: "cycle",
		Source: r.source, Base: r.base, Cycle: nashra.Cycle{Number: r.base + 1, Began: r.began}, Puts: puts,
	}
}

func (r *run) closing(puts ...nashra.Put) nashra.Batch {
	b := r.batch(puts...)
	b.Fetch = &nashra.Fetch{Source: r.source, At: r.began, Duration: time.Second, Outcome: nashra.OutcomeOK, Status: 200, Entries: len(puts)}
	b.State = &nashra.State{
		Validators: nashra.Validators{ETag: fmt.Sprintf(`"%d"`, r.base+1)}, Outcome: nashra.OutcomeOK, Status: 200,
		LastFetch: r.began, LastSuccess: r.began, NextDue: r.began.Add(15 * time.Minute),
	}
	return b
}

// cycle applies a whole cycle in one batch.
func (d *desk) cycle(source string, puts ...nashra.Put) nashra.Applied {
	d.t.Helper()
	return d.mustApply(d.begin(source).closing(puts...))
}

// entry is a put of an entry that has all three identities.
func entry(partner string, n int, text string) nashra.Put {
	link := fmt.Sprintf("https://%s.example/news/%d", partner, n)
	return nashra.Put{
		Identity:  nashra.Identity{Partner: partner, GUID: fmt.Sprintf("%s-%d", partner, n), Link: link, Title: "خبر " + text},
		EntryHash: nashra.HashOf(partner, fmt.Sprint(n), text),
		Content: &nashra.Content{
			Title: "خبر " + text, Link: link, HTML: "<p>نص الخبر " + text + "</p>", Language: "ar", Direction: "rtl", Method: "feed",
			Credit: nashra.Credit{Partner: partner, Link: link},
		},
	}
}

func (d *desk) apply(b nashra.Batch) (nashra.Applied, error) {
	return d.store.Apply(d.t.Context(), b)
}

func (d *desk) mustApply(b nashra.Batch) nashra.Applied {
	d.t.Helper()
	out, err := d.apply(b)
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

// refused applies a batch that must fail, with want where that is not nil, and
// must change nothing.
func (d *desk) refused(b nashra.Batch, want error) {
	d.t.Helper()
	before := d.dump()
	out, err := d.apply(b)
	if err == nil {
		d.t.Fatalf("batch %q was applied: %+v", b.ID, out)
	}
	if want != nil && !errors.Is(err, want) {
		d.t.Errorf("batch %q: got error %q, want one that wraps %q", b.ID, err, want)
	}
	if out != (nashra.Applied{}) {
		d.t.Errorf("batch %q: got %+v beside the error", b.ID, out)
	}
	d.unchangedSince(before)
}

func (d *desk) dump() string {
	d.t.Helper()
	var buf bytes.Buffer
	if err := d.store.Dump(d.t.Context(), &buf); err != nil {
		d.t.Fatal(err)
	}
	return buf.String()
}

// unchangedSince compares the store with a dump of it.
func (d *desk) unchangedSince(before string) {
	d.t.Helper()
	if after := d.dump(); after != before {
		d.t.Errorf("the store has changed:\n%s\nbecame\n%s", before, after)
	}
}

func (d *desk) source(id string) nashra.SourceStatus {
	d.t.Helper()
	out, err := d.store.Source(d.t.Context(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

func (d *desk) known(i nashra.Identity) nashra.Known {
	d.t.Helper()
	out, err := d.store.Known(d.t.Context(), []nashra.Identity{i})
	if err != nil {
		d.t.Fatal(err)
	}
	if len(out) != 1 {
		d.t.Fatalf("one identity gave %d answers", len(out))
	}
	return out[0]
}

// id is the id that an identity's article has.
func (d *desk) id(p nashra.Put) string {
	d.t.Helper()
	k := d.known(p.Identity)
	if k.ID == "" {
		d.t.Fatalf("nothing is stored under %+v", p.Identity)
	}
	return k.ID
}

func (d *desk) article(id string) nashra.Record {
	d.t.Helper()
	out, err := d.store.Article(d.t.Context(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

// list reads a whole listing page by page and gives its ids.
func (d *desk) list(q nashra.Query) []string {
	d.t.Helper()
	var ids []string
	for {
		page, err := d.store.Articles(d.t.Context(), q)
		if err != nil {
			d.t.Fatal(err)
		}
		if len(page.Records) > q.Limit || page.Next != "" && len(page.Records) == 0 {
			d.t.Fatalf("a page of at most %d has %d articles, next %q", q.Limit, len(page.Records), page.Next)
		}
		for _, r := range page.Records {
			ids = append(ids, r.Article.ID)
		}
		if page.Next == "" {
			return ids
		}
		q.After = page.Next
	}
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s\n got %+v\nwant %+v", what, got, want)
	}
}

func counts(n, updated, unchanged int) nashra.Applied {
	return nashra.Applied{New: n, Updated: updated, Unchanged: unchanged}
}

// came compares what a batch came to, its number aside.
func came(t *testing.T, what string, got, want nashra.Applied) {
	t.Helper()
	got.Seq = 0
	equal(t, what, got, want)
}
