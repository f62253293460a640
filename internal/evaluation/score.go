package evaluation

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Score compares a text with a reference: how much of it is in the reference,
// and how much of the reference is in it. Both are 0 to 1.
type Score struct {
	Precision, Recall float64
	Predicted         bool // there was a text at all
}

// F1 is the harmonic mean of precision and recall.
func (s Score) F1() float64 {
	if s.Precision+s.Recall == 0 {
		return 0
	}
	return 2 * s.Precision * s.Recall / (s.Precision + s.Recall)
}

// shingleTokens is the length of the token sequences that are compared, as in
// scrapinghub/article-extraction-benchmark.
const shingleTokens = 4

// Compare scores got by its sequences of four tokens, as multisets. A text of
// fewer tokens is one sequence.
func Compare(got, want string) Score {
	return compare(shingles(tokens(got)), shingles(tokens(want)))
}

// CompareWords scores got by its single lower-case tokens, as multisets: order
// does not count.
func CompareWords(got, want string) Score {
	return compare(counts(tokens(strings.ToLower(got))), counts(tokens(strings.ToLower(want))))
}

func compare(got, want map[string]int) Score {
	var both, all, wanted int
	for s, n := range got {
		both += min(n, want[s])
		all += n
	}
	for _, n := range want {
		wanted += n
	}
	return Score{
		Precision: float64(both) / float64(max(all, 1)),
		Recall:    float64(both) / float64(max(wanted, 1)),
		Predicted: all > 0,
	}
}

// tokens are the runs of letters, digits and underscores of s, without short
// vowels, tatweel and invisible characters and with presentation forms as
// letters.
func tokens(s string) []string {
	s = norm.NFC.String(s)
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == 'ـ', unicode.Is(unicode.Cf, r), unicode.Is(unicode.Mn, r) && unicode.Is(unicode.Arabic, r), r >= 0x064B && r <= 0x0652:
		case r >= 0xFB50 && r <= 0xFDFF, r >= 0xFE70 && r <= 0xFEFC:
			b.WriteString(norm.NFKC.String(string(r)))
		default:
			b.WriteRune(r)
		}
	}
	return strings.FieldsFunc(b.String(), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.Is(unicode.Nd, r) && r != '_'
	})
}

func shingles(tokens []string) map[string]int {
	set := map[string]int{}
	if n := len(tokens); n > 0 && n < shingleTokens {
		set[strings.Join(tokens, " ")]++
	}
	for i := 0; i+shingleTokens <= len(tokens); i++ {
		set[strings.Join(tokens[i:i+shingleTokens], " ")]++
	}
	return set
}

func counts(tokens []string) map[string]int {
	set := map[string]int{}
	for _, t := range tokens {
		set[t]++
	}
	return set
}

// Mean sums up the scores of many pages: precision over the pages for which
// there was a text, recall over all of them.
type Mean struct {
	precision, recall float64
	predicted, pages  int
}

// Add counts one page.
func (m *Mean) Add(s Score) {
	if s.Predicted {
		m.precision += s.Precision
		m.predicted++
	}
	m.recall += s.Recall
	m.pages++
}

// Pages is the number of pages counted.
func (m *Mean) Pages() int { return m.pages }

// Score is the mean of what was added; its F1 is made from the two means.
func (m *Mean) Score() Score {
	return Score{
		Precision: m.precision / float64(max(m.predicted, 1)),
		Recall:    m.recall / float64(max(m.pages, 1)),
		Predicted: m.predicted > 0,
	}
}
