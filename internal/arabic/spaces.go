package arabic

import (
	"slices"
	"strings"
)

// dropTatweel takes the tatweel out of words and leaves one of a run elsewhere
// (T4). One that carries a mark stays.
func dropTatweel(cells []cell) []cell {
	if !slices.ContainsFunc(cells, func(c cell) bool { return c.r == tatweel }) {
		return cells
	}
	out := cells[:0]
	inWord, until := false, 0 // what was found of the tatweels before until
	for i, c := range cells {
		if c.r != tatweel || c.code || c.alone {
			out = append(out, c)
			continue
		}
		if i >= until {
			until = tatweelsEnd(cells, i)
			inWord = letterBefore(out) && cells[until-1].dir == 0 &&
				until < len(cells) && Letter(cells[until].r)
		}
		next := i + 1
		switch {
		case next < len(cells) && mark(cells[next].r):
			out = append(out, c)
		case inWord:
		case c.dir == 0 && next < until && cells[next].r == tatweel:
			// The last of a run stands for it.
		default:
			out = append(out, c)
		}
	}
	return out
}

// tatweelsEnd is where the tatweels that begin at i end, their marks among
// them.
func tatweelsEnd(cells []cell, i int) int {
	for i++; i < len(cells) && cells[i-1].dir == 0; i++ {
		if !mark(cells[i].r) && (cells[i].r != tatweel || cells[i].code) {
			break
		}
	}
	return i
}

// singleSpaces makes all white space single spaces, with none at an end (T5).
func singleSpaces(cells []cell) []cell {
	out := cells[:0]
	for i, c := range cells {
		if c.isSpace() {
			if i == 0 || len(out) == 0 || out[len(out)-1].isSpace() {
				continue
			}
			c.r = ' '
		}
		out = append(out, c)
	}
	if n := len(out); n > 0 && out[n-1].isSpace() {
		out = out[:n-1]
	}
	return out
}

// collapse makes the common white space of s single spaces, as singleSpaces
// does but for the ends of the text. It reports false where a no-break space
// may be half of a letter that was read wrongly (T12).
func collapse(s string) (string, bool) {
	var b strings.Builder
	from := 0 // what was not written yet
	for i := 0; i < len(s); {
		n := spaceAt(s, i)
		if n == 0 {
			i++
			continue
		}
		if n > 1 && zahTahBefore(s, i) {
			return "", false
		}
		end := i + n
		for end < len(s) {
			if n = spaceAt(s, end); n == 0 {
				break
			}
			end += n
		}
		if s[i:end] != " " {
			if from == 0 {
				b.Grow(len(s))
			}
			b.WriteString(s[from:i])
			b.WriteByte(' ')
			from = end
		}
		i = end
	}
	if from == 0 {
		return s, true
	}
	b.WriteString(s[from:])
	return b.String(), true
}

// noBreak is the no-break space.
const noBreak = "\u00A0"

// spaceAt is the size in bytes of the common white space that stands at s[i], 0
// where none does.
func spaceAt(s string, i int) int {
	switch s[i] {
	case ' ', '\n', '\t', '\r':
		return 1
	case noBreak[0]:
		if i+1 < len(s) && s[i+1] == noBreak[1] {
			return len(noBreak)
		}
	}
	return 0
}

// zahTahBefore reports whether ط or ظ stands before s[i].
func zahTahBefore(s string, i int) bool {
	return strings.HasSuffix(s[:i], "ط") || strings.HasSuffix(s[:i], "ظ")
}
