package extractor

import (
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// builder makes clean markup of foreign markup: it walks the foreign tree once
// and writes a new one that holds allowed elements alone and in which every
// line of text is in a paragraph, a heading, an item or a cell (rules H1 to
// H4). The foreign tree is not touched.
type builder struct {
	page    *url.URL // of the page; nil: relative addresses are refused
	seen    map[string]bool
	flow    *flow               // being filled
	credit  bool                // inside a note that nashra itself wrote
	credits map[*html.Node]bool // the lines of such notes
	phrases []frame             // allowed inline elements that are open, outermost first
}

// frame is an inline element that is open. Every paragraph that gets text
// while it is open has a copy of its own, so that an element around several
// paragraphs becomes one in each.
type frame struct {
	model *html.Node
	copy  *html.Node // in the present line; nil: not yet
	line  *html.Node
}

// mode says what a container does with the lines it gets.
type mode int

const (
	wrapping mode = iota // each line is a paragraph: the body, a quote
	tight                // a lone line stays bare: items, cells, figures
	single               // one line in all: headings, captions
	verbatim             // one line whose spaces count: pre
)

// flow is a container being filled with pieces.
type flow struct {
	mode   mode
	pieces []piece
	line   *html.Node // open line of text; nil: none
	full   bool       // the open line holds text or media
	breaks int        // br seen since the last content
	depth  int        // how many of the open inline elements are around these br
	like   *html.Node // p whose attributes the next lines get; nil: none
}

// piece is a child of a container: a block, or a line of text that becomes a
// paragraph or stays bare.
type piece struct {
	node    *html.Node
	line    bool
	text    bool // the line has text, not media alone
	written bool // it was a p already
	implied bool // a list that was not written, around stray items
}

// build makes the clean tree of the children of body, under a node of its own.
// credits are the lines in it of notes that nashra wrote, whatever their
// template.
func build(body *html.Node, page *url.URL) (root *html.Node, credits map[*html.Node]bool) {
	b := &builder{page: page, seen: map[string]bool{}, credits: map[*html.Node]bool{}}
	root = &html.Node{Type: html.ElementNode, Data: "div"}
	b.fill(root, wrapping, func() { b.children(body) })
	return root, b.credits
}

// fill runs inside with a new container open and puts what came into node.
func (b *builder) fill(node *html.Node, m mode, inside func()) {
	outer := b.flow
	f := &flow{mode: m}
	if m == single || m == verbatim {
		f.line = node
	}
	b.flow = f
	inside()
	b.closeLine()
	b.flow = outer
	f.finish(node)
}

// finish decides which lines become paragraphs.
func (f *flow) finish(node *html.Node) {
	lines, written := 0, false
	for _, p := range f.pieces {
		if p.line && p.text {
			lines++
		}
		written = written || p.written
	}
	bare := f.mode == tight && lines <= 1 && !written
	for _, p := range f.pieces {
		if !p.line || p.written || p.text && !bare {
			node.AppendChild(p.node)
			continue
		}
		moveChildren(node, p.node)
	}
}

func moveChildren(to, from *html.Node) {
	for c := from.FirstChild; c != nil; c = from.FirstChild {
		from.RemoveChild(c)
		to.AppendChild(c)
	}
}

func (b *builder) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.node(c)
	}
}

func (b *builder) node(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		b.text(n.Data)
	case html.ElementNode:
		b.element(n)
	case html.DocumentNode:
		b.children(n)
	}
}

func (b *builder) element(n *html.Node) {
	c := classOf(n)
	if b.flow.mode >= single && standsApart(c) {
		b.softBreak()
		b.children(n)
		b.softBreak()
		return
	}
	switch c {
	case classDropped:
	case classInline:
		b.children(n)
	case classEmphasis, classPhrase:
		b.phrase(n)
	case classBreak:
		b.lineBreak()
	case classImage:
		b.picture(image(b.page, n, nil))
	case classPicture:
		b.picture(picture(b.page, n))
	case classPlayer:
		b.media(player(b.page, n))
	case classFrame:
		b.frame(n)
	case classBlock, classCell:
		if isFigure(n) {
			b.figure(n)
			return
		}
		b.closeLine()
		before := b.credit
		b.credit = before || isCredit(n)
		if n.Data == "div" && b.flow.mode == wrapping && !holdsBlocks(n) {
			b.paragraph(n)
		} else {
			b.children(n)
		}
		b.closeLine()
		b.credit = before
	case classParagraph:
		b.paragraph(n)
	case classHeading:
		b.leaf(tagOf(n), n, single)
	case classPre:
		b.leaf(tagOf(n), n, verbatim)
	case classQuote:
		b.container(n)
	case classList:
		b.list(n)
	case classItem:
		b.stray("ul", n)
	case classTerms:
		b.terms(n)
	case classTerm:
		b.stray("dl", n)
	case classTable:
		b.table(n)
	case classFigure:
		b.figure(n)
	case classRule:
		b.add(newElement("hr", n), true)
	}
}

// paragraph makes a paragraph of n, or several where br part it.
func (b *builder) paragraph(n *html.Node) {
	b.closeLine()
	before := b.flow.like
	b.flow.like = n
	b.children(n)
	b.closeLine()
	b.flow.like = before
}

// add adds a finished block to the open container; one without content is
// left out.
func (b *builder) add(node *html.Node, content bool) {
	b.closeLine()
	if content {
		b.flow.pieces = append(b.flow.pieces, piece{node: node})
	}
}

// leaf makes a block named tag that holds one line.
func (b *builder) leaf(tag string, n *html.Node, m mode) {
	b.closeLine()
	node := newElement(tag, n)
	b.fill(node, m, func() { b.children(n) })
	b.add(node, hasContent(node))
}

// phrase opens an allowed inline element, unless it would do nothing: an
// emphasis inside itself, a link without an address or inside a link.
func (b *builder) phrase(n *html.Node) {
	model := newElement(n.Data, n)
	switch n.Data {
	case "a":
		href := address(b.page, attributeValue(n, "href"))
		if href == "" || b.inside("a") {
			b.children(n)
			return
		}
		model.Attr = append([]html.Attribute{{Key: "href", Val: href}}, model.Attr...)
		if onWeb(href) {
			setAttribute(model, "rel", linkRel)
		}
	case "q", "del", "ins":
		if cite := webAddressOf(b.page, attributeValue(n, "cite")); cite != "" {
			setAttribute(model, "cite", cite)
		}
	case "rt", "rp":
		if !b.inside("ruby") || b.inside("rt") || b.inside("rp") {
			b.children(n)
			return
		}
	}
	if classOf(n) == classEmphasis && b.inside(n.Data) {
		b.children(n)
		return
	}
	b.phrases = append(b.phrases, frame{model: model})
	b.children(n)
	b.phrases = b.phrases[:len(b.phrases)-1]
	b.flow.depth = min(b.flow.depth, len(b.phrases))
}

func (b *builder) inside(tag string) bool {
	for _, f := range b.phrases {
		if f.model.Data == tag {
			return true
		}
	}
	return false
}

// at is the node that content goes to now: the open line, or the copy in it of
// the innermost open inline element.
func (b *builder) at() *html.Node { return b.inPhrases(len(b.phrases)) }

// inPhrases is the node that stands for the first so many open inline elements
// in the open line.
func (b *builder) inPhrases(depth int) *html.Node {
	f := b.flow
	if f.line == nil {
		f.line = newElement("p", f.like)
		f.pieces = append(f.pieces, piece{node: f.line, line: true, written: f.like != nil})
		if b.credit {
			b.credits[f.line] = true
		}
	}
	at := f.line
	for i := range b.phrases[:depth] {
		p := &b.phrases[i]
		if p.line != f.line || p.copy.Parent != at {
			p.copy = &html.Node{Type: html.ElementNode, Data: p.model.Data, Attr: append([]html.Attribute(nil), p.model.Attr...)}
			p.line = f.line
			at.AppendChild(p.copy)
		}
		at = p.copy
	}
	return at
}

// closeLine ends the open line of text.
func (b *builder) closeLine() {
	f := b.flow
	f.breaks = 0
	if f.mode >= single {
		return
	}
	f.line, f.full = nil, false
}

func (b *builder) text(s string) {
	f := b.flow
	if f.mode == verbatim {
		f.full = true
		appendText(b.at(), s)
		return
	}
	if blank(s) {
		if strings.ContainsFunc(s, unicode.IsSpace) && !b.inside("code") {
			s = " " // else it may join letters
		}
		if f.full && f.breaks == 0 {
			appendText(b.at(), s)
		}
		return
	}
	b.beforeContent()
	appendText(b.at(), s)
	f.full = true
	if k := len(f.pieces); k > 0 && f.mode < single {
		f.pieces[k-1].text = true
	}
}

// maxJoined is the size in bytes of a text that is not added to any more,
// because each addition copies it.
const maxJoined = 4 << 10

func appendText(at *html.Node, s string) {
	if last := at.LastChild; last != nil && last.Type == html.TextNode && len(last.Data) < maxJoined {
		last.Data += s
		return
	}
	at.AppendChild(&html.Node{Type: html.TextNode, Data: s})
}

func (b *builder) picture(node *html.Node) {
	if node == nil {
		return
	}
	img := node
	if node.Data == "picture" {
		img = node.LastChild
	}
	key := pictureKey(img)
	if b.seen[key] {
		return
	}
	b.seen[key] = true
	b.media(node)
}

func (b *builder) media(node *html.Node) {
	if node == nil {
		return
	}
	b.beforeContent()
	b.at().AppendChild(node)
	b.flow.full = true
}

// frame makes a link of a video in an iframe; every other iframe goes.
func (b *builder) frame(n *html.Node) {
	src := videoAddress(b.page, n)
	if src == "" || b.seen[src] {
		return
	}
	b.seen[src] = true
	label := attributeValue(newElement("", n), "title")
	if label == "" {
		label = videoLabel
	}
	link := &html.Node{Type: html.ElementNode, Data: "a", Attr: []html.Attribute{{Key: "href", Val: src}}}
	link.AppendChild(&html.Node{Type: html.TextNode, Data: label})
	if b.flow.mode >= single || b.inside("a") {
		b.phrase(link)
		return
	}
	b.closeLine()
	b.phrase(link)
	b.closeLine()
}

func (b *builder) lineBreak() {
	if b.flow.mode == verbatim {
		b.text("\n")
		return
	}
	b.breaks(b.flow.breaks + 1)
}

// breaks notes that so many br stand before what comes next.
func (b *builder) breaks(n int) {
	if b.flow.breaks == 0 {
		b.flow.depth = len(b.phrases)
	}
	b.flow.breaks = n
}

// softBreak parts what were blocks inside a single line.
func (b *builder) softBreak() {
	f := b.flow
	if f.mode == verbatim {
		if last := f.line.LastChild; f.full && (last == nil || last.Type != html.TextNode || !strings.HasSuffix(last.Data, "\n")) {
			b.text("\n")
		}
		return
	}
	if f.full {
		b.breaks(max(f.breaks, 1))
	}
}

// beforeContent turns the br seen since the last content into one, or into a
// new paragraph. Those at a line's ends are dropped by never getting here.
func (b *builder) beforeContent() {
	f := b.flow
	breaks := f.breaks
	f.breaks = 0
	if breaks == 0 || !f.full {
		return
	}
	if breaks >= 2 && f.mode < single {
		b.closeLine()
		return
	}
	b.inPhrases(f.depth).AppendChild(newElement("br", nil))
}
