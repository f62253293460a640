package arabic

import "unicode/utf8"

// tidy reports whether no rule could find work in s, in one look at each
// character and its neighbours. It may say no of a text that is clean, never
// yes of one that is not: most paragraphs that are cleaned a second time, and
// many at the first, need no more than this.
func tidy(s string) bool {
	var before, last rune // the two characters before
	for i, r := range s {
		if r == utf8.RuneError || unusual(r) {
			return false
		}
		if last == ' ' && (r == ' ' || endMark(r) || closing(r) != 0) {
			return false
		}
		switch {
		case r == ' ' && (i == 0 || opening(last) != 0):
			return false
		case Letter(r) || opening(r) != 0:
			if endMark(last) || closing(last) != 0 || last == ',' || last == ';' || last == '?' || glues(r, last) {
				return false
			}
		case (last == 'ط' || last == 'ظ') && r >= utf8.RuneSelf:
			return false
		case r == '.' && last == '.' && before == '.', r == '،' && last == '،':
			return false
		case r == ' ' && (last == ',' || last == ';' || last == '?'):
			if before >= utf8.RuneSelf || closing(before) != 0 {
				return false
			}
		}
		if mark(r) && mark(last) {
			return false
		}
		before, last = last, r
	}
	if last == ',' || last == ';' || last == '?' {
		return before < utf8.RuneSelf && closing(before) == 0
	}
	return last != ' '
}

// glues reports whether a quote or bracket r may be glued to a word that ends
// in last.
func glues(r, last rune) bool {
	return (r == '«' || r == '(') && last >= 0x0600
}

// unusual reports whether rules T1 to T5, T11 or T12 have to look at r.
func unusual(r rune) bool {
	switch {
	case r < ' ' || r == '&' || r == 0x7F:
		return true
	case r < 0x80:
		return false
	case r < 0x0100:
		return r < 'À' && r != '«' && r != '»' || mojibakeLead(r)
	case r >= 0x0621 && r <= 0x0652:
		return r == tatweel
	case r == '،' || r == '؛' || r == '؟' || r >= '٠' && r <= '٬':
		return false
	}
	switch r {
	case '“', '”', '‘', '’', '–', '—', '…', '‹', '›':
		return false
	}
	return true
}
