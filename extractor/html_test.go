package extractor_test

import (
	"fmt"
	"net/url"
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
