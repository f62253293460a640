package publisher

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"nashra"
)

// searchFeed serves GET /search/{file}?q=: a feed of the articles that hold the
// words of q, ordered and paged as the page of results is. It is rendered for
// each request, as that one is. Without words there is no feed.
func (s *Server) searchFeed(format feedFormat) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx, cancel := context.WithTimeout(r.Context(), searchTime)
		defer cancel()
		now := s.now().UTC()
		q, err := searchOf(r, now)
		if err != nil {
			return err
		}
		if q.Text == "" || utf8.RuneCountInString(q.Text) > maxQuery {
			return nashra.ErrNotFound
		}
		q.Limit = feedItems
		c, err := s.catalogue(ctx, now)
		if err != nil {
			return err
		}
		f, err := s.foundFeed(ctx, q, c, format)
		if err != nil {
			return err
		}
		doc, err := s.writeFeed(f, format, searchFeedPath(q, format, q.After))
		if err != nil {
			return err
		}
		doc.robots = notListed
		return s.serveOnce(w, r, doc, cacheBriefly)
	}
}

func (s *Server) foundFeed(ctx context.Context, q nashra.Search, c *catalogue, format feedFormat) (feed, error) {
	found, err := s.finder.Search(ctx, q)
	if errors.Is(err, nashra.ErrTooLarge) {
		return feed{}, fmt.Errorf("%w: %w", nashra.ErrNotFound, err)
	}
	if err != nil {
		return feed{}, err
	}
	records := make([]nashra.Record, 0, len(found.Hits))
	for _, h := range found.Hits {
		record, err := s.store.Article(ctx, h.Article.ID)
		if errors.Is(err, nashra.ErrNotFound) || errors.Is(err, nashra.ErrHidden) {
			continue // taken out since it was found
		}
		if err != nil {
			return feed{}, err
		}
		var rights nashra.Rights
		if src := c.byID[record.Article.Source]; src != nil {
			rights = src.Rights
		}
		if nashra.Visible(record.Article, record.Marks, rights, q.Visible) {
			records = append(records, record)
		}
	}
	words := fmt.Sprintf(s.words.SearchFor, line(q.Text, maxQuery))
	f, err := s.feedOf(scope{
		path: searchPath(q.Text, q.Order, ""), title: s.site.Name + s.words.Colon + words, description: words,
	}, c, records)
	if q.After != "" {
		f.First = s.absolute(searchFeedPath(q, format, ""))
	}
	if found.Next != "" {
		f.Next = s.absolute(searchFeedPath(q, format, found.Next))
	}
	f.Complete = q.After == "" && found.Next == "" && !found.Behind
	return f, err
}

func searchFeedPath(q nashra.Search, format feedFormat, after string) string {
	return strings.Replace(searchPath(q.Text, q.Order, after), "/search?", "/search/"+format.File+"?", 1)
}
