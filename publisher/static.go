package publisher

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"nashra"
)

//go:embed static
var staticFiles embed.FS

// asset is a file of ours as it is served, with its hash in its name.
type asset struct {
	name   string // as it is served under /static/
	plain  *representation
	zipped *representation // nil where packing does not help
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
		sum := sha256.Sum256(body)
		a := asset{
			name:  strings.TrimSuffix(f.Name(), ext) + "-" + hex.EncodeToString(sum[:6]) + ext,
			plain: &representation{body: body, contentType: contentType, etag: entityTag(body)},
		}
		zipped, err := gzipped(body)
		if err != nil {
			return nil, err
		}
		if len(zipped) < len(body)*9/10 {
			a.zipped = &representation{body: zipped, contentType: contentType, encoding: "gzip", etag: entityTag(zipped)}
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
			s.sendAsset(w, r, a, cacheForever)
			return nil
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
	s.sendAsset(w, r, a, "public, max-age=86400")
	return nil
}

func (s *Server) sendAsset(w http.ResponseWriter, r *http.Request, a asset, cacheControl string) {
	rep := a.plain
	if a.zipped != nil && acceptsGzip(r.Header.Values("Accept-Encoding")) {
		rep = a.zipped
	}
	s.sendRepresentation(w, r, rep, cacheControl)
}
