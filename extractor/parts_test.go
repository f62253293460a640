package extractor_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"nashra"
	"nashra/extractor"
)

func TestNextPartIsTheSameArticleNumbered(t *testing.T) {
	tests := []struct {
		first, next string
		part        bool
	}{
		{"https://partner.example/news/wheat", "?page=2", true},
		{"https://partner.example/news/wheat", "https://partner.example/news/wheat?page=2#top", true},
		{"https://partner.example/news/wheat/", "/news/wheat/2/", true},
		{"https://partner.example/news/wheat", "/news/wheat/page/2", true},
		{"https://partner.example/news/wheat.html", "wheat_2.html", true},
		{"https://partner.example/news.php?id=7", "news.php?id=7&page=2", true},
		{"https://partner.example/?id=7", "/?id=7&page=2", true},
		{"https://partner.example/news/wheat?page=1", "?page=2", true},
		{"https://partner.example/قمح", "/%D9%82%D9%85%D8%AD/2", true},
		{"https://partner.example/news/wheat", "/news/barley", false}, // what WordPress calls next
		{"https://partner.example/news/1", "/news/2", false},
		{"https://partner.example/?p=122", "/?p=123", false},
		{"https://partner.example/?p=1", "/?p=2", true},
		{"https://partner.example/news/wheat", "/news/wheat-2/", false},
		{"https://partner.example/news/wheat", "/news/wheat/3/", false},
		{"https://partner.example/news/wheat", "/news/wheat/comments", false},
		{"https://partner.example/news.php?id=7", "news.php?id=8&page=2", false},
		{"https://partner.example/news/wheat", "https://other.example/news/wheat?page=2", false},
		{"https://partner.example/", "/page/2/", false},
		{"https://partner.example/news/wheat", "javascript:void(2)", false},
		{"https://partner.example/news/wheat", "", false},
		{"", "?page=2", false},
	}
	for _, tt := range tests {
		for _, link := range []string{`<a rel="nofollow next" href="%s">التالي</a>`, `<link rel="next" href="%s">`} {
			page := &extractor.Page{URL: tt.first, Body: []byte(site("<article>" + paragraphsOf(article) + "</article>" + fmt.Sprintf(link, tt.next)))}
			r, err := extractor.Read(extractor.Input{Page: page, At: at, Entry: nashra.Entry{Link: tt.first, Title: "محصول القمح يفوق التوقعات"}})
			if err != nil {
				t.Fatal(err)
			}
			if (r.NextPart != "") != tt.part || strings.Contains(r.NextPart, "#") {
				t.Errorf("%s, next %q: got %q, want a part: %t", tt.first, tt.next, r.NextPart, tt.part)
			}
		}
	}
}

// noArticle is a whole page, of which there is nothing to read.
const noArticle = "<html><body><p>الصفحة غير موجودة</p></body></html>"

// partsOf serves an article of several parts and gives what is made of them.
func partsOf(t *testing.T, bodies ...string) extractor.Result {
	t.Helper()
	const link = "https://partner.example/news/wheat"
	pages := map[string]extractor.Page{}
	for i, body := range bodies {
		if i+1 < len(bodies) {
			body += fmt.Sprintf(`<a rel="next" href="/news/wheat?page=%d">التالي</a>`, i+2)
		}
		address := link
		if i > 0 {
			address = fmt.Sprintf("%s?page=%d", link, i+1)
		}
		if bodies[i] != "" {
			if bodies[i] != noArticle {
				body = site(body)
			}
			pages[address] = extractor.Page{URL: address, Body: []byte(body)}
		}
	}
	first := pages[link]
	in := extractor.Input{Page: &first, At: at, Entry: nashra.Entry{Link: link, Title: "محصول القمح يفوق التوقعات"}}
	r, err := extractor.Read(in)
	if err != nil {
		t.Fatal(err)
	}
	in.Parts, err = extractor.Parts(first, r.NextPart, func(address string) (extractor.Page, error) {
		if p, ok := pages[address]; ok {
			return p, nil
		}
		return extractor.Page{}, errors.New("not there")
	})
	in.Broken = err != nil
	if r, err = extractor.Read(in); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestPartsAreJoined(t *testing.T) {
	part := func(before string, lines ...string) string {
		return "<article>" + before + paragraphsOf(lines) + "</article>"
	}
	second := longer[3:]
	second = append(second[:len(second):len(second)], "وقال خبراء إن الصوامع الجديدة قللت الفاقد من الحبوب إلى أقل من واحد في المئة.")
	all := append(append([]string{}, article...), second...)
	tests := []struct {
		name    string
		parts   []string
		want    []string
		partial bool
	}{
		{"one", []string{part("", article...)}, article, false},
		{"two", []string{part("", article...), part("", second...)}, all, false},
		{"the title and the lead again", []string{part("<h1>محصول القمح يفوق التوقعات</h1>", article...), part("<h1>محصول القمح يفوق التوقعات</h1><p>"+article[0]+"</p>", second...)}, all, false},
		{"the picture again", []string{part(`<img src="/a.jpg">`, article...), part(`<img src="/a.jpg">`, second...)}, all, false},
		{"the same page for every number", []string{part("", article...), part("", article...)}, article, false},
		{"a part that cannot be had", []string{part("", article...), "", part("", second...)}, article, true},
		{"a part without a body", []string{part("", article...), noArticle}, article, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := partsOf(t, tt.parts...)
			wantText(t, r.Content, tt.want...)
			if r.Partial != tt.partial {
				t.Errorf("partial is %t", r.Partial)
			}
			if n := strings.Count(r.HTML, "<img"); n > 1 {
				t.Errorf("the picture stands %d times", n)
			}
		})
	}
}

func TestNoMoreThanTenPartsAreJoined(t *testing.T) {
	var bodies []string
	for n := range 12 {
		line := fmt.Sprintf("في الفصل رقم %d من التقرير تتناول الوزارة محافظة أخرى من محافظات القمح وما جنته من محصول هذا العام.", n)
		bodies = append(bodies, "<article>"+strings.Repeat("<p>"+line+"</p>", 1)+paragraphsOf([]string{fmt.Sprintf("وبلغت غلة الفدان %d إردبا في المتوسط، وهي غلة لم يعرفها المزارعون من قبل في هذه الأرض.", 18+n), fmt.Sprintf("وأضاف التقرير أن الري رقم %d كان آخر ما احتاجت إليه الحقول قبل الحصاد في أول الصيف.", n)})+"</article>")
	}
	r := partsOf(t, bodies...)
	if text := extractor.Text(r.HTML); !strings.Contains(text, "الفصل رقم 9 ") || strings.Contains(text, "الفصل رقم 10 ") || !r.Partial {
		t.Errorf("partial is %t, got %q", r.Partial, text)
	}
}
