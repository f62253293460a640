package extractor

import (
	"golang.org/x/net/html"

	"nashra/internal/arabic"
)

// direct gives every paragraph its direction where most of its letters run the
// other way than the article, and takes it away where it is wrong or idle (rule H5). It
// returns the direction of the article: that of most of its paragraphs, since
// one long quotation does not turn an article round.
func direct(root *html.Node) string {
	type directed struct {
		parent *html.Node
		own    string
	}
	var list []directed
	right, left := 0, 0
	lines(root, func(parent *html.Node, line []*html.Node) {
		own := arabic.Direction(textOfLine(line))
		switch own {
		case "rtl":
			right++
		case "ltr":
			left++
		}
		if parent.Data == "p" {
			list = append(list, directed{parent, own})
		}
	})
	article := "rtl"
	if left > right {
		article = "ltr"
	}
	for _, d := range list {
		switch d.own {
		case "":
		case article:
			// Pages run from right to left, so there it says nothing.
			if d.own == "rtl" || attributeValue(d.parent, "dir") != d.own {
				removeAttribute(d.parent, "dir")
			}
		default:
			setAttribute(d.parent, "dir", d.own)
		}
	}
	return article
}
