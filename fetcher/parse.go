package fetcher

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/rss"
	"golang.org/x/net/idna"

	"nashra"
	"nashra/internal/arabic"
)

// document is what a partner sent for a feed, and where it came from.
type document struct {
	body        []byte
	contentType string
	url         *url.URL // final
	noLength    bool     // nothing but the end of the connection says where the body ends
	zone        *time.Location
	now         time.Time
	keep        int // entries, the newest by date
}

// parse reads d into feed: Title, Homepage, Language, Hints, Entries and
// Warnings.
// Beside an error the entries are those that came whole.
//
// gofeed parses; what it is given is UTF-8 and well-formed, see toUTF8 and
// mend. Its own parsers of the three formats are used and not the universal
// one, which drops what we need (isPermaLink, content types) and parses every
// body as HTML in search of pictures.
//
// It takes the body out of d, so that a large one is gone when it is mended.
// Where ctx ends before the document is read, the error is ctx's.
func parse(ctx context.Context, feed *Feed, d *document) error {
	text, as, warnings := toUTF8(d.body, headerCharset(d.contentType))
	recorderOf(ctx).decoded(as)
	for _, w := range warnings {
		feed.warn("%s", w)
	}
	text = bytes.TrimLeft(text, "\uFEFF\x00 \t\r\n\f\v")
	d.body = nil
	r := &reading{feed: feed, document: *d}
	switch {
	case len(text) == 0:
		return fmt.Errorf("the answer is empty: %w", nashra.ErrNotFeed)
	case text[0] == '{':
		return r.json(text)
	case text[0] == '[' && json.Valid(text):
		return fmt.Errorf("the answer is a JSON list, which no JSON Feed is: %w", nashra.ErrNotFeed)
	}
	start := feedStart(text)
	if start < 0 {
		return notFeed(text)
	}
	if start > 0 {
		feed.warn("the feed begins after %d bytes of something else, %s", start, quote(string(text[:start])))
	}
	return r.xml(ctx, text[start:])
}

func (f *Feed) warn(format string, args ...any) {
	if len(f.Warnings) < maxWarnings {
		f.Warnings = append(f.Warnings, fmt.Sprintf(format, args...))
	}
}

var (
	feedInPage = regexp.MustCompile(`(?i)<(?:\w+:)?(?:rss|rdf|feed)[\s>][^<]*<(?:\w+:)?(?:channel|title|entry|id|link)[\s>]`)
	feedBegins = regexp.MustCompile(`(?i)<\?xml[\s?]|<(?:\w+:)?(?:rss|rdf|feed)[\s>]`)
	htmlBegins = regexp.MustCompile(`(?i)<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]`)
	titleOf    = regexp.MustCompile(`(?is)<title[^>]{0,200}>(.{0,400}?)</title`)
)

// feedStart is where the feed begins behind what a broken server wrote before
// it (warnings of PHP, blank lines), -1 where there is none.
func feedStart(text []byte) int {
	head := text[:min(len(text), sniffed)]
	at := feedBegins.FindIndex(head)
	if at == nil {
		if text[0] == '<' && !looksLikeHTML(text) {
			return 0 // some other XML, which mend will name
		}
		return -1
	}
	if htmlBegins.Match(head[:at[0]]) {
		if at = feedInPage.FindIndex(head); at == nil { // a page that mentions one
			return -1
		}
	}
	return at[0]
}

func looksLikeHTML(text []byte) bool {
	return htmlBegins.Match(text[:min(len(text), 1024)])
}

// notFeed says what text is in place of a feed.
func notFeed(text []byte) error {
	head := text[:min(len(text), sniffed)]
	if htmlBegins.Match(head) || text[0] == '<' {
		if m := titleOf.FindSubmatch(head); m != nil && len(bytes.TrimSpace(m[1])) > 0 {
			return fmt.Errorf("the answer is an HTML page titled %s: %w", quote(html.UnescapeString(string(m[1]))), nashra.ErrNotFeed)
		}
		if looksLikeHTML(text) {
			return fmt.Errorf("the answer is an HTML page without a title: %w", nashra.ErrNotFeed)
		}
		return fmt.Errorf("the answer is HTML that begins with %s: %w", quote(string(head)), nashra.ErrNotFeed)
	}
	return fmt.Errorf("the answer is neither XML nor JSON and begins with %s: %w", quote(string(head)), nashra.ErrNotFeed)
}

// fragments are elements with which HTML begins that is no whole page: a
// server's message, a script that tells browsers from robots.
var fragments = map[string]bool{
	"b": true, "br": true, "center": true, "div": true, "font": true, "h1": true, "h2": true, "h3": true, "link": true, "meta": true,
	"p": true, "pre": true, "script": true, "span": true, "strong": true, "style": true, "table": true, "title": true,
}

// reading is a document on its way into a feed.
type reading struct {
	feed *Feed
	document
	rights, license string // of the whole feed
}

func (r *reading) xml(ctx context.Context, text []byte) error {
	m := mend(text, r.url, r.keep, func(published, updated string) time.Time {
		return r.date([]string{published, updated})
	})
	switch m.root {
	case "rss", "rdf", "feed":
	case "html":
		return notFeed(text)
	case "urlset", "sitemapindex":
		return fmt.Errorf("the answer is a sitemap: %w", nashra.ErrNotFeed)
	case "opml":
		return fmt.Errorf("the answer is a list of feeds (OPML): %w", nashra.ErrNotFeed)
	case "":
		return fmt.Errorf("the answer is broken XML, in which no element ends: %w", nashra.ErrNotFeed)
	default:
		if fragments[m.root] || isHTML(mediaType(r.contentType)) {
			return notFeed(text)
		}
		return fmt.Errorf("the answer is an XML document <%s>: %w", clip(m.root), nashra.ErrNotFeed)
	}
	if m.items == 0 && (m.lost > 0 || m.open) {
		return fmt.Errorf("the answer is broken XML, in which no entry is whole: %w", nashra.ErrNotFeed)
	}
	err := r.gofeed(ctx, m)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		return fmt.Errorf("the answer is broken XML: %w: %w", nashra.ErrNotFeed, err)
	}
	r.older(m.items, m.beyond)
	switch {
	case m.open && (m.lost > 0 || r.noLength):
		return tell(nashra.TroubleBroken, io.ErrUnexpectedEOF, "the feed breaks off in the middle; %s", came(m.items))
	case m.lost > 0:
		return fmt.Errorf("entries of the feed that have no end were left out: %d; %s", m.lost, came(m.items))
	case m.open || m.repaired > 0:
		r.feed.warn("the feed is not well-formed XML and was mended")
	}
	return nil
}

// older warns of entries that were left out for newer ones.
func (r *reading) older(read, left int) {
	if left > 0 {
		r.feed.warn("the feed holds %d entries; the newest %d of them were read", read+left, read)
	}
}

// gofeed parses what mend made, as long as ctx lasts: the largest documents take
// it seconds, and a process that is told to stop has five.
func (r *reading) gofeed(ctx context.Context, m mended) (err error) {
	defer func() {
		// Foreign code on foreign bytes: a fault there is a broken feed here.
		if p := recover(); p != nil {
			err = fmt.Errorf("the parser stopped: %v", p)
		}
	}()
	items, rest := takeSimple(ctx, m)
	text := bytes.NewReader(rest)
	source := readFunc(func(p []byte) (int, error) {
		if ctx.Err() != nil {
			return 0, context.Cause(ctx)
		}
		return text.Read(p)
	})
	if m.root == "feed" {
		parsed, err := (&atom.Parser{}).Parse(source)
		if err != nil {
			return err
		}
		r.atom(parsed)
		return nil
	}
	parsed, err := (&rss.Parser{}).Parse(source)
	if err != nil {
		return err
	}
	if items != nil {
		if !putBack(items, parsed.Items) {
			m.uncommon = true
			return r.gofeed(ctx, m)
		}
		parsed.Items = items
	}
	r.rss(parsed)
	return nil
}

type readFunc func([]byte) (int, error)

// Read calls f.
func (f readFunc) Read(p []byte) (int, error) { return f(p) }

// raw is an entry in the feed's own strings. All formats are read into it, so
// that what follows is decided in one place.
type raw struct {
	guid, link, title  string
	summary, body      string // HTML or text; body is HTML
	published, updated []string
	authors            []string
	categories         []string
	language, image    string
	enclosures         []rawEnclosure

	// What earlier versions did not read, see hash.
	lang               string // xml:lang
	origin, originLink string
	rights, license    string
}

type rawEnclosure struct{ url, kind, length string }

// hash covers everything that the partner sent of the entry and that we keep,
// in an order that must never change: with it every entry would be "updated".
// What is read since is added behind it, named, where the entry has it, so that
// the others keep the hash under which they are stored.
func (e *raw) hash() nashra.Hash {
	parts := []string{e.guid, e.link, e.title, e.summary, e.body, e.language, e.image}
	for _, list := range [][]string{e.published, e.updated, e.authors, e.categories} {
		parts = append(parts, strconv.Itoa(len(list)))
		parts = append(parts, list...)
	}
	for _, enc := range e.enclosures {
		parts = append(parts, enc.url, enc.kind, enc.length)
	}
	for _, since := range [][2]string{
		{"lang", e.lang}, {"origin", e.origin}, {"origin link", e.originLink}, {"rights", e.rights}, {"license", e.license},
	} {
		if since[1] != "" {
			parts = append(parts, since[0], since[1])
		}
	}
	return nashra.HashOf(parts...)
}

// add takes one entry into the feed.
func (r *reading) add(e *raw) {
	e.tidy()
	entry := nashra.Entry{
		GUID:       e.guid,
		Link:       r.absolute(e.link),
		Title:      untagged(e.title),
		Summary:    e.summary,
		Body:       e.body,
		Authors:    e.authors,
		Categories: e.categories,
		Language:   first(e.language, e.lang),
		Image:      r.absolute(e.image),
		Origin:     nashra.Origin{Name: untagged(e.origin), Link: r.absolute(e.originLink)},
		Rights:     untagged(first(e.rights, r.rights)),
		License:    r.absolute(first(e.license, r.license)),
		Hash:       e.hash(),
	}
	if entry.GUID == "" && entry.Link == "" && entry.Title == "" {
		r.feed.warn("an entry without guid, link and title was left out")
		return
	}
	for _, enc := range e.enclosures {
		if address := r.absolute(enc.url); address != "" && len(entry.Enclosures) < maxListed {
			length, err := strconv.ParseInt(strings.TrimSpace(enc.length), 10, 64)
			if err != nil || length < 0 {
				length = 0 // unknown, as feeds also write "", "0" and "1.5 MB"
			}
			entry.Enclosures = append(entry.Enclosures, nashra.Enclosure{URL: address, Type: enc.kind, Length: length})
		}
	}
	entry.Updated = r.date(e.updated)
	if entry.Published = r.date(e.published); entry.Published.IsZero() {
		entry.Published = entry.Updated
	}
	r.feed.Entries = append(r.feed.Entries, entry)
}

// tidy makes the strings valid UTF-8 and the lists short and without doubles.
func (e *raw) tidy() {
	for _, s := range []*string{
		&e.guid, &e.link, &e.title, &e.summary, &e.body, &e.language, &e.image,
		&e.lang, &e.origin, &e.originLink, &e.rights, &e.license,
	} {
		*s = strings.TrimSpace(strings.ToValidUTF8(*s, "\uFFFD"))
	}
	if len(e.guid) > maxAddress {
		e.guid = ""
	}
	for _, s := range []*string{&e.title, &e.origin, &e.rights} {
		if len(*s) > maxTitle {
			*s = strings.TrimSpace(strings.ToValidUTF8((*s)[:maxTitle], "")) + "…"
		}
	}
	e.authors, e.categories = distinct(e.authors), distinct(e.categories)
	seen := map[string]bool{}
	kept := e.enclosures[:0]
	for _, enc := range e.enclosures {
		enc.url, enc.kind = strings.TrimSpace(strings.ToValidUTF8(enc.url, "\uFFFD")), strings.ToValidUTF8(enc.kind, "\uFFFD")
		if enc.url != "" && !seen[enc.url] && len(kept) < maxListed {
			seen[enc.url] = true
			kept = append(kept, enc)
		}
	}
	e.enclosures = kept
}

// distinct is list without blanks and repetitions, in its order.
func distinct(list []string) []string {
	var kept []string
	seen := map[string]bool{}
	for _, s := range list {
		s = strings.TrimSpace(strings.ToValidUTF8(s, "\uFFFD"))
		if s != "" && !seen[s] && len(kept) < maxListed {
			seen[s] = true
			kept = append(kept, s)
		}
	}
	return kept
}

// date is the first of the candidates that can be read, in UTC, or zero.
func (r *reading) date(candidates []string) time.Time {
	zone := r.zone
	if zone == nil {
		zone = time.UTC
	}
	for _, s := range candidates {
		if at, ok := arabic.Date(s, zone, r.now); ok {
			return at.UTC()
		}
	}
	return time.Time{}
}

var badEscape = regexp.MustCompile(`%(?:[^0-9A-Fa-f]|[0-9A-Fa-f][^0-9A-Fa-f]|.?$)`)

// absolute is ref as an http or https URL, resolved against the feed's, and ""
// for what is none.
func (r *reading) absolute(ref string) string {
	if strings.ContainsAny(ref, "\r\n") { // a link that was wrapped
		var joined strings.Builder
		for line := range strings.Lines(ref) {
			joined.WriteString(strings.TrimSpace(line))
		}
		ref = joined.String()
	}
	ref = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f || c == '\u200e' || c == '\u200f' || c == '\ufeff' {
			return -1
		}
		return c
	}, strings.ReplaceAll(strings.TrimSpace(ref), "&amp;", "&"))
	if ref == "" || len(ref) > maxAddress {
		return ""
	}
	if strings.HasPrefix(ref, "www.") {
		ref = "//" + ref
	}
	u, err := url.Parse(ref)
	if err != nil {
		u, err = url.Parse(badEscape.ReplaceAllStringFunc(ref, func(s string) string { return "%25" + s[1:] }))
	}
	if err != nil {
		return ""
	}
	if r.url != nil {
		u = r.url.ResolveReference(u)
	}
	u.User = nil
	if ascii, err := idna.Lookup.ToASCII(u.Hostname()); err == nil && ascii != u.Hostname() && !strings.Contains(ascii, ":") {
		u.Host = strings.Replace(u.Host, u.Hostname(), ascii, 1)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return ""
	}
	return u.String()
}

var (
	blockMarkup = regexp.MustCompile(`(?i)<(?:p|div|br|ul|ol|h[1-6]|blockquote|table|figure)[\s/>]`)
	anyTag      = regexp.MustCompile(`<[^>]*>`)
)

// titleTags are the elements of HTML that stand in titles. What else looks like
// a tag there is text.
var titleTags = regexp.MustCompile(`(?i)</?(?:(a|abbr|b|bdi|bdo|big|cite|code|del|em|font|i|ins|mark|q|s|small|span|strong|sub|sup|tt|u)|br|div|h[1-6]|img|p)(?:\s[^<>]*)?/?>`)

// untagged is HTML or text, as titles are either and seldom say which, without
// tags. References stay for whoever cleans the text.
func untagged(s string) string {
	if !strings.Contains(s, "<") {
		return s
	}
	return strings.TrimSpace(titleTags.ReplaceAllStringFunc(s, func(tag string) string {
		if titleTags.FindStringSubmatch(tag)[1] != "" {
			return ""
		}
		return " "
	}))
}

// textHTML is plain text as HTML, a paragraph a line.
func textHTML(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			b.WriteString("<p>" + html.EscapeString(line) + "</p>\n")
		}
	}
	return strings.TrimSpace(b.String())
}

// isWhole reports whether a description is an article rather than a teaser.
func isWhole(description string) bool {
	if len(description) < wholeDescription || !blockMarkup.MatchString(description) {
		return false
	}
	letters := 0
	for range strings.TrimSpace(anyTag.ReplaceAllString(description, "")) {
		letters++
	}
	return letters >= wholeDescription
}
