package extractor

import (
	"fmt"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// CheckSelector reports whether css is a list of CSS selectors that Extract
// understands.
func CheckSelector(css string) error {
	_, err := compile(css)
	return err
}

func compile(css string) (goquery.Matcher, error) {
	selector, err := cascadia.Compile(css)
	if err != nil {
		return nil, fmt.Errorf("selector %q: %w", css, err)
	}
	return selector, nil
}

// removeSelected takes what the selectors match out of the tree, but for the
// page itself. One that does not parse is an error.
func removeSelected(root *html.Node, selectors []string) error {
	for _, css := range selectors {
		matcher, err := compile(css)
		if err != nil {
			return err
		}
		goquery.NewDocumentFromNode(root).FindMatcher(matcher).Not("html, body").Remove()
	}
	return nil
}

// selected gathers what css matches, without matches inside of matches, under
// one element. It is nil where nothing matches or the matches hold no text.
func selected(root *html.Node, css string) (*html.Node, error) {
	matcher, err := compile(css)
	if err != nil {
		return nil, err
	}
	found := goquery.NewDocumentFromNode(root).FindMatcher(matcher)
	matched := make(map[*html.Node]bool, found.Length())
	var outer []*html.Node
	full := false
	for _, n := range found.Nodes { // in document order: what is around comes first
		inside := false
		for p := n.Parent; p != nil && !inside; p = p.Parent {
			inside = matched[p]
		}
		if inside {
			continue
		}
		matched[n] = true
		outer = append(outer, n)
		full = full || flatText(n) != ""
	}
	if !full {
		return nil, nil
	}
	if len(outer) == 1 && isBlockTag(outer[0].DataAtom) && !isLeafTag(outer[0].DataAtom) {
		return outer[0], nil
	}
	body := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	for _, n := range outer {
		detach(n)
		body.AppendChild(n)
	}
	return body, nil
}
