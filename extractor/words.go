package extractor

import (
	"strings"

	"nashra/internal/arabic"
)

// The phrases by which furniture and notes are known (arabic.md, rules F and
// R). They are compared by folding key, as whole words, with و or ف before them
// allowed. A star at the end allows a pronoun glued to the word (وجهة نظر,
// وجهة نظرنا); a word … stands for any words between.
var (
	// relatedPhrases: F1, links to other articles, anywhere.
	relatedPhrases = phrases(
		"اقرأ أيضا", "اقرئي أيضا", "اقرأوا أيضا", "اقرأ كذلك", "اقرأ المزيد", "شاهد أيضا", "شاهد كذلك", "طالع أيضا", "طالع كذلك",
		"لمزيد من التفاصيل", "للمزيد من التفاصيل",
		"مواضيع ذات صلة", "موضوعات ذات صلة", "أخبار ذات صلة", "مقالات ذات صلة",
		"قد يعجبك أيضا", "قد يعجبكم أيضا",
	)

	// perhapsPhrases: F1 too, but a sentence may begin with them.
	perhapsPhrases = phrases("قد يهمك", "قد يهمكم")

	// invitations: F3, in the last third.
	invitations = phrases(
		"تابعنا على", "تابعونا على", "تابعنا عبر", "تابعونا عبر", "تابعوا … على", "تابعوا … عبر",
		"اشترك في", "اشتركوا في", "حمل التطبيق", "حملوا التطبيق", "انضم إلى قناتنا", "انضموا إلى قناتنا",
		"شارك الخبر", "شارك هذا", "نسخ الرابط", "انسخ الرابط", "رابط مختصر", "الرابط المختصر",
	)

	// tagLabels: F3, with the tags that follow.
	tagLabels = phrases("الوسوم", "كلمات دلالية", "الكلمات الدلالية", "تاجات")

	// firstAppeared: F3, what WordPress adds to its feeds, of any length.
	postLead      = phrases("The post", "ظهرت المقالة")
	firstAppeared = phrases("The post … appeared first on", "ظهرت المقالة … أولا على")

	// shareWords: F3, a row of them is a row of buttons.
	shareWords = wordSet(
		"فيسبوك فيس بوك تويتر إكس واتساب واتس آب تيليجرام تليجرام تيلجرام تلجرام تلغرام تيليغرام تلغرام إنستجرام إنستغرام انستاجرام " +
			"لينكدإن لينكد إن لينكدن ماسنجر بينتريست بنترست يوتيوب تيك توك سناب شات ريديت تمبلر فايبر ثريدز " +
			"البريد الإلكتروني بريد إلكتروني طباعة مشاركة شارك نسخ الرابط " +
			"facebook twitter x whatsapp telegram instagram linkedin messenger pinterest youtube tiktok snapchat reddit " +
			"tumblr viber threads email e mail print share copy link",
	)

	// advertising: F4, anywhere.
	advertising = phrases("إعلان", "Advertisement")

	// buttons: F4, in the first or last third.
	buttons = phrases("شارك", "مشاركة", "طباعة", "حفظ", "حجم الخط", "تكبير الخط", "تصغير الخط")

	// counters: F4, in the first third, with a colon or a number after them.
	counters = phrases("مدة القراءة", "عدد المشاهدات")

	// countedWords: F4, beside a number.
	countedWords = wordSet("مشاهدة مشاهدات تعليق تعليقات")

	// sourceLabel: F2, with a colon after it.
	sourceLabel = phrases("المصدر")

	// noteLabels: R, with a colon after them a note by themselves.
	noteLabels = phrases("إخلاء مسؤولية", "إخلاء المسؤولية", "مصدر الخبر")

	// remarkLabels: R, a note with one phrase.
	remarkLabels = phrases("ملحوظة", "ملاحظة", "تنويه")

	// notePhrases: R, two of them are a note.
	notePhrases = phrases(
		"لا يعبر عن وجهة نظر*", "لا يعبر عن رأي*", "تم نقله", "كما هو", "غير مسؤولين عن*", "العهدة على*", "نقلا عن",
		"تم كتابته بواسطة", "تمت كتابته بواسطة",
	)

	// Leads to the name of an origin: R, in the order they are tried. Those of
	// labels need a colon; "من" only counts soon after one of fromWords.
	labelLeads = phrases("المصدر", "مصدر الخبر")
	byLead     = phrases("بواسطة")
	quoteLead  = phrases("نقلا عن")
	fromLead   = phrases("من")
	fromWords  = phrases("نقله", "منقول", "كما هو")

	// nameEnds: R, the words before which a name without quotes ends.
	nameEnds = phrases("ولا", "وإنما", "ونحن", "وتم", "والعهدة", "بمحتواه", "كما هو", "دون")
)

// phrase is a phrase as the keys of its words.
type phrase []phraseWord

type phraseWord struct {
	key     string
	any     bool // any number of words
	pronoun bool // a pronoun may be glued to it
}

func phrases(list ...string) []phrase {
	out := make([]phrase, len(list))
	for i, s := range list {
		for _, w := range strings.Fields(s) {
			out[i] = append(out[i], phraseWord{
				key:     arabic.Key(strings.TrimSuffix(w, "*")),
				any:     w == "…",
				pronoun: strings.HasSuffix(w, "*"),
			})
		}
	}
	return out
}

func wordSet(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(arabic.Key(s)) {
		set[w] = true
	}
	return set
}

var pronouns = map[string]bool{
	"": true, "ي": true, "نا": true, "ك": true, "كم": true, "كما": true, "كن": true, "ه": true, "ها": true, "هم": true, "هما": true, "هن": true,
}

func (w phraseWord) matches(key string) bool {
	if w.pronoun {
		rest, ok := strings.CutPrefix(key, w.key)
		return ok && pronouns[rest]
	}
	return key == w.key
}

// match reports how many of the words at the beginning of ws the phrase takes.
func (p phrase) match(ws []word) (n int, ok bool) {
	for i, w := range p {
		if w.any {
			for ; n < len(ws); n++ {
				if rest, ok := p[i+1:].match(ws[n:]); ok {
					return n + rest, true
				}
			}
			return 0, false
		}
		if n == len(ws) {
			return 0, false
		}
		key := ws[n].key
		if !w.matches(key) {
			glued, hasGlued := strings.CutPrefix(key, "و")
			if !hasGlued {
				glued, hasGlued = strings.CutPrefix(key, "ف")
			}
			if i > 0 || !hasGlued || !w.matches(glued) {
				return 0, false
			}
		}
		n++
	}
	return n, true
}

// key is the key of a phrase without an ellipsis.
func (p phrase) key() string {
	words := make([]string, len(p))
	for i, w := range p {
		words[i] = w.key
	}
	return strings.Join(words, " ")
}

// firstWords are the keys that the phrases of some lists begin with.
func firstWords(lists ...[]phrase) map[string]bool {
	set := map[string]bool{}
	for _, list := range lists {
		for _, p := range list {
			set[p[0].key] = true
		}
	}
	return set
}

// leads reports whether a phrase that begins with one of these keys, or a count,
// may stand at the beginning of b. The other words of most blocks need not be
// read.
func (b *block) leads(first map[string]bool) bool {
	for w := range wordsOf(b.Text) {
		if first[w.key] || isNumber(w.key) {
			return true
		}
		glued, ok := strings.CutPrefix(w.key, "و")
		if !ok {
			glued, ok = strings.CutPrefix(w.key, "ف")
		}
		return ok && first[glued]
	}
	return false
}

// stands reports whether the phrase stands anywhere in ws.
func (p phrase) stands(ws []word) bool {
	for i := range ws {
		if strings.HasSuffix(ws[i].key, p[0].key) || p[0].any || p[0].pronoun {
			if _, ok := p.match(ws[i:]); ok {
				return true
			}
		}
	}
	return false
}

// begins reports how many words of ws one of the phrases takes at the
// beginning, 0 where none stands there.
func begins(ws []word, list []phrase) int {
	for _, p := range list {
		if n, ok := p.match(ws); ok {
			return n
		}
	}
	return 0
}

// equals reports whether ws is one of the phrases and nothing else.
func equals(ws []word, list []phrase) bool {
	for _, p := range list {
		if n, ok := p.match(ws); ok && n == len(ws) {
			return true
		}
	}
	return false
}

// find is the first place in ws where one of the phrases stands: the words
// before it and those up to its end; end is 0 where there is none.
func find(ws []word, list []phrase) (start, end int) {
	for i := range ws {
		if n := begins(ws[i:], list); n > 0 {
			return i, i + n
		}
	}
	return 0, 0
}

// only reports whether all of ws are in set; an empty ws is not.
func only(ws []word, set map[string]bool) bool {
	for _, w := range ws {
		if !set[w.key] {
			return false
		}
	}
	return len(ws) > 0
}
