// Package disclaimer turns the facts that credit a partner into the note that
// stands under its article.
//
// The note is rendered as an article leaves the store, so that a changed
// template shows on every article at once. A template is plain text
// (text/template); its only markup is a link, [label](address). What is put
// into it comes from partners in part and is never read as markup: links are
// recognised in the template before any value is there, and values are escaped
// as they are written.
//
// Begin with [Parse]. The package decides nothing about what the values are:
// who is credited, and in what language a date is written, is the caller's.
package disclaimer

import (
	"errors"
	"fmt"
	"html"
	"net/url"
	"strings"
	"text/template"
	"unicode"
)

// Default is the template where none is configured.
const Default = `ملحوظة: هذا الخبر منشور نقلًا عن «{{.Source}}»` +
	`{{with .Origin}} (المصدر الأول: «{{.}}»){{end}} بمحتواه كما هو، ` +
	`ولا يعبّر عن وجهة نظر «{{.Site}}»، والمسؤولية عن مضمونه تقع على المصدر. [الخبر الأصلي]({{.Link}})`

// Values are what a template may speak of. All are plain text.
type Values struct {
	Source    string // name of the partner
	SourceURL string // its homepage
	Link      string // address of the original article
	Site      string // our own name
	Origin    string // whom the partner names as its source; empty where there is none or it is the partner
	Published string // date, in the site's language and time zone
}

// Note is a rendered disclaimer. Both forms are complete: nothing needs to be
// escaped or added.
type Note struct {
	HTML string // one aside element, also well-formed XML
	Text string // the sentence, and its links as label and address
}

// Template is a parsed template. It is safe for concurrent use.
type Template struct {
	t *template.Template
}

// Parse reads a template. A template that cannot be read, speaks of a variable
// that does not exist, fails with any of the values missing or gives no text is
// an error.
func Parse(text string) (*Template, error) {
	t, err := template.New("disclaimer").Parse(markLinks(text))
	if err != nil {
		return nil, fmt.Errorf("read the disclaimer's template: %w", err)
	}
	p := &Template{t}
	for _, v := range samples() {
		note, err := p.Render(v)
		if err != nil {
			return nil, err
		}
		if note.Text == "" {
			return nil, errors.New("the disclaimer's template gives no text")
		}
	}
	return p, nil
}

// samples are values of which every choice is filled in or not, so that each
// branch of a template is tried.
func samples() []Values {
	var list []Values
	for bits := range 1 << 6 {
		pick := func(bit int, s string) string {
			if bits&(1<<bit) == 0 {
				return ""
			}
			return s
		}
		list = append(list, Values{
			Source:    pick(0, "شريك"),
			SourceURL: pick(1, "https://partner.example/"),
			Link:      pick(2, "https://partner.example/1"),
			Site:      pick(3, "موقع"),
			Origin:    pick(4, "وكالة"),
			Published: pick(5, "١ يناير ٢٠٢٥"),
		})
	}
	return list
}

// Render puts v into the template. An address that is not http or https leaves
// its label as text.
func (t *Template) Render(v Values) (Note, error) {
	v = Values{
		Source: plain(v.Source), SourceURL: plain(v.SourceURL), Link: plain(v.Link),
		Site: plain(v.Site), Origin: plain(v.Origin), Published: plain(v.Published),
	}
	if v.Origin == v.Source {
		v.Origin = ""
	}
	var out strings.Builder
	if err := t.t.Execute(&out, v); err != nil {
		return Note{}, fmt.Errorf("fill in the disclaimer's template: %w", err)
	}
	var b, text strings.Builder
	for paragraph := range strings.SplitSeq(strings.ReplaceAll(out.String(), "\r\n", "\n"), "\n\n") {
		paragraph = strings.Join(strings.Fields(paragraph), " ")
		if paragraph == "" {
			continue
		}
		if text.Len() > 0 {
			text.WriteString("\n")
		}
		b.WriteString("<p>")
		writeParagraph(&b, &text, paragraph)
		b.WriteString("</p>")
	}
	return Note{HTML: opening(text.String()) + b.String() + "</aside>", Text: text.String()}, nil
}

// writeParagraph writes a paragraph with marked links to both forms.
func writeParagraph(b, text *strings.Builder, s string) {
	for s != "" {
		before, rest, found := strings.Cut(s, linkStart)
		before = printable(before)
		b.WriteString(html.EscapeString(before))
		text.WriteString(before)
		if !found {
			return
		}
		label, rest, ok := strings.Cut(rest, linkMiddle)
		address, after, ended := strings.Cut(rest, linkEnd)
		if !ok || !ended {
			// Half a link, left by a branch: its words stay.
			s = label + rest
			continue
		}
		s = after
		label, address = printable(label), printable(address)
		address, ok = webAddress(address)
		switch {
		case strings.TrimSpace(label) == "":
			// A value that is missing has nothing to link.
		case !ok:
			b.WriteString(html.EscapeString(label))
			text.WriteString(label)
		default:
			fmt.Fprintf(b, `<a href="%s" rel="noopener">%s</a>`, html.EscapeString(address), html.EscapeString(label))
			if strings.TrimSpace(after) == "" {
				fmt.Fprintf(text, "%s: %s", label, address)
			} else {
				fmt.Fprintf(text, "%s (%s)", label, address)
			}
		}
	}
}

// opening is the tag of the note. Its language is that of the templates this
// program is made for; one whose letters run from left to right is in another.
func opening(text string) string {
	right, left := 0, 0
	for _, r := range text {
		switch {
		case unicode.In(r, unicode.Arabic, unicode.Hebrew) && unicode.IsLetter(r):
			right++
		case unicode.IsLetter(r):
			left++
		}
	}
	if right == 0 && left > 0 {
		return `<aside class="disclaimer" dir="ltr">`
	}
	return `<aside class="disclaimer" dir="rtl" lang="ar">`
}

// webAddress is s as a link may have it; false where it is no http or https
// address.
func webAddress(s string) (string, bool) {
	s = strings.TrimSpace(s)
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return "", false
	}
	return strings.ReplaceAll(s, " ", "%20"), true
}

// Characters that stand for the brackets of a link from the template until the
// note is written. They are controls, which no value keeps.
const (
	linkStart  = "\x01"
	linkMiddle = "\x02"
	linkEnd    = "\x03"
)

// plain makes one line of a value, and takes out the controls that turn the
// direction of the text after them.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' {
			return -1
		}
		return r
	}, printable(s))
	return strings.Join(strings.Fields(s), " ")
}

// printable is s without what is no character of XML, and without the marks of
// links.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), r == '\ufffe', r == '\uffff':
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}
