package publisher

import (
	"embed"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"nashra"
)

//go:embed static
var staticFiles embed.FS

// asset is a file of ours as it is served, with its hash in its name.
type asset struct {
	name  string                     // as it is served under /static/
	forms [encodings]*representation // nil where packing does not help
}

// offered says which forms there are.
func (a asset) offered() [encodings]bool {
	var offered [encodings]bool
	for e, rep := range a.forms {
		offered[e] = rep != nil
	}
	return offered
}

var staticTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".svg": "image/svg+xml",
	".png": "image/png",
	".ico": "image/x-icon",
}

// loadStatic reads the embedded files, by the name they have in the folder.
func loadStatic() (map[string]asset, error) {
	assets := map[string]asset{}
	files, err := fs.ReadDir(staticFiles, "static")
	if err != nil {
		return nil, fmt.Errorf("read static files: %w", err)
	}
	for _, f := range files {
		body, err := fs.ReadFile(staticFiles, "static/"+f.Name())
		if err != nil {
			return nil, fmt.Errorf("read static file: %w", err)
		}
		ext := path.Ext(f.Name())
		contentType := staticTypes[ext]
		if contentType == "" {
			return nil, fmt.Errorf("static file %s has a type that is not known", f.Name())
		}
		version := versionOf(body)
		a := asset{name: strings.TrimSuffix(f.Name(), ext) + "-" + version[:12] + ext}
		for e := identity; int(e) < encodings; e++ {
			packed, err := e.encode(body)
			if err != nil {
				return nil, err
			}
			if e == identity || len(packed) < len(body)*9/10 {
				a.forms[e] = newRepresentation(document{body: packed, contentType: contentType}, e, version, time.Time{}, 0)
			}
		}
		assets[f.Name()] = a
	}
	return assets, nil
}

// staticPath is the path under which the file of that name is served.
func (s *Server) staticPath(name string) (string, error) {
	a, ok := s.static[name]
	if !ok {
		return "", fmt.Errorf("no static file %q", name)
	}
	return "/static/" + a.name, nil
}

// staticFile serves GET /static/{file}, by the name with the hash only: what
// has another hash is another file.
func (s *Server) staticFile(w http.ResponseWriter, r *http.Request) error {
	for _, a := range s.static {
		if a.name == r.PathValue("file") {
			return s.sendAsset(w, r, a, cacheForever)
		}
	}
	return nashra.ErrNotFound
}

// favicon serves GET /favicon.ico, which feed readers ask for unasked.
func (s *Server) favicon(w http.ResponseWriter, r *http.Request) error {
	a, ok := s.static["favicon.ico"]
	if !ok {
		return nashra.ErrNotFound
	}
	return s.sendAsset(w, r, a, cacheForDay)
}

func (s *Server) sendAsset(w http.ResponseWriter, r *http.Request, a asset, cacheControl caching) error {
	e, ok := negotiate(r.Header["Accept-Encoding"], a.offered())
	if !ok {
		return errNotAcceptable
	}
	s.sendRepresentation(w, r, a.forms[e], cacheControl)
	return nil
}
