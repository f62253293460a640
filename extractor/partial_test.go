package extractor_test

import (
	"strings"
	"testing"

	"nashra"
	"nashra/extractor"
)

func linkedData(fields string) string {
	return ld(`{"@type":"NewsArticle","headline":"محصول القمح يفوق التوقعات",` + fields + `}`)
}

func TestBeginningOfAnArticleIsPartial(t *testing.T) {
	whole := paragraphsOf(article)
	cut := "<p>" + article[0] + "</p><p>وقال مسؤول في الوزارة إن الأمطار التي هطلت في الربيع كانت</p>"
	long := strings.Repeat(whole, 8)
	tests := []struct {
		name, body string
		want       bool
	}{
		{"a whole article", `<article>` + whole + `</article>`, false},
		{"an ellipsis at its end", `<article><p>` + article[0] + `</p><p>وقال مسؤول في الوزارة إن الأمطار…</p></article>`, true},
		{"an ellipsis in its middle", `<article><p>قال المسؤول: ننتظر… ثم نقرر ما نفعله في الموسم.</p>` + whole + `</article>`, false},
		{"a sentence instead of the rest", `<article>` + whole + `<p>هذا المحتوى للمشتركين</p></article>`, true},
		{"an invitation instead of the rest", `<article>` + whole + `<div class="box"><p>لقراءة المزيد اشترك الآن</p></div></article>`, true},
		{"the same in English", `<article>` + whole + `<div class="box"><p>Subscribe to continue reading</p></div></article>`, true},
		{"an element named a paywall", `<article>` + whole + `</article><div class="article-paywall"><p>اشتركوا معنا بخمسين جنيها في الشهر</p></div>`, true},
		{"an empty element named a paywall", `<article>` + whole + `</article><div class="paywall"></div>`, false},
		{"a wall that is hidden", `<article>` + whole + `</article><div style="display:none"><p>هذا المحتوى للمشتركين</p></div>`, false},
		{"a wall below a long whole article", `<article>` + long + `</article><p>هذا المحتوى للمشتركين</p>`, false},
		{"a newsletter", `<article>` + whole + `</article><div><p>اشترك في النشرة البريدية</p></div>`, false},
		{"subscribers as the article's own matter", `<article>` + whole + `<p>وبلغ عدد المشتركين في الخدمة الجديدة مليونا في عام واحد.</p></article>`, false},
		{"not free and cut", linkedData(`"isAccessibleForFree":false`) + `<article>` + cut + `</article>`, true},
		{"not free, as a string, and cut", linkedData(`"isAccessibleForFree":"False"`) + `<article>` + cut + `</article>`, true},
		{"not free and whole all the same", linkedData(`"isAccessibleForFree":false`) + `<article>` + whole + `</article>`, false},
		{"free and cut", linkedData(`"isAccessibleForFree":true`) + `<article>` + cut + `</article>`, false},
		{"not free in a part that is empty", linkedData(`"hasPart":{"isAccessibleForFree":false,"cssSelector":".rest"}`) + `<article>` + whole + `<div class="rest"></div></article>`, true},
		{"not free in a part that is there", linkedData(`"hasPart":[{"isAccessibleForFree":"False","cssSelector":".rest"}]`) + `<article><div class="rest">` + long + `</div></article>`, false},
		{"not free in a part of which the selector is broken", linkedData(`"hasPart":{"isAccessibleForFree":false,"cssSelector":"[["}`) + `<article>` + whole + `</article>`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := extractHTML(t, site(tt.body))
			if c.Partial != tt.want {
				t.Errorf("partial is %t, want %t; body %q", c.Partial, tt.want, extractor.Text(c.HTML))
			}
			if !strings.Contains(c.HTML, article[0]) {
				t.Errorf("the body that there is must stay: %q", c.HTML)
			}
		})
	}
}

func TestTeaserOfAFeedIsPartial(t *testing.T) {
	for body, want := range map[string]bool{article[0] + "…": true, article[0]: false} {
		c := extract(t, extractor.Input{Subscription: nashra.Subscription{Content: nashra.ContentFeed}, Entry: nashra.Entry{Title: "خبر", Body: body}})
		if c.Partial != want {
			t.Errorf("%q: partial is %t", body, c.Partial)
		}
	}
}
