package extractor

import (
	"cmp"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// image is the article's picture: the feed's, else the one that the page names
// for sharing, else the first in the body. A site's emblem is taken only where
// there is no other.
func (x *extraction) image(body string) string {
	candidates := []string{x.Entry.Image}
	for _, e := range x.Entry.Enclosures {
		if strings.HasPrefix(e.Type, "image/") {
			candidates = append(candidates, e.URL)
		}
	}
	if d := x.page; d != nil {
		candidates = append(candidates, d.layout.head.first("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"),
			d.structured.image, d.layout.head.first("image", "thumbnail", "thumbnailurl"), d.layout.head.image)
	}
	emblem := ""
	for _, raw := range candidates {
		u := x.webAddress(raw)
		switch {
		case u == "":
		case !emblems.MatchString(u):
			return u
		case emblem == "":
			emblem = u
		}
	}
	if x.Unchanged != nil {
		return emblem // the page, which is not here, may have named one
	}
	return cmp.Or(x.webAddress(firstPicture(body)), emblem)
}

// emblems finds the addresses of pictures that stand for a site and not for an
// article.
var emblems = regexp.MustCompile(`(?i)(?:^|[/_.-])(?:site-?|default-?|main-?)?(?:logo|favicon|placeholder|no-?image|blank|default)(?:[-_.]?\w{0,12})?\.\w{3,4}(?:\?|$)|\.svg(?:\?|$)`)

// firstPicture is the address of the first picture in a cleaned body.
func firstPicture(body string) string {
	if !strings.Contains(body, "<img") {
		return ""
	}
	for z := html.NewTokenizer(strings.NewReader(body)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken, html.SelfClosingTagToken:
			if t := z.Token(); t.DataAtom == atom.Img {
				for _, a := range t.Attr {
					if a.Key == "src" && !emblems.MatchString(a.Val) && !strings.HasSuffix(a.Val, ".gif") {
						return a.Val
					}
				}
			}
		}
	}
}
