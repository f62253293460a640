package extractor

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Limits of a standfirst that stands outside of the body's element.
const (
	maxLeadRuns  = 6 // between the title and the body
	minLeadWords = 8
	maxLeadWords = 80
)

// lead makes a paragraph of a standfirst that stands between the title and the
// body's element, with no byline or date after it: above those it is a deck.
func (p *pruner) lead() *html.Node {
	f := p.f
	if f.title < 0 || f.title >= p.first || p.first-f.title > maxLeadRuns+1 || f.matched != nil {
		return nil
	}
	var found *run
	for i := f.title + 1; i < p.first; i++ {
		r := &f.runs[i]
		switch {
		case r.hint <= hintBody && r.linked == 0 && r.words >= minLeadWords && r.words <= maxLeadWords && (r.ends || r.words >= 14):
			if found != nil {
				return nil
			}
			found = r
		case found != nil && r.hint != hintCaption && r.hint != hintAside:
			return nil
		}
	}
	if found == nil || p.says(found) {
		return nil
	}
	n := &html.Node{Type: html.ElementNode, Data: "p", DataAtom: atom.P}
	n.AppendChild(&html.Node{Type: html.TextNode, Data: f.text(found)})
	return n
}

// says reports whether the body holds the text of r already.
func (p *pruner) says(r *run) bool {
	lead := p.f.tokens(r)
	for j := range p.runs() {
		in := &p.runs()[j]
		if !p.drop[j] && in.words >= r.words/2 && shinglesOf(p.f.tokens(in)).share(lead) > 0.8 {
			return true
		}
		if j > 3 {
			break
		}
	}
	return false
}
