package extractor

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// prune takes out of element b, which holds the article's body, what does not
// belong to it, and returns its node. The page's tree is changed.
func (f *finder) prune(b int32) *html.Node {
	p := f.judge(b)
	f.boxes = p.boxes()
	lead := p.lead()
	p.apply()
	node := f.elems[p.body].node
	if lead != nil {
		node.InsertBefore(lead, node.FirstChild)
	}
	return node
}

// judge says what of element b, or of the one around it that holds the whole
// body, does not belong to the article. Captions may become figures.
func (f *finder) judge(b int32) *pruner {
	from, to := f.elems[b].run, f.elems[b].runEnd
	if f.matched == nil {
		b, from, to = f.widen(b)
	}
	first, last := f.elems[b].run, f.elems[b].runEnd
	p := &pruner{f: f, body: b, gone: make([]bool, f.elems[b].end-b)}
	p.first, p.drop = first, make([]bool, last-first)
	for j := range p.drop {
		p.drop[j] = int32(j) < from-first || int32(j) >= to-first
	}
	f.trace.pruned("outside of the body's parts", p)
	for _, rule := range rules {
		rule.apply(p)
		f.trace.pruned(rule.name, p)
	}
	return p
}

// rules are what prune goes by, in this order, and what an explanation calls
// them.
var rules = []struct {
	name  string
	apply func(*pruner)
}{
	{"named as furniture", (*pruner).hinted},
	{"at or above the title", (*pruner).beforeTitle},
	{"form to sign up by", (*pruner).forms},
	{"anchor of a heading", (*pruner).anchors},
	{"nearly all links", (*pruner).linkLists},
	{"caption", (*pruner).captions},
	{"says again what a caption or the title says", (*pruner).repeats},
	{"pull quote", (*pruner).pullQuotes},
	{"not in the structured body", (*pruner).unmatched},
	{"notice of the site", (*pruner).notices},
	{"section below the article", (*pruner).sections},
	{"heading of what was dropped", (*pruner).headings},
	{"line above the first sentence", (*pruner).head},
	{"line below the last sentence", (*pruner).tail},
}

type pruner struct {
	f     *finder
	body  int32
	first int32  // run
	drop  []bool // runs from first on
	gone  []bool // elements from body on
}

func (p *pruner) runs() []run { return p.f.runs[p.first : p.first+int32(len(p.drop))] }

func (p *pruner) dropElement(i int32) {
	p.gone[i-p.body] = true
	e := &p.f.elems[i]
	for j := e.run; j < e.runEnd && j-p.first < int32(len(p.drop)); j++ {
		p.drop[j-p.first] = true
	}
}

// hinted drops what is called by a name of furniture.
func (p *pruner) hinted() {
	ground := max(hintBody, p.f.effect[p.body])
	for i := p.body + 1; i < p.f.elems[p.body].end; i++ {
		if h := p.f.effect[i]; h > ground {
			if h == hintCaption {
				if p.f.elems[i].pictures > 0 || p.f.elems[i].node.DataAtom == atom.Figure {
					continue // the name speaks of a caption inside
				}
				p.caption(i)
			} else if (p.f.elems[i].block || h >= hintAside) && !p.wordsOfHeading(i) {
				p.dropElement(i)
			}
			i = p.f.elems[i].end - 1
		}
	}
	if ground >= hintDeck {
		return
	}
	for j := range p.drop {
		if p.f.runs[p.first+int32(j)].hint == hintDeck {
			p.drop[j] = true // all of it stands in inline elements of such a name
		}
	}
}

// wordsOfHeading reports whether inline element i holds the words of a heading
// that is no margin itself: a link back to the table of contents.
func (p *pruner) wordsOfHeading(i int32) bool {
	e := &p.f.elems[i]
	if e.block || e.node.DataAtom != atom.A {
		return false
	}
	at := e.parent
	for at > p.body && !p.f.elems[at].block {
		at = p.f.elems[at].parent
	}
	around := &p.f.elems[at]
	return headingLevel(around.node.DataAtom) > 0 && p.f.effect[at] <= hintBody && around.runEnd > around.run && e.node.FirstChild != nil &&
		2*len(flatText(e.node)) > len(p.f.text(&p.f.runs[around.run]))
}

// anchors drops the links by which headings can be linked to: a sign, or the
// heading's own name in addresses.
func (p *pruner) anchors() {
	for i := p.body + 1; i < p.f.elems[p.body].end; i++ {
		e := &p.f.elems[i]
		if e.node.DataAtom != atom.A || p.gone[i-p.body] {
			continue
		}
		name, own := strings.CutPrefix(attr(e.node, "href"), "#")
		if !own {
			continue
		}
		switch text := flatText(e.node); text {
		case "#", "¶", "§", "🔗", "#" + name:
			p.gone[i-p.body] = true
		}
	}
}

// beforeTitle drops the title and what stands above it, but for a title that is
// shown again below the text.
func (p *pruner) beforeTitle() {
	at := p.f.title - p.first
	if at < 0 || int(at) >= len(p.drop) {
		return
	}
	p.drop[at] = true
	above, all := 0.0, 0.0
	for j := range p.runs() {
		worth := max(0, p.f.runs[p.first+int32(j)].worth)
		all += worth
		if j < int(at) {
			above += worth
		}
	}
	if above*2 > all {
		return
	}
	for j := range at {
		p.drop[j] = true
	}
}

// maxFormLetters is the most text, in letters, of a box around a form that asks
// for an address.
const maxFormLetters = 250

// forms drops the boxes around forms that ask for the reader's address: a form,
// and as many elements around it as hold hardly more.
func (p *pruner) forms() {
	end := p.f.elems[p.body].end
	for i := p.body + 1; i < end; i++ {
		e := &p.f.elems[i]
		if e.node.DataAtom != atom.Form || p.gone[i-p.body] || !asksForAddress(e.node) {
			continue
		}
		box := i
		for at := e.parent; at > p.body && p.f.elems[at].letters <= maxFormLetters && p.f.elems[at].pictures < 2; at = p.f.elems[at].parent {
			box = at
		}
		if p.f.elems[box].letters <= maxFormLetters {
			p.dropElement(box)
		}
	}
}

func asksForAddress(form *html.Node) bool {
	for n := range form.Descendants() {
		if n.DataAtom == atom.Input && (strings.EqualFold(attr(n, "type"), "email") || strings.Contains(strings.ToLower(attr(n, "name")), "email")) {
			return true
		}
	}
	return false
}

// linkLists drops elements that are nearly all links.
func (p *pruner) linkLists() {
	end := p.f.elems[p.body].end
	for i := p.body + 1; i < end; i++ {
		e := &p.f.elems[i]
		if p.gone[i-p.body] {
			i = e.end - 1
			continue
		}
		if !e.block || e.letters == 0 || e.worth > 0 || p.subheading(i) || p.itemOfText(i) {
			continue
		}
		if e.linked*10 >= e.letters*7 {
			p.dropElement(i)
			i = e.end - 1
		}
	}
}

// itemOfText reports whether element i is an item of a list that is not one of
// links.
func (p *pruner) itemOfText(i int32) bool {
	list := p.f.elems[i].parent
	return p.f.elems[i].node.DataAtom == atom.Li && list > p.body && p.f.elems[list].linked*2 < p.f.elems[list].letters
}

// subheading reports whether element i is a heading among the paragraphs of
// the body, which may be a link as a whole.
func (p *pruner) subheading(i int32) bool {
	e := &p.f.elems[i]
	if h := headingLevel(e.node.DataAtom); h < 2 || h > 4 {
		return false
	}
	near := 0
	for j := e.run - 2; j < e.runEnd+3; j++ {
		if j < p.first || j >= p.first+int32(len(p.drop)) {
			continue
		}
		if r := &p.f.runs[j]; prose(r) && p.f.elems[r.elem].parent == e.parent {
			near++
		}
	}
	return near > 0
}

// minUnmatched is the least words of a paragraph that the structured body lacks by
// mistake: what sites put between paragraphs is shorter.
const minUnmatched = 25

// unmatched drops the sentences that the structured body does not have, but for
// long paragraphs among those that it has.
func (p *pruner) unmatched() {
	if p.f.matched == nil {
		return
	}
	runs := p.runs()
	held := map[int32]bool{} // elements of which it has paragraphs
	for j := range runs {
		if p.f.matched[p.first+int32(j)] {
			held[p.f.elems[runs[j].elem].parent] = true
		}
	}
	for j := range runs {
		r := &runs[j]
		if r.heading > 0 || r.words < shingleWords || p.f.matched[p.first+int32(j)] {
			continue
		}
		if e := &p.f.elems[r.elem]; e.node.DataAtom == atom.P && held[e.parent] && r.words >= minUnmatched && r.ends && r.linked*4 < r.letters {
			continue
		}
		p.drop[j] = true
	}
}

// prose reports whether a run reads as a sentence.
func prose(r *run) bool {
	if r.linked*2 > r.letters || r.digits*6 > r.letters && !r.ends {
		return false
	}
	return r.words >= 12 || r.words >= 4 && r.ends
}

// head drops the short lines between the title and the first sentence.
func (p *pruner) head() {
	runs := p.runs()
	for j := range runs {
		if p.drop[j] {
			continue
		}
		r := &runs[j]
		if p.deck(j) {
			p.drop[j] = true
			continue
		}
		if prose(r) {
			return
		}
		if r.heading > 1 && r.linked == 0 && (r.words > 3 || p.opens(j)) {
			return
		}
		if p.precedes(j) {
			return
		}
		p.drop[j] = true
	}
}

// maxBylineWords is the most words of a line of byline and date.
const maxBylineWords = 15

// deck reports whether run j is a deck: it stands between the title and a line
// that is called byline or date.
func (p *pruner) deck(j int) bool {
	runs := p.runs()
	if j+2 >= len(runs) || p.f.title < 0 || p.first+int32(j)-p.f.title > 2 || p.first+int32(j) < p.f.title {
		return false
	}
	next := &runs[j+1]
	return p.drop[j+1] && next.hint == hintDeck && next.words <= maxBylineWords && runs[j].words <= maxLeadWords
}

// opens reports whether run j, a heading, stands right above a sentence of the
// same element.
func (p *pruner) opens(j int) bool {
	runs := p.runs()
	return j+1 < len(runs) && !p.drop[j+1] && prose(&runs[j+1]) &&
		p.f.elems[runs[j].elem].parent == p.f.elems[runs[j+1].elem].parent
}

// precedes reports whether run j, short as it is, is set like the sentence
// that follows it.
func (p *pruner) precedes(j int) bool {
	runs := p.runs()
	return j+1 < len(runs) && !p.drop[j+1] && prose(&runs[j+1]) && p.alike(&runs[j], &runs[j+1])
}

// alike reports whether short, which has the length of a line or ends as a
// sentence and has no links and no digits but such as the run beside has, is set
// like that one: in the same element or in one like it.
func (p *pruner) alike(short, beside *run) bool {
	numbers := short.digits > 0 && (beside.digits == 0 || short.digits*lettersADigit > short.letters) // a date's, or those of a list of prices
	if short.words < minLineWords && !(short.ends && short.words >= 2) || short.linked > 0 || numbers || short.heading > 0 {
		return false
	}
	s, b := &p.f.elems[short.elem], &p.f.elems[beside.elem]
	return short.elem == beside.elem || s.parent == b.parent && s.node.DataAtom == b.node.DataAtom && s.node.DataAtom != atom.Li
}

// lettersADigit is how many letters there are for each digit in a line that is no
// date.
const lettersADigit = 6

// minLineWords is the least words of a line that stands for a sentence:
// bylines and labels have fewer.
const minLineWords = 5

// tail drops the short lines after the last sentence.
func (p *pruner) tail() {
	runs := p.runs()
	for j := len(runs) - 1; j >= 0; j-- {
		if p.drop[j] {
			continue
		}
		r := &runs[j]
		if (r.words <= maxRights || r.linked > 0) && p.f.rights(r) {
			p.drop[j] = true
			continue
		}
		if prose(r) || p.continues(j) {
			return
		}
		if p.f.namesOrigin(r) {
			continue
		}
		p.drop[j] = true
	}
}

// continues reports whether run j, short as it is, is set like the sentence
// before it: an item of a list, or a line in the same element or one like it.
func (p *pruner) continues(j int) bool {
	r := &p.runs()[j]
	if r.linked*2 > r.letters || r.heading > 0 || r.words == 0 {
		return false
	}
	e := &p.f.elems[r.elem]
	if p.f.inTable(r.elem, p.body) {
		return true
	}
	if e.node.DataAtom == atom.Li && r.linked == 0 {
		return true
	}
	for j--; j >= 0; j-- {
		if p.drop[j] {
			continue
		}
		before := &p.runs()[j]
		if !p.alike(r, before) {
			return false
		}
		if prose(before) {
			return true
		}
		r = before // the lines of a poem
	}
	return false
}

// minTableCells is the least cells of a table of facts: a layout has fewer.
const minTableCells = 6

// inTable reports whether element i stands in a table of facts inside of body:
// one with several cells, hardly any links and no further table.
func (f *finder) inTable(i, body int32) bool {
	for ; i > body; i = f.elems[i].parent {
		e := &f.elems[i]
		if e.node.DataAtom != atom.Table {
			continue
		}
		cells := 0
		for c := i + 1; c < e.end; c++ {
			switch f.elems[c].node.DataAtom {
			case atom.Table:
				return false
			case atom.Td, atom.Th:
				cells++
			}
		}
		return cells >= minTableCells && e.linked*3 < e.letters
	}
	return false
}

// apply takes the dropped runs and elements out of the tree.
func (p *pruner) apply() {
	end := p.f.elems[p.body].end
	for i := p.body + 1; i < end; i++ {
		e := &p.f.elems[i]
		if p.gone[i-p.body] {
			detach(e.node)
			i = e.end - 1
			continue
		}
		if !e.block || e.run >= e.runEnd || e.pictures > 0 {
			continue
		}
		all := true
		for j := e.run; j < e.runEnd && all; j++ {
			all = p.drop[j-p.first]
		}
		if all {
			detach(e.node)
			i = e.end - 1
		}
	}
	runs := p.runs()
	for j := range runs {
		if !p.drop[j] {
			continue
		}
		for _, t := range p.f.texts[runs[j].first:runs[j].last] {
			detach(t)
		}
	}
}

func detach(n *html.Node) {
	if n.Parent != nil {
		n.Parent.RemoveChild(n)
	}
}
