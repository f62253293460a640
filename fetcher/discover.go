package fetcher

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nashra"
)

// Found is a feed that was found at a site.
type Found struct {
	URL      string // to be asked from now on
	Feed     Feed   // as it came
	Comments bool   // it brings readers' comments and not articles, as far as its names tell
}

// Tried is an address that was asked for a feed in vain, and why. Neither holds
// credentials.
type Tried struct {
	URL string
	Err error
}

// Site is what came of looking for the feeds of a site.
type Site struct {
	Homepage string  // the page that was asked, without credentials; "" where the address was a feed itself
	Feeds    []Found // the best first: in the order in which the page names them, those of comments last
	Tried    []Tried
}

// feedPaths are where common programs keep a site's feed.
var feedPaths = []string{"feed", "rss", "feed.xml", "rss.xml", "atom.xml", "feed.json", "index.xml", "?feed=rss2"}

const acceptSite = "text/html, " + acceptFeed

// Discover finds the feeds of the site at address, which is its home page, any
// page of it, or a feed itself. It asks the address; where that is a page, the
// feeds that the page names (link elements, HTML standard 4.6.6.1), ten at
// most; and where none of them is one, the usual places below the page and at
// the root of its host, one after the other until the first feed.
//
// The operator has named this site just now, so robots.txt is not asked. The
// guard, the limits and the manners are those of Feed. The error tells why
// nothing at all could be had from the address; no feed is no error, but a
// Site without Feeds.
func (c *Client) Discover(ctx context.Context, address string) (Site, error) {
	start, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return Site{}, errors.New("the address cannot be read as a URL")
	}
	var site Site
	links, page, err := c.look(ctx, start, &site)
	if err != nil || len(site.Feeds) > 0 {
		return site, err
	}
	for _, link := range links {
		c.try(ctx, &site, start, link)
	}
	for _, place := range usualPlaces(page) {
		if len(site.Feeds) > 0 || unwilling(site.Tried) {
			break
		}
		c.try(ctx, &site, start, feedLink{url: place})
	}
	if ctx.Err() != nil {
		return site, context.Cause(ctx)
	}
	slices.SortStableFunc(site.Feeds, func(a, b Found) int {
		return cmp.Compare(rank(a), rank(b))
	})
	return site, nil
}

// rank puts what is likelier meant first.
func rank(f Found) int {
	if f.Comments {
		return 1
	}
	return 0
}

// look asks the address itself: it is a feed, or a page with links.
func (c *Client) look(ctx context.Context, start *url.URL, site *Site) (links []feedLink, page *url.URL, err error) {
	fail := func(err error) error { return fmt.Errorf("get %s: %w", nashra.RedactURL(start.String()), err) }
	sub := nashra.Subscription{Source: nashra.Source{Feed: start.String()}}
	a, err := c.ask(ctx, request{sub: sub, url: start, accept: acceptSite})
	if err != nil {
		return nil, nil, fail(err)
	}
	defer a.close()
	site.Homepage = a.target
	if a.StatusCode != http.StatusOK {
		// A host whose front page is broken may have a feed all the same.
		site.Tried = append(site.Tried, Tried{a.target, c.statusError(a.Response)})
		return nil, a.url, nil
	}
	body, share, err := c.body(ctx, a)
	defer share.shrink(0)
	if err != nil && len(body) == 0 {
		return nil, nil, fail(err)
	}
	kind := a.Header.Get("Content-Type")
	feed := Feed{Status: a.StatusCode, Bytes: int64(len(body))}
	parseErr := parse(ctx, &feed, &document{body: body, contentType: kind, url: a.url, zone: time.UTC, now: c.now(), keep: kept(0)})
	if parseErr == nil || len(feed.Entries) > 0 {
		site.Homepage = ""
		site.Feeds = []Found{{URL: start.String(), Feed: feed}}
		return nil, nil, nil
	}
	site.Tried = append(site.Tried, Tried{a.target, parseErr})
	text, _, _ := toUTF8(body, headerCharset(kind))
	return feedLinks(text, a.url), a.url, nil
}

// unwilling reports whether the host that was asked last does not answer, or
// wants to be left alone.
func unwilling(tried []Tried) bool {
	if len(tried) == 0 {
		return false
	}
	last := tried[len(tried)-1].Err
	var status *StatusError
	if errors.As(last, &status) {
		return status.Status == http.StatusTooManyRequests || status.Status == http.StatusServiceUnavailable
	}
	return !errors.Is(last, nashra.ErrNotFeed) && !errors.Is(last, nashra.ErrTooLarge)
}

// try asks for one feed. What was given with the address of the site, a name
// and a password, goes to that site alone.
func (c *Client) try(ctx context.Context, site *Site, start *url.URL, link feedLink) {
	shown := link.url.String()
	if ctx.Err() != nil || slices.ContainsFunc(site.Feeds, func(f Found) bool { return nashra.RedactURL(f.URL) == shown }) ||
		slices.ContainsFunc(site.Tried, func(t Tried) bool { return t.URL == shown }) {
		return
	}
	at := *link.url
	if sameSite(start, &at) {
		at.User = start.User
	}
	sub := nashra.Subscription{Source: nashra.Source{Feed: at.String()}, Zone: time.UTC}
	feed, err := c.feed(ctx, sub, nashra.Validators{})
	if err != nil && len(feed.Entries) == 0 {
		site.Tried = append(site.Tried, Tried{shown, err})
		return
	}
	site.Feeds = append(site.Feeds, Found{URL: at.String(), Feed: feed, Comments: isComments(link, feed)})
}

// feedLink is a feed as a page names it.
type feedLink struct {
	url   *url.URL
	title string
}

// isComments goes by the names that the common programs give such feeds.
func isComments(link feedLink, feed Feed) bool {
	for _, name := range []string{link.url.Path, link.url.RawQuery, link.title, feed.Title} {
		name = strings.ToLower(name)
		if strings.Contains(name, "comment") || strings.Contains(name, "تعليق") {
			return true
		}
	}
	return false
}

// feedTypes are the media types under which pages name their feeds.
var feedTypes = map[string]bool{
	"application/rss+xml": true, "application/atom+xml": true, "application/rdf+xml": true,
	"application/feed+json": true, "application/xml": true, "text/xml": true,
}

// feedLinks are the feeds that the page at base names, in its order. A link
// element counts wherever it stands: old pages have theirs behind a body that
// begins too early.
func feedLinks(page []byte, base *url.URL) []feedLink {
	var links []feedLink
	tokens := html.NewTokenizer(bytes.NewReader(page))
	tokens.SetMaxBuf(maxToken)
	for len(links) < maxFeedLinks {
		switch tokens.Next() {
		case html.ErrorToken:
			return links
		case html.StartTagToken, html.SelfClosingTagToken:
		default:
			continue
		}
		switch token := tokens.Token(); token.DataAtom {
		case atom.Base:
			if u, err := base.Parse(strings.TrimSpace(attribute(token, "href"))); err == nil && attribute(token, "href") != "" {
				base = u
			}
		case atom.Link:
			rel := strings.Fields(strings.ToLower(attribute(token, "rel")))
			href := strings.TrimSpace(attribute(token, "href"))
			if !slices.Contains(rel, "alternate") || !feedTypes[mediaType(attribute(token, "type"))] || href == "" {
				continue
			}
			u, err := base.Parse(href)
			if err != nil || checkURL(u) != nil {
				continue
			}
			links = append(links, feedLink{bare(u), attribute(token, "title")})
		}
	}
	return links
}

func attribute(token html.Token, name string) string {
	for _, a := range token.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// usualPlaces are the addresses at which the feed of the site with that page
// may be: below the page, then at the root.
func usualPlaces(page *url.URL) []*url.URL {
	root := &url.URL{Scheme: page.Scheme, Host: page.Host, Path: "/"}
	below := *root
	below.Path = strings.TrimRight(page.Path, "/") + "/"
	bases := []*url.URL{&below}
	if below.Path != root.Path {
		bases = append(bases, root)
	}
	var places []*url.URL
	for _, base := range bases {
		for _, path := range feedPaths {
			if u, err := base.Parse(path); err == nil {
				places = append(places, u)
			}
		}
	}
	return places
}
