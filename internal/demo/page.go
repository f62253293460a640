package demo

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"slices"
)

//go:embed pages
var pageFiles embed.FS

var pages = template.Must(template.ParseFS(pageFiles, "pages/*.html"))

// pageData is what the templates of article pages get.
type pageData struct {
	Paper, Tagline, Base, Link string
	Title, Author, Category    string
	Summary, Picture, Caption  string
	Published, Day             string
	Width, Height              int
	Tags                       []string
	Body, OldBody              template.HTML
	Others                     []linkData
}

type linkData struct{ Title, Link string }

// article serves GET /news/{slug}.
func (s *site) article(w http.ResponseWriter, r *http.Request) {
	i := slices.IndexFunc(s.articles, func(a article) bool { return a.slug == r.PathValue("slug") })
	if i < 0 {
		http.NotFound(w, r)
		return
	}
	a := s.articles[i]
	s.render(w, r, a, s.page, pageData{
		Paper: s.name, Tagline: s.tagline, Base: s.base, Link: s.link(a),
		Title: a.title, Author: a.author, Category: a.category,
		Summary: a.summary, Picture: a.picture, Caption: a.caption, Width: pictureWidth, Height: pictureHeight,
		Published: a.when.Format("2006-01-02T15:04:05Z07:00"), Day: a.when.Format("02/01/2006"),
		Tags: a.tags, Others: s.links(a.slug),
		Body:    template.HTML(s.absolute(a.html())),    // embedded in this program
		OldBody: template.HTML(s.absolute(a.oldHTML())), // likewise
	})
}

// front serves GET /: the titles, for whoever opens the site in a browser.
func (s *site) front(w http.ResponseWriter, r *http.Request) {
	s.render(w, r, s.articles[0], "front", pageData{Paper: s.name, Tagline: s.tagline, Base: s.base, Others: s.links("")})
}

// links lists the site's articles but one.
func (s *site) links(but string) []linkData {
	var all []linkData
	for _, a := range s.articles {
		if a.slug != but {
			all = append(all, linkData{a.title, s.link(a)})
		}
	}
	return all
}

func (s *site) render(w http.ResponseWriter, r *http.Request, a article, name string, data pageData) {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, data); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	serve(w, r, s.pageType, a.when, s.encode(b.Bytes()))
}
