package fetcher

import (
	"bytes"
	"encoding/base64"
	"html"
	"strings"
)

// What gofeed does not read is rewritten into what it does.

// hoist makes elements of the attributes of an item that gofeed does not read:
// its language, and the address that RDF knows it by.
func (m *mender) hoist(tag *xmlTag) {
	for _, a := range tag.attrs {
		if a.name != "xml:lang" && a.name != "rdf:about" {
			continue
		}
		m.out = append(m.out, '<')
		m.out = append(m.out, a.name...)
		m.out = append(m.out, '>')
		m.out = appendText(m.out, []byte(a.value))
		m.out = append(m.out, "</"...)
		m.out = append(m.out, a.name...)
		m.out = append(m.out, '>')
	}
}

// atomMode turns what the mode of an Atom 0.3 element says into what its type
// says in Atom 1.0, which is all that gofeed reads, and reports text in base64.
func atomMode(tag *xmlTag) (base64 bool) {
	kind, mode := strings.ToLower(tag.attr("type")), strings.ToLower(tag.attr("mode"))
	switch textual := kind == "" || strings.HasPrefix(kind, "text/") || strings.Contains(kind, "xhtml"); {
	case mode == "base64" && textual:
		base64 = true
		if kind != "text/plain" {
			kind = "text/html"
		}
	case mode == "escaped" && strings.Contains(kind, "xhtml"):
		kind = "text/html"
	case mode == "xml" && (kind == "text/html" || kind == "html"):
		kind = "xhtml"
	case mode != "escaped" && mode != "xml":
		return false
	}
	kept := tag.attrs[:0]
	for _, a := range tag.attrs {
		if a.name != "mode" && a.name != "type" {
			kept = append(kept, a)
		}
	}
	if tag.attrs = kept; kind != "" {
		tag.attrs = append(tag.attrs, xmlAttr{"type", kind})
	}
	return base64
}

// decode turns the base64 that the output holds from the offset on into text.
// What is none stays as it is.
func (m *mender) decode(from int) {
	code := bytes.TrimSuffix(bytes.TrimPrefix(bytes.TrimSpace(m.out[from:]), []byte(cdataBegin)), []byte(cdataEnd))
	data, err := base64.StdEncoding.DecodeString(string(bytes.Join(bytes.Fields(code), nil)))
	if err != nil {
		return
	}
	text := appendAllowed(nil, bytes.ToValidUTF8(data, []byte("\uFFFD")))
	m.out = append(m.out[:from], html.EscapeString(string(text))...)
}
