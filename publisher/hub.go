package publisher

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"nashra"
	"nashra/internal/arabic"
)

// Hub is the WebSub hub that the feeds name; "": none.
func (s *Server) Hub() string { return s.hub }

// ChangedFeeds are the addresses of the feeds in which readers see that these
// sources, and the articles with these ids, changed: of the sources, of their
// categories and of the whole site, in every format.
func (s *Server) ChangedFeeds(ctx context.Context, sources, articles map[string]bool) ([]string, error) {
	changed := map[string]bool{}
	statuses, _, err := s.store.Sources(ctx)
	if err != nil {
		return nil, fmt.Errorf("name the feeds that changed: %w", err)
	}
	categories := map[string]string{}
	for _, status := range statuses {
		categories[status.Source.ID] = arabic.Slug(status.Source.Category)
		if sources[status.Source.ID] && status.Items > 0 { // a source that is only new has nothing to show
			changed[status.Source.ID] = true
		}
	}
	if len(articles) > 0 {
		removals, err := s.store.Removals(ctx, nashra.RemovalQuery{Limit: 1000})
		if err != nil {
			return nil, fmt.Errorf("name the feeds that changed: %w", err)
		}
		left := maps.Clone(articles)
		for _, r := range removals {
			if left[r.ID] {
				changed[r.Source] = true
				delete(left, r.ID)
			}
		}
		for id := range left {
			record, err := s.store.Article(ctx, id)
			if errors.Is(err, nashra.ErrNotFound) || errors.Is(err, nashra.ErrHidden) {
				continue // nobody can say any more whose it was
			} else if err != nil {
				return nil, fmt.Errorf("name the feeds that changed: %w", err)
			}
			changed[record.Article.Source] = true
		}
	}
	if len(changed) == 0 {
		return nil, nil
	}
	scopes := map[string]bool{"": true}
	for id := range changed {
		scopes[sourcePath(id)] = true
		if slug := categories[id]; slug != "" {
			scopes[categoryPath(slug)] = true
		}
	}
	var topics []string
	for scope := range scopes {
		for _, f := range feedFormats {
			topics = append(topics, s.absolute(scope+"/"+f.File))
		}
	}
	return topics, nil
}
