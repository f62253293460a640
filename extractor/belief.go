package extractor

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// spreadHints decides which hints are believed, and gives them to what the
// elements hold. An element that holds the title or an article's body is no
// margin, whatever it is called; nor is one with most of the page's text.
func (f *finder) spreadHints() {
	f.effect = make([]hint, len(f.elems))
	if f.unnamed {
		f.spreadTags()
		return
	}
	if len(f.elems) == 0 {
		return
	}
	prose, read := f.prose(), f.read()
	named := map[string]float64{} // class → prose of all that bear it
	bearers := map[string]int{}
	for i := range f.elems {
		if f.elems[i].hint == hintAside {
			class := attr(f.elems[i].node, "class")
			named[class] += prose[i]
			bearers[class]++
		}
	}
	delete(named, "")
	titleElem := int32(-1)
	if f.title >= 0 {
		titleElem = f.runs[f.title].elem
	}
	holdsBody := make([]bool, len(f.elems))
	for i := len(f.elems) - 1; i > 0; i-- {
		e := &f.elems[i]
		if e.hint == hintBody && e.letters-e.linked > 0 {
			holdsBody[i] = true
		}
		if holdsBody[i] && e.parent >= 0 {
			holdsBody[e.parent] = true
		}
	}
	for i := range f.elems {
		e := &f.elems[i]
		around := hintNone
		if e.parent >= 0 {
			around = f.effect[e.parent]
		}
		own := e.hint
		if own > hintBody {
			mine := prose[i] / max(prose[0], 1)
			switch {
			case titleElem >= 0 && f.within(titleElem, int32(i)) && own != hintHidden:
				own = hintNone
			case own == hintHidden:
				if mine > 0.3 { // shown by a script
					own = hintNone
				}
			case own == hintComment:
				if holdsBody[i] && mine > 0.5 {
					own = hintNone
				}
			case own == hintDeck || own == hintCaption:
				if prose[i] > maxDeck || mine > 0.3 {
					own = hintNone
				}
			case own == hintButton:
				own = hintAside
				if prose[i] > maxDeck && e.linked*10 < e.letters {
					own = hintNone // the text that the button unfolds
				}
			case own == hintAside:
				switch {
				case f.digression(int32(i), prose[i]):
					own = hintNone
				case read[e.run]*maxBefore < prose[i] && mine > mostProse && e.linked*8 < e.letters:
					own = hintNone
				case bearers[attr(e.node, "class")] > 1 && named[attr(e.node, "class")] > 0.6*prose[0], holdsBody[i] && mine > 0.3:
					own = hintNone
				case read[e.run] >= minWorth: // the article came before it
				case mine > 0.45:
					own = hintNone
				}
			}
		}
		if own == hintBody {
			if around > hintBody {
				own = around
			}
		} else if around > own {
			own = around
		}
		f.effect[i] = own
	}
}

// What speaks against the name of a margin: so much of a page's prose, and so
// many times what the page says before it, which is no article then.
const (
	mostProse = 0.6
	maxBefore = 8
)

// minDigression is the least prose, in letters, of an aside of the author's.
const minDigression = 150

// digression reports whether element i is an aside in the sense of HTML: part
// of the author's text. Nothing but its tag calls it one, it holds prose
// without links, and the text of the element around it goes on after it for
// longer.
func (f *finder) digression(i int32, prose float64) bool {
	e := &f.elems[i]
	if e.node.DataAtom != atom.Aside || prose < minDigression || e.linked*10 > e.letters || e.parent < 0 {
		return false
	}
	for _, a := range e.node.Attr {
		if a.Key == "role" || (a.Key == "class" || a.Key == "id") && nameHint(strings.ReplaceAll(a.Val, "aside", "")) == hintAside {
			return false
		}
	}
	after := 0.0
	for j := e.runEnd; j < f.elems[e.parent].runEnd && after <= prose; j++ {
		r := f.runs[j]
		r.hint = hintNone
		after += max(0, worth(&r))
	}
	return after > prose
}

// spreadTags gives what HTML itself calls a margin to what it holds, and what
// can only be readers' comments; other names are passed over.
func (f *finder) spreadTags() {
	for i := range f.elems {
		e := &f.elems[i]
		if e.parent >= 0 {
			f.effect[i] = f.effect[e.parent]
		}
		switch {
		case e.node.DataAtom == atom.Nav, e.node.DataAtom == atom.Footer:
			f.effect[i] = max(f.effect[i], hintAside)
		case e.hint == hintComment && (commentNames[attr(e.node, "id")] || commentNames[attr(e.node, "class")]):
			f.effect[i] = hintComment
		}
	}
}

// commentNames are whole names of what readers wrote; the word comment alone is
// also what English papers call opinion.
var commentNames = wordList("comments commentlist comment-list comments-area comments-list respond disqus_thread fb-comments")

// maxDeck is the most prose, in letters, that a byline or caption holds.
const maxDeck = 400

// prose is, for each element, what its text would be worth if no hint spoke
// against it.
func (f *finder) prose() []float64 {
	sums := make([]float64, len(f.elems))
	for i := range f.runs {
		r := &f.runs[i]
		r.after, r.hint = f.title < 0 || int32(i) > f.title, hintNone
		if w := worth(r); w > 0 {
			sums[r.elem] += w
		}
	}
	for i := len(f.elems) - 1; i > 0; i-- {
		if p := f.elems[i].parent; p >= 0 {
			sums[p] += sums[i]
		}
	}
	return sums
}

// read is, for each run and the end, what the text between the title and it
// would be worth if no hint spoke against it.
func (f *finder) read() []float64 {
	sums := make([]float64, len(f.runs)+1)
	for i := range f.runs {
		sums[i+1] = sums[i]
		if f.title >= 0 && int32(i) > f.title {
			r := f.runs[i]
			r.hint = hintNone
			sums[i+1] += max(0, worth(&r))
		}
	}
	return sums
}
