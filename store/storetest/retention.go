package storetest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"nashra"
	"nashra/store"
)

// sweep is a batch that removes articles by the rules of retention.
func (d *desk) sweep(base uint64, remove []string, forget ...string) nashra.Batch {
	b := nashra.Batch{ID: d.nextID("sweep"), At: d.tick(), By: "sweep", Base: base, Sweep: &nashra.Sweep{Forgets: forget}}
	for _, id := range remove {
		b.Removes = append(b.Removes, nashra.Remove{Article: id, Reason: "age"})
	}
	return b
}

func (d *desk) purge(id string) nashra.Batch {
	return nashra.Batch{ID: d.nextID("purge"), At: d.tick(), By: "سلمى", Removes: []nashra.Remove{{Article: id, Reason: "حكم", Purge: true}}}
}

// read applies a cycle that read the source's feed whole, or found it unchanged.
func (d *desk) read(source string, outcome nashra.Outcome, puts ...nashra.Put) {
	d.t.Helper()
	b := d.begin(source).closing(puts...)
	b.Fetch.Outcome, b.State.Outcome = outcome, outcome
	b.State.Read = d.source(source).State.Read
	if outcome == nashra.OutcomeOK {
		b.State.Read = b.Cycle.Began
	}
	d.mustApply(b)
}

// stays reports whether the article is still known as a removed one.
func (d *desk) stays(id string) bool {
	d.t.Helper()
	_, err := d.store.Article(d.t.Context(), id)
	switch {
	case errors.Is(err, nashra.ErrHidden):
		return true
	case errors.Is(err, nashra.ErrNotFound):
		return false
	}
	d.t.Fatalf("article %q: %v", id, err)
	return false
}

const day = 24 * time.Hour

var retentionPromises = []promise{
	{"a sweep removes articles and leaves what the desk decided", func(t *testing.T, d *desk) {
		one, two := entry("paper", 1, "أ"), entry("paper", 2, "ب")
		d.cycle("morning", one, two)
		d.mustApply(d.purge(d.id(one)))
		unknown := nashra.NewID("paper", "nothing")
		d.mustApply(d.sweep(0, []string{d.id(one), d.id(two), unknown}))
		equal(t, "items", d.source("morning").Items, 0)
		if !strings.Contains(d.dump(), `"reason":"حكم","purged":true`) || !strings.Contains(d.dump(), `"reason":"age"`) {
			t.Errorf("the reasons of the removals are lost:\n%s", d.dump())
		}
		came(t, "the feed has both", d.cycle("morning", one, two), counts(0, 0, 2))
	}},
	{"a sweep that comes again comes to the same, an older one is stale", func(t *testing.T, d *desk) {
		one, two := entry("paper", 1, "أ"), entry("paper", 2, "ب")
		d.cycle("morning", one, two)
		first, second := d.sweep(0, []string{d.id(one)}), d.sweep(1, []string{d.id(two)})
		d.mustApply(first)
		out := d.mustApply(second)
		before := d.dump()
		equal(t, "again", d.mustApply(second), out)
		d.unchangedSince(before)
		d.refused(first, nashra.ErrStale)
		d.refused(d.sweep(1, nil), nashra.ErrStale)
		marked := d.sweep(2, nil)
		marked.Marks = d.hide("x").Marks
		d.refused(marked, store.ErrMalformed)
	}},
	{"a tombstone is forgotten when its entry has been absent for 30 days", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		d.read("morning", nashra.OutcomeOK, put)
		id := d.id(put)
		d.mustApply(d.sweep(0, []string{id}))
		base := uint64(1)
		forget := func() {
			t.Helper()
			d.mustApply(d.sweep(base, nil, id))
			base++
		}
		d.now = d.now.Add(40 * day) // nobody asked meanwhile
		forget()
		equal(t, "after 40 days in which nobody asked", d.stays(id), true)
		d.read("morning", nashra.OutcomeNotModified)
		forget()
		equal(t, "its feed is unchanged and holds it", d.stays(id), true)
		d.read("morning", nashra.OutcomeOK, put)
		d.now = d.now.Add(day)
		d.read("morning", nashra.OutcomeOK)
		forget()
		equal(t, "it left its feed today", d.stays(id), true)
		d.now = d.now.Add(20 * day)
		d.read("morning", nashra.OutcomeOK, put)
		d.now = d.now.Add(20 * day)
		d.read("morning", nashra.OutcomeOK)
		forget()
		equal(t, "it came back in between", d.stays(id), true)
		d.now = d.now.Add(11 * day)
		forget()
		equal(t, "nobody asked in the last days", d.stays(id), true)
		d.read("morning", nashra.OutcomeNotModified)
		forget()
		equal(t, "30 days", d.stays(id), false)
		forget() // once more: nothing to do
		if strings.Contains(d.dump(), `"removed"`) {
			t.Errorf("something stays of it:\n%s", d.dump())
		}
		came(t, "from now on it is a new one", d.cycle("morning", put), counts(1, 0, 0))
		forget()
		equal(t, "an article that is there is not forgotten", d.article(id).Article.Title, put.Content.Title)
	}},
	{"every source that brought it must have let it go", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		d.read("morning", nashra.OutcomeOK, put)
		d.read("evening", nashra.OutcomeOK, put)
		id := d.id(put)
		d.mustApply(d.sweep(0, []string{id}))
		d.now = d.now.Add(day)
		d.read("morning", nashra.OutcomeOK)
		d.now = d.now.Add(31 * day)
		d.read("morning", nashra.OutcomeOK)
		d.read("evening", nashra.OutcomeNotModified)
		d.mustApply(d.sweep(1, nil, id))
		equal(t, "the evening's feed holds it", d.stays(id), true)
		d.read("evening", nashra.OutcomeOK)
		d.mustApply(d.sweep(2, nil, id))
		equal(t, "neither holds it", d.stays(id), false)
	}},
	{"that a removed entry is still there is written once a day", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		d.read("morning", nashra.OutcomeOK, put)
		d.mustApply(d.sweep(0, []string{d.id(put)}))
		tombstone := func() string {
			_, after, _ := strings.Cut(d.dump(), `{"removed":`)
			line, _, _ := strings.Cut(after, "\n")
			return line
		}
		before := tombstone()
		d.read("morning", nashra.OutcomeOK, put)
		equal(t, "the same day", tombstone(), before)
		d.now = d.now.Add(day)
		d.read("morning", nashra.OutcomeOK, put)
		if tombstone() == before {
			t.Error("on the next day it was not written")
		}
	}},
	{"a purge is for ever and leaves no word of the article", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "سر")
		d.read("morning", nashra.OutcomeOK, put)
		id := d.id(put)
		d.read("morning", nashra.OutcomeOK, entry("paper", 1, "مصحح"))
		b := d.purge(id)
		d.mustApply(b)
		dump := d.dump()
		for _, word := range []string{"سر", "مصحح"} {
			if strings.Contains(dump, word) {
				t.Errorf("the dump still says %q:\n%s", word, dump)
			}
		}
		if !strings.Contains(dump, `{"decision":{"id":"`+b.ID+`"`) {
			t.Errorf("the audit log does not have it:\n%s", dump)
		}
		if _, err := d.store.Revisions(t.Context(), id); !errors.Is(err, nashra.ErrHidden) {
			t.Errorf("its revisions: got %v, want ErrHidden", err)
		}
		for range 3 {
			d.now = d.now.Add(40 * day)
			d.read("morning", nashra.OutcomeOK)
		}
		d.mustApply(d.sweep(0, nil, id))
		equal(t, "absent for months", d.stays(id), true)
		came(t, "it does not come back", d.cycle("morning", put), counts(0, 0, 1))
	}},
	{"an article that was removed can still be purged", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		d.read("morning", nashra.OutcomeOK, put)
		id := d.id(put)
		d.mustApply(d.sweep(0, []string{id}))
		d.mustApply(d.purge(id))
		before := d.dump()
		d.mustApply(d.sweep(1, []string{id}))
		if lines := strings.Split(d.dump(), "\n"); strings.Join(lines[1:], "\n") != before[strings.Index(before, "\n")+1:] {
			t.Errorf("a sweep changed a purged article:\n%s\nbecame\n%s", before, d.dump())
		}
		d.now = d.now.Add(day)
		d.read("morning", nashra.OutcomeOK)
		d.now = d.now.Add(40 * day)
		d.read("morning", nashra.OutcomeOK)
		d.mustApply(d.sweep(2, nil, id))
		equal(t, "absent for 40 days", d.stays(id), true)
		d.refused(d.purge(nashra.NewID("paper", "nothing")), nashra.ErrNotFound)
	}},
	{"what a source still owes of a purged article is destroyed with it", func(t *testing.T, d *desk) {
		put, other := entry("paper", 1, "أ"), entry("paper", 2, "ب")
		d.cycle("morning", put, other)
		owing := func() nashra.Batch {
			b := d.begin("evening").closing()
			for i, p := range []nashra.Put{put, other} {
				b.State.Owed = append(b.State.Owed, nashra.Owed{Error: "timeout", Entry: nashra.Entry{
					GUID: p.Identity.GUID, Link: p.Identity.Link, Body: []string{"سر", "خبر آخر"}[i],
				}})
			}
			return b
		}
		owes := func(what string, want ...string) {
			t.Helper()
			var got []string
			for _, o := range d.source("evening").State.Owed {
				got = append(got, o.Entry.Body)
			}
			equal(t, what, got, want)
		}
		d.mustApply(owing())
		late := owing() // a cycle that began before the purge and ends after it
		d.mustApply(d.sweep(0, []string{d.id(put)}))
		owes("before the purge", "سر", "خبر آخر")
		d.mustApply(d.purge(d.id(put)))
		owes("after it", "خبر آخر")
		d.mustApply(late)
		owes("after a cycle that did not know of it", "خبر آخر")
	}},
}
