package fetcher

import "strings"

// A budget bounds what a document costs the parser behind the mender, which
// copies all declared namespaces for every element and, for an element of an
// extension, all text before each of its children anew: a quarter of a
// megabyte can keep it busy for half a minute. Where the budget ends the
// document is taken to break off.
type budget struct {
	elements int   // that the parser keeps one by one
	work     int64 // in units of some 100 ns
}

// spend counts an element or a section of text inside e and reports whether
// the budget holds.
func (m *mender) spend(e *element) bool {
	if e == nil || e.native {
		return true
	}
	m.budget.elements++
	m.budget.work += int64(e.namespaces) + 1
	if e.extension >= 0 {
		m.budget.work += int64(len(m.out)-e.extension) / copied
	}
	return m.budget.elements <= maxElements && m.budget.work <= maxWork
}

// place finds out what e, an element that begins under parent, is to the
// parser: an extension, whose cost is counted, or an element of the format,
// whose content is read in one go whatever is in it. e.local, e.item and the
// namespaces of tag must be settled.
func (m *mender) place(e, parent *element, prefix string, tag xmlTag) {
	e.extension = -1
	if parent == nil {
		return
	}
	e.native, e.extension = parent.native, parent.extension
	structural := parent.item || containers[parent.local]
	if !structural || e.item || containers[e.local] {
		return
	}
	foreign := prefix != "" && prefix != m.rootPrefix && !m.encoded[prefix] || tag.attr("xmlns") != ""
	if foreign && e.name != "content:encoded" {
		e.extension = e.start
	} else {
		e.native = true
	}
}

// namespaces drops declarations that would make the parser take the elements
// of the format for extensions, and those over maxNamespaces. It returns how
// many hold inside the element.
func (m *mender) namespaces(tag *xmlTag, local string, parent *element) int {
	structural := parent == nil || containers[local] || (local == "item" || local == "entry") && containers[parent.local]
	held := 0
	if parent != nil {
		held = parent.namespaces
	}
	kept := tag.attrs[:0]
	for _, a := range tag.attrs {
		prefix, declares := strings.CutPrefix(a.name, "xmlns:")
		switch {
		case a.name == "xmlns" && structural && !(parent == nil && defaults[local][a.value]):
			continue
		case declares && parent != nil && prefix == m.rootPrefix:
			continue
		case (declares || a.name == "xmlns") && held >= maxNamespaces:
			continue
		}
		if meant, simple := simpleNamespaces[prefix]; declares && simple && a.value != meant {
			m.report.uncommon = true
		}
		switch {
		case declares && a.value == xhtmlNamespace:
			m.xhtml[prefix] = true
		case declares && a.value == contentNamespace:
			m.encoded[prefix] = true
		}
		if declares || a.name == "xmlns" {
			held++
		}
		kept = append(kept, a)
	}
	tag.attrs = kept
	return held
}

const (
	xhtmlNamespace   = "http://www.w3.org/1999/xhtml"
	contentNamespace = "http://purl.org/rss/1.0/modules/content/"
)

// defaults are the namespaces that a root element may give all that is inside
// it. Without any, elements are read as those of the format.
var defaults = map[string]map[string]bool{
	"feed": {"http://www.w3.org/2005/Atom": true, "http://purl.org/atom/ns#": true},
	"rdf": {
		"http://purl.org/rss/1.0/": true, "http://channel.netscape.com/rdf/simple/0.9/": true,
		"http://my.netscape.com/rdf/simple/0.9/": true,
	},
}
