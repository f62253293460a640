package storetest

import (
	"errors"
	"testing"

	"nashra"
	"nashra/store"
)

var sourcePromises = []promise{
	{"sources are listed by id with what belongs to them", func(t *testing.T, d *desk) {
		d.cycle("other", entry("other", 1, "أ"))
		all, version, err := d.store.Sources(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "version", version, uint64(1))
		var ids []string
		for _, s := range all {
			ids = append(ids, s.Source.ID)
			equal(t, "source "+s.Source.ID, s, d.source(s.Source.ID))
		}
		equal(t, "ids", ids, []string{"evening", "morning", "other"})
		equal(t, "items", all[2].Items, 1)
		equal(t, "record", all[1].Source, d.sources()[0])
		if _, err := d.store.Source(t.Context(), "nobody"); !errors.Is(err, nashra.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
	}},
	{"records change from their present version only", func(t *testing.T, d *desk) {
		renamed := d.sources()[0]
		renamed.Name = "الصباح الجديد"
		d.refused(d.configBatch(0, renamed), nashra.ErrStale)
		d.refused(d.configBatch(2, renamed), nashra.ErrStale)
		b := d.configBatch(1, renamed)
		first := d.mustApply(b)
		before := d.dump()
		equal(t, "again", d.mustApply(b), first)
		d.unchangedSince(before)
		equal(t, "record", d.source("morning").Source, renamed)
		equal(t, "another's record", d.source("evening").Source, d.sources()[1])
	}},
	{"a record without id or partner is refused", func(t *testing.T, d *desk) {
		for _, src := range []nashra.Source{{Partner: "p"}, {ID: "s"}, {ID: "a\x00b", Partner: "p"}} {
			d.refused(d.configBatch(1, src), store.ErrMalformed)
		}
	}},
	{"a retired source is still published under its last record", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		d.cycle("morning", put)
		retired := d.sources()[0]
		retired.Retired = true
		d.mustApply(d.configBatch(1, retired))
		equal(t, "listing", d.list(nashra.Query{Limit: 5, Source: "morning", Visible: d.now}), []string{d.id(put)})
		equal(t, "record", d.source("morning").Source, retired)
	}},
}
