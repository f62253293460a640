package arabic

import (
	"slices"
	"unicode"

	"github.com/rivo/uniseg"
)

// invisible reports whether r always goes (T2): it shows nothing, and was left
// behind by an editor or meant for a line or a page that is not ours.
func invisible(r rune) bool {
	switch {
	case r < 0x20:
		return r < '\t' || r > '\r'
	case r < 0x7F:
		return false
	case r < 0xA0:
		return r != 0x85
	}
	switch r {
	case 0xFEFF, 0x200B, 0x2060, 0x00AD, 0xFFFC:
		return true
	}
	return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}

// direction reports whether r is a mark that only steers the bidi algorithm.
func direction(r rune) bool { return r == lrm || r == rlm || r == alm }

func dropInvisible(cells []cell) []cell {
	out := cells[:0]
	for _, c := range cells {
		if !invisible(c.r) {
			out = append(out, c)
		}
	}
	return out
}

// dropJoiners keeps ZWNJ and ZWJ only where they shape a letter or an emoji,
// and one of a run (T3). An LRM, RLM or ALM beside one that stays goes: it does
// not stand between two visible characters (T2).
func dropJoiners(cells []cell) []cell {
	out := cells[:0]
	for i := 0; i < len(cells); i++ {
		if !joiner(cells[i].r) && !direction(cells[i].r) {
			out = append(out, cells[i])
			continue
		}
		next := i + 1
		for next < len(cells) && (joiner(cells[next].r) || direction(cells[next].r)) {
			next++
		}
		var after rune
		if next < len(cells) {
			after = cells[next].r
		}
		letter := letterBefore(out)
		stays := func(c cell) bool {
			return c.r == zwnj && letter && Letter(after) || c.r == zwj && (letter || emojiSequence(out, after))
		}
		if k := slices.IndexFunc(cells[i:next], stays); k >= 0 {
			out = append(out, cells[i+k])
		} else {
			for _, c := range cells[i:next] {
				if direction(c.r) {
					out = append(out, c)
				}
			}
		}
		i = next - 1
	}
	return out
}

func joiner(r rune) bool { return r == zwnj || r == zwj }

// maxMarks bounds how many marks are taken to belong to one character, so that
// a text of marks alone costs no more than others.
const maxMarks = 40

// letterBefore reports whether cells end in an Arabic letter, or in marks that
// belong to one.
func letterBefore(cells []cell) bool {
	for i := len(cells) - 1; i >= max(0, len(cells)-maxMarks); i-- {
		if r := cells[i].r; !mark(r) {
			return Letter(r)
		}
	}
	return false
}

// emojiSequence reports whether a joiner after before makes one emoji with
// next (Unicode Standard Annex 29, rule GB11).
func emojiSequence(before []cell, next rune) bool {
	start := len(before) - 1
	for start >= 0 && start > len(before)-maxMarks && emojiModifier(before[start].r) {
		start--
	}
	if start < 0 || next == 0 || emojiModifier(next) || unicode.IsLetter(next) || mark(next) {
		return false
	}
	text := make([]rune, 0, 8)
	for _, c := range before[start:] {
		text = append(text, c.r)
	}
	text = append(text, zwj, next)
	return uniseg.GraphemeClusterCount(string(text)) == 1
}

// emojiModifier reports whether r changes the look of the emoji before it.
func emojiModifier(r rune) bool {
	return r == 0xFE0F || r >= 0x1F3FB && r <= 0x1F3FF
}

// attachDirections hangs each LRM, RLM and ALM on the visible character before
// it, so that the rules after it look through it. One that does not stand
// between two visible characters goes, and of a run all but the first (T2).
func attachDirections(cells []cell) []cell {
	out := cells[:0]
	for i := 0; i < len(cells); i++ {
		if !direction(cells[i].r) {
			out = append(out, cells[i])
			continue
		}
		first := cells[i].r
		for i+1 < len(cells) && direction(cells[i+1].r) {
			i++
		}
		if i+1 == len(cells) || cells[i+1].white() || len(out) == 0 {
			continue
		}
		if last := &out[len(out)-1]; !last.white() {
			last.dir = first
		}
	}
	return out
}

// detachDirections makes the marks that attachDirections hung on characters
// characters again.
func detachDirections(cells []cell) []cell {
	out := make([]cell, 0, len(cells)+8)
	for _, c := range cells {
		dir := c.dir
		c.dir = 0
		out = append(out, c)
		if dir != 0 {
			c.r = dir
			out = append(out, c)
		}
	}
	return out
}
