package publisher

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"time"
)

// deskPages are the pages of the desk, by the name of their template.
var deskPages = []string{"sources.html", "source.html", "try.html", "items.html", "item.html", "log.html", "error.html"}

// deskFrame is what every page of the desk has around its own part.
type deskFrame struct {
	Title string
	Here  string // path of the menu's entry that the page belongs to
	Said  string // what came of the action that led here; "": none did
	Page  any    // what the page's own template needs

	Failed string // why the action came to nothing; "": it did not
	Detail string // the same as the log has it
}

// parseDesk parses every page of the desk in each of its languages.
func (s *Server) parseDesk() (map[*tongue]map[string]*template.Template, error) {
	all := map[*tongue]map[string]*template.Template{}
	for _, g := range tongues {
		layout, err := template.New("layout.html").Funcs(s.functions()).Funcs(s.deskFunctions(g)).
			ParseFS(templateFiles, "templates/desk/layout.html")
		if err != nil {
			return nil, fmt.Errorf("read templates: %w", err)
		}
		all[g] = map[string]*template.Template{}
		for _, name := range deskPages {
			page, err := layout.Clone()
			if err == nil {
				page, err = page.ParseFS(templateFiles, "templates/desk/"+name)
			}
			if err != nil {
				return nil, fmt.Errorf("read template desk/%s: %w", name, err)
			}
			all[g][name] = page
		}
	}
	return all, nil
}

func (s *Server) deskFunctions(g *tongue) template.FuncMap {
	return template.FuncMap{
		"text":  func() *tongue { return g },
		"date":  func(t time.Time) string { return g.date(t, s.site.Zone) },
		"short": func(t time.Time) string { return g.short(t, s.site.Zone) },
		"away":  func(t time.Time) string { return g.away(t, s.now()) },
	}
}

// deskError is what came in the way of a request of somebody at the desk, who is
// told so in the desk's language.
type deskError struct {
	error
	g *tongue
}

func (e *deskError) Unwrap() error { return e.error }

// deskErrorPage is the page that says e. request is the id that the log knows it
// by; "": the log has no more about it.
func (s *Server) deskErrorPage(e *deskError, status int, request string) ([]byte, error) {
	m, ok := e.g.errors[status]
	if !ok {
		m, ok = s.words.Errors[status]
	}
	if !ok {
		return nil, fmt.Errorf("no words for status %d", status)
	}
	var b bytes.Buffer
	err := s.desks[e.g]["error.html"].Execute(&b, deskFrame{Title: m.Title, Detail: detailOf(e), Page: wayOn{message: m, Request: request}})
	return b.Bytes(), err
}

// sendDesk answers with a page of the desk in the browser's language. It is
// kept by nobody.
func (s *Server) sendDesk(w http.ResponseWriter, r *http.Request, g *tongue, name string, f deskFrame) error {
	var b bytes.Buffer
	if err := s.desks[g][name].Execute(&b, f); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy", deskPolicy)
	w.Header().Set("Vary", "Accept-Language")
	w.Header().Set("X-Robots-Tag", "noindex")
	s.send(w, r, http.StatusOK, htmlType, b.Bytes())
	return nil
}
