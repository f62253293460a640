package arabic

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// codepage is an encoding that UTF-8 was read as by mistake.
type codepage struct {
	table  *charmap.Charmap
	zahTah bool // Arabic itself, in which UTF-8 looks like ط and ظ before nearly every character
}

var codepages = []codepage{{charmap.Windows1252, false}, {charmap.Windows1256, true}}

const (
	minStretch   = 6 // non-ASCII characters that a stretch of words needs
	minParagraph = 4 // and a whole paragraph
)

// mojibakeLead reports whether r is how the first byte of an Arabic letter's
// UTF-8 looks in windows-1252 or windows-1256.
func mojibakeLead(r rune) bool {
	switch r {
	case 'Ø', 'Ù', 'Ú', 'Û', 'ï', 'ط', 'ظ':
		return true
	}
	return false
}

// unmojibake turns UTF-8 that was read as windows-1252 or windows-1256 back
// (T12). Text that would have to be turned back twice is left as it came.
func unmojibake(cells []cell) []cell {
	if !mayBeMojibake(cells) {
		return cells
	}
	once := unmojibakeOnce(cells)
	if once == nil {
		return cells
	}
	if mayBeMojibake(once) && unmojibakeOnce(once) != nil {
		return cells
	}
	return once
}

// mayBeMojibake looks for two lead bytes with what cannot follow the letters
// they look like.
func mayBeMojibake(cells []cell) bool {
	n := 0
	for i := 0; i+1 < len(cells) && n < 2; i++ {
		next := cells[i+1].r
		switch cells[i].r {
		case 'Ø', 'Ù', 'Ú', 'Û', 'ï':
			if next >= 0x80 {
				n++
			}
		case 'ط', 'ظ':
			if next >= 0x80 && !(next >= 0x0621 && next <= 0x0652) {
				n++
			}
		}
	}
	return n >= 2
}

// unmojibakeOnce is nil where nothing can be turned back.
func unmojibakeOnce(cells []cell) []cell {
	first := codepages[0].stretches(cells)
	found := slices.Clone(first)
	for _, s := range codepages[1].stretches(cells) {
		// Both lists are in order, so what lies before s is before all others.
		for len(first) > 0 && first[0].to <= s.from {
			first = first[1:]
		}
		if len(first) == 0 || first[0].from >= s.to {
			found = append(found, s)
		}
	}
	if found == nil {
		return nil
	}
	slices.SortFunc(found, func(a, b stretch) int { return a.from - b.from })
	var out []cell
	from := 0
	for _, s := range found {
		out = append(out, cells[from:s.from]...)
		for i := s.from; i < s.to; {
			r, size := s.page.decode(cells[i:])
			c := cells[i]
			if size > 0 {
				c.r = r
			}
			out = append(out, c)
			i += max(size, 1)
		}
		from = s.to
	}
	return append(out, cells[from:]...)
}

// stretch is a word of the paragraph, or several: its cells and what it would
// become.
type stretch struct {
	page     codepage
	from, to int
	sound    bool // converts without loss
	foreign  int  // characters outside ASCII
	arabic   int  // letters of the result
	other    int  // its letters of other scripts
	leads    int  // characters of the result whose first byte reads ط or ظ
	pairs    int  // letters and marks of the result outside ASCII
}

func (s *stretch) add(w stretch) {
	s.to = w.to
	s.foreign += w.foreign
	s.arabic += w.arabic
	s.other += w.other
	s.leads += w.leads
	s.pairs += w.pairs
}

// score is at least 0 where nine tenths of the letters are Arabic.
func (s stretch) score() int { return s.arabic - 9*s.other }

func (p codepage) mended(s stretch, least int) bool {
	return s.foreign >= least && s.arabic > 0 && s.score() >= 0 && (!p.zahTah || 10*s.leads >= 9*s.pairs)
}

// stretches finds what to convert: the whole paragraph, or else every stretch
// of words that deserves it.
func (p codepage) stretches(cells []cell) []stretch {
	words := p.words(cells)
	var found []stretch
	for i := 0; i < len(words); {
		j := i
		for j < len(words) && words[j].sound {
			j++
		}
		if j == i {
			i++
			continue
		}
		least := minStretch
		if i == 0 && j == len(words) {
			least = minParagraph
		}
		if whole := joined(words[i:j]); p.mended(whole, least) {
			found = append(found, whole)
		} else {
			for _, s := range longestStretches(words[i:j]) {
				if p.mended(s, minStretch) {
					found = append(found, s)
				}
			}
		}
		i = j
	}
	return found
}

// words parts cells at white space. A space that is the second half of a
// letter parts nothing.
func (p codepage) words(cells []cell) []stretch {
	var words []stretch
	var w *stretch
	for i := 0; i < len(cells); {
		r, size := p.decode(cells[i:])
		if size <= 1 && cells[i].white() {
			w = nil
			i++
			continue
		}
		if w == nil {
			words = append(words, stretch{page: p, from: i, sound: true})
			w = &words[len(words)-1]
		}
		if size == 0 {
			w.sound = false
			size = 1
		} else {
			w.count(r, size, cells[i].r)
		}
		i += size
		w.to = i
	}
	return words
}

func (s *stretch) count(r rune, size int, lead rune) {
	if unicode.IsLetter(r) && r != tatweel {
		if Letter(r) {
			s.arabic++
		} else {
			s.other++
		}
	}
	if size > 1 {
		s.foreign += size
		if unicode.IsLetter(r) || mark(r) {
			s.pairs++
			if lead == 'ط' || lead == 'ظ' {
				s.leads++
			}
		}
	}
}

// decode reads the character whose UTF-8 the head of cells shows, and how many
// cells it takes: 1 for ASCII, 0 where there is no such character.
func (p codepage) decode(cells []cell) (rune, int) {
	if r := cells[0].r; r < utf8.RuneSelf {
		return r, 1
	}
	var buf [utf8.UTFMax]byte
	for n := 0; n < len(buf) && n < len(cells); n++ {
		b, ok := p.encode(cells[n].r)
		if !ok || b < 0x80 || n == 0 && b < 0xC2 || n > 0 && b > 0xBF {
			return 0, 0
		}
		buf[n] = b
		if r, size := utf8.DecodeRune(buf[:n+1]); size == n+1 && size > 1 {
			return r, size
		}
	}
	return 0, 0
}

// encode is the byte that r is in p. The C1 controls are the bytes that
// windows-1252 leaves undefined, and what ISO 8859-1 makes of the others.
func (p codepage) encode(r rune) (byte, bool) {
	if r >= 0x80 && r < 0xA0 {
		return byte(r), true
	}
	return p.table.EncodeRune(r)
}

// maxSearch bounds the words among which the longest stretches are sought,
// because the search takes quadratic time where no stretch is long.
const maxSearch = 1000

// longestStretches are the longest runs of words nine tenths of whose letters
// would be Arabic, then the longest of what is left on both sides, in order.
func longestStretches(words []stretch) []stretch {
	if len(words) > maxSearch {
		return append(longestStretches(words[:maxSearch]), longestStretches(words[maxSearch:])...)
	}
	from, to := longest(words)
	if from == to {
		return nil
	}
	found := longestStretches(words[:from])
	found = append(found, joined(words[from:to]))
	return append(found, longestStretches(words[to:])...)
}

func joined(words []stretch) stretch {
	whole := words[0]
	for _, w := range words[1:] {
		whole.add(w)
	}
	return whole
}

// longest finds the longest words[from:to] whose scores sum to 0 or more.
func longest(words []stretch) (from, to int) {
	sums := make([]int, len(words)+1) // of the words before
	var low []int                     // where sums reaches a new low: the only sensible beginnings
	for i := range sums {
		if i > 0 {
			sums[i] = sums[i-1] + words[i-1].score()
		}
		if len(low) == 0 || sums[i] < sums[low[len(low)-1]] {
			low = append(low, i)
		}
	}
	for end := len(words); end > 0 && len(low) > 0; end-- {
		for len(low) > 0 && sums[low[len(low)-1]] <= sums[end] {
			if begin := low[len(low)-1]; end-begin > to-from {
				from, to = begin, end
			}
			low = low[:len(low)-1]
		}
	}
	return from, to
}
