package nashra

import (
	"net/http"
	"net/netip"
	"time"
)

// Source is what readers and the desk know of a partner's feed. It is a record
// of the store: a batch writes it when config.yaml is read and differs, and
// publishing reads it from there, so that what a source once brought stays
// published under its last record when the source leaves config.yaml.
type Source struct {
	ID         string `json:"id"`
	Partner    string `json:"partner"` // namespace of article identities; several sources may share it
	Name       string `json:"name"`    // as the disclaimer names it
	Feed       string `json:"feed"`    // URL; may hold credentials where it is a Subscription's, so print it with [RedactURL]
	Homepage   string `json:"homepage,omitempty"`
	Language   string `json:"language"` // BCP 47
	Timezone   string `json:"timezone"` // IANA name, for dates without a zone
	Category   string `json:"category,omitempty"`
	Licence    string `json:"licence,omitempty"`    // name or URL of the terms it is carried under
	Rights     Rights `json:"rights,omitzero"`      // while its articles may be shown
	Disclaimer string `json:"disclaimer,omitempty"` // template; empty: the site's
	Retired    bool   `json:"retired,omitempty"`    // gone from config.yaml: no longer fetched, still published
}

// Rights bounds the time in which a source's articles may be shown. The zero
// value bounds nothing.
type Rights struct {
	Until time.Time `json:"until,omitzero"` // from this instant nothing of it is shown
}

// ContentMode says where the body of a source's articles comes from.
type ContentMode string

const (
	ContentAuto ContentMode = "auto" // the better of both
	ContentFeed ContentMode = "feed" // the feed's own body
	ContentPage ContentMode = "page" // the linked page
)

// RobotsPolicy says whether a source's robots.txt binds us on its pages.
type RobotsPolicy string

const (
	RobotsObey   RobotsPolicy = "obey"
	RobotsIgnore RobotsPolicy = "ignore" // the agreement with the partner covers it
)

// Subscription is a source and how it is fetched, as config.yaml says it with
// every default filled in. It is never stored.
type Subscription struct {
	Source

	Every   time.Duration  // between two fetches
	Content ContentMode    // never empty
	Select  string         // CSS selector of the body; empty: found without one
	Remove  []string       // CSS selectors of what is taken out first
	Limit   int            // newest entries taken in one cycle
	Robots  RobotsPolicy   // never empty
	Allow   []netip.Prefix // addresses this source may be on although they are private
	Header  http.Header    // extra request headers, sent to the feed's host alone
	Zone    *time.Location // of Timezone; never nil
}

// Validators are what a conditional request of a feed is made of (RFC 9110,
// section 13). They hold for one URL only and are echoed byte for byte.
type Validators struct {
	URL          string `json:"url,omitempty"` // the one they were received from, after redirects
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
	BodyHash     Hash   `json:"body_hash,omitzero"` // of the decompressed body, for servers that send the same again
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

// State is what a source's closing batch leaves for its next cycle.
type State struct {
	Cycle               uint64     `json:"cycle"`        // number of the last whole cycle; the next one's Base
	Run                 time.Time  `json:"run,omitzero"` // when the newest run began, whole or not; runs only grow
	Validators          Validators `json:"validators,omitzero"`
	LastFetch           time.Time  `json:"last_fetch,omitzero"`
	LastSuccess         time.Time  `json:"last_success,omitzero"`
	Outcome             Outcome    `json:"outcome,omitempty"`
	Status              int        `json:"http_status,omitempty"`
	Error               string     `json:"error,omitempty"`
	ConsecutiveFailures int        `json:"consecutive_failures,omitempty"`
	NextDue             time.Time  `json:"next_due,omitzero"`        // zero: never fetched, due now
	RetryAfter          time.Time  `json:"retry_after,omitzero"`     // asked for by the partner; before it only a named fetch asks again
	Hints               Hints      `json:"hints,omitzero"`           // of the feed as it was last read
	DistrustGUIDs       bool       `json:"distrust_guids,omitempty"` // its guids repeat with different links
	Owed                []Owed     `json:"owed,omitempty"`
}

// Owed is an entry whose page could not be had yet. It is worked off also when
// the feed is unchanged.
type Owed struct {
	Entry    Entry  `json:"entry"`
	Attempts int    `json:"attempts"`
	GivenUp  bool   `json:"given_up,omitempty"` // asked for no longer, until the entry changes
	Error    string `json:"error"`              // of the last attempt
}

// SourceStatus is one row of the listing of sources.
type SourceStatus struct {
	Source Source  `json:"source"`
	State  State   `json:"state"`
	Pause  *Marked `json:"pause,omitempty"` // nil: not paused
	Items  int     `json:"items"`           // articles stored, hidden ones included
}
