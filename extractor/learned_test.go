package extractor_test

import (
	"bytes"
	"fmt"
	"reflect"
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

func TestACorrectedArticleIsCountedOnce(t *testing.T) {
	in := articlePage(9)
	in.Furniture = &extractor.Furniture{}
	for _, address := range []string{"http://partner.example/news/1", "https://www.partner.example/news/1/", "https://partner.example/news/1?utm_source=feed"} {
		again := articlePage(1)
		again.Page.URL = address
		again.Page.Body = append(again.Page.Body, address...)
		in.Furniture.Learn(extractor.Observe(again))
	}
	if !strings.Contains(extract(t, in).HTML, appeal) {
		t.Error("three fetches of one article made furniture of its text")
	}
}

// boxed is the n-th article of a source with something in its text.
func boxed(n int, what string) extractor.Input {
	in := articlePage(n)
	in.Page.Body = []byte(strings.Replace(string(in.Page.Body), "<p>"+appeal+"</p>", what, 1))
	return in
}

func TestBoxesAreKnownByTheirPath(t *testing.T) {
	const teaser = "قال الوزير في المؤتمر الصحفي إن الموسم سيبدأ في موعده المقرر"
	tests := []struct {
		name string
		what string // with a number in its text and its address
		gone bool
	}{
		{"a headline and what announces it", `<div class="k7"><a href="/n/%d">بدء الموسم الزراعي الجديد</a><p>` + teaser + ` %[1]d.</p></div>`, true},
		{"a class with the number of the article", `<div class="k7 box-%d"><h4><a href="/n/%[1]d">بدء الموسم الزراعي</a></h4><p>` + teaser + ` %[1]d.</p></div>`, true},
		{"a box in a box", `<section><div class="k7"><a href="/n/%d">بدء الموسم الزراعي</a><p>` + teaser + ` %[1]d.</p></div></section>`, true},
		{"nothing names it", `<div><a href="/n/%d">بدء الموسم الزراعي الجديد</a><p>` + teaser + ` %[1]d.</p></div>`, false},
		{"a link to elsewhere", `<div class="k7"><a href="https://ministry.example/n/%d">بيان وزارة الزراعة الكامل</a><p>` + teaser + ` %[1]d.</p></div>`, false},
		{"paragraphs have the same class", `<div class="k7"><a href="/n/%d">بدء الموسم الزراعي</a><p>` + teaser + ` %[1]d.</p></div><div class="k7"><p>` + teaser + ` %[1]d، بحسب بيان الوزارة الصادر اليوم.</p></div>`, false},
		{"a paragraph before the link", `<div class="k7"><p>` + teaser + ` %d.</p><p><a href="/n/%[1]d">بدء الموسم الزراعي الجديد</a></p></div>`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := boxed(109, fmt.Sprintf(tt.what, 109))
			in.Furniture = &extractor.Furniture{}
			for n := range 3 {
				if got := extract(t, in).HTML; !strings.Contains(got, teaser) {
					t.Fatalf("dropped after %d articles: %s", n, got)
				}
				in.Furniture.Learn(extractor.Observe(boxed(n+100, fmt.Sprintf(tt.what, n+100))))
			}
			if got := extract(t, in).HTML; strings.Contains(got, teaser) == tt.gone {
				t.Errorf("dropped: want %v; %s", tt.gone, got)
			} else if strings.Count(got, "هذه هي الفقرة") != 4 {
				t.Errorf("paragraphs are missing: %s", got)
			}
		})
	}
}

func TestAnArticleOfBoxesIsNoFurniture(t *testing.T) {
	roundup := func(n int) extractor.Input {
		var b strings.Builder
		for i := range 2 {
			fmt.Fprintf(&b, `<div class="k7"><h3><a href="/n/%d">الخبر الأول من أخبار اليوم</a></h3><p>هذه هي الفقرة رقم %d من الموجز رقم %d، وفيها ما يكفي من الكلمات لتكون فقرة من مقال.</p></div>`, n+i, i, n)
		}
		return boxed(n, b.String())
	}
	in := roundup(9)
	in.Furniture = &extractor.Furniture{}
	for n := range 4 {
		in.Furniture.Learn(extractor.Observe(roundup(n)))
	}
	if got := extract(t, in).HTML; strings.Count(got, "الموجز رقم 9") != 2 {
		t.Errorf("got %s", got)
	}
}

func TestWhatIsLearnedLaterIsTakenOutLater(t *testing.T) {
	in := articlePage(9)
	first, err := extractor.Read(in)
	if err != nil {
		t.Fatal(err)
	}
	in.Furniture = &extractor.Furniture{}
	for n := range 4 {
		want, later := extract(t, in), first.Without(in.Furniture)
		if got := later.Content; !reflect.DeepEqual(got, want) {
			t.Errorf("after %d articles\n got %+v\nwant %+v", n, got, want)
		}
		if !reflect.DeepEqual(later.Observed(), first.Observed()) {
			t.Error("what was taken out is not observed any more")
		}
		in.Furniture.Learn(extractor.Observe(articlePage(n)))
	}
}

func TestAPictureGoesWithItsBox(t *testing.T) {
	page := func(n int) extractor.Input {
		return boxed(n, fmt.Sprintf(`<p><img src="/own-%d.jpg"></p><div class="k7"><img data-src="/thumb-%[1]d.jpg" src="grey.gif"><a href="/n/%[1]d">بدء الموسم الزراعي الجديد</a><p>قال الوزير في المؤتمر الصحفي إن الموسم سيبدأ في موعده المقرر %[1]d.</p></div>`, n))
	}
	in := page(109)
	if got := extract(t, in).HTML; !strings.Contains(got, "thumb-109") {
		t.Fatalf("the picture is not there before anything was learned: %s", got)
	}
	in.Furniture = &extractor.Furniture{}
	for n := range 3 {
		in.Furniture.Learn(extractor.Observe(page(n + 100)))
	}
	if got := extract(t, in).HTML; strings.Contains(got, "thumb-") || !strings.Contains(got, "own-109") {
		t.Errorf("got %s", got)
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

func learnedOf(t testing.TB, articles int) *extractor.Furniture {
	t.Helper()
	var f extractor.Furniture
	for n := range articles {
		f.Learn(extractor.Observe(articlePage(n)))
	}
	return &f
}

func TestFurnitureSurvivesItsEncoding(t *testing.T) {
	for _, articles := range []int{0, 1, 3, 200} {
		want := learnedOf(t, articles)
		data, err := want.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		if len(data) > 16<<10 {
			t.Errorf("%d articles: %d bytes", articles, len(data))
		}
		var got extractor.Furniture
		if err := got.UnmarshalBinary(data); err != nil {
			t.Fatalf("%d articles: %v", articles, err)
		}
		if again, _ := got.MarshalBinary(); !bytes.Equal(again, data) { // its error is always nil
			t.Errorf("%d articles: encoded again it is not the same", articles)
		}
	}
}

func TestForeignBytesAreNoFurniture(t *testing.T) {
	sound, err := learnedOf(t, 3).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"nothing":                  nil,
		"another version":          append([]byte{sound[0] + 1}, sound[1:]...),
		"cut short":                sound[:len(sound)-1],
		"a part twice":             append(bytes.Clone(sound), sound[1:21]...),
		"a part of no article":     append(bytes.Clone(sound), make([]byte, 20)...),
		"an article twice in one":  append(bytes.Clone(sound), 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 0),
		"a gap between articles":   append(bytes.Clone(sound), 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3),
		"more parts than are kept": append(sound[:1:1], make([]byte, 20*513)...),
	} {
		t.Run(name, func(t *testing.T) {
			f := learnedOf(t, 3)
			if err := f.UnmarshalBinary(data); err == nil {
				t.Fatal("it was read")
			}
			if now, _ := f.MarshalBinary(); !bytes.Equal(now, sound) { // its error is always nil
				t.Error("what was known is lost")
			}
		})
	}
}

// FuzzFurniture: whatever is read writes back the same, is bounded, and can be
// learned on.
func FuzzFurniture(f *testing.F) {
	for _, articles := range []int{0, 1, 3} {
		data, err := learnedOf(f, articles).MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	page := extractor.Observe(articlePage(1))
	f.Fuzz(func(t *testing.T, data []byte) {
		var known extractor.Furniture
		if known.UnmarshalBinary(data) != nil {
			return
		}
		if again, _ := known.MarshalBinary(); !bytes.Equal(again, data) { // its error is always nil
			t.Errorf("%x was read, %x is written", data, again)
		}
		known.Learn(page)
		more, err := known.MarshalBinary()
		if err != nil || len(more) > 16<<10 {
			t.Fatalf("%d bytes, %v", len(more), err)
		}
		if err := known.UnmarshalBinary(more); err != nil {
			t.Error(err)
		}
	})
}
