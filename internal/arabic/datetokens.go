package arabic

import "unicode"

// dateToken is a number, a word or a sign of a date. Exactly one of size, word
// and sign is not zero.
type dateToken struct {
	value int    // of a number
	size  int    // its digits
	word  string // a word's folding key
	sign  rune
	glued bool // no space before it
}

// dateTokens parts s. Digits of either kind are numbers, also where letters
// are glued to them; a number too long for a date is a sign.
func dateTokens(s string) []dateToken {
	var tokens []dateToken
	runes := []rune(s)
	glued := false
	for i := 0; i < len(runes); {
		r := runes[i]
		start := i
		switch {
		case unicode.IsSpace(r):
			glued = false
			i++
			continue
		case digitValue(r) >= 0:
			value := 0
			for ; i < len(runes) && digitValue(runes[i]) >= 0; i++ {
				if i-start < 9 {
					value = 10*value + digitValue(runes[i])
				}
			}
			t := dateToken{value: value, size: i - start, glued: glued}
			if t.size > 9 {
				t = dateToken{sign: '0', glued: glued}
			}
			tokens = append(tokens, t)
		case unicode.IsLetter(r):
			for i < len(runes) && (unicode.IsLetter(runes[i]) || unicode.Is(unicode.M, runes[i])) {
				i++
			}
			if key := Key(string(runes[start:i])); key != "" {
				tokens = append(tokens, dateToken{word: key, glued: glued})
			}
		default:
			i++
			if !direction(r) && r != zwnj && r != zwj {
				tokens = append(tokens, dateToken{sign: plainSign(r), glued: glued})
			}
		}
		glued = true
	}
	return tokens
}

// digitValue is the value of an ASCII, Arabic-Indic or Persian digit, -1 for
// other characters.
func digitValue(r rune) int {
	switch {
	case '0' <= r && r <= '9':
		return int(r - '0')
	case '٠' <= r && r <= '٩':
		return int(r - '٠')
	case '۰' <= r && r <= '۹':
		return int(r - '۰')
	}
	return -1
}

// plainSign brings the signs together that are typed for one another.
func plainSign(r rune) rune {
	switch r {
	case '\u2010', '\u2011', '–', '—', '−':
		return '-'
	case '∕', '⁄', '\\':
		return '/'
	case '٫':
		return '.'
	case '∶', '꞉':
		return ':'
	}
	return r
}

func (r dateReader) number(i int) (dateToken, bool) {
	if i < 0 || i >= len(r.tokens) || r.tokens[i].size == 0 {
		return dateToken{}, false
	}
	return r.tokens[i], true
}

func (r dateReader) word(i int) string {
	if i < 0 || i >= len(r.tokens) {
		return ""
	}
	return r.tokens[i].word
}

func (r dateReader) sign(i int) rune {
	if i < 0 || i >= len(r.tokens) {
		return 0
	}
	return r.tokens[i].sign
}
