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
	if title := x.cleanTitle(x.Entry.Title); title != "" {
		return title
	}
	if x.page == nil {
		return ""
	}
	said := x.page.titles()
	if first := x.cleanTitle(said[0]); first != "" && !x.isSite(first) && repeated(arabic.Key(first), said[1:]) {
		return x.withoutSite(first, said)
	}
	var found []string
	for _, raw := range said {
		if title := x.cleanTitle(raw); title != "" && !x.isSite(title) {
			found = append(found, x.withoutSite(title, said))
		}
	}
	whole := arabic.Title(x.page.layout.head.title)
	switch {
	case len(found) == 0, len(found) == 1 && found[0] == whole && x.page.layout.title < 0 && arabic.Words(whole) <= maxSiteTitle:
		return x.lineAbove()
	case len(found) == 1 && found[0] == whole:
		return withoutLastPart(whole)
	}
	return agreed(found)
}

// maxSiteTitle is the most words of a title that is taken for the site's where
// the page shows it nowhere.
const maxSiteTitle = 5

// titles are what the page calls its article, the most trusted first.
func (d *document) titles() []string {
	return []string{d.layout.head.first("og:title"), d.structured.headline, d.layout.h1(), d.layout.head.first("twitter:title"), d.layout.head.title}
}

func (x *extraction) cleanTitle(raw string) string {
	return strings.TrimRight(arabic.Title(raw, x.names()...), " |-–—")
}

// agreed is the first of titles, or the first that another one says too: a title
// that is said once is one made for sharing or searching.
func agreed(titles []string) string {
	keys := make([]string, len(titles))
	for i, title := range titles {
		keys[i] = arabic.Key(title)
	}
	for i, key := range keys {
		for j := range keys {
			if i != j && (keys[j] == key || strings.Count(key, " ") >= 2 && (beginsKey(keys[j], key) || strings.HasSuffix(keys[j], " "+key))) {
				return titles[i]
			}
		}
	}
	return titles[0]
}

// repeated reports whether one of the others begins with a title, whose key is
// given, as they do that have the site's name behind it.
func repeated(key string, others []string) bool {
	return slices.ContainsFunc(others, func(other string) bool { return other != "" && beginsKey(arabic.Key(other), key) })
}

// Of a title that nothing else on the page repeats, the last part is taken for
// the site's name where it is short beside the rest, in words.
const (
	maxSiteName   = 3
	timesSiteName = 2
)

func withoutLastPart(title string) string {
	for _, separator := range titleSeparators {
		at := strings.LastIndex(title, separator)
		if at < 0 {
			continue
		}
		rest, name := title[:at], title[at+len(separator):]
		if n := arabic.Words(name); n <= maxSiteName && arabic.Words(rest) > timesSiteName*n {
			return rest
		}
	}
	return title
}

// lineAbove is the line above the body that may be its title, where the page
// names it nowhere; else what the page calls itself.
func (x *extraction) lineAbove() string {
	l := x.page.layout
	for i := l.body; i >= max(0, l.body-1); i-- {
		if r := &l.runs[i]; r.words >= 4 && r.words <= maxTitleLine && r.linked == 0 && !r.ends && r.digits*3 < r.letters {
			return arabic.Title(l.text(r))
		}
	}
	return arabic.Title(l.head.title, x.names()...)
}

// maxTitleLine is the most words of a title.
const maxTitleLine = 25

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
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || arabic.Key(u.Host) == "" {
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
