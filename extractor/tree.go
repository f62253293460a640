package extractor

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// tagOf is the name under which an allowed element stays.
func tagOf(n *html.Node) string {
	if to := renamed[n.Data]; to != "" {
		return to
	}
	return n.Data
}

// blank reports whether s shows nothing: space of any kind and the invisible
// characters that cleaning deletes.
func blank(s string) bool {
	for _, r := range s {
		if !unicode.IsSpace(r) && !unicode.IsControl(r) && !unicode.Is(unicode.Cf, r) && r != '\ufffc' {
			return false
		}
	}
	return true
}

func isMedia(n *html.Node) bool {
	switch n.Data {
	case "img", "picture", "video", "audio":
		return n.Type == html.ElementNode
	}
	return false
}

// hasContent reports whether n, one of our nodes, shows anything at all.
func hasContent(n *html.Node) bool {
	switch {
	case n.Type == html.TextNode:
		return !blank(n.Data)
	case isMedia(n), n.Data == "hr":
		return true
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if hasContent(c) {
			return true
		}
	}
	return false
}

// showsSomething reports whether n holds what a figure may be about.
func showsSomething(n *html.Node) bool {
	if n.Type != html.ElementNode {
		return false
	}
	switch n.Data {
	case "img", "picture", "video", "audio", "table", "pre", "blockquote":
		return true
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if showsSomething(c) {
			return true
		}
	}
	return false
}

// hasElement reports whether an element of class c stands below n.
func hasElement(n *html.Node, want class) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && (classOf(c) == want || hasElement(c, want)) {
			return true
		}
	}
	return false
}

func hasTag(n *html.Node, tag string) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && (c.Data == tag || hasTag(c, tag)) {
			return true
		}
	}
	return false
}

// inLine reports whether n, one of our nodes, is part of a line of text.
func inLine(n *html.Node) bool {
	if n.Type != html.ElementNode {
		return true
	}
	switch classes[n.Data] {
	case classEmphasis, classPhrase, classBreak, classImage, classPicture, classPlayer:
		return true
	}
	return false
}

// lines calls visit for every line of text below n, in order: the parent and
// its neighbouring children that stand in one line. visit must not add or
// remove other children of the parent than these. It may keep the line.
func lines(n *html.Node, visit func(parent *html.Node, line []*html.Node)) {
	var all []*html.Node // lines lie in it one behind the other
	linesIn(n, &all, visit)
}

func linesIn(n *html.Node, all *[]*html.Node, visit func(parent *html.Node, line []*html.Node)) {
	from := len(*all)
	flush := func() {
		if to := len(*all); to > from {
			visit(n, (*all)[from:to:to])
			from = to
		}
	}
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if inLine(c) {
			*all = append(*all, c)
		} else {
			flush()
			linesIn(c, all, visit)
			from = len(*all)
		}
		c = next
	}
	flush()
}

// remove takes n out and then every ancestor below root that is left without
// content.
func remove(root, n *html.Node) {
	for n != root && n.Parent != nil {
		parent := n.Parent
		parent.RemoveChild(n)
		if parent == root || hasContent(parent) || parent.Data == "td" || parent.Data == "th" {
			return
		}
		n = parent
	}
}

// ancestor is the nearest element with one of the names that n stands in below
// root, or nil.
func ancestor(root, n *html.Node, names ...string) *html.Node {
	for p := n; p != nil && p != root; p = p.Parent {
		for _, name := range names {
			if p.Data == name {
				return p
			}
		}
	}
	return nil
}

// writeText adds the text of n to b: br is a newline, media are nothing.
func writeText(b *strings.Builder, n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		b.WriteString(n.Data)
	case n.Data == "br":
		b.WriteByte('\n')
	case isMedia(n):
	default:
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			writeText(b, c)
		}
	}
}

// holdsBlocks reports whether anything below n stands apart.
func holdsBlocks(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && (standsApart(classOf(c)) || holdsBlocks(c)) {
			return true
		}
	}
	return false
}

// isCredit reports the note that nashra puts under an article.
func isCredit(n *html.Node) bool { return n.Data == "aside" && hasClass(n, "disclaimer") }

// isFigure reports what WordPress wrote before it wrote figures.
func isFigure(n *html.Node) bool { return n.Data == "div" && hasClass(n, "wp-caption") }

func isCaption(n *html.Node) bool {
	return n.Type == html.ElementNode && (n.Data == "figcaption" || hasClass(n, "wp-caption-text"))
}

func holdsCaption(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if isCaption(c) || holdsCaption(c) {
			return true
		}
	}
	return false
}

func hasClass(n *html.Node, name string) bool {
	class := attributeValue(n, "class")
	return strings.Contains(class, name) && slices.Contains(strings.Fields(class), name)
}

// standsApart reports whether an element of class c stands apart from the text
// around it.
func standsApart(c class) bool {
	switch c {
	case classBlock, classCell, classParagraph, classHeading, classPre, classQuote, classList, classItem,
		classTerms, classTerm, classTable, classFigure, classRule:
		return true
	}
	return false
}
