package fetcher

import (
	"net/http"
	"strings"
)

// link is a link of a document: its relations, in lower case, and its target
// as it was written.
type link struct {
	rels   []string
	target string
}

// linksOf are the links of an answer's Link fields (RFC 8288, section 3), the
// first maxListed of them. A link that is about another resource ("anchor") is
// left out. A value that cannot be read ends its field; the links before it
// stand.
func linksOf(h http.Header) (links []link) {
	for _, field := range h.Values("Link") {
		for len(links) < maxListed {
			l, about, rest, ok := readLink(field)
			if !ok {
				break
			}
			field = rest
			if !about && len(l.rels) > 0 {
				links = append(links, l)
			}
		}
	}
	return links
}

// readLink reads the first link of a field. about reports whether it says what
// it is a link of. ok is false where there is none.
func readLink(field string) (l link, about bool, rest string, ok bool) {
	field = strings.TrimLeft(field, " \t,") // empty elements (RFC 9110, section 5.6.1)
	if !strings.HasPrefix(field, "<") {
		return l, false, "", false
	}
	target, field, found := strings.Cut(field[1:], ">")
	if !found {
		return l, false, "", false
	}
	l.target = strings.TrimSpace(target)
	named := false
	for {
		field = strings.TrimLeft(field, " \t")
		switch {
		case field == "" || field[0] == ',':
			return l, about, field, true
		case field[0] != ';':
			return l, false, "", false
		}
		var name, value string
		if name, value, field, ok = readParameter(field[1:]); !ok {
			return l, false, "", false
		}
		switch name {
		case "rel":
			if !named { // the first one counts
				l.rels, named = strings.Fields(strings.ToLower(value)), true
			}
		case "anchor":
			about = true
		}
	}
}

// readParameter reads a parameter that may be empty, without the semicolon
// before it: its name in lower case and its value without quotes.
func readParameter(field string) (name, value, rest string, ok bool) {
	field = strings.TrimLeft(field, " \t")
	end := strings.IndexAny(field, "=;,")
	if end < 0 {
		end = len(field)
	}
	name, field = strings.ToLower(strings.TrimRight(field[:end], " \t")), field[end:]
	if !strings.HasPrefix(field, "=") {
		return name, "", field, true
	}
	field = strings.TrimLeft(field[1:], " \t")
	if !strings.HasPrefix(field, `"`) {
		if end = strings.IndexAny(field, ";,"); end < 0 {
			end = len(field)
		}
		return name, strings.TrimRight(field[:end], " \t"), field[end:], true
	}
	var b strings.Builder
	for i := 1; i < len(field); i++ {
		switch c := field[i]; {
		case c == '"':
			return name, b.String(), field[i+1:], true
		case c == '\\' && i+1 < len(field):
			i++
			b.WriteByte(field[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", "", "", false
}
