package fetcher

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"nashra"
)

const acceptPage = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"

// Page is the web page of an entry.
type Page struct {
	URL         string // where it was found in the end, after redirects
	NotModified bool   // the same as when it was last read (HTTP 304); there is no body then
	ContentType string // text/html or application/xhtml+xml, with charset=utf-8
	Body        []byte // HTML in UTF-8, whatever charset it came in

	// What to remember: the page's validators, for the next call with this
	// link, and the rules of the hosts on the way, for whoever reads their
	// pages within a day.
	Validators nashra.Validators
	Robots     []nashra.Robots
}

// Remembered is what is known of a page and its hosts from before, in this
// process or an earlier one. The zero value knows nothing.
type Remembered struct {
	Validators nashra.Validators
	Robots     []nashra.Robots
}

// Page fetches the page that link names, for an entry of sub.
//
// The request is conditional (RFC 9110, section 13) on before.Validators as
// soon as it reaches the URL that they hold for. A 304 is NotModified and no
// error.
//
// Its host's robots.txt is heeded unless sub.Robots says otherwise: an error
// wrapping ErrRobots means that it forbids the page. Rules of before that still
// hold are not asked for again. While they cannot be had, pages are not read
// either; that error is another and passes. Two pages of one host are
// Config.Pause apart, or as long as its Crawl-delay where that is more, ten
// seconds at most, and Page waits for its turn as long as ctx lets it.
//
// A page is whole or it is an error, beside which only Page.Robots is set.
// Errors are as those of Feed, and wrap ErrNotPage where the answer is
// something else.
func (c *Client) Page(ctx context.Context, sub nashra.Subscription, link string, before Remembered) (Page, error) {
	c.robots.recall(before.Robots)
	var heeded []nashra.Robots
	page, err := c.page(ctx, request{
		sub: sub, accept: acceptPage, page: true, last: before.Validators,
		heeds: func(r nashra.Robots) { heeded = append(heeded, r) },
	}, link)
	page.Robots = heeded
	if err != nil {
		return Page{Robots: heeded}, fmt.Errorf("get %s: %w", nashra.RedactURL(link), err)
	}
	return page, nil
}

func (c *Client) page(ctx context.Context, r request, link string) (Page, error) {
	var err error
	if r.url, err = url.Parse(strings.TrimSpace(link)); err != nil {
		return Page{}, errors.New("the page's address cannot be read as a URL")
	}
	a, err := c.ask(ctx, r)
	if err != nil {
		return Page{}, err
	}
	defer a.close()
	switch {
	case a.StatusCode == http.StatusNotModified && a.conditional:
		return Page{URL: a.target, NotModified: true, Validators: refreshed(r.last, a.Header)}, nil
	case a.StatusCode != http.StatusOK && a.StatusCode != http.StatusNonAuthoritativeInfo:
		return Page{}, c.statusError(a.Response)
	}
	declared := a.Header.Get("Content-Type")
	if kind := mediaType(declared); kind != "" && !isHTML(kind) {
		return Page{}, fmt.Errorf("it is %s: %w", quote(kind), ErrNotPage)
	}
	body, share, err := c.body(ctx, a)
	defer share.shrink(0)
	if err != nil {
		return Page{}, err
	}
	kind := mediaType(declared)
	if kind == "" {
		if kind = mediaType(http.DetectContentType(body)); !isHTML(kind) {
			return Page{}, fmt.Errorf("it is %s: %w", quote(kind), ErrNotPage)
		}
	}
	text, as, warnings := toUTF8(body, headerCharset(declared))
	recorderOf(ctx).decoded(as)
	for _, w := range warnings {
		c.log.Debug("page repaired", "source", r.sub.ID, "url", nashra.RedactURL(link), "err", w)
	}
	// The hash of a page is taken of its text, by whoever keeps it.
	return Page{
		URL: a.target, ContentType: kind + "; charset=utf-8", Body: text,
		Validators: newValidators(a.target, a.Header, nashra.Hash{}),
	}, nil
}

// mediaType is a Content-Type without parameters, lower case.
func mediaType(contentType string) string {
	if kind, _, err := mime.ParseMediaType(contentType); err == nil {
		return kind
	}
	kind, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(kind))
}

func isHTML(mediaType string) bool {
	return mediaType == "text/html" || mediaType == "application/xhtml+xml"
}
