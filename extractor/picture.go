package extractor

import (
	"cmp"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nashra/internal/arabic"
)

// image is the article's picture: the feed's, else the one that the page names
// for sharing, else the one between title and body, the first in the body, or one
// near the title. A site's emblem is taken only where there is no other.
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
		case !isEmblem(u):
			return u
		case emblem == "":
			emblem = u
		}
	}
	if x.Unchanged != nil {
		return emblem // the page, which is not here, may have named one
	}
	above, near := "", ""
	if x.page != nil {
		above, near = x.page.layout.pictures(x.page.url)
	}
	return cmp.Or(above, x.webAddress(firstPicture(body)), near, emblem)
}

// isEmblem reports whether an address is that of a picture that stands for a site
// and not for an article.
func isEmblem(address string) bool {
	name, _, _ := strings.Cut(address, "?")
	return emblems.MatchString(name[strings.LastIndexByte(name, '/')+1:])
}

// emblems are the names of files with such pictures.
var emblems = regexp.MustCompile(`(?i)(?:^|[_.-])(?:site-?|default-?|main-?)?(?:logo|favicon|placeholder|no-?image|blank|default)(?:[-_.]?\w{0,12})?\.\w{3,4}$|(?:^|[_.-])default-(?:wide|image|og|share|social)[\w-]*\.\w{3,4}$|\.svg$`)

// isPicture reports whether an address may be that of an article's picture.
func isPicture(address string) bool {
	return address != "" && !isEmblem(address) && !strings.HasSuffix(address, ".gif") && !strings.HasPrefix(address, "data:")
}

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
					if a.Key == "src" && isPicture(a.Val) {
						return a.Val
					}
				}
			}
		}
	}
}

// Where the article's picture is looked for outside of its body, in runs before
// and after the title or the body's beginning, and widths, in pixels, of
// pictures that say how wide they are: the least, and from which on one is the
// article's whatever the elements around it are called.
const (
	pictureRunsBefore = 2
	pictureRunsAfter  = 8
	minPictureWidth   = 200
	widePicture       = 400
)

// pictures are the addresses of a picture between title and body, or one that
// is named after the title, and of one near the title; "" where there is none.
func (l *layout) pictures(page *url.URL) (above, near string) {
	from := l.above()
	if from < 0 {
		return "", ""
	}
	title := ""
	if l.title >= 0 {
		title = l.key(&l.runs[l.title])
	}
	for i := range l.elems {
		e := &l.elems[i]
		if e.node.DataAtom != atom.Img {
			continue
		}
		alt := attr(e.node, "alt")
		if alt == "" && (e.run < from-pictureRunsBefore || e.run > max(from+pictureRunsAfter, l.body)) {
			continue
		}
		img := image(page, e.node, nil)
		if img == nil || !isPicture(attr(img, "src")) {
			continue
		}
		address := attr(img, "src")
		if title != "" && alt != "" && arabic.Key(alt) == title {
			return address, ""
		}
		width, err := strconv.Atoi(strings.TrimSuffix(attr(e.node, "width"), "px"))
		if err == nil && width < minPictureWidth || width < widePicture && !l.plain(int32(i)) {
			continue
		}
		switch {
		case l.title >= 0 && e.run > l.title && e.run <= l.body:
			above = cmp.Or(above, address)
		case e.run >= from-pictureRunsBefore && e.run <= from+pictureRunsAfter:
			near = cmp.Or(near, address)
		}
	}
	return above, near
}

// plain reports whether nothing around element i is called a margin or a byline.
func (l *layout) plain(i int32) bool {
	for ; i >= 0; i = l.elems[i].parent {
		if h := l.elems[i].hint; h > hintCaption {
			return false
		}
	}
	return true
}
