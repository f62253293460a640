package nashra

import "time"

// Keep says how long the articles of a source stay in the store. The zero value
// is for ever.
type Keep struct {
	Age   time.Duration // by Article.Sort, the date they are listed under; 0: for ever
	Count int           // the newest of the source; 0: all
}

// Forever reports whether k takes nothing out.
func (k Keep) Forever() bool { return k == Keep{} }

// Sweeps is how far the rules of retention have been followed.
type Sweeps struct {
	Number uint64    `json:"number"`         // of sweep batches: the next one's Base
	Whole  time.Time `json:"whole,omitzero"` // At of the last one with which all tombstones had been looked at
	Left   bool      `json:"left,omitempty"` // there are tombstones
}

// absence is for how long an entry must have been absent from its feed before
// the tombstone of its article is forgotten: feeds bring old entries back when
// a partner's site is restored or moved.
const absence = 30 * 24 * time.Hour

// Absent reports whether an entry that the feed was last seen to hold at some
// time of that day has been absent from it for 30 days, as far as the feed was
// read. A feed that does not change holds what it held, and of one that cannot
// be read nothing is known.
func (s State) Absent(seen time.Time) bool {
	return NewDay(seen, s.Read) && s.LastSuccess.Sub(seen) >= absence
}

// NewDay reports whether now is on a later day (UTC) than then. What need not
// be known to the hour is written once a day by it, and not with each cycle.
func NewDay(then, now time.Time) bool {
	const day = 24 * time.Hour
	return now.Truncate(day).After(then.Truncate(day))
}
