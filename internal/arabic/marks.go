package arabic

import "unicode"

// tidyMarks applies rules T9, T6, T8 and T7, and again while one of them makes
// work for another.
func tidyMarks(cells []cell) []cell {
	for range maxRounds {
		changed := false
		for _, rule := range []func([]cell) ([]cell, bool){arabicMarks, spaceAfterMarks, tidyQuotes, noSpaceBeforeMarks} {
			var did bool
			cells, did = rule(cells)
			changed = changed || did
		}
		if !changed {
			break
		}
		protect(cells)
	}
	return cells
}

// protect sets alone in every token that holds a Latin letter, @, # or / (T10).
func protect(cells []cell) {
	for start := 0; start < len(cells); {
		end, alone := start, false
		for ; end < len(cells) && !cells[end].white(); end++ {
			r := cells[end].r
			alone = alone || r == '@' || r == '#' || r == '/' || latin(r)
		}
		for ; start < end; start++ {
			cells[start].alone = alone
		}
		for ; start < len(cells) && cells[start].white(); start++ {
			cells[start].alone = false
		}
	}
}

func latin(r rune) bool {
	if r < 0x80 {
		return 'a' <= r|0x20 && r|0x20 <= 'z'
	}
	return r < 0x0370 && unicode.Is(unicode.Latin, r) ||
		r >= 0x1D00 && unicode.Is(unicode.Latin, r)
}

func digit(r rune) bool {
	return '0' <= r && r <= '9' || r >= 0x0660 && unicode.IsDigit(r)
}

// endMark reports whether r is one of the marks that stand at a word (T7).
func endMark(r rune) bool {
	switch r {
	case '،', '؛', '؟', '!', ':', '.':
		return true
	}
	return false
}

// wordBefore counts the Arabic letters that end at cells[i-1] without a break,
// three at most. Their marks and joiners belong to them; tatweel is a break.
func wordBefore(cells []cell, i int) int {
	n := 0
	for i--; i >= 0 && n < 3; i-- {
		r := cells[i].r
		switch {
		case Letter(r):
			n++
		case r == zwnj || r == zwj || mark(r):
		default:
			return n
		}
	}
	return n
}

// arabicMarks makes the Latin marks after Arabic words Arabic ones, one of a
// run of Arabic commas and three of four dots and more (T9).
func arabicMarks(cells []cell) ([]cell, bool) {
	changed := false
	out := cells[:0]
	for i := 0; i < len(cells); i++ {
		c := cells[i]
		if c.code || c.alone {
			out = append(out, c)
			continue
		}
		switch c.r {
		case ',', ';', '?':
			if !followsArabic(cells, i) || i+1 < len(cells) && !cells[i+1].white() && !Letter(cells[i+1].r) {
				break
			}
			c.r = map[rune]rune{',': '،', ';': '؛', '?': '؟'}[c.r]
			changed = true
		case '،':
			if n := len(out); n > 0 && out[n-1].r == '،' && !out[n-1].code {
				out[n-1].dir = c.dir
				changed = true
				continue
			}
		case '.':
			if dots(cells, i) > 3 && (i == 0 || cells[i-1].r != '.' || cells[i-1].code) {
				n := dots(cells, i)
				out = append(out, cells[i:i+3]...)
				out[len(out)-1].dir = cells[i+n-1].dir
				i += n - 1
				changed = true
				continue
			}
		}
		out = append(out, c)
	}
	return out, changed
}

func dots(cells []cell, i int) int {
	n := 0
	for i+n < len(cells) && cells[i+n].r == '.' && !cells[i+n].code {
		n++
	}
	return n
}

// followsArabic reports whether an Arabic letter stands right before cells[i],
// or closing quotes and brackets after one do.
func followsArabic(cells []cell, i int) bool {
	for i > 0 && closing(cells[i-1].r) != 0 {
		i--
	}
	return wordBefore(cells, i) > 0
}

// spaceAfterMarks puts a space after a mark that is glued to the next word
// (T6).
func spaceAfterMarks(cells []cell) ([]cell, bool) {
	var at []int
	for i, c := range cells {
		if c.code || c.alone || !endMark(c.r) || i+1 == len(cells) {
			continue
		}
		next := cells[i+1].r
		letter, opens := Letter(next), opening(next) != 0
		switch c.r {
		case ':':
			if (letter || opens) && wordBefore(cells, i) > 0 {
				at = append(at, i)
			}
		case '.':
			if letter && wordBefore(cells, i) > 2 {
				at = append(at, i)
			}
		default:
			if letter || opens {
				at = append(at, i)
			}
		}
	}
	return insertSpaces(cells, at), len(at) > 0
}

// insertSpaces puts a space after each of the cells in at, which ascend. A
// direction mark there would no longer stand between two visible characters.
func insertSpaces(cells []cell, at []int) []cell {
	if len(at) == 0 {
		return cells
	}
	out := make([]cell, 0, len(cells)+len(at))
	from := 0
	for _, i := range at {
		out = append(out, cells[from:i+1]...)
		last := &out[len(out)-1]
		last.dir = 0
		space := cell{r: ' ', run: last.run}
		if last.code {
			space.run = cells[i+1].run
		}
		out = append(out, space)
		from = i + 1
	}
	return append(out, cells[from:]...)
}

// noSpaceBeforeMarks takes the space away that stands between a word and its
// marks (T7).
func noSpaceBeforeMarks(cells []cell) ([]cell, bool) {
	changed := false
	out := cells[:0]
	for i, c := range cells {
		if c.isSpace() && i > 0 && marksOfWord(cells, i) {
			changed = true
			continue
		}
		out = append(out, c)
	}
	return out, changed
}

// marksOfWord reports whether what follows the space at i are marks that
// belong to what stands before it.
func marksOfWord(cells []cell, i int) bool {
	end := i + 1
	for end < len(cells) && endMark(cells[end].r) && !cells[end].code {
		if cells[end].r == '.' && cells[end-1].r == '.' {
			return false // an ellipsis
		}
		end++
	}
	if end == i+1 || end < len(cells) && !cells[end].white() {
		return false
	}
	before := i - 1
	for before > 0 && (cells[before].r == zwnj || cells[before].r == zwj || mark(cells[before].r)) {
		before--
	}
	r := cells[before].r
	if digit(r) {
		return !(end == i+2 && end+1 < len(cells) && digit(cells[end+1].r))
	}
	return Letter(r) || latin(r) || closing(r) != 0
}
