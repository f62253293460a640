package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"nashra"
	"nashra/store"
)

// fetched applies a closing batch with that fetch in it.
func (d *desk) fetched(source string, at time.Time, f nashra.Fetch, puts ...nashra.Put) {
	d.t.Helper()
	b := d.begin(source).closing(puts...)
	f.Source, f.At, f.Duration, f.NextDue = source, at, time.Duration(d.now.Second())*time.Millisecond, at.Add(time.Hour)
	b.Fetch = &f
	d.mustApply(b)
}

func (d *desk) fetches(source string) []nashra.Fetch {
	d.t.Helper()
	out, err := d.store.Fetches(d.t.Context(), source, 2*store.FetchesKept)
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

func (d *desk) days(source string) []nashra.FetchDay {
	d.t.Helper()
	out, err := d.store.FetchDays(d.t.Context(), source)
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

var fetchPromises = []promise{
	{"the newest fetch records are kept, in full", func(t *testing.T, d *desk) {
		var last time.Time
		for n := range store.FetchesKept + 3 {
			b := d.begin("morning").closing()
			last = b.Cycle.Began
			b.Fetch.Warnings = []string{fmt.Sprint("تنبيه ", n), strings.Repeat("طويل ", 50)}
			d.mustApply(b)
		}
		d.cycle("other")
		fetches := d.fetches("morning")
		equal(t, "records", len(fetches), store.FetchesKept)
		if !fetches[0].At.Equal(last) || !fetches[1].At.Before(last) {
			t.Errorf("records are not newest first: %v, %v", fetches[0].At, fetches[1].At)
		}
		equal(t, "warnings", fetches[1].Warnings, []string{fmt.Sprint("تنبيه ", store.FetchesKept+1), strings.Repeat("طويل ", 50)})
		if some, err := d.store.Fetches(t.Context(), "morning", 3); err != nil || len(some) != 3 {
			t.Errorf("asked for 3 records, got %d, error %v", len(some), err)
		}
		if _, err := d.store.Fetches(t.Context(), "nobody", 1); !errors.Is(err, nashra.ErrNotFound) {
			t.Errorf("fetches of an unknown source: got %v, want ErrNotFound", err)
		}
	}},
	{"polls in a row that find nothing new are one record", func(t *testing.T, d *desk) {
		at := d.now
		quiet := nashra.Fetch{Outcome: nashra.OutcomeNotModified, Status: 304}
		next := func() time.Time { at = at.Add(time.Hour); return at }
		d.fetched("morning", next(), quiet)
		equal(t, "one", d.fetches("morning")[0].Count, 0)
		first := at
		for range 80 {
			d.fetched("morning", next(), quiet)
		}
		got := d.fetches("morning")
		equal(t, "records", len(got), 1)
		equal(t, "count", got[0].Count, 81)
		if !got[0].First.Equal(first) || !got[0].At.Equal(at) || !got[0].NextDue.Equal(at.Add(time.Hour)) {
			t.Errorf("from %v to %v, want from %v to %v; next due %v", got[0].First, got[0].At, first, at, got[0].NextDue)
		}
		for name, f := range map[string]nashra.Fetch{
			"another status":  {Outcome: nashra.OutcomeNotModified, Status: 200},
			"another outcome": {Outcome: nashra.OutcomeFailed, Status: 304},
			"a warning":       {Outcome: nashra.OutcomeNotModified, Status: 304, Warnings: []string{"تنبيه"}},
		} {
			before := len(d.fetches("morning"))
			d.fetched("morning", next(), f)
			equal(t, name, len(d.fetches("morning")), before+1)
		}
		before := len(d.fetches("morning"))
		d.fetched("morning", next(), quiet, entry("paper", 1, "مستحق")) // a page that was owed
		d.fetched("morning", next(), quiet)
		equal(t, "something new between", len(d.fetches("morning")), before+2)
		d.fetched("morning", next(), nashra.Fetch{Outcome: nashra.OutcomeFailed, Error: "انقطع"})
		d.fetched("morning", next(), nashra.Fetch{Outcome: nashra.OutcomeFailed, Error: "انقطع"})
		equal(t, "failures are each a record", len(d.fetches("morning")), before+4)
	}},
	{"what a batch says of a run is not believed", func(t *testing.T, d *desk) {
		d.fetched("morning", d.now, nashra.Fetch{Outcome: nashra.OutcomeOK, Count: 7, First: d.now, New: 4, Updated: 3, Unchanged: 2})
		f := d.fetches("morning")[0]
		equal(t, "counts", [5]int{f.Count, f.New, f.Updated, f.Unchanged, int(f.First.Unix())}, [5]int{0, 0, 0, 0, int(time.Time{}.Unix())})
	}},
	{"each day's fetches are counted", func(t *testing.T, d *desk) {
		day := time.Date(2025, 12, 31, 0, 0, 0, 0, time.UTC)
		cairo := time.FixedZone("", 2*3600)
		d.fetched("morning", day.Add(5*time.Hour), nashra.Fetch{Outcome: nashra.OutcomeOK, Bytes: 1000}, entry("paper", 1, "أ"), entry("paper", 2, "ب"))
		d.fetched("morning", day.Add(6*time.Hour), nashra.Fetch{Outcome: nashra.OutcomeOK, Bytes: 10}, entry("paper", 1, "مصحح"))
		for range 3 {
			d.fetched("morning", day.Add(7*time.Hour), nashra.Fetch{Outcome: nashra.OutcomeNotModified})
		}
		d.fetched("morning", day.AddDate(0, 0, 1).In(cairo), nashra.Fetch{Outcome: nashra.OutcomeFailed})
		d.fetched("morning", day.AddDate(0, 0, 1), nashra.Fetch{Outcome: nashra.OutcomeThrottled})
		d.fetched("morning", day.AddDate(0, 0, 2), nashra.Fetch{Outcome: nashra.OutcomeGone})
		d.fetched("evening", day, nashra.Fetch{Outcome: nashra.OutcomeOK})
		equal(t, "days", d.days("morning"), []nashra.FetchDay{
			{Day: day, OK: 2, NotModified: 3, New: 2, Updated: 1, Bytes: 1010},
			{Day: day.AddDate(0, 0, 1), Failed: 1, Throttled: 1},
			{Day: day.AddDate(0, 0, 2), Gone: 1},
		})
		equal(t, "a source that was never fetched", len(d.days("other")), 0)
		if _, err := d.store.FetchDays(t.Context(), "nobody"); !errors.Is(err, nashra.ErrNotFound) {
			t.Errorf("days of an unknown source: got %v, want ErrNotFound", err)
		}
	}},
	{"days are kept for 400 days, also when the clock jumps", func(t *testing.T, d *desk) {
		day := time.Date(2025, 1, 1, 12, 0, 0, 0, time.UTC)
		last := day.AddDate(0, 0, store.DaysKept+70).Truncate(24 * time.Hour)
		for n := 0; n <= store.DaysKept+70; n += 10 {
			d.fetched("morning", day.AddDate(0, 0, n), nashra.Fetch{Outcome: nashra.OutcomeOK})
		}
		d.fetched("morning", last.AddDate(0, 0, 1-store.DaysKept), nashra.Fetch{Outcome: nashra.OutcomeOK})
		days := d.days("morning")
		equal(t, "days", len(days), store.DaysKept/10+1)
		equal(t, "the last", days[len(days)-1].Day, last)
		equal(t, "the first", days[0].Day, last.AddDate(0, 0, 1-store.DaysKept))
		d.fetched("morning", time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC), nashra.Fetch{Outcome: nashra.OutcomeOK})
		d.fetched("morning", last, nashra.Fetch{Outcome: nashra.OutcomeOK})
		if dump := d.dump(); strings.Count(dump, last.Format(time.RFC3339)) == 0 {
			t.Error("a day before the clock jumped is forgotten")
		}
	}},
	{"what a source's fetches leave is bounded", func(t *testing.T, d *desk) {
		long := strings.Repeat("سبب ", 500)
		for n := range store.FetchesKept + 20 {
			d.fetched("morning", d.now.AddDate(0, 0, 7*n), nashra.Fetch{
				Outcome: nashra.OutcomeFailed, Error: long, Warnings: slices.Repeat([]string{long}, 20), Bytes: 1 << 40,
			})
		}
		size := 0
		for _, line := range strings.Split(d.dump(), "\n") {
			if strings.Contains(line, `"fetch":`) {
				size += len(line)
			}
		}
		if size > 64<<10 || size < 30<<10 {
			t.Errorf("the records have %d bytes", size)
		}
		if f := d.fetches("morning")[0]; f.Error != long {
			t.Errorf("the error of the last is cut to %d bytes", len(f.Error))
		}
	}},
}
