package nashra

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// MaxBatch bounds an encoded batch: a replicated log takes messages of 1 MiB
// at most, and a batch must fit with room for its envelope.
const MaxBatch = 512 << 10

// MaxFurniture bounds what is learned of one source's pages, in bytes.
const MaxFurniture = 16 << 10

// Batch is the only thing that changes a store, and is applied whole in one
// transaction or not at all. Every part is optional. The same batches in the
// same order give the same store.
//
// Four kinds are made: a cycle of one source (Source, Cycle, Base, Puts, and
// in the closing one Fetch and State), a decision of the desk (Marks, Removes),
// a sweep (Sweep, Base, Removes) and a new reading of config.yaml (Sources,
// Base).
type Batch struct {
	ID string    `json:"id"` // a batch whose ID was applied is skipped
	At time.Time `json:"at"` // the only clock that Apply knows
	By string    `json:"by"` // ByCycle, "sweep", "config" or who at the desk decided

	// Of a cycle; where By is somebody at the desk, of articles that he has read
	// anew, and never closing. Base is the number of the source's last whole cycle; a cycle
	// made from another one is refused with ErrStale.
	Source string `json:"source,omitempty"`
	Cycle  Cycle  `json:"cycle,omitzero"`
	Base   uint64 `json:"base,omitempty"`
	Puts   []Put  `json:"puts,omitempty"`
	Fetch  *Fetch `json:"fetch,omitempty"` // its counts are filled in by Apply
	State  *State `json:"state,omitempty"` // present in the closing batch only

	// Furniture is what was learned of the source's pages, in the encoding of
	// package extractor, MaxFurniture at most. It may stand in the closing batch;
	// nil: as it is stored.
	Furniture []byte `json:"furniture,omitempty"`

	Marks   []Mark   `json:"marks,omitempty"`
	Removes []Remove `json:"removes,omitempty"`

	// Sweep says that what the batch removes is by the rules of retention. Base
	// is then the number of sweeps before it.
	Sweep *Sweep `json:"sweep,omitempty"`

	// Sources are records that config.yaml changed. Base is then the version
	// of the records they were compared with.
	Sources []Source `json:"sources,omitempty"`
}

// Cycle names one run over one source. Number is Base+1. Began tells the runs
// of one number apart, of which only the last was closed; it grows from run to
// run also when the clock jumps back.
type Cycle struct {
	Number uint64    `json:"number"`
	Began  time.Time `json:"began"`
}

// Put brings one entry. Whether it is new, updated or unchanged is decided
// where it is applied, by EntryHash and PageHash: by what the partner sent,
// not by what we made of it.
type Put struct {
	Identity       Identity   `json:"identity"`
	EntryHash      Hash       `json:"entry_hash"`
	PageHash       Hash       `json:"page_hash,omitzero"`
	PageValidators Validators `json:"page_validators,omitzero"` // of the page that the content's body was made of
	Content        *Content   `json:"content,omitempty"`        // nil: as it is stored, not extracted again
	Signature      Signature  `json:"signature,omitempty"`      // of the content's body; nil: none
}

// MarkKind is a decision of the desk.
type MarkKind string

const (
	MarkHide    MarkKind = "hide"    // an article leaves feeds and pages
	MarkRestore MarkKind = "restore" // and comes back
	MarkPause   MarkKind = "pause"   // a source is not fetched
	MarkResume  MarkKind = "resume"

	// These change nothing by themselves: they record what the desk had done.
	MarkFetch     MarkKind = "fetch"     // a source is fetched, due or not
	MarkTry       MarkKind = "try"       // and is asked, to see what would be made of it
	MarkRefresh   MarkKind = "refresh"   // an article takes up what its partner has of it now
	MarkReextract MarkKind = "reextract" // and is read anew, also where that is the same
)

// Mark is one decision of the desk on one article or source. No cycle touches
// marks.
type Mark struct {
	Kind    MarkKind `json:"kind"`
	Article string   `json:"article,omitempty"` // id, for hide, restore, refresh and reextract
	Source  string   `json:"source,omitempty"`  // id, for the others
	Reason  string   `json:"reason,omitempty"`
}

// Records reports whether m changes nothing beside the record of decisions.
func (m Mark) Records() bool {
	switch m.Kind {
	case MarkFetch, MarkTry, MarkRefresh, MarkReextract:
		return true
	}
	return false
}

// ByCycle is who applies the batches of a cycle that nobody asked for.
const ByCycle = "cycle"

// NoPerson reports whether a batch that is by that name was nobody's at the
// desk. No user may be called so.
func NoPerson(by string) bool { return by == ByCycle || by == "sweep" || by == "config" }

// Decision is a line of the audit log: what somebody at the desk decided in one
// batch.
type Decision struct {
	Seq     uint64    `json:"seq"` // of the batch
	ID      string    `json:"id"`  // of the batch
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Marks   []Mark    `json:"marks,omitempty"`
	Removes []Remove  `json:"removes,omitempty"`
}

// Marks is what the desk's decisions come to for one article.
type Marks struct {
	Hidden *Marked `json:"hidden,omitempty"` // nil: not hidden
}

// Marked says when, by whom and why something was marked.
type Marked struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Reason string    `json:"reason,omitempty"`
}

// Remove takes an article out of the store, with its body and its revisions,
// and leaves a tombstone, so that the partner's feed does not bring it back.
type Remove struct {
	Article string `json:"article"`
	Reason  string `json:"reason"`
	Purge   bool   `json:"purge,omitempty"` // for ever: the tombstone is never forgotten
}

// Sweep is what the rules of retention come to beside the articles that they
// remove.
type Sweep struct {
	// Forgets are removed articles, by id, whose tombstone is not needed any
	// more. One whose entry has been seen meanwhile stays.
	Forgets []string `json:"forgets,omitempty"`

	// Whole: with this batch all tombstones have been looked at.
	Whole bool `json:"whole,omitempty"`
}

// Applied is what a batch came to. A batch that is applied again returns what
// it returned the first time.
type Applied struct {
	Seq       uint64 `json:"seq"` // of the batch, in the order of all batches
	New       int    `json:"new"`
	Updated   int    `json:"updated"`
	Unchanged int    `json:"unchanged"`
}

// batchVersion is the version of the encoding. A change that an older program
// would misread gets the next number.
const batchVersion = 1

type batchEnvelope struct {
	Version int   `json:"v"`
	Batch   Batch `json:"batch"`
}

// EncodeBatch gives the bytes of b as the socket and a log carry them: JSON
// with the version of the encoding. Larger than MaxBatch wraps ErrTooLarge.
func EncodeBatch(b Batch) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(batchEnvelope{batchVersion, b}); err != nil {
		return nil, fmt.Errorf("encode batch %q: %w", b.ID, err)
	}
	if buf.Len() > MaxBatch {
		return nil, fmt.Errorf("encode batch %q: %d bytes, at most %d: %w", b.ID, buf.Len(), MaxBatch, ErrTooLarge)
	}
	return buf.Bytes(), nil
}

// DecodeBatch reads what EncodeBatch wrote. A newer version or an unknown
// field is an error: half-understood batches must not be applied.
func DecodeBatch(data []byte) (Batch, error) {
	if len(data) > MaxBatch {
		return Batch{}, fmt.Errorf("decode batch: %d bytes, at most %d: %w", len(data), MaxBatch, ErrTooLarge)
	}
	var version struct {
		V int `json:"v"`
	}
	if err := json.Unmarshal(data, &version); err != nil {
		return Batch{}, fmt.Errorf("decode batch: %w", err)
	}
	if version.V != batchVersion {
		return Batch{}, fmt.Errorf("decode batch: version %d, this program reads %d", version.V, batchVersion)
	}
	var e batchEnvelope
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&e); err != nil {
		return Batch{}, fmt.Errorf("decode batch: %w", err)
	}
	return e.Batch, nil
}
