// Package arabic holds the rules of Arabic text.
//
// Partners' texts arrive broken by machines: encodings read wrongly, letters
// kept as glyphs, invisible characters, entities escaped twice, marks glued to
// words. [Clean] mends that and never edits: spelling, words, digits and names
// stay the partner's. Two spellings of one word are brought together only in a
// [Key], which is compared, searched and counted, and never shown.
//
// Begin with [Clean] for a paragraph, [CleanRuns] for a paragraph that holds
// inline markup, [Key] for whatever is compared, [Date] for what a partner
// writes where a date should stand.
//
// The package knows no markup, reads no clock and keeps no state. Its
// functions are pure, safe for concurrent use, take any bytes and return valid
// UTF-8. Clean, CleanRuns, Key, Title, Byline and Excerpt return unchanged what
// they have returned once; text that is escaped more than four times over (see
// [Clean]) is the one exception.
package arabic

import (
	"strings"
	"unicode"
)

const (
	tatweel = '\u0640'
	zwnj    = '\u200C'
	zwj     = '\u200D'
	lrm     = '\u200E'
	rlm     = '\u200F'
	alm     = '\u061C'
)

// Letter reports whether r is a letter of the Arabic script, Persian and Urdu
// ones included. Tatweel is none, and neither are marks and digits.
func Letter(r rune) bool {
	switch {
	case r < 0x0620:
		return false
	case r <= 0x064A:
		return r != tatweel
	case r < 0x066E:
		return false
	}
	return unicode.Is(unicode.Arabic, r) && unicode.IsLetter(r)
}

// mark reports whether r is a mark that belongs to the letter before it.
func mark(r rune) bool {
	switch {
	case r < 0x0300:
		return false
	case r >= 0x0620 && r <= 0x06D5:
		return r >= 0x064B && r <= 0x065F || r == 0x0670
	case r >= 0x2010 && r <= 0x203A:
		return false
	}
	return unicode.Is(unicode.M, r)
}

// white reports whether r is white space.
func white(r rune) bool {
	switch {
	case r == ' ':
		return true
	case r >= 0x0100 && r < 0x1680, r > 0x200A && r < 0x2028:
		return false
	}
	return unicode.IsSpace(r)
}

// Words counts the words of s: what stands between white space and holds a
// letter or a digit.
func Words(s string) int {
	n, counted := 0, false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			counted = false
		case !counted && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			n, counted = n+1, true
		}
	}
	return n
}

// rightToLeft are the scripts whose letters run from right to left.
var rightToLeft = []*unicode.RangeTable{
	unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko,
	unicode.Samaritan, unicode.Mandaic, unicode.Adlam, unicode.Hanifi_Rohingya,
}

// Direction is "rtl" or "ltr", as most letters of s run, and "" where neither
// kind has the majority.
func Direction(s string) string {
	right, left := 0, 0
	for _, r := range s {
		switch {
		case r < 0x80:
			if 'a' <= r|0x20 && r|0x20 <= 'z' {
				left++
			}
		case 0x0620 <= r && r < tatweel, Letter(r):
			right++
		case !unicode.IsLetter(r) || r == tatweel:
		case unicode.In(r, rightToLeft...):
			right++
		default:
			left++
		}
	}
	switch {
	case right > left:
		return "rtl"
	case left > right:
		return "ltr"
	}
	return ""
}

// Slug is the folding key of s with hyphens for its spaces, as categories
// stand in addresses.
func Slug(s string) string {
	return strings.ReplaceAll(Key(s), " ", "-")
}
