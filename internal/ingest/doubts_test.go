package ingest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"nashra"
	"nashra/extractor"
)

// served answers the path of a page with html, in whatever the site has
// there, and reports whether it did.
func served(path, html string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.RequestURI() != path {
			return false
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, html)
		return true
	}
}

func (p *partner) warnings() []string {
	p.t.Helper()
	status, err := p.store.Source(p.t.Context(), "a")
	if err != nil {
		p.t.Fatal(err)
	}
	return status.Warnings()
}

// warned expects one warning that holds text, or none where text is "".
func (p *partner) warned(when, text string) {
	p.t.Helper()
	got := p.warnings()
	if text == "" && len(got) > 0 || text != "" && (len(got) != 1 || !strings.Contains(got[0], text)) {
		p.t.Errorf("%s: warnings %q, want %q", when, got, text)
	}
}

// TestRedesignDoesNotEmptyOurPages: a selector that no longer matches marks
// its source until it matches again or config.yaml has another.
func TestRedesignDoesNotEmptyOurPages(t *testing.T) {
	designed := func(n int, class string) news {
		s := story(n)
		s.page = `<div class="` + class + `">` + s.page + `</div>`
		return s
	}
	p := newPartner(t, designed(1, "entry-content"))
	p.sub.Select = ".entry-content"
	p.open()
	p.cycle("ok new 1 updated 0 unchanged 0")
	p.warned("as designed", "")

	p.change(func() { p.list = append(p.list, designed(2, "post-text"), designed(3, "post-text")) })
	got := p.cycle("ok new 2 updated 0 unchanged 1")
	if a := p.article(2); a.Method != "generic" || !strings.Contains(a.HTML, "الفرع رقم 2") {
		t.Errorf("after the redesign: %s, %q", a.Method, a.HTML)
	}
	const marked = `select ".entry-content" matched none of the 2 pages read; the bodies were found without it`
	if len(got.Warnings) != 1 || got.Warnings[0] != marked {
		t.Errorf("the fetch warns of %q", got.Warnings)
	}
	p.warned("after the redesign", marked)
	if got := p.cycle("not_modified new 0 updated 0 unchanged 0"); len(got.Warnings) != 0 {
		t.Errorf("a fetch that read no page warns of %q", got.Warnings)
	}
	p.warned("while no page is read", marked)

	p.change(func() { p.list = append(p.list, designed(4, "entry-content")) })
	p.cycle("ok new 1 updated 0 unchanged 3")
	p.warned("matching again", "")

	p.change(func() { p.list = append(p.list, designed(5, "post-text")) })
	p.cycle("ok new 1 updated 0 unchanged 4")
	p.warned("and not", `matched nothing on the page read`)
	p.sub.Select = ".post-text"
	p.open()
	p.cycle("not_modified new 0 updated 0 unchanged 0")
	p.warned("with another selector", "")
}

func TestBodyThatLooksWrongIsNotPublished(t *testing.T) {
	own := func(n int, title, summary string) news {
		s := story(n)
		s.title, s.summary = title, summary
		return s
	}
	wheat := own(1, "محصول القمح فاق التوقعات", "أعلنت الوزارة نتائج موسم القمح.")
	cup := own(2, "فوز المنتخب بكأس البطولة", "فاز المنتخب بالكأس بعد مباراة امتدت إلى ركلات الترجيح.")
	bare := own(3, "ارتفاع أسعار النفط", "")
	p := newPartner(t, wheat, cup, bare)
	notice := `<html><body><article><p>نعتذر لقرائنا عن الخلل الذي أصاب بعض صفحات الصحيفة اليوم، ونعمل على إصلاحه في أقرب وقت ممكن، وسوف نعود.</p><p>ويسعدنا أن تراسلونا إذا لاحظتم خللا آخر في صفحة من الصفحات، فملاحظاتكم تعيننا على إصلاحه.</p></article></body></html>`
	p.change(func() {
		second, third := served("/news/2", notice), served("/news/3", notice)
		p.fault = func(w http.ResponseWriter, r *http.Request) bool { return second(w, r) || third(w, r) }
	})
	got := p.cycle("ok new 3 updated 0 unchanged 0")
	if a := p.article(1); a.Suspect != nil || a.Method == "feed" {
		t.Errorf("a body as it should be: %+v", a)
	}
	if a := p.article(2); a.Suspect == nil || a.Suspect.Kind != nashra.SuspectDuplicate || extractor.Text(a.HTML) != cup.summary || a.Method != "feed" {
		t.Errorf("a notice in place of the article: %+v, %+v", a, a.Suspect)
	}
	if a := p.article(3); a.Suspect == nil || !strings.Contains(a.HTML, "نعتذر") {
		t.Errorf("a notice, and nothing in the feed: %+v, %+v", a, a.Suspect)
	}
	if len(got.Warnings) != 2 || !strings.HasSuffix(got.Warnings[0], "/news/2\": its body is the same as that of another item; the feed's own text is published") ||
		!strings.HasSuffix(got.Warnings[1], "it is published all the same, because the feed has no text") {
		t.Errorf("warnings %q", got.Warnings)
	}
	if d := p.state().Doubts; d.Pages != 3 || d.Suspect != 2 || d.Partial != 0 {
		t.Errorf("got %+v", d)
	}
	p.cycle("not_modified new 0 updated 0 unchanged 0")
	if d := p.state().Doubts; d.Suspect != 2 {
		t.Errorf("forgotten while no page was read: %+v", d)
	}

	p.change(func() { p.fault = nil; p.list[1].title += "، محدث" })
	p.cycle("ok new 0 updated 1 unchanged 2")
	if a := p.article(2); a.Suspect != nil || a.Method == "feed" {
		t.Errorf("the page is as it should be again: %+v, %+v", a, a.Suspect)
	}
	if d := p.state().Doubts; d.Suspect != 0 {
		t.Errorf("got %+v", d)
	}
}

func TestShortBodyIsMeasuredByTheSourcesHabit(t *testing.T) {
	long := func(n int) news {
		s := story(n)
		s.page = strings.Repeat(s.page, 4)
		return s
	}
	var list []news
	for n := 1; n <= 12; n++ {
		list = append(list, long(n))
	}
	p := newPartner(t, list...)
	p.cycle("ok new 12 updated 0 unchanged 0")
	p.warned("bodies as usual", "")
	blank := news{n: 13, title: "مهرجان الكتاب", summary: "يفتتح مهرجان الكتاب أبوابه غدا في حديقة المدينة.", page: "<h1>مهرجان الكتاب</h1><p>انقطع البث عن هذه الصفحة قبل قليل، وسيعود بعد الصيانة إن شاء الله.</p>"}
	flash := news{n: 14, title: "عاجل", summary: "استقالت الحكومة قبل قليل، وكلف الرئيس وزير المالية تأليف حكومة جديدة.", page: "<h1>عاجل</h1><p>استقالت الحكومة قبل قليل، وكلف الرئيس وزير المالية تأليف حكومة جديدة.</p>"}
	p.change(func() { p.list = append(p.list, blank, flash) })
	p.open() // the habit is the store's, not the process's
	p.cycle("ok new 2 updated 0 unchanged 12")
	if a := p.article(13); a.Suspect == nil || a.Suspect.Kind != nashra.SuspectShort || extractor.Text(a.HTML) != blank.summary {
		t.Errorf("got %q, %+v", a.HTML, a.Suspect)
	}
	if a := p.article(14); a.Suspect != nil {
		t.Errorf("short news that the feed tells too: %+v", a.Suspect)
	}
}

func TestPageThatIsNoArticleIsSaidToBeNone(t *testing.T) {
	p := newPartner(t, story(1), news{n: 2, title: "بلا نص"})
	p.change(func() {
		p.list[0].page = "<p>الصفحة غير موجودة</p>"
		p.list[1].page = p.list[0].page
	})
	got := p.cycle("ok new 1 updated 0 unchanged 0")
	if a := p.article(1); a.Method != "feed" || !a.Partial || extractor.Text(a.HTML) != p.list[0].summary {
		t.Errorf("got %+v", a)
	}
	said := fmt.Sprint(got.Warnings)
	if len(got.Warnings) != 2 || !strings.Contains(said, `/news/1": its page holds no article; the feed's own text is published`) ||
		!strings.Contains(said, `/news/2": its page holds no article, and the feed has no text`) {
		t.Errorf("warnings %q", got.Warnings)
	}
}

func TestPaywallIsReported(t *testing.T) {
	p := newPartner(t, story(1))
	p.change(func() {
		p.list[0].page += `<div class="box"><p>لقراءة المزيد اشترك الآن</p></div>`
	})
	p.cycle("ok new 1 updated 0 unchanged 0")
	if a := p.article(1); !a.Partial || a.Suspect != nil || a.Method == "feed" {
		t.Errorf("got %+v", a)
	}
	p.warned("a paywall", "of the 1 pages read, 1 had only the beginning of an article")
	p.change(func() { p.list[0].author = "سعاد عبد الرحمن" })
	p.cycle("ok new 0 updated 1 unchanged 0")
	if a := p.article(1); !a.Partial {
		t.Error("forgotten with an unchanged page")
	}
}

func TestPartsOfAPageAreJoined(t *testing.T) {
	second := "<p>وقالت مديرة الفرع إن القاعة الكبرى تتسع لمئتي قارئ، وإن قسم الأطفال يضم ثمانية آلاف كتاب مصور.</p>"
	p := newPartner(t, story(1))
	part := func(body, next string) string {
		return `<html lang="ar"><head><title>افتتاح الفرع رقم 1</title></head><body><article>` + body + `</article>` + next + `</body></html>`
	}
	p.change(func() {
		p.list[0].page += `<a rel="next" href="/news/1?page=2">التالي</a>`
		p.fault = func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.RequestURI() == "/news/1?page=2" {
				w.WriteHeader(http.StatusServiceUnavailable)
				return true
			}
			return false
		}
	})
	got := p.cycle("ok new 1 updated 0 unchanged 0")
	if a := p.article(1); !a.Partial || !strings.Contains(a.HTML, "أعمال ترميم") || len(p.state().Owed) != 1 || len(got.Warnings) == 0 {
		t.Errorf("a part is missing: %+v, %q", a, got.Warnings)
	}
	p.change(func() {
		p.fault = served("/news/1?page=2", part("<h1>افتتاح الفرع رقم 1</h1>"+strings.Repeat(second, 1), `<a rel="next" href="/news/2">الخبر التالي</a>`))
	})
	p.requests()
	p.cycle("not_modified new 0 updated 1 unchanged 0")
	a := p.article(1)
	if a.Partial || !strings.Contains(a.HTML, "أعمال ترميم") || !strings.Contains(a.HTML, "القاعة الكبرى") || len(p.state().Owed) != 0 {
		t.Errorf("both parts are there: %+v", a)
	}
	if got, want := fmt.Sprint(p.requests()), "[/news/1 /news/1]"; got != want {
		t.Errorf("asked for %s, want %s: the next article is no part", got, want)
	}
	p.change(func() { p.list[0].author = "سعاد عبد الرحمن" })
	p.cycle("ok new 0 updated 1 unchanged 0")
	if is := p.article(1); is.HTML != a.HTML || is.PageHash != a.PageHash {
		t.Errorf("the parts are the same: %+v", is)
	}
}

func TestPartThatRobotsForbidsLeavesAPartialArticle(t *testing.T) {
	p := newPartner(t, story(1))
	p.change(func() {
		p.list[0].page += `<a rel="next" href="/news/1/2">التالي</a>`
		p.robots = "User-agent: *\nDisallow: /news/1/"
	})
	p.cycle("ok new 1 updated 0 unchanged 0")
	if a := p.article(1); !a.Partial || len(p.state().Owed) != 0 {
		t.Errorf("got %+v, %d owed", a, len(p.state().Owed))
	}
	if got := fmt.Sprint(p.requests()); got != "[/news/1]" {
		t.Errorf("asked for %s", got)
	}
}
