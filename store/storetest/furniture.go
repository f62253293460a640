package storetest

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"nashra"
	"nashra/store"
)

var furniturePromises = []promise{
	{"what was learned of a source's pages stays until a closing batch brings other", func(t *testing.T, d *desk) {
		equal(t, "before", d.furniture("morning"), []byte(nil))
		first := d.begin("morning").closing()
		first.Furniture = []byte{1, 2, 255}
		d.mustApply(first)
		equal(t, "learned", d.furniture("morning"), first.Furniture)
		d.cycle("morning", entry("paper", 1, "أ"))
		equal(t, "after a cycle that learned nothing", d.furniture("morning"), first.Furniture)
		second := d.begin("morning").closing()
		second.Furniture = bytes.Repeat([]byte{7}, nashra.MaxFurniture)
		d.mustApply(second)
		equal(t, "learned anew", d.furniture("morning"), second.Furniture)
		equal(t, "of another source", d.furniture("evening"), []byte(nil))
	}},
	{"a dump tells what was learned", func(t *testing.T, d *desk) {
		b := d.begin("morning").closing()
		b.Furniture = []byte("learned")
		before := d.dump()
		d.mustApply(b)
		if dump := d.dump(); strings.Contains(before, `"furniture"`) || strings.Count(dump, `"furniture":"bGVhcm5lZA=="`) != 1 {
			t.Errorf("got %s", dump)
		}
	}},
	{"too much, or learned before the cycle is whole, is refused", func(t *testing.T, d *desk) {
		large := d.begin("morning").closing()
		large.Furniture = make([]byte, nashra.MaxFurniture+1)
		d.refused(large, store.ErrMalformed)
		early := d.begin("morning").batch(entry("paper", 1, "أ"))
		early.Furniture = []byte{1}
		d.refused(early, store.ErrMalformed)
		strange := d.decision()
		strange.Furniture = []byte{1}
		d.refused(strange, store.ErrMalformed)
	}},
	{"of an unknown source nothing can be asked", func(t *testing.T, d *desk) {
		if out, err := d.store.Furniture(t.Context(), "nobody"); !errors.Is(err, nashra.ErrNotFound) {
			t.Errorf("got %v, %v, want ErrNotFound", out, err)
		}
	}},
}

func (d *desk) furniture(source string) []byte {
	d.t.Helper()
	out, err := d.store.Furniture(d.t.Context(), source)
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}
