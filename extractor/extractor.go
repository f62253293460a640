// Package extractor makes an article of what a partner sent: of a feed's entry
// and, where the feed has only a beginning, of the page that it links to.
//
// A page is mostly not article: menus, related links, share rows, comments
// surround it, and every site marks it up in its own way. What is trusted
// first is what the operator wrote (a source's CSS selectors), then the feed's
// own body where it is whole, then the page's structured data, and last a
// finder that weighs the page's text. [nashra.Content.Method] says which of
// them found the body:
//
//   - select: the source's selector
//   - feed: the body in the feed
//   - json-ld: articleBody of the page's JSON-LD, found again on the page, or
//     itself where the page shows no text
//   - microdata: the element that the page marks as articleBody, by microdata
//     or RDFa
//   - generic: the finder
//   - page-data: the data of a page that a script draws
//
// The package is pure: no network, no clock, no store. It neither fetches
// pages nor decides when ([NeedsPage] says whether one is needed), and it
// attaches no disclaimer, only the facts for one. Whatever bytes it is given,
// its results hold no script and no address but of the web, mail and telephone.
package extractor

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"

	"nashra"
	"nashra/internal/arabic"
)

// Page is a web page as it was fetched.
type Page struct {
	URL         string // where it came from in the end, after redirects
	ContentType string // of the answer's header; may be empty
	Body        []byte // decompressed, in whatever charset
}

// Input is all that Extract knows of an article. Entry or Page may be missing,
// not both.
type Input struct {
	// Subscription says how the source is read. Without a Zone dates without
	// one are in UTC; without Content it is nashra.ContentAuto.
	Subscription nashra.Subscription

	Entry nashra.Entry // the zero value where only a page is given
	Page  *Page        // nil: not fetched
	Parts []Page       // the further parts of the article that Page begins, in order (see [Parts])
	At    time.Time    // the instant of fetching

	// Broken: a further part could not be had.
	Broken bool

	// Unchanged is what was made of the page before, where that is the same as
	// then, for all we know, and was not fetched again. It must stand (see
	// [Stands]), and Page is nil beside it.
	Unchanged *nashra.Content

	// Furniture is what was learned of the source's pages; nil: nothing.
	Furniture *Furniture
}

// Extract gives the article of an entry and its page: title, byline, dates in
// UTC, and a body that is sanitised and cleaned.
//
// Where neither the feed nor the page holds an article, which a summary is
// not, the error wraps nashra.ErrNoArticle. A selector that does not parse
// (see [CheckSelector]) is an error too; one that matches nothing on the page
// is passed over. A body over 384 KiB wraps nashra.ErrTooLarge.
//
// [Explain] says how the result came about, and [Read] what else its page tells.
func Extract(in Input) (nashra.Content, error) {
	r, err := Read(in)
	return r.Content, err
}

// Result is an article, and what else its page tells.
type Result struct {
	nashra.Content
	Unmatched []nashra.Selector // the source's selectors that match nothing on the page
	NextPart  string            // the address of the article's second part (see [Parts]); "": it has none

	body     body
	boxes    []box
	observed *Observation // result of Observed; nil: not asked for yet
}

// Text is the plain text of the article's body, as [Text] gives it of its HTML.
func (r *Result) Text() string {
	if r.body.Text != "" {
		return r.body.Text
	}
	return Text(r.HTML)
}

// Read is [Extract] with all that a fetch cycle wants to know besides.
func Read(in Input) (Result, error) { return read(in, nil) }

func read(in Input, t *trace) (Result, error) {
	x := newExtraction(in, t)
	if in.Unchanged != nil {
		return Result{Content: x.renewed()}, nil
	}
	if err := x.readPage(); err != nil {
		return Result{}, fmt.Errorf("extract %q: %w", x.link(), err)
	}
	b, err := x.body()
	if err != nil {
		return Result{}, fmt.Errorf("extract %q: %w", x.link(), err)
	}
	whole := b.method == "feed" || x.join(&b) && !in.Broken
	r := Result{Content: x.content(b), Unmatched: x.unmatched, body: b, boxes: x.boxes}
	x.fields.override(&r.Content)
	r.Partial = !whole || x.partial(&b)
	if x.page != nil && b.method != "feed" && len(in.Parts) == 0 {
		r.NextPart = nextPart(x.page.root, in.Page.URL, in.Page.URL, 2)
	}
	return r.without(in.Furniture, t), nil
}

// extraction is the work on one article.
type extraction struct {
	Input
	page  *document // nil: no page, or one that must not be used
	named []string  // result of names; nil: not asked for yet
	wrote []string  // result of authors; nil: not asked for yet
	trace *trace    // nil: nobody asked for an explanation

	fields    fields
	unmatched []nashra.Selector // selectors that gave nothing
	boxes     []box             // in the body
}

func newExtraction(in Input, t *trace) extraction {
	if in.Subscription.Zone == nil {
		in.Subscription.Zone = time.UTC
	}
	if in.Subscription.Content == "" {
		in.Subscription.Content = nashra.ContentAuto
	}
	return extraction{Input: in, trace: t}
}

// document is a parsed page.
type document struct {
	root       *html.Node
	layout     *layout
	structured structured
	url        *url.URL // against which its addresses are resolved
}

// body is a found and cleaned body.
type body struct {
	cleaned
	method string
}

// text is the text of the body's blocks.
func (b *body) text() string {
	var s strings.Builder
	for i := range b.Blocks {
		s.WriteString(b.Blocks[i].Text)
		s.WriteByte('\n')
	}
	return s.String()
}

// link is the address of the original.
func (x *extraction) link() string {
	if x.Entry.Link != "" || x.Page == nil {
		return x.Entry.Link
	}
	return x.Page.URL
}

// readPage parses the page where one is given and may be used.
func (x *extraction) readPage() error {
	if x.Page == nil || x.Subscription.Content == nashra.ContentFeed {
		return nil
	}
	page := decode(x.Page.Body, x.Page.ContentType)
	root, err := parsePage(page)
	if err != nil {
		return err
	}
	if err := x.readFields(root); err != nil {
		return err
	}
	if err := removeSelected(root, x.Subscription.Remove); err != nil {
		return err
	}
	d := &document{root: root, layout: survey(root, bytes.Count(page, []byte("<")))}
	d.url = x.address(d.layout.head.base)
	d.structured = readStructured(d.layout.head.ld, []string{x.Entry.Title, d.layout.head.first("og:title"), d.layout.head.title})
	x.page = d
	return nil
}

// address is the base of relative addresses: the page's own, or its base
// element's against that.
func (x *extraction) address(base string) *url.URL {
	raw := x.Entry.Link
	if x.Page != nil && x.Page.URL != "" {
		raw = x.Page.URL
	}
	u, err := url.Parse(raw)
	if err != nil {
		u = &url.URL{}
	}
	if base != "" {
		if b, err := u.Parse(strings.TrimSpace(base)); err == nil && (b.Scheme == "http" || b.Scheme == "https") {
			return b
		}
	}
	return u
}

// errNothing says that a way of finding the body found none.
var errNothing = errors.New("nothing found")

// body tries the ways of finding the body in the order of trust.
func (x *extraction) body() (body, error) {
	if x.page != nil && x.Subscription.Select != "" {
		b, err := x.selectedBody()
		if !errors.Is(err, errNothing) {
			return b, err
		}
	}
	fromFeed, feedErr := x.feedBody()
	if feedErr != nil && !errors.Is(feedErr, errNothing) {
		return body{}, feedErr
	}
	if x.page != nil {
		fromPage, err := x.pageBody()
		switch {
		case err != nil && !errors.Is(err, errNothing):
			return body{}, err
		case err == nil && (feedErr != nil || x.prefersPage(fromFeed, fromPage)):
			return fromPage, nil
		case err == nil:
			x.trace.tried(fromPage.method, nashra.TriedOver)
		}
	}
	if feedErr != nil {
		if x.page != nil {
			return body{}, fmt.Errorf("%w: the page shows a list, a notice or too little text", nashra.ErrNoArticle)
		}
		return body{}, nashra.ErrNoArticle
	}
	return fromFeed, nil
}

// prefersPage chooses between the feed's whole body and the page's. Under
// content: auto the feed's is the partner's own choice of what the article is;
// the page's is better only where it goes on after the feed's has ended.
func (x *extraction) prefersPage(fromFeed, fromPage body) bool {
	if x.Subscription.Content == nashra.ContentPage {
		return true
	}
	f, p := tokens(fromFeed.text()), tokens(fromPage.text())
	return 4*len(p) > 5*len(f) && shinglesOf(p).share(f) > 0.6
}

func (x *extraction) selectedBody() (body, error) {
	node, err := selected(x.page.root, x.Subscription.Select)
	if err != nil {
		return body{}, err
	}
	if node != nil {
		b, err := x.clean(node, "select")
		if !errors.Is(err, errNothing) {
			return b, err
		}
	}
	x.trace.tried("select", nashra.TriedNoText)
	x.unmatched = append(x.unmatched, nashra.Selector{Key: nashra.SelectorBody, CSS: x.Subscription.Select})
	return body{}, errNothing
}

// feedBody is the feed's own body where it may be used: whole, or, where the
// operator says that the feed has the bodies, whatever stands there, in the
// description too unless that breaks off.
func (x *extraction) feedBody() (body, error) {
	raw := x.Entry.Body
	if !wholeBody(x.Entry) {
		if x.Subscription.Content != nashra.ContentFeed {
			x.trace.tried("feed", nashra.TriedNoBody)
			return body{}, errNothing
		}
		if strings.TrimSpace(raw) == "" && !teaser(feedText(x.Entry.Summary)) {
			raw = x.Entry.Summary
		}
	}
	node, err := parseBody(raw)
	if err != nil {
		return body{}, err
	}
	if err := removeSelected(node, x.Subscription.Remove); err != nil {
		return body{}, err
	}
	return x.clean(node, "feed")
}

// finder looks at the page with all that is known of the article.
func (x *extraction) finder() *finder {
	d := x.page
	titles := []string{x.Entry.Title, d.layout.head.first("og:title", "twitter:title"), d.structured.headline, d.layout.head.title}
	f := newFinder(d.layout, d.url, titles, feedText(x.Entry.Summary), x.trace)
	f.captions, f.names = d.structured.captions, x.nameKeys()
	for _, name := range x.authors() {
		f.authors = append(f.authors, arabic.Key(name))
	}
	return f
}

// locate finds the element that holds the body, -1 where none does, by the
// structured body where that is on the page.
func (x *extraction) locate() (f *finder, at int32, method string) {
	f = x.finder()
	if x.page.structured.body != "" {
		if m := f.match(x.page.structured.body, f.at); m >= 0 {
			return f, m, "json-ld"
		}
		f.matched = nil
		x.trace.tried("json-ld", nashra.TriedNotWhole)
	}
	return f, f.at, "generic"
}

// pageBody finds the body on the page without a selector.
func (x *extraction) pageBody() (body, error) {
	d := x.page
	f, at, method := x.locate()
	if method != "json-ld" && d.structured.body != "" {
		if b, err := x.structuredBody(f, at); !errors.Is(err, errNothing) {
			return b, err
		}
	}
	if at < 0 || !f.article(at) {
		if raw := scriptedBody(d.layout.head.data, f.titles); raw != "" {
			node, err := parseBody(raw)
			if err != nil {
				return body{}, err
			}
			return x.clean(node, "page-data")
		}
		x.trace.tried(method, nashra.TriedLittle)
		return body{}, errNothing
	}
	if method == "generic" && namesBody(attr(f.elems[at].node, "itemprop")+" "+attr(f.elems[at].node, "property")) {
		method = "microdata"
	}
	d.layout.body = f.elems[at].run
	node := f.prune(at)
	x.boxes = f.boxes
	return x.clean(node, method)
}

// structuredBody is the structured body itself, where the page does not show
// it because a script draws it: what it shows is half as much, or speaks only
// from places that are called margins or comments.
func (x *extraction) structuredBody(f *finder, at int32) (body, error) {
	raw := x.page.structured.body
	n := len(strings.Fields(plainText(raw)))
	shown := int32(0)
	if at >= 0 && !f.unnamed {
		for _, r := range f.runs[f.elems[at].run:f.elems[at].runEnd] {
			if r.worth > 0 {
				shown += r.words
			}
		}
	}
	if n < minBodyWords || truncated(raw) || 2*int(shown) > n {
		return body{}, errNothing
	}
	node, err := parseBody(raw)
	if err != nil {
		return body{}, err
	}
	return x.clean(node, "json-ld")
}

// maxBody is the greatest length of a body's HTML: an article with its
// metadata must fit in a batch (nashra.MaxBatch).
const maxBody = 384 << 10

func (x *extraction) clean(node *html.Node, method string) (body, error) {
	base := x.address("")
	if x.page != nil {
		base = x.page.url
	}
	if n := textLength(node); n > maxBody {
		return body{}, fmt.Errorf("body of %d bytes of text, at most %d: %w", n, maxBody, nashra.ErrTooLarge)
	}
	c, err := cleanBody(node, base, x.names(), x.trace)
	if err != nil {
		return body{}, err
	}
	if len(c.HTML) > maxBody {
		return body{}, fmt.Errorf("body of %d bytes, at most %d: %w", len(c.HTML), maxBody, nashra.ErrTooLarge)
	}
	if len(c.Blocks) == 0 {
		x.trace.tried(method, nashra.TriedNothing)
		return body{}, errNothing
	}
	x.trace.tried(method, nashra.TriedFound)
	return body{c, method}, nil
}
