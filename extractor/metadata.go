package extractor

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"nashra"
	"nashra/internal/arabic"
)

// content fills in what stands around the body.
func (x *extraction) content(b body) nashra.Content {
	c := nashra.Content{
		Title:      x.title(),
		Link:       x.link(),
		Byline:     x.byline(),
		Excerpt:    arabic.Excerpt(opening(b.Blocks), excerptLength),
		HTML:       b.HTML,
		Image:      x.image(b.HTML),
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

// title is the partner's headline: the feed's, else what the page says. What
// is only the site's name is none.
func (x *extraction) title() string {
	candidates := []string{x.Entry.Title}
	if d := x.page; d != nil {
		candidates = append(candidates, d.layout.head.first("og:title"), d.structured.headline, d.layout.h1(), d.layout.head.first("twitter:title"), d.layout.head.title)
	}
	names := x.names()
	for i, raw := range candidates {
		title := strings.TrimRight(arabic.Title(raw, names...), " |-–—")
		if title == "" || i > 0 && x.isSite(title) {
			continue
		}
		return x.withoutSite(title, candidates[1:])
	}
	return arabic.Title(candidates[len(candidates)-1], names...)
}

// withoutSite is title or, where it is one of others with the site's name
// before or behind it, that one.
func (x *extraction) withoutSite(title string, others []string) string {
	key := arabic.Key(title)
	for _, other := range others {
		o := arabic.Key(other)
		if !strings.Contains(o, " ") {
			continue
		}
		for _, cut := range []func(string, string) (string, bool){strings.CutSuffix, strings.CutPrefix} {
			if rest, ok := cut(key, o); ok && rest != "" && x.speaksOfSite(rest) {
				return arabic.Title(other, x.names()...)
			}
		}
	}
	return title
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
	if x.wrote == nil {
		x.wrote = append([]string{}, x.findAuthors()...)
	}
	return x.wrote
}

func (x *extraction) findAuthors() []string {
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
			raw = bylineLead.ReplaceAllString(strings.TrimSpace(raw), "")
			if name := arabic.Byline(raw, names...); name != "" && !x.isSiteByline(name) && !slices.Contains(found, name) {
				found = append(found, name)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// isSiteByline reports whether a byline names the site: by a name of its, also
// with more behind a separator, or by the one word that its host is called. A
// person's site may have a person's name.
func (x *extraction) isSiteByline(byline string) bool {
	if !strings.Contains(byline, " ") {
		return x.isSite(byline)
	}
	return slices.ContainsFunc(titleParts(byline)[1:], x.isSite)
}

// bylineLead stands before a name: what Latin script has for it, and a label
// of one or two words in whatever language.
var bylineLead = regexp.MustCompile(`^(?i)(?:(?:written|posted|reported|published) )?by[: ]\s*|^(?:\S+ )?\S+: +`)

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
