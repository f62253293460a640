package arabic

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

const ellipsis = "…"

// Excerpt is the beginning of text, max grapheme clusters at most (Unicode
// Standard Annex 29), where text is clean (rules E). Its paragraphs are joined
// by a space. A text that fits is returned whole.
//
// It ends with a sentence if that keeps at least half of max, else with a word
// and an ellipsis, which counts. A cut inside a number or a pair of quotes is
// moved before it if anything stands there.
func Excerpt(text string, max int) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if !singleSpaced(text) {
		text = strings.Join(strings.Fields(text), " ")
	}
	if max <= 0 {
		return ""
	}
	ends := clusterEnds(text, max)
	if ends[len(ends)-1] == len(text) && len(ends) <= max+1 {
		return text
	}
	quotes := quoteSpans(text, ends[len(ends)-1])
	for n := max; 2*n >= max && n > 0; n-- {
		if sentenceEnd(text, ends[n]) && !within(quotes, ends[n]) {
			return text[:ends[n]]
		}
	}
	return cutAtWord(text, ends[:max], quotes)
}

// singleSpaced reports whether the words of s stand between single spaces.
func singleSpaced(s string) bool {
	last := ' '
	for _, r := range s {
		if r == ' ' && last == ' ' || r != ' ' && white(r) {
			return false
		}
		last = r
	}
	return last != ' ' || s == ""
}

// clusterEnds are the offsets at which the first clusters of text end: ends[n]
// after n of them, at most max+1.
func clusterEnds(text string, max int) []int {
	ends := make([]int, 1, min(max, len(text))+2)
	offset, state := 0, -1
	for len(ends) <= max+1 && offset < len(text) {
		if size := loneCluster(text[offset:]); size > 0 {
			offset, state = offset+size, -1
			ends = append(ends, offset)
			continue
		}
		var cluster string
		cluster, _, _, state = uniseg.FirstGraphemeClusterInString(text[offset:], state)
		offset += len(cluster)
		ends = append(ends, offset)
	}
	return ends
}

// loneCluster is the size of the character that s begins with, where that and
// the next are surely clusters by themselves, else 0: almost all are.
func loneCluster(s string) int {
	r, size := utf8.DecodeRuneInString(s)
	if !loneCharacter(r) {
		return 0
	}
	if next, _ := utf8.DecodeRuneInString(s[size:]); size < len(s) && !loneCharacter(next) {
		return 0
	}
	return size
}

// loneCharacter reports whether r is visible ASCII, a space or a letter that
// joins no cluster.
func loneCharacter(r rune) bool { return ' ' <= r && r < 0x7F || 0x0621 <= r && r <= 0x064A }

// sentenceEnd reports whether a sentence of text ends at offset: after a mark
// that ends it and the quotes that it closes, before a space.
func sentenceEnd(text string, offset int) bool {
	if next, _ := utf8.DecodeRuneInString(text[offset:]); !unicode.IsSpace(next) {
		return false
	}
	before := strings.TrimRight(text[:offset], closingQuotes)
	word := strings.TrimRight(before, ".؟!…")
	return word != before && !shortWord(word)
}

const closingQuotes = "»”›\"’'"

// shortWord reports whether s ends in a word of one or two letters: a full
// stop behind it may be an abbreviation's.
func shortWord(s string) bool {
	letters := 0
	for s != "" {
		r, size := utf8.DecodeLastRuneInString(s)
		switch {
		case unicode.IsLetter(r) && r != tatweel:
			letters++
		case !unicode.Is(unicode.M, r) && r != tatweel && r != zwj && r != zwnj:
			return letters == 1 || letters == 2
		}
		s = s[:len(s)-size]
	}
	return letters == 1 || letters == 2
}

// span is a stretch of text by its offsets.
type span struct{ from, to int }

// quoteSpans are the outermost pairs of quotes in text that begin before limit,
// with the marks themselves, in order. A quote without its other half is none.
func quoteSpans(text string, limit int) []span {
	ends := pairEnds(text, limit)
	var spans []span
	for i := 0; i < limit; {
		end, ok := ends[i]
		if text[i] == '"' {
			next := strings.IndexByte(text[i+1:], '"')
			end, ok = i+1+next+1, next >= 0
		}
		if !ok {
			_, size := utf8.DecodeRuneInString(text[i:])
			end = i + size
		} else {
			spans = append(spans, span{i, end})
		}
		i = end
	}
	return spans
}

// pairEnds are, by the offset of each opening quote before limit that has its
// other half, the offsets at which the pairs end.
func pairEnds(text string, limit int) map[int]int {
	ends := map[int]int{}
	open := map[rune][]int{} // by the quote that would close them
	for i, r := range text {
		if opening(r) == 0 && closing(r) == 0 {
			continue
		}
		if closer, ok := quotePairs[r]; ok {
			open[closer] = append(open[closer], i)
		} else if n := len(open[r]); n > 0 {
			if start := open[r][n-1]; start < limit {
				ends[start] = i + utf8.RuneLen(r)
			}
			open[r] = open[r][:n-1]
		}
	}
	return ends
}

var quotePairs = map[rune]rune{'«': '»', '“': '”', '‹': '›'}

func within(spans []span, offset int) bool {
	i, _ := slices.BinarySearchFunc(spans, offset, func(s span, at int) int { return cmp.Compare(s.to, at) })
	return i < len(spans) && spans[i].from < offset && offset < spans[i].to
}

// cutAtWord cuts text at the last of ends that does not lie inside a word, a
// pair of quotes or a number. Where there is no such place the quotes are cut,
// then the number, then the word.
func cutAtWord(text string, ends []int, quotes []span) string {
	for _, allowed := range []func(int) bool{
		func(at int) bool { return wordEnd(text, at) && !insideNumber(text, at) && !within(quotes, at) },
		func(at int) bool { return wordEnd(text, at) && !insideNumber(text, at) },
		func(at int) bool { return wordEnd(text, at) },
		func(at int) bool { return at > 0 && !digitsAround(text, at) },
		func(at int) bool { return at > 0 },
	} {
		for n := len(ends) - 1; n > 0; n-- {
			if !allowed(ends[n]) {
				continue
			}
			kept := withoutMarks(text[:ends[n]])
			if kept == "" {
				break // marks alone, and all that is shorter too
			}
			return kept + ellipsis
		}
	}
	return ellipsis
}

func wordEnd(text string, at int) bool {
	next, _ := utf8.DecodeRuneInString(text[at:])
	last, _ := utf8.DecodeLastRuneInString(text[:at])
	return unicode.IsSpace(next) && !unicode.IsSpace(last)
}

// digitsAround reports whether a cut at offset parts digits of one number.
func digitsAround(text string, at int) bool {
	next, _ := utf8.DecodeRuneInString(text[at:])
	last, _ := utf8.DecodeLastRuneInString(text[:at])
	return (digit(last) || numberMark(last)) && (digit(next) || numberMark(next))
}

func numberMark(r rune) bool { return strings.ContainsRune(".,،:/٫٬-", r) }

// insideNumber reports whether a cut at a space parts a number that is written
// with spaces: groups of three digits (10 000), a score (2 : 1).
func insideNumber(text string, at int) bool {
	left := text[:at]
	right := strings.TrimLeft(text[at:], " ")
	last, size := utf8.DecodeLastRuneInString(left)
	next, nextSize := utf8.DecodeRuneInString(right)
	switch {
	case digit(last) && digit(next):
		return leadingDigits(right) == 3
	case digit(last) && numberMark(next):
		after := strings.TrimLeft(right[nextSize:], " ")
		follows, _ := utf8.DecodeRuneInString(after)
		return digit(follows)
	case numberMark(last) && digit(next):
		alone := strings.TrimRight(left[:len(left)-size], " ")
		before, _ := utf8.DecodeLastRuneInString(alone)
		return len(alone) < len(left)-size && digit(before)
	}
	return false
}

func leadingDigits(s string) int {
	n := 0
	for _, r := range s {
		if !digit(r) {
			break
		}
		n++
	}
	return n
}

// withoutMarks takes the marks, dashes and opening quotes off the end of a cut
// text.
func withoutMarks(s string) string {
	return strings.TrimRightFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || endMark(r) || opening(r) != 0 || strings.ContainsRune(",;?…-–—ـ", r)
	})
}
