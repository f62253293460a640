package publisher

import (
	"embed"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"regexp"
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
	".css":   "text/css; charset=utf-8",
	".svg":   "image/svg+xml",
	".png":   "image/png",
	".jpg":   "image/jpeg",
	".webp":  "image/webp",
	".ico":   "image/x-icon",
	".js":    "text/javascript; charset=utf-8",
	".txt":   "text/plain; charset=utf-8", // the licence of the typefaces
	".woff2": "font/woff2",
}

// packedTypes are packed in themselves: packing them again only costs.
var packedTypes = map[string]bool{".png": true, ".jpg": true, ".webp": true, ".woff2": true}

// ownFiles reads the embedded files, by the name they have in the folder.
func ownFiles() (map[string][]byte, error) {
	files, err := fs.ReadDir(staticFiles, "static")
	if err != nil {
		return nil, fmt.Errorf("read static files: %w", err)
	}
	contents := map[string][]byte{}
	for _, f := range files {
		if contents[f.Name()], err = fs.ReadFile(staticFiles, "static/"+f.Name()); err != nil {
			return nil, fmt.Errorf("read static file: %w", err)
		}
	}
	return contents, nil
}

// makeAssets makes what is served of files, by their names. A stylesheet names
// the others as they lie in the folder, url(NAME), and is served with the names
// that they are served under.
func makeAssets(files map[string][]byte) (map[string]asset, error) {
	assets := map[string]asset{}
	var sheets []string
	for name, body := range files {
		if path.Ext(name) == ".css" {
			sheets = append(sheets, name)
			continue
		}
		a, err := newAsset(name, body)
		if err != nil {
			return nil, err
		}
		assets[name] = a
	}
	for _, name := range sheets {
		var missing error
		body := styleURL.ReplaceAllFunc(files[name], func(match []byte) []byte {
			target := string(styleURL.FindSubmatch(match)[1])
			a, ok := assets[target]
			if !ok {
				missing = fmt.Errorf("%s: no file %q beside it; a stylesheet can name only those", name, target)
			}
			return []byte("url(" + a.name + ")")
		})
		if missing != nil {
			return nil, missing
		}
		a, err := newAsset(name, body)
		if err != nil {
			return nil, err
		}
		assets[name] = a
	}
	return assets, nil
}

// styleURL matches what names a file in a stylesheet, without or in quotes.
var styleURL = regexp.MustCompile(`url\(\s*["']?([^"')\s]*)["']?\s*\)`)

func newAsset(name string, body []byte) (asset, error) {
	ext := path.Ext(name)
	contentType := staticTypes[ext]
	if contentType == "" {
		return asset{}, fmt.Errorf("static file %s has a type that is not known", name)
	}
	version := versionOf(body)
	a := asset{name: strings.TrimSuffix(name, ext) + "-" + version[:12] + ext}
	for e := identity; int(e) < encodings; e++ {
		if e != identity && packedTypes[ext] {
			break
		}
		packed, err := e.encode(body)
		if err != nil {
			return asset{}, err
		}
		if e == identity || len(packed) < len(body)*9/10 {
			a.forms[e] = newRepresentation(document{body: packed, contentType: contentType}, e, version, time.Time{}, 0)
		}
	}
	return a, nil
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
