package publisher

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"nashra"
)

const (
	sitemapType = "application/xml; charset=utf-8"

	// sitemapSpan is how many numbers of arrival a part of the sitemap covers: far
	// under the 50,000 addresses that one may hold, so that it is made quickly.
	sitemapSpan = 10 * nashra.ArchiveSpan

	newsAge   = 48 * time.Hour // of what a news sitemap names, at most
	newsItems = 1000           // and so many

	listingStep = 1000 // articles read at a time where a listing is filtered
	listingMost = 20   // times, for one sitemap
)

// sitemapIndex serves GET /sitemap.xml: the parts of the sitemap. The pages that
// are always there are one; articles are in parts by their order of arrival,
// which never changes, so that what a crawler has read of an old part stays so.
func (s *Server) sitemapIndex(w http.ResponseWriter, r *http.Request) error {
	const path = "/sitemap.xml"
	return s.serve(w, r, path, cacheBriefly, func(ctx context.Context, now time.Time) (document, error) {
		c, err := s.catalogue(ctx, now)
		if err != nil {
			return document{}, err
		}
		x := newXML("")
		x.open("sitemapindex", "xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9")
		parts, err := s.sitemapParts(ctx, c, now)
		if err != nil {
			return document{}, err
		}
		for _, name := range append([]string{"pages"}, parts...) {
			x.open("sitemap")
			x.leaf("loc", s.absolute("/sitemap/"+name+".xml"))
			x.close("sitemap")
		}
		x.close("sitemapindex")
		return document{body: x.buf.Bytes(), contentType: sitemapType, until: c.until}, nil
	})
}

// sitemapParts are the names of the parts that hold articles.
func (s *Server) sitemapParts(ctx context.Context, c *catalogue, now time.Time) ([]string, error) {
	if len(c.listed(now)) == 0 {
		return nil, nil
	}
	archive, err := s.store.Archive(ctx, nashra.ArchiveQuery{})
	if err != nil {
		return nil, err
	}
	var names []string
	for from := uint64(0); from < archive.Previous.Upto; from += sitemapSpan {
		names = append(names, strconv.FormatUint(from/sitemapSpan, 10))
	}
	return names, nil
}

// listed are the sources whose articles search engines are shown.
func (c *catalogue) listed(now time.Time) []nashra.Source {
	var listed []nashra.Source
	for _, src := range c.shown(now) {
		if src.Listed() {
			listed = append(listed, src)
		}
	}
	return listed
}

// sitemapPart serves GET /sitemap/{part}: the pages, or the articles of one part
// that search engines are shown.
func (s *Server) sitemapPart(w http.ResponseWriter, r *http.Request) error {
	name, ok := strings.CutSuffix(r.PathValue("part"), ".xml")
	if !ok {
		return nashra.ErrNotFound
	}
	part, err := strconv.ParseUint(name, 10, 32)
	if name != "pages" && (err != nil || strconv.FormatUint(part, 10) != name) {
		return nashra.ErrNotFound
	}
	return s.serve(w, r, "/sitemap/"+name+".xml", cacheBriefly, func(ctx context.Context, now time.Time) (document, error) {
		c, err := s.catalogue(ctx, now)
		if err != nil {
			return document{}, err
		}
		x := newXML("")
		x.open("urlset", "xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9")
		if name == "pages" {
			s.writePages(x, c, now)
		} else if err := s.writePart(ctx, x, part, c, now); err != nil {
			return document{}, err
		}
		x.close("urlset")
		return document{body: x.buf.Bytes(), contentType: sitemapType, until: c.until}, nil
	})
}

func (s *Server) writePages(x *xmlWriter, c *catalogue, now time.Time) {
	paths := []string{"/"}
	for _, cat := range c.categories {
		paths = append(paths, cat.Path)
	}
	for _, src := range c.shown(now) {
		paths = append(paths, sourcePath(src.ID))
	}
	for _, path := range paths {
		x.open("url")
		x.leaf("loc", s.absolute(path))
		x.close("url")
	}
}

func (s *Server) writePart(ctx context.Context, x *xmlWriter, part uint64, c *catalogue, now time.Time) error {
	newest, err := s.store.Archive(ctx, nashra.ArchiveQuery{})
	if err != nil {
		return err
	}
	first, end := part*sitemapSpan, newest.Previous.Upto
	if first >= end {
		return nashra.ErrNotFound
	}
	for from := first; from < min(first+sitemapSpan, end); from += nashra.ArchiveSpan {
		span := nashra.Span{From: from, Upto: min(from+nashra.ArchiveSpan, end)}
		archived, err := s.store.Archive(ctx, nashra.ArchiveQuery{Span: span, Visible: now, NoBodies: true})
		if err != nil {
			return err
		}
		for _, record := range archived.Records {
			a := record.Article
			if src := c.byID[a.Source]; src == nil || !src.Listed() {
				continue
			}
			x.open("url")
			x.leaf("loc", s.absolute(itemPath(a.ID)))
			x.leaf("lastmod", atomTime(updated(a)))
			x.close("url")
		}
	}
	return nil
}

// sitemapNews serves GET /sitemap-news.xml: the articles of the last 48 hours
// that search engines are shown, in Google's extension for news.
func (s *Server) sitemapNews(w http.ResponseWriter, r *http.Request) error {
	return s.serve(w, r, "/sitemap-news.xml", cacheBriefly, func(ctx context.Context, now time.Time) (document, error) {
		c, err := s.catalogue(ctx, now)
		if err != nil {
			return document{}, err
		}
		views, err := s.recent(ctx, c, now)
		if err != nil {
			return document{}, err
		}
		until := c.until
		x := newXML("")
		x.open("urlset", "xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9", "xmlns:news", "http://www.google.com/schemas/sitemap-news/0.9")
		for _, v := range views {
			x.open("url")
			x.leaf("loc", s.absolute(v.Path))
			x.leaf("lastmod", atomTime(v.Updated))
			x.open("news:news")
			x.open("news:publication")
			x.leaf("news:name", s.site.Name)
			x.leaf("news:language", twoLetters(cmp.Or(v.Language, s.site.Language)))
			x.close("news:publication")
			x.leaf("news:publication_date", atomTime(v.Published))
			x.leaf("news:title", v.Title)
			x.close("news:news")
			x.close("url")
			if end := v.Published.Add(newsAge); until.IsZero() || end.Before(until) {
				until = end
			}
		}
		x.close("urlset")
		return document{body: x.buf.Bytes(), contentType: sitemapType, until: until}, nil
	})
}

// recent are the newest articles for the news sitemap. What is listed stands by
// its sort time, which is never after its publication.
func (s *Server) recent(ctx context.Context, c *catalogue, now time.Time) ([]view, error) {
	if len(c.listed(now)) == 0 {
		return nil, nil
	}
	var views []view
	q := nashra.Query{Limit: listingStep, Visible: now}
	for range listingMost {
		page, err := s.store.Articles(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, record := range page.Records {
			if !record.Article.Sort.After(now.Add(-newsAge)) || len(views) == newsItems {
				return views, nil
			}
			if src := c.byID[record.Article.Source]; src == nil || !src.Listed() {
				continue
			}
			v, err := s.view(record.Article, c, false)
			if err != nil {
				return nil, err
			}
			if v.Published.After(now.Add(-newsAge)) {
				views = append(views, v)
			}
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	return views, nil
}

// twoLetters is a language as the news sitemap names it.
func twoLetters(tag string) string {
	primary, _, _ := strings.Cut(tag, "-")
	return strings.ToLower(primary)
}

// robots serves GET /robots.txt.
func (s *Server) robots(w http.ResponseWriter, r *http.Request) error {
	var b strings.Builder
	b.WriteString("User-agent: *\n")
	for _, path := range []string{"/admin/", "/api/", "/search"} {
		b.WriteString("Disallow: " + s.local(path) + "\n")
	}
	for _, path := range []string{"/sitemap.xml", "/sitemap-news.xml"} {
		b.WriteString("Sitemap: " + s.absolute(path) + "\n")
	}
	return s.serve(w, r, "/robots.txt", cacheForDay, func(context.Context, time.Time) (document, error) {
		return document{body: []byte(b.String()), contentType: "text/plain; charset=utf-8"}, nil
	})
}
