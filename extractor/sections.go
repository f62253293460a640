package extractor

import (
	"slices"
	"strings"

	"nashra/internal/arabic"
)

// Keys of short lines that begin what stands below an article: who wrote it,
// what readers said, what else there is. Unlike the phrases of furniture that
// cleaning knows, they take with them what follows. sectionLines are whole
// lines, sectionStarts beginnings of lines.
var (
	sectionLines = keySet(
		"التعليقات", "تعليقات", "مرتبط", "المزيد", "المزيد من الأخبار", "المزيد من المواضيع", "المزيد من المقالات", "أخبار أخرى", "مواضيع أخرى",
		"مقالات أخرى", "آخر الأخبار", "أحدث الأخبار", "الأكثر قراءة", "الأكثر مشاهدة", "الوسوم", "وسوم", "كلمات دلالية", "كلمات مفتاحية",
		"الكلمات المفتاحية", "تاجات", "معجب بهذه", "الأخبار ذات الصلة", "ذات صلة", "شارك", "مشاركة", "شاركها", "حول الكاتب", "عن الكاتبة",
		"نظرات", "نظر شما", "برچسب ها", "برچسبها", "مطالب مرتبط", "اخبار مرتبط", "تبصرے", "متعلقہ خبریں", "مزید پڑھیں", "תגובות", "כתבות נוספות",
		"comments", "tags", "topics", "related", "read next", "up next", "more stories", "more news", "more on this story", "recommended",
		"follow us", "post navigation", "filed under", "share", "share this", "you may also like", "popular posts", "recent posts", "latest posts",
		"latest news", "article sources", "what to read next", "trending now", "sources", "newsletter", "advertisement",
	)
	sectionStarts = keyList(
		"عن الكاتب", "نبذة عن الكاتب", "عن المؤلف", "السيرة الذاتية للكاتب", "بقلم", "كاتب المقال", "هل أعجبك", "أعجبك الموضوع", "أعجبك المقال",
		"أضف تعليق", "إضافة تعليق", "اترك تعليق", "اكتب تعليق", "شاركنا رأيك", "شارك برأيك", "تعليقات القراء", "تعليقات الزوار",
		"مواضيع ذات صلة", "مواضيع متعلقة", "مواضيع مشابهة", "موضوعات ذات صلة", "موضوعات متعلقة", "أخبار ذات صلة", "أخبار متعلقة",
		"مقالات ذات صلة", "مقالات مشابهة", "مقالات متعلقة", "قد يهمك أيضا", "قد يعجبك أيضا", "شارك الموضوع", "شارك هذا الموضوع", "شارك المقال", "شارك الخبر",
		"درباره نویسنده", "ارسال نظر", "دیدگاه خود",
		"about the author", "about author", "related articles", "related posts", "related stories", "related topics", "related content", "related news",
		"leave a comment", "leave a reply", "share this article", "share this story", "you might also like", "recommended for you",
	)
)

func keyList(phrases ...string) []string {
	for i, s := range phrases {
		phrases[i] = arabic.Key(s)
	}
	return phrases
}

func keySet(phrases ...string) map[string]bool {
	set := map[string]bool{}
	for _, s := range phrases {
		set[arabic.Key(s)] = true
	}
	return set
}

// maxSectionWords is the most words of such a line.
const maxSectionWords = 7

// The most prose that may follow such a line, against what stands before: an
// article has none in its middle, but a long one may have a heading that reads
// like it. More may follow what is less likely to be a heading.
const (
	maxAfterLabel    = 0.35
	maxAfterNote     = 1
	maxAfterComments = 1.5
)

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
		if p.drop[j] && !p.f.author(r) {
			continue
		}
		if before > 0 && (p.startsSection(j, (all-before)/before) || p.republisher(j)) {
			for ; j < len(runs); j++ {
				if !p.f.namesOrigin(&runs[j]) {
					p.drop[j] = true
				}
			}
			return
		}
		before += max(0, r.worth)
	}
}

// startsSection reports whether run j begins such a section, where so much
// prose follows against what stands before.
func (p *pruner) startsSection(j int, follows float64) bool {
	if follows > maxAfterComments {
		return false
	}
	r := &p.runs()[j]
	apart := j > 0 && p.f.elems[p.runs()[j-1].elem].parent != p.f.elems[r.elem].parent
	if r.words <= maxSectionWords {
		switch {
		case p.f.startsComments(r),
			follows <= maxAfterNote && apart && p.f.author(r),
			follows <= maxAfterLabel && (p.f.labelsSection(r) || p.f.author(r)):
			return true
		}
	}
	switch {
	case follows > maxAfterNote:
		return false
	case r.colon && p.f.siteNote(r), apart && r.words <= maxBio && p.f.bio(r):
		return true
	case follows > maxAfterLabel:
		return false
	}
	return p.f.siteNote(r) || r.words <= maxRights && p.f.rights(r)
}

// commentStarts are keys of lines below which readers speak, numbers aside.
var commentStarts = keySet("comments", "comment", "thoughts on", "thought on", "responses to", "response to", "replies to", "leave a comment", "leave a reply",
	"join the conversation", "post a comment", "add a comment", "التعليقات", "تعليقات", "تعليق", "أضف تعليق", "أضف تعليقا", "اترك تعليقا", "اترك ردا", "نظرات", "דעות", "תגובות", "تبصرے")

// stops reports whether a run ends in a full stop.
func (l *layout) stops(r *run) bool {
	return strings.HasSuffix(strings.TrimSpace(l.raw(r)), ".")
}

// startsComments reports whether a line stands above readers' comments: it is
// one of commentStarts, or a number and one of them and, in English, the title.
func (l *layout) startsComments(r *run) bool {
	key := l.key(r)
	bare := strings.Trim(key, "0123456789 ")
	if commentStarts[bare] {
		return !l.stops(r)
	}
	count, rest, _ := strings.Cut(key, " ")
	if !isNumber(count) && count != "one" {
		return false
	}
	for start := range commentStarts {
		if strings.HasSuffix(start, "on") || strings.HasSuffix(start, "to") {
			if strings.HasPrefix(rest, start+" ") {
				return true
			}
		}
	}
	return false
}

// author reports whether a run is the name of an author and nothing else: below
// an article it stands above what there is to say of them.
func (f *finder) author(r *run) bool {
	return r.words >= 2 && r.words <= maxSectionWords && !r.colon && slices.Contains(f.authors, f.key(r))
}

// maxBio is the most words of what a site says of an author.
const maxBio = 80

// bioWords are keys that follow an author's name in what a site says of them.
var bioWords = keyList("is a", "is an", "is the", "is", "was", "has", "covers", "reports", "writes", "writer", "can be reached", "joined", "contributed", "كاتب", "كاتبه",
	"صحفي", "صحفيه", "صحافي", "صحافيه", "باحث", "باحثه", "اعلامي", "اعلاميه", "روائي", "مدون", "استاذ", "محرر", "محرره")

// bio reports whether a run says who an author is. Where it stands among the
// paragraphs it is theirs.
func (f *finder) bio(r *run) bool {
	if len(f.authors) == 0 || r.heading > 0 {
		return false
	}
	key := f.key(r)
	return slices.ContainsFunc(f.authors, func(author string) bool {
		rest, ok := strings.CutPrefix(key, author)
		rest, parted := strings.CutPrefix(rest, " ")
		return ok && parted && strings.Contains(author, " ") && slices.ContainsFunc(bioWords, func(w string) bool { return beginsKey(rest, w) })
	})
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
	key := f.key(r)
	return slices.ContainsFunc(noteWords, func(w string) bool { return holdsKey(key, w) }) &&
		slices.ContainsFunc(f.names, func(name string) bool { return holdsKey(key, name) })
}

// Keys of what a republisher writes over and in its note. One in a paragraph
// cleaning finds by itself (rule R); one in several lines it would read apart.
var (
	splitNoteLabels  = keyList("ملحوظة", "ملاحظة", "تنويه", "تنبيه")
	splitNotePhrases = keyList("منقول", "ولا نتحمل", "لا نتحمل", "في مصدره", "مصدره الأصلي", "شكرا لزيارتكم")
)

// maxNoteRuns is the most lines of such a note.
const maxNoteRuns = 6

// republisher reports whether run j labels a note, with a colon at its end,
// of which the last lines of the body are the text.
func (p *pruner) republisher(j int) bool {
	runs := p.runs()
	if !runs[j].colon {
		return false
	}
	key := p.f.key(&runs[j])
	if !slices.ContainsFunc(splitNoteLabels, func(s string) bool { return len(key) > len(s) && beginsKey(key, s) }) {
		return false
	}
	found, left := 0, 0
	for k := j + 1; k < len(runs) && left <= maxNoteRuns; k++ {
		if p.drop[k] {
			continue
		}
		left++
		text := p.f.key(&runs[k])
		for _, s := range splitNotePhrases {
			if holdsKey(text, s) {
				found++
			}
		}
	}
	return found >= 2 && left <= maxNoteRuns
}

// labelsSection reports whether a line is a label or begins with one.
func (l *layout) labelsSection(r *run) bool {
	key := l.key(r)
	return (sectionLines[key] || slices.ContainsFunc(sectionStarts, func(s string) bool { return beginsKey(key, s) })) && !l.stops(r)
}

// namesOrigin reports whether a line names the article's source, which
// cleaning reads.
func (l *layout) namesOrigin(r *run) bool {
	key := l.key(r)
	return strings.HasPrefix(key, "المصدر") || strings.HasPrefix(key, "مصدر الخبر")
}

// maxRights is the most words of such a line.
const maxRights = 45

// rights reports whether a line reserves the publisher's rights or asks for
// consent to cookies.
func (l *layout) rights(r *run) bool {
	if strings.HasPrefix(strings.TrimSpace(l.raw(r)), "©") {
		return true
	}
	key := l.key(r)
	return strings.HasPrefix(key, "copyright") || strings.Contains(key, "all rights reserved") ||
		strings.Contains(key, "cookies") && strings.Contains(key, "privacy") ||
		strings.Contains(key, "ملفات تعريف الارتباط") && strings.Contains(key, "الخصوصيه") ||
		strings.Contains(key, "حقوق محفوظه") || strings.Contains(key, "الحقوق محفوظه") || strings.Contains(key, "حقوق النشر محفوظه")
}
