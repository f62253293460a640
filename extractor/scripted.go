package extractor

import (
	"html"
	"maps"
	"slices"
	"strings"
)

// Pages that a script draws carry their article as data (see scriptdata.go for
// where). Content systems write bodies as HTML, as text, or as lists of blocks.

// Limits of such data: how much is kept of a page, how deep it is followed, how
// many values are looked at, and how much of their text.
const (
	maxScripted       = 2 << 20
	maxScripts        = 100
	maxScriptedDepth  = 40
	maxScriptedValues = 200_000
	maxScriptedRead   = 4 * maxScripted
)

// scriptedBody is the text of the article in the page's data, as HTML; "" where
// none is. titles are what the article may be called. Where no object with such
// a title has a body, only a single one is taken.
func scriptedBody(scripts []scriptText, titles []string) string {
	s := scriptedSearch{left: maxScriptedValues, bytes: maxScriptedRead}
	for _, title := range titles {
		if words := tokens(title); len(words) > 0 {
			s.titles = append(s.titles, words)
		}
	}
	for _, v := range scriptedValues(scripts) {
		s.visit(v, false, 0)
	}
	if s.titled.words >= minScriptedTitled {
		return s.titled.html
	}
	if s.bodies == 1 {
		return s.longest.html
	}
	return ""
}

// minScriptedTitled is the least number of words of a body whose object has the
// article's title; others need minBodyWords.
const minScriptedTitled = 15

type scriptedSearch struct {
	titles          [][]string
	titled, longest scriptedText // the longest of each kind
	bodies          int          // with enough words, titled or not
	left            int          // values that may still be looked at
	bytes           int          // and of their text: a page can refer to one string any number of times
}

type scriptedText struct {
	html  string
	words int
}

// Keys of objects, in the order of trust: what an article's title, its body and
// the text in a block are called.
var (
	scriptedTitles = []string{"headline", "title", "name", "headlines"}
	scriptedBodies = []string{"articleBody", "content_elements", "bodyHtml", "body_html", "contentHtml", "content_html", "fullText", "full_text", "body", "content",
		"html", "__html", "text", "story", "blocks", "components", "paragraphs", "richText", "rich_text"}
	scriptedTexts = []string{"html", "__html", "rendered", "text", "value", "content", "children", "body", "items", "paragraphs", "blocks", "model", "root", "data", "document", "raw",
		"dangerouslySetInnerHTML"}
)

// visit looks for bodies in v; titled says that an object around it has the
// article's title.
func (s *scriptedSearch) visit(v any, titled bool, depth int) {
	if s.left--; s.left < 0 || depth > maxScriptedDepth {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			s.visit(e, titled, depth+1)
		}
	case map[string]any:
		for _, key := range scriptedTitles {
			if title := firstString(v[key]); title != "" && s.spend(len(title)) {
				words := tokens(title)
				titled = slices.ContainsFunc(s.titles, func(want []string) bool { return likeness(want, words) >= 0.7 })
				break
			}
		}
		found := false
		for _, key := range scriptedBodies {
			if inner, ok := v[key]; ok && s.take(inner, titled) {
				found = true
				break
			}
		}
		if found {
			return // what is in the body is the body's
		}
		for _, key := range slices.Sorted(maps.Keys(v)) { // of equal bodies it is always the same one that counts
			s.visit(v[key], titled, depth+1)
		}
	}
}

// spend takes n bytes of what may still be read, and ends the search where they
// are not left.
func (s *scriptedSearch) spend(n int) bool {
	if s.bytes -= n; s.bytes < 0 {
		s.left = 0
	}
	return s.bytes >= 0
}

// take keeps v where it is a body.
func (s *scriptedSearch) take(v any, titled bool) bool {
	var b strings.Builder
	writeBlocks(&b, v, 0)
	if !s.spend(b.Len()) {
		return false
	}
	text := scriptedText{html: b.String()}
	text.words = len(strings.Fields(plainText(text.html)))
	if text.words < minScriptedTitled || text.words < minBodyWords && !titled {
		return false
	}
	s.bodies++
	if titled && text.words > s.titled.words {
		s.titled = text
	}
	if text.words > s.longest.words {
		s.longest = text
	}
	return true
}

// writeBlocks writes a value of a body as HTML: strings and lists of blocks.
func writeBlocks(b *strings.Builder, v any, depth int) {
	if depth > maxScriptedDepth || b.Len() > maxBody {
		return
	}
	switch v := v.(type) {
	case string:
		if markup, _ := markupOf(v); markup {
			b.WriteString(v)
			return
		}
		for line := range strings.SplitSeq(v, "\n") {
			if line = strings.TrimSpace(line); line != "" {
				b.WriteString("<p>" + html.EscapeString(line) + "</p>")
			}
		}
	case []any:
		if tag, props := reactElement(v); props != nil {
			writeElement(b, tag, props, depth)
			return
		}
		for _, e := range v {
			writeBlocks(b, e, depth+1)
		}
	case map[string]any:
		inner := heldBy(v)
		if inner == nil {
			return
		}
		switch kind := scriptedKind(v); {
		case hasAny(kind, "image", "video", "gallery", "embed", "advert", "related", "newsletter", "caption", "interstitial", "promo"):
		case hasAny(kind, "list-item", "listitem", "list_item"):
			writeAround(b, "li", inner, depth)
		case hasAny(kind, "list"):
			b.WriteString("<ul>")
			if data, ok := inner.(map[string]any); ok {
				inner = heldBy(data)
			}
			if items, ok := inner.([]any); ok {
				for _, item := range items {
					writeAround(b, "li", item, depth)
				}
			}
			b.WriteString("</ul>")
		case hasAny(kind, "heading", "header", "subhead"), kind == "block" && blockStyle(v, "h"):
			writeAround(b, "h2", inner, depth)
		case hasAny(kind, "quote"), kind == "block" && blockStyle(v, "blockquote"):
			writeAround(b, "blockquote", inner, depth)
		case hasAny(kind, "paragraph", "text") || kind == "p" || kind == "block" && v["children"] != nil:
			if s, ok := inner.(string); ok {
				writeBlocks(b, s, depth+1)
				return
			}
			writeAround(b, "p", inner, depth)
		default:
			writeBlocks(b, inner, depth+1)
		}
	}
}

// blockStyle reports whether the style of a block of portable text begins so.
func blockStyle(v map[string]any, style string) bool {
	s, _ := v["style"].(string)
	return strings.HasPrefix(s, style)
}

// reactElement reads an element as React sends it: ["$", tag, key, properties].
func reactElement(v []any) (tag string, props map[string]any) {
	if len(v) < 4 || v[0] != "$" {
		return "", nil
	}
	tag, _ = v[1].(string)
	props, _ = v[3].(map[string]any)
	return tag, props
}

func writeElement(b *strings.Builder, tag string, props map[string]any, depth int) {
	switch tag {
	case "p", "h2", "h3", "h4", "li", "blockquote":
		writeAround(b, tag, heldBy(props), depth)
	case "ul", "ol":
		b.WriteString("<" + tag + ">")
		writeBlocks(b, heldBy(props), depth+1)
		b.WriteString("</" + tag + ">")
	case "nav", "header", "footer", "aside", "button", "form", "figure", "script", "style", "h1", "title", "meta", "link":
	default:
		writeBlocks(b, heldBy(props), depth+1)
	}
}

func writeAround(b *strings.Builder, tag string, inner any, depth int) {
	b.WriteString("<" + tag + ">")
	writeInline(b, inner, depth+1)
	b.WriteString("</" + tag + ">")
}

// writeInline writes the text of a block.
func writeInline(b *strings.Builder, v any, depth int) {
	if depth > maxScriptedDepth || b.Len() > maxBody {
		return
	}
	switch v := v.(type) {
	case string:
		if markup, _ := markupOf(v); !markup {
			v = html.EscapeString(v)
		}
		b.WriteString(v)
	case []any:
		if _, props := reactElement(v); props != nil {
			writeInline(b, heldBy(props), depth+1)
			return
		}
		for _, e := range v {
			writeInline(b, e, depth+1)
		}
	case map[string]any:
		writeInline(b, heldBy(v), depth+1)
	}
}

// heldBy is what a block holds, nil where it holds no text.
func heldBy(v map[string]any) any {
	for _, key := range scriptedTexts {
		switch inner := v[key].(type) {
		case string:
			if inner != "" {
				return inner
			}
		case []any, map[string]any:
			return inner
		}
	}
	return nil
}

// scriptedKind is what a block calls itself, in lower case.
func scriptedKind(v map[string]any) string {
	for _, key := range []string{"type", "nodeType", "node_type", "blockType", "_type", "__typename", "name", "tag"} {
		if s, ok := v[key].(string); ok {
			return strings.ToLower(s)
		}
	}
	return ""
}

func hasAny(s string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(s, part) })
}
