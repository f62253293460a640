package nashra

import "time"

// ArchiveSpan is how many numbers of arrival one part of the archive covers,
// so it holds that many articles at most.
const ArchiveSpan = 100

// Span is a part of the archive: what arrived with a number (Article.Seq) over
// From, up to Upto. From is a multiple of ArchiveSpan and Upto at most so much
// more. Which articles a span is of never changes, but that they may be taken
// out: an article that arrives later has a higher number, whatever its dates.
type Span struct {
	From uint64 `json:"from"`
	Upto uint64 `json:"upto"`
}

// ArchiveQuery asks for a part of the archive. Source and Category narrow it;
// at most one of them is set. The zero Span asks only where the archive begins.
type ArchiveQuery struct {
	Source   string    `json:"source,omitempty"`   // id
	Category string    `json:"category,omitempty"` // slug of a source's category
	Span     Span      `json:"span,omitzero"`
	Visible  time.Time `json:"visible,omitzero"` // only what may be seen at this instant; zero: everything
	NoBodies bool      `json:"no_bodies,omitempty"`
}

// Archived is one part of the archive and its neighbours, which hold articles
// or did once. A zero Span: there is none. Where a part has more than fits, the
// rest of it is Previous.
type Archived struct {
	Records  []Record `json:"records"` // the last to arrive first, with bodies unless the query wants none
	Previous Span     `json:"previous,omitzero"`
	Next     Span     `json:"next,omitzero"`
}

// RemovalQuery asks for what was taken from readers last.
type RemovalQuery struct {
	Source   string `json:"source,omitempty"`   // id
	Category string `json:"category,omitempty"` // slug of a source's category
	Limit    int    `json:"limit"`              // 1 to 1000
}

// Removal is an article that readers may not see any more, because the desk
// hid it or because it was removed. Why is the desk's business.
type Removal struct {
	ID     string    `json:"id"`
	Source string    `json:"source"`
	At     time.Time `json:"at"`
}
