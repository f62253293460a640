package extractor

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/text/language"

	"nashra"
	"nashra/internal/arabic"
)

// Reading is an article that was read from its page, among others of its
// source.
type Reading struct {
	Article nashra.Hash // of its identity
	Entry   nashra.Entry
	Result  Result // of [Read], with a body from the page
}

// Judge says of each of the readings, which are of one source and in its feed's
// order, why its body looks wrong, nil where nothing speaks against it, and
// what the source's habit is after them.
//
// A body that the feed's own text agrees with is right, however short it is.
// Another looks wrong when
// it is the site's own notices or mostly links, is written in another script
// than the source's language and the entry's title are, is far shorter than the
// source's habit, shows no pictures in place of words and does not break off, or
// is another item's.
// Of several readings with one body, those have it by right of whose title and
// summary it speaks.
func Judge(sub nashra.Subscription, habit nashra.Habit, readings []Reading) ([]*nashra.Suspicion, nashra.Habit) {
	verdicts := make([]*nashra.Suspicion, len(readings))
	judged := make([]judgement, len(readings))
	for i := range readings {
		judged[i] = newJudgement(&readings[i])
	}
	before := habit
	for i := range judged {
		j := &judged[i]
		if verdicts[i] = j.looks(sub, habit); verdicts[i] == nil && !j.agrees && j.anothers(before, judged) {
			verdicts[i] = &nashra.Suspicion{Kind: nashra.SuspectDuplicate, Reason: "its body is the same as that of another item"}
		}
		switch known := j.body; {
		case verdicts[i] == nil:
			if j.Result.Partial {
				known.Letters = 0
			}
			habit = habit.After(known)
		case verdicts[i].Kind == nashra.SuspectDuplicate:
			known.Letters = 0
			habit = habit.After(known)
		}
	}
	return verdicts, habit
}

// judgement is what is asked about one reading.
type judgement struct {
	*Reading
	body    nashra.Body
	linked  int     // letters in links
	media   int     // pictures and films
	agrees  bool    // with the feed's own text
	speaks  float64 // the share of the title's and summary's words that the body holds
	letters map[string]int
}

// Bounds of what looks wrong, and of what speaks for a body.
const (
	agreeing     = 0.6 // of the feed's word sequences that an agreeing body holds
	agreeingWord = 8   // fewest words of a feed's text that can agree
	speaking     = 0.5 // of the words of title and summary that a body holds which speaks of them
	clearly      = 0.3 // more of these words: then it speaks of something else
	mostlyLinks  = 0.7 // of the letters
	mostlyScript = 0.8 // of the letters
	scriptLeast  = 100 // fewest letters whose script says anything
	farShorter   = 6   // times, than what three quarters of the source's bodies have
	gallery      = 3   // pictures that take the place of words
	noticesMost  = 1200
	noticesShare = 0.9
)

func newJudgement(r *Reading) judgement {
	text := r.Result.body.text()
	key := arabic.Key(text)
	j := judgement{Reading: r, letters: scripts(text)}
	j.body = nashra.Body{Article: r.Article, Title: nashra.HashOf(arabic.Key(r.Entry.Title)), Text: nashra.HashOf(key)}
	for _, n := range j.letters {
		j.body.Letters += n
	}
	j.linked, j.media = linksAndMedia(r.Result.HTML)
	words := strings.Fields(key)
	if said := tokens(feedText(r.Entry.Body + " " + r.Entry.Summary)); len(said) >= agreeingWord {
		j.agrees = shinglesOf(words).share(said) >= agreeing
	}
	held := make(map[string]bool, len(words))
	for _, w := range words {
		held[w] = true
	}
	telling, in := 0, 0
	for _, w := range tokens(r.Entry.Title + " " + feedText(r.Entry.Summary)) {
		if len([]rune(w)) >= 3 {
			telling++
			if held[w] {
				in++
			}
		}
	}
	j.speaks = float64(in) / float64(max(telling, 1))
	return j
}

// looks judges a body by itself and by the source's habit.
func (j *judgement) looks(sub nashra.Subscription, habit nashra.Habit) *nashra.Suspicion {
	if j.agrees {
		return nil
	}
	letters := j.body.Letters
	if notice, ok := j.notices(); ok {
		return suspicion(nashra.SuspectFurniture, "its body is nothing but notices of the site, such as %q", notice)
	}
	if letters > 0 && float64(j.linked) >= mostlyLinks*float64(letters) {
		return suspicion(nashra.SuspectLinks, "its body is mostly links: %d of %d letters", j.linked, letters)
	}
	if is, ok := dominant(j.letters); ok && letters >= scriptLeast {
		want := scriptOf(sub.Language)
		said, known := dominant(scripts(j.Entry.Title + feedText(j.Entry.Summary)))
		if want != "" && is != want && (!known || said != is) {
			return suspicion(nashra.SuspectScript, "its body is in %s script, and the language of the source is %s", is, sub.Language)
		}
	}
	if usual := habit.Letters(); letters*farShorter < usual && j.media < gallery && !j.Result.Partial {
		return suspicion(nashra.SuspectShort, "its body has %d letters, far fewer than the source's bodies have as a rule (%d and more)", letters, usual)
	}
	return nil
}

func suspicion(kind nashra.SuspicionKind, format string, args ...any) *nashra.Suspicion {
	return &nashra.Suspicion{Kind: kind, Reason: fmt.Sprintf(format, args...)}
}

// anothers reports whether the body belongs to another item: it is that one's
// too, of before or read together with this one, and does not speak of this
// one, or clearly more of that. Wire copy under two titles speaks of both.
func (j *judgement) anothers(before nashra.Habit, together []judgement) bool {
	twice := before.Another(j.body)
	for k := range together {
		if o := &together[k]; o.body.SameText(j.body) {
			twice = true
			if o.speaks-j.speaks >= clearly {
				return true
			}
		}
	}
	return twice && j.speaks < speaking
}

// siteNotices are what sites show in an article's place.
var siteNotices = keyList("ملفات تعريف الارتباط", "ملفات الارتباط", "سياسة الخصوصية", "جميع الحقوق محفوظة", "كافة الحقوق محفوظة", "شروط الاستخدام",
	"الشروط والأحكام", "تفعيل جافا سكريبت", "تفعيل الجافا سكريبت", "تمكين جافا سكريبت", "تفعيل javascript", "تسجيل الدخول", "سجل الدخول", "إنشاء حساب", "نسيت كلمة المرور",
	"اشترك في نشرتنا", "النشرة البريدية", "حمل التطبيق", "حمّل تطبيق", "تابعنا على", "الصفحة غير موجودة", "الصفحة المطلوبة", "متصفحك",
	"this site uses cookies", "this website uses cookies", "we use cookies", "cookie policy", "privacy policy", "all rights reserved", "terms of use",
	"enable javascript", "enable cookies", "sign in", "log in", "create an account", "your browser", "subscribe to our newsletter", "download our app",
	"page not found", "checking your browser", "verify you are human")

// notices reports whether nearly all of a body is the site's own notices, and
// gives the first of them.
func (j *judgement) notices() (string, bool) {
	if j.body.Letters > noticesMost {
		return "", false
	}
	all, in, first := 0, 0, ""
	for _, b := range j.Result.body.Blocks {
		n := letterCount(b.Text)
		all += n
		key := " " + arabic.Key(b.Text) + " "
		if slices.ContainsFunc(siteNotices, func(s string) bool { return strings.Contains(key, " "+s+" ") }) {
			in += n
			if first == "" {
				first = b.Text
			}
		}
	}
	if r := []rune(first); len(r) > noticeShown {
		first = string(r[:noticeShown]) + "…"
	}
	return first, all > 0 && float64(in) >= noticesShare*float64(all)
}

const noticeShown = 60 // characters of a notice that a reason repeats

// linksAndMedia counts the letters in the links of a cleaned body, and its
// pictures and films.
func linksAndMedia(body string) (linked, media int) {
	t := html.NewTokenizer(strings.NewReader(body))
	inLink := false
	for {
		switch t.Next() {
		case html.ErrorToken:
			return linked, media
		case html.TextToken:
			if inLink {
				for _, n := range scripts(string(t.Text())) {
					linked += n
				}
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			switch name, _ := t.TagName(); string(name) {
			case "a":
				inLink = true
			case "img":
				media++
			case "video", "audio":
				media += gallery
			}
		case html.EndTagToken:
			if name, _ := t.TagName(); string(name) == "a" {
				inLink = false
			}
		}
	}
}

// scriptTables are the scripts that are told apart, by their ISO 15924 codes.
// Han stands for what is written with it beside other signs.
var scriptTables = map[string]*unicode.RangeTable{
	"Arab": unicode.Arabic, "Hebr": unicode.Hebrew, "Latn": unicode.Latin, "Cyrl": unicode.Cyrillic, "Grek": unicode.Greek,
	"Hans": unicode.Han, "Deva": unicode.Devanagari, "Armn": unicode.Armenian, "Geor": unicode.Georgian, "Syrc": unicode.Syriac,
	"Ethi": unicode.Ethiopic, "Thaa": unicode.Thaana,
}

// scripts counts the letters of a text by their script; "" are those of others.
func scripts(text string) map[string]int {
	counts := make(map[string]int)
	last, table, run := "", (*unicode.RangeTable)(nil), 0 // the script that goes on, and its letters
	for _, r := range text {
		switch {
		case last == "Arab" && ('ء' <= r && r <= 'غ' || 'ف' <= r && r <= 'ي'): // nearly all, and tables are slow
		case !unicode.IsLetter(r):
			continue
		case table == nil || !unicode.Is(table, r):
			counts[last] += run
			last, table, run = "", nil, 0
			for code, t := range scriptTables {
				if unicode.Is(t, r) {
					last, table = code, t
					break
				}
			}
		}
		run++
	}
	counts[last] += run
	return counts
}

// dominant is the script of nearly all of the letters.
func dominant(counts map[string]int) (string, bool) {
	all, best := 0, ""
	for code, n := range counts {
		all += n
		if n > counts[best] {
			best = code
		}
	}
	return best, best != "" && float64(counts[best]) >= mostlyScript*float64(all)
}

// scriptOf is the script that a language is written in; "" where it is not
// known or not told apart.
func scriptOf(tag string) string {
	t, err := language.Parse(tag)
	if err != nil {
		return ""
	}
	script, sure := t.Script()
	if _, known := scriptTables[script.String()]; sure == language.No || !known {
		return ""
	}
	return script.String()
}
