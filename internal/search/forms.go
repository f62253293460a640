package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"nashra/internal/arabic"
)

// Arabic glues the article, conjunctions, prepositions and pronouns to a word,
// and counts and genders at its end. The words of the archive are indexed as
// they are written; a word of a query is sought in all the forms that this
// file knows of it. So no two words of the archive are ever taken for one, and
// a form that is exactly what was typed can be told from the others.
//
// A word is some prefix, a base and some suffix. The forms of a word are all
// that have a base in common with it. Everything here is in folding keys.

// affix is a prefix or suffix and how many letters the base beside it must
// have at least: the shorter a base, the more words only look like its forms.
type affix struct {
	letters string
	base    int
}

var prefixes = []affix{
	{"", 1},
	{"ال", 2}, {"وال", 2}, {"فال", 3}, {"بال", 2}, {"كال", 3}, {"لل", 2}, {"ولل", 2}, {"فلل", 3}, {"وبال", 2}, {"فبال", 3}, {"وكال", 3},
	{"و", 3}, {"ف", 4}, {"ب", 3}, {"ل", 3}, {"ك", 4},
	{"وب", 3}, {"ول", 3}, {"وك", 4}, {"فب", 4}, {"فل", 4},
}

// suffixes, of which -an, -un and -in need a longer base: لبنان is no two of
// لبن, عشرين not two of عشر.
var suffixes = map[string]int{
	"": 1, "ا": 3, "ه": 3, "ها": 3, "هم": 3, "هن": 4, "هما": 3, "نا": 3, "كم": 4,
	"ات": 3, "اته": 3, "اتها": 3, "اتهم": 3, "اتنا": 3,
	"ته": 3, "تها": 3, "تهم": 3, "تنا": 3, "تان": 3, "تين": 3,
	"ون": 4, "ين": 4, "ان": 4,
}

// onlyInText are the suffixes that a word of a query keeps: as often they are
// its own letters (ليبيا).
var onlyInText = []string{"", "ا"}

const (
	// shortestWithSuffix is the shortest base that any suffix may follow.
	shortestWithSuffix = 3

	// barePreposition is the base that a query's word must leave after a
	// preposition without an article: كمال is no مال.
	barePreposition = 4
)

// ownLetters are words of the news that begin as if with a prefix, by their
// first letter: وزير is no «and a زير».
var ownLetters = wordsByLetter(
	`وزير وزاره وزار وزراء وطن وقت وفد وفود وصل وصول وصف وصيه وقف وقوف وقع وقوع وضع وضوح وكيل وكاله وكال وكلاء وحد وحيد
	وجه وجوه وجبه وجب وجود وجع ورد ورود ورق ورقه وراء وراثه ورشه ورش وسط وسيط وساطه وسيل وسيله وساءل وسام وعد وعود وعي وفق وفاه وفاء وقايه
	وقود وقاءع ولد وليد ولاد ولاده ولايه ولاء ولي واحد وادي وارد واشنطن واسع واجب واجه واضح واقع واقعه والد والده والي وباء وتر وتيره
	وثيق وثيقه وثاءق وداع وديع وزع وزن وشيك وظيف وظيفه وظاءف وعاء وفير وهم ويلات واءل وقاح وسواس ورطه وحش وحشيه وصايه وصفه`,
	`فلسطين فرنسا فنزويلا فبراير فيروس فعالي فعاليه فاعليه فنادق فيتنام فيدرالي فلاح فواءد فاتوره فضاءي فيصل فساد فراغ فرعون`,
	`بلاد بلد بلدان بلديه بلاغ بناء بنات بنوك برلمان برنامج برامج بيان بيانات بيروت بيءه بريد بريطانيا بريق بطاق بطاقه بطوله بعثه بعيد بعيده بغداد
	بقاء بقايا بكين باكستان باحث بارز باريس بالغ بحوث بحار بحري بخار بدايه بداي بديل بديله بذور بشار بشير بشري بصري بضاءع بواب بوابه بورصه بسيط بسيطه براد براءه
	برهان بروز بروتين بلوغ بهاء بلال بنين بترول بطارخ بحيره بقره بصمه`,
	`لجنه لجان لقاء لقاءات لبنان ليبيا ليبي لاعب لاجء لحوم لحظه لسان لغات لغه لقاح لقاحات ليالي لواء لوحه لوح لعبه ليمون لندن لازم لافت لاحق لباس لقطه لطيف لوبي لحن
	لعنه لقب لماذا لوجستي ليبرالي`,
	`كاميرا كرواتيا كولومبيا كازاخستان كوريا كوادر كارثه كنيسه كهرباء كفاءه كرامه كراهيه كتيبه كاليفورنيا`,
	`الله المانيا الماني التي الذي الذين الان الاف الغاء الزام التزام التقاء الكتروني العاب اللاتي`)

func wordsByLetter(lists ...string) map[string]bool {
	words := map[string]bool{}
	for _, list := range lists {
		for w := range strings.FieldsSeq(list) {
			words[arabic.Key(w)] = true
		}
	}
	return words
}

// owns reports whether w is a word whose first letters are no prefix, or a
// form of one that only its end tells from it.
func owns(w string) bool {
	for s := range suffixes {
		if base, ok := strings.CutSuffix(w, s); ok && ownLetters[base] {
			return true
		}
	}
	base, ok := strings.CutSuffix(w, "ي")
	return ok && ownLetters[base]
}

// separable reports whether the prefix p may be taken off w: neither w nor
// what is left of it between the parts of p is a word with letters of its own.
// After an article comes a word, whatever it begins with.
func separable(w, p string) bool {
	for at := 0; at < len(p); {
		if owns(w[at:]) || p[at:] == "لل" && owns("ل"+w[len(p):]) {
			return false
		}
		if p[at:] == "ال" || p[at:] == "لل" {
			return true
		}
		_, size := utf8.DecodeRuneInString(p[at:])
		at += size
	}
	return true
}

// word is one word of a query.
type word struct {
	key    string
	quoted bool // only as it is written
	first  bool // of a phrase: the conjunctions و and ف may stand before it
	bases  []string
}

// newWord makes a word of a query that is sought in all its forms.
func newWord(key string) word {
	w := word{key: key, bases: []string{key}}
	for _, p := range prefixes {
		rest, ok := strings.CutPrefix(key, p.letters)
		least := max(p.base, 3)
		if bare := p.letters != "و" && p.letters != "" && !strings.HasSuffix(p.letters, "ال") && !strings.HasSuffix(p.letters, "لل"); bare {
			least = barePreposition
		}
		if !ok || p.letters != "" && (letters(rest) < least || !separable(key, p.letters)) {
			continue
		}
		w.bases = append(w.bases, rest)
		for s, least := range suffixes {
			if base, ok := strings.CutSuffix(rest, s); ok && !slices.Contains(onlyInText, s) && letters(base) >= least {
				w.bases = append(w.bases, base)
			}
		}
	}
	slices.Sort(w.bases)
	w.bases = slices.Compact(w.bases)
	return w
}

// form reports whether key is a form of w, and whether it is w itself.
func (w *word) form(key string) (form, exact bool) {
	if key == w.key {
		return true, true
	}
	if w.quoted {
		rest, ok := strings.CutPrefix(key, "و")
		if !ok {
			rest, ok = strings.CutPrefix(key, "ف")
		}
		return ok && w.first && rest == w.key, false
	}
	for _, base := range w.bases {
		if strings.Contains(key, base) && formOf(key, base) {
			return true, false
		}
	}
	return false, false
}

func formOf(key, base string) bool {
	n := letters(base)
	for _, p := range prefixes {
		rest, ok := strings.CutPrefix(key, p.letters)
		if !ok || n < p.base {
			continue
		}
		if rest, ok = strings.CutPrefix(rest, base); !ok {
			continue
		}
		if least, ok := suffixes[rest]; ok && n >= least && separable(key, p.letters) {
			return true
		}
	}
	return false
}

// start is how forms of a word begin.
type start struct {
	text  string
	whole bool // it is the whole of the form: too short for a suffix
}

// starts are the beginnings of all forms of w.
func (w *word) starts() []start {
	if w.quoted {
		if w.first {
			return []start{{w.key, true}, {"و" + w.key, true}, {"ف" + w.key, true}}
		}
		return []start{{w.key, true}}
	}
	var out []start
	for _, p := range prefixes {
		for _, base := range w.bases {
			if n := letters(base); n >= p.base {
				out = append(out, start{p.letters + base, n < shortestWithSuffix})
			}
		}
	}
	slices.SortFunc(out, func(a, b start) int { return cmp.Or(strings.Compare(a.text, b.text), b2i(a.whole)-b2i(b.whole)) })
	// A beginning of another one finds that one's forms too.
	kept := out[:0]
	for _, s := range out {
		if n := len(kept); n == 0 || s.text != kept[n-1].text && (kept[n-1].whole || !strings.HasPrefix(s.text, kept[n-1].text)) {
			kept = append(kept, s)
		}
	}
	return kept
}

func letters(s string) int { return utf8.RuneCountInString(s) }
