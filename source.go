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
	Index      Index  `json:"index,omitempty"`      // empty, as records of older releases are: IndexNone
	Disclaimer string `json:"disclaimer,omitempty"` // template; empty: the site's
	Retired    bool   `json:"retired,omitempty"`    // gone from config.yaml: no longer fetched, still published
}

// Index says what search engines may do with our copies of a source's
// articles.
type Index string

const (
	IndexNone      Index = "noindex"   // not list them
	IndexCanonical Index = "canonical" // list the partner's own page in their place
	IndexOwn       Index = "own"       // list them as pages of ours
)

// Listed reports whether search engines are shown the source's articles.
func (s Source) Listed() bool { return s.Index == IndexCanonical || s.Index == IndexOwn }

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

	Every    time.Duration  // between two fetches
	Adaptive bool           // asked less often where it publishes seldom
	Learn    bool           // what stands in several of its pages is learned, and is not the articles'
	Content  ContentMode    // never empty
	Select   string         // CSS selector of the body; empty: found without one
	Remove   []string       // CSS selectors of what is taken out first
	Limit    int            // newest entries taken in one cycle
	Keep     Keep           // how long its articles stay
	Robots   RobotsPolicy   // never empty
	Allow    []netip.Prefix // addresses this source may be on although they are private
	Header   http.Header    // extra request headers, sent to the feed's host alone
	Zone     *time.Location // of Timezone; never nil

	// CSS selectors of what stands around the body; empty: found without one.
	SelectTitle, SelectByline, SelectDate, SelectImage string

	MovedTo string // asked in place of Feed, which redirects there for good; never of config.yaml, empty: not moved
}
