package extractor

import (
	"strings"

	"golang.org/x/net/html"
)

// Text is the plain text of a cleaned body: its blocks parted by a blank line,
// the items of a list and the rows of a table by a newline, without pictures
// and captions. A br is a newline and pre stays as it was written.
func Text(body string) string { return textIn(readCleaned(body)) }

// textIn is Text of the tree of a cleaned body.
func textIn(root *html.Node) string {
	list := blocksOf(root)
	size := 0
	for _, block := range list {
		size += len(block.Text) + 2
	}
	var b strings.Builder
	b.Grow(size)
	var before *html.Node // list or table of the block before
	for _, block := range list {
		if block.Kind == "" || block.isPlayer() {
			continue
		}
		group := ancestor(root, block.parent, "ul", "ol")
		if block.isRow() {
			group = ancestor(root, block.parent, "table")
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
			if group == nil || group != before {
				b.WriteByte('\n')
			}
		}
		before = group
		b.WriteString(block.lines())
	}
	return b.String()
}

// readCleaned makes a tree of a cleaned body. That is well-formed, and needs
// none of what a parser does to mend markup.
func readCleaned(body string) *html.Node {
	root := &html.Node{Type: html.ElementNode, Data: "body"}
	at := root
	opened := false // a pre, whose first newline is none of its text
	for z := html.NewTokenizer(strings.NewReader(body)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return root
		}
		t := z.Token()
		switch kind {
		case html.TextToken:
			if opened {
				t.Data = strings.TrimPrefix(t.Data, "\n")
			}
			if t.Data != "" {
				at.AppendChild(&html.Node{Type: html.TextNode, Data: t.Data})
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			n := &html.Node{Type: html.ElementNode, Data: t.Data, Attr: t.Attr}
			at.AppendChild(n)
			if !voidTags[t.Data] {
				at = n
			}
		case html.EndTagToken:
			if at != root && at.Data == t.Data {
				at = at.Parent
			}
		}
		opened = kind == html.StartTagToken && t.Data == "pre"
	}
}

// lines is the text of a block with its line breaks.
func (b *block) lines() string {
	if b.parent.Data == "pre" || b.isRow() {
		return b.Text
	}
	if b.broken == "" {
		return oneLine(b.Text)
	}
	rows := strings.Split(strings.TrimSpace(b.broken), "\n")
	for i, row := range rows {
		rows[i] = oneLine(row)
	}
	return strings.Join(rows, "\n")
}

// oneLine is the words of s with single spaces between them.
func oneLine(s string) string {
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ' && 0 < i && i+1 < len(s) && s[i+1] != ' ':
		case c == 0xC2 && i+1 < len(s) && s[i+1] > 0xA0: // «, but no space without a break
		case ' ' < c && c < 0xC2, 0xC2 < c && c < 0xE1, c > 0xE3: // begins no space of Unicode
		case c == 0xE2 && i+2 < len(s) && s[i+1] == 0x80 && '\x8B' <= s[i+2] && s[i+2] <= '\xA7': // – and …, ‘ and “
		default:
			return strings.Join(strings.Fields(s), " ")
		}
	}
	return s
}

// isPlayer reports the link that a video became: like a picture, no text.
func (b *block) isPlayer() bool {
	if b.Text != videoLabel || len(b.nodes) != 1 || b.nodes[0].Data != "a" {
		return false
	}
	return videoHosts.MatchString(attributeValue(b.nodes[0], "href"))
}
