package nashra

import "time"

// Article is what we keep of an entry. Its body holds no disclaimer: that is
// rendered from Credit and the template in force as the article leaves.
type Article struct {
	ID        string    `json:"id"`     // stable for ever, see [NewID]
	Seq       uint64    `json:"seq"`    // order of arrival
	Source    string    `json:"source"` // id of the source that brought it first
	Partner   string    `json:"partner"`
	GUID      string    `json:"guid,omitempty"`
	FirstSeen time.Time `json:"first_seen"`
	Sort      time.Time `json:"sort"`     // min(published, first seen) when it was first applied; never moves
	Revised   time.Time `json:"revised"`  // when the present content was applied
	Revision  int       `json:"revision"` // 0: as it came first
	Cause     Cause     `json:"cause"`    // of the present content
	EntryHash Hash      `json:"entry_hash"`
	PageHash  Hash      `json:"page_hash,omitzero"` // zero where no page was read

	// PageValidators are those of the page that the present body was made of;
	// zero where it was made of the feed.
	PageValidators Validators `json:"page_validators,omitzero"`

	Content
}

// Content is what the extractor makes of an entry and its page.
type Content struct {
	Title      string      `json:"title"`
	Link       string      `json:"link"` // of the original
	Byline     string      `json:"byline,omitempty"`
	Excerpt    string      `json:"excerpt,omitempty"`
	HTML       string      `json:"html,omitempty"` // sanitised and cleaned; empty in a listing without bodies
	Language   string      `json:"language,omitempty"`
	Direction  string      `json:"direction,omitempty"` // rtl or ltr
	Image      string      `json:"image,omitempty"`
	Categories []string    `json:"categories,omitempty"` // the partner's
	Enclosures []Enclosure `json:"enclosures,omitempty"`
	Published  time.Time   `json:"published,omitzero"`
	Updated    time.Time   `json:"updated,omitzero"`
	Method     string      `json:"method"` // the rule that found the body
	Credit     Credit      `json:"credit"`

	// Partial: the body breaks off, because of a paywall, a "read the rest" or
	// a further part that could not be had.
	Partial bool `json:"partial,omitempty"`

	// Suspect says why the body that the page gave is not trusted; nil where
	// nothing speaks against it. HTML is then the feed's own text, or that
	// body where the feed has none.
	Suspect *Suspicion `json:"suspect,omitempty"`
}

// Suspicion is why a body looks wrong.
type Suspicion struct {
	Kind   SuspicionKind `json:"kind"`
	Reason string        `json:"reason"` // a sentence for an editor
}

// Doubts is what was wrong with the articles that a cycle made of pages.
type Doubts struct {
	Pages     int      `json:"pages"`               // that it read
	Suspect   int      `json:"suspect,omitempty"`   // of these, with a body that is not trusted
	Partial   int      `json:"partial,omitempty"`   // with the beginning of an article only
	Sentences []string `json:"sentences,omitempty"` // for an editor
}

// SuspicionKind is a way in which a body looks wrong.
type SuspicionKind string

const (
	SuspectShort     SuspicionKind = "short"     // far shorter than the source's habit
	SuspectLinks     SuspicionKind = "links"     // mostly links
	SuspectScript    SuspicionKind = "script"    // another script than the source's language has
	SuspectFurniture SuspicionKind = "furniture" // nothing but the site's own notices
	SuspectDuplicate SuspicionKind = "duplicate" // the same as another item's
)

// Credit holds the facts that a disclaimer is made of.
type Credit struct {
	Partner string `json:"partner"`
	Link    string `json:"link"`
	Origin  string `json:"origin,omitempty"` // whom the partner itself names as its source
}

// Cause says who changed an article. Only the partner's changes count as
// updates.
type Cause string

const (
	CausePartner Cause = "partner" // the partner sent something else
	CauseNashra  Cause = "nashra"  // the same, extracted or cleaned anew
	CauseDesk    Cause = "desk"    // the same, extracted anew because the desk asked for it
)

// Revision is an article's content as it was before the next revision.
type Revision struct {
	Number  int       `json:"number"` // 0: as it came first
	At      time.Time `json:"at"`     // when it was applied
	Cause   Cause     `json:"cause"`  // who changed what was before it
	Content Content   `json:"content"`
}

// RevisionsKept is how many past revisions the store keeps of an article.
const RevisionsKept = 20

// Record is an article as the store holds it, with what the desk has marked
// on it.
type Record struct {
	Article Article `json:"article"`
	Marks   Marks   `json:"marks,omitzero"`
}

// Known is what a cycle must know of an entry before it does any work on it.
// The zero value: never seen.
type Known struct {
	ID        string `json:"id,omitempty"`
	EntryHash Hash   `json:"entry_hash,omitzero"` // of the entry that the present content was made of
	PageHash  Hash   `json:"page_hash,omitzero"`
	Removed   bool   `json:"removed,omitempty"` // a tombstone: it must not come back

	// Sent is what each source sent last, by id, where several sources of the
	// partner bring the article and may show it differently.
	Sent map[string]Hash `json:"sent,omitempty"`
}

// HashFrom is the hash of the entry as source sent it last. An entry with the
// same hash is put without content.
func (k Known) HashFrom(source string) Hash {
	if h, ok := k.Sent[source]; ok {
		return h
	}
	return k.EntryHash
}

// Query asks for articles, newest first by (Sort, ID). Source and Category
// narrow it; at most one of them is set.
type Query struct {
	Source   string    `json:"source,omitempty"`   // id
	Category string    `json:"category,omitempty"` // slug of a source's category, see arabic.Slug
	Limit    int       `json:"limit"`              // 1 to 1000
	After    string    `json:"after,omitempty"`    // Next of the page before
	Visible  time.Time `json:"visible,omitzero"`   // only what may be seen at this instant; zero: everything, for the desk
	Bodies   bool      `json:"bodies,omitempty"`   // with Content.HTML
}

// Page is one page of a listing.
type Page struct {
	Records []Record `json:"records"`
	Next    string   `json:"next,omitempty"` // opaque; empty at the end
}
