package publisher

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"time"
)

const htmlType = "text/html; charset=utf-8"

//go:embed templates
var templateFiles embed.FS

// frame is what every page has around its own part.
type frame struct {
	Title       string // of the window
	Description string
	Canonical   string    // URL of the page that search engines should prefer; "": none
	Trail       []crumb   // the pages above this one, from the home page on; nil: none
	Section     string    // path of the category to mark in the menu
	Feeds       feedLinks // the zero value: those of the whole site
	Categories  []category
	Partners    []sourceLink
	Edition     time.Time // of the newest thing on the page; zero: not told
	Home        bool      // the masthead is the page's heading
	Query       string    // what was searched for, for the field in the masthead
	Robots      string    // what search engines may do with the page; "": what they like
	Article     *articlePage
	Data        []any // of JSON-LD, a script element each
	Page        any   // what the page's own template needs
}

// crumb is a page above another one. Its path is ours.
type crumb struct{ Name, Path string }

// rootPage is the first of every trail.
func (s *Server) rootPage() crumb { return crumb{s.words.Home, "/"} }

type sourceLink struct{ Name, Path string }

// feedLinks says whose feeds a page offers: Path comes before the file's name.
type feedLinks struct{ Name, Path, Query string }

// Of is the path of the feed in the format of file.
func (f feedLinks) Of(file string) string { return f.Path + "/" + file + f.Query }

// parsePages parses every page together with the layout.
func (s *Server) parsePages() (map[string]*template.Template, error) {
	layout, err := template.New("layout.html").Funcs(s.functions()).
		ParseFS(templateFiles, "templates/layout.html", "templates/parts.html")
	if err != nil {
		return nil, fmt.Errorf("read templates: %w", err)
	}
	pages := map[string]*template.Template{}
	for _, name := range []string{"list.html", "item.html", "search.html", "feeds.html", "error.html"} {
		page, err := layout.Clone()
		if err == nil {
			page, err = page.ParseFS(templateFiles, "templates/"+name)
		}
		if err != nil {
			return nil, fmt.Errorf("read template %s: %w", name, err)
		}
		pages[name] = page
	}
	return pages, nil
}

func (s *Server) functions() template.FuncMap {
	return template.FuncMap{
		"text":     func() words { return s.words },
		"part":     s.part,
		"logo":     func() string { return s.logo },
		"site":     func() Site { return s.site },
		"feeds":    func() []feedFormat { return readerFormats },
		"allfeeds": func() []feedFormat { return feedFormats },
		"feedtext": func() feedWords { return feedText },
		"local":    s.local,
		"static":   func(name string) (string, error) { p, err := s.staticPath(name); return s.local(p), err },
		"date":     func(t time.Time) string { return dateTime(t, s.site.Zone) },
		"short":    func(t time.Time) string { return shortDate(t, s.site.Zone) },
		"machine":  atomTime,
		"source":   sourcePath,
		"web":      webURL,
		"finds":    func() bool { return s.finder != nil },
	}
}

// page renders into memory, so that a template that fails half-way sends an
// error page and not half an article.
func (s *Server) page(name string, f frame) ([]byte, error) {
	var b bytes.Buffer
	if err := s.pages[name].Execute(&b, f); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// frame is the part of a page that c decides.
func (s *Server) frame(c *catalogue, now time.Time) frame {
	f := frame{Categories: c.categories}
	for _, src := range c.shown(now) {
		f.Partners = append(f.Partners, sourceLink{src.Name, sourcePath(src.ID)})
	}
	return f
}

// wayOn is what error.html needs.
type wayOn struct {
	message
	Path string // of our page to go on to
	Name string // of that page

	Request string // by which our log calls the one that failed
}

// errorPage is the page for a status. It asks nothing of the store, which may
// be what failed.
func (s *Server) errorPage(status int, request string) ([]byte, error) {
	m, ok := s.words.Errors[status]
	if !ok {
		return nil, fmt.Errorf("no words for status %d", status)
	}
	return s.page("error.html", frame{Title: m.Title, Robots: notListed, Page: wayOn{m, "/", s.words.ToHome, request}})
}

// moved sends the reader on to the page of ours that took the place of the one
// asked for. The query goes along.
func (s *Server) moved(w http.ResponseWriter, r *http.Request, path string) error {
	if r.URL.RawQuery != "" {
		path += "?" + escapeQuery(r.URL.RawQuery)
	}
	m := s.words.PageMoved
	page, err := s.page("error.html", frame{Title: m.Title, Robots: notListed, Page: wayOn{m, path, s.words.ToPage, ""}})
	if err != nil {
		return err
	}
	w.Header().Set("Location", s.local(path))
	w.Header()["Cache-Control"] = cacheBriefly
	s.send(w, r, http.StatusMovedPermanently, htmlType, page)
	return nil
}
