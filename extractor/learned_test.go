package extractor_test

import (
	"fmt"
	"strings"
	"testing"

	"nashra/extractor"
)

// appeal is what the site says in each of its articles, as if it belonged there.
const appeal = "تهدي الحقل قراءها الكرام خريطة المواسم الزراعية كاملة، وهي متاحة في جميع فروع المكتبات الكبرى."

// articlePage is the n-th article of a source, with the same line in its text.
func articlePage(n int) extractor.Input {
	var body []string
	for i := range 4 {
		body = append(body, fmt.Sprintf("هذه هي الفقرة رقم %d من المقال رقم %d، وفيها ما يكفي من الكلمات لتكون فقرة من مقال.", i, n))
	}
	text := "<div>" + paragraphsOf(body[:2]) + "<p>" + appeal + "</p>" + paragraphsOf(body[2:]) + "</div>"
	return extractor.Input{At: at, Page: &extractor.Page{URL: fmt.Sprintf("https://partner.example/news/%d", n), Body: []byte(site(text))}}
}

func TestWhatStandsInThreeArticlesIsFurniture(t *testing.T) {
	in := articlePage(9)
	in.Furniture = &extractor.Furniture{}
	keeps := func() bool { return strings.Contains(extract(t, in).HTML, appeal) }
	for range 3 { // fetched three times
		in.Furniture.Learn(extractor.Observe(articlePage(1)))
	}
	in.Furniture.Learn(extractor.Observe(articlePage(2)))
	if !keeps() {
		t.Error("a block of two articles was taken for furniture")
	}
	in.Furniture.Learn(extractor.Observe(articlePage(3)))
	if keeps() {
		t.Error("a block of three articles was kept")
	}
}

func TestFurnitureIsRememberedBesidesManyArticles(t *testing.T) {
	in := articlePage(1000)
	in.Furniture = &extractor.Furniture{}
	for n := range 120 {
		in.Furniture.Learn(extractor.Observe(articlePage(n)))
	}
	if got := extractor.Text(extract(t, in).HTML); strings.Contains(got, appeal) || strings.Count(got, "\n\n") != 3 {
		t.Errorf("got %q", got)
	}
}

func TestAnArticleSentAgainIsNoFurniture(t *testing.T) {
	in := articlePage(1)
	in.Furniture = &extractor.Furniture{}
	for n := range 5 {
		again := articlePage(1)
		again.Page.URL = fmt.Sprintf("https://partner.example/again/%d", n)
		in.Furniture.Learn(extractor.Observe(again))
	}
	if got := extractor.Text(extract(t, in).HTML); strings.Count(got, "\n\n") != 4 {
		t.Errorf("got %q", got)
	}
}

func TestStructuredBodiesAreNotTakenForFurniture(t *testing.T) {
	with := func(n int) extractor.Input {
		in := articlePage(n)
		text := extractor.Text(extract(t, in).HTML)
		in.Page.Body = []byte(strings.Replace(string(in.Page.Body), "</head>", ld(`{"@type":"NewsArticle","articleBody":`+quoted(t, text)+`}`)+"</head>", 1))
		return in
	}
	in := with(9)
	in.Furniture = &extractor.Furniture{}
	for n := range 4 {
		in.Furniture.Learn(extractor.Observe(articlePage(n)))
	}
	if c := extract(t, in); c.Method != "json-ld" || !strings.Contains(c.HTML, appeal) {
		t.Errorf("%s: %s", c.Method, c.HTML)
	}
}
