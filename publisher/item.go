package publisher

import (
	"context"
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
	URL     string // of this page
	Body    template.HTML
	Picture string // "" where there is none, or the body shows it itself
	Revised bool   // the partner changed it after it was published
	More    string // the words that lead to the source's other articles
}

// item serves GET /item/{id}: the page of one article. It is 404 where the id
// was never stored, and 410 where readers may no longer see the article,
// because the desk hid it or the rights to it ended.
func (s *Server) item(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	return s.serve(w, r, itemPath(id), cacheChecked, func(ctx context.Context, now time.Time) (document, error) {
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
		v, err := s.view(record.Article, c, true)
		if err != nil {
			return document{}, err
		}
		f := s.frame(c, now)
		p := &articlePage{
			view: v, URL: s.absolute(v.Path), Picture: picture(v.Image, v.Body),
			Revised: v.Updated.Sub(v.Published) >= time.Minute, More: moreFrom(v.Source.Name),
			// The extractor has sanitised the body, and the note escapes its
			// values: the only HTML that is not made by a template here.
			Body: template.HTML(v.Body),
		}
		f.Title, f.Description, f.Canonical, f.Article, f.Page = v.Title, v.Excerpt, v.Original, p, p
		if f.Canonical == "" {
			f.Canonical = p.URL
		}
		body, err := s.page("item.html", f)
		doc := document{body: body, contentType: htmlType, until: c.until}
		if !v.Source.Listed() {
			doc.robots = notListed
		}
		return doc, err
	})
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
