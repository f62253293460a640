package publisher

import (
	"context"
	"slices"
	"time"

	"nashra"
	"nashra/internal/arabic"
)

// removalItems bounds how many articles that were taken back a feed tells of: as
// many as it may have held.
const removalItems = feedItems

// takenBack are the articles of a scope that readers may have and may not see any
// more at the instant now, newest removal first. What was decided, or removed by
// the rules of retention, goes before what is out of sight because its source's
// rights ended.
func (s *Server) takenBack(ctx context.Context, now time.Time, sc scope, c *catalogue) ([]nashra.Removal, error) {
	list, err := s.store.Removals(ctx, nashra.RemovalQuery{Source: sc.query.Source, Category: sc.query.Category, Limit: removalItems})
	if err != nil {
		return nil, err
	}
	ended := c.ended(now, sc)
	slices.SortStableFunc(ended, func(a, b nashra.Source) int { return b.Rights.Until.Compare(a.Rights.Until) })
	for _, src := range ended {
		if len(list) >= removalItems {
			break
		}
		page, err := s.store.Articles(ctx, nashra.Query{Source: src.ID, Limit: removalItems})
		if err != nil {
			return nil, err
		}
		for _, r := range page.Records {
			if r.Marks.Hidden == nil && len(list) < removalItems { // else it is among them
				list = append(list, nashra.Removal{ID: r.Article.ID, Source: src.ID, At: src.Rights.Until})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b nashra.Removal) int { return b.At.Compare(a.At) })
	return list, nil
}

// ended are the sources of a scope whose rights have ended.
func (c *catalogue) ended(now time.Time, sc scope) []nashra.Source {
	var ended []nashra.Source
	for _, src := range c.sources {
		end := src.Rights.Until
		switch {
		case end.IsZero() || end.After(now):
		case sc.source != nil && src.ID != sc.source.ID:
		case sc.category != nil && arabic.Slug(src.Category) != sc.category.Slug:
		default:
			ended = append(ended, src)
		}
	}
	return ended
}
