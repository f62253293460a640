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
		case joiner(r) || mark(r):
		default:
			return n
		}
	}
	return n
}

// arabicMarks makes the Latin marks after Arabic words Arabic ones, one of a
// run of Arabic commas and three of four dots and more (T9).
func arabicMarks(cells []cell) ([]cell, bool) {
	first := 0
	for first < len(cells) && !listMark(cells[first].r) {
		first++
	}
	changed := false
	out := cells[:first]
	for i := first; i < len(cells); i++ {
		c := cells[i]
		if c.code || c.alone || !listMark(c.r) {
			out = append(out, c)
			continue
		}
		switch c.r {
		case ',', ';', '?':
			if !followsArabic(out) || i+1 < len(cells) && !cells[i+1].white() && !Letter(cells[i+1].r) {
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
			if n := dots(cells[i:]); n > 3 {
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

// listMark reports whether rule T9 may have to look at r.
func listMark(r rune) bool { return r == '.' || r == '،' || r == ',' || r == ';' || r == '?' }

// dots counts the full stops that cells begin with.
func dots(cells []cell) int {
	n := 0
	for n < len(cells) && cells[n].r == '.' && !cells[n].code {
		n++
	}
	return n
}

// followsArabic reports whether before ends in an Arabic letter, or in closing
// quotes and brackets after one.
func followsArabic(before []cell) bool {
	i := len(before)
	for i > 0 && closing(before[i-1].r) != 0 {
		i--
	}
	return wordBefore(before, i) > 0
}

// spaceAfterMarks puts a space after a mark that is glued to the next word
// (T6).
func spaceAfterMarks(cells []cell) ([]cell, bool) {
	var at []int
	for i := range cells {
		c := &cells[i]
		if !endMark(c.r) || c.code || c.alone || i+1 == len(cells) {
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
	first := 0 // space before a mark
	for first < len(cells) && !(cells[first].isSpace() && first+1 < len(cells) && endMark(cells[first+1].r)) {
		first++
	}
	changed := false
	out := cells[:first]
	for i := first; i < len(cells); i++ {
		if cells[i].isSpace() && i > 0 && marksOfWord(out, cells[i+1:]) {
			changed = true
			continue
		}
		out = append(out, cells[i])
	}
	return out, changed
}

// marksOfWord reports whether after, behind a space, begins with marks that
// belong to what before ends with.
func marksOfWord(before, after []cell) bool {
	n := 0
	for n < len(after) && endMark(after[n].r) && !after[n].code {
		if n > 0 && after[n].r == '.' && after[n-1].r == '.' {
			return false // an ellipsis
		}
		n++
	}
	if n == 0 || n < len(after) && !after[n].white() {
		return false
	}
	i := len(before) - 1
	for i > 0 && (joiner(before[i].r) || mark(before[i].r)) {
		i--
	}
	r := before[i].r
	if digit(r) {
		return n > 1 || len(after) < 3 || !digit(after[2].r)
	}
	return Letter(r) || latin(r) || closing(r) != 0
}
