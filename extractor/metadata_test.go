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
	tests := []struct{ name, head, want string }{
		{"og:title", `<meta property="og:title" content="القمح &amp; الشعير">`, "القمح & الشعير"},
		{"the heading", "", "محصول القمح يفوق التوقعات"},
		{"structured data", ld(`{"@type":"NewsArticle","headline":"عنوان من البيانات"}`), "عنوان من البيانات"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if c := extractHTML(t, withHead(tt.head)); c.Title != tt.want {
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
	tests := []struct {
		name, head string
		want       time.Time
	}{
		{"meta", `<meta property="article:published_time" content="2025-05-04T10:00:00+03:00">`, time.Date(2025, 5, 4, 7, 0, 0, 0, time.UTC)},
		{"the line below the title", ``, time.Date(2025, 5, 3, 21, 0, 0, 0, time.UTC)},
		{"the day of reading above the title", `</head><body><p><time>23 نوفمبر 2026</time></p><p>أ</p><p>ب</p><p>ج</p><p>د</p>`, time.Date(2025, 5, 3, 21, 0, 0, 0, time.UTC)},
		{"a date in the address alone", `</head><body><h1>عنوان آخر للصفحة</h1><div>` + paragraphsOf(article) + `</div></body></html><!--`, time.Date(2025, 5, 6, 21, 0, 0, 0, time.UTC)},
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
