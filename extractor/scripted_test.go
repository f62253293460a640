package extractor_test

import (
	"encoding/json"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"nashra/extractor"
)

func TestBodyInTheDataOfAPageDrawnByAScript(t *testing.T) {
	markup, err := json.Marshal(paragraphsOf(article))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := json.Marshal(strings.Join(article, "\n\n"))
	if err != nil {
		t.Fatal(err)
	}
	var arc, rich []string
	for _, p := range article {
		arc = append(arc, `{"type":"text","content":`+quoted(t, p)+`}`)
		half := len(p) / 2
		for p[half] != ' ' {
			half++
		}
		rich = append(rich, `{"nodeType":"paragraph","content":[{"nodeType":"text","value":`+quoted(t, p[:half])+`},{"nodeType":"hyperlink","content":[{"nodeType":"text","value":`+quoted(t, p[half:])+`}]}]}`)
	}
	title := `"title":"محصول القمح يفوق التوقعات"`
	another := `{"title":"خبر آخر تماما","body":` + quoted(t, strings.Repeat(other+" ", 4)) + `}`
	next := func(s string) string {
		return `<script id="__NEXT_DATA__" type="application/json">{"props":{"pageProps":` + s + `}}</script>`
	}
	var draft, editor, portable, tiptap, react []string
	for _, p := range article {
		draft = append(draft, `{"key":"a","type":"unstyled","text":`+quoted(t, p)+`}`)
		editor = append(editor, `{"type":"paragraph","data":{"text":`+quoted(t, p)+`}}`)
		portable = append(portable, `{"_type":"block","style":"normal","children":[{"_type":"span","text":`+quoted(t, p[:strings.IndexByte(p, ' ')+1])+`},{"_type":"span","text":`+quoted(t, p[strings.IndexByte(p, ' ')+1:])+`}]}`)
		tiptap = append(tiptap, `{"type":"paragraph","content":[{"type":"text","text":`+quoted(t, p)+`}]}`)
		react = append(react, `["$","p",null,{"children":`+quoted(t, p)+`}]`)
	}
	push := func(s string) string { return `<script>self.__next_f.push([1,` + quoted(t, s) + `])</script>` }
	row := paragraphsOf(article)
	tests := []struct{ name, script string }{
		{"Draft.js", next(`{"post":{` + title + `,"body":{"blocks":[` + strings.Join(draft, ",") + `],"entityMap":{}}}}`)},
		{"Editor.js", next(`{"post":{` + title + `,"content":{"time":1,"blocks":[` + strings.Join(editor, ",") + `]}}}`)},
		{"portable text", next(`{"post":{` + title + `,"body":[` + strings.Join(portable, ",") + `]}}`)},
		{"ProseMirror", next(`{"post":{` + title + `,"content":{"type":"doc","content":[` + strings.Join(tiptap, ",") + `]}}}`)},
		{"WordPress behind an interface", next(`{"post":{"title":{"rendered":"محصول القمح يفوق التوقعات"},"content":{"rendered":` + string(markup) + `,"protected":false}}}`)},
		{"Next.js in pieces, the text in a row of its own", `<script>(self.__next_f=self.__next_f||[]).push([0])</script>` + push("1:\"$Sreact.fragment\"\n2:I[123,[],\"default\"]\n") +
			push("5:T"+strconv.FormatInt(int64(len(row)), 16)+","+row[:200]) + push(row[200:]) + push(`6:["$","div",null,{"article":{"title":"محصول القمح يفوق التوقعات","body":"$5"}}]`+"\n")},
		{"Next.js in pieces, drawn", push(`3:["$","main",null,{"post":{"title":"محصول القمح يفوق التوقعات","content":["$","div",null,{"children":[` + strings.Join(react, ",") + `]}]}}]` + "\n")},
		{"Nuxt", `<script type="application/json" data-nuxt-data="nuxt-app" id="__NUXT_DATA__">[["Reactive",1],{"data":2},["ShallowReactive",3],{"article":4},{"title":5,"body":6},"محصول القمح يفوق التوقعات",` + string(markup) + `]</script>`},
		{"Apollo", `<script>window.__APOLLO_STATE__={"ROOT_QUERY":{"post":{"__ref":"Post:1"}},"Post:1":{"__typename":"Post",` + title + `,"content":` + string(markup) + `}};</script>`},
		{"a text that is parsed", `<script>window.__PRELOADED_STATE__ = JSON.parse(` + quoted(t, `{"post":{`+title+`,"body":`+string(markup)+`}}`) + `);</script>`},
		{"behind other assignments", `<script>window.dataLayer=[{"a":1}];var x = function(){return 1};window["__STATE__"] = {"post":{` + title + `,"body":` + string(markup) + `}};</script>`},
		{"HTML", next(`{"article":{` + title + `,"body":` + string(markup) + `}}`)},
		{"text, and another article", next(`{"related":[` + another + `],"post":{` + title + `,"content":` + string(lines) + `}}`)},
		{"the body below the title's object", next(`{"post":{` + title + `,"fields":{"content":{"html":` + string(markup) + `}}}}`)},
		{"blocks", next(`{"story":{"headlines":{"name":"محصول القمح يفوق التوقعات"},"content_elements":[{"type":"image","caption":"صورة للحصاد"},` + strings.Join(arc, ",") + `]}}`)},
		{"rich text", next(`{"blog":{` + title + `,"content":{"nodeType":"document","content":[` + strings.Join(rich, ",") + `]}}}`)},
		{"no title, and one body", next(`{"page":{"body":` + string(markup) + `}}`)},
		{"assigned to the window", `<script>window.__INITIAL_STATE__ = {"article":{` + title + `,"body":` + string(markup) + `}};</script>`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			page := `<html lang="ar"><head><title>محصول القمح يفوق التوقعات</title></head><body><div id="root"></div>` + tt.script + `</body></html>`
			c := extractHTML(t, page)
			wantText(t, c, article...)
			if c.Method != "page-data" {
				t.Errorf("found by %s", c.Method)
			}
		})
	}
}

// scriptPage is a page of which a script draws everything.
func scriptPage(script string) extractor.Input {
	page := `<html lang="ar"><head><title>محصول القمح يفوق التوقعات</title></head><body>` + script + `</body></html>`
	return extractor.Input{Page: &extractor.Page{URL: "https://partner.example/1", Body: []byte(page)}, At: at}
}

func TestOfEqualBodiesItIsAlwaysTheSameOne(t *testing.T) {
	one, other := strings.Repeat("كلمة أولى ", 40), strings.Repeat("كلمة أخرى ", 40)
	in := scriptPage(`<script type="application/json" id="__NEXT_DATA__">{"title":"محصول القمح يفوق التوقعات",` +
		`"x":{"body":"` + one + `"},"y":{"body":"` + other + `"},"z":{"body":"` + one + `"}}</script>`)
	want := ""
	for n := range 40 {
		c, err := extractor.Extract(in)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			want = c.HTML
		} else if c.HTML != want {
			t.Fatalf("run %d gave another body:\n%s\n%s", n, c.HTML, want)
		}
	}
}

// A list whose values refer to each other can name one text any number of times.
func TestATextThatIsReferredToOftenIsNotReadAsOften(t *testing.T) {
	allocated := func(times int) uint64 {
		text := strings.Repeat("كلمة ", 20_000)
		in := scriptPage(`<script type="application/json" id="__NUXT_DATA__">[[` + strings.Repeat("1,", times) + `1],{"body":2},"` + text + `"]</script>`)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _ = extractor.Extract(in) // whether there is an article makes no difference
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	if few, many := allocated(100), allocated(3000); many > 3*few {
		t.Errorf("100 references take %d bytes, 3000 take %d", few, many)
	}
}

func FuzzScripted(f *testing.F) {
	f.Add(`<script>self.__next_f.push([1,"5:T3,<p>6:[\"$\",\"p\",null,{\"children\":\"$5\"}]\n"])</script>`)
	f.Add(`<script id="__NUXT_DATA__" type="application/json">[1,["Reactive",0],{"a":1},[0,1,2,99,-1]]</script>`)
	f.Add(`<script>window.__S__=JSON.parse("{\"body\":[[[]]]}");var a={"b":{}}</script>`)
	f.Fuzz(func(t *testing.T, script string) {
		c, err := extractor.Extract(extractor.Input{Page: &extractor.Page{URL: "https://partner.example/1", Body: []byte(`<title>x</title>` + script)}, At: at})
		if err == nil {
			harmless(t, script, c.HTML)
		}
	})
}
