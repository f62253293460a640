package nashra

import (
	"slices"
	"time"
)

// SourceStatus is one row of the listing of sources.
type SourceStatus struct {
	Source Source  `json:"source"`
	State  State   `json:"state"`
	Pause  *Marked `json:"pause,omitempty"` // nil: not paused
	Items  int     `json:"items"`           // articles stored, hidden ones included
}

// MovedTo is where the source's feed has moved for good, without credentials,
// so that an editor puts it into config.yaml; empty: it has not moved.
func (s SourceStatus) MovedTo() string {
	if m := s.State.Move; m.To != "" && m.From == RedactURL(s.Source.Feed) {
		return RedactURL(m.To)
	}
	return ""
}

// Gone reports whether the source is fetched no more than once a day, because
// its partner keeps saying that the feed is gone.
func (s SourceStatus) Gone() bool {
	return !s.Source.Retired && s.State.Gone.Believed(s.State.LastFetch)
}

// Silent reports whether the source is fetched and has been publishing nothing
// for longer than is usual with it.
func (s SourceStatus) Silent(now time.Time) bool {
	return !s.Source.Retired && s.Pause == nil && s.State.Rhythm.Silent(now)
}

// Warnings are what went wrong with the source's feed and pages without
// failing its last fetch. What was found out about pages stands until others
// are read.
func (s SourceStatus) Warnings() []string {
	return slices.Concat(s.State.Flaws, s.State.Warnings, UnmatchedWarnings(s.State.Unmatched), s.State.Doubts.Sentences)
}

// Listed puts the rows of a listing of sources in its order: first those whose
// feed is gone, for which somebody has to act, else as they were.
func Listed(list []SourceStatus) []SourceStatus {
	rank := func(s SourceStatus) int {
		if s.Gone() {
			return 0
		}
		return 1
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b SourceStatus) int { return rank(a) - rank(b) })
	return list
}
