package arabic

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Key is the folding key of s: equal for two spellings of the same words.
//
// Lower case and NFKC; marks, format characters and tatweel are gone; the
// forms of alef, of hamza on a seat, of ya, of ta marbuta and of kaf are one
// each; Arabic-Indic and Persian digits are 0 to 9; whatever else is neither
// letter nor digit is one space, and none stands at an end. Key(Key(s)) is
// Key(s).
func Key(s string) string {
	if key, ok := plainKey(s); ok {
		return key
	}
	for {
		key := fold(norm.NFKC.String(strings.ToLower(norm.NFKC.String(s))))
		if key == s {
			return key
		}
		s = key
	}
}

// plainKey makes the key of a text of ASCII and the common Arabic block, which
// needs no normalisation: almost every text. It reports false for others.
func plainKey(s string) (string, bool) {
	i := 0
	for spaced := true; i < len(s) && foldsToItself(s[i], &spaced); i++ {
	}
	if i == len(s) && !strings.HasSuffix(s, " ") {
		return s, true
	}
	var out strings.Builder
	out.Grow(len(s))
	space := false
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		i += size
		var f rune
		switch {
		case r < rune(len(plainFolds)):
			f = plainFolds[r]
		case plainMark(r):
			f = foldRune(r)
		}
		switch {
		case f == 0:
			return "", false
		case f < 0:
		case f == ' ':
			space = out.Len() > 0
		default:
			if space {
				out.WriteByte(' ')
				space = false
			}
			out.WriteRune(f)
		}
	}
	return out.String(), true
}

// plainFolds are what the characters of plainKey fold to, 0 for others.
var plainFolds = func() (folds [0x06D4]rune) {
	for r := range rune(len(folds)) {
		if r < utf8.RuneSelf || plainMark(r) || r >= 0x060C && !composes(r) {
			folds[r] = foldPlain(r)
		}
	}
	return folds
}()

// foldsToItself reports whether b is a lower-case letter, a digit or a single
// space of ASCII; spaced says whether a space would be the second, or first of
// the text.
func foldsToItself(b byte, spaced *bool) bool {
	if b == ' ' {
		was := *spaced
		*spaced = true
		return !was
	}
	*spaced = false
	return 'a' <= b && b <= 'z' || '0' <= b && b <= '9'
}

// composes reports whether r may join the letter before it under NFKC or has
// itself another form there.
func composes(r rune) bool {
	return r >= 0x0653 && r <= 0x0655 || r >= 0x0675 && r <= 0x0678 || r == 0x06C0 || r == 0x06C2 || r == 0x06D3
}

// plainMark reports whether r is a sign above the Arabic block that folding
// makes a space or deletes without a look at its neighbours.
func plainMark(r rune) bool {
	switch r {
	case '«', '»', '“', '”', '‘', '’', '–', '—', '‹', '›', '…', '\u00A0', zwnj, zwj, lrm, rlm:
		return true
	}
	return false
}

// foldPlain is foldRune for the characters of plainKey, lower case included.
func foldPlain(r rune) rune {
	if r < utf8.RuneSelf {
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			return r
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		}
		return ' '
	}
	return foldRune(r)
}

// fold folds the characters of a text that is NFKC and lower case.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		f := foldRune(r)
		switch {
		case f < 0:
		case f == ' ':
			space = b.Len() > 0
		default:
			if space {
				b.WriteByte(' ')
				space = false
			}
			b.WriteRune(f)
		}
	}
	return b.String()
}

// foldRune is what r folds to: a letter or digit, a space, or -1 for a
// character that is deleted.
func foldRune(r rune) rune {
	switch r {
	case 'أ', 'إ', 'آ', 'ٱ':
		return 'ا'
	case 'ى', 'ی':
		return 'ي'
	case 'ؤ', 'ئ':
		return 'ء'
	case 'ة', 'ۀ':
		return 'ه'
	case 'ک':
		return 'ك'
	case tatweel:
		return -1
	}
	switch {
	case 0x0621 <= r && r <= 0x064A:
		return r
	case '٠' <= r && r <= '٩':
		return r - '٠' + '0'
	case '۰' <= r && r <= '۹':
		return r - '۰' + '0'
	case unicode.IsLetter(r), unicode.IsDigit(r):
		return r
	case unicode.IsMark(r), unicode.Is(unicode.Cf, r):
		return -1
	}
	return ' '
}
