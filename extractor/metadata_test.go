package extractor_test

import (
	"strings"
	"testing"
	"time"

	"nashra"
	"nashra/extractor"
)

// withHead is a page with more in its head.
func withHead(head string) string {
	return strings.Replace(site(`<div>`+paragraphsOf(article)+`</div>`), "<head>", "<head>"+head, 1)
}

func TestTheEntryOutranksThePage(t *testing.T) {
	published := time.Date(2025, 5, 3, 6, 0, 0, 0, time.UTC)
	c := extract(t, extractor.Input{
		Subscription: nashra.Subscription{Source: nashra.Source{Name: "صحيفة الحقل"}},
		Entry: nashra.Entry{
			Title: "القمح يفوق التوقعات - صحيفة الحقل", Link: "https://partner.example/news/1?x=1", Authors: []string{"بقلم: منى زكي"},
			Published: published, Image: "https://partner.example/entry.jpg", Categories: []string{" اقتصاد ", "اقتصاد", ""},
			Enclosures: []nashra.Enclosure{{URL: "/a.mp3", Type: "audio/mpeg"}, {URL: "javascript:alert(1)"}},
		},
		Page: &extractor.Page{URL: "https://partner.example/news/1", Body: []byte(withHead(`<meta name="author" content="علي حسن">
			<meta property="article:published_time" content="2025-05-04T10:00:00Z"><meta property="og:image" content="/page.jpg"><meta property="og:title" content="عنوان آخر">`))},
	})
	want := nashra.Content{
		Title: "القمح يفوق التوقعات", Link: "https://partner.example/news/1?x=1", Byline: "منى زكي", Image: "https://partner.example/entry.jpg",
		Language: "ar", Direction: "rtl", Method: "generic",
	}
	if c.Title != want.Title || c.Link != want.Link || c.Byline != want.Byline || c.Image != want.Image || c.Language != want.Language ||
		c.Direction != want.Direction || c.Method != want.Method || !c.Published.Equal(published) {
		t.Errorf("\n got %+v\nwant %+v", c, want)
	}
	if len(c.Categories) != 1 || c.Categories[0] != "اقتصاد" {
		t.Errorf("categories: got %q", c.Categories)
	}
	if len(c.Enclosures) != 1 || c.Enclosures[0].URL != "https://partner.example/a.mp3" {
		t.Errorf("enclosures: got %+v", c.Enclosures)
	}
	if credit := (nashra.Credit{Partner: "صحيفة الحقل", Link: want.Link}); c.Credit != credit {
		t.Errorf("credit: got %+v, want %+v", c.Credit, credit)
	}
	if c.Excerpt == "" || !strings.HasPrefix(article[0], c.Excerpt[:20]) {
		t.Errorf("excerpt: got %q", c.Excerpt)
	}
}

func TestTitleOfAPageAlone(t *testing.T) {
	const others = `<title>القمح | صحيفة الحقل</title><h1>القمح هذا العام</h1>`
	tests := []struct{ name, head, shown, want string }{
		{"og:title", `<meta property="og:title" content="القمح &amp; الشعير">`, others, "القمح & الشعير"},
		{"the heading", "", `<title>الحقل</title><h1>محصول القمح يفوق التوقعات</h1>`, "محصول القمح يفوق التوقعات"},
		{"structured data", ld(`{"@type":"NewsArticle","headline":"عنوان من البيانات"}`), others, "عنوان من البيانات"},
		{"a headline for sharing, and one that is said twice", `<meta property="og:title" content="لن تصدق ما فعله القمح">`, `<title>محصول القمح يفوق التوقعات | الحقل</title><h1>محصول القمح يفوق التوقعات</h1>`, "محصول القمح يفوق التوقعات"},
		{"a site's name that nothing else tells", "", `<title>محصول القمح يفوق التوقعات هذا العام - أخبار الريف</title>`, "محصول القمح يفوق التوقعات هذا العام"},
		{"a part of a series", `<meta property="og:site_name" content="الحقل">`, `<title>كيف يزرع القمح في بلادنا - الجزء الثاني | الحقل</title>`, "كيف يزرع القمح في بلادنا - الجزء الثاني"},
		{"a line above the text, where only the site is named", "", `<title>الحقل نت</title><div class="t">محصول القمح يفوق التوقعات هذا العام</div>`, "محصول القمح يفوق التوقعات هذا العام"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if c := extractHTML(t, `<html><head>`+tt.head+tt.shown+`<div class="text">`+paragraphsOf(article)+`</div></body></html>`); c.Title != tt.want {
				t.Errorf("got %q, want %q", c.Title, tt.want)
			}
		})
	}
}

func TestDateOfAPageAlone(t *testing.T) {
	cairo, err := time.LoadLocation("Africa/Cairo")
	if err != nil {
		t.Fatal(err)
	}
	alone := `<div>` + paragraphsOf(article) + `</div></body></html><!--`
	tests := []struct {
		name, head string
		want       time.Time
	}{
		{"meta", `<meta property="article:published_time" content="2025-05-04T10:00:00+03:00">`, time.Date(2025, 5, 4, 7, 0, 0, 0, time.UTC)},
		{"the line below the title", ``, time.Date(2025, 5, 3, 21, 0, 0, 0, time.UTC)},
		{"the day of reading above the title", `</head><body><p><time>23 نوفمبر 2026</time></p><p>أ</p><p>ب</p><p>ج</p><p>د</p>`, time.Date(2025, 5, 3, 21, 0, 0, 0, time.UTC)},
		{"a date in the address alone", `</head><body><h1>عنوان آخر للصفحة</h1>` + alone, time.Date(2025, 5, 6, 21, 0, 0, 0, time.UTC)},
		{"digits of Arabic script", `</head><body><h1>محصول القمح يفوق التوقعات</h1><p>نشر في: ٥ مايو ٢٠٢٥</p>` + alone, time.Date(2025, 5, 4, 21, 0, 0, 0, time.UTC)},
		{"a Hijri date beside a Gregorian one", `</head><body><h1>محصول القمح يفوق التوقعات</h1><p>7 ذو القعدة 1446 هـ - 5 مايو 2025 م</p>` + alone, time.Date(2025, 5, 4, 21, 0, 0, 0, time.UTC)},
		{"a labelled date high above the title", `</head><body><p>تاريخ النشر: 5/5/2025</p>` + strings.Repeat("<p>قسم</p>", 9) + `<h1>محصول القمح يفوق التوقعات</h1>` + alone, time.Date(2025, 5, 4, 21, 0, 0, 0, time.UTC)},
		{"RDFa", `</head><body><span property="dc:date dc:created" content="2025-05-05T09:00:00+03:00">05/04/2025</span>`, time.Date(2025, 5, 5, 6, 0, 0, 0, time.UTC)},
		{"what the page says of itself in JSON-LD", ld(`{"@graph":[{"@type":"WebPage","datePublished":"2025-05-05T09:00:00+03:00"}]}`), time.Date(2025, 5, 5, 6, 0, 0, 0, time.UTC)},
		{"published, not modified", `<meta property="article:modified_time" content="2025-05-09T10:00:00Z"><meta itemprop="datePublished" content="2025-05-05T09:00:00+03:00">`, time.Date(2025, 5, 5, 6, 0, 0, 0, time.UTC)},
		{"a year ahead is the time of fetching", `<meta property="article:published_time" content="2027-11-23T08:00:00Z">`, at},
		{"what is before the web is none", `<meta property="article:published_time" content="1970-01-01T00:00:00Z">`, time.Date(2025, 5, 3, 21, 0, 0, 0, time.UTC)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := extract(t, extractor.Input{Subscription: nashra.Subscription{Zone: cairo}, Page: &extractor.Page{URL: "https://partner.example/2025/05/07/wheat/", Body: []byte(withHead(tt.head))}})
			if !c.Published.Equal(tt.want) {
				t.Errorf("got %v, want %v", c.Published, tt.want)
			}
		})
	}
}

func TestLanguageAgreesWithTheText(t *testing.T) {
	english := `<html lang="%s"><body><h1>Wheat harvest beats forecasts</h1><p>The ministry said on Sunday that the harvest had beaten every forecast of the season, and that silos were full.</p></body></html>`
	tests := []struct {
		name, page, source string
		language, dir      string
	}{
		{"the page says so", withHead(""), "", "ar", "rtl"},
		{"with a region", strings.Replace(withHead(""), `lang="ar"`, `lang="ar_EG"`, 1), "", "ar-EG", "rtl"},
		{"an English theme", strings.Replace(withHead(""), `lang="ar"`, `lang="en-US"`, 1), "", "ar", "rtl"},
		{"an English theme of a Persian source", strings.Replace(withHead(""), `lang="ar"`, `lang="en-US"`, 1), "fa", "fa", "rtl"},
		{"nonsense", strings.Replace(withHead(""), `lang="ar"`, `lang="<arabic>"`, 1), "", "ar", "rtl"},
		{"English", strings.Replace(english, "%s", "en-GB", 1), "ar", "en-GB", "ltr"},
		{"English on an Arabic site", strings.Replace(english, "%s", "ar", 1), "ar", "", "ltr"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := extract(t, extractor.Input{
				Subscription: nashra.Subscription{Source: nashra.Source{Language: tt.source}},
				Page:         &extractor.Page{URL: "https://partner.example/1", Body: []byte(tt.page)},
			})
			if c.Language != tt.language || c.Direction != tt.dir {
				t.Errorf("got %q %q, want %q %q", c.Language, c.Direction, tt.language, tt.dir)
			}
		})
	}
}

func TestOriginIsCredited(t *testing.T) {
	c := extractHTML(t, site(`<div>`+paragraphsOf(article)+`<p>المصدر: وكالة أنباء الشرق</p></div>`))
	if want := "وكالة أنباء الشرق"; c.Credit.Origin != want {
		t.Errorf("got %q, want %q", c.Credit.Origin, want)
	}
	wantText(t, c, article...)
}

// What a page says of itself is often the site's name in part or in whole.
func TestMetadataIsNotTheSites(t *testing.T) {
	const address = "https://www.fieldnews.example/2025/1"
	body := "<div>" + paragraphsOf(article) + "</div>"
	tests := []struct {
		name, head, body     string
		title, byline, image string
	}{
		{"og:title is the site", `<title>محصول القمح يفوق التوقعات | Field News</title><meta property="og:title" content="Field News">`, body, "محصول القمح يفوق التوقعات", "", ""},
		{"h1 is the site", `<title>محصول القمح يفوق التوقعات - Field News</title>`, `<h1>Field News</h1>` + body, "محصول القمح يفوق التوقعات", "", ""},
		{"the site before a colon", `<title>محصول القمح يفوق التوقعات</title><meta property="og:title" content="FieldNews: محصول القمح يفوق التوقعات">`, body, "محصول القمح يفوق التوقعات", "", ""},
		{"a dash is left", `<meta property="og:title" content="محصول القمح يفوق التوقعات –">`, body, "محصول القمح يفوق التوقعات", "", ""},
		{"the author is the host", `<title>محصول القمح</title><meta name="author" content="fieldnews">`, body, "محصول القمح", "", ""},
		{"the author is the site and its motto", `<title>محصول القمح</title><meta property="og:site_name" content="الحقل"><meta name="author" content="الحقل - أخبار الزراعة">`, body, "محصول القمح", "", ""},
		{"a word before the author's name", `<title>محصول القمح</title>`, `<span class="author">نشره: علي حسن</span>` + body, "محصول القمح", "علي حسن", ""},
		{"the same in English", `<title>محصول القمح</title><meta name="author" content="By Ali Hassan">`, body, "محصول القمح", "Ali Hassan", ""},
		{"a line of credit", `<title>محصول القمح</title>`, `<h1>محصول القمح</h1><ul><li>كتب: علي حسن</li><li>الأحد 4 مايو 2025</li></ul>` + body, "محصول القمح", "علي حسن", ""},
		{"credit and date in a line", `<title>محصول القمح</title>`, `<h1>محصول القمح</h1><p><b>بقلم/</b> <a href="/a">علي حسن</a> <span>4 مايو 2025</span></p>` + body, "محصول القمح", "علي حسن", ""},
		{"a sentence that begins like credit", `<title>محصول القمح</title>`, `<h1>محصول القمح</h1><p>كتب الوزير رسالة إلى أهل القرية.</p>` + body, "محصول القمح", "", ""},
		{"an account of the content system", `<title>محصول القمح</title><meta name="author" content="Super User">`, `<h1>محصول القمح</h1><p>بقلم: علي حسن</p>` + body, "محصول القمح", "علي حسن", ""},
		{"a dateline before the name", `<title>محصول القمح</title><meta name="author" content="المدينة المنورة - علي حسن">`, body, "محصول القمح", "علي حسن", ""},
		{"a dateline behind the name", `<title>محصول القمح</title>`, `<h1>محصول القمح</h1><p>كتب: علي حسن - القاهرة</p>` + body, "محصول القمح", "علي حسن", ""},
		{"the site behind the name", `<title>محصول القمح</title><meta property="og:site_name" content="الحقل"><meta name="author" content="علي حسن - الحقل">`, body, "محصول القمح", "علي حسن", ""},
		{"a role behind the name", `<title>محصول القمح</title><meta name="author" content="Ali Hassan, Senior Staff Writer">`, body, "محصول القمح", "Ali Hassan", ""},
		{"an employer behind the name", `<title>محصول القمح</title><meta name="author" content="Ali Hassan | The Nile Newsroom">`, body, "محصول القمح", "Ali Hassan", ""},
		{"an interviewer", `<title>محصول القمح</title>`, `<h1>محصول القمح</h1><p>حوار: منى زكي</p>` + body, "محصول القمح", "منى زكي", ""},
		{"a word that may begin a sentence needs a mark", `<title>محصول القمح</title>`, `<h1>محصول القمح</h1><p>تقرير جديد للوزارة</p>` + body, "محصول القمح", "", ""},
		{"label and name in blocks of their own", `<title>محصول القمح</title>`, `<h1>محصول القمح</h1><div>بواسطة:</div><div>منى زكي</div><div>4 مايو 2025</div>` + body, "محصول القمح", "منى زكي", ""},
		{"a name with initials", `<title>محصول القمح</title>`, `<h1>محصول القمح</h1><div>By A. J. Neal</div>` + body, "محصول القمح", "A. J. Neal", ""},
		{"name and date in a line", `<title>محصول القمح</title>`, `<h1>محصول القمح</h1><div><span>by Mona Zaki</span> <span>December 23, 2025</span> 6 min read</div>` + body, "محصول القمح", "Mona Zaki", ""},
		{"a bare name beside the date", `<title>محصول القمح</title>`, `<h1>محصول القمح</h1><ul><li>Mona Zaki</li><li>December 23, 2025</li></ul>` + body, "محصول القمح", "Mona Zaki", ""},
		{"a section beside the date", `<title>محصول القمح</title>`, `<h1>محصول القمح</h1><ul><li>World News</li><li>December 23, 2025</li></ul>` + body, "محصول القمح", "", ""},
		{"a class with the word author in it", `<title>محصول القمح</title>`, `<h1>محصول القمح</h1><div class="c-article__author-name">منى زكي</div>` + body, "محصول القمح", "منى زكي", ""},
		{"a link to what the author wrote", `<title>محصول القمح</title>`, `<h1>محصول القمح</h1><a href="/author/mona">منى زكي</a>` + body, "محصول القمح", "منى زكي", ""},
		{"authors of other articles", `<title>محصول القمح</title>`, `<ul><li>رأي<li>مقال<li>عمود<li><span class="opinion-author-name">سعيد علي</span></ul><p>خبر</p><p>خبر</p><p>خبر</p><h1>محصول القمح</h1>` + body, "محصول القمح", "", ""},
		{"a title that names the author", `<title>يا قمح.. بقلم: منى زكي | الحقل</title><meta property="og:site_name" content="الحقل">`, body, "يا قمح.. بقلم: منى زكي", "منى زكي", ""},
		{"a name in microdata", `<title>محصول القمح</title>`, `<div itemprop="author" itemscope><meta itemprop="name" content="منى زكي"></div>` + body, "محصول القمح", "منى زكي", ""},
		{"a name in RDFa", `<title>محصول القمح</title>`, `<span rel="sioc:has_creator"><span property="foaf:name">منى زكي</span></span>` + body, "محصول القمح", "منى زكي", ""},
		{"a picture between title and text", `<title>محصول القمح</title>`, `<h1>محصول القمح</h1><div><img src="/b.jpg" width="690"></div>` + strings.Replace(body, "<p>", `<p><img src="/a.jpg">`, 1), "محصول القمح", "", "https://www.fieldnews.example/b.jpg"},
		{"the author's portrait is none", `<title>محصول القمح</title>`, `<h1>محصول القمح</h1><div class="author-box"><img src="/b.jpg"></div>` + strings.Replace(body, "<p>", `<p><img src="/a.jpg">`, 1), "محصول القمح", "", "https://www.fieldnews.example/a.jpg"},
		{"a picture named after the title, above the menu", `<title>محصول القمح</title><meta property="og:image" content="/img/logo.jpg">`, `<img data-src="/b.jpg" alt="محصول القمح"><ul><li>أ<li>ب<li>ج<li>د</ul><h1>محصول القمح</h1>` + body, "محصول القمح", "", "https://www.fieldnews.example/b.jpg"},
		{"an address without a host", `<title>محصول القمح</title><meta property="og:image" content="https://-/media/b.ashx">`, strings.Replace(body, "<p>", `<p><img src="/a.jpg">`, 1), "محصول القمح", "", "https://www.fieldnews.example/a.jpg"},
		{"a picture in the body alone", `<title>محصول القمح</title>`, strings.Replace(body, "<p>", `<p><img src="/a.jpg">`, 1), "محصول القمح", "", "https://www.fieldnews.example/a.jpg"},
		{"a picture and an emblem", `<title>محصول القمح</title><meta property="og:image" content="/assets/logo.png">`, strings.Replace(body, "<p>", `<p><img src="/a.jpg">`, 1), "محصول القمح", "", "https://www.fieldnews.example/a.jpg"},
		{"an emblem alone", `<title>محصول القمح</title><meta property="og:image" content="/assets/logo.png">`, body, "محصول القمح", "", "https://www.fieldnews.example/assets/logo.png"},
		{"a picture in a folder called default", `<title>محصول القمح</title><meta property="og:image" content="/sites/default/files/b.jpg">`, body, "محصول القمح", "", "https://www.fieldnews.example/sites/default/files/b.jpg"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := extract(t, extractor.Input{Page: &extractor.Page{URL: address, Body: []byte("<html><head>" + tt.head + "</head><body>" + tt.body + "</body></html>")}})
			if c.Title != tt.title || c.Byline != tt.byline || c.Image != tt.image {
				t.Errorf("got title %q, byline %q, image %q\nwant %q, %q, %q", c.Title, c.Byline, c.Image, tt.title, tt.byline, tt.image)
			}
		})
	}
}
