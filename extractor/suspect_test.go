package extractor_test

import (
	"fmt"
	"strings"
	"testing"

	"nashra"
	"nashra/extractor"
)

var english = []string{
	"The ministry of agriculture said on Sunday that this year's wheat harvest had exceeded all expectations by far.",
	"An official told reporters that rain in the spring was an important factor, and so were new kinds of seed.",
	"He added that farmers had been paid good prices, and that payments were made within forty-eight hours.",
}

// usual is the habit of a source with bodies of that many letters.
func usual(bodies, letters int) nashra.Habit {
	var h nashra.Habit
	for n := range bodies {
		h = h.After(nashra.Body{Article: nashra.HashOf(fmt.Sprint("usual ", n)), Text: nashra.HashOf(fmt.Sprint("text ", n)), Letters: letters + n})
	}
	return h
}

func reading(t *testing.T, e nashra.Entry, page string) extractor.Reading {
	t.Helper()
	e.Link = "https://partner.example/news/" + e.GUID
	r, err := extractor.Read(extractor.Input{
		Subscription: nashra.Subscription{Select: ".body", Content: nashra.ContentPage}, Entry: e,
		Page: &extractor.Page{URL: e.Link, Body: []byte(site(`<div class="body">` + page + `</div>`))}, At: at,
	})
	if err != nil {
		t.Fatal(err)
	}
	return extractor.Reading{Article: nashra.HashOf(e.GUID), Entry: e, Result: r}
}

func TestBodiesThatLookWrong(t *testing.T) {
	arabicSource := nashra.Subscription{Source: nashra.Source{Language: "ar-EG"}}
	links := ""
	for n := range 6 {
		links += fmt.Sprintf(`<p>في خبر آخر <a href="/n/%d">هذا عنوان خبر آخر من أخبار الصحيفة في يومها رقم %d</a></p>`, n, n)
	}
	flash := "<p>استقالت الحكومة قبل قليل، وكلف الرئيس وزير المالية تأليف حكومة جديدة.</p>"
	tests := []struct {
		name  string
		sub   nashra.Subscription
		habit nashra.Habit
		entry nashra.Entry
		page  string
		want  nashra.SuspicionKind // "": nothing speaks against it
	}{
		{"an article as usual", arabicSource, usual(20, 400), nashra.Entry{Title: "القمح"}, paragraphsOf(article), ""},
		{"a new source", arabicSource, nashra.Habit{}, nashra.Entry{Title: "القمح"}, flash, ""},

		{"far shorter than usual", arabicSource, usual(20, 1500), nashra.Entry{Title: "القمح"}, flash, nashra.SuspectShort},
		{"short, and too few articles to know", arabicSource, usual(9, 1500), nashra.Entry{Title: "القمح"}, flash, ""},
		{"short with a source of short news", arabicSource, usual(20, 300), nashra.Entry{Title: "القمح"}, flash, ""},
		{"short, and the feed says the same", arabicSource, usual(20, 1500), nashra.Entry{Title: "عاجل", Summary: strings.Trim(flash, "<p>/") + "…"}, flash, ""},
		{"the beginning that a paywall leaves", arabicSource, usual(20, 1500), nashra.Entry{Title: "القمح"}, flash + "<p>هذا المحتوى للمشتركين</p>", ""},
		{"a photo gallery", arabicSource, usual(20, 1500), nashra.Entry{Title: "صور"}, flash + `<img src="/1.jpg"><img src="/2.jpg"><img src="/3.jpg">`, ""},
		{"a film", arabicSource, usual(20, 1500), nashra.Entry{Title: "فيديو"}, flash + `<video src="/1.mp4"></video>`, ""},

		{"mostly links", arabicSource, nashra.Habit{}, nashra.Entry{Title: "القمح"}, links, nashra.SuspectLinks},
		{"an article with links", arabicSource, nashra.Habit{}, nashra.Entry{Title: "القمح"}, paragraphsOf(longer) + `<p>` + article[0] + `<a href="/x">وزارة الزراعة</a></p>`, ""},

		{"English from an Arabic source", arabicSource, nashra.Habit{}, nashra.Entry{Title: "محصول القمح"}, paragraphsOf(english), nashra.SuspectScript},
		{"English that its title announces", arabicSource, nashra.Habit{}, nashra.Entry{Title: "Wheat harvest exceeds expectations"}, paragraphsOf(english), ""},
		{"Arabic that quotes English", arabicSource, nashra.Habit{}, nashra.Entry{Title: "محصول القمح"}, paragraphsOf(longer) + "<blockquote>" + english[0] + "</blockquote>", ""},
		{"Arabic from an English source", nashra.Subscription{Source: nashra.Source{Language: "en"}}, nashra.Habit{}, nashra.Entry{Title: "Wheat"}, paragraphsOf(article), nashra.SuspectScript},
		{"Arabic from a Hebrew source", nashra.Subscription{Source: nashra.Source{Language: "he"}}, nashra.Habit{}, nashra.Entry{Title: "יבול החיטה"}, paragraphsOf(article), nashra.SuspectScript},
		{"Arabic script from a Persian source", nashra.Subscription{Source: nashra.Source{Language: "fa"}}, nashra.Habit{}, nashra.Entry{Title: "گندم"}, paragraphsOf(article), ""},
		{"a source in Arabic chat letters", nashra.Subscription{Source: nashra.Source{Language: "ar-Latn"}}, nashra.Habit{}, nashra.Entry{Title: "el amh"}, paragraphsOf(english), ""},
		{"a language nobody knows", nashra.Subscription{Source: nashra.Source{Language: "x-ours"}}, nashra.Habit{}, nashra.Entry{Title: "القمح"}, paragraphsOf(english), ""},

		{"a notice of cookies", arabicSource, nashra.Habit{}, nashra.Entry{Title: "القمح"}, "<p>يستخدم هذا الموقع ملفات تعريف الارتباط لتحسين تجربتكم في التصفح، ومواصلة التصفح موافقة على ذلك.</p><p>جميع الحقوق محفوظة لصحيفة الحقل.</p>", nashra.SuspectFurniture},
		{"an article about cookies", arabicSource, nashra.Habit{}, nashra.Entry{Title: "القمح"}, "<p>أصدرت المحكمة حكما في شأن ملفات تعريف الارتباط.</p>" + paragraphsOf(article), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.entry.GUID = "1"
			r := reading(t, tt.entry, tt.page)
			got, _ := extractor.Judge(tt.sub, tt.habit, []extractor.Reading{r})
			if kind := kindOf(got[0]); kind != tt.want {
				t.Errorf("got %q, want %q: %+v; body %q", kind, tt.want, got[0], extractor.Text(r.Result.HTML))
			}
		})
	}
}

func kindOf(s *nashra.Suspicion) nashra.SuspicionKind {
	if s == nil {
		return ""
	}
	return s.Kind
}

func TestBodyOfAnotherItemLooksWrong(t *testing.T) {
	sub := nashra.Subscription{Source: nashra.Source{Language: "ar"}}
	wheat := paragraphsOf(article)
	notice := "<p>نعتذر لقرائنا عن الخلل الذي أصاب بعض صفحات الصحيفة اليوم، ونعمل على إصلاحه في أقرب وقت ممكن.</p>"
	e := func(guid, title, summary string) nashra.Entry {
		return nashra.Entry{GUID: guid, Title: title, Summary: summary}
	}
	tests := []struct {
		name  string
		pages [][]extractor.Reading // by cycle
		want  []string              // by reading, all cycles
	}{
		{"a page that shows another article, in one cycle", [][]extractor.Reading{
			{reading(t, e("1", "محصول القمح فاق التوقعات", ""), wheat), reading(t, e("2", "فوز المنتخب بكأس البطولة", ""), wheat)},
		}, []string{"", "duplicate"}},
		{"and where it comes first", [][]extractor.Reading{
			{reading(t, e("2", "فوز المنتخب بكأس البطولة", ""), wheat), reading(t, e("1", "محصول القمح فاق التوقعات", ""), wheat)},
		}, []string{"duplicate", ""}},
		{"in a later cycle", [][]extractor.Reading{
			{reading(t, e("1", "محصول القمح فاق التوقعات", ""), wheat)}, {reading(t, e("2", "فوز المنتخب بكأس البطولة", ""), wheat)},
		}, []string{"", "duplicate"}},
		{"one notice for all", [][]extractor.Reading{
			{reading(t, e("1", "محصول القمح فاق التوقعات", ""), notice), reading(t, e("2", "فوز المنتخب بكأس البطولة", ""), notice)},
			{reading(t, e("3", "ارتفاع أسعار النفط", ""), notice)},
		}, []string{"duplicate", "duplicate", "duplicate"}},
		{"the same article again", [][]extractor.Reading{
			{reading(t, e("1", "محصول القمح فاق التوقعات", ""), wheat)}, {reading(t, e("1", "الوزارة تعلن نتائج الموسم", ""), wheat)},
		}, []string{"", ""}},
		{"sent again under a new guid", [][]extractor.Reading{
			{reading(t, e("1", "نتائج الموسم", ""), wheat)}, {reading(t, e("2", "نتائج الموسم", ""), wheat)},
		}, []string{"", ""}},
		{"wire copy under two titles", [][]extractor.Reading{
			{reading(t, e("1", "محصول القمح فاق التوقعات", ""), wheat)}, {reading(t, e("2", "الصوامع استقبلت محصول القمح", ""), wheat)},
		}, []string{"", ""}},
		{"wire copy that the summary tells of", [][]extractor.Reading{
			{reading(t, e("1", "حصاد الخير", ""), wheat)}, {reading(t, e("2", "موسم لا ينسى", article[0]), wheat)},
		}, []string{"", ""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var habit nashra.Habit
			var got []string
			for _, cycle := range tt.pages {
				var verdicts []*nashra.Suspicion
				verdicts, habit = extractor.Judge(sub, habit, cycle)
				for _, v := range verdicts {
					got = append(got, string(kindOf(v)))
				}
			}
			if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestWhatLooksWrongIsNoExample(t *testing.T) {
	sub := nashra.Subscription{Source: nashra.Source{Language: "ar"}}
	habit := usual(20, 1500)
	for n := range 40 {
		r := reading(t, nashra.Entry{GUID: fmt.Sprint(n), Title: "القمح"}, fmt.Sprintf("<p>انقطع البث رقم %d عن موقعنا قبل قليل، وسيعود بعد الصيانة.</p>", n))
		var verdicts []*nashra.Suspicion
		if verdicts, habit = extractor.Judge(sub, habit, []extractor.Reading{r}); kindOf(verdicts[0]) != nashra.SuspectShort {
			t.Fatalf("page %d: got %+v", n, verdicts[0])
		}
	}
}
