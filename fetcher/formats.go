package fetcher

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed/atom"
	ext "github.com/mmcdole/gofeed/extensions"
	jsonfeed "github.com/mmcdole/gofeed/json"
	"github.com/mmcdole/gofeed/rss"

	"nashra"
)

// rss takes over RSS 0.9x to 2.0 and RDF.
func (r *reading) rss(parsed *rss.Feed) {
	r.feed.Title = valid(parsed.Title)
	r.feed.Homepage = r.absolute(parsed.Link)
	r.feed.Language = valid(first(append([]string{parsed.Language}, values(parsed.Extensions, "dc", "language")...)...))
	r.feed.Hints = nashra.Hints{
		Interval:  max(span(parsed.TTL, time.Minute), syndicated(parsed.Extensions)),
		SkipHours: skippedHours(parsed.SkipHours),
		SkipDays:  skippedDays(parsed.SkipDays),
	}
	for _, item := range parsed.Items {
		e := &raw{
			title:     item.Title,
			summary:   first(item.Description, first(values(item.Extensions, "itunes", "summary")...), first(values(item.Extensions, "media", "description")...)),
			body:      first(item.Content, item.Custom["encoded"], item.Custom["content"]),
			published: someOf(item.PubDate, values(item.Extensions, "dc", "date"), values(item.Extensions, "dcterms", "created"), values(item.Extensions, "dcterms", "issued"), values(item.Extensions, "atom", "published")),
			updated:   someOf("", values(item.Extensions, "atom", "updated"), values(item.Extensions, "dcterms", "modified")),
			language:  first(values(item.Extensions, "dc", "language")...),
		}
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
	return r.firstLink(candidates)
}

// firstLink is the first candidate that leads to a web page, else the first
// that is there at all.
func (r *reading) firstLink(candidates []string) string {
	for _, c := range candidates {
		if r.absolute(c) != "" {
			return c
		}
	}
	return first(candidates...)
}

// atom takes over Atom 0.3 and 1.0.
func (r *reading) atom(parsed *atom.Feed) {
	r.feed.Title = valid(parsed.Title)
	r.feed.Homepage = r.absolute(alternate(parsed.Links))
	r.feed.Language = valid(parsed.Language)
	r.feed.Hints.Interval = syndicated(parsed.Extensions)
	for _, entry := range parsed.Entries {
		e := &raw{
			guid:      entry.ID,
			title:     entry.Title,
			summary:   entry.Summary,
			body:      atomBody(entry.Content),
			published: someOf(entry.Published, values(entry.Extensions, "dc", "date")),
			updated:   someOf(entry.Updated),
			language:  first(values(entry.Extensions, "dc", "language")...),
		}
		candidates := append(values(entry.Extensions, "feedburner", "origLink"), alternate(entry.Links))
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

// json takes over JSON Feed 1.0 and 1.1, item by item, so that one bad item
// and a document that was cut off cost no more than what is broken.
func (r *reading) json(text []byte) error {
	dec := json.NewDecoder(bytes.NewReader(spaceControls(text)))
	head := map[string]json.RawMessage{}
	var items []*jsonfeed.Item
	listed, err := r.jsonMembers(dec, head, &items)
	if _, known := head["version"]; !known && !listed {
		if err != nil {
			return fmt.Errorf("the answer begins like JSON and is none: %w: %w", nashra.ErrNotFeed, err)
		}
		return fmt.Errorf("the answer is a JSON document that is no JSON Feed: %w", nashra.ErrNotFeed)
	}
	parsed := jsonHead(head)
	r.feed.Title, r.feed.Language = valid(parsed.Title), valid(parsed.Language)
	r.feed.Homepage = r.absolute(parsed.HomePageURL)
	for _, item := range items {
		r.jsonItem(item, parsed)
	}
	if err != nil && len(items) == 0 {
		return fmt.Errorf("the answer is broken JSON, in which no item is whole: %w: %w", nashra.ErrNotFeed, err)
	}
	if err != nil {
		return tell(err, "the feed breaks off in the middle; %s", came(len(items)))
	}
	return nil
}

// jsonMembers reads the members of the outermost object: items into items, the
// rest into head. listed reports whether there was a list of items.
func (r *reading) jsonMembers(dec *json.Decoder, head map[string]json.RawMessage, items *[]*jsonfeed.Item) (listed bool, err error) {
	if _, err := dec.Token(); err != nil {
		return false, err
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return listed, err
		}
		if key != "items" {
			var value json.RawMessage
			if err := dec.Decode(&value); err != nil {
				return listed, err
			}
			head[fmt.Sprint(key)] = value
			continue
		}
		if open, err := dec.Token(); err != nil {
			return listed, err
		} else if open != json.Delim('[') {
			return listed, fmt.Errorf("its items are no list")
		}
		listed = true
		if err := r.jsonItems(dec, items); err != nil {
			return listed, err
		}
	}
	if _, err := dec.Token(); err != nil {
		return listed, unexpected(err)
	}
	return listed, nil
}

func (r *reading) jsonItems(dec *json.Decoder, items *[]*jsonfeed.Item) error {
	beyond := 0
	for dec.More() {
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return unexpected(err)
		}
		if len(*items) >= maxEntries {
			beyond++
			continue
		}
		item := &jsonfeed.Item{}
		if err := json.Unmarshal(value, item); err != nil {
			r.feed.warn("an entry could not be read and was left out: %s", clip(err.Error()))
			continue
		}
		*items = append(*items, item)
	}
	if beyond > 0 {
		r.feed.warn("the feed holds %d entries; those after the first %d were left out", len(*items)+beyond, maxEntries)
	}
	_, err := dec.Token()
	return unexpected(err)
}

// unexpected is err, or what the end of input means in the middle of a document.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// jsonHead reads the members of a JSON Feed one by one: one of the wrong type
// costs only itself.
func jsonHead(head map[string]json.RawMessage) *jsonfeed.Feed {
	feed := &jsonfeed.Feed{}
	for name, into := range map[string]any{
		"title": &feed.Title, "home_page_url": &feed.HomePageURL, "language": &feed.Language,
		"author": &feed.Author, "authors": &feed.Authors,
	} {
		if value, found := head[name]; found {
			_ = json.Unmarshal(value, into) // it stays empty
		}
	}
	return feed
}

func (r *reading) jsonItem(item *jsonfeed.Item, feed *jsonfeed.Feed) {
	e := &raw{
		guid:       item.ID,
		link:       r.firstLink([]string{item.URL, item.ExternalURL, webAddress(item.ID)}),
		title:      item.Title,
		summary:    item.Summary,
		body:       first(item.ContentHTML, textHTML(item.ContentText)),
		published:  someOf(item.DatePublished),
		updated:    someOf(item.DateModified),
		categories: item.Tags,
		language:   item.Language,
		image:      first(item.Image, item.BannerImage),
	}
	authors := append(item.Authors, item.Author)
	if first(jsonNames(authors)...) == "" {
		authors = append(feed.Authors, feed.Author)
	}
	e.authors = jsonNames(authors)
	if item.Attachments != nil {
		for _, a := range *item.Attachments {
			e.enclosures = append(e.enclosures, rawEnclosure{a.URL, a.MimeType, strconv.FormatInt(a.SizeInBytes, 10)})
		}
	}
	r.add(e)
}

func jsonNames(authors []*jsonfeed.Author) (names []string) {
	for _, a := range authors {
		if a != nil {
			names = append(names, a.Name)
		}
	}
	return names
}

// spaceControls turns control characters, which JSON forbids inside strings
// and which some generators write there, into spaces. Between values they are
// space already.
func spaceControls(text []byte) []byte {
	out := text
	for i, c := range text {
		if c >= ' ' {
			continue
		}
		if &out[0] == &text[0] {
			out = bytes.Clone(text)
		}
		out[i] = ' '
	}
	return out
}

// media takes over Media RSS and the pictures of iTunes.
func (e *raw) media(extensions ext.Extensions) {
	var thumbnail string
	var walk func(elements map[string][]ext.Extension)
	walk = func(elements map[string][]ext.Extension) {
		for _, c := range elements["content"] {
			kind := c.Attrs["type"]
			if c.Attrs["url"] != "" {
				e.enclosures = append(e.enclosures, rawEnclosure{c.Attrs["url"], kind, c.Attrs["fileSize"]})
			}
			if e.image == "" && (c.Attrs["medium"] == "image" || strings.HasPrefix(kind, "image/")) {
				e.image = c.Attrs["url"]
			}
			walk(c.Children)
		}
		for _, t := range elements["thumbnail"] {
			thumbnail = first(thumbnail, t.Attrs["url"])
		}
		for _, group := range elements["group"] {
			walk(group.Children)
		}
	}
	walk(extensions["media"])
	for _, enc := range e.enclosures {
		if e.image == "" && strings.HasPrefix(strings.ToLower(enc.kind), "image/") {
			e.image = enc.url
		}
	}
	for _, i := range extensions["itunes"]["image"] {
		e.image = first(e.image, i.Attrs["href"])
	}
	e.image = first(e.image, thumbnail)
}

// values are the texts of an extension's elements.
func values(extensions ext.Extensions, prefix, name string) (texts []string) {
	for _, x := range extensions[prefix][name] {
		texts = append(texts, x.Value)
	}
	return texts
}

func someOf(one string, lists ...[]string) (all []string) {
	for _, list := range append([][]string{{one}}, lists...) {
		for _, s := range list {
			if s = valid(s); s != "" {
				all = append(all, s)
			}
		}
	}
	return all
}

// first is the first string that is not blank, or "".
func first(list ...string) string {
	for _, s := range list {
		if strings.TrimSpace(s) != "" {
			return s
		}
	}
	return ""
}

func valid(s string) string { return strings.TrimSpace(strings.ToValidUTF8(s, "\uFFFD")) }

func isWebAddress(s string) bool { return nashra.LinkKey(s) != "" }

func webAddress(s string) string {
	if isWebAddress(s) {
		return s
	}
	return ""
}

var (
	mailName = regexp.MustCompile(`^\S+@\S+\s*\(([^)]*)\)$`)
	nameMail = regexp.MustCompile(`^(.*?)\s*[(<]\s*(?:mailto:)?\S+@\S+[)>]$`)
	mailOnly = regexp.MustCompile(`^\S+@\S+$`)
)

// personName is the name in an RSS author, which by the specification is an
// e-mail address with the name behind it in brackets; "" for an address alone.
func personName(author string) string {
	author = strings.TrimSpace(author)
	if m := mailName.FindStringSubmatch(author); m != nil {
		return m[1]
	}
	if m := nameMail.FindStringSubmatch(author); m != nil {
		return m[1]
	}
	if mailOnly.MatchString(author) {
		return ""
	}
	return author
}
