package arabic

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Terms calls yield with each word of the folding key of s, in order, and with
// the bytes of s that it was folded from: s[start:end], marks and tatweel
// among them. A sign that folds to several words (ﷺ) gives each of them with
// the whole sign. key is good until yield returns; a false from yield ends it.
//
// The words are those of Key(s), which parts them by spaces.
func Terms(s string, yield func(key []byte, start, end int) bool) {
	key := make([]byte, 0, 64)
	start, plain := -1, true // of the run that is being read
	for i := 0; i <= len(s); {
		r, size := ' ', 1
		if i < len(s) {
			if r = rune(s[i]); r >= utf8.RuneSelf {
				r, size = utf8.DecodeRuneInString(s[i:])
			}
		}
		ordinary := r < utf8.RuneSelf || r >= 0x060C && r <= 0x06D3 && !composes(r) || plainMark(r)
		f := r
		if ordinary {
			f = foldPlain(r)
		}
		switch {
		case ordinary && f == ' ' || !ordinary && parts(r):
			if start >= 0 && !yieldRun(s, key, start, i, plain, yield) {
				return
			}
			key, start, plain = key[:0], -1, true
		case f < 0 && start < 0: // a mark before any letter belongs to nothing
		default:
			if start < 0 {
				start = i
			}
			if !ordinary {
				plain = false
			} else if f >= 0 && plain {
				key = utf8.AppendRune(key, f)
			}
		}
		i += size
	}
}

// yieldRun yields what s[start:end], a run without anything that surely parts
// words, folds to. Where it is plain, that is key.
func yieldRun(s string, key []byte, start, end int, plain bool, yield func(key []byte, start, end int) bool) bool {
	if plain {
		return len(key) == 0 || yield(key, start, end)
	}
	for word := range strings.FieldsSeq(Key(s[start:end])) {
		if !yield([]byte(word), start, end) {
			return false
		}
	}
	return true
}

// parts reports whether r parts words whatever stands beside it: it folds to a
// space, and NFKC makes nothing else of it.
func parts(r rune) bool {
	if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || unicode.Is(unicode.Cf, r) {
		return false
	}
	var b [utf8.UTFMax]byte
	return norm.NFKC.IsNormal(b[:utf8.EncodeRune(b[:], r)])
}
