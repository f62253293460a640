package publisher

import (
	"context"
	"net/http"
	"time"

	"nashra"
)

// opml serves GET /opml.xml (OPML 2.0): our feeds, for a reader's subscriptions,
// and the partners with theirs.
func (s *Server) opml(w http.ResponseWriter, r *http.Request) error {
	return s.serve(w, r, "/opml.xml", cacheBriefly, func(ctx context.Context, now time.Time) (document, error) {
		c, err := s.catalogue(ctx, now)
		if err != nil {
			return document{}, err
		}
		x := newXML("")
		x.open("opml", "version", "2.0")
		x.open("head")
		x.leaf("title", s.site.Name)
		x.leaf("docs", "http://opml.org/spec2.opml")
		x.close("head")
		x.open("body")
		s.writeOurFeeds(x, c, now)
		s.writePartners(x, c, now)
		x.close("body")
		x.close("opml")
		return document{body: x.buf.Bytes(), contentType: "text/x-opml; charset=utf-8", until: c.until}, nil
	})
}

func (s *Server) writeOurFeeds(x *xmlWriter, c *catalogue, now time.Time) {
	x.open("outline", "text", s.site.Name)
	ours := func(name, path, page string) {
		x.empty("outline", "type", "rss", "version", "RSS2", "text", name, "title", name,
			"xmlUrl", s.absolute(path+"/feed.xml"), "htmlUrl", s.absolute(page))
	}
	ours(s.site.Name, "", "/")
	for _, cat := range c.categories {
		ours(s.site.Name+s.words.Colon+cat.Name, cat.Path, cat.Path)
	}
	for _, src := range c.shown(now) {
		ours(s.site.Name+s.words.Colon+src.Name, sourcePath(src.ID), sourcePath(src.ID))
	}
	x.close("outline")
}

// writePartners writes the sources that we follow. Of a partner's address, what
// opens a private feed stays with us.
func (s *Server) writePartners(x *xmlWriter, c *catalogue, now time.Time) {
	x.open("outline", "text", s.words.Partners)
	for _, src := range c.shown(now) {
		address := webURL(nashra.RedactURL(src.Feed))
		if src.Retired || address == "" {
			continue
		}
		attributes := []string{"type", "rss", "text", src.Name, "title", src.Name, "xmlUrl", address}
		for _, pair := range [][2]string{{"htmlUrl", webURL(src.Homepage)}, {"language", src.Language}, {"category", src.Category}} {
			if pair[1] != "" {
				attributes = append(attributes, pair[0], pair[1])
			}
		}
		x.empty("outline", attributes...)
	}
	x.close("outline")
}
