package nashra

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
)

// Habit is what the bodies of a source's pages are like, learned from the last
// ones. It tells a short item from a page that shows something else. The zero
// value knows nothing.
type Habit struct {
	Bodies []Body `json:"bodies,omitempty"` // in the order in which they came, 24 at most
}

// Body is what is remembered of the body that a page gave.
type Body struct {
	Article Hash `json:"article"`           // of the identity of its article
	Title   Hash `json:"title"`             // of the folded title
	Text    Hash `json:"text"`              // of the folded text
	Letters int  `json:"letters,omitempty"` // 0: it is no example, because it looked wrong or is a beginning only
}

// IsZero reports whether nothing is known.
func (h Habit) IsZero() bool { return len(h.Bodies) == 0 }

// MarshalJSON packs the bodies into one string: of each its three hashes, 16
// bytes each, and its letters, a varint. The state of a source holds them, and
// is read and written at every poll.
func (h Habit) MarshalJSON() ([]byte, error) {
	data := make([]byte, 0, len(h.Bodies)*(3*len(Hash{})+2))
	for _, b := range h.Bodies {
		data = append(data, b.Article[:]...)
		data = append(data, b.Title[:]...)
		data = append(data, b.Text[:]...)
		data = binary.AppendVarint(data, int64(b.Letters))
	}
	return json.Marshal(data)
}

// UnmarshalJSON reads what MarshalJSON wrote, and an object with the fields of h,
// as it was written before.
func (h *Habit) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(data, []byte("{")) {
		type object Habit
		return json.Unmarshal(data, (*object)(h))
	}
	var packed []byte
	if err := json.Unmarshal(data, &packed); err != nil {
		return err
	}
	h.Bodies = nil
	for len(packed) > 0 {
		var b Body
		for _, hash := range []*Hash{&b.Article, &b.Title, &b.Text} {
			packed = packed[copy(hash[:], packed):]
		}
		letters, n := binary.Varint(packed)
		if n <= 0 {
			return errors.New("a habit ends in the middle of a body")
		}
		b.Letters, packed = int(letters), packed[n:]
		h.Bodies = append(h.Bodies, b)
	}
	return nil
}

const (
	habitBodies = 24
	habitLeast  = 10 // bodies; of fewer nothing is said
)

// After is h after one more body. One of the same article, or one that is no
// example and has the same text, is replaced by it.
func (h Habit) After(b Body) Habit {
	bodies := slices.DeleteFunc(slices.Clone(h.Bodies), func(old Body) bool {
		return old.Article == b.Article || old.Letters == 0 && old.Text == b.Text
	})
	bodies = append(bodies, b)
	return Habit{Bodies: bodies[max(0, len(bodies)-habitBodies):]}
}

// Letters is a length, in letters, that three quarters of the source's bodies
// have or exceed; 0 while too few are known to speak of a habit.
func (h Habit) Letters() int {
	var letters []int
	for _, b := range h.Bodies {
		if b.Letters > 0 {
			letters = append(letters, b.Letters)
		}
	}
	if len(letters) < habitLeast {
		return 0
	}
	slices.Sort(letters)
	return letters[len(letters)/4]
}

// Another reports whether the same text was the body of another article under
// another title.
func (h Habit) Another(b Body) bool {
	return slices.ContainsFunc(h.Bodies, b.SameText)
}

// SameText reports whether b and other are one text under two titles, of two
// articles. An article that a partner sends again under a new guid keeps its
// title, and wire copy that appears twice mostly does.
func (b Body) SameText(other Body) bool {
	return b.Text == other.Text && b.Article != other.Article && b.Title != other.Title
}
