package extractor

import (
	"regexp"
	"strings"
	"unicode"
)

const (
	minBodyWords = 40   // of a structured body; shorter ones are often summaries
	runMatch     = 0.75 // of a run's sequences that a structured body must hold
	bodyFound    = 0.85 // of a structured body's words that the page must show
	bodyWhole    = 0.75 // of the prose that the finder sees, that a whole one holds
)

// match finds a structured body's text on the page, so that its links,
// pictures and headings are kept. It returns the element that holds it and
// marks the runs in it, which prune then keeps to. It is -1 where the body is
// a beginning or a summary only, or is not on the page.
func (f *finder) match(body string, generic int32) int32 {
	words := tokens(plainText(body))
	if len(words) < minBodyWords || truncated(body) {
		return -1
	}
	set := shinglesOf(words)
	f.matched = make([]bool, len(f.runs))
	var found int32
	first, last := int32(-1), int32(-1)
	within := int32(0)
	seen := map[string]bool{}
	for i := range f.runs {
		r := &f.runs[i]
		if r.words < shingleWords || int32(i) == f.title {
			continue
		}
		text := f.tokens(r)
		if set.share(text) < runMatch {
			continue
		}
		key := strings.Join(text, " ")
		if seen[key] {
			continue
		}
		seen[key] = true
		f.matched[i] = true
		found += int32(len(text))
		if generic >= 0 && f.within(r.elem, generic) {
			within += int32(len(text))
		}
		if first < 0 {
			first = int32(i)
		}
		last = int32(i)
	}
	if float64(found) < bodyFound*float64(len(words)) {
		return -1
	}
	at := generic
	if at < 0 || float64(within) < 0.9*float64(found) {
		at = f.runs[first].elem
		for !f.within(f.runs[last].elem, at) && f.elems[at].parent >= 0 {
			at = f.elems[at].parent
		}
		for (!f.elems[at].block || isLeafTag(f.elems[at].node.DataAtom)) && f.elems[at].parent >= 0 {
			at = f.elems[at].parent
		}
	}
	if generic >= 0 {
		var all, in float64
		for i := f.elems[generic].run; i < f.elems[generic].runEnd; i++ {
			if r := &f.runs[i]; r.worth > 0 {
				all += r.worth
				if f.matched[i] {
					in += r.worth
				}
			}
		}
		if in < bodyWhole*all {
			return -1
		}
	}
	return at
}

var tagPattern = regexp.MustCompile(`<[a-zA-Z/!][^<>]*>`)

// plainText is a structured body without the markup that some sites leave in.
func plainText(s string) string {
	if !strings.Contains(s, "<") {
		return s
	}
	return tagPattern.ReplaceAllString(s, " ")
}

// truncated reports whether a text breaks off.
func truncated(s string) bool {
	s = strings.TrimSpace(plainText(s))
	for _, end := range []string{"…", "...", "[…]", "[...]", "[&hellip;]", "(…)"} {
		if strings.HasSuffix(s, end) {
			return true
		}
	}
	return false
}

// letterCount is the number of characters of s that are no white space.
func letterCount(s string) int {
	n := 0
	for _, r := range s {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}
