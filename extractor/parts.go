package extractor

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nashra"
	"nashra/internal/arabic"
)

// maxParts is the most parts of an article that are joined. Photo series have
// more, and are no articles.
const maxParts = 10

// ErrTooManyParts: an article has more parts than are joined.
var ErrTooManyParts = fmt.Errorf("more than %d parts", maxParts)

// Parts gets the parts of an article after its first page, of which next is
// the second's address ([Result.NextPart]), by calling get for one after the
// other. The error is that of a part that could not be had, or says that there
// are too many; the parts before it are returned beside it.
func Parts(first Page, next string, get func(address string) (Page, error)) ([]Page, error) {
	var parts []Page
	for n := 2; next != ""; n++ {
		if n > maxParts {
			return parts, ErrTooManyParts
		}
		p, err := get(next)
		if err != nil {
			return parts, err
		}
		parts = append(parts, p)
		root, err := parsePage(decode(p.Body, p.ContentType))
		if err != nil {
			return parts, err
		}
		next = nextPart(root, first.URL, p.URL, n+1)
	}
	return parts, nil
}

// nextPart is the address of part n of the article whose first page is at
// first, where the page at the address at names it as what follows; else "".
// Most pages name the next article so (WordPress does): only an address that is
// the first page's with a number is a part's.
func nextPart(root *html.Node, first, at string, n int) string {
	start, err := url.Parse(first)
	if err != nil {
		return ""
	}
	base, err := url.Parse(at)
	if err != nil {
		return ""
	}
	for c := range root.Descendants() {
		if c.DataAtom != atom.Link && c.DataAtom != atom.A {
			continue
		}
		if rel := attr(c, "rel"); rel == "" || !slices.Contains(strings.Fields(strings.ToLower(rel)), "next") {
			continue
		}
		u, err := base.Parse(strings.TrimSpace(attr(c, "href")))
		if err == nil && isPart(start, u, n) {
			u.Fragment = ""
			return u.String()
		}
	}
	return ""
}

// partKeys are the names of a query's number of a part.
var partKeys = wordList("page p pg paged pagenum page_no pageno part")

// isPart reports whether u is the address of part n of the article at first.
func isPart(first, u *url.URL, n int) bool {
	if u.Host != first.Host || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	number := strconv.Itoa(n)
	was, is := strings.TrimSuffix(first.Path, "/"), strings.TrimSuffix(u.Path, "/")
	if was == "" && first.RawQuery == "" {
		return false // a site's first page is a list
	}
	if was == is {
		before, now := first.Query(), u.Query()
		numbered := false
		for key := range now {
			if partKeys[strings.ToLower(key)] && now.Get(key) == number && (before.Get(key) == "" || before.Get(key) == "1") {
				numbered = true
				now.Del(key)
				before.Del(key)
				break
			}
		}
		return numbered && now.Encode() == before.Encode()
	}
	if u.RawQuery != first.RawQuery {
		return false
	}
	if rest, ok := strings.CutPrefix(is, was+"/"); ok {
		return slices.Contains([]string{number, "page/" + number, "page-" + number, "page" + number, "part/" + number, "part-" + number}, rest)
	}
	ext := path.Ext(was)
	rest, ok := strings.CutPrefix(is, strings.TrimSuffix(was, ext))
	if !ok || ext == "" {
		return false
	}
	return slices.Contains([]string{"_" + number + ext, "-page-" + number + ext, "_page_" + number + ext, "," + number + ext, "/" + number + ext}, rest)
}

// join appends the bodies of the article's further parts to its first one's,
// without what they repeat of it: the title, the lead, the picture. The rest
// from a part that holds no body, or would make the whole too long, on is left
// out, and whole is false.
func (x *extraction) join(b *body) (whole bool) {
	if len(x.Parts) == 0 {
		return true
	}
	seen := newRepeats(x.Entry.Title, x.fields.title, x.title())
	if _, err := seen.fresh(b.HTML); err != nil {
		return false
	}
	seen.turn()
	for i := range x.Parts {
		part := extraction{Input: Input{
			Subscription: x.Subscription, At: x.At, Page: &x.Parts[i],
			Entry: nashra.Entry{Link: x.Parts[i].URL, Title: x.Entry.Title},
		}}
		part.Subscription.Content = nashra.ContentPage
		if err := part.readPage(); err != nil {
			return false
		}
		more, err := part.body()
		x.boxes = append(x.boxes, part.boxes...)
		if err != nil {
			return false
		}
		if shinglesOf(tokens(b.text())).share(tokens(more.text())) > sameBody {
			return true // a site that gives the first part for every number
		}
		rest, err := seen.fresh(more.HTML)
		if err != nil || len(b.HTML)+len(rest) > maxBody {
			return false
		}
		b.HTML += rest
		b.Text = ""
		for _, block := range more.Blocks {
			if !seen.repeated(arabic.Key(block.Text)) {
				b.Blocks = append(b.Blocks, block)
			}
		}
		seen.turn()
		if more.Origin != "" {
			b.Origin = more.Origin
		}
	}
	return true
}

// sameBody is the share of a part's word sequences that the parts before it
// hold, from which on it is none.
const sameBody = 0.8

// repeats knows what the parts of an article have shown.
type repeats struct {
	titles   map[string]bool // keys
	before   map[string]bool // keys of blocks of the parts before
	now      map[string]bool // of this one
	pictures map[string]bool
}

func newRepeats(titles ...string) *repeats {
	return &repeats{titles: keySet(titles...), before: map[string]bool{}, now: map[string]bool{}, pictures: map[string]bool{}}
}

// turn ends a part.
func (r *repeats) turn() {
	for key := range r.now {
		r.before[key] = true
	}
	clear(r.now)
}

// repeated reports whether a part before has shown a block. A few words may
// well be said twice.
func (r *repeats) repeated(key string) bool {
	return r.titles[key] || r.before[key] && strings.Count(key, " ") >= 3
}

// fresh is a cleaned body without those of its blocks that a part before shows.
func (r *repeats) fresh(cleaned string) (string, error) {
	root, err := parseHTML(cleaned)
	if err != nil {
		return "", err
	}
	for c := root.FirstChild; c != nil; {
		next := c.NextSibling
		key := arabic.Key(flatText(c))
		isNew := key != "" && !r.repeated(key)
		r.now[key] = true
		for n := range c.Descendants() {
			isNew = r.newPicture(n) || isNew
		}
		if isNew = r.newPicture(c) || isNew; !isNew {
			root.RemoveChild(c)
		}
		c = next
	}
	return serialise(root)
}

// newPicture reports whether n is a picture or a film that no part before
// shows.
func (r *repeats) newPicture(n *html.Node) bool {
	if n.Type != html.ElementNode || !isMedia(n) || n.Data == "picture" {
		return false
	}
	key := pictureKey(n)
	isNew := !r.pictures[key]
	r.pictures[key] = true
	return isNew
}
