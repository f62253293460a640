package publisher

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"nashra"
)

const (
	feedItems = 50
	feedTTL   = 15 // minutes a feed reader may wait, the default schedule
)

// feedFormat is one way to write a feed.
type feedFormat struct {
	File  string // last part of its path
	Media string // type, without parameters
	Name  string
	write func(feed) ([]byte, error)
}

var feedFormats = []feedFormat{
	{"feed.xml", "application/rss+xml", "RSS", writeRSS},
	{"atom.xml", "application/atom+xml", "Atom", writeAtom},
	{"feed.json", "application/feed+json", "JSON Feed", writeJSONFeed},
	{"ninjs.json", "application/json", "ninjs", writeNinjs},
}

// readerFormats are those that programs for readers know; the last one is for
// newsrooms.
var readerFormats = feedFormats[:3]

// feed is what every format is written from. All URLs are absolute.
type feed struct {
	Title       string
	Description string
	Self        string
	Media       string // type of the document itself
	Home        string // the page of the same articles
	About       string // the page that tells of our feeds
	Style       string // a stylesheet for browsers
	Hub         string // of WebSub; "": none
	Icon        string // a square picture
	Site        string // our name
	SiteURL     string
	Language    string
	Version     string
	Updated     time.Time // never zero
	Entries     []view
	Removals    []nashra.Removal
	page        func(view) string // our own page of an article
	history
}

// id is the address that names the feed, whichever of its documents this is.
func (f feed) id() string { return cmp.Or(f.Current, f.First, f.Self) }

// feed serves one format of the feed of a scope: the newest articles that
// readers may see, with their whole bodies.
func (s *Server) feed(format feedFormat) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		path := scopePath(r) + "/" + format.File
		return s.serveFeed(w, r, format, path, func(ctx context.Context, now time.Time) (feed, *catalogue, error) {
			sc, c, err := s.scopeAt(ctx, now, r)
			if err != nil {
				return feed{}, nil, err
			}
			f, err := s.newest(ctx, now, sc, c, format)
			return f, c, err
		})
	}
}

func (s *Server) scopeAt(ctx context.Context, now time.Time, r *http.Request) (scope, *catalogue, error) {
	c, err := s.catalogue(ctx, now)
	if err != nil {
		return scope{}, nil, err
	}
	sc, err := s.scope(r, c)
	return sc, c, err
}

// serveFeed answers r with the document of path, which read gives.
func (s *Server) serveFeed(w http.ResponseWriter, r *http.Request, format feedFormat, path string,
	read func(ctx context.Context, now time.Time) (feed, *catalogue, error)) error {
	key := path
	opened := opensFeed(r)
	if opened {
		key += "#opened"
	}
	return s.serve(w, r, key, cacheBriefly, func(ctx context.Context, now time.Time) (document, error) {
		f, c, err := read(ctx, now)
		if err != nil {
			return document{}, err
		}
		doc, err := s.writeFeed(f, format, path)
		doc.until = c.until
		if opened {
			doc.contentType = "application/xml; charset=utf-8"
		}
		return doc, err
	})
}

// opensFeed reports whether r is of somebody who opens an XML feed in a browser.
// Browsers show XML by its stylesheet, but what is called RSS or Atom as plain
// text, or they save it. The bytes are the same, and good for readers of feeds
// under either name, so caches need not tell the two apart: no Vary.
func opensFeed(r *http.Request) bool {
	if !strings.HasSuffix(r.URL.Path, ".xml") {
		return false
	}
	if dest := r.Header.Get("Sec-Fetch-Dest"); dest != "" {
		return dest == "document"
	}
	return strings.HasPrefix(r.Header.Get("Accept"), "text/html")
}

func (s *Server) writeFeed(f feed, format feedFormat, path string) (document, error) {
	f.Self, f.Media = s.absolute(path), format.Media
	body, err := format.write(f)
	if err != nil {
		return document{}, fmt.Errorf("write %s: %w", path, err)
	}
	return document{body: body, contentType: format.Media + "; charset=utf-8", header: f.header()}, nil
}

// header opens a feed to scripts of all sites, and names its hub to those who
// look at the header alone (WebSub, section 4).
func (f feed) header() []field {
	if f.Hub == "" {
		return sharing
	}
	return append(slices.Clip(sharing), field{"Link", []string{"<" + f.Hub + `>; rel="hub", <` + f.Self + `>; rel="self"`}})
}

// newest is the document that readers subscribe to.
func (s *Server) newest(ctx context.Context, now time.Time, sc scope, c *catalogue, format feedFormat) (feed, error) {
	q := sc.query
	q.Limit, q.Visible, q.Bodies = feedItems, now, true
	page, err := s.store.Articles(ctx, q)
	if err != nil {
		return feed{}, err
	}
	f, err := s.feedOf(sc, c, page.Records)
	if err != nil {
		return feed{}, err
	}
	if f.Complete = page.Next == ""; !f.Complete && !s.files {
		head, err := s.store.Archive(ctx, nashra.ArchiveQuery{Source: q.Source, Category: q.Category})
		if err != nil {
			return feed{}, err
		}
		f.PrevArchive = s.archiveURL(sc.path, head.Previous, format)
	}
	f.Hub = s.hub
	if f.Removals, err = s.takenBack(ctx, now, sc, c); err != nil {
		return feed{}, err
	}
	for _, r := range f.Removals {
		if at := r.At.Truncate(time.Second); at.After(f.Updated) {
			f.Updated = at
		}
	}
	return f, nil
}

// feedOf is a feed of these records. How it stands among the documents of its
// feed, and its own address, are still to be said.
func (s *Server) feedOf(sc scope, c *catalogue, records []nashra.Record) (feed, error) {
	icon, err := s.staticPath("icon.png")
	if err != nil {
		return feed{}, err
	}
	style, err := s.staticPath("feed.css")
	if err != nil {
		return feed{}, err
	}
	f := feed{
		Title: sc.title, Description: sc.description, Home: s.absolute(sc.page()), Icon: s.absolute(icon), Style: s.local(style),
		About: s.absolute("/feeds"), Site: s.site.Name, SiteURL: s.absolute("/"), Language: s.site.Language, Version: s.version,
		Updated: s.started,
		page:    func(v view) string { return s.absolute(v.Path) },
	}
	for i, record := range records {
		v, err := s.view(record.Article, c, true)
		if err != nil {
			return feed{}, err
		}
		f.Entries = append(f.Entries, v)
		if i == 0 || v.Updated.After(f.Updated) {
			f.Updated = v.Updated
		}
	}
	return f, nil
}

// link is where an entry leads: to the original; to our page of it where the
// partner gave no address.
func (f feed) link(v view) string {
	if v.Original != "" {
		return v.Original
	}
	return f.page(v)
}

// creator is the byline, or else the partner.
func creator(v view) string {
	if v.Byline != "" {
		return v.Byline
	}
	return v.Source.Name
}

// partnerFeed is the address of the feed that brought v, fit to be published.
func partnerFeed(v view) string { return webURL(nashra.RedactURL(v.Source.Feed)) }

// generator is the program as feeds name it.
func (f feed) generator() string {
	if f.Version == "" {
		return "nashra"
	}
	return "nashra " + f.Version
}
