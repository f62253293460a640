package extractor

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html/atom"

	"nashra/internal/arabic"
)

// The least that the text of an article is worth, about its letters: with the
// page's title in sight, without, where names had to be passed over to find any
// text, and on a page that does not look like an article's.
const (
	minWorth         = 40
	minWorthUntitled = 120
	minWorthUnnamed  = 160
	minWorthDoubtful = 500
)

// article reports whether element at holds enough prose for an article, and
// not the beginnings of many.
func (f *finder) article(at int32) bool {
	least := float64(minWorthUntitled)
	switch {
	case f.doubtful:
		least = minWorthDoubtful
	case f.unnamed:
		least = minWorthUnnamed
	case f.title >= 0:
		least = minWorth
	}
	return f.elems[at].worth >= least && (f.announced() || !f.listing(at)) && !f.banner(at)
}

// banner reports whether most of what element at says asks the reader to agree
// to cookies.
func (f *finder) banner(at int32) bool {
	asks := 0.0
	for i := f.elems[at].run; i < f.elems[at].runEnd; i++ {
		if r := &f.runs[i]; r.worth > 0 && mayHold(f.raw(r), "cookies", "Cookies", "ملفات تعريف الارتباط") && mayHold(f.raw(r), consentWords...) {
			asks += r.worth
		}
	}
	return asks > f.elems[at].worth/2
}

// consentWords are what such a banner says of cookies, as it is written.
var consentWords = []string{"We ", "we use", "our ", "consent", "agree", "Accept", "accept", "privacy", "Privacy", "نستخدم", "توافق", "موافق", "الخصوصية"}

// announced reports whether something says that the page is an article: the
// page itself, or an entry whose title it shows. A round-up of links or a live
// blog may look like a list of articles.
func (f *finder) announced() bool {
	return f.head.first("og:type") == "article" || f.titles[0] != "" && f.title >= 0
}

// Titles of pages that are no articles: whole ones, or parts beside the site's
// name.
var otherTitles = keySet("404", "404 not found", "error 404", "404 error", "not found", "page not found", "404 page not found", "error", "access denied", "forbidden",
	"403 forbidden", "just a moment", "attention required", "are you a robot", "login", "log in", "sign in", "register", "subscribe", "search results",
	"خطأ", "خطأ 404", "404 خطأ", "الصفحة غير موجودة", "صفحة غير موجودة", "الصفحة المطلوبة غير موجودة", "غير موجود", "لم يتم العثور على الصفحة", "تسجيل الدخول", "تسجيل دخول",
	"دخول", "إنشاء حساب", "تسجيل", "نتائج البحث", "اتصل بنا", "من نحن", "سياسة الخصوصية", "صفحه یافت نشد", "ورود")

// doubtful reports whether a page looks like none of an article: its title says
// that it is an error, a login or the like, or it is a site's first page and no
// entry led to it.
func (l *layout) doubtful(page *url.URL, entry bool) bool {
	switch strings.ToLower(strings.Trim(page.Path, "/")) {
	case "", "index.html", "index.php", "ar", "en":
		if !entry && page.Host != "" && page.RawQuery == "" && l.head.first("og:type") != "article" {
			return true
		}
	}
	return slices.ContainsFunc(append(titleParts(l.head.title), titleParts(l.h1())...), func(part string) bool { return otherTitles[arabic.Key(part)] })
}

// titleParts are a title and, where a separator stands in it, its first and
// last part.
func titleParts(title string) []string {
	parts := []string{title}
	for _, separator := range titleSeparators {
		if first, last := strings.Index(title, separator), strings.LastIndex(title, separator); first >= 0 {
			parts = append(parts, title[:first], title[last+len(separator):])
		}
	}
	return parts
}

// Limits of a list of articles' beginnings: how many, and how much of the text
// they hold.
const (
	minListed   = 3
	listedShare = 0.7
)

// listing reports whether element at holds the beginnings of several articles:
// elements of one kind, each with prose under a heading that is a link to
// another page of the site.
func (f *finder) listing(at int32) bool {
	type row struct {
		parent int32
		tag    atom.Atom
	}
	count, worth := map[row]int{}, map[row]float64{}
	for i := at + 1; i < f.elems[at].end; i++ {
		e := &f.elems[i]
		if !e.block || e.worth < minWorth || !f.headedByLink(e) {
			continue
		}
		if f.title >= e.run && f.title < e.runEnd {
			return false
		}
		r := row{e.parent, e.node.DataAtom}
		count[r]++
		worth[r] += e.worth
		if count[r] >= minListed && worth[r] >= listedShare*f.elems[at].worth {
			return true
		}
	}
	return false
}

// headedByLink reports whether the first line of e that is a heading, among its
// first few, is a link within the site.
func (f *finder) headedByLink(e *elem) bool {
	for i := e.run; i < min(e.runEnd, e.run+maxCardRuns/2); i++ {
		if r := &f.runs[i]; r.heading > 0 {
			return r.linked*2 > r.letters && f.staysOnSite(r)
		}
	}
	return false
}
