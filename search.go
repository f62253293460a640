package nashra

import "time"

// SearchOrder is the order in which a search gives what it finds.
type SearchOrder string

const (
	SearchNewest SearchOrder = "newest" // by (Sort, ID), as listings
	SearchBest   SearchOrder = "best"   // words as they were typed before other forms of them, then by weight
)

// Search asks for the articles that hold every word of a text. Words in quotes
// ("…", «…», “…”) are one phrase, held as it is written.
type Search struct {
	Text    string      `json:"text"`
	Source  string      `json:"source,omitempty"` // id; only its articles
	Order   SearchOrder `json:"order,omitempty"`  // empty: SearchNewest
	Limit   int         `json:"limit"`            // 1 to 100
	After   string      `json:"after,omitempty"`  // Next of the page before
	Visible time.Time   `json:"visible,omitzero"` // only what may be seen at this instant; zero: everything, for the desk
}

// Found is one page of what a search found.
type Found struct {
	Hits   []Hit  `json:"hits"`
	Next   string `json:"next,omitempty"`   // opaque; empty at the end
	Behind bool   `json:"behind,omitempty"` // the archive is still being indexed: there may be more
}

// Hit is an article that was found, without its body, and where its words
// stand in it.
type Hit struct {
	Record
	Title   []Piece `json:"title"`
	Snippet []Piece `json:"snippet"`
}

// Piece is a part of a displayed text, plain and not escaped.
type Piece struct {
	Text   string `json:"text"`
	Marked bool   `json:"marked,omitempty"` // it is what was searched for
}

// Change is one step of what the store's articles went through: one arrived,
// was revised or was removed.
type Change struct {
	Number  uint64  // of the step, in the row of numbers that batches and articles share; several steps may have one
	Seq     uint64  // of the article
	Removed bool    // then Article is empty
	Article Article // as it is now, with its body
}
