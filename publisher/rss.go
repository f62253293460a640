package publisher

import (
	"cmp"
	"strconv"
)

// rssTime is RFC 822 with a year of four digits, as RSS 2.0 prefers.
const rssTime = "Mon, 02 Jan 2006 15:04:05 +0000"

// writeRSS writes RSS 2.0 after the RSS Advisory Board's best practices: the
// whole body in content:encoded, the excerpt in description, an id that is no
// address, and one enclosure at most.
func writeRSS(f feed) ([]byte, error) {
	x := newXML()
	x.open("rss", "version", "2.0",
		"xmlns:atom", "http://www.w3.org/2005/Atom",
		"xmlns:content", "http://purl.org/rss/1.0/modules/content/",
		"xmlns:dc", "http://purl.org/dc/elements/1.1/",
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
	x.empty("atom:link", "href", f.Self, "rel", "self", "type", "application/rss+xml")
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
	if v.Image != "" {
		x.empty("media:content", "url", v.Image, "medium", "image")
	}
	for _, e := range v.Enclosures {
		if e.Type != "" { // all three are required; a length of 0 says that it is not known
			x.empty("enclosure", "url", e.URL, "length", strconv.FormatInt(e.Length, 10), "type", e.Type)
			break
		}
	}
	x.close("item")
}
