package nashra

import "time"

// Entry is one item of a partner's feed as it arrived: its strings are the
// partner's bytes in UTF-8, not cleaned and not trusted.
type Entry struct {
	GUID       string      `json:"guid,omitempty"`
	Link       string      `json:"link,omitempty"` // absolute
	Title      string      `json:"title,omitempty"`
	Summary    string      `json:"summary,omitempty"` // HTML or text
	Body       string      `json:"body,omitempty"`    // HTML; empty where the feed has only summaries
	Authors    []string    `json:"authors,omitempty"`
	Categories []string    `json:"categories,omitempty"`
	Language   string      `json:"language,omitempty"`
	Image      string      `json:"image,omitempty"` // URL
	Enclosures []Enclosure `json:"enclosures,omitempty"`
	Published  time.Time   `json:"published,omitzero"` // zero where the feed gives none that can be read
	Updated    time.Time   `json:"updated,omitzero"`
	Origin     Origin      `json:"origin,omitzero"`   // whom the feed says it has the entry from
	Rights     string      `json:"rights,omitempty"`  // a notice: of the entry, else of its feed
	License    string      `json:"license,omitempty"` // URL: of the entry, else of its feed
	Hash       Hash        `json:"hash"`              // of all that the partner sent of it, before any reading of ours
}

// Origin is the feed or site that an entry was first published by, where it is
// not the feed that brought it (RSS 2.0 source, Atom source, dc:source).
type Origin struct {
	Name string `json:"name,omitempty"`
	Link string `json:"link,omitempty"` // of the feed or site; absolute
}

// Enclosure is a file that belongs to an entry (RSS 2.0 enclosure, Atom
// link rel=enclosure, Media RSS content).
type Enclosure struct {
	URL    string `json:"url"`
	Type   string `json:"type,omitempty"`   // media type
	Length int64  `json:"length,omitempty"` // bytes, 0 where unknown
}
