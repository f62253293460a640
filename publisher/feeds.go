package publisher

import (
	"context"
	"fmt"
	"net/http"
	"time"
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
}

// feed is what every format is written from. All URLs are absolute.
type feed struct {
	Title       string
	Description string
	Self        string
	Home        string // the page of the same articles
	Icon        string // a square picture
	Site        string // our name
	SiteURL     string
	Language    string
	Version     string
	Updated     time.Time // never zero
	Entries     []view
	page        func(view) string // our own page of an article
}

// feed serves one format of the feed of a scope: the newest articles that
// readers may see, with their whole bodies.
func (s *Server) feed(format feedFormat) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		path := scopePath(r) + "/" + format.File
		return s.serve(w, r, path, cacheBriefly, func(ctx context.Context, now time.Time) (document, error) {
			c, err := s.catalogue(ctx, now)
			if err != nil {
				return document{}, err
			}
			sc, err := s.scope(r, c)
			if err != nil {
				return document{}, err
			}
			f, err := s.feedOf(ctx, now, sc, c)
			if err != nil {
				return document{}, err
			}
			f.Self = s.absolute(path)
			body, err := format.write(f)
			if err != nil {
				return document{}, fmt.Errorf("write %s: %w", path, err)
			}
			return document{body: body, contentType: format.Media + "; charset=utf-8", until: c.until}, nil
		})
	}
}

func (s *Server) feedOf(ctx context.Context, now time.Time, sc scope, c *catalogue) (feed, error) {
	icon, err := s.staticPath("icon.png")
	if err != nil {
		return feed{}, err
	}
	f := feed{
		Title: sc.title, Description: sc.description, Home: s.absolute(sc.page()), Icon: s.absolute(icon),
		Site: s.site.Name, SiteURL: s.absolute("/"), Language: s.site.Language, Version: s.version,
		Updated: s.started,
		page:    func(v view) string { return s.absolute(v.Path) },
	}
	sc.query.Limit, sc.query.Visible, sc.query.Bodies = feedItems, now, true
	page, err := s.store.Articles(ctx, sc.query)
	if err != nil {
		return feed{}, err
	}
	for i, record := range page.Records {
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
func partnerFeed(v view) string { return webURL(withoutKeys(v.Source.Feed)) }

// generator is the program as feeds name it.
func (f feed) generator() string {
	if f.Version == "" {
		return "nashra"
	}
	return "nashra " + f.Version
}
