package extractor

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"nashra"
	"nashra/internal/arabic"
)

// names are the names of the partner and its site, which titles and bylines
// carry along.
func (x *extraction) names() []string {
	if x.named != nil {
		return x.named
	}
	names := []string{}
	add := func(name string) {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	add(x.Subscription.Name)
	if d := x.page; d != nil {
		add(d.layout.head.first("og:site_name", "application-name"))
		add(d.structured.publisher)
		add(siteInTitle(d.layout.head.title, x.Entry.Title, d.layout.head.first("og:title"), d.layout.h1()))
	}
	if was := x.Unchanged; was != nil {
		add(siteInTitle(x.Entry.Title, was.Title))
	}
	if u, err := url.Parse(x.link()); err == nil {
		add(u.Hostname())
		add(strings.TrimPrefix(u.Hostname(), "www."))
	}
	x.named = names
	return names
}

// origin is whom the partner names as its source: in the body, as noted says,
// else in its feed, where that is neither the partner nor its site.
func (x *extraction) origin(noted string) string {
	from := x.Entry.Origin
	name := arabic.Clean(from.Name)
	if noted != "" || name == "" {
		return noted
	}
	host := hostOf(from.Link)
	if host != "" && (host == hostOf(x.Subscription.Homepage) || host == hostOf(x.Subscription.Feed)) {
		return ""
	}
	if slices.ContainsFunc(x.names(), func(n string) bool { return arabic.Key(n) == arabic.Key(name) }) {
		return ""
	}
	return name
}

// hostOf is the host of a URL without "www.", "" where there is none.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

// titleSeparators stand between an article's title and its site's name.
var titleSeparators = []string{" | ", " - ", " – ", " — ", " :: ", " » ", " « ", " › "}

// siteInTitle is what a page's title has besides the article's title, which
// must be one of others.
func siteInTitle(title string, others ...string) string {
	for _, separator := range titleSeparators {
		for _, cut := range []int{strings.LastIndex(title, separator), strings.Index(title, separator)} {
			if cut < 0 {
				continue
			}
			front, back := title[:cut], title[cut+len(separator):]
			for _, other := range others {
				switch key := arabic.Key(other); {
				case key == "":
				case key == arabic.Key(front):
					return back
				case key == arabic.Key(back):
					return front
				}
			}
		}
	}
	return ""
}

// commonLabels are parts of host names that name no site.
var commonLabels = wordList("www com net org info news arabic mobile online press media site blog edu gov")

// nameKeys are the keys by which the site speaks of itself: its names and the
// telling part of its host.
func (x *extraction) nameKeys() []string {
	var keys []string
	for _, name := range x.names() {
		if key := arabic.Key(name); len(key) >= 3 {
			keys = append(keys, key)
		}
	}
	if u, err := url.Parse(x.link()); err == nil {
		for label := range strings.SplitSeq(u.Hostname(), ".") {
			if len(label) >= 3 && !commonLabels[label] {
				keys = append(keys, arabic.Key(label))
			}
		}
	}
	return keys
}

// content fills in what stands around the body.
func (x *extraction) content(b body) nashra.Content {
	c := nashra.Content{
		Title:      x.title(),
		Link:       x.link(),
		Byline:     x.byline(),
		Excerpt:    arabic.Excerpt(opening(b.Blocks), excerptLength),
		HTML:       b.HTML,
		Image:      x.image(),
		Categories: x.categories(),
		Enclosures: x.enclosures(),
		Method:     b.method,
		Credit:     nashra.Credit{Partner: x.Subscription.Name, Link: x.link(), Origin: x.origin(b.Origin)},
	}
	text := opening(b.Blocks)
	c.Direction = arabic.Direction(text)
	c.Language = x.language(text, c.Direction)
	c.Published, c.Updated = x.dates()
	return c
}

// excerptLength is an excerpt's greatest length, in grapheme clusters.
const excerptLength = 300

// title is the partner's headline: the feed's, else what the page says.
func (x *extraction) title() string {
	candidates := []string{x.Entry.Title}
	if d := x.page; d != nil {
		candidates = append(candidates, d.layout.head.first("og:title"), d.structured.headline, d.layout.h1(), d.layout.head.first("twitter:title"), d.layout.head.title)
	}
	names := x.names()
	for _, raw := range candidates {
		if title := arabic.Title(raw, names...); title != "" {
			return title
		}
	}
	return ""
}

// h1 is the text of the page's first h1.
func (l *layout) h1() string {
	for i := range l.runs {
		if l.runs[i].heading == 1 {
			return l.text(&l.runs[i])
		}
	}
	return ""
}

// byline is who wrote the article, several names parted by an Arabic comma.
func (x *extraction) byline() string { return strings.Join(x.authors(), "، ") }

// authors are the names of those who wrote the article.
func (x *extraction) authors() []string {
	lists := [][]string{x.Entry.Authors}
	if d := x.page; d != nil {
		lists = append(lists, d.structured.authors, []string{d.layout.head.first("author", "article:author", "dc.creator", "parsely-author", "sailthru.author")}, []string{d.layout.author()})
	}
	names := x.names()
	for _, list := range lists {
		var found []string
		for _, raw := range list {
			if strings.Contains(raw, "://") {
				continue
			}
			if name := arabic.Byline(raw, names...); name != "" && !slices.Contains(found, name) {
				found = append(found, name)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// maxByline is the most words that a byline in the text may have.
const maxByline = 10

// author is the text of the first element that is marked as the author's name.
func (l *layout) author() string {
	for i := range l.elems {
		n := l.elems[i].node
		if !isAuthor(n) {
			continue
		}
		if t := flatText(n); t != "" && len(strings.Fields(t)) <= maxByline {
			return t
		}
	}
	return ""
}

func isAuthor(n *html.Node) bool {
	for _, a := range n.Attr {
		switch a.Key {
		case "rel", "itemprop":
			if a.Val == "author" {
				return true
			}
		case "class":
			if !strings.Contains(a.Val, "uthor") && !strings.Contains(a.Val, "yline") && !strings.Contains(a.Val, "riter") {
				continue
			}
			for _, name := range strings.Fields(a.Val) {
				switch strings.ToLower(name) {
				case "byline", "author", "author-name", "byline__name", "post-author", "article-author", "entry-author", "writer":
					return true
				}
			}
		}
	}
	return false
}

// image is the article's picture: the feed's, else the one that the page names
// for sharing.
func (x *extraction) image() string {
	candidates := []string{x.Entry.Image}
	for _, e := range x.Entry.Enclosures {
		if strings.HasPrefix(e.Type, "image/") {
			candidates = append(candidates, e.URL)
		}
	}
	if d := x.page; d != nil {
		candidates = append(candidates, d.layout.head.first("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"), d.structured.image)
	}
	for _, raw := range candidates {
		if u := x.webAddress(raw); u != "" {
			return u
		}
	}
	return ""
}

// webAddress is raw made absolute, "" where it is no address of the web.
func (x *extraction) webAddress(raw string) string {
	raw = strings.TrimSpace(raw)
	if raw == "" {
		return ""
	}
	base := x.address("")
	if x.page != nil {
		base = x.page.url
	}
	u, err := base.Parse(raw)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return u.String()
}

func (x *extraction) categories() []string {
	var out []string
	for _, raw := range x.Entry.Categories {
		if c := arabic.Clean(raw); c != "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

func (x *extraction) enclosures() []nashra.Enclosure {
	var out []nashra.Enclosure
	for _, e := range x.Entry.Enclosures {
		if e.URL = x.webAddress(e.URL); e.URL != "" {
			out = append(out, e)
		}
	}
	return out
}

// opening is the text of the body's first paragraphs, as much as an excerpt
// needs; no heading and no caption is in it.
func opening(blocks []Block) string {
	var b strings.Builder
	for _, block := range blocks {
		if block.Kind == KindHeading {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(block.Text)
		if b.Len() > openingBytes {
			break
		}
	}
	return b.String()
}

// openingBytes holds an excerpt and some context, whatever the script.
const openingBytes = 8 * excerptLength
