package arabic

import "unicode/utf8"

// tidy reports whether no rule could find work in s, in one look at each
// character and its neighbours. It may say no of a text that is clean, never
// yes of one that is not: most paragraphs need no more than this, once their
// spaces are single.
func tidy(s string) bool {
	var t tidying
	return t.add(s) && t.end()
}

// tidying is what tidy knows of a text, given in stretches.
type tidying struct {
	before, last rune // the last two characters
	leads        int  // pairs that may be bytes of a letter that was read wrongly
}

// add reports whether no rule could find work in the text up to the end of s.
func (t *tidying) add(s string) bool {
	before, last := t.before, t.last
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r < utf8.RuneSelf {
			if 'a' <= r|0x20 && r|0x20 <= 'z' && last != '&' { // no rule looks for work here
				before, last = last, r
				i++
				continue
			}
		} else {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		i += size
		if r == utf8.RuneError || unusual(r) {
			return false
		}
		if last == '&' && r != ' ' {
			return false // it may be a reference
		}
		if last == ' ' && (r == ' ' || endMark(r) || closing(r) != 0) {
			return false
		}
		if (last == 'ط' || last == 'ظ') && r >= utf8.RuneSelf && (r < 0x0621 || r > 0x0652) {
			if t.leads++; t.leads > 1 { // as mayBeMojibake counts
				return false
			}
		}
		switch {
		case r == ' ' && (last == 0 || opening(last) != 0):
			return false
		case Letter(r) || opening(r) != 0:
			if endMark(last) || closing(last) != 0 || last == ',' || last == ';' || last == '?' || glues(r, last) {
				return false
			}
		case r == '.' && last == '.' && before == '.', r == '،' && last == '،':
			return false
		case r == ' ' && (last == ',' || last == ';' || last == '?'):
			if endsArabic(before) {
				return false
			}
		}
		if mark(r) && mark(last) {
			return false
		}
		before, last = last, r
	}
	t.before, t.last = before, last
	return true
}

// end reports whether the text may end here.
func (t *tidying) end() bool {
	if t.last == ',' || t.last == ';' || t.last == '?' {
		return !endsArabic(t.before)
	}
	return t.last != ' '
}

// endsArabic reports whether a Latin mark behind r may follow an Arabic word.
func endsArabic(r rune) bool { return Letter(r) || mark(r) || closing(r) != 0 }

// glues reports whether a quote or bracket r may be glued to a word that ends
// in last.
func glues(r, last rune) bool {
	return (r == '«' || r == '(') && last >= 0x0600
}

// unusual reports whether rules T1 to T5, T11 or T12 have to look at r.
func unusual(r rune) bool {
	switch {
	case r < ' ' || r == 0x7F:
		return true
	case r < 0x80:
		return false
	case r < 0x0100:
		return r < 'À' && r != '«' && r != '»' || mojibakeLead(r)
	case r >= 0x0621 && r <= 0x0652:
		return r == tatweel
	case r == '،' || r == '؛' || r == '؟' || r >= '٠' && r <= '٬':
		return false
	case r >= 0x0671 && r <= 0x06D3, r >= 'א' && r <= 'ת': // letters of Persian, Urdu and Hebrew
		return false
	}
	switch r {
	case '“', '”', '‘', '’', '–', '—', '…', '‹', '›':
		return false
	}
	return true
}
