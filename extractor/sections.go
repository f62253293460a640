package extractor

import (
	"slices"
	"strings"

	"nashra/internal/arabic"
)

// sectionStarts are keys of short lines that begin what stands below an
// article: who wrote it, what readers said, what else there is. Unlike the
// phrases of furniture that cleaning knows, they take with them what follows.
var sectionStarts = []string{
	"عن الكاتب", "نبذه عن الكاتب", "عن المؤلف", "السيره الذاتيه للكاتب", "بقلم", "كاتب المقال", "هل اعجبك الموضوع", "هل اعجبك المقال", "اعجبك الموضوع",
	"اضف تعليق", "اضافه تعليق", "اترك تعليق", "اكتب تعليق", "شاركنا رايك", "شارك برايك", "التعليقات", "تعليقات القراء", "تعليقات الزوار", "تعليقات",
	"مواضيع ذات صله", "مواضيع متعلقه", "مواضيع مشابهه", "موضوعات ذات صله", "موضوعات متعلقه", "اخبار ذات صله", "اخبار متعلقه", "مقالات ذات صله",
	"مقالات مشابهه", "المزيد من الاخبار", "المزيد من", "اخبار اخرى", "مواضيع اخرى", "قد يهمك ايضا", "قد يعجبك ايضا", "اخر الاخبار", "الاكثر قراءه",
	"شارك الموضوع", "شارك هذا الموضوع", "شارك المقال", "شارك الخبر", "معجب بهذه", "مرتبط", "الوسوم", "كلمات دلاليه", "كلمات مفتاحيه", "تاجات",
	"درباره نویسنده", "نظرات", "نظر شما", "ارسال نظر", "مطالب مرتبط", "اخبار مرتبط", "برچسب ها", "برچسبها",
	"about the author", "about author", "related articles", "related posts", "related stories", "related topics", "related content", "related news",
	"leave a comment", "leave a reply", "comments", "share this", "share on", "you may also like", "you might also like", "more from", "more stories",
	"more on this", "recommended for you", "read next", "up next", "what to read next", "sign up for", "subscribe to our", "tags", "filed under", "recent posts",
	"latest posts", "latest news", "popular posts", "follow us", "post navigation",
}

// maxSectionWords is the most words of such a line.
const maxSectionWords = 7

// maxSectionShare is the most prose that may follow it, against what stands
// before: an article has no such line in its middle, but a long one may have a
// heading that reads like it.
const maxSectionShare = 0.35

// sections drops what follows the first line that begins such a section.
func (p *pruner) sections() {
	runs := p.runs()
	var all, before float64
	for j := range runs {
		if !p.drop[j] {
			all += max(0, runs[j].worth)
		}
	}
	for j := range runs {
		r := &runs[j]
		if p.drop[j] {
			continue
		}
		late := before > 0 && all-before <= maxSectionShare*before
		if late && r.words <= maxSectionWords && startsSection(p.f.text(r)) ||
			(late || before > 0 && all-before <= before && r.colon) && p.f.siteNote(r) {
			for ; j < len(runs); j++ {
				if !namesOrigin(p.f.text(&runs[j])) {
					p.drop[j] = true
				}
			}
			return
		}
		before += max(0, r.worth)
	}
}

// noteWords are keys of what a site says to its readers below an article.
var noteWords = []string{
	"ملحوظه", "ملاحظه", "تنويه", "تعليقات", "تعليقاتكم", "تعليقك", "تعليقكم", "التعليقات", "زيارتكم", "زيارتك", "متابعتكم", "متابعتك", "موقعنا", "تطبيقنا",
	"نشرتنا", "نشرتك", "comments", "newsletter", "visiting", "subscribe", "subscribers",
}

// siteNote reports whether a run, late in the article, is the site's own word
// to its readers: it names the site and has a word of such notes.
func (f *finder) siteNote(r *run) bool {
	if r.heading > 0 {
		return false
	}
	key := " " + arabic.Key(f.raw(r)) + " "
	if !slices.ContainsFunc(noteWords, func(w string) bool { return strings.Contains(key, " "+w+" ") }) {
		return false
	}
	return slices.ContainsFunc(f.names, func(name string) bool { return strings.Contains(key, " "+name+" ") })
}

func startsSection(text string) bool {
	if strings.HasSuffix(text, ".") {
		return false
	}
	key := arabic.Key(text)
	for _, s := range sectionStarts {
		if rest, ok := strings.CutPrefix(key, s); ok && (rest == "" || rest[0] == ' ') {
			return true
		}
	}
	return false
}

// namesOrigin reports whether a line names the article's source, which
// cleaning reads.
func namesOrigin(text string) bool {
	key := arabic.Key(text)
	return strings.HasPrefix(key, "المصدر") || strings.HasPrefix(key, "مصدر الخبر")
}

// maxRights is the most words of a line that reserves rights.
const maxRights = 45

// rights reports whether a line reserves the publisher's rights.
func rights(text string) bool {
	if strings.HasPrefix(text, "©") {
		return true
	}
	key := arabic.Key(text)
	return strings.HasPrefix(key, "copyright") || strings.Contains(key, "all rights reserved") ||
		strings.Contains(key, "حقوق محفوظه") || strings.Contains(key, "الحقوق محفوظه") || strings.Contains(key, "حقوق النشر محفوظه")
}
