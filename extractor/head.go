package extractor

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// pageHead is what a page says of itself outside of its text.
type pageHead struct {
	meta  map[string]string // property, name or itemprop in lower case → first content
	title string            // of the title element
	base  string            // of the base element
	image string            // of a link to the page's picture
	ld    []string          // the JSON-LD scripts
	data  []scriptText      // scripts, which hold the data of a page that a script draws
}

// maxStructured bounds the JSON-LD that is read of one page.
const maxStructured = 1 << 20

func (h *pageHead) read(head *html.Node) {
	for c := head.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		switch c.DataAtom {
		case atom.Title:
			if h.title == "" {
				h.title = flatText(c)
			}
		case atom.Script:
			h.script(c)
		default:
			h.element(c)
		}
	}
}

// element reads a meta, link or base element, wherever it stands.
func (h *pageHead) element(n *html.Node) {
	switch n.DataAtom {
	case atom.Base:
		if h.base == "" {
			h.base = attr(n, "href")
		}
	case atom.Link:
		if h.image == "" && attr(n, "rel") == "image_src" {
			h.image = attr(n, "href")
		}
	case atom.Meta:
		content := strings.TrimSpace(attr(n, "content"))
		if content == "" {
			return
		}
		if h.meta == nil {
			h.meta = map[string]string{}
		}
		for _, key := range []string{"property", "name", "itemprop"} {
			if name := term(attr(n, key)); name != "" {
				if _, ok := h.meta[name]; !ok {
					h.meta[name] = content
				}
			}
		}
	}
}

func (h *pageHead) script(n *html.Node) {
	if n.FirstChild == nil {
		return
	}
	text := n.FirstChild.Data
	switch kind := strings.TrimSpace(attr(n, "type")); {
	case strings.EqualFold(kind, "application/ld+json"):
		if len(text) <= maxStructured && len(h.ld) < 20 {
			h.ld = append(h.ld, text)
		}
	case strings.EqualFold(kind, "application/json"), !strings.Contains(kind, "/"), strings.HasSuffix(kind, "javascript"):
		if len(text) <= maxScripted && len(h.data) < maxScripts {
			h.data = append(h.data, scriptText{text, kind, attr(n, "id")})
		}
	}
}

// scriptText is a script, and what its element says of it.
type scriptText struct{ text, kind, id string }

// first is the first of the named meta values that is there.
func (h *pageHead) first(names ...string) string {
	for _, name := range names {
		if v := h.meta[name]; v != "" {
			return v
		}
	}
	return ""
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func flatText(n *html.Node) string {
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	return oneLine(b.String())
}

// textLength is the bytes of text below n that a reader may read.
func textLength(n *html.Node) int {
	length := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			length += len(c.Data)
		case c.Type == html.ElementNode && !isSilentTag(c.DataAtom):
			length += textLength(c)
		}
	}
	return length
}
