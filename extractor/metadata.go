package extractor

import (
	"slices"
	"strings"

	"nashra"
	"nashra/internal/arabic"
)

// content fills in what stands around the body.
func (x *extraction) content(b body) nashra.Content {
	c := nashra.Content{
		Title:      x.title(),
		Link:       x.link(),
		Byline:     x.byline(),
		Excerpt:    excerpt(b.Blocks),
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

func excerpt(blocks []Block) string { return arabic.Excerpt(opening(blocks), excerptLength) }

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
