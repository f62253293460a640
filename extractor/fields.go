package extractor

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"nashra"
	"nashra/internal/arabic"
)

// fields are what the source's selectors found around the body. They outrank
// whatever else says the same; empty ones say nothing.
type fields struct {
	title, byline, image string
	published            time.Time
}

// ReadsFields reports whether the pages of sub are read for more than their
// bodies.
func ReadsFields(sub nashra.Subscription) bool {
	return slices.ContainsFunc(sub.Selectors(), func(sel nashra.Selector) bool { return sel.Key != nashra.SelectorBody })
}

// readFields asks the source's selectors for the fields, and notes those that
// gave nothing. It reads the whole page: what a source has taken out of the
// body (remove) may tell its byline.
func (x *extraction) readFields(root *html.Node) error {
	var page *url.URL
	for _, sel := range x.Subscription.Selectors() {
		if sel.Key == nashra.SelectorBody {
			continue
		}
		matcher, err := compile(sel.CSS)
		if err != nil {
			return err
		}
		doc := goquery.NewDocumentFromNode(root)
		if page == nil {
			page = x.address(doc.Find("base[href]").AttrOr("href", ""))
		}
		found := false
		for _, n := range doc.FindMatcher(matcher).Nodes {
			if x.readField(sel.Key, n, page) {
				found = true
				if sel.Key != nashra.SelectorByline { // an article may have several authors
					break
				}
			}
		}
		if !found {
			x.unmatched = append(x.unmatched, sel)
		}
	}
	return nil
}

// readField reads the field of key from an element, and reports whether it
// says anything.
func (x *extraction) readField(key string, n *html.Node, page *url.URL) bool {
	f := &x.fields
	switch key {
	case nashra.SelectorTitle:
		f.title = arabic.Title(valueOf(n), x.Subscription.Name)
		return f.title != ""
	case nashra.SelectorByline:
		name := arabic.Byline(valueOf(n), x.Subscription.Name)
		if name != "" && !slices.Contains(strings.Split(f.byline, nameSeparator), name) {
			f.byline += nameSeparator + name
			f.byline = strings.TrimPrefix(f.byline, nameSeparator)
		}
		return name != ""
	case nashra.SelectorDate:
		f.published, _ = x.firstDate(attr(n, "datetime"), attr(n, "content"), innerTime(n), flatText(n))
		return !f.published.IsZero()
	case nashra.SelectorImage:
		f.image = pictureAddress(n, page)
		return f.image != ""
	}
	return false
}

// nameSeparator stands between the names of a byline.
const nameSeparator = "، "

// valueOf is what an element says: its text, or the content of a meta element.
func valueOf(n *html.Node) string { return cmp.Or(flatText(n), attr(n, "content")) }

// innerTime is the machine's date of the first time element below n.
func innerTime(n *html.Node) string {
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && c.Data == "time" {
			if s := attr(c, "datetime"); s != "" {
				return s
			}
		}
	}
	return ""
}

// pictureAddress is the address of the picture that n is, names or holds; ""
// where there is none.
func pictureAddress(n *html.Node, page *url.URL) string {
	if s := webAddressOf(page, cmp.Or(attr(n, "content"), linkedPicture(n))); s != "" {
		return s
	}
	var img *html.Node
	switch {
	case classOf(n) == classPicture:
		img = picture(page, n)
	case classOf(n) == classImage:
		img = image(page, n, nil)
	default:
		walkElements(n, func(c *html.Node) {
			if img == nil && classOf(c) == classPicture {
				img = picture(page, c)
			} else if img == nil && classOf(c) == classImage {
				img = image(page, c, nil)
			}
		})
	}
	if img != nil && img.Data == "picture" {
		img = img.LastChild
	}
	if img == nil {
		return ""
	}
	return attr(img, "src")
}

// linkedPicture is where a link element leads to.
func linkedPicture(n *html.Node) string {
	if n.Data == "link" {
		return attr(n, "href")
	}
	return ""
}

// override puts what the selectors found in the place of what was found
// without them.
func (f fields) override(c *nashra.Content) {
	c.Title = cmp.Or(f.title, c.Title)
	c.Byline = cmp.Or(f.byline, c.Byline)
	c.Image = cmp.Or(f.image, c.Image)
	if !f.published.IsZero() {
		c.Published = f.published
	}
}

// fieldsOf are the fields of was that the selectors of sub were asked for.
func fieldsOf(sub nashra.Subscription, was nashra.Content) fields {
	var f fields
	for _, sel := range sub.Selectors() {
		switch sel.Key {
		case nashra.SelectorTitle:
			f.title = was.Title
		case nashra.SelectorByline:
			f.byline = was.Byline
		case nashra.SelectorDate:
			f.published = was.Published
		case nashra.SelectorImage:
			f.image = was.Image
		}
	}
	return f
}
