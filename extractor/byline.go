package extractor

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

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
		head := &d.layout.head
		lists = append(lists,
			func() []string { return d.structured.authors },
			func() []string { return []string{head.first("author")} },
			func() []string { return []string{head.first("article:author")} },
			func() []string {
				return []string{head.first("dc.creator", "dcterms.creator", "parsely-author", "sailthru.author")}
			},
			d.layout.authors,
			func() []string { return []string{d.layout.credited(), d.layout.besideDate()} },
			func() []string { return []string{creditInTitle(head.first("og:title")), creditInTitle(head.title)} })
	}
	lists = append(lists, func() []string { return []string{creditInTitle(x.Entry.Title)} })
	for _, list := range lists {
		var found []string
		for _, raw := range list() {
			if name := x.author(raw); name != "" && !slices.Contains(found, name) {
				found = append(found, name)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// author is the name in what is said of an author, "" where nobody is named.
func (x *extraction) author(raw string) string {
	if strings.Contains(raw, "://") {
		return ""
	}
	raw = bylineLead.ReplaceAllString(strings.TrimLeft(oneLine(raw), " -–—|•·●:"), "")
	raw = withoutPlace(bylineEnd.ReplaceAllString(raw, ""))
	name := arabic.Byline(raw, x.names()...)
	if accounts[arabic.Key(name)] {
		return ""
	}
	if _, dated := arabic.Date(name, nil, x.At); dated {
		return "" // a line that only begins like a byline
	}
	return x.withoutSiteName(name)
}

// withoutSiteName is a byline without the site's name behind a separator, ""
// where it names the site alone: by a name of its, also with more behind a
// separator, or by the one word that its host is called. A person's site may
// have a person's name.
func (x *extraction) withoutSiteName(byline string) string {
	if !strings.Contains(byline, " ") {
		if x.isSite(byline) {
			return ""
		}
		return byline
	}
	for _, separator := range titleSeparators {
		switch first, rest, ok := strings.Cut(byline, separator); {
		case !ok:
		case x.isSite(first):
			return ""
		case x.isSite(rest):
			return first
		}
	}
	return byline
}

// bylineLead stands before a name: what Latin script has for it, and a label
// of one or two words in whatever language.
var bylineLead = regexp.MustCompile(`^(?i)(?:(?:written|posted|reported|published|story|words) )?by[: ]\s*|^(?:\S+ )?\S+ ?[:：] *`)

// bylineEnd is what stands behind a name: whom the author works for and as
// what, the date.
var bylineEnd = regexp.MustCompile(`(?i)\s+(?:[|•·●]|(?:last )?updated\b|published\b|posted\b|on \w+ \d).*$|, (?:(?:senior|staff|chief|contributing|special|guest|political|business|sports|news) )*(?:writer|reporter|editor|correspondent|contributor|columnist|author)$`)

// accounts are what content systems call an author who has no name, as keys.
var accounts = keySet("administrator", "super user", "webmaster", "editor", "root", "user", "author", "staff", "guest", "unknown",
	"ادمن", "أدمن", "الإدارة", "مدير الموقع", "إدارة الموقع", "المحرر", "محرر", "محرر الموقع", "المشرف", "مشرف", "كاتب")

// withoutPlace is a byline without the dateline that newspapers print before the
// name: «القاهرة - علي حسن».
func withoutPlace(s string) string {
	for _, separator := range []string{" - ", " – ", " — ", "- ", ": ", " / ", "/"} {
		place, name, ok := strings.Cut(s, separator)
		if !ok {
			continue
		}
		switch {
		case places[arabic.Key(place)] && name != "":
			return strings.TrimSpace(name)
		case places[arabic.Key(name)] && place != "":
			return strings.TrimSpace(place)
		}
	}
	return s
}

// places are where Arabic newspapers have their correspondents, as keys.
var places = keySet("القاهرة", "الإسكندرية", "الجيزة", "الرياض", "جدة", "مكة", "مكة المكرمة", "المدينة المنورة", "الدمام", "أبها", "تبوك", "جازان", "نجران", "حائل", "بريدة", "الطائف", "الأحساء",
	"أبوظبي", "أبو ظبي", "دبي", "الشارقة", "عجمان", "رأس الخيمة", "الفجيرة", "العين", "الدوحة", "المنامة", "الكويت", "مسقط", "صلالة", "صنعاء", "عدن", "تعز", "مأرب", "المكلا",
	"بغداد", "البصرة", "الموصل", "أربيل", "كركوك", "السليمانية", "النجف", "كربلاء", "دمشق", "حلب", "حمص", "إدلب", "بيروت", "طرابلس", "صيدا", "صور", "عمان", "إربد", "الزرقاء",
	"القدس", "القدس المحتلة", "غزة", "رام الله", "نابلس", "الخليل", "جنين", "الناصرة", "حيفا", "تل أبيب", "بنغازي", "مصراتة", "سبها", "تونس", "صفاقس", "سوسة", "الجزائر", "وهران", "قسنطينة",
	"الرباط", "الدار البيضاء", "مراكش", "فاس", "طنجة", "أكادير", "نواكشوط", "الخرطوم", "أم درمان", "بورتسودان", "مقديشو", "جيبوتي", "طهران", "أنقرة", "إسطنبول", "لندن", "باريس", "برلين",
	"جنيف", "بروكسل", "روما", "مدريد", "موسكو", "كييف", "واشنطن", "نيويورك", "بكين", "نيودلهي", "إسلام أباد", "كابول", "وكالات", "عواصم", "عواصم - وكالات")

// Where an author is looked for in the text, in runs from the title on, and the
// most words of a byline there.
const (
	authorRunsBefore = 3
	authorRunsAfter  = 12
	maxByline        = 10
)

// authors are the names in the elements that are marked as the author's, those
// near the title first, else the first on the page.
func (l *layout) authors() []string {
	far := ""
	for i := range l.elems {
		e := &l.elems[i]
		near := l.title >= 0 && e.run >= l.title-authorRunsBefore && e.run <= l.title+authorRunsAfter
		if !near && !e.marked && e.hint != hintDeck && e.hint != hintAside {
			continue
		}
		sure := isAuthor(e.node)
		if !sure && (!near || (e.hint != hintDeck && e.hint != hintAside || !namedAuthor(attr(e.node, "class"))) && !leadsToAuthor(e.node)) {
			continue
		}
		t := authorIn(e.node)
		if t == "" || len(strings.Fields(t)) > maxByline || !sure && !isName(bylineEnd.ReplaceAllString(bylineLead.ReplaceAllString(t, ""), "")) {
			continue
		}
		if near {
			return []string{t}
		}
		if sure && far == "" {
			far = t
		}
	}
	return []string{far}
}

// authorIn is the text of an element that is marked as the author's: the name
// alone where that is marked in it.
func authorIn(n *html.Node) string {
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && attr(c, "itemprop") == "name" {
			if c.DataAtom == atom.Meta {
				return attr(c, "content")
			}
			return flatText(c)
		}
	}
	return flatText(n)
}

func isAuthor(n *html.Node) bool {
	for _, a := range n.Attr {
		switch a.Key {
		case "rel", "itemprop":
			if a.Val == "author" {
				return true
			}
		case "property":
			switch term(a.Val) {
			case "author", "creator", "foaf:name":
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

// namedAuthor reports whether a class has a name with the word author, byline
// or writer in it, and nothing that speaks of what else there is to an author.
func namedAuthor(class string) bool {
	for name := range strings.FieldsSeq(strings.ToLower(class)) {
		if (strings.Contains(name, "author") || strings.Contains(name, "byline") || strings.Contains(name, "writer") || name == "auther") && !aboutAuthor.MatchString(name) {
			return true
		}
	}
	return false
}

var aboutAuthor = regexp.MustCompile(`bio|box|im(?:g|age)|avatar|photo|pic|more|list|posts|related|desc|title|social|follow|comment|meta|date|icon|role|job|count|about|other|s$`)

// leadsToAuthor reports a link to what an author wrote.
func leadsToAuthor(n *html.Node) bool {
	return n.DataAtom == atom.A && authorPath.MatchString(attr(n, "href"))
}

var authorPath = regexp.MustCompile(`(?i)/(?:authors?|writers?|journalists?|columnists?|contributors?|reporters?|kottab|kuttab|كاتب|كتاب|الكاتب|الكتاب|%D9%83%D8%A7%D8%AA%D8%A8)/[^/]`)

// term is the name of a property without its vocabulary: schema.org's, and for
// content systems' own ones the prefix that everyone gives them is kept.
func term(property string) string {
	property = strings.ToLower(strings.TrimSpace(property))
	for _, vocabulary := range []string{"schema:", "http://schema.org/", "https://schema.org/", "dc:", "dcterms:"} {
		if name, ok := strings.CutPrefix(property, vocabulary); ok {
			return name
		}
	}
	return property
}
