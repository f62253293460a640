package extractor

import (
	"fmt"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// CheckSelector reports whether css is a list of CSS selectors that Extract
// understands.
func CheckSelector(css string) error {
	if _, err := cascadia.ParseGroup(css); err != nil {
		return fmt.Errorf("selector %q: %w", css, err)
	}
	return nil
}

// removeSelected takes what the selectors match out of the tree. One that does
// not parse is an error.
func removeSelected(root *html.Node, selectors []string) error {
	for _, css := range selectors {
		group, err := cascadia.ParseGroup(css)
		if err != nil {
			return fmt.Errorf("selector %q: %w", css, err)
		}
		for _, n := range cascadia.QueryAll(root, group) {
			if n.DataAtom != atom.Html && n.DataAtom != atom.Body {
				detach(n)
			}
		}
	}
	return nil
}

// selected gathers what css matches, without matches inside of matches, under
// one element. It is nil where nothing matches or the matches hold no
// text.
func selected(root *html.Node, css string) (*html.Node, error) {
	group, err := cascadia.ParseGroup(css)
	if err != nil {
		return nil, fmt.Errorf("selector %q: %w", css, err)
	}
	var outer []*html.Node
	full := false
	matched := map[*html.Node]bool{}
	for _, n := range cascadia.QueryAll(root, group) {
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
	if len(outer) == 1 && blockTags[outer[0].DataAtom] && !isLeafTag(outer[0].DataAtom) {
		return outer[0], nil
	}
	body := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	for _, n := range outer {
		detach(n)
		body.AppendChild(n)
	}
	return body, nil
}
