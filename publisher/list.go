package publisher

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"nashra"
)

const (
	secondItems   = 4  // under a lead of the front page that has no picture
	headlineItems = 5  // beside the lead
	listItems     = 24 // in the columns of a list
	maxToken      = 256
)

// listPage is what list.html needs.
type listPage struct {
	Heading   string
	Front     bool // the newest page of the whole site
	Lead      *view
	Seconds   []view
	Headlines []view
	Rest      []view
	RestTitle string
	Empty     string // what to say where there is no article; "" where there is

	Source *nashra.Source // of a source's list
	Credit string

	Newest, Older string // paths; "": none
}

// list serves GET /, /source/{source} and /category/{category}: a page of the
// articles of that scope, newest first. ?after= takes the token that the page
// before gave.
func (s *Server) list(w http.ResponseWriter, r *http.Request) error {
	after := r.URL.Query().Get("after")
	if len(after) > maxToken {
		return nashra.ErrNotFound
	}
	if path := scopePath(r); path != "" && strings.HasSuffix(r.URL.Path, "/") {
		return s.moved(w, r, path)
	}
	key := cmp.Or(scopePath(r), "/")
	if after != "" {
		key += "?after=" + url.QueryEscape(after)
	}
	return s.serve(w, r, key, cacheBriefly, func(ctx context.Context, now time.Time) (document, error) {
		c, err := s.catalogue(ctx, now)
		if err != nil {
			return document{}, err
		}
		sc, err := s.scope(r, c)
		if err != nil {
			return document{}, err
		}
		f, err := s.listFrame(ctx, now, sc, c, after)
		if err != nil {
			return document{}, err
		}
		body, err := s.page("list.html", f)
		return document{body: body, contentType: htmlType, until: c.until}, err
	})
}

func (s *Server) listFrame(ctx context.Context, now time.Time, sc scope, c *catalogue, after string) (frame, error) {
	front := sc.path == "" && after == ""
	sc.query.Limit, sc.query.After, sc.query.Visible = listItems, after, now
	if front {
		sc.query.Limit += 1 + secondItems + headlineItems
	}
	result, err := s.store.Articles(ctx, sc.query)
	if err != nil {
		return frame{}, err
	}
	p := listPage{Heading: sc.heading, Front: front, Source: sc.source}
	f := s.frame(c, now)
	for _, record := range result.Records {
		v, err := s.view(record.Article, c, false)
		if err != nil {
			return frame{}, err
		}
		p.Rest = append(p.Rest, v)
		if v.Updated.After(f.Edition) {
			f.Edition = v.Updated
		}
	}
	if front {
		p.arrange(s.words.Latest)
	}
	if sc.source != nil {
		p.Credit = fmt.Sprintf(s.words.SourceCredit, s.site.Name)
	}
	if len(result.Records) == 0 {
		p.Empty = s.emptyList(sc, after)
	}
	if after != "" {
		p.Newest = sc.page()
	}
	if result.Next != "" && !s.files {
		p.Older = sc.page() + "?after=" + url.QueryEscape(result.Next)
	}
	f.Title, f.Description, f.Page = sc.title, sc.description, p
	f.Feeds = feedLinks{Name: sc.heading, Path: sc.path}
	f.Home = sc.path == ""
	if sc.category != nil {
		f.Section = sc.category.Path
	}
	if after == "" {
		f.Canonical = s.absolute(sc.page())
	}
	if sc.path != "" {
		f.Trail = []crumb{s.rootPage()}
		if sc.source != nil {
			f.Trail = s.trailOf(*sc.source, c)
		}
		f.Data = append(f.Data, s.breadcrumbs(f.Trail, crumb{sc.heading, sc.page()}))
	}
	return f, nil
}

// arrange makes a front page of a list: the newest article leads, the next
// ones stand under and beside it, and the rest below restTitle.
func (p *listPage) arrange(restTitle string) {
	if len(p.Rest) == 0 {
		return
	}
	p.Lead, p.Rest = &p.Rest[0], p.Rest[1:]
	if p.Lead.Image == "" {
		p.Seconds, p.Rest = take(p.Rest, secondItems)
	}
	p.Headlines, p.Rest = take(p.Rest, headlineItems)
	p.RestTitle = restTitle
}

func take(views []view, n int) (first, rest []view) {
	n = min(n, len(views))
	return views[:n], views[n:]
}

func (s *Server) emptyList(sc scope, after string) string {
	switch {
	case after != "":
		return s.words.NoOlder
	case sc.path == "":
		return s.words.NoNews
	}
	return s.words.NoNewsSource
}
