package extractor

import (
	"regexp"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nashra/internal/arabic"
)

// dates are when the article was published and last changed, zero where
// nothing says so.
func (x *extraction) dates() (published, updated time.Time) {
	published, updated = x.sound(x.Entry.Published), x.sound(x.Entry.Updated)
	d := x.page
	if d == nil {
		return published, updated
	}
	head := &d.layout.head
	if published.IsZero() {
		candidates := []string{d.structured.published}
		for _, name := range publishedNames {
			candidates = append(candidates, head.first(name))
		}
		var said bool
		if published, said = x.firstDate(candidates...); !said {
			published, _ = x.firstDate(append(d.layout.times(), dateInPath(d.url.Path))...)
		}
	}
	if updated.IsZero() {
		updated, _ = x.firstDate(d.structured.modified, head.first("article:modified_time"), head.first("og:updated_time"), head.first("datemodified"))
	}
	return published, updated
}

// publishedNames are the meta elements that say when an article was published,
// the most trusted first.
var publishedNames = strings.Fields(`article:published_time og:published_time og:article:published_time article:published datepublished
	parsely-pub-date sailthru.date pubdate publishdate publish_date publish-date publication_date dc.date.issued dcterms.issued dc.date.created
	dcterms.created dcterms.date dc.date datecreated article.published article.created cxenseparse:publishtime
	cxenseparse:recs:publishtime publish-time publishtime article_date_original og:pubdate created issued date`)

var pathDate = regexp.MustCompile(`/((?:19|20)\d\d)[/-]([01]?\d)[/-]([0-3]?\d)(?:[/_-]|$)`)

// dateInPath is the date that many sites have in an article's address, "" where
// there is none.
func dateInPath(path string) string {
	m := pathDate.FindStringSubmatch(path)
	if m == nil {
		return ""
	}
	return m[1] + "-" + m[2] + "-" + m[3]
}

// firstDate is the first of candidates that is a date; said reports whether one
// is, be it too old to be true.
func (x *extraction) firstDate(candidates ...string) (date time.Time, said bool) {
	for _, s := range candidates {
		if s == "" {
			continue
		}
		if t, ok := arabic.Date(s, x.Subscription.Zone, x.At); ok {
			return x.sound(t), true
		}
	}
	return time.Time{}, false
}

// oldest is the first instant that is taken for a date of an article.
var oldest = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)

// sound is t, or the time of fetching where t lies over a day ahead of that,
// or zero where it is too old to be true.
func (x *extraction) sound(t time.Time) time.Time {
	switch {
	case t.Before(oldest):
		return time.Time{}
	case !x.At.IsZero() && t.After(x.At.Add(24*time.Hour)):
		return x.At.UTC()
	}
	return t.UTC()
}

// Dates in the text are looked for this many runs before and after the title.
const (
	dateRunsBefore = 4
	dateRunsAfter  = 8
	maxDates       = 5 // elements that are read
	maxDateWords   = 16

	labelledRunsBefore = 30 // what is called the date of publishing may stand higher
)

var dateLabel = regexp.MustCompile(`(?i)(?:تاريخ|تاریخ|نشر في|نُشر|published|posted|פורסם)[^\d٠-٩۰-۹]{0,20}[\d٠-٩۰-۹].*`)

// labelledDate is what stands behind a word for the date of publishing, "" where
// there is none.
func labelledDate(s string) string { return dateLabel.FindString(s) }

// times are texts that may be the date of publishing: what time elements and
// elements named for it say, then short runs around the title, then such
// elements above all that, where sites show the day of reading.
func (l *layout) times() []string {
	var near, far []string
	above := l.above()
	from := above - dateRunsBefore
	for i := range l.elems {
		e := &l.elems[i]
		value := ""
		switch {
		case e.node.DataAtom == atom.Time:
			value = attr(e.node, "datetime")
		case e.marked && isDate(e.node):
			value = attr(e.node, "content")
		default:
			continue
		}
		if value == "" {
			value = flatText(e.node)
		}
		if e.run >= from && len(near) < maxDates {
			near = append(near, value)
		} else if len(far) < maxDates {
			far = append(far, value)
		}
	}
	if above >= 0 {
		for i := max(0, from); i < min(int32(len(l.runs)), above+dateRunsAfter); i++ {
			if r := &l.runs[i]; i != l.title && r.digits >= 3 && r.words <= maxDateWords {
				near = append(near, l.text(r))
			}
		}
		for i := max(0, above-labelledRunsBefore); i < from; i++ {
			if r := &l.runs[i]; r.digits >= 5 && r.words <= maxDateWords {
				near = append(near, labelledDate(l.text(r)))
			}
		}
	}
	return append(near, far...)
}

// isDate reports an element that is marked as the date of publishing.
func isDate(n *html.Node) bool {
	for _, a := range n.Attr {
		if a.Key != "itemprop" && a.Key != "property" {
			continue
		}
		for name := range strings.FieldsSeq(a.Val) {
			switch term(name) {
			case "datepublished", "datecreated", "date", "created", "issued":
				return true
			}
		}
	}
	return false
}
