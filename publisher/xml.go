package publisher

import (
	"bytes"
	"strings"
)

// xmlWriter writes XML 1.0. encoding/xml would do, but it writes U+FFFD for
// what XML forbids, puts namespaces where it likes, and is five times slower
// on whole bodies.
type xmlWriter struct{ buf bytes.Buffer }

// newXML begins a document that browsers show by the stylesheet at the address
// style; "": as they like.
func newXML(style string) *xmlWriter {
	x := &xmlWriter{}
	x.buf.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	if style != "" {
		x.buf.WriteString(`<?xml-stylesheet type="text/css" href="`)
		writeEscaped(&x.buf, style, true)
		x.buf.WriteString(`"?>` + "\n")
	}
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

// special are the bytes that writeEscaped must look at: all others pass.
var special = func() (table [256]bool) {
	for c := range ' ' {
		table[c] = true
	}
	for _, c := range []byte("&<>\"\xef") {
		table[c] = true
	}
	return table
}()

// writeEscaped writes s as character data or as an attribute's value. What
// XML 1.0 forbids even escaped (section 2.2), and bytes that are no UTF-8,
// are left out. Every ">" is escaped, so "]]>" never stands anywhere.
func writeEscaped(b *bytes.Buffer, s string, attribute bool) {
	s = strings.ToValidUTF8(s, "")
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !special[c] {
			continue
		}
		width, replacement := 1, ""
		switch {
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
			// forbidden
		case c == 0xEF && s[i+1] == 0xBF && s[i+2] >= 0xBE:
			width = 3 // U+FFFE and U+FFFF, forbidden
		default:
			continue
		}
		b.WriteString(s[start:i])
		b.WriteString(replacement)
		start = i + width
		i = start - 1
	}
	b.WriteString(s[start:])
}
