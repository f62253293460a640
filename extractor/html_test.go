package extractor_test

import (
	"fmt"
	"net/url"
	"slices"
	"sort"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nashra/extractor"
)

const page = "https://partner.example/news/2025/item.html"

func cleanHTML(t testing.TB, body, page string) string {
	t.Helper()
	got, err := extractor.CleanHTML(body, page)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func paragraphs(t testing.TB, body, page string) []string {
	t.Helper()
	blocks, err := extractor.Paragraphs(body, page)
	if err != nil {
		t.Fatal(err)
	}
	list := []string{}
	for _, b := range blocks {
		list = append(list, b.String())
	}
	return list
}

// canonical writes a body so that two of equal meaning are equal, as the
// corpus says: attribute order, space between blocks and at the edges of
// inline elements, percent-encoding and rel do not count, nor does dir where
// it says what the page says.
func canonical(t testing.TB, body string) string {
	t.Helper()
	nodes, err := html.ParseFragment(strings.NewReader(body), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, n := range nodes {
		writeCanonical(&b, n)
	}
	return b.String()
}

func writeCanonical(b *strings.Builder, n *html.Node) {
	switch n.Type {
	case html.TextNode:
		if text := strings.Join(strings.Fields(n.Data), " "); text != "" {
			fmt.Fprintf(b, "%q\n", text)
		}
		return
	case html.ElementNode:
	default:
		return
	}
	var attributes []string
	for _, a := range n.Attr {
		value := a.Val
		switch a.Key {
		case "rel":
			continue
		case "dir":
			if value == "rtl" {
				continue
			}
		case "href", "src", "srcset", "poster", "cite":
			if plain, err := url.PathUnescape(value); err == nil {
				value = plain
			}
		}
		attributes = append(attributes, fmt.Sprintf("%s=%q", a.Key, value))
	}
	sort.Strings(attributes)
	fmt.Fprintf(b, "<%s %s>\n", n.Data, strings.Join(attributes, " "))
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		writeCanonical(b, c)
	}
	fmt.Fprintf(b, "</%s>\n", n.Data)
}

func TestPlainTextAndMarkupAreToldApart(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
	}{
		{"a sign of comparison", "الحرارة < 40 و> 30\nأ", []string{"p:الحرارة < 40 و> 30", "p:أ"}},
		{"an address in angle brackets", "راسلنا <desk@partner.example>\nأ", []string{"p:راسلنا <desk@partner.example>", "p:أ"}},
		{"lines of every kind", "أ\r\nب\rج\u2028د\u2029ه", []string{"p:أ", "p:ب", "p:ج", "p:د", "p:ه"}},
		{"entities in plain text", "قال: &quot;نعم&quot;\n&nbsp;\nأ", []string{"p:قال: \"نعم\"", "p:أ"}},
		{"a newline in markup", "<p>أ\nب</p>", []string{"p:أ ب"}},
		{"a break is no block of its own", "<p>أ<br>ب</p>", []string{"p:أ ب"}},
		{"emphasis in lines of text", "أ <b>ب</b>\nج\n \nد", []string{"p:أ ب ج", "p:د"}},
		{"rows of a table and its caption", "<table><caption>أ</caption><tr><td>ب</td><td>ج</td></tr><tr><td>د</td></tr></table>", []string{"p:ب ج", "p:د"}},
		{"terms", "<dl><dt>أ</dt><dd>ب</dd></dl>", []string{"p:أ", "p:ب"}},
		{"an item in a quote", "<blockquote><p>أ</p><ul><li>ب</li></ul></blockquote>", []string{"q:أ", "li:ب"}},
		{"nothing", " \n", []string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := paragraphs(t, tt.in, page); !slices.Equal(got, tt.want) {
				t.Errorf("Paragraphs(%q)\n got %q\nwant %q", tt.in, got, tt.want)
			}
		})
	}
}
