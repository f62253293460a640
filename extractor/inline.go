package extractor

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"nashra/internal/arabic"
)

// cleanLines cleans the text of every line below root by the rules T, across
// inline elements (rule H6), and takes out inline elements that are left
// without content.
func cleanLines(root *html.Node) {
	var c lineCleaner
	lines(root, func(parent *html.Node, line []*html.Node) {
		c.verbatim, c.edge, c.after = parent.Data == "pre", false, false
		for _, n := range line {
			c.add(n, 0, c.verbatim)
		}
		c.flush(false)
		for _, n := range line {
			c.prune(parent, n)
		}
	})
}

// prune takes out n, a child of parent, where it is an inline element that
// shows nothing, and those below it that do. A joiner that stood in it alone
// stays: it shapes the letters around.
func (c *lineCleaner) prune(parent, n *html.Node) {
	if n.Type != html.ElementNode || n.Data == "br" || isMedia(n) {
		return
	}
	if !hasContent(n) && (!c.verbatim || textOf(n) == "") {
		if text := textOf(n); strings.Trim(text, " ") != "" {
			parent.InsertBefore(&html.Node{Type: html.TextNode, Data: text}, n)
		}
		parent.RemoveChild(n)
		return
	}
	for child := n.FirstChild; child != nil; {
		next := child.NextSibling
		c.prune(n, child)
		child = next
	}
}

func textOf(n *html.Node) string {
	var b strings.Builder
	writeText(&b, n)
	return b.String()
}

// lineCleaner gathers the text of a line between two breaks or media as runs,
// and puts the cleaned text back where it came from.
type lineCleaner struct {
	verbatim bool
	runs     []arabic.Run
	places   []place
	edge     bool // the last thing added ended an element
	after    bool // a picture stands before the present runs
}

// place is where the text of a run belongs: into node, or as a new text before
// the sibling.
type place struct {
	node            *html.Node
	parent, sibling *html.Node
}

func (c *lineCleaner) add(n *html.Node, depth int, verbatim bool) {
	switch {
	case n.Type == html.TextNode:
		c.runs = append(c.runs, arabic.Run{Text: n.Data, Depth: depth, Verbatim: verbatim})
		c.places = append(c.places, place{node: n})
		c.edge = false
	case n.Type != html.ElementNode:
	case n.Data == "br":
		c.flush(false)
	case isMedia(n):
		c.flush(true)
		c.after = true
	default:
		if c.edge {
			c.runs = append(c.runs, arabic.Run{Depth: depth})
			c.places = append(c.places, place{parent: n.Parent, sibling: n})
			c.edge = false
		}
		// Code that shows nothing will go, so its space is that of the line.
		verbatim = verbatim || n.Data == "code" && hasContent(n)
		for child := n.FirstChild; child != nil; {
			next := child.NextSibling
			c.add(child, depth+1, verbatim)
			child = next
		}
		c.edge = true
	}
}

// flush cleans what was gathered. Towards a picture one space stays where there
// was any, which cleaning would trim as the end of the text.
func (c *lineCleaner) flush(before bool) {
	runs, places, after := c.runs, c.places, c.after
	c.runs, c.places, c.edge, c.after = runs[:0], places[:0], false, false
	if len(runs) == 0 {
		return
	}
	texts := arabic.CleanRuns(runs)
	if !c.verbatim && (before || after) {
		keepSpace(runs, texts, after, before)
	}
	for i, p := range places {
		switch {
		case p.node != nil:
			p.node.Data = texts[i]
			if texts[i] == "" && p.node.Parent != nil {
				p.node.Parent.RemoveChild(p.node)
			}
		case texts[i] != "":
			p.parent.InsertBefore(&html.Node{Type: html.TextNode, Data: texts[i]}, p.sibling)
		}
	}
}

func keepSpace(runs []arabic.Run, texts []string, after, before bool) {
	first, last := -1, -1
	var raw strings.Builder
	for i, t := range texts {
		raw.WriteString(runs[i].Text)
		if t != "" && first < 0 {
			first = i
		}
		if t != "" {
			last = i
		}
	}
	if first < 0 {
		return
	}
	r, _ := utf8.DecodeRuneInString(raw.String())
	if after && unicode.IsSpace(r) && !strings.HasPrefix(texts[first], " ") {
		texts[first] = " " + texts[first]
	}
	r, _ = utf8.DecodeLastRuneInString(raw.String())
	if before && unicode.IsSpace(r) && !strings.HasSuffix(texts[last], " ") {
		texts[last] += " "
	}
}
