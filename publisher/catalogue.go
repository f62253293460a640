package publisher

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"nashra"
	"nashra/extractor/disclaimer"
	"nashra/internal/arabic"
)

// catalogue is what one rendering knows of the sources.
type catalogue struct {
	sources    []nashra.Source // in the store's order, retired ones too
	byID       map[string]*nashra.Source
	categories []category
	notes      map[string]*disclaimer.Template // of sources with a template of their own
	until      time.Time                       // when the next source's rights end; zero: none will
}

// category is a heading that sources stand under.
type category struct{ Name, Slug, Path string }

func (s *Server) catalogue(ctx context.Context, now time.Time) (*catalogue, error) {
	records, _, err := s.store.Records(ctx)
	if err != nil {
		return nil, err
	}
	c := &catalogue{sources: records, byID: map[string]*nashra.Source{}, notes: map[string]*disclaimer.Template{}}
	for i := range c.sources {
		src := &c.sources[i]
		c.byID[src.ID] = src
		if end := src.Rights.Until; end.After(now) && (c.until.IsZero() || end.Before(c.until)) {
			c.until = end
		}
		if src.Disclaimer != "" {
			note, err := disclaimer.Parse(src.Disclaimer)
			if err != nil {
				// Config is checked when it is read; a record of an older
				// release must not take every feed down.
				s.log.Warn("source's disclaimer does not parse", "source", src.ID, "err", err)
			} else {
				c.notes[src.ID] = note
			}
		}
		if slug := arabic.Slug(src.Category); slug != "" && c.category(slug) == nil {
			c.categories = append(c.categories, category{src.Category, slug, categoryPath(slug)})
		}
	}
	slices.SortFunc(c.categories, func(a, b category) int { return strings.Compare(a.Slug, b.Slug) })
	return c, nil
}

func (c *catalogue) category(slug string) *category {
	for i := range c.categories {
		if c.categories[i].Slug == slug {
			return &c.categories[i]
		}
	}
	return nil
}

// shown is the sources whose articles readers can still find.
func (c *catalogue) shown(now time.Time) []nashra.Source {
	var shown []nashra.Source
	for _, src := range c.sources {
		if nashra.Visible(nashra.Article{}, nashra.Marks{}, src.Rights, now) {
			shown = append(shown, src)
		}
	}
	return shown
}

func sourcePath(id string) string     { return "/source/" + url.PathEscape(id) }
func categoryPath(slug string) string { return "/category/" + url.PathEscape(slug) }
func itemPath(id string) string       { return "/item/" + url.PathEscape(id) }

// scope is what a feed or a list is narrowed to: a source, a category, or
// nothing.
type scope struct {
	path        string // escaped, without a slash at its end; "" for the whole site
	title       string // of a feed
	heading     string // of a page
	description string
	query       nashra.Query
	source      *nashra.Source
	category    *category
}

// page is the path of the scope's list.
func (sc scope) page() string {
	if sc.path == "" {
		return "/"
	}
	return sc.path
}

// scopePath is the path of the scope that r asks for, before anything is known
// of it.
func scopePath(r *http.Request) string {
	if id := r.PathValue("source"); id != "" {
		return sourcePath(id)
	}
	if slug := categorySlug(r.PathValue("category")); slug != "" {
		return categoryPath(slug)
	}
	return ""
}

// categorySlug is the slug of a category that is asked for, "" where none is.
// Somebody who types a category's name need not know how it folds.
func categorySlug(name string) string {
	return cmp.Or(arabic.Slug(name), name)
}

// scope finds what r asks for. A source that was never configured and a
// category that no source has are ErrNotFound.
func (s *Server) scope(r *http.Request, c *catalogue) (scope, error) {
	sc := scope{path: scopePath(r)}
	if id := r.PathValue("source"); id != "" {
		src := c.byID[id]
		if src == nil {
			return sc, fmt.Errorf("source %q: %w", id, nashra.ErrNotFound)
		}
		sc.source, sc.query.Source, sc.heading = src, id, src.Name
		sc.title = s.site.Name + s.words.Colon + src.Name
		sc.description = fmt.Sprintf(s.words.SourceDescription, src.Name)
		return sc, nil
	}
	if slug := categorySlug(r.PathValue("category")); slug != "" {
		cat := c.category(slug)
		if cat == nil {
			return sc, fmt.Errorf("category %q: %w", slug, nashra.ErrNotFound)
		}
		sc.category, sc.query.Category, sc.heading = cat, slug, cat.Name
		sc.title = s.site.Name + s.words.Colon + cat.Name
		sc.description = fmt.Sprintf(s.words.CategoryDescription, cat.Name)
		return sc, nil
	}
	sc.title, sc.heading = s.site.Name, s.site.Name
	sc.description = fmt.Sprintf(s.words.SiteDescription, s.site.Name)
	return sc, nil
}
