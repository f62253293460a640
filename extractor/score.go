package extractor

import (
	"net/url"
	"strings"

	"golang.org/x/net/html/atom"
)

// finder looks for the article on a page: where its title stands, which
// element holds its body, which runs of text belong to it.
type finder struct {
	*layout
	effect   []hint // of each element: its own hint or that of one around it
	titles   []string
	captions []string // of pictures, as the structured data has them
	names    []string // keys of the site's names
	authors  []string // keys of the authors' names
	host     string   // of the page, without www.
	summary  string
	unnamed  bool   // hints are passed over
	at       int32  // the element that holds the body, as best has it
	matched  []bool // runs that a structured body holds; nil: none was found
	doubtful bool   // the page does not look like an article's
	trace    *trace

	page  *url.URL // its address
	boxes []box    // in the body
}

// newFinder weighs a page. titles are what the feed, "" where it says nothing,
// and the page call the article, the most trusted first; page is its address; summary is what the feed
// says of it.
func newFinder(l *layout, page *url.URL, titles []string, summary string, t *trace) *finder {
	f := &finder{layout: l, page: page, host: strings.TrimPrefix(page.Host, "www."), titles: titles, summary: summary, trace: t}
	f.doubtful = l.doubtful(page, titles[0] != "")
	f.findTitle()
	f.spreadHints()
	f.findCards()
	f.weigh()
	if f.at = f.best(); f.at >= 0 && f.article(f.at) {
		return f
	}
	// The names lie on this page: it is weighed without them.
	f.unnamed = true
	f.spreadHints()
	f.findCards()
	f.weigh()
	f.at = f.best()
	return f
}

// weigh says what each run is worth as text of an article, and sums it up.
func (f *finder) weigh() {
	sum := summaryStart(f.summary)
	for i := range f.elems {
		f.elems[i].worth = 0
	}
	for i := range f.runs {
		r := &f.runs[i]
		r.after = f.title < 0 || int32(i) > f.title
		r.hint = f.runHint(r)
		r.worth = worth(r)
		if r.worth > 0 && sum != "" && r.words >= 4 && strings.Contains(f.key(r), sum) {
			r.worth *= summaryBoost
		}
		f.elems[r.elem].worth += r.worth
	}
	for i := len(f.elems) - 1; i > 0; i-- {
		if p := f.elems[i].parent; p >= 0 {
			f.elems[p].worth += f.elems[i].worth
		}
	}
}

// runHint is the hint that all of a run's text stands under.
func (f *finder) runHint(r *run) hint {
	least := hintHidden
	for _, at := range f.places[r.first:r.last] {
		least = min(least, f.effect[at])
	}
	return least
}

// summaryBoost is how much more a run is worth that says what the summary says.
const summaryBoost = 3

// summaryStart is the key of the first words of a summary, as they may be
// found in the body.
func summaryStart(summary string) string {
	t := tokens(summary)
	if len(t) < 6 {
		return ""
	}
	return strings.Join(t[:6], " ")
}

func worth(r *run) float64 {
	plain := float64(r.letters - r.linked)
	density := 0.0
	if r.letters > 0 {
		density = float64(r.linked) / float64(r.letters)
	}
	var w float64
	switch {
	case r.heading > 0:
		return 0
	case density > 0.5:
		return -float64(min(r.linked, 60)) / 2
	case r.words >= 10 || r.words >= 5 && r.ends:
		w = plain * (1 - density)
		if r.words < 15 && !r.ends && !r.colon {
			w /= 3
		}
		if r.stops == 0 && !r.ends && !r.colon {
			w /= 2
		}
	default:
		return 0
	}
	if !r.after {
		w *= 0.4
	}
	switch r.hint {
	case hintDeck, hintCaption:
		w *= 0.2
	case hintAside:
		w *= 0.1
	case hintComment, hintHidden:
		w *= 0.05
	}
	return w
}

// branchDecay is what is left of a score one branching level further out: an
// element outscores the best one in it when what else it holds is worth more
// than a third of that.
const branchDecay = 0.78

// best is the element that holds the body, -1 where no text on the page looks
// like an article's. Where the page shows several articles it is looked for in
// the one that has the title.
func (f *finder) best() int32 {
	if len(f.elems) == 0 {
		return -1
	}
	at := f.bestIn(0)
	if at < 0 || f.title < 0 {
		return at
	}
	own := f.runs[f.title].elem
	for own >= 0 && f.elems[own].node.DataAtom != atom.Article {
		own = f.elems[own].parent
	}
	if own <= at || !f.within(own, at) || f.elems[own].worth < minWorth {
		return at
	}
	for i := at + 1; i < f.elems[at].end; i++ {
		if e := &f.elems[i]; e.node.DataAtom == atom.Article && i != own && !f.within(own, i) && !f.within(i, own) && e.worth >= minWorth {
			return f.bestIn(own)
		}
	}
	return at
}

// bestIn is the element with the highest score among root and what it holds.
func (f *finder) bestIn(root int32) int32 {
	f.trace.weighing()
	lo, hi := root, f.elems[root].end
	sums, parts := make([]float64, hi-lo), make([]int32, hi-lo)
	runs := make([]int32, hi-lo)
	for i := f.elems[root].run; i < f.elems[root].runEnd; i++ {
		if at := f.runs[i].elem - lo; at >= 0 {
			sums[at] += f.runs[i].worth
			runs[at]++
		}
	}
	best, high := int32(-1), 0.0
	lone := false // the best one so far holds a single run
	for i := hi - 1; i >= lo; i-- {
		e := &f.elems[i]
		if parts[i-lo] += runs[i-lo]; parts[i-lo] == 0 {
			continue
		}
		score := sums[i-lo]
		if parts[i-lo] > 1 {
			score *= branchDecay
		}
		if i > lo {
			sums[e.parent-lo] += score
			parts[e.parent-lo]++
		}
		if !e.block || isLeafTag(e.node.DataAtom) {
			continue
		}
		switch {
		case e.hint == hintBody:
			score *= 1.5
		case e.node.DataAtom == atom.Article, e.node.DataAtom == atom.Main:
			score *= 1.1
		}
		f.trace.candidate(f, i, score)
		// On equal scores the inner element stays, unless it is a lone line.
		if score > high || score == high && score > 0 && lone {
			best, high, lone = i, score, e.runEnd-e.run == 1
		}
	}
	return best
}

func isLeafTag(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Li, atom.Blockquote, atom.Pre, atom.Dd, atom.Dt, atom.Tr, atom.Tbody, atom.Ul, atom.Ol, atom.Dl,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Html, atom.Figure, atom.Figcaption:
		return true
	}
	return false
}
