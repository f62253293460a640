package nashra_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"nashra"
)

// noon of a Wednesday.
var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// series is n instants before end, every so often.
func series(end time.Time, every time.Duration, n int) []time.Time {
	var list []time.Time
	for i := range n {
		list = append(list, end.Add(-time.Duration(i)*every))
	}
	return list
}

// days is a newspaper's week: an item every so often from 8:00 to 22:00 on the
// days before and on the day of end, till end. It rests on the weekdays off.
func days(end time.Time, every time.Duration, n int, off ...time.Weekday) []time.Time {
	var list []time.Time
	for d := range n {
		day := end.Truncate(24*time.Hour).AddDate(0, 0, -d)
		rests := false
		for _, o := range off {
			rests = rests || day.Weekday() == o
		}
		for t := day.Add(8 * time.Hour); !rests && t.Before(day.Add(22*time.Hour)) && !t.After(end); t = t.Add(every) {
			list = append(list, t)
		}
	}
	return list
}

func TestRhythmIsLearnedFromDates(t *testing.T) {
	const minute, hour = time.Minute, time.Hour
	tests := []struct {
		name      string
		published []time.Time
		now       time.Time
		usual     time.Duration
		silent    bool
	}{
		{"nothing", nil, noon, 0, false},
		{"too few to speak of a habit", series(noon.Add(-72*hour), hour, 3), noon, 0, false},
		{"the fewest", series(noon, hour, 4), noon, hour, false},
		{"every 20 minutes", series(noon.Add(-10*minute), 20*minute, 30), noon, 20 * minute, false},
		{"every 20 minutes, silent for 3 hours", series(noon.Add(-3*hour), 20*minute, 30), noon, 20 * minute, true},
		{"every 20 minutes, silent for a while only", series(noon.Add(-100*minute), 20*minute, 30), noon, 20 * minute, false},
		{"once a day", series(noon.Add(-23*hour), 24*hour, 10), noon, 24 * hour, false},
		{"once a day, silent for two", series(noon.Add(-50*hour), 24*hour, 10), noon, 24 * hour, false},
		{"once a day, silent for five", series(noon.Add(-5*24*hour), 24*hour, 10), noon, 24 * hour, true},
		{"once a month, silent for three weeks", series(noon.Add(-21*24*hour), 30*24*hour, 6), noon, 30 * 24 * hour, false},
		{"dead for years", series(noon.AddDate(-3, 0, 0), hour, 20), noon, hour, true},
		{"on its first day", days(noon, 20*minute, 1), noon, 20 * minute, false},
		{"asleep at night", days(noon.Add(11*hour), 20*minute, 3), noon.Add(17 * hour), 20 * minute, false},
		{"asleep in the early morning", days(noon.Add(11*hour), 20*minute, 3), noon.Add(20 * hour), 20 * minute, false},
		{"not awake in the forenoon", days(noon.Add(11*hour), 20*minute, 3), noon.Add(23 * hour), 20 * minute, true},
		{"silent by day, as never before", days(noon.Add(-3*hour), 20*minute, 4), noon, 20 * minute, true},
		{"at rest on Friday", days(noon.Add(11*hour+24*hour), 20*minute, 10, time.Friday), noon.Add(48 * hour), 20 * minute, false},
		{"at rest on a Friday, which it never was", days(noon.Add(11*hour+24*hour), 20*minute, 10), noon.Add(48 * hour), 20 * minute, true},
		{"twice a day for an hour", append(series(noon, 6*minute, 10), append(series(noon.Add(-24*hour), 6*minute, 10), series(noon.Add(-48*hour), 6*minute, 10)...)...), noon.Add(12 * hour), 6 * minute, false},
		{"a date that has not come", append(series(noon, hour, 5), noon.AddDate(1, 0, 0)), noon, hour, false},
		{"an item that was pinned years ago", append(series(noon, hour, 4), noon.AddDate(-9, 0, 0)), noon, hour, false},
		{"undated ones", append(series(noon, hour, 4), time.Time{}, time.Time{}), noon, hour, false},
		{"one that stands twice", append(series(noon, hour, 4), series(noon, hour, 4)...), noon, hour, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			whole := nashra.Rhythm{}.Learn(tt.now, tt.published...)
			var piecemeal nashra.Rhythm
			for i := range tt.published { // oldest last, newest last, and each twice
				piecemeal = piecemeal.Learn(tt.now, tt.published[i])
				piecemeal = piecemeal.Learn(tt.now, tt.published[len(tt.published)-1-i], tt.published[i])
			}
			for how, r := range map[string]nashra.Rhythm{"at once": whole, "one by one": piecemeal} {
				if r.Usual() != tt.usual || r.Silent(tt.now) != tt.silent {
					t.Errorf("%s: every %s, silent %t (newest %s before), want every %s, silent %t",
						how, r.Usual(), r.Silent(tt.now), tt.now.Sub(r.Newest()), tt.usual, tt.silent)
				}
			}
		})
	}
}

// TestNewspaperNeverCriesWolf looks every ten minutes, for four weeks, at a paper
// that keeps its hours and rests on Fridays.
func TestNewspaperNeverCriesWolf(t *testing.T) {
	var r nashra.Rhythm
	start := noon.AddDate(0, 0, -28)
	all := days(noon, 25*time.Minute, 40, time.Friday)
	for _, p := range all {
		if p.Before(start) {
			r = r.Learn(start, p)
		}
	}
	published := map[time.Time]bool{}
	for _, p := range all {
		published[p] = true
	}
	for now := start; now.Before(noon); now = now.Add(5 * time.Minute) {
		if published[now] {
			r = r.Learn(now, now)
		}
		if r.Silent(now) {
			t.Fatalf("silent at %s, the newest is of %s", now, r.Newest())
		}
		if len(r.Times) > 24 || len(r.Hours) > 24 {
			t.Fatalf("%d times and %d bytes of hours are kept", len(r.Times), len(r.Hours))
		}
	}
	if at := r.Newest().Add(4 * time.Hour); !r.Silent(at) {
		t.Errorf("not silent at %s after %s", at, r.Newest())
	}
}

func TestRhythmIsReadAsItWasWritten(t *testing.T) {
	for _, r := range []nashra.Rhythm{
		nashra.Rhythm{}.Learn(noon, days(noon, 37*time.Minute, 9)...),
		nashra.Rhythm{}.Learn(noon, time.Unix(-5, 0)),
		{Times: series(noon, time.Hour, 3)},
	} {
		data, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var got nashra.Rhythm
		if err := json.Unmarshal(data, &got); err != nil || !reflect.DeepEqual(got, r) {
			t.Errorf("%s is read as %+v, %v\nwant %+v", data, got, err, r)
		}
		type object nashra.Rhythm // as earlier programs wrote it
		if data, err = json.Marshal(object(r)); err != nil {
			t.Fatal(err)
		}
		got = nashra.Rhythm{}
		if err := json.Unmarshal(data, &got); err != nil || !reflect.DeepEqual(got, r) {
			t.Errorf("%s is read as %+v, %v\nwant %+v", data, got, err, r)
		}
	}
}

func TestRhythmCutShortIsAnError(t *testing.T) {
	for _, data := range []string{`""`, `"Aw=="`, `"A4A="`} {
		if err := new(nashra.Rhythm).UnmarshalJSON([]byte(data)); err == nil {
			t.Errorf("%s is read without an error", data)
		}
	}
}
