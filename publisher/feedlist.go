package publisher

import (
	"context"
	"net/http"
	"time"
)

// feedsPage is what feeds.html needs.
type feedsPage struct {
	Heading string
	Groups  []feedGroup
}

type feedGroup struct {
	Name  string
	Lines []feedLine
}

// feedLine is one feed, in every format.
type feedLine struct {
	Name, Path string    // of the page of the same articles
	Feeds      feedLinks // of it
}

// feeds serves GET /feeds: every feed there is, and how to subscribe to one.
func (s *Server) feeds(w http.ResponseWriter, r *http.Request) error {
	return s.serve(w, r, "/feeds", cacheBriefly, func(ctx context.Context, now time.Time) (document, error) {
		c, err := s.catalogue(ctx, now)
		if err != nil {
			return document{}, err
		}
		p := feedsPage{Heading: feedText.Feeds, Groups: []feedGroup{
			{feedText.OfSite, []feedLine{{Name: s.site.Name, Path: "/"}}},
		}}
		categories := feedGroup{Name: feedText.OfCategories}
		for _, cat := range c.categories {
			categories.Lines = append(categories.Lines, feedLine{cat.Name, cat.Path, feedLinks{Name: cat.Name, Path: cat.Path}})
		}
		sources := feedGroup{Name: feedText.OfSources}
		for _, src := range c.shown(now) {
			path := sourcePath(src.ID)
			sources.Lines = append(sources.Lines, feedLine{src.Name, path, feedLinks{Name: src.Name, Path: path}})
		}
		for _, group := range []feedGroup{categories, sources} {
			if len(group.Lines) > 0 {
				p.Groups = append(p.Groups, group)
			}
		}
		f := s.frame(c, now)
		f.Title, f.Description, f.Canonical, f.Page = p.Heading, feedText.FeedsOf, s.absolute("/feeds"), p
		body, err := s.page("feeds.html", f)
		return document{body: body, contentType: htmlType, until: c.until}, err
	})
}
