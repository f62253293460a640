package fetcher

import (
	"bytes"
	"strings"
)

// xmlTag is a start tag as it was read.
type xmlTag struct {
	name        string
	attrs       []xmlAttr
	selfClosing bool
}

type xmlAttr struct{ name, value string }

func (t xmlTag) attr(name string) string {
	for _, a := range t.attrs {
		if a.name == name {
			return a.value
		}
	}
	return ""
}

// readTag reads a start tag and says how many bytes it has: none where it is
// text that looks like one. ok is false where it does not end. A tag also ends
// where the next one begins, if all before that are attributes.
func readTag(in []byte) (tag xmlTag, n int, ok bool) {
	n = 1 + nameLen(in[1:])
	text := false
	tag.name = nameOf(in[1:n])
	for n < len(in) {
		switch c := in[n]; {
		case c == '>':
			return tag, n + 1, true
		case c == '<' && text:
			return tag, 0, true
		case c == '<':
			return tag, n, true
		case c == '/':
			tag.selfClosing = n+1 < len(in) && in[n+1] == '>'
			n++
		case c <= ' ' || c == '=' || c == '"' || c == '\'':
			n++
		default:
			start := n
			for n < len(in) && strings.IndexByte("=/<> \t\r\n", in[n]) < 0 {
				n++
			}
			name := in[start:n]
			value, used, ended := readValue(in[n:])
			if !ended {
				return tag, 0, false
			}
			n += used
			isName := nameStart(name[0]) && nameLen(name) == len(name)
			text = text || !isName
			if len(tag.attrs) < maxAttributes && isName {
				tag.attrs = append(tag.attrs, xmlAttr{nameOf(name), string(value)})
			}
		}
	}
	return tag, 0, false
}

// nameOf is text as a string, which for the names that feeds are made of is
// there already.
func nameOf(text []byte) string {
	if name, common := commonNames[string(text)]; common {
		return name
	}
	return string(text)
}

var commonNames = func() map[string]string {
	names := make(map[string]string)
	for _, name := range []string{
		"item", "title", "link", "guid", "description", "pubDate", "category", "author", "comments", "enclosure", "source",
		"dc:creator", "dc:date", "content:encoded", "slash:comments", "wfw:commentRss", "media:content", "media:thumbnail",
		"entry", "id", "updated", "published", "summary", "content", "name", "uri", "isPermaLink", "url", "length", "type", "href", "rel",
	} {
		names[name] = name
	}
	return names
}()

// readValue reads what follows an attribute's name, its "=" included.
func readValue(in []byte) (value []byte, n int, ok bool) {
	for n < len(in) && in[n] <= ' ' {
		n++
	}
	if n >= len(in) || in[n] != '=' {
		return nil, 0, n < len(in)
	}
	n++
	for n < len(in) && in[n] <= ' ' {
		n++
	}
	if n >= len(in) {
		return nil, 0, false
	}
	if q := in[n]; q == '"' || q == '\'' {
		end := bytes.IndexByte(in[n+1:], q)
		if end < 0 {
			return nil, 0, false
		}
		return in[n+1 : n+1+end], n + end + 2, true
	}
	start := n
	for n < len(in) && in[n] > ' ' && in[n] != '>' {
		n++
	}
	return in[start:n], n, true
}

func nameStart(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
}

// nameLen is the length of the name that in begins with: ASCII, one colon at
// most and inside it. No feed format has another name.
func nameLen(in []byte) int {
	colon := false
	for i, c := range in {
		switch {
		case nameStart(c), i > 0 && ('0' <= c && c <= '9' || c == '-' || c == '.'):
		case c == ':' && !colon && i > 0 && i+1 < len(in) && nameStart(in[i+1]):
			colon = true
		default:
			return i
		}
	}
	return len(in)
}
