package publisher

import (
	"cmp"
	"strconv"
	"strings"

	"nashra"
)

// rssTime is RFC 822 with a year of four digits, as RSS 2.0 prefers.
const rssTime = "Mon, 02 Jan 2006 15:04:05 +0000"

// writeRSS writes RSS 2.0 after the RSS Advisory Board's best practices: the
// whole body in content:encoded, the excerpt in description, an id that is no
// address, and one enclosure at most.
func writeRSS(f feed) ([]byte, error) {
	x := newXML(f.Style)
	x.open("rss", "version", "2.0",
		"xmlns:atom", "http://www.w3.org/2005/Atom",
		"xmlns:content", "http://purl.org/rss/1.0/modules/content/",
		"xmlns:dc", "http://purl.org/dc/elements/1.1/",
		"xmlns:fh", historyNamespace,
		"xmlns:media", "http://search.yahoo.com/mrss/")
	x.open("channel")
	x.leaf("title", f.Title)
	x.leaf("link", f.Home)
	x.leaf("description", f.Description)
	x.leaf("language", f.Language)
	x.leaf("lastBuildDate", f.Updated.Format(rssTime))
	x.leaf("generator", f.generator())
	x.leaf("docs", "https://www.rssboard.org/rss-specification")
	x.leaf("ttl", strconv.Itoa(feedTTL))
	x.empty("atom:link", "rel", "self", "type", "application/rss+xml", "href", f.Self)
	f.writeLinks(x, "atom:link")
	f.writeHistory(x)
	x.open("image")
	x.leaf("url", f.Icon)
	x.leaf("title", f.Title)
	x.leaf("link", f.Home)
	x.close("image")
	for _, v := range f.Entries {
		f.writeRSSItem(x, v)
	}
	x.close("channel")
	x.close("rss")
	return x.buf.Bytes(), nil
}

func (f feed) writeRSSItem(x *xmlWriter, v view) {
	x.open("item")
	x.leaf("title", v.Title)
	x.leaf("link", f.link(v))
	x.leaf("guid", urn(v), "isPermaLink", "false")
	x.leaf("pubDate", v.Published.Format(rssTime))
	x.leaf("dc:creator", creator(v))
	if v.Language != "" && v.Language != f.Language {
		x.leaf("dc:language", v.Language)
	}
	if v.Source.Licence != "" {
		x.leaf("dc:rights", v.Source.Licence)
	}
	if address := partnerFeed(v); address != "" {
		x.leaf("source", v.Source.Name, "url", address)
	}
	for _, name := range v.Categories {
		x.leaf("category", name)
	}
	// Whole content without a description is ill-formed to some readers, so an
	// article of pictures alone has its title there. A description is HTML.
	x.leaf("description", escapeHTML(cmp.Or(v.Excerpt, v.Title)))
	x.leaf("content:encoded", v.Body)
	writeRSSMedia(x, v)
	x.close("item")
}

// writeRSSMedia writes the pictures, sounds and films of an article, each once:
// the first whose type and length are known, which it needs, as the enclosure;
// the others as content of Media RSS, which knows of no such needs.
func writeRSSMedia(x *xmlWriter, v view) {
	if v.Image != "" {
		x.empty("media:content", "url", v.Image, "medium", "image")
	}
	enclosed := false
	for _, e := range v.Enclosures {
		switch {
		case e.URL == v.Image:
		case !enclosed && e.Type != "" && e.Length > 0:
			enclosed = true
			x.empty("enclosure", "url", e.URL, "length", strconv.FormatInt(e.Length, 10), "type", e.Type)
		default:
			x.empty("media:content", mediaAttributes(e)...)
		}
	}
}

func mediaAttributes(e nashra.Enclosure) []string {
	attributes := []string{"url", e.URL}
	if e.Type != "" {
		attributes = append(attributes, "type", e.Type)
	}
	if e.Length > 0 {
		attributes = append(attributes, "fileSize", strconv.FormatInt(e.Length, 10))
	}
	switch kind, _, _ := strings.Cut(e.Type, "/"); kind {
	case "image", "audio", "video":
		attributes = append(attributes, "medium", kind)
	}
	return attributes
}
