package extractor

import (
	"strings"
	"time"
	"unicode"

	"nashra/internal/arabic"
)

// creditWords begin a line that names the author, as keys; labelWords do so
// only where a mark parts them from the name.
var (
	creditWords = keyList("كتب", "كتبت", "كتبها", "كتبه", "بقلم", "إعداد", "تحرير", "ترجمة", "حاوره", "حاورها", "حاورته", "by", "written by", "posted by", "story by", "words by", "نویسنده", "به قلم", "خبرنگار", "מאת")
	labelWords  = keyList("حوار", "تقرير", "تحقيق", "متابعة", "أجرى الحوار", "أجرت الحوار", "بواسطة", "نشر بواسطة", "نشرت بواسطة", "الكاتب", "اسم الكاتب", "المحرر", "المراسل", "الصحفي", "author", "reporter", "رپورٹ", "تحریر", "כתב")
)

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
			rest, bare := credit(text)
			switch {
			case rest == "" && !bare:
			case rest == "" && t+1 < r.last:
				if name := oneLine(l.texts[t+1].Data); isName(name) {
					return name
				}
			case rest == "" && i+1 < int32(len(l.runs)):
				if next := &l.runs[i+1]; next.words <= maxCreditedName {
					if name := l.text(next); isName(name) {
						return name
					}
				}
			case !isName(rest):
			case !bare || arabic.Words(text) <= maxBareCredit && (r.words <= maxBareCredit || r.digits > 2 && !r.ends):
				return rest
			}
		}
	}
	return ""
}

// creditMarks part a word of credit from the name.
const creditMarks = " :-/–—ـ"

// besideDate is a name that stands alone beside the date near the title. Only
// Latin script tells a name from the name of a section, by its capitals and
// where it is no link.
func (l *layout) besideDate() string {
	if l.title < 0 {
		return ""
	}
	first, last := max(0, l.title-creditRunsBefore), min(int32(len(l.runs)), l.title+creditRunsAfter)
	for i := first; i < last; i++ {
		r := &l.runs[i]
		if i == l.title || r.digits < 3 || r.words > maxCreditLine || r.ends || r.linked > 0 {
			continue
		}
		if _, ok := arabic.Date(l.text(r), nil, time.Time{}); !ok {
			continue
		}
		for t := r.first; t < r.last; t++ {
			if name := oneLine(l.texts[t].Data); isCapitalName(name) {
				return name
			}
		}
		for _, beside := range []int32{i - 1, i + 1} {
			if beside >= first && beside < last && beside != l.title && l.runs[beside].heading == 0 && l.runs[beside].linked == 0 && l.runs[beside].words <= maxBareCredit {
				if name := l.text(&l.runs[beside]); isCapitalName(name) {
					return name
				}
			}
		}
	}
	return ""
}

// isCapitalName reports two to four words that all begin with a capital and go
// on in small letters, or are initials.
func isCapitalName(s string) bool {
	words := strings.Fields(s)
	if len(words) < 2 || len(words) > maxBareCredit || !isName(s) {
		return false
	}
	for _, word := range words {
		r := []rune(word)
		if !unicode.IsUpper(r[0]) || len(r) > 1 && r[1] != '.' && r[1] != '\'' && !unicode.IsLower(r[1]) {
			return false
		}
	}
	return !notNames[arabic.Key(words[0])] && !sectionWords[arabic.Key(words[len(words)-1])]
}

var (
	notNames     = keySet("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "updated", "published", "posted", "last", "min", "the", "how", "what", "all")
	sectionWords = keySet("news", "world", "reviews", "review", "blog", "articles", "article", "tips", "guide", "guides", "read", "comments", "comment", "views", "share", "stories", "post", "posts", "updated", "ago", "insights", "team", "office", "hits", "industry", "technology", "business")
)

// credit is what stands behind a word of credit at the beginning of a line; bare
// reports that no mark parts both, or that nothing follows.
func credit(line string) (rest string, bare bool) {
	key := arabic.Key(line)
	for i, list := range [][]string{creditWords, labelWords} {
		for _, word := range list {
			if !beginsKey(key, word) {
				continue
			}
			at := behindWords(line, strings.Count(word, " ")+1)
			rest := strings.TrimLeft(line[at:], creditMarks)
			marked := strings.ContainsAny(line[at:len(line)-len(rest)], creditMarks[1:])
			if rest == "" {
				return "", true
			}
			if i == 0 || marked {
				return rest, !marked
			}
		}
	}
	return "", false
}

// behindWords is where the first n words of s, of letters alone, end.
func behindWords(s string, n int) int {
	at := 0
	for ; n > 0; n-- {
		rest := strings.TrimLeft(s[at:], " ")
		at = len(s) - len(rest)
		end := strings.IndexAny(rest, creditMarks)
		if end < 0 {
			return len(s)
		}
		at += end
	}
	return at
}

// creditInTitle is the name at the end of a title that says who wrote: «يا موسى..
// بقلم: علي حسن».
func creditInTitle(title string) string {
	_, rest, ok := strings.Cut(title, " بقلم")
	if !ok {
		return ""
	}
	name := strings.TrimLeft(rest, creditMarks)
	if !strings.ContainsAny(rest[:len(rest)-len(name)], creditMarks[1:]) {
		return ""
	}
	for _, separator := range titleSeparators {
		name, _, _ = strings.Cut(name, separator)
	}
	if !isName(name) || arabic.Words(name) < 2 {
		return ""
	}
	return name
}

// isName reports whether a text may be a name: a few words without a digit, and
// no full stop but behind an initial or a short title.
func isName(s string) bool {
	n := arabic.Words(s)
	if n == 0 || n > maxCreditedName || strings.ContainsAny(s, "0123456789٠١٢٣٤٥٦٧٨٩؟!،") {
		return false
	}
	for word := range strings.FieldsSeq(s) {
		if head, _, ok := strings.Cut(word, "."); ok && len([]rune(head)) > 2 {
			return false
		}
	}
	return true
}
