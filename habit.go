package nashra

import "slices"

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
