package extractor_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"nashra/extractor"
)

func ld(json string) string { return `<script type="application/ld+json">` + json + `</script>` }

// longer is article with further sentences, so that a structured body is long
// enough to be trusted.
var longer = append(append([]string{}, article...),
	"وكانت الحكومة قد رفعت سعر التوريد مطلع الموسم، وهو ما شجع المزارعين على زيادة المساحات المزروعة بالقمح.",
	"ومن المتوقع أن تنتهي عمليات التوريد في منتصف الشهر المقبل، على أن تبدأ بعدها زراعة المحاصيل الصيفية.")

func quoted(t *testing.T, s string) string {
	t.Helper()
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestStructuredBodyInEveryShape(t *testing.T) {
	body := quoted(t, strings.Join(longer, " "))
	article := `{"@type":"NewsArticle","headline":"محصول القمح يفوق التوقعات","datePublished":"2025-05-04T10:00:00+03:00","author":[{"@type":"Person","name":"علي حسن"}],"articleBody":` + body + `}`
	tests := []struct{ name, json string }{
		{"an object", article},
		{"an array", `[{"@type":"WebSite"},` + article + `]`},
		{"a graph", `{"@context":"https://schema.org","@graph":[{"@type":"Organization","name":"x"},` + article + `]}`},
		{"a type among several", strings.Replace(article, `"NewsArticle"`, `["WebPage","ReportageNewsArticle"]`, 1)},
		{"a type with its address", strings.Replace(article, `"NewsArticle"`, `"http://schema.org/BlogPosting"`, 1)},
		{"as the page's main entity", `{"@type":"WebPage","mainEntity":` + article + `}`},
		{"one article of several", `[{"@type":"NewsArticle","headline":"خبر آخر لا صلة له","articleBody":"نص آخر"},` + article + `]`},
		{"two objects behind each other", `{"@type":"WebSite"}` + article},
		{"in a comment", "<!--\n" + article + "\n-->"},
		{"in a CDATA section of comments", "/* <![CDATA[ */\n" + article + "\n/* ]]> */"},
		{"in marks of its own", "\ufeff//<![CDATA[\n" + article + ";\n//]]>"},
		{"escaped as in an attribute", strings.ReplaceAll(article, `"`, "&quot;")},
		{"the main entity of a main entity", `{"@type":"WebPage","mainEntity":{"@type":"ItemPage","mainEntity":[` + article + `]}}`},
		{"in a list", `{"@type":"ItemList","itemListElement":[{"@type":"ListItem","position":1,"item":` + article + `}]}`},
		{"commas before brackets and raw lines in strings", strings.Replace(strings.Replace(article, "}]", "},\n ]", 1), "وقال مسؤول", "\r\n\tوقال مسؤول", 1)},
		{"a comma before the bracket", strings.Replace(article, "}]", "},]", 1)},
		{"a line break in a string", strings.Replace(article, "محصول القمح يفوق", "محصول القمح\nيفوق", 1)},
		{"a wrong escape", strings.Replace(article, "علي حسن", `علي \حسن`, 1)},
		{"a semicolon at the end", article + ";"},
		{"cut off", article[:len(article)-1]},
		{"a quote that nobody escaped", strings.Replace(article, "علي حسن", `علي "حسن"`, 1)},
	}
	// Only the structured body tells which of these paragraphs is the article.
	page := `<div>` + paragraphsOf(longer[:2]) + `<p>` + other + `</p>` + paragraphsOf(longer[2:]) + `</div>`
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := extractHTML(t, site(ld(tt.json)+page))
			if c.Method != "json-ld" {
				t.Errorf("got method %s, want json-ld", c.Method)
			}
			wantText(t, c, longer...)
		})
	}
}

func TestStructuredBodyKeepsThePagesMarkup(t *testing.T) {
	page := `<div><p>` + strings.Replace(longer[0], "وزارة", `<a href="/w">وزارة</a>`, 1) + `</p><p><img src="/a.jpg" alt="حصاد"></p><h2>تفاصيل</h2>` + paragraphsOf(longer[1:]) + `</div>`
	c := extractHTML(t, site(ld(`{"@type":"Article","articleBody":`+quoted(t, strings.Join(longer, "\n"))+`}`)+page))
	for _, want := range []string{`href="https://partner.example/w"`, `src="https://partner.example/a.jpg"`, `<h2>تفاصيل</h2>`} {
		if c.Method != "json-ld" || !strings.Contains(c.HTML, want) {
			t.Errorf("%s: no %s in %s", c.Method, want, c.HTML)
		}
	}
}

func TestAParagraphThatTheStructuredBodyLacksIsKept(t *testing.T) {
	// Sites whose first letters are set large lose the paragraphs that they begin.
	opening := "في صباح شتوي بارد خرج الحاج محمود إلى حقله قبل شروق الشمس كما يفعل منذ خمسين سنة، يحمل فأسه على كتفه ويتفقد أرضه قطعة قطعة، ثم يجلس تحت شجرة التوت العتيقة ليشرب الشاي مع جيرانه."
	lines := append(append([]string{}, longer...), bridge...)
	c := extractHTML(t, site(ld(`{"@type":"NewsArticle","articleBody":`+quoted(t, strings.Join(lines, " "))+`}`)+`<div>`+paragraphsOf(append([]string{opening}, lines...))+`</div>`))
	if c.Method != "json-ld" {
		t.Errorf("got method %s, want json-ld", c.Method)
	}
	wantText(t, c, append([]string{opening}, lines...)...)
}

func TestStructuredBodyOfAPageDrawnByAScript(t *testing.T) {
	for name, text := range map[string]string{"lines": strings.Join(longer, "\n"), "markup": paragraphsOf(longer)} {
		c := extractHTML(t, site(ld(`{"@type":"Article","articleBody":`+strings.ReplaceAll(quoted(t, text), "</", `<\/`)+`}`)+`<div id="app"></div>`))
		if c.Method != "json-ld" {
			t.Errorf("%s: got method %s, want json-ld", name, c.Method)
		}
		wantText(t, c, longer...)
	}
}

func TestStructuredBodyThatIsNotWholeIsNotTrusted(t *testing.T) {
	for name, text := range map[string]string{
		"a beginning":    longer[0] + " " + longer[1],
		"it breaks off":  strings.Join(longer[:4], " ") + "...",
		"another text":   strings.Repeat(other+" ", 2),
		"a single word":  "مقال",
		"the half of it": strings.Join(longer[:3], " "),
	} {
		t.Run(name, func(t *testing.T) {
			c := extractHTML(t, strings.ReplaceAll(site(ld(`{"@type":"Article","articleBody":`+quoted(t, text)+`}`)+`<div>`+paragraphsOf(longer)+`</div>`), other, "تعليق"))
			if c.Method != "generic" {
				t.Errorf("got method %s, want generic", c.Method)
			}
			wantText(t, c, longer...)
		})
	}
}

func TestMarkedBody(t *testing.T) {
	for name, mark := range map[string]string{
		"microdata":                       `itemprop="articleBody"`,
		"several properties":              `itemprop="articleBody text"`,
		"RDFa with a vocabulary":          `vocab="https://schema.org/" property="articleBody"`,
		"RDFa with a prefix":              `prefix="schema: http://schema.org/" property="schema:articleBody"`,
		"RDFa with an address":            `property="http://schema.org/articleBody"`,
		"RDFa of an older content system": `class="field-item even" property="content:encoded"`,
	} {
		t.Run(name, func(t *testing.T) {
			c := extractHTML(t, site(`<div typeof="schema:NewsArticle sioc:Item"><div `+mark+`>`+paragraphsOf(article)+`</div><div class="more"><p>`+other+`</p></div></div>`))
			if c.Method != "microdata" {
				t.Errorf("got method %s, want microdata", c.Method)
			}
			wantText(t, c, article...)
		})
	}
}

func TestStructuredReferencesAreFollowed(t *testing.T) {
	c := extractHTML(t, site(ld(`{"@graph":[{"@type":"NewsArticle","headline":"محصول القمح يفوق التوقعات","author":{"@id":"#ali"},"image":{"@id":"#picture"}},
		{"@type":"Person","@id":"#ali","name":"علي حسن"}]}`)+ld(`{"@type":"ImageObject","@id":"#picture","contentUrl":"/a.jpg"}`)+`<div>`+paragraphsOf(article)+`</div>`))
	if c.Byline != "علي حسن" || c.Image != "https://partner.example/a.jpg" {
		t.Errorf("got %q, %q", c.Byline, c.Image)
	}
}

func TestBrokenStructuredDataIsSalvaged(t *testing.T) {
	c := extractHTML(t, site(ld(`{"@type":"NewsArticle","headline":"قال "نعم" للقمح","author":{"@type":"Person","name":"علي حسن"},"image":{"@type":"ImageObject","url":"/a.jpg"},"datePublished":"2025-05-06T10:00:00+03:00"}`)+`<div>`+paragraphsOf(article)+`</div>`))
	if want := time.Date(2025, 5, 6, 7, 0, 0, 0, time.UTC); c.Byline != "علي حسن" || c.Image != "https://partner.example/a.jpg" || !c.Published.Equal(want) {
		t.Errorf("got %q, %q, %v", c.Byline, c.Image, c.Published)
	}
}

func TestStructuredMetadata(t *testing.T) {
	c := extractHTML(t, site(ld(`{"@graph":[{"@type":"NewsArticle","headline":"x","datePublished":"2025-05-04T10:00:00+03:00","dateModified":"2025-05-04T11:00:00+03:00",
		"author":[{"@type":"Person","name":"علي حسن"},{"name":"منى زكي"}],"image":{"@type":"ImageObject","url":["/a.jpg"]}}]}`)+`<div>`+paragraphsOf(article)+`</div>`))
	if want := "علي حسن، منى زكي"; c.Byline != want {
		t.Errorf("byline: got %q, want %q", c.Byline, want)
	}
	if want := time.Date(2025, 5, 4, 7, 0, 0, 0, time.UTC); !c.Published.Equal(want) || !c.Updated.Equal(want.Add(time.Hour)) {
		t.Errorf("dates: got %v, %v", c.Published, c.Updated)
	}
	if want := "https://partner.example/a.jpg"; c.Image != want {
		t.Errorf("image: got %q, want %q", c.Image, want)
	}
}

func FuzzStructured(f *testing.F) {
	f.Add(`{"@type":"NewsArticle","articleBody":"x`)
	f.Add(`[{"@graph":[{"@graph":[]}]},{"author":[[{"name":["x"]}]]}]`)
	f.Add(`{"@type":["Article"],"image":[[[[{"url":{"url":"x"}}]]]],"headline":{"@value":"x"}}`)
	f.Fuzz(func(t *testing.T, json string) {
		if strings.Contains(strings.ToLower(json), "</script") {
			return
		}
		c, err := extractor.Extract(extractor.Input{Page: &extractor.Page{URL: "https://partner.example/1", Body: []byte(site(ld(json) + `<div>` + paragraphsOf(article) + `</div>`))}, At: at})
		if err != nil {
			t.Fatalf("%q: %v", json, err)
		}
		harmless(t, json, c.HTML)
	})
}
