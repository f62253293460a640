package nashra

import "time"

// Validators are what a conditional request of a feed or page is made of (RFC
// 9110, section 13). They hold for one URL only and are echoed byte for byte.
type Validators struct {
	URL          string `json:"url,omitempty"` // the one they were received from, after redirects
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
	BodyHash     Hash   `json:"body_hash,omitzero"` // of a feed's decompressed body, for servers that send the same again
}

// Hints are what a feed itself says of how often it wants to be asked. They may
// slow a source and never speed it up. The zero value says nothing.
type Hints struct {
	Interval  time.Duration `json:"interval,omitempty"`   // between two fetches, in nanoseconds
	SkipHours uint32        `json:"skip_hours,omitempty"` // bit n: the hour of the day that begins at n:00 UTC
	SkipDays  uint8         `json:"skip_days,omitempty"`  // bit n: time.Weekday(n), in UTC
}

// Skips reports whether the feed does not want to be asked at that instant.
func (h Hints) Skips(at time.Time) bool {
	at = at.UTC()
	return h.SkipHours>>at.Hour()&1 == 1 || h.SkipDays>>at.Weekday()&1 == 1
}

// Robots is what one host's robots.txt (RFC 9309) asks of us. Until it is over,
// no process need ask for the file again.
type Robots struct {
	Host       string     `json:"host"`            // scheme and host, as https://partner.example
	Rules      string     `json:"rules,omitempty"` // what concerns us, itself a robots.txt of one group; empty: every page may be read
	Until      time.Time  `json:"until"`
	Validators Validators `json:"validators,omitzero"` // of the file
}

// State is what a source's closing batch leaves for its next cycle.
type State struct {
	Cycle               uint64      `json:"cycle"`        // number of the last whole cycle; the next one's Base
	Run                 time.Time   `json:"run,omitzero"` // when the newest run began, whole or not; runs only grow
	Validators          Validators  `json:"validators,omitzero"`
	LastFetch           time.Time   `json:"last_fetch,omitzero"`
	LastSuccess         time.Time   `json:"last_success,omitzero"`
	Read                time.Time   `json:"read,omitzero"` // when a document of the feed was last read whole, and not found unchanged
	Outcome             Outcome     `json:"outcome,omitempty"`
	Status              int         `json:"http_status,omitempty"`
	Error               string      `json:"error,omitempty"`
	Trouble             Trouble     `json:"trouble,omitempty"` // the kind of Error, where Status does not tell
	ConsecutiveFailures int         `json:"consecutive_failures,omitempty"`
	NextDue             time.Time   `json:"next_due,omitzero"`    // zero: never fetched, due now
	RetryAfter          time.Time   `json:"retry_after,omitzero"` // asked for by the partner; before it only a named fetch asks again
	Hints               Hints       `json:"hints,omitzero"`       // of the feed as it was last read
	Hub                 Hub         `json:"hub,omitzero"`         // that the feed named when it was last read
	Flaws               []string    `json:"flaws,omitempty"`      // of the feed as it was last read: what had to be mended, sentences for an editor
	Warnings            []string    `json:"warnings,omitempty"`   // what else went wrong in the last cycle without failing it
	Unmatched           []Unmatched `json:"unmatched,omitempty"`  // selectors that match nothing of late
	Doubts              Doubts      `json:"doubts,omitzero"`      // about the articles of the last cycle that read pages
	Habit               Habit       `json:"habit,omitzero"`
	Rhythm              Rhythm      `json:"rhythm,omitzero"`
	Move                Move        `json:"move,omitzero"`
	Gone                Gone        `json:"gone,omitzero"`
	DistrustGUIDs       bool        `json:"distrust_guids,omitempty"` // its guids repeat with different links
	Owed                []Owed      `json:"owed,omitempty"`           // 50 at most
	GivenUp             []Hash      `json:"given_up,omitempty"`       // of entries that nothing can be made of; not tried again until they change
	PagesAfter          time.Time   `json:"pages_after,omitzero"`     // asked for by the partner; no page is asked for before
	Robots              []Robots    `json:"robots,omitempty"`         // of the hosts of its pages, the last read first
}

// Owed is an entry whose page could not be had yet. It is worked off also when
// the feed is unchanged.
type Owed struct {
	Entry    Entry  `json:"entry"`
	Attempts int    `json:"attempts"` // cycles in which the page did not come
	Error    string `json:"error"`    // of the last attempt
}

// Move is what is known of a feed's moving away. A permanent redirect (301,
// 308) is remembered after three cycles that agree on it.
type Move struct {
	From  string `json:"from"`            // the feed of config.yaml, without credentials, for which the rest holds
	Seen  string `json:"seen,omitempty"`  // where it was last redirected to for good
	Times int    `json:"times,omitempty"` // cycles in a row that agreed on Seen
	To    string `json:"to,omitempty"`    // remembered, and asked in its place
}

const movedAfter = 3 // agreeing cycles

// After is m after a successful cycle that was redirected to target for good,
// or was not where target is empty.
func (m Move) After(target string) Move {
	switch {
	case target == "":
		m.Seen, m.Times = "", 0
	case target == m.Seen:
		m.Times++
	default:
		m.Seen, m.Times = target, 1
	}
	if m.Times >= movedAfter {
		m.To, m.Seen, m.Times = m.Seen, "", 0
	}
	if m.To == m.From { // it moved back
		m.To = ""
	}
	return m
}

// Gone counts a partner's answers in a row that its feed is gone (410).
type Gone struct {
	Since time.Time `json:"since"`
	Times int       `json:"times"`
}

// How often, and over how long, a partner must say that its feed is gone before
// it is believed.
const (
	goneTimes = 3
	goneFor   = 24 * time.Hour
)

// After is g after one more such answer.
func (g Gone) After(now time.Time) Gone {
	if g.Times == 0 {
		g.Since = now
	}
	g.Times++
	return g
}

// Believed reports whether the partner has said so for long enough at that
// instant. Such a source is asked once a day and stands first in listings.
func (g Gone) Believed(at time.Time) bool {
	return g.Times >= goneTimes && at.Sub(g.Since) >= goneFor
}
