package publisher

import (
	"cmp"
	"fmt"
	"mime"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"nashra"
	"nashra/extractor/disclaimer"
	"nashra/internal/arabic"
)

// Bounds of texts as they leave, in characters: a partner's mistake must not
// fill every list.
const (
	maxTitle   = 4096 // the bytes that a feed's title may have, so that it leaves whole
	maxName    = 200  // of a person or a category
	maxExcerpt = 1000
)

// view is an article as it leaves the store, whatever form it takes then. Its
// strings are plain text but for Body.
type view struct {
	ID        string
	Title     string // never empty
	Byline    string
	Excerpt   string
	Body      string // HTML, the credit its last element; only where bodies were asked for
	Language  string // BCP 47; "": not known, and not the site's
	Direction string // rtl or ltr
	Image     string // URL or ""

	Original string // URL of the partner's page or ""
	Path     string // of our page

	Source     nashra.Source
	Categories []string // the source's, then the partner's
	Enclosures []nashra.Enclosure

	Published time.Time
	Updated   time.Time // never before Published
	FirstSeen time.Time

	Revision int
	Partial  bool // the body breaks off
}

// view prepares a for leaving, with the source record in force.
func (s *Server) view(a nashra.Article, c *catalogue, body bool) (view, error) {
	src := nashra.Source{ID: a.Source, Partner: a.Partner}
	if known := c.byID[a.Source]; known != nil {
		src = *known
	}
	src.Name = cmp.Or(line(src.Name, maxName), line(a.Credit.Partner, maxName), src.ID)
	v := view{
		ID: a.ID, Title: cmp.Or(line(a.Title, maxTitle), s.words.Untitled),
		Byline: line(a.Byline, maxName), Excerpt: line(a.Excerpt, maxExcerpt),
		Language: languageTag(a.Language), Direction: a.Direction, Image: webURL(a.Image),
		Original: original(a), Path: itemPath(a.ID), Source: src,
		Categories: categories(src.Category, a.Categories),
		Published:  published(a), Updated: updated(a), FirstSeen: a.FirstSeen.UTC(),
		Revision: a.Revision, Partial: a.Partial,
	}
	if v.Direction != "rtl" && v.Direction != "ltr" {
		v.Direction = direction(cmp.Or(v.Language, src.Language, s.site.Language))
	}
	if v.Language == "" {
		v.Language = languageOf(v.Direction, src.Language, s.site.Language)
	}
	for _, e := range a.Enclosures {
		e.URL, e.Type = webURL(e.URL), mediaType(e.Type)
		if e.URL != "" {
			v.Enclosures = append(v.Enclosures, e)
		}
	}
	if !body {
		return v, nil
	}
	note, err := s.credit(a, v, c)
	if err != nil {
		return view{}, fmt.Errorf("article %q: %w", a.ID, err)
	}
	v.Body = a.HTML + note.HTML
	if a.HTML == "" && v.Excerpt != "" {
		v.Body = "<p>" + escapeHTML(v.Excerpt) + "</p>" + note.HTML
	}
	return v, nil
}

// credit renders the note of an article from the facts that the extractor
// attached, the source's present name, and the template in force.
func (s *Server) credit(a nashra.Article, v view, c *catalogue) (disclaimer.Note, error) {
	values := disclaimer.Values{
		Source: v.Source.Name, SourceURL: webURL(v.Source.Homepage), Link: v.Original, Site: s.site.Name,
		Published: dateTime(v.Published, s.site.Zone),
	}
	if values.Link == "" {
		values.Link = s.absolute(v.Path)
	}
	if values.SourceURL == "" {
		values.SourceURL = siteOf(values.Link)
	}
	if key := arabic.Key(a.Credit.Origin); key != "" && key != arabic.Key(values.Source) {
		values.Origin = a.Credit.Origin
	}
	if own := c.notes[v.Source.ID]; own != nil {
		note, err := own.Render(values)
		if err == nil {
			return note, nil
		}
		s.log.Warn("source's disclaimer does not render", "source", v.Source.ID, "err", err)
	}
	return s.note.Render(values)
}

// published is when the partner says it published a, or else when we first saw it.
func published(a nashra.Article) time.Time {
	if !a.Published.IsZero() {
		return a.Published.UTC()
	}
	return a.FirstSeen.UTC()
}

// updated is when the partner last changed a, as far as that is known, and
// never before it was published.
//
// A revision that the partner caused counts from when it was applied. One that
// we caused (the same page extracted anew) is no update: readers would see
// every old article again after each release. Then the partner's own date
// stands, unless it lies ahead of the moment in which we read it.
func updated(a nashra.Article) time.Time {
	at := published(a)
	switch {
	case a.Revision > 0 && a.Cause == nashra.CausePartner:
		if a.Revised.After(at) {
			at = a.Revised
		}
	case a.Updated.After(at) && !a.Updated.After(a.Revised):
		at = a.Updated
	}
	return at.UTC()
}

// original is the address of the partner's page.
func original(a nashra.Article) string {
	if link := webURL(a.Credit.Link); link != "" {
		return link
	}
	return webURL(a.Link)
}

// siteOf is the front page of the site that link is on.
func siteOf(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host + "/"
}

// line is t on one line, of at most n characters.
func line(t string, n int) string {
	t = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, cut(t, 4*n))
	return cut(strings.Join(strings.Fields(t), " "), n)
}

// cut shortens t to n characters, an ellipsis among them.
func cut(t string, n int) string {
	if len(t) <= n || utf8.RuneCountInString(t) <= n {
		return t
	}
	count := 0
	for i := range t {
		if count++; count == n {
			return strings.TrimSpace(t[:i]) + "…"
		}
	}
	return t
}

// categories joins the source's category and the partner's, each once by key.
func categories(own string, partners []string) []string {
	var out []string
	seen := map[string]bool{"": true}
	for _, name := range append([]string{own}, partners...) {
		name = line(name, maxName)
		if key := arabic.Key(name); !seen[key] {
			seen[key] = true
			out = append(out, name)
		}
	}
	return out
}

// languageTag is tag where it has the form of BCP 47, else "".
func languageTag(tag string) string {
	if languageForm.MatchString(tag) {
		return tag
	}
	return ""
}

// languageOf is the first of tags that is written in direction. An English
// article of an Arabic partner has none of them, and the answer is "".
func languageOf(writing string, tags ...string) string {
	for _, tag := range tags {
		if tag = languageTag(tag); tag != "" && direction(tag) == writing {
			return tag
		}
	}
	return ""
}

var languageForm = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,6}$`)

// mediaType is t without its parameters, or "" where it is none.
func mediaType(t string) string {
	base, _, err := mime.ParseMediaType(t)
	if err != nil || !strings.Contains(base, "/") {
		return ""
	}
	return base
}

// direction is the writing direction of a language by its BCP 47 tag.
func direction(language string) string {
	primary, rest, _ := strings.Cut(strings.ToLower(language), "-")
	if strings.HasPrefix(rest, "latn") {
		return "ltr"
	}
	switch primary {
	case "ar", "fa", "ur", "he", "iw", "ps", "sd", "ug", "ckb", "yi", "dv", "arz", "ary", "syr":
		return "rtl"
	}
	return "ltr"
}

var htmlEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// escapeHTML makes HTML of plain text that stands between tags.
func escapeHTML(t string) string { return htmlEscaper.Replace(t) }
