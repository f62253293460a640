package extractor_test

import (
	"slices"
	"strings"
	"testing"

	"nashra"
	"nashra/extractor"
	"nashra/extractor/disclaimer"
)

func TestRepublished(t *testing.T) {
	tests := []struct {
		name   string
		last   []string // after the article's paragraphs
		stay   int      // how many of them are the article's
		origin string
	}{
		{"disclaimer with a colon", []string{"إخلاء مسؤولية: الآراء تخص أصحابها."}, 0, ""},
		{"disclaimer without a colon", []string{"إخلاء مسؤولية الشركة كان موضوع الجلسة."}, 1, ""},
		{"source of the news", []string{"مصدر الخبر: بوابة النيل"}, 0, "بوابة النيل"},
		{"a spelling with another hamza", []string{"هذا الخبر تم نقله من بوابة النيل ونحن غير مسئولين عن محتواه"}, 0, "بوابة النيل"},
		{"our point of view", []string{"تنويه: المقال لا يعبر عن وجهة نظرنا"}, 0, ""},
		{"pronouns at the end of phrases", []string{"الخبر من مصدره والعهدة عليه ونحن غير مسؤولين عنه."}, 0, ""},
		{"by", []string{"ملحوظة: الخبر تمت كتابته بواسطة فريق التحرير، والعهدة على المصدر."}, 0, "فريق التحرير"},
		{"by comes before taken from", []string{"الخبر نقلا عن وكالة الدلتا، تم كتابته بواسطة بوابة النيل."}, 0, "بوابة النيل"},
		{"as it is, from", []string{"تنويه: المقال منقول كما هو من جريدة الوادي دون تصرف"}, 0, "جريدة الوادي"},
		{"from alone leads nowhere", []string{"ملحوظة: الخبر من وكالة الدلتا ولا يعبر عن رأي الموقع"}, 0, ""},
		{"quotes hold what would end a name", []string{"تنويه: الخبر نقلا عن «أخبار، ونحن معكم» كما هو."}, 0, "أخبار، ونحن معكم"},
		{"straight quotes", []string{`تنويه: نقلا عن "بوابة النيل" كما هو`}, 0, "بوابة النيل"},
		{"an address is a name", []string{"تنويه: نقلا عن nile.example، كما هو"}, 0, "nile.example"},
		{"initials are a name", []string{"المصدر: أ.ش.أ"}, 0, "أ.ش.أ"},
		{"initials in brackets are of the name", []string{"المصدر: وكالة الأنباء السعودية (واس)"}, 0, "وكالة الأنباء السعودية (واس)"},
		{"quotes inside a name are of the name", []string{"ملحوظة: هذا الخبر نقلا عن جريدة «النيل» كما هو."}, 0, "جريدة «النيل»"},
		{"straight quotes inside a name", []string{`المصدر: وكالة "رويترز"`}, 0, `وكالة "رويترز"`},
		{"quotes in brackets inside a name", []string{"المصدر: جريدة (صوت «النيل»)"}, 0, "جريدة (صوت «النيل»)"},
		{"a name all in brackets", []string{"تنويه: الخبر نقلا عن (وكالة النيل)."}, 0, "وكالة النيل"},
		{"a name at the end of brackets", []string{"تنويه: الخبر كما هو (نقلا عن وكالة النيل)"}, 0, "وكالة النيل"},
		{"the seed's kind of note", []string{"ملحوظة: مضمون هذا الخبر تم كتابته بواسطة بوابة النيل ولا يعبر عن وجهة نظر الموقع وإنما تم نقله بمحتواه كما هو من بوابة النيل."}, 0, "بوابة النيل"},
		{"a name before an ending word", []string{"المقال تم نقله كما هو من وكالة الدلتا وتم نشره"}, 0, "وكالة الدلتا"},
		{"a label that is no word of ours", []string{"ملاحظات: الخبر نقلا عن رويترز."}, 1, ""},
		{"a label that begins alike", []string{"تنويه: تم نقل المقر إلى شارع النيل."}, 1, ""},
		{"two agencies", []string{"المصدر: رويترز + وكالات"}, 0, "رويترز + وكالات"},
		{"an agency with a dash", []string{"المصدر: وكالة الأنباء السعودية - واس"}, 0, "وكالة الأنباء السعودية - واس"},
		{"six words at most", []string{"المصدر: وكالة أنباء الشرق الأوسط في مصر والسودان معا"}, 0, "وكالة أنباء الشرق الأوسط في مصر"},
		{"a source line with a full stop", []string{"المصدر: رويترز."}, 0, "رويترز"},
		{"a source line with a space before its colon", []string{"المصدر : رويترز"}, 0, "رويترز"},
		{"a source line without a colon", []string{"المصدر رويترز"}, 1, ""},
		{"a long sentence after the source's colon", []string{"المصدر: قال مسؤول في الوزارة طلب ألا يذكر اسمه إن القرار لم يصدر بعد"}, 1, ""},
		{"a source line before a note", []string{"المصدر: رويترز", "ملحوظة: نقلا عن «بوابة النيل» كما هو"}, 0, "رويترز"},
		{"furniture after a source line", []string{"المصدر: رويترز", "تابعنا على فيسبوك"}, -1, "رويترز"},
		{"two notes, the nearest wins", []string{"تنويه: نقلا عن «وكالة الدلتا»", "ملحوظة: هذا الخبر نقلا عن «بوابة النيل» كما هو"}, 0, "وكالة الدلتا"},
		{"two notes, the nearest names nobody", []string{"إخلاء مسؤولية: لا شيء", "ملحوظة: هذا الخبر نقلا عن «بوابة النيل» كما هو"}, 0, "بوابة النيل"},
		{"a note before a last paragraph", []string{"تنويه: نقلا عن «وكالة الدلتا» كما هو", news[4], news[5]}, -2, "وكالة الدلتا"},
		{"a note too far from the end", []string{"تنويه: نقلا عن «وكالة الدلتا» كما هو", news[3], news[4], news[5]}, 4, ""},
		{"one phrase in a sentence", []string{"ونقلا عن الوزير تبدأ الدراسة السبت."}, 1, ""},
		{"people who were moved", []string{"تنويه: تم نقلهم إلى المستشفى"}, 1, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := slices.Concat(news[:3], tt.last)
			want := in[:3+max(0, tt.stay)]
			if tt.stay < 0 { // what stays is behind the note
				want = slices.Concat(news[:3], tt.last[1:])
			}
			body, origin := extractor.Republished(in)
			if !slices.Equal(body, want) || origin != tt.origin {
				t.Errorf("Republished(%q)\n got %q, origin %q\nwant %q, origin %q", in, body, origin, want, tt.origin)
			}
		})
	}
}

func TestTheFirstParagraphIsNeverANote(t *testing.T) {
	in := []string{"مصدر الخبر: رويترز", "المصدر: رويترز"}
	body, origin := extractor.Republished(in)
	if !slices.Equal(body, in[:1]) || origin != "رويترز" {
		t.Errorf("got %q, origin %q", body, origin)
	}
	if body, origin := extractor.Republished(in[:1]); len(body) != 1 || origin != "" {
		t.Errorf("got %q, origin %q", body, origin)
	}
	if body, origin := extractor.Republished(nil); len(body) != 0 || origin != "" {
		t.Errorf("got %q, origin %q", body, origin)
	}
}

// fromFeed extracts a body that a feed brought whole.
func fromFeed(t *testing.T, body string) nashra.Content {
	t.Helper()
	c, err := extractor.Extract(extractor.Input{
		Subscription: nashra.Subscription{Source: nashra.Source{Name: "نشرة الصباح"}, Content: nashra.ContentFeed},
		Entry:        nashra.Entry{Link: page, Title: "موجة حارة", Body: body},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestOurOwnNoteDoesNotStack(t *testing.T) {
	values := disclaimer.Values{
		Source: "بوابة النيل", SourceURL: "https://nile.example/", Link: "https://nile.example/1", Site: "نشرة الصباح", Published: "3 مايو 2025",
	}
	withOrigin := values
	withOrigin.Origin = "وكالة الدلتا"
	tests := []struct {
		name, template string
		values         disclaimer.Values
	}{
		{"the default", disclaimer.Default, values},
		{"the default with an origin", disclaimer.Default, withOrigin},
		{"words that no rule knows", "يعيد موقعنا نشر المقال بواسطة «{{.Source}}» بإذن كتابي منها. [الأصل]({{.Link}})", values},
	}
	article := with(4, 4)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			template, err := disclaimer.Parse(tt.template)
			if err != nil {
				t.Fatal(err)
			}
			note, err := template.Render(tt.values)
			if err != nil {
				t.Fatal(err)
			}
			got := fromFeed(t, article+note.HTML)
			if want := fromFeed(t, article).HTML; got.HTML != want {
				t.Errorf("got %s\nwant %s", got.HTML, want)
			}
			if got.Credit.Origin != "بوابة النيل" {
				t.Errorf("origin: got %q, want that of the note", got.Credit.Origin)
			}
			if tt.template != disclaimer.Default {
				return
			}
			got = fromFeed(t, strings.Join(append(slices.Clone(news[:4]), "", note.Text), "\n"))
			if strings.Contains(got.HTML, "ملحوظة") || got.Credit.Origin != "بوابة النيل" {
				t.Errorf("as text: origin %q in %s", got.Credit.Origin, got.HTML)
			}
		})
	}
}

func TestAnOriginThatIsThePartnerIsNone(t *testing.T) {
	got := fromFeed(t, with(4, 4, p("المصدر: نشره الصباح")))
	if got.Credit.Origin != "" || strings.Contains(got.HTML, "المصدر") {
		t.Errorf("origin %q in %s", got.Credit.Origin, got.HTML)
	}
}

func TestOriginThatTheFeedNames(t *testing.T) {
	sub := nashra.Subscription{Source: nashra.Source{Name: "صحيفة الحقل", Feed: "https://feeds.field.example/rss", Homepage: "https://www.field.example/"}}
	body := "<p>" + strings.Join(article, "</p><p>") + "</p>"
	agency := nashra.Origin{Name: "وكالة  الأنباء", Link: "https://agency.example/rss"}
	tests := []struct {
		name, note string
		origin     nashra.Origin
		want       string
	}{
		{"another one", "", agency, "وكالة الأنباء"},
		{"by its name alone", "", nashra.Origin{Name: "وكالة الأنباء"}, "وكالة الأنباء"},
		{"by its address alone", "", nashra.Origin{Link: "https://agency.example/rss"}, ""},
		{"the body says it better", "<p>المصدر: جريدة الوادي</p>", agency, "جريدة الوادي"},
		{"the partner by its name", "", nashra.Origin{Name: "صحيفة الحَقل", Link: "https://other.example/"}, ""},
		{"a section of the partner's", "", nashra.Origin{Name: "الحقل - اقتصاد", Link: "https://field.example/economy.xml"}, ""},
		{"the partner's own feed", "", nashra.Origin{Name: "الحقل: آخر الأخبار", Link: "https://feeds.field.example/rss"}, ""},
		{"the site's host", "", nashra.Origin{Name: "field.example"}, ""},
		{"nobody", "", nashra.Origin{}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := extract(t, extractor.Input{Subscription: sub, Entry: nashra.Entry{
				Title: "القمح يفوق التوقعات", Link: "https://www.field.example/1", Body: body + tt.note, Origin: tt.origin,
			}})
			if c.Credit.Origin != tt.want {
				t.Errorf("got %q, want %q", c.Credit.Origin, tt.want)
			}
		})
	}
}
