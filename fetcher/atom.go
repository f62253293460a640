package fetcher

import (
	"strings"

	"github.com/mmcdole/gofeed/atom"
)

// atom takes over Atom 0.3 and 1.0.
func (r *reading) atom(parsed *atom.Feed) {
	r.feed.Title = untagged(valid(parsed.Title))
	r.feed.Homepage = r.absolute(alternate(parsed.Links))
	r.feed.Language = valid(parsed.Language)
	for _, l := range parsed.Links {
		r.named(l.Rel, l.Href)
	}
	r.feed.Hints.Interval = syndicated(parsed.Extensions)
	r.rights = valid(first(append([]string{parsed.Rights}, values(parsed.Extensions, "dc", "rights")...)...))
	r.license = first(linked(parsed.Links, "license"), license(parsed.Extensions))
	for _, entry := range parsed.Entries {
		e := &raw{
			guid:      entry.ID,
			title:     entry.Title,
			summary:   first(entry.Summary, mediaDescription(entry.Extensions)),
			body:      atomBody(entry.Content),
			published: someOf(entry.Published, values(entry.Extensions, "dc", "date")),
			updated:   someOf(entry.Updated),
			language:  first(values(entry.Extensions, "dc", "language")...),
			lang:      first(values(entry.Extensions, "xml", "lang")...),
			rights:    first(append([]string{entry.Rights}, values(entry.Extensions, "dc", "rights")...)...),
			license:   first(linked(entry.Links, "license"), license(entry.Extensions)),
		}
		if entry.Source != nil {
			e.origin, e.originLink = origin(entry.Source.Title, first(alternate(entry.Source.Links), linked(entry.Source.Links, "self"), webAddress(entry.Source.ID)))
		}
		candidates := append(values(entry.Extensions, "feedburner", "origLink"), alternate(entry.Links))
		if entry.Content != nil && isHTML(mediaType(entry.Content.Type)) {
			candidates = append(candidates, entry.Content.Src) // RFC 4287, section 4.1.3.2
		}
		if isWebAddress(entry.ID) {
			candidates = append(candidates, entry.ID)
		}
		e.link = r.firstLink(candidates)
		authors := entry.Authors
		if len(authors) == 0 && entry.Source != nil {
			authors = entry.Source.Authors
		}
		if len(authors) == 0 {
			authors = parsed.Authors // RFC 4287, section 4.2.1
		}
		for _, p := range authors {
			e.authors = append(e.authors, p.Name)
		}
		e.authors = append(e.authors, values(entry.Extensions, "dc", "creator")...)
		for _, c := range entry.Categories {
			e.categories = append(e.categories, first(c.Label, c.Term))
		}
		e.categories = append(e.categories, values(entry.Extensions, "dc", "subject")...)
		for _, l := range entry.Links {
			if l.Rel == "enclosure" {
				e.enclosures = append(e.enclosures, rawEnclosure{l.Href, l.Type, l.Length})
			}
		}
		e.media(entry.Extensions)
		r.add(e)
	}
}

// linked is the address of the first link of that relation, "" for none.
func linked(links []*atom.Link, rel string) string {
	for _, l := range links {
		if l.Rel == rel && l.Href != "" {
			return l.Href
		}
	}
	return ""
}

// alternate is the page that an Atom feed or entry describes: of several the
// one that says it is HTML.
func alternate(links []*atom.Link) string {
	best := ""
	for _, l := range links {
		if l.Rel != "alternate" && l.Rel != "http://www.iana.org/assignments/relation/alternate" || l.Href == "" {
			continue
		}
		if isHTML(strings.ToLower(l.Type)) {
			return l.Href
		}
		if best == "" {
			best = l.Href
		}
	}
	return best
}

// atomBody is an Atom content as HTML, by its type (RFC 4287, section 4.1.3);
// "" for what is elsewhere or no text. Text that is full of markup is HTML
// whatever its type says.
func atomBody(c *atom.Content) string {
	if c == nil {
		return ""
	}
	kind := mediaType(c.Type)
	switch {
	case kind == "html" || kind == "xhtml" || isHTML(kind):
		return c.Value
	case kind == "" || kind == "text" || strings.HasPrefix(kind, "text/"):
		if blockMarkup.MatchString(c.Value) || kind == "" && anyTag.MatchString(c.Value) {
			return c.Value
		}
		return textHTML(c.Value)
	}
	return ""
}
