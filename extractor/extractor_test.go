package extractor_test

import (
	"errors"
	"strings"
	"testing"

	"nashra"
	"nashra/extractor"
)

// article is a body whose sentences the tests look for again.
var article = []string{
	"أعلنت وزارة الزراعة أن محصول القمح هذا العام فاق التوقعات، وأن الصوامع استقبلت كميات لم تستقبلها منذ سنوات.",
	"وقال مسؤول في الوزارة إن الأمطار التي هطلت في الربيع كانت عاملا مهما، فضلا عن أصناف جديدة زرعت في الدلتا.",
	"وأضاف أن المزارعين حصلوا على أسعار مجزية، وأن صرف المستحقات يتم خلال ثمان وأربعين ساعة من التوريد.",
}

// other is text that must not be in the result.
const other = "هذا نص طويل لا ينتمي إلى المقال، كتبه أحد القراء ليقول رأيه في الموضوع كله، ثم عاد وكتب مثله مرة أخرى."

func paragraphsOf(lines []string) string { return "<p>" + strings.Join(lines, "</p><p>") + "</p>" }

// site surrounds a body as sites do.
func site(body string) string {
	return `<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>محصول القمح يفوق التوقعات | صحيفة الحقل</title>
<meta property="og:site_name" content="صحيفة الحقل"></head><body>
<nav><ul><li><a href="/">الرئيسية</a><li><a href="/s">سياسة</a><li><a href="/e">اقتصاد</a></ul></nav>
<h1>محصول القمح يفوق التوقعات</h1>
<div class="date">الأحد 4 مايو 2025</div>` + body + `
<aside><h3>الأكثر قراءة</h3><ul><li><a href="/1">خبر أول طويل العنوان عن أمر من الأمور</a><li><a href="/2">خبر ثان طويل العنوان عن أمر آخر</a></ul></aside>
<div id="comments"><p>` + other + `</p><p>` + other + `</p></div>
<footer><p>جميع الحقوق محفوظة لصحيفة الحقل ولا يجوز النقل عنها دون إذن مكتوب من إدارتها.</p></footer></body></html>`
}

func extract(t testing.TB, in extractor.Input) nashra.Content {
	t.Helper()
	if in.At.IsZero() {
		in.At = at
	}
	c, err := extractor.Extract(in)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func extractHTML(t testing.TB, body string) nashra.Content {
	t.Helper()
	return extract(t, extractor.Input{Page: &extractor.Page{URL: "https://partner.example/news/1", Body: []byte(body)}})
}

// wantText checks that the text of c is the lines, each a paragraph.
func wantText(t testing.TB, c nashra.Content, lines ...string) {
	t.Helper()
	if got, want := extractor.Text(c.HTML), strings.Join(lines, "\n\n"); got != want {
		t.Errorf("%s: got text\n%q\nwant\n%q", c.Method, got, want)
	}
}

func TestGenericFinderTakesTheArticleAlone(t *testing.T) {
	tests := []struct{ name, body string }{
		{"paragraphs in a div", `<div>` + paragraphsOf(article) + `</div>`},
		{"paragraphs of an article element", `<article>` + paragraphsOf(article) + `</article>`},
		{"parted by br", `<div>` + strings.Join(article, "<br><br>") + `</div>`},
		{"parted by br and spaces", `<div>` + strings.Join(article, "<br> <br/>\n&nbsp;") + `</div>`},
		{"divs without p", `<div><div>` + strings.Join(article, "</div><div>") + `</div></div>`},
		{"in a table", `<table><tr><td>` + paragraphsOf(article) + `</td><td><a href="/x">إعلان هنا</a></td></tr></table>`},
		{"in halves around an advertisement", `<section><div>` + paragraphsOf(article[:2]) + `</div><div class="ad"><a href="/ad">اشتر الآن بسعر لا يصدق</a></div><div>` + paragraphsOf(article[2:]) + `</div></section>`},
		{"a small part behind an advertisement", `<section><div class="part">` + paragraphsOf(append(append([]string{}, longer...), article[:2]...)) + `</div><div class="ad"><a href="/ad">اشتر الآن بسعر لا يصدق</a></div><div class="part"><p>` + article[2] + `</p></div></section>`},
		{"a deck above the byline", `<div><h2>تقرير عن موسم الحصاد وما حمله من مفاجآت سارة للمزارعين</h2><span class="byline">علي حسن</span><p class="time">4 مايو 2025</p>` + paragraphsOf(article) + `</div>`},
		{"a pull quote", `<div>` + paragraphsOf(article[:2]) + `<div class="box"><p>"` + strings.TrimPrefix(article[1], "وقال مسؤول في الوزارة إن ") + `"</p><p>مسؤول في الوزارة</p></div>` + paragraphsOf(article[2:]) + `</div>`},
		{"share row, tags and byline around it", `<div><div class="share"><a href="/f">فيسبوك</a> <a href="/t">تويتر</a></div><span class="author">كتب: علي حسن</span>` +
			paragraphsOf(article) + `<div class="tags"><a href="/t1">القمح</a> <a href="/t2">الزراعة</a></div></div>`},
		{"related links in its middle", `<div>` + paragraphsOf(article[:2]) + `<ul><li><a href="/r1">خبر ذو صلة بالموضوع أول</a></li><li><a href="/r2">خبر ذو صلة بالموضوع ثان</a></li></ul>` + paragraphsOf(article[2:]) + `</div>`},
		{"a caption below its picture", `<div><div><img src="/a.jpg"><span>حصاد القمح في الدلتا</span></div>` + paragraphsOf(article) + `</div>`},
		{"a byline and dates in paragraphs of their own", `<div><p>نشر في الأحد 4 مايو 2025 - 10:30 ص | آخر تحديث الأحد 4 مايو 2025 - 11:45 ص بتوقيت القاهرة</p><p>كتب - علي حسن:</p>` + paragraphsOf(article) + `</div>`},
		{"links to read also in its middle", `<div>` + paragraphsOf(article[:2]) + `<p>اقرأ أيضا: <a href="/r1">خبر آخر عن القمح والشعير</a></p><p><strong>اقرأ أيضا</strong></p><p><a href="/r2">خبر ثالث عن الزراعة</a></p>` + paragraphsOf(article[2:]) + `</div>`},
		{"comments that nothing calls so", `<div>` + paragraphsOf(article) + `</div><div><h3>التعليقات (2)</h3><div><b>محمد</b><p>` + other + `</p></div></div>`},
		{"the title again below it", `<div>` + paragraphsOf(article) + `<p>محصول القمح يفوق التوقعات</p></div>`},
		{"cards of other articles beside it", `<div>` + paragraphsOf(article) + `</div><div>` + cards(8) + `</div>`},
		{"cards of other articles below it", `<div>` + paragraphsOf(article) + `<h4>أخبار أخرى</h4>` + cards(8) + `</div>`},
		{"long related texts below it", `<div>` + paragraphsOf(article) + `</div><div class="related">` + strings.Repeat(`<div><p>`+other+`</p></div>`, 12) + `</div>`},
		{"a class that files it under a category", `<div class="post category-news tag-wheat author-ali"><p>` + article[0] + `</p><p>` + article[1] + `</p><p>` + article[2] + `</p></div><div>` + strings.Repeat(`<p class="tag">`+other+`</p>`, 2) + `</div>`},
		{"a body under a misleading name", `<div class="nav-tools">` + paragraphsOf(article) + `</div>`},
		{"a banner about cookies", `<div>` + paragraphsOf(article) + `</div><div><p>نستخدم ملفات تعريف الارتباط لتحسين تجربتك، وباستمرارك فإنك توافق على سياسة الخصوصية وشروط الاستخدام.</p></div>`},
		{"who wrote it below", `<div>` + paragraphsOf(article) + `<h4>عن الكاتب</h4><p>صحفي يكتب في شؤون الزراعة منذ عشر سنوات.</p></div>`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := article
			if strings.Contains(tt.body, longer[4]) {
				want = append(append([]string{}, longer...), article...)
			}
			wantText(t, extractHTML(t, site(tt.body)), want...)
		})
	}
}

// cards are n teasers of other articles, as sites list them.
func cards(n int) string {
	card := `<div class="item"><a href="/n"><img src="/n.jpg"></a><h3><a href="/n">عنوان خبر آخر طويل في القائمة الجانبية</a></h3>` +
		`<p>مقتطف من الخبر يشرح للقارئ ما حدث في المدينة أمس، ويضيف تفاصيل قليلة عن الأسباب والنتائج المتوقعة.</p></div>`
	return strings.Repeat(card, n)
}

func TestGenericFinderReadsShortArticles(t *testing.T) {
	body := []string{"أعلنت الوزارة موعد الامتحانات أمس.", "وتبدأ الامتحانات في الأول من يونيو المقبل في المدارس كلها."}
	c := extractHTML(t, strings.ReplaceAll(site(`<div>`+paragraphsOf(body)+`</div>`), other, "تعليق"))
	wantText(t, c, body...)
}

func TestARoundUpOfLinksIsAnArticle(t *testing.T) {
	part := `<section><h2><a href="/n1">عنوان خبر طويل من أخبار الأسبوع</a></h2>` + paragraphsOf(longer) + `</section>`
	page := strings.Replace(site(`<div>`+strings.Repeat(part, 4)+`</div>`), "<head>", `<head><meta property="og:type" content="article">`, 1)
	if got := extractor.Text(extractHTML(t, page).HTML); strings.Count(got, article[1]) != 4 {
		t.Errorf("got %q", got)
	}
}

func TestSeveralArticlesOnAPage(t *testing.T) {
	second := []string{
		"افتتح المتحف الجديد أبوابه للزوار في العاصمة، وسط حضور كبير من المهتمين بالتاريخ والآثار.",
		"ويضم المتحف آلاف القطع التي تعرض للمرة الأولى، ويستمر المعرض الافتتاحي حتى نهاية العام الجاري.",
	}
	page := `<html><body><article><h2>محصول القمح يفوق التوقعات</h2>` + paragraphsOf(article) + `</article>
<article><h2>افتتاح المتحف الجديد في العاصمة</h2>` + paragraphsOf(second) + `</article></body></html>`
	for title, want := range map[string][]string{"محصول القمح يفوق التوقعات": article, "افتتاح المتحف الجديد في العاصمة": second} {
		c := extract(t, extractor.Input{Entry: nashra.Entry{Title: title}, Page: &extractor.Page{URL: "https://partner.example/", Body: []byte(page)}})
		wantText(t, c, want...)
	}
}

// footer is what a site says of itself below its pages.
const footer = `<footer><p>صحيفة الحقل صحيفة يومية مستقلة تصدر عن مؤسسة الحقل للصحافة والنشر في القاهرة، تأسست عام 1990.</p></footer>`

func TestPagesWithoutArticle(t *testing.T) {
	tests := []struct{ name, body string }{
		{"nothing", ""},
		{"space", " \n\t "},
		{"an empty page", "<html><head><title>عنوان</title></head><body></body></html>"},
		{"links alone", `<ul><li><a href="/1">خبر أول طويل العنوان عن أمر</a><li><a href="/2">خبر ثان طويل العنوان عن أمر</a></ul>`},
		{"cards of many articles", `<html><head><title>الأخبار</title></head><body><h1>الأخبار</h1><main>` + cards(12) + `</main></body></html>`},
		{"a picture alone", `<img src="/a.jpg">`},
		{"beginnings of many articles", `<title>سياسة - صحيفة الحقل</title><h1>سياسة</h1>` + strings.Repeat(`<article><h2><a href="/n1">عنوان خبر طويل في قائمة القسم</a></h2><p>`+article[0]+`</p><p>`+article[1]+`</p><a href="/n1">اقرأ المزيد</a></article>`, 4) + footer},
		{"results of a search", `<title>نتائج البحث عن القمح</title><h1>نتائج البحث عن القمح</h1><ul>` + strings.Repeat(`<li><a href="/n1">عنوان خبر طويل في قائمة النتائج</a><p>`+article[0]+`</p></li>`, 8) + `</ul>` + footer},
		{"a login", `<title>تسجيل الدخول - صحيفة الحقل</title><h1>تسجيل الدخول</h1><p>سجل دخولك للمتابعة، وإن لم يكن لديك حساب فأنشئ حسابا جديدا الآن.</p>` + footer},
		{"an error", `<title>الصفحة غير موجودة | صحيفة الحقل</title><h1>خطأ 404</h1><p>عذرا، الصفحة التي تبحث عنها غير موجودة. ربما حذفت أو تغير عنوانها، ويمكنك العودة إلى الصفحة الرئيسية.</p>` + footer},
		{"comments without their article", site("")},
		{"not HTML", "\x00\x01\x02\xff\xfe"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := extractor.Extract(extractor.Input{Page: &extractor.Page{URL: "https://partner.example/1", Body: []byte(tt.body)}, At: at})
			if !errors.Is(err, nashra.ErrNoArticle) {
				t.Errorf("got %+v, %v, want ErrNoArticle", c, err)
			}
		})
	}
	t.Run("a site's first page", func(t *testing.T) {
		body := `<title>صحيفة الحقل</title><main><h2><a href="/1">عنوان خبر كبير في أعلى الصفحة</a></h2><p>` + article[0] + `</p>` + cards(10) + `</main>` + footer
		c, err := extractor.Extract(extractor.Input{Page: &extractor.Page{URL: "https://partner.example/", Body: []byte(body)}, At: at})
		if !errors.Is(err, nashra.ErrNoArticle) {
			t.Errorf("got %+v, %v, want ErrNoArticle", c, err)
		}
	})
	if _, err := extractor.Extract(extractor.Input{}); !errors.Is(err, nashra.ErrNoArticle) {
		t.Errorf("neither entry nor page: got %v, want ErrNoArticle", err)
	}
}

func TestOrderOfTrust(t *testing.T) {
	whole := "<p>" + strings.Join(article, "</p><p>") + "</p><p>وهذه فقرة لا يعرفها إلا الخلاصة، كتبت لها خصيصا.</p>"
	onPage := []byte(site(`<div class="text">` + paragraphsOf(article) + `</div><div id="box"><p>مقطع اختاره المحرر بمحدد.</p></div>`))
	page := &extractor.Page{URL: "https://partner.example/news/1", Body: onPage}
	tests := []struct {
		name   string
		sub    nashra.Subscription
		entry  nashra.Entry
		page   *extractor.Page
		method string
		in     string // a sentence of the result
	}{
		{"a selector outranks the feed", nashra.Subscription{Select: "#box"}, nashra.Entry{Body: whole}, page, "select", "مقطع اختاره"},
		{"a selector that matches nothing", nashra.Subscription{Select: ".gone", Content: nashra.ContentPage}, nashra.Entry{Body: whole}, page, "generic", "المستحقات"},
		{"a whole body in the feed", nashra.Subscription{}, nashra.Entry{Body: whole}, page, "feed", "إلا الخلاصة"},
		{"content: page", nashra.Subscription{Content: nashra.ContentPage}, nashra.Entry{Body: whole}, page, "generic", "المستحقات"},
		{"content: page, and the page has no article", nashra.Subscription{Content: nashra.ContentPage}, nashra.Entry{Body: whole}, &extractor.Page{}, "feed", "إلا الخلاصة"},
		{"content: feed", nashra.Subscription{Content: nashra.ContentFeed}, nashra.Entry{Body: "<p>قصير.</p>"}, page, "feed", "قصير"},
		{"a teaser in the feed", nashra.Subscription{}, nashra.Entry{Body: "<p>" + article[0] + " […]</p>"}, page, "generic", "المستحقات"},
		{"a page that goes on where the feed ends", nashra.Subscription{}, nashra.Entry{Body: "<p>" + article[0] + "</p><p>" + article[1] + "</p>"}, page, "generic", "المستحقات"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := extract(t, extractor.Input{Subscription: tt.sub, Entry: tt.entry, Page: tt.page})
			if c.Method != tt.method || !strings.Contains(c.HTML, tt.in) {
				t.Errorf("got %s: %s\nwant %s with %q", c.Method, c.HTML, tt.method, tt.in)
			}
		})
	}
}

func TestASummaryIsNoBody(t *testing.T) {
	entry := nashra.Entry{Title: "عنوان", Link: "https://partner.example/1", Summary: strings.Join(article, " ")}
	if c, err := extractor.Extract(extractor.Input{Entry: entry, At: at}); !errors.Is(err, nashra.ErrNoArticle) {
		t.Errorf("got %+v, %v, want ErrNoArticle", c, err)
	}
}

func TestDescriptionIsTheBodyWhereTheOperatorSaysSo(t *testing.T) {
	in := extractor.Input{
		Subscription: nashra.Subscription{Content: nashra.ContentFeed},
		Entry:        nashra.Entry{Summary: strings.Join(article, "\n")},
	}
	wantText(t, extract(t, in), article...)
	in.Entry.Summary = article[0] + " …"
	if _, err := extractor.Extract(in); !errors.Is(err, nashra.ErrNoArticle) {
		t.Errorf("a description that breaks off: got %v, want ErrNoArticle", err)
	}
}

func TestNeedsPage(t *testing.T) {
	whole := "<p>" + strings.Join(article, "</p><p>") + "</p>"
	tests := []struct {
		name string
		mode nashra.ContentMode
		body string
		sum  string
		want bool
	}{
		{"a whole body", nashra.ContentAuto, whole, article[0], false},
		{"a whole body and no summary", nashra.ContentAuto, whole, "", false},
		{"no body", nashra.ContentAuto, "", strings.Join(article, " "), true},
		{"a body that breaks off", nashra.ContentAuto, whole + "<p>[…]</p>", "", true},
		{"a body that breaks off with three dots", nashra.ContentAuto, whole + "<p>وقال...</p>", "", true},
		{"an invitation to read on", nashra.ContentAuto, whole + `<a href="/1">إقرأ المزيد</a>`, "", true},
		{"an invitation to read on in English", nashra.ContentAuto, whole + `<a href="/1">Read more »</a>`, "", true},
		{"a body of one line", nashra.ContentAuto, "<p>" + article[0] + "</p>", "", true},
		{"the summary again", nashra.ContentAuto, whole, strings.Join(article, " "), true},
		{"content: page", nashra.ContentPage, whole, "", true},
		{"content: feed", nashra.ContentFeed, "", "موجز", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := nashra.Entry{Link: "https://partner.example/1", Body: tt.body, Summary: tt.sum}
			if got := extractor.NeedsPage(nashra.Subscription{Content: tt.mode}, e); got != tt.want {
				t.Errorf("NeedsPage(%q) = %v, want %v", tt.body, got, tt.want)
			}
		})
	}
	if extractor.NeedsPage(nashra.Subscription{Content: nashra.ContentPage}, nashra.Entry{}) {
		t.Error("an entry without a link has no page")
	}
}

func TestPlainTextBodyHasAParagraphALine(t *testing.T) {
	c := extract(t, extractor.Input{Entry: nashra.Entry{Body: strings.Join(article, "\n")}})
	wantText(t, c, article...)
}

func TestCheckSelector(t *testing.T) {
	for css, sound := range map[string]bool{"article .entry-content, .body > p": true, ".a:not(.b)": true, "..a": false, "a[": false, "": false} {
		if err := extractor.CheckSelector(css); (err == nil) != sound {
			t.Errorf("CheckSelector(%q) = %v", css, err)
		}
	}
}

func TestRemoveTakesOutBeforeAnythingElse(t *testing.T) {
	page := &extractor.Page{URL: "https://partner.example/1", Body: []byte(site(`<div>` + paragraphsOf(article[:2]) + `<p class="x">` + other + `</p>` + paragraphsOf(article[2:]) + `</div>`))}
	for _, css := range []string{"", "body > div:has(.x)"} {
		c := extract(t, extractor.Input{Subscription: nashra.Subscription{Select: css, Remove: []string{".x"}}, Page: page})
		if strings.Contains(c.HTML, "لا ينتمي") {
			t.Errorf("select %q: what was removed is there: %s", css, c.HTML)
		}
	}
}

func TestSelectJoinsItsMatchesInOrder(t *testing.T) {
	page := &extractor.Page{URL: "https://partner.example/1", Body: []byte(site(`<p class="t">` + article[0] + `</p><div>إعلان بينهما</div><div class="t"><p class="t">` + article[1] + `</p></div>`))}
	c := extract(t, extractor.Input{Subscription: nashra.Subscription{Select: ".t"}, Page: page})
	wantText(t, c, article[:2]...)
}

func TestStandfirstOpensTheBody(t *testing.T) {
	lead := "تقرير عن موسم الحصاد وما حمله من مفاجآت سارة للمزارعين في الدلتا والصعيد."
	page := `<html><body><h1>محصول القمح يفوق التوقعات</h1>%s<div class="story">` + paragraphsOf(article) + `</div></body></html>`
	c := extractHTML(t, strings.Replace(page, "%s", `<p class="lead">`+lead+`</p>`, 1))
	wantText(t, c, append([]string{lead}, article...)...)
	c = extractHTML(t, strings.Replace(page, "%s", `<h3>`+lead+`</h3><div class="byline">علي حسن</div>`, 1))
	wantText(t, c, article...)
}

func TestGarbageIsReadInBoundedTime(t *testing.T) {
	const size = 1 << 20
	units := map[string]string{
		"open brackets": "<", "open tags": "<div>", "inline tags": "<b>", "links": "<a href=x>", "attributes": "<p a='", "letters": "ا", "words": "كلمة ",
		"closing tags": "</i>", "paragraphs": "<p>كلمة أخرى، ثم نص طويل من كلمات كثيرة حتى النهاية.", "breaks": "<br>س", "bytes": "\xff\x00<", "tables": "<table><tr><td>",
		"lists": "<ul><li>س", "scripts": "<script>", "comments": "<!--", "formatted": "<p><b id=x1><i>",
	}
	var all strings.Builder
	for _, unit := range units {
		all.WriteString(strings.Repeat(unit, 1000))
	}
	for name, unit := range units {
		t.Run(name, func(t *testing.T) {
			body := []byte(strings.Repeat(unit, size/len(unit)))
			if _, err := extractor.Extract(extractor.Input{Page: &extractor.Page{URL: "https://partner.example/", Body: body}, At: at}); err != nil && !errors.Is(err, nashra.ErrNoArticle) && !errors.Is(err, nashra.ErrTooLarge) {
				t.Error(err)
			}
		})
	}
	mixed := []byte(strings.Repeat(all.String(), 8*size/all.Len()))
	if _, err := extractor.Extract(extractor.Input{Page: &extractor.Page{URL: "https://partner.example/", Body: mixed}, At: at}); err != nil && !errors.Is(err, nashra.ErrNoArticle) && !errors.Is(err, nashra.ErrTooLarge) {
		t.Error(err)
	}
}

func FuzzExtract(f *testing.F) {
	f.Add([]byte(site(`<div>`+paragraphsOf(article)+`</div>`)), "text/html; charset=utf-8", "")
	f.Add([]byte(site(`<script type="application/ld+json">{"@type":"NewsArticle","articleBody":"`+strings.Join(article, " ")+`"}</script>`)), "", article[0])
	for _, s := range hostile {
		f.Add([]byte(site(`<article>`+paragraphsOf(article)+s+`</article>`)), "text/html; charset=windows-1256", "<p>"+s)
	}
	f.Fuzz(func(t *testing.T, page []byte, contentType, body string) {
		for _, in := range []extractor.Input{
			{Page: &extractor.Page{URL: "https://partner.example/1", ContentType: contentType, Body: page}},
			{Entry: nashra.Entry{Link: "https://partner.example/1", Body: body}, Subscription: nashra.Subscription{Content: nashra.ContentFeed}},
		} {
			in.At = at
			c, err := extractor.Read(in)
			if err != nil {
				if !errors.Is(err, nashra.ErrNoArticle) {
					t.Errorf("%q: %v", page, err)
				}
				continue
			}
			harmless(t, string(page)+body, c.HTML)
			if got, want := c.Text(), extractor.Text(c.HTML); got != want {
				t.Errorf("%q, %q: the result's text is %q, its HTML has %q", page, body, got, want)
			}
		}
	})
}
