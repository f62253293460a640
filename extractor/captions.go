package extractor

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nashra/internal/arabic"
)

// caption sees to element i, which is called a caption. In a figure it becomes
// a figcaption, so that it stays with its picture and out of the text; so it
// does with an element around it that holds nothing but it and pictures. It is
// dropped where no picture is near.
func (p *pruner) caption(i int32) {
	f := p.f
	e := &f.elems[i]
	if e.node.DataAtom == atom.Figcaption && e.node.Parent != nil && e.node.Parent.DataAtom == atom.Figure {
		return
	}
	for at := e.parent; at > p.body; at = f.elems[at].parent {
		around := &f.elems[at]
		if around.runEnd-around.run != e.runEnd-e.run {
			break
		}
		if around.node.DataAtom == atom.Figure {
			e.node.DataAtom, e.node.Data = atom.Figcaption, "figcaption"
			return
		}
		if around.pictures > 0 && e.runEnd-e.run == 1 {
			f.makeFigure(around, &f.runs[e.run])
			return
		}
	}
	p.dropElement(i)
}

// maxCaption is the most words of a caption that nothing calls one.
const maxCaption = 20

// captions finds captions that nothing calls so: the only text in an element
// with a picture, too short for a paragraph and no sentence.
func (p *pruner) captions() {
	f := p.f
	for i := p.body + 1; i < f.elems[p.body].end; i++ {
		e := &f.elems[i]
		if p.gone[i-p.body] || !e.block || e.pictures == 0 || e.runEnd == e.run {
			continue
		}
		if p.pictureBox(i) {
			for j := e.run; j < e.runEnd; j++ {
				p.drop[j-p.first] = true
			}
			i = e.end - 1
			continue
		}
		if e.runEnd-e.run != 1 || p.drop[e.run-p.first] {
			continue
		}
		r := &f.runs[e.run]
		if r.ends || r.words > maxCaption || r.heading > 0 || e.node.DataAtom == atom.Li || e.node.DataAtom == atom.Figure {
			continue
		}
		f.makeFigure(e, r)
		i = e.end - 1
	}
}

// Limits of what stands below a picture in a box of its own.
const (
	maxBoxCaptions   = 3  // lines
	maxBoxWords      = 60 // in all of them
	maxPictureShare  = 0.25
	minPicturedWorth = 200 // of the body that has room for captions
)

// pictureNames are words in the class of an element that holds a picture and
// its caption.
var pictureNames = wordList("photo photos image images img picture pictures figure imagewrap mediaimage photobox")

// pictureBox reports whether element i is called a picture's, and holds beside
// it only what may be its caption and credit.
func (p *pruner) pictureBox(i int32) bool {
	e := &p.f.elems[i]
	if e.runEnd-e.run > maxBoxCaptions || e.node.DataAtom == atom.Figure {
		return false
	}
	named := false
	class := attr(e.node, "class")
	for from, to := nameWordAt(class, 0); from < to && !named; from, to = nameWordAt(class, to) {
		named = pictureNames[strings.ToLower(class[from:to])]
	}
	all := p.f.elems[p.body].worth
	if !named || all < minPicturedWorth || e.worth > maxPictureShare*all {
		return false
	}
	words := int32(0)
	for j := e.run; j < e.runEnd; j++ {
		if p.f.runs[j].heading > 0 {
			return false
		}
		words += p.f.runs[j].words
	}
	return words <= maxBoxWords
}

// maxSaid is the most words of a line that is looked up among what the page
// says elsewhere.
const maxSaid = 30

// titleRuns is how far down in the body, and how far up from its end, the
// title is looked for again.
const titleRuns = 3

// repeats drops lines that only say again what a picture's alt text or the
// structured data's captions say, and the title at either end. A subheading
// among paragraphs stays: pictures are named after it.
func (p *pruner) repeats() {
	f := p.f
	said := map[string]bool{}
	for i := p.body + 1; i < f.elems[p.body].end; i++ {
		if n := f.elems[i].node; n.DataAtom == atom.Img {
			said[arabic.Key(attr(n, "alt"))] = true
		}
	}
	for _, caption := range f.captions {
		said[arabic.Key(caption)] = true
	}
	titles := map[string]bool{}
	for _, title := range f.titles {
		titles[arabic.Key(title)] = true
	}
	delete(said, "")
	delete(titles, "")
	runs := p.runs()
	top := 0      // runs that stay so far
	read := false // one of them is prose
	for j := range runs {
		if p.drop[j] {
			continue
		}
		if top++; (top <= titleRuns || j+titleRuns >= len(runs)) && runs[j].words <= maxSaid && titles[f.key(&runs[j])] {
			p.drop[j] = true
			continue
		}
		if len(said) == 0 {
			continue
		}
		if r := &runs[j]; r.words >= 2 && r.words <= maxSaid && said[f.key(r)] && !(read && r.heading > 1 && p.opens(j)) {
			p.drop[j] = true
		}
		read = read || prose(&runs[j])
	}
}

// makeFigure makes a figure of an element that holds pictures and one run.
func (f *finder) makeFigure(e *elem, r *run) {
	figure := &html.Node{Type: html.ElementNode, Data: "figure", DataAtom: atom.Figure}
	caption := &html.Node{Type: html.ElementNode, Data: "figcaption", DataAtom: atom.Figcaption}
	caption.AppendChild(&html.Node{Type: html.TextNode, Data: f.text(r)})
	parent := e.node.Parent
	if parent == nil {
		return
	}
	for _, t := range f.texts[r.first:r.last] {
		detach(t)
	}
	parent.InsertBefore(figure, e.node)
	detach(e.node)
	for c := e.node.FirstChild; c != nil; c = e.node.FirstChild {
		e.node.RemoveChild(c)
		figure.AppendChild(c)
	}
	figure.AppendChild(caption)
	e.node = figure
}
