package storetest

import (
	"errors"
	"slices"
	"testing"

	"nashra"
)

var deskPromises = []promise{
	{"a hidden article stays hidden through cycles, until it is restored", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		d.cycle("morning", put)
		id := d.id(put)
		hide := d.hide(id)
		d.mustApply(hide)
		marked := &nashra.Marked{At: hide.At, By: hide.By, Reason: hide.Marks[0].Reason}
		equal(t, "marks", d.article(id).Marks, nashra.Marks{Hidden: marked})
		came(t, "the same entry", d.cycle("morning", put), counts(0, 0, 1))
		came(t, "a changed one", d.cycle("morning", entry("paper", 1, "ب")), counts(0, 1, 0))
		equal(t, "marks after cycles", d.article(id).Marks, nashra.Marks{Hidden: marked})
		equal(t, "what readers see", len(d.list(nashra.Query{Limit: 10, Visible: d.now})), 0)
		equal(t, "what the desk sees", d.list(nashra.Query{Limit: 10}), []string{id})
		d.mustApply(d.restore(id))
		equal(t, "marks after restore", d.article(id).Marks, nashra.Marks{})
		equal(t, "what readers see again", d.list(nashra.Query{Limit: 10, Visible: d.now}), []string{id})
	}},
	{"a decision that comes again comes to the same and writes nothing", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		d.cycle("morning", put)
		hide := d.hide(d.id(put))
		first := d.mustApply(hide)
		d.mustApply(d.restore(d.id(put)))
		d.cycle("morning", put)
		before := d.dump()
		equal(t, "hide again", d.mustApply(hide), first)
		d.unchangedSince(before)
		equal(t, "marks", d.article(d.id(put)).Marks, nashra.Marks{})
	}},
	{"a decision on what is unknown is refused whole", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		d.cycle("morning", put)
		unknown := nashra.NewID("paper", "nothing")
		d.refused(d.hide(unknown), nashra.ErrNotFound)
		d.refused(d.restore("x"), nashra.ErrNotFound)
		d.refused(d.removal(unknown), nashra.ErrNotFound)
		d.refused(d.decision(nashra.Mark{Kind: nashra.MarkPause, Source: "nobody"}), nashra.ErrNotFound)
		d.refused(d.decision(
			nashra.Mark{Kind: nashra.MarkHide, Article: d.id(put)}, nashra.Mark{Kind: nashra.MarkHide, Article: unknown},
		), nashra.ErrNotFound)
	}},
	{"a malformed mark is refused", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		d.cycle("morning", put)
		id := d.id(put)
		for _, m := range []nashra.Mark{
			{Kind: "burn", Article: id},
			{Kind: nashra.MarkHide},
			{Kind: nashra.MarkHide, Article: id, Source: "morning"},
			{Kind: nashra.MarkPause, Article: id},
			{Kind: nashra.MarkResume},
			{Kind: nashra.MarkPause, Article: id, Source: "morning"},
			{Kind: nashra.MarkFetch, Article: id},
			{Kind: nashra.MarkReextract, Source: "morning"},
		} {
			d.refused(d.decision(m), nil)
		}
		mixed := d.hide(id)
		mixed.Source = "morning"
		d.refused(mixed, nil)
	}},
	{"what the desk only asked for is recorded and changes nothing", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		d.cycle("morning", put)
		id := d.id(put)
		d.mustApply(d.hide(id))
		_, recall, err := d.store.Seq(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		asked := []nashra.Mark{
			{Kind: nashra.MarkRefresh, Article: id}, {Kind: nashra.MarkReextract, Article: id}, {Kind: nashra.MarkFetch, Source: "morning"}, {Kind: nashra.MarkTry, Source: "morning"},
		}
		d.mustApply(d.decision(asked...))
		record, err := d.store.Article(t.Context(), id)
		if err != nil || record.Marks.Hidden == nil || d.source("morning").Pause != nil {
			t.Errorf("it is marked %+v, the source %+v (%v)", record.Marks, d.source("morning").Pause, err)
		}
		if _, now, err := d.store.Seq(t.Context()); now != recall || err != nil {
			t.Errorf("what was shown is recalled by it: %d, before %d (%v)", now, recall, err)
		}
		log, err := d.store.Decisions(t.Context(), 0, 1)
		if err != nil || len(log) != 1 || !slices.Equal(log[0].Marks, asked) {
			t.Errorf("the record is %+v (%v)", log, err)
		}
		d.refused(d.decision(nashra.Mark{Kind: nashra.MarkRefresh, Article: nashra.NewID("paper", "nothing")}), nashra.ErrNotFound)
		d.refused(d.decision(nashra.Mark{Kind: nashra.MarkFetch, Source: "nobody"}), nashra.ErrNotFound)
	}},
	{"what the desk had read anew is a revision by the desk, and the partner's change is the partner's", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		d.cycle("morning", put)
		made := *put.Content
		made.HTML += "<p>ب</p>"
		put.Content = &made
		read := d.begin("morning").batch(put)
		read.By = "سلمى"
		d.mustApply(read)
		if a := d.article(d.id(put)).Article; a.Cause != nashra.CauseDesk || a.Revision != 1 {
			t.Errorf("revision %d by %q", a.Revision, a.Cause)
		}
		put.PageHash = nashra.HashOf("another page")
		read = d.begin("morning").batch(put)
		read.By = "سلمى"
		d.mustApply(read)
		if a := d.article(d.id(put)).Article; a.Cause != nashra.CausePartner || a.Revision != 2 {
			t.Errorf("revision %d by %q", a.Revision, a.Cause)
		}
		came(t, "the cycle after it", d.cycle("morning", entry("paper", 1, "أ")), counts(0, 0, 1))
	}},
	{"a paused source stays paused through cycles, until it is resumed", func(t *testing.T, d *desk) {
		pause := d.decision(nashra.Mark{Kind: nashra.MarkPause, Source: "morning", Reason: "مراجعة"})
		d.mustApply(pause)
		d.cycle("morning")
		want := &nashra.Marked{At: pause.At, By: pause.By, Reason: "مراجعة"}
		equal(t, "pause", d.source("morning").Pause, want)
		d.mustApply(d.configBatch(1, d.sources()...))
		equal(t, "pause after new records", d.source("morning").Pause, want)
		d.mustApply(d.decision(nashra.Mark{Kind: nashra.MarkResume, Source: "morning"}))
		if p := d.source("morning").Pause; p != nil {
			t.Errorf("a resumed source is paused: %+v", p)
		}
	}},
	{"a removed article does not come back by any of its names", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		d.cycle("morning", put, entry("paper", 2, "ب"))
		id := d.id(put)
		d.mustApply(d.hide(id))
		d.mustApply(d.removal(id))
		if _, err := d.store.Article(t.Context(), id); !errors.Is(err, nashra.ErrHidden) {
			t.Errorf("got %v, want ErrHidden: its page answers as that of a hidden one", err)
		}
		equal(t, "items", d.source("morning").Items, 1)
		equal(t, "listing", d.list(nashra.Query{Limit: 10}), []string{d.id(entry("paper", 2, "ب"))})
		equal(t, "listing of its source", len(d.list(nashra.Query{Limit: 10, Source: "morning"})), 1)

		byGUID, byLink := entry("paper", 1, "جديد"), entry("paper", 1, "جديد")
		byGUID.Identity.Link = "https://paper.example/moved"
		byLink.Identity.GUID = "changed"
		byNewName := entry("paper", 77, "جديد")
		byNewName.Identity.Link = byGUID.Identity.Link // known since the first of these
		for _, p := range []nashra.Put{put, byGUID, byLink, byNewName} {
			out := d.cycle("morning", p)
			if out.New != 0 || out.Updated != 0 {
				t.Errorf("as %+v it came back: %+v", p.Identity, out)
			}
		}
		equal(t, "items", d.source("morning").Items, 1)
		d.refused(d.hide(id), nashra.ErrHidden)
		d.mustApply(d.removal(id)) // a second removal finds nothing to do
	}},
	{"the log has every decision of the desk, newest first, and nothing else", func(t *testing.T, d *desk) {
		one, two := entry("paper", 1, "أ"), entry("paper", 2, "ب")
		d.cycle("morning", one, two)
		if list, err := d.store.Decisions(t.Context(), 0, 10); err != nil || len(list) != 0 {
			t.Fatalf("before there was one: %+v, %v", list, err)
		}
		var want []nashra.Decision
		for _, b := range []nashra.Batch{
			d.hide(d.id(one)), d.restore(d.id(one)),
			d.decision(nashra.Mark{Kind: nashra.MarkPause, Source: "morning", Reason: "مراجعة"}), d.purge(d.id(two)),
		} {
			out := d.mustApply(b)
			d.mustApply(b) // which is no second decision
			d.cycle("evening")
			line := nashra.Decision{Seq: out.Seq, ID: b.ID, At: b.At, By: b.By, Marks: b.Marks, Removes: b.Removes}
			want = append([]nashra.Decision{line}, want...)
		}
		d.mustApply(d.sweep(0, []string{d.id(one)}))
		var got []nashra.Decision
		for before := uint64(0); ; {
			list, err := d.store.Decisions(t.Context(), before, 3)
			if err != nil || len(list) > 3 {
				t.Fatalf("%d decisions, %v", len(list), err)
			}
			if len(list) == 0 {
				break
			}
			got = append(got, list...)
			before = list[len(list)-1].Seq
		}
		equal(t, "the log", got, want)
	}},
}
