package fetcher

import (
	"slices"
	"strings"
	"time"

	"github.com/mmcdole/gofeed/rss"

	"nashra"
)

// rss takes over RSS 0.9x to 2.0 and RDF.
func (r *reading) rss(parsed *rss.Feed) {
	r.feed.Title = untagged(valid(parsed.Title))
	r.feed.Homepage = r.absolute(parsed.Link)
	r.feed.Language = valid(first(append([]string{parsed.Language}, append(values(parsed.Extensions, "dc", "language"), values(parsed.Extensions, "xml", "lang")...)...)...))
	for _, l := range parsed.Extensions["atom"]["link"] {
		r.named(l.Attrs["rel"], l.Attrs["href"])
	}
	r.feed.Hints = nashra.Hints{
		Interval:  max(span(parsed.TTL, time.Minute), syndicated(parsed.Extensions)),
		SkipHours: skippedHours(parsed.SkipHours),
		SkipDays:  skippedDays(parsed.SkipDays),
	}
	r.rights = valid(first(append(values(parsed.Extensions, "dc", "rights"), parsed.Copyright)...))
	r.license = license(parsed.Extensions)
	for _, item := range parsed.Items {
		e := &raw{
			title:     item.Title,
			summary:   first(item.Description, first(values(item.Extensions, "itunes", "summary")...), mediaDescription(item.Extensions)),
			body:      first(item.Content, item.Custom["encoded"], item.Custom["content"]),
			published: someOf(item.PubDate, values(item.Extensions, "dc", "date"), values(item.Extensions, "dcterms", "created"), values(item.Extensions, "dcterms", "issued"), values(item.Extensions, "atom", "published")),
			updated:   someOf("", values(item.Extensions, "atom", "updated"), values(item.Extensions, "dcterms", "modified")),
			language:  first(values(item.Extensions, "dc", "language")...),
			lang:      first(values(item.Extensions, "xml", "lang")...),
			rights:    first(values(item.Extensions, "dc", "rights")...),
			license:   license(item.Extensions),
		}
		e.origin, e.originLink = rssOrigin(item)
		if item.GUID != nil {
			e.guid = item.GUID.Value
		}
		e.link = r.rssLink(item)
		if e.body == "" && isWhole(e.summary) {
			e.body = e.summary
		}
		e.authors = append(e.authors, values(item.Extensions, "dc", "creator")...)
		for _, author := range append([]string{item.Author}, values(item.Extensions, "itunes", "author")...) {
			e.authors = append(e.authors, personName(author))
		}
		for _, author := range item.Extensions["atom"]["author"] {
			for _, name := range author.Children["name"] {
				e.authors = append(e.authors, name.Value)
			}
		}
		for _, c := range item.Categories {
			e.categories = append(e.categories, c.Value)
		}
		e.categories = append(e.categories, values(item.Extensions, "dc", "subject")...)
		for _, enc := range item.Enclosures {
			e.enclosures = append(e.enclosures, rawEnclosure{enc.URL, enc.Type, enc.Length})
		}
		e.media(item.Extensions)
		r.add(e)
	}
}

// rssLink is the page of an item. FeedBurner puts its own counter into link
// and the page into origLink; a guid is a link unless it says otherwise.
func (r *reading) rssLink(item *rss.Item) string {
	candidates := append(values(item.Extensions, "feedburner", "origLink"), item.Links...)
	for _, l := range item.Extensions["atom"]["link"] {
		if rel := l.Attrs["rel"]; rel == "" || rel == "alternate" {
			candidates = append(candidates, l.Attrs["href"])
		}
	}
	if g := item.GUID; g != nil && !strings.EqualFold(g.IsPermalink, "false") && isWebAddress(g.Value) {
		candidates = append(candidates, g.Value)
	}
	return r.firstLink(append(candidates, item.Custom["about"])) // rdf:about, see mender.hoist
}

// rssOrigin is whom an item names as its source: the feed that it was in first,
// by the specification, or in words.
func rssOrigin(item *rss.Item) (name, link string) {
	if item.Source != nil {
		name, link = item.Source.Title, item.Source.URL
	}
	return origin(first(append(values(item.Extensions, "dc", "source"), name)...), link)
}

// firstLink is the first candidate that leads to a web page, else the first
// that is there at all.
func (r *reading) firstLink(candidates []string) string {
	candidates = slices.DeleteFunc(candidates, func(c string) bool { return strings.TrimSpace(c) == "" })
	if len(candidates) == 1 {
		return candidates[0]
	}
	for _, c := range candidates {
		if r.absolute(c) != "" {
			return c
		}
	}
	return first(candidates...)
}
