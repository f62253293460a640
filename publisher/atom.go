package publisher

import (
	"strconv"
	"time"

	"nashra"
)

// tombstonesNamespace is that of RFC 6721, which tells readers of entries that
// were taken back.
const tombstonesNamespace = "http://purl.org/atompub/tombstones/1.0"

func urn(v view) string { return nashra.URN(v.ID) }

// writeAtom writes Atom 1.0 (RFC 4287). An entry's alternate is the original
// and its related page is ours, since the copy is not where readers should
// stay; its original is also where it came from (via), and atom:source says
// whose entry it was.
func writeAtom(f feed) ([]byte, error) {
	x := newXML(f.Style)
	x.open("feed", "xmlns", "http://www.w3.org/2005/Atom", "xmlns:at", tombstonesNamespace, "xmlns:fh", historyNamespace, "xml:lang", f.Language)
	x.leaf("id", f.id())
	x.leaf("title", f.Title)
	x.leaf("subtitle", f.Description)
	x.leaf("updated", atomTime(f.Updated))
	x.empty("link", "rel", "self", "type", "application/atom+xml", "href", f.Self)
	x.empty("link", "rel", "alternate", "type", "text/html", "href", f.Home)
	f.writeLinks(x, "link")
	f.writeHistory(x)
	x.leaf("icon", f.Icon)
	x.open("author")
	x.leaf("name", f.Site)
	x.leaf("uri", f.SiteURL)
	x.close("author")
	x.leaf("generator", f.generator())
	for _, v := range f.Entries {
		f.writeAtomEntry(x, v)
	}
	for _, r := range f.Removals {
		x.open("at:deleted-entry", "ref", nashra.URN(r.ID), "when", atomTime(r.At))
		x.leaf("at:comment", feedText.Removed, "xml:lang", "ar")
		x.close("at:deleted-entry")
	}
	x.close("feed")
	return x.buf.Bytes(), nil
}

func (f feed) writeAtomEntry(x *xmlWriter, v view) {
	if v.Language != f.Language {
		x.open("entry", "xml:lang", v.Language) // "" says that it is not known (XML 1.0, section 2.12)
	} else {
		x.open("entry")
	}
	x.leaf("id", urn(v))
	x.leaf("title", v.Title)
	x.empty("link", "rel", "alternate", "type", "text/html", "href", f.link(v))
	x.empty("link", "rel", "related", "type", "text/html", "href", f.page(v))
	if v.Original != "" {
		x.empty("link", "rel", "via", "type", "text/html", "href", v.Original)
	}
	for _, e := range v.Enclosures {
		x.empty("link", enclosureAttributes(e)...)
	}
	x.leaf("published", atomTime(v.Published))
	x.leaf("updated", atomTime(v.Updated))
	x.open("author")
	x.leaf("name", creator(v))
	if home := webURL(v.Source.Homepage); home != "" && v.Byline == "" {
		x.leaf("uri", home)
	}
	x.close("author")
	for _, name := range v.Categories {
		x.empty("category", "term", name)
	}
	if v.Source.Licence != "" {
		x.leaf("rights", v.Source.Licence)
	}
	writeAtomSource(x, v)
	if v.Excerpt != "" {
		x.leaf("summary", v.Excerpt)
	}
	x.leaf("content", v.Body, "type", "html")
	x.close("entry")
}

// writeAtomSource names the partner's feed. Its own id and date are not kept,
// so its address stands for the one and the entry's date for the other.
func writeAtomSource(x *xmlWriter, v view) {
	address, home := partnerFeed(v), webURL(v.Source.Homepage)
	id := address
	if id == "" {
		id = "urn:nashra:source:" + v.Source.ID
	}
	x.open("source")
	x.leaf("id", id)
	x.leaf("title", v.Source.Name)
	x.leaf("updated", atomTime(v.Updated))
	if address != "" {
		x.empty("link", "rel", "self", "href", address)
	}
	if home != "" {
		x.empty("link", "rel", "alternate", "type", "text/html", "href", home)
	}
	x.close("source")
}

func enclosureAttributes(e nashra.Enclosure) []string {
	attributes := []string{"rel", "enclosure", "href", e.URL}
	if e.Type != "" {
		attributes = append(attributes, "type", e.Type)
	}
	if e.Length > 0 {
		attributes = append(attributes, "length", strconv.FormatInt(e.Length, 10))
	}
	return attributes
}

// atomTime is RFC 3339 in UTC, to the second.
func atomTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
