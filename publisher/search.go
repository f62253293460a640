package publisher

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"nashra"
)

const (
	resultItems = 20
	maxQuery    = 200 // characters

	// searchTime bounds one search: where more is asked than can be answered,
	// most are to get their answer and not all of them none.
	searchTime = 5 * time.Second
)

// searchPage is what search.html needs.
type searchPage struct {
	Heading string
	Note    string // about the results; "": nothing
	Empty   string // what to say where there is no result; "" where there is
	Orders  []searchOrder
	Results []result

	First, More string // paths; "": none
}

type searchOrder struct {
	Name, Path string
	Present    bool
}

// result is an article that was found.
type result struct {
	view
	Heading, Snippet []nashra.Piece
}

// search serves GET /search?q=: a page of the articles that hold the words of
// q, the newest first or, with order=best, those that fit best. after is the
// token that the page before gave. It is rendered for each request, because
// what is indexed grows between two states of the store.
func (s *Server) search(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), searchTime)
	defer cancel()
	now := s.now().UTC()
	c, err := s.catalogue(ctx, now)
	if err != nil {
		return err
	}
	q, err := searchOf(r, now)
	if err != nil {
		return err
	}
	p, err := s.results(ctx, q, c)
	if err != nil {
		return err
	}
	f := s.frame(c, now)
	f.Title, f.Query, f.Robots, f.Page = p.Heading, cut(q.Text, maxQuery), notListed, p
	if p.Orders != nil { // it searched
		path := searchPath(q.Text, q.Order, "")
		f.Feeds = feedLinks{p.Heading, "/search", strings.TrimPrefix(path, "/search")}
	}
	page, err := s.page("search.html", f)
	if err != nil {
		return err
	}
	return s.serveOnce(w, r, document{body: page, contentType: htmlType, robots: notListed}, cacheChecked)
}

// searchOf is what r asks for, of what may be seen at the instant now.
func searchOf(r *http.Request, now time.Time) (nashra.Search, error) {
	asked := r.URL.Query()
	q := nashra.Search{
		Text: strings.TrimSpace(strings.ToValidUTF8(asked.Get("q"), "")), Order: nashra.SearchNewest,
		After: asked.Get("after"), Limit: resultItems, Visible: now,
	}
	if asked.Get("order") == string(nashra.SearchBest) {
		q.Order = nashra.SearchBest
	}
	if len(q.After) > maxToken {
		return q, nashra.ErrNotFound
	}
	return q, nil
}

func (s *Server) results(ctx context.Context, q nashra.Search, c *catalogue) (searchPage, error) {
	if q.Text == "" {
		return searchPage{Heading: s.words.SearchIn, Empty: s.words.SearchHow}, nil
	}
	tooLong := searchPage{Heading: s.words.SearchIn, Empty: s.words.SearchTooLong}
	if utf8.RuneCountInString(q.Text) > maxQuery {
		return tooLong, nil
	}
	found, err := s.finder.Search(ctx, q)
	if errors.Is(err, nashra.ErrTooLarge) {
		return tooLong, nil
	}
	if err != nil {
		return searchPage{}, err
	}
	p := searchPage{Heading: fmt.Sprintf(s.words.SearchFor, line(q.Text, maxQuery)), Orders: s.ordersOf(q)}
	for _, h := range found.Hits {
		v, err := s.view(h.Article, c, false)
		if err != nil {
			return searchPage{}, err
		}
		p.Results = append(p.Results, result{v, headingOf(v, h), within(h.Snippet, maxExcerpt)})
	}
	switch {
	case len(found.Hits) > 0:
	case found.Next != "": // a page of nothing but what may not be seen
		p.Empty = s.words.SearchOn
	case q.After != "":
		p.Empty = s.words.NoMoreResults
	default:
		p.Empty = s.words.NoResults
	}
	if found.Behind {
		p.Note = s.words.SearchBehind
	}
	if q.After != "" {
		p.First = searchPath(q.Text, q.Order, "")
	}
	if found.Next != "" {
		p.More = searchPath(q.Text, q.Order, found.Next)
	}
	return p, nil
}

// headingOf is the title with what was found in it; where the title does not
// leave as it is stored, as it leaves.
func headingOf(v view, h nashra.Hit) []nashra.Piece {
	if v.Title != h.Article.Title {
		return []nashra.Piece{{Text: v.Title}}
	}
	return h.Title
}

// within is the beginning of pieces, of at most n characters.
func within(pieces []nashra.Piece, n int) []nashra.Piece {
	var out []nashra.Piece
	for _, p := range pieces {
		size := utf8.RuneCountInString(p.Text)
		if size > n {
			return append(out, nashra.Piece{Text: cut(p.Text, max(n, 1)), Marked: p.Marked})
		}
		n -= size
		out = append(out, p)
	}
	return out
}

func (s *Server) ordersOf(q nashra.Search) []searchOrder {
	return []searchOrder{
		{s.words.NewestFirst, searchPath(q.Text, nashra.SearchNewest, ""), q.Order == nashra.SearchNewest},
		{s.words.BestFirst, searchPath(q.Text, nashra.SearchBest, ""), q.Order == nashra.SearchBest},
	}
}

func searchPath(words string, order nashra.SearchOrder, after string) string {
	path := "/search?q=" + url.QueryEscape(words)
	if order == nashra.SearchBest {
		path += "&order=best"
	}
	if after != "" {
		path += "&after=" + url.QueryEscape(after)
	}
	return path
}
