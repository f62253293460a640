package publisher

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
	"time"

	"nashra"
)

// articlePage is what item.html needs.
type articlePage struct {
	view
	URL          string // of this page
	Body         template.HTML
	Picture      string // "" where there is none, or the body shows it itself
	Revised      bool   // the partner changed it after it was published
	More         string // the words that lead to the source's other articles
	Newer, Older *view  // of the whole site; nil: none
}

// item serves GET /item/{id}: the page of one article. It is 404 where the id
// was never stored, 410 where readers may no longer see the article, because
// the desk hid it or the rights to it ended, and 301 where the article has
// another id or the address another spelling.
func (s *Server) item(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if itemPath(id) != r.URL.EscapedPath() || strings.ToLower(id) != id {
		known, err := s.store.Named(r.Context(), strings.ToLower(id))
		if err != nil {
			return err
		}
		return s.moved(w, r, itemPath(known))
	}
	err := s.serve(w, r, itemPath(id), cacheChecked, func(ctx context.Context, now time.Time) (document, error) {
		record, err := s.store.Article(ctx, id)
		if err != nil {
			return document{}, err
		}
		c, err := s.catalogue(ctx, now)
		if err != nil {
			return document{}, err
		}
		var rights nashra.Rights
		if src := c.byID[record.Article.Source]; src != nil {
			rights = src.Rights
		}
		if !nashra.Visible(record.Article, record.Marks, rights, now) {
			return document{}, nashra.ErrHidden
		}
		f, err := s.itemFrame(ctx, now, record.Article, c)
		if err != nil {
			return document{}, err
		}
		body, err := s.page("item.html", f)
		return document{body: body, contentType: htmlType, until: c.until, robots: f.Robots}, err
	})
	if errors.Is(err, nashra.ErrNotFound) {
		if known, named := s.store.Named(r.Context(), id); named == nil {
			return s.moved(w, r, itemPath(known))
		}
	}
	return err
}

func (s *Server) itemFrame(ctx context.Context, now time.Time, a nashra.Article, c *catalogue) (frame, error) {
	v, err := s.view(a, c, true)
	if err != nil {
		return frame{}, err
	}
	p := &articlePage{
		view: v, URL: s.absolute(v.Path), Picture: picture(v.Image, v.Body),
		Revised: v.Updated.Sub(v.Published) >= time.Minute, More: fmt.Sprintf(s.words.MoreFrom, v.Source.Name),
	}
	body := v.Body
	if p.Picture == "" {
		body = eager(body)
	}
	// The extractor has sanitised the body, and the note escapes its values: the
	// only HTML of a page that is not made by a template.
	p.Body = template.HTML(body)
	newer, older, err := s.store.Neighbours(ctx, a.ID, now)
	if err != nil {
		return frame{}, err
	}
	for _, side := range []struct {
		record *nashra.Record
		view   **view
	}{{newer, &p.Newer}, {older, &p.Older}} {
		if side.record == nil {
			continue
		}
		beside, err := s.view(side.record.Article, c, false)
		if err != nil {
			return frame{}, err
		}
		*side.view = &beside
	}
	f := s.frame(c, now)
	f.Title, f.Description, f.Article, f.Page = v.Title, v.Excerpt, p, p
	f.Trail = s.trailOf(v.Source, c)
	if len(f.Trail) > 1 {
		f.Section = f.Trail[1].Path
	}
	f.Data = []any{s.newsArticle(v), s.breadcrumbs(f.Trail, crumb{v.Title, v.Path})}
	switch v.Source.Index {
	case nashra.IndexOwn:
		f.Canonical, f.Robots = p.URL, "max-image-preview:large"
	case nashra.IndexCanonical:
		f.Canonical = cmp.Or(v.Original, p.URL)
	default:
		// Without a canonical address: that would ask to count for the original
		// a page that is not to be counted at all.
		f.Robots = notListed
	}
	return f, nil
}

// eager has the first picture of body loaded at once, since the reader sees it
// first. Sanitising makes them all wait until they come into sight.
func eager(body string) string {
	before, rest, found := strings.Cut(body, "<img")
	if !found {
		return body
	}
	tag, after, _ := strings.Cut(rest, ">")
	return before + "<img" + strings.Replace(tag, ` loading="lazy"`, "", 1) + ">" + after
}

// scaled matches what WordPress adds to the name of a smaller copy of a picture.
var scaled = regexp.MustCompile(`-(\d+x\d+|scaled)$`)

// picture is image, or "" where body shows the same picture in some size.
func picture(image, body string) string {
	u, err := url.Parse(image)
	if image == "" || err != nil {
		return ""
	}
	ext := path.Ext(u.Path)
	name := scaled.ReplaceAllString(strings.TrimSuffix(path.Base(u.Path), ext), "")
	if len(name) < 4 { // too short to tell pictures apart
		name = image
	}
	for _, tag := range strings.Split(body, "<img")[1:] {
		tag, _, _ = strings.Cut(tag, ">")
		if strings.Contains(tag, name) || strings.Contains(tag, url.PathEscape(name)) {
			return ""
		}
	}
	return image
}
