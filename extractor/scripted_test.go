package extractor_test

import (
	"encoding/json"
	"strings"
	"testing"
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
	tests := []struct{ name, script string }{
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
