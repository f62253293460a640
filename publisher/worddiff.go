package publisher

import (
	"strings"
	"unicode"
)

// edit is a stretch of words that two versions of a text share, or that one of
// them has.
type edit struct {
	Kind editKind
	Text string
}

type editKind string

const (
	same    editKind = "kept"
	added   editKind = "added"
	removed editKind = "removed"
	skipped editKind = "skipped" // kept words that are not shown
)

const (
	// maxDiff bounds the table of a comparison: some 2,000 words beside 2,000,
	// which share nothing at their ends. What is longer is shown as replaced.
	maxDiff = 4 << 20

	// around is how many kept words are shown on each side of a change.
	around = 8
)

// wordDiff compares two texts word by word. A word is what stands between
// spaces, marks and vowel signs included, so that an Arabic word is never cut
// within: joined letters would take other shapes. Each edit keeps its spaces.
func wordDiff(before, after string) []edit {
	a, b := wordsOf(before), wordsOf(after)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var d differ
	d.add(same, a[:head])
	d.middle(a[head:len(a)-tail], b[head:len(b)-tail])
	d.add(same, a[len(a)-tail:])
	return d.edits
}

// wordsOf cuts a text into words, each with the spaces behind it.
func wordsOf(s string) []string {
	var words []string
	begin, spaces := 0, false
	for i, r := range s {
		space := unicode.IsSpace(r)
		if spaces && !space {
			words = append(words, s[begin:i])
			begin = i
		}
		spaces = space
	}
	if begin < len(s) {
		words = append(words, s[begin:])
	}
	return words
}

// differ collects edits.
type differ struct{ edits []edit }

func (d *differ) add(kind editKind, words []string) {
	if len(words) == 0 {
		return
	}
	text := strings.Join(words, "")
	if n := len(d.edits); n > 0 && d.edits[n-1].Kind == kind {
		d.edits[n-1].Text += text
		return
	}
	d.edits = append(d.edits, edit{kind, text})
}

// middle compares what differs at both ends, by the longest common subsequence.
func (d *differ) middle(a, b []string) {
	if len(a)*len(b) > maxDiff || len(a) == 0 || len(b) == 0 {
		d.add(removed, a)
		d.add(added, b)
		return
	}
	// longest[i*w+j] is how many words a[i:] and b[j:] have in common.
	w := len(b) + 1
	longest := make([]uint16, (len(a)+1)*w)
	equal := func(i, j int) bool { return strings.TrimSpace(a[i]) == strings.TrimSpace(b[j]) }
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if equal(i, j) {
				longest[i*w+j] = longest[(i+1)*w+j+1] + 1
			} else {
				longest[i*w+j] = max(longest[(i+1)*w+j], longest[i*w+j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case equal(i, j):
			d.add(same, b[j:j+1])
			i, j = i+1, j+1
		case longest[(i+1)*w+j] >= longest[i*w+j+1]:
			d.add(removed, a[i:i+1])
			i++
		default:
			d.add(added, b[j:j+1])
			j++
		}
	}
	d.add(removed, a[i:])
	d.add(added, b[j:])
}

// changedOnly leaves of the kept words those around a change.
func changedOnly(edits []edit) []edit {
	var out []edit
	for i, e := range edits {
		words := wordsOf(e.Text)
		if e.Kind != same || len(words) <= 2*around {
			out = append(out, e)
			continue
		}
		if i > 0 {
			out = append(out, edit{same, strings.Join(words[:around], "")})
		}
		out = append(out, edit{skipped, " … "})
		if i < len(edits)-1 {
			out = append(out, edit{same, strings.Join(words[len(words)-around:], "")})
		}
	}
	return out
}
