package fetcher

import (
	"bytes"
	"cmp"
	"context"
	"html"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"
)

// gofeed decodes every element of text by reflection, which for a feed of 20
// short items takes as long as parsing two articles' pages. So those items of RSS
// that are nothing but such elements, as the items of most feeds are, are read
// here, and gofeed is given the rest. Tests hold what comes of them to what
// gofeed makes of the same bytes.
//
// The bytes are what mend has written: tags are closed, attributes stand in
// double quotes, and of references there are the five of XML and numbers.

// takeSimple takes the simple items out of a document. They stand in items at
// their places, which are nil for those that are left in rest. No items: none is
// simple. When ctx ends, all that is left is left to gofeed, which ends with it.
func takeSimple(ctx context.Context, m mended) (items []*rss.Item, rest []byte) {
	if m.root != "rss" || m.uncommon {
		return nil, m.text
	}
	items, from := make([]*rss.Item, len(m.entries)), 0
	for i, e := range m.entries {
		if ctx.Err() != nil {
			break
		}
		if items[i] = simpleItem(m.text[e.start:e.end]); items[i] != nil {
			rest, from = append(rest, m.text[from:e.start]...), e.end
		}
	}
	if from == 0 {
		return nil, m.text
	}
	return items, append(rest, m.text[from:]...)
}

// putBack puts the items that gofeed read of the rest at the places of items
// that are free, and reports whether they fit.
func putBack(items, read []*rss.Item) bool {
	for i := range items {
		if items[i] != nil {
			continue
		}
		if len(read) == 0 {
			return false
		}
		items[i], read = read[0], read[1:]
	}
	return len(read) == 0
}

// simpleNamespaces are those whose elements may stand in a simple item, by the
// prefix that gofeed knows them by.
var simpleNamespaces = map[string]string{
	"content": contentNamespace,
	"dc":      "http://purl.org/dc/elements/1.1/",
	"slash":   "http://purl.org/rss/1.0/modules/slash/",
	"wfw":     "http://wellformedweb.org/CommentAPI/",
}

// simpleItem reads an item as gofeed does, but for fields that [reading.rss]
// does not ask for. nil: there is more in it than is read here.
func simpleItem(text []byte) *rss.Item {
	text, begins := bytes.CutPrefix(text, []byte("<item>"))
	text, ends := bytes.CutSuffix(text, []byte("</item>"))
	if !begins || !ends {
		return nil
	}
	item := &rss.Item{}
	for {
		if text = bytes.TrimLeft(text, " \t\r\n"); len(text) == 0 {
			return item
		}
		tag, n, ok := readTag(text)
		if text[0] != '<' || !ok || n == 0 {
			return nil
		}
		inner, ok := simpleContent(text[n:], tag.name)
		if !ok || !takeElement(item, tag, inner) {
			return nil
		}
		text = text[n+len(inner)+len("</>")+len(tag.name):]
	}
}

// simpleContent is what text has before the end of the element of that name.
// ok is false where another element begins first.
func simpleContent(text []byte, name string) (inner []byte, ok bool) {
	for at := 0; ; {
		next := bytes.IndexByte(text[at:], '<')
		if next < 0 {
			return nil, false
		}
		at += next
		if !bytes.HasPrefix(text[at:], []byte(cdataBegin)) {
			end, ok := bytes.CutPrefix(text[at:], []byte("</"+name))
			return text[:at], ok && len(end) > 0 && end[0] == '>'
		}
		end := bytes.Index(text[at:], []byte(cdataEnd))
		if end < 0 {
			return nil, false
		}
		at += end + len(cdataEnd)
	}
}

// takeElement takes an element of text into item. It reports false for one that
// gofeed should read.
func takeElement(item *rss.Item, tag xmlTag, inner []byte) bool {
	attrs, ok := simpleAttributes(tag)
	if !ok {
		return false
	}
	switch tag.name {
	case "guid":
		item.GUID = &rss.GUID{Value: simpleText(inner), IsPermalink: cmp.Or(attrs["isPermaLink"], attrs["isPermalink"], "true")}
		return true
	case "enclosure":
		item.Enclosures = append(item.Enclosures, &rss.Enclosure{URL: attrs["url"], Length: attrs["length"], Type: attrs["type"]})
		return true
	case "category":
		item.Categories = append(item.Categories, &rss.Category{Value: simpleText(inner)})
		return true
	}
	if len(attrs) > 0 {
		return false
	}
	switch tag.name {
	case "title":
		item.Title = simpleText(inner)
	case "description":
		item.Description = simpleText(inner)
	case "content:encoded":
		item.Content = simpleText(inner)
	case "link":
		item.Links = append(item.Links, simpleText(inner))
	case "author":
		item.Author = simpleText(inner)
	case "pubDate":
		item.PubDate = simpleText(inner)
	case "comments", "wfw:commentRss", "slash:comments": // nobody asks for them
	default:
		name, isDC := strings.CutPrefix(tag.name, "dc:")
		// gofeed reads the text of an extension as XML has it, where a number
		// and the end of a line mean something else than in HTML.
		if !isDC || bytes.Contains(inner, []byte("&#")) || bytes.IndexByte(inner, '\r') >= 0 {
			return false
		}
		if item.Extensions == nil {
			item.Extensions = ext.Extensions{"dc": {}}
		}
		dc := item.Extensions["dc"]
		dc[name] = append(dc[name], ext.Extension{Name: name, Value: strings.TrimSpace(simpleText(inner))})
	}
	return true
}

// simpleAttributes are the attributes of an element by their names. ok is false
// for such as mean something to what is around them, or need more than to be
// unescaped.
func simpleAttributes(tag xmlTag) (attrs map[string]string, ok bool) {
	for _, a := range tag.attrs {
		if strings.Contains(a.name, ":") || a.name == "xmlns" || strings.Contains(a.value, "&#") || strings.Contains(a.value, "\r") {
			return nil, false
		}
		if attrs == nil {
			attrs = make(map[string]string, len(tag.attrs))
		}
		if _, twice := attrs[a.name]; !twice {
			attrs[a.name] = html.UnescapeString(a.value)
		}
	}
	return attrs, true
}

// simpleText is the text of an element: sections of CDATA as they are, what is
// around them unescaped.
func simpleText(inner []byte) string {
	text := string(bytes.TrimSpace(inner))
	before, rest, some := strings.Cut(text, cdataBegin)
	if !some {
		return html.UnescapeString(text)
	}
	section, rest, _ := strings.Cut(rest, cdataEnd)
	if before == "" && rest == "" {
		return section // as most are
	}
	var b strings.Builder
	for {
		b.WriteString(html.UnescapeString(before))
		b.WriteString(section)
		if before, rest, some = strings.Cut(rest, cdataBegin); !some {
			b.WriteString(html.UnescapeString(before))
			return b.String()
		}
		section, rest, _ = strings.Cut(rest, cdataEnd)
	}
}
