package extractor_test

import (
	"strings"
	"testing"

	"nashra"
	"nashra/extractor"
)

func TestPagesNestedDeeply(t *testing.T) {
	const depth = 10_000
	inside := paragraphsOf(article)
	formatted := strings.Builder{}
	for range depth {
		formatted.WriteString(`<p><b id="x"><i>`)
	}
	tests := []struct{ name, body string }{
		{"divs", strings.Repeat("<div>", depth) + inside + strings.Repeat("</div>", depth)},
		{"divs that are never closed", strings.Repeat("<div>", depth) + inside},
		{"inline elements", strings.Repeat("<span>", depth) + inside + strings.Repeat("</span>", depth)},
		{"fonts in divs", strings.Repeat("<div><font>", depth) + inside},
		{"after the article", `<div>` + inside + `</div><div>` + strings.Repeat("<ul><li>", depth) + `</div>`},
		{"quotes and tables", strings.Repeat("<blockquote><table><tr><td>", depth/4) + inside},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wantText(t, extractHTML(t, `<html><head><title>عنوان</title></head><body>`+tt.body+`</body></html>`), article...)
			c := extract(t, extractor.Input{
				Subscription: nashra.Subscription{Content: nashra.ContentFeed},
				Entry:        nashra.Entry{Body: tt.body},
			})
			for _, line := range article {
				if got := extractor.Text(c.HTML); !strings.Contains(got, line) {
					t.Errorf("from the feed: got %q", got)
				}
			}
		})
	}
}
