package extractor

import (
	"slices"

	"golang.org/x/net/html"
)

// container makes a quote or a details element.
func (b *builder) container(n *html.Node) {
	b.closeLine()
	node := newElement(tagOf(n), n)
	if cite := webAddressOf(b.page, attributeValue(n, "cite")); cite != "" && node.Data == "blockquote" {
		setAttribute(node, "cite", cite)
	}
	b.fill(node, wrapping, func() {
		summary := summaryOf(n)
		if summary != nil {
			b.leaf("summary", summary, single)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c != summary {
				b.node(c)
			}
		}
	})
	b.add(node, hasContent(node))
}

// summaryOf is the summary of a details element, which stands first in it
// wherever it was written, or nil.
func summaryOf(n *html.Node) *html.Node {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if n.Data == "details" && c.Type == html.ElementNode && c.Data == "summary" {
			return c
		}
	}
	return nil
}

// list makes ul and ol. What stands in a list outside of its items gets an item
// of its own; a list there belongs to the item before it.
func (b *builder) list(n *html.Node) {
	b.closeLine()
	node := newElement(tagOf(n), n)
	b.fill(node, tight, func() { b.items(n) })
	b.add(node, node.FirstChild != nil)
}

func (b *builder) items(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode && blank(c.Data), c.Type != html.TextNode && c.Type != html.ElementNode:
		case c.Type == html.ElementNode && classOf(c) == classItem:
			b.item("li", c)
		case c.Type == html.ElementNode && classOf(c) == classList && len(b.flow.pieces) > 0:
			last := b.flow.pieces[len(b.flow.pieces)-1].node
			outer := b.flow
			b.flow = &flow{mode: tight}
			b.list(c)
			for _, p := range b.flow.pieces {
				last.AppendChild(p.node)
			}
			b.flow = outer
		case c.Type == html.ElementNode && classOf(c) != classDropped && hasElement(c, classItem) && classOf(c) != classList:
			b.items(c)
		default:
			around := &html.Node{Type: html.ElementNode, Data: "li"}
			b.itemOf("li", around, func() { b.node(c) })
		}
	}
}

func (b *builder) item(tag string, n *html.Node) {
	b.itemOf(tag, n, func() { b.children(n) })
}

func (b *builder) itemOf(tag string, n *html.Node, inside func()) {
	node := newElement(tag, n)
	m := tight
	if tag == "dt" {
		m = single
	}
	b.fill(node, m, inside)
	b.add(node, hasContent(node))
}

// stray puts an item that no list is around into one, together with those
// right before it.
func (b *builder) stray(list string, n *html.Node) {
	b.closeLine()
	var node *html.Node
	if k := len(b.flow.pieces); k > 0 && b.flow.pieces[k-1].implied && b.flow.pieces[k-1].node.Data == list {
		node = b.flow.pieces[k-1].node
	}
	outer := b.flow
	b.flow = &flow{mode: tight}
	tag := n.Data
	b.item(tag, n)
	made := b.flow.pieces
	b.flow = outer
	if len(made) == 0 {
		return
	}
	if node == nil {
		node = newElement(list, nil)
		b.flow.pieces = append(b.flow.pieces, piece{node: node, implied: true})
	}
	node.AppendChild(made[0].node)
}

func (b *builder) terms(n *html.Node) {
	b.closeLine()
	node := newElement("dl", n)
	b.fill(node, tight, func() { b.termsOf(n) })
	b.add(node, node.FirstChild != nil)
}

func (b *builder) termsOf(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode && blank(c.Data), c.Type != html.TextNode && c.Type != html.ElementNode:
		case c.Type == html.ElementNode && classOf(c) == classTerm:
			b.item(c.Data, c)
		case c.Type == html.ElementNode && classOf(c) != classDropped && classOf(c) != classTerms && hasElement(c, classTerm):
			b.termsOf(c)
		default:
			around := &html.Node{Type: html.ElementNode, Data: "dd"}
			b.itemOf("dd", around, func() { b.node(c) })
		}
	}
}

// figure makes a figure of media, a table or a quote, and of anything that has a
// caption. Other text is no figure, and a caption alone goes with what it was
// about.
func (b *builder) figure(n *html.Node) {
	b.closeLine()
	node := newElement("figure", n)
	outer, f := b.flow, &flow{mode: tight}
	b.flow = f
	b.figureParts(n)
	b.closeLine()
	b.flow = outer
	isCaption := func(p piece) bool { return p.node.Data == "figcaption" }
	captioned := slices.ContainsFunc(f.pieces, isCaption)
	if slices.ContainsFunc(f.pieces, func(p piece) bool {
		return !isCaption(p) && (showsSomething(p.node) || captioned && hasContent(p.node))
	}) {
		f.finish(node)
		b.add(node, true)
		return
	}
	for _, p := range f.pieces {
		if p.node.Data != "figcaption" {
			outer.pieces = append(outer.pieces, p)
		}
	}
}

func (b *builder) figureParts(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case isCaption(c):
			b.leaf("figcaption", c, single)
		case c.Type == html.ElementNode && classOf(c) == classBlock && holdsCaption(c):
			b.closeLine()
			b.figureParts(c)
			b.closeLine()
		default:
			b.node(c)
		}
	}
}

// table makes a table of caption, sections, rows and cells; one that shows
// nothing goes whole.
func (b *builder) table(n *html.Node) {
	b.closeLine()
	node := newElement("table", n)
	var section *html.Node // that rows outside of a section go to
	var rows func(n, into *html.Node)
	rows = func(n, into *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != html.ElementNode {
				continue
			}
			switch c.Data {
			case "caption":
				if into == nil && node.FirstChild == nil {
					b.tablePart(node, "caption", c, single)
				}
			case "thead", "tbody", "tfoot":
				part := newElement(tagOf(c), c)
				rows(c, part)
				if part.FirstChild != nil {
					node.AppendChild(part)
				}
				section = nil
			case "tr":
				row := newElement("tr", c)
				for cell := c.FirstChild; cell != nil; cell = cell.NextSibling {
					if cell.Type == html.ElementNode && classOf(cell) == classCell {
						b.tablePart(row, cell.Data, cell, tight)
					}
				}
				if row.FirstChild == nil {
					continue
				}
				if into == nil {
					if section == nil {
						section = newElement("tbody", nil)
						node.AppendChild(section)
					}
					section.AppendChild(row)
					continue
				}
				into.AppendChild(row)
			}
		}
	}
	rows(n, nil)
	b.add(node, hasContent(node))
}

// tablePart adds a cell, also an empty one since others stand beside it, or a
// caption.
func (b *builder) tablePart(into *html.Node, tag string, n *html.Node, m mode) {
	part := newElement(tag, n)
	b.fill(part, m, func() { b.children(n) })
	if tag != "caption" || hasContent(part) {
		into.AppendChild(part)
	}
}
