package nashra

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
	"time"
)

// Rhythm is how a source is used to publish, learned from the dates of what it
// published. It tells a source that has fallen silent from one that sleeps at
// night. The zero value knows nothing.
type Rhythm struct {
	Times []time.Time `json:"times,omitempty"` // at which something new was published, newest first: the last ones, UTC, whole seconds
	Hours []byte      `json:"hours,omitempty"` // bit n: in the nth hour of the clock before that of Times[0], for eight days
}

const (
	rhythmTimes = 24                   // instants of a rhythm: a day of an hourly source
	rhythmHours = 8 * 24               // hours of it: a newspaper's week, and the day before, by which we know that it was one
	rhythmGaps  = 3                    // the fewest gaps that make a habit
	rhythmSpan  = 366 * 24 * time.Hour // before the newest; an older item was pinned, not published then
)

// IsZero reports whether nothing is known.
func (r Rhythm) IsZero() bool { return len(r.Times) == 0 }

// MarshalJSON packs r into one string, as Habit's does and for its reason: the
// number of Times, an unsigned varint, then of each, as a varint, by how many
// seconds it is before the one before, the first one before 1970; then Hours.
func (r Rhythm) MarshalJSON() ([]byte, error) {
	data := binary.AppendUvarint(nil, uint64(len(r.Times)))
	last := int64(0)
	for _, t := range r.Times {
		data = binary.AppendVarint(data, last-t.Unix())
		last = t.Unix()
	}
	return json.Marshal(append(data, r.Hours...))
}

// UnmarshalJSON reads what MarshalJSON wrote, and an object with the fields of r,
// as it was written before.
func (r *Rhythm) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(data, []byte("{")) {
		type object Rhythm
		return json.Unmarshal(data, (*object)(r))
	}
	var packed []byte
	if err := json.Unmarshal(data, &packed); err != nil {
		return err
	}
	*r = Rhythm{}
	count, n := binary.Uvarint(packed)
	last := int64(0)
	for ; n > 0 && count > 0; count-- {
		packed = packed[n:]
		var before int64
		before, n = binary.Varint(packed)
		last -= before
		r.Times = append(r.Times, time.Unix(last, 0).UTC())
	}
	if n <= 0 {
		return errors.New("a rhythm ends in the middle of its times")
	}
	if packed = packed[n:]; len(packed) > 0 {
		r.Hours = packed
	}
	return nil
}

// Learn is the rhythm with what was published at these instants, in any order.
// A date that has not come yet counts as now, a zero one not at all. What was
// learned before may be given again.
func (r Rhythm) Learn(now time.Time, published ...time.Time) Rhythm {
	times := slices.Clone(r.Times)
	for _, t := range published {
		if t.After(now) {
			t = now
		}
		if !t.IsZero() {
			times = append(times, t.UTC().Truncate(time.Second))
		}
	}
	if len(times) == 0 {
		return r
	}
	slices.SortFunc(times, func(a, b time.Time) int { return b.Compare(a) })
	times = slices.CompactFunc(times, time.Time.Equal)

	hours := make([]byte, rhythmHours/8)
	newest := hourOf(times[0])
	mark := func(ago int64) {
		if ago < rhythmHours {
			hours[ago/8] |= 1 << (ago % 8)
		}
	}
	for _, t := range times {
		mark(newest - hourOf(t))
	}
	if len(r.Times) > 0 {
		for ago := range int64(rhythmHours) {
			if r.in(ago) {
				mark(newest - hourOf(r.Times[0]) + ago)
			}
		}
	}
	for i, t := range times {
		if i == rhythmTimes || times[0].Sub(t) > rhythmSpan {
			times = times[:i]
			break
		}
	}
	return Rhythm{Times: times, Hours: hours}
}

// Usual is the usual time between two items: the median, which neither nights
// nor a burst move. It is 0 while too few are known to speak of a habit.
func (r Rhythm) Usual() time.Duration { return r.gap(50) }

// Newest is when the newest item was published; zero where none is known.
func (r Rhythm) Newest() time.Time {
	if len(r.Times) == 0 {
		return time.Time{}
	}
	return r.Times[0]
}

// Silent reports whether a source has published nothing for longer than it is
// used to: for three times its longer gaps, and for some whole hours in which it
// used to publish on most of the last seven days and a week ago, as far as these
// are known. So a source that sleeps at night or rests on Fridays is not called
// silent for it from the second time on.
func (r Rhythm) Silent(now time.Time) bool {
	long := r.gap(80)
	if long == 0 || now.Sub(r.Newest()) <= 3*long {
		return false
	}
	// The first whole hour of the silence does not count, because nobody ends
	// a day on the minute.
	hours := hourOf(now) - hourOf(r.Newest()) - 1
	if hours < 2 {
		return false
	}
	known := int64(rhythmHours) // hours before the newest of which we know anything
	for known > 0 && !r.in(known-1) {
		known--
	}
	compared, quiet := 0, 0
	for days := int64(1); days <= 7; days++ {
		first, last := 24*days-2, 24*days-hours // the silence's hours so many days ago, from the newest
		if last < 0 || first >= known {
			continue // in the silence itself, or not known
		}
		compared++
		if !r.between(last, first) {
			quiet++
			if days == 7 {
				return false
			}
		}
	}
	return compared == 0 || 3*quiet < compared
}

// between reports whether something was published in those hours before the
// newest.
func (r Rhythm) between(last, first int64) bool {
	for ago := last; ago <= first; ago++ {
		if r.in(ago) {
			return true
		}
	}
	return false
}

// gap is a percentile of the times between two items; 0 for too few.
func (r Rhythm) gap(percent int) time.Duration {
	n := len(r.Times) - 1
	if n < rhythmGaps {
		return 0
	}
	gaps := make([]time.Duration, n)
	for i := range gaps {
		gaps[i] = r.Times[i].Sub(r.Times[i+1])
	}
	slices.Sort(gaps)
	return gaps[(n*percent+99)/100-1]
}

// in reports whether something was published in that hour before the newest.
func (r Rhythm) in(ago int64) bool {
	return ago/8 < int64(len(r.Hours)) && r.Hours[ago/8]>>(ago%8)&1 == 1
}

func hourOf(t time.Time) int64 { return t.Unix() / 3600 }
