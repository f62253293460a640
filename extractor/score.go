package extractor

import (
	"math"
	"strings"

	"golang.org/x/net/html/atom"

	"nashra/internal/arabic"
)

// finder looks for the article on a page: where its title stands, which
// element holds its body, which runs of text belong to it.
type finder struct {
	*layout
	effect   []hint // of each element: its own hint or that of one around it
	titles   []string
	captions []string // of pictures, as the structured data has them
	names    []string // keys of the site's names
	host     string   // of the page, without www.
	summary  string
	unnamed  bool   // hints are passed over
	matched  []bool // runs that a structured body holds; nil: none was found
}

// newFinder weighs a page. titles are what the feed and the page call the
// article, the most trusted first; host is the page's; summary is what the feed
// says of it.
func newFinder(l *layout, host string, titles []string, summary string) *finder {
	f := &finder{layout: l, host: strings.TrimPrefix(host, "www."), titles: titles, summary: summary}
	f.findTitle()
	f.spreadHints()
	f.findCards()
	f.weigh()
	if at := f.best(); at >= 0 && f.article(at) {
		return f
	}
	// The names lie on this page: it is weighed without them.
	f.unnamed = true
	f.spreadHints()
	f.weigh()
	return f
}

// findTitle looks for the run that shows one of the titles: in a heading, or
// anywhere where it is the same text.
func (f *finder) findTitle() {
	var wanted [][]string
	seen := map[string]bool{}
	for _, title := range f.titles {
		if key := arabic.Key(title); key != "" && !seen[key] {
			seen[key] = true
			wanted = append(wanted, strings.Fields(key))
		}
	}
	f.titleAmong(wanted, true)
	if f.title < 0 {
		f.titleAmong(wanted, false)
	}
	if f.title >= 0 {
		return
	}
	// A page of one h1 that is not in a link calls it its title.
	for i := range f.runs {
		if r := &f.runs[i]; r.heading == 1 && r.linked*2 < r.letters && r.words >= 3 {
			if f.title >= 0 {
				f.title = -1
				return
			}
			f.title = int32(i)
		}
	}
}

// titleAmong looks for a wanted title in the page's headings or outside of
// them.
func (f *finder) titleAmong(wanted [][]string, headings bool) {
	least, most := math.MaxInt, 0
	for _, want := range wanted {
		least, most = min(least, len(want)/3), max(most, 2*len(want)+4)
	}
	best := 0.0
	for i := range f.runs {
		r := &f.runs[i]
		if (r.heading > 0) != headings || int(r.words) < least || int(r.words) > most || r.words == 0 {
			continue
		}
		have := tokens(f.raw(r))
		for rank, want := range wanted {
			same := likeness(want, have)
			if same < 0.7 {
				continue
			}
			switch {
			case r.heading == 1:
				same += 0.3
			case r.linked*2 > r.letters:
				same -= 0.6
			}
			if same -= 0.01 * float64(rank); same > best+0.001 {
				best, f.title = same, int32(i)
			}
		}
	}
}

func tokens(s string) []string { return strings.Fields(arabic.Key(s)) }

// likeness is the share of common words in the shorter and longer of both,
// 0 to 1, where one that begins or ends the other counts nearly whole: titles
// are often given with the site's name.
func likeness(a, b []string) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	count := make(map[string]int, len(a))
	for _, w := range a {
		count[w]++
	}
	common := 0
	for _, w := range b {
		if count[w] > 0 {
			count[w]--
			common++
		}
	}
	short, long := min(len(a), len(b)), max(len(a), len(b))
	jaccard := float64(common) / float64(long)
	if common == short && short >= 3 {
		jaccard = max(jaccard, 0.9)
	}
	return jaccard
}

// spreadHints decides which hints are believed, and gives them to what the
// elements hold. An element that holds the title or an article's body is no
// margin, whatever it is called; nor is one with most of the page's text.
func (f *finder) spreadHints() {
	f.effect = make([]hint, len(f.elems))
	if f.unnamed || len(f.elems) == 0 {
		return
	}
	prose := f.prose()
	named := map[string]float64{} // class → prose of all that bear it
	for i := range f.elems {
		if f.elems[i].hint > hintBody {
			named[attr(f.elems[i].node, "class")] += prose[i]
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
			case own == hintComment:
				if holdsBody[i] && mine > 0.5 {
					own = hintNone
				}
			case own == hintDeck || own == hintCaption:
				if prose[i] > maxDeck || mine > 0.3 {
					own = hintNone
				}
			case own == hintAside:
				if holdsBody[i] && mine > 0.3 || mine > 0.45 || named[attr(e.node, "class")] > 0.6*prose[0] {
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

// weigh says what each run is worth as text of an article, and sums it up.
func (f *finder) weigh() {
	sum := summaryStart(f.summary)
	for i := range f.elems {
		f.elems[i].worth = 0
	}
	for i := range f.runs {
		r := &f.runs[i]
		r.after = f.title < 0 || int32(i) > f.title
		r.hint = f.effect[r.elem]
		r.worth = worth(r)
		if r.worth > 0 && sum != "" && r.words >= 4 && strings.Contains(arabic.Key(f.raw(r)), sum) {
			r.worth *= 2
		}
		f.elems[r.elem].worth += r.worth
	}
	for i := len(f.elems) - 1; i > 0; i-- {
		if p := f.elems[i].parent; p >= 0 {
			f.elems[p].worth += f.elems[i].worth
		}
	}
}

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
		if r.words < 15 && !r.ends {
			w /= 3
		}
		if r.stops == 0 && !r.ends {
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

// minWorth is the least that the text of an article is worth, about its
// letters, with the page's title in sight and without.
const (
	minWorth         = 40
	minWorthUntitled = 120
)

// article reports whether element at holds enough prose for an article.
func (f *finder) article(at int32) bool {
	least := float64(minWorthUntitled)
	if f.title >= 0 {
		least = minWorth
	}
	return f.elems[at].worth >= least
}
