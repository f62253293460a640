package extractor

import "strings"

// A pull quote says again, in a box, what a paragraph of the article says.
const (
	minPullWords  = 8
	maxPullWords  = 60
	pullShare     = 0.9 // of its words' sequences that the paragraph must hold
	maxBoxRuns    = 4   // of the box: a heading, the quote, who said it
	maxPullQuotes = 20  // that are looked up in a body
)

// pullQuotes drops the boxes of pull quotes.
func (p *pruner) pullQuotes() {
	runs := p.runs()
	seen := 0
	for j := range runs {
		r := &runs[j]
		if p.drop[j] || r.words < minPullWords || r.words > maxPullWords || r.heading > 0 || !quotation(p.f.raw(r)) {
			continue
		}
		if seen++; seen > maxPullQuotes {
			return
		}
		box := r.elem
		for at := p.f.elems[box].parent; at > p.body && p.f.elems[at].runEnd-p.f.elems[at].run <= maxBoxRuns; at = p.f.elems[at].parent {
			box = at
		}
		if p.saidOutside(box, p.f.tokens(r)) {
			p.dropElement(box)
		}
	}
}

// saidOutside reports whether a longer run that is not in element box holds the
// words.
func (p *pruner) saidOutside(box int32, words []string) bool {
	runs := p.runs()
	for k := range runs {
		r := &runs[k]
		if p.drop[k] || int(r.words) <= len(words) || p.f.within(r.elem, box) {
			continue
		}
		if shinglesOf(p.f.tokens(r)).share(words) >= pullShare {
			return true
		}
	}
	return false
}

// quotation reports whether a text begins as a quotation.
func quotation(s string) bool {
	s = strings.TrimSpace(s)
	for _, mark := range []string{`"`, "“", "«", "”", "‹"} {
		if strings.HasPrefix(s, mark) {
			return true
		}
	}
	return false
}
