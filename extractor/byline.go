package extractor

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"nashra/internal/arabic"
)

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
	// What is said in the text is sought only where nothing else says it.
	lists := []func() []string{func() []string { return x.Entry.Authors }}
	if d := x.page; d != nil {
		lists = append(lists,
			func() []string { return d.structured.authors },
			func() []string {
				return []string{d.layout.head.first("author", "article:author", "dc.creator", "parsely-author", "sailthru.author")}
			},
			func() []string { return []string{d.layout.author()} },
			func() []string { return []string{d.layout.credited()} })
	}
	names := x.names()
	for _, list := range lists {
		var found []string
		for _, raw := range list() {
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

// creditWords begin a line that names the author, as keys.
var creditWords = keyList("كتب", "كتبت", "بقلم", "إعداد", "تحرير", "ترجمة", "by", "written by", "نویسنده", "מאת")

// Where a line of credit is looked for, in runs from the title on, the most
// words of the line and of the name with its word of credit, and those of a
// line without a mark between both.
const (
	creditRunsBefore = 2
	creditRunsAfter  = 8
	maxCreditLine    = 16
	maxCreditedName  = 6
	maxBareCredit    = 4
)

// credited is the name behind a word of credit near the title, "" where there
// is none. Word and name may stand in elements of their own.
func (l *layout) credited() string {
	if l.title < 0 {
		return ""
	}
	for i := max(0, l.title-creditRunsBefore); i < min(int32(len(l.runs)), l.title+creditRunsAfter); i++ {
		r := &l.runs[i]
		if i == l.title || r.words > maxCreditLine {
			continue
		}
		for t := r.first; t < r.last; t++ {
			text := oneLine(l.texts[t].Data)
			key := arabic.Key(text)
			for _, word := range creditWords {
				rest, ok := strings.CutPrefix(key, word)
				switch {
				case !ok, rest != "" && rest[0] != ' ':
				case rest == "" && t+1 < r.last:
					if name := oneLine(l.texts[t+1].Data); isName(name) {
						return name
					}
				case isName(text) && (r.words <= maxBareCredit || strings.ContainsAny(text, ":-/–")):
					return text
				}
			}
		}
	}
	return ""
}

// isName reports whether a text may be a name, with a word of credit or
// without: a few words without a digit.
func isName(s string) bool {
	n := arabic.Words(s)
	return n > 0 && n <= maxCreditedName && !strings.ContainsAny(s, "0123456789٠١٢٣٤٥٦٧٨٩.؟!،")
}
