package publisher

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"nashra"
)

// exportStep is how many articles an export reads at a time.
const exportStep = 1000

// Folder is where an export goes. The name of a file is its path below the
// folder, with slashes.
type Folder interface {
	// Keeps reports whether the file is there as it was made under that key. It
	// stays then.
	Keeps(name, key string) bool

	// Put makes or replaces a file. packed is the same in gzip; nil: none.
	Put(name, key string, body, packed []byte) error
}

// ExportState tells one state of the site from another: an export of the same
// has nothing to do before Until; zero: ever.
type ExportState struct {
	Version string    `json:"version"`
	Until   time.Time `json:"until,omitzero"`
}

// ExportState is what an export would be of now.
func (s *Server) ExportState(ctx context.Context) (ExportState, error) {
	seq, _, err := s.store.Seq(ctx)
	if err != nil {
		return ExportState{}, err
	}
	now := s.now().UTC()
	c, err := s.catalogue(ctx, now)
	if err != nil {
		return ExportState{}, err
	}
	common, err := s.common(c, now)
	if err != nil {
		return ExportState{}, err
	}
	until := c.until
	if day := now.Add(time.Hour); len(c.listed(now)) > 0 && (until.IsZero() || day.Before(until)) {
		until = day // the news sitemap forgets
	}
	return ExportState{Version: common + "-" + strconv.FormatUint(seq, 10), Until: until}, nil
}

// Export writes the site as files into to: the same bytes as are served, for any
// web server. A page is the index.html of a folder, so that its address is the
// same too. The pages of articles come first and what leads to them after, and
// done is called after each article. It is for a Server with Config.Files.
//
// An article's page is made only where to does not keep it under its key, which
// is of all that the page depends on.
func (s *Server) Export(ctx context.Context, to Folder, done func()) error {
	now := s.now().UTC()
	c, err := s.catalogue(ctx, now)
	if err != nil {
		return err
	}
	common, err := s.common(c, now)
	if err != nil {
		return err
	}
	if err := s.exportArticles(ctx, to, common, c, now, done); err != nil {
		return err
	}
	if err := s.exportRemoved(ctx, to); err != nil {
		return err
	}
	paths := []string{"/feeds/", "/site.webmanifest", "/robots.txt", "/opml.xml", "/sitemap-news.xml", "/sitemap/pages.xml"}
	parts, err := s.sitemapParts(ctx, c, now)
	if err != nil {
		return err
	}
	for _, name := range parts {
		paths = append(paths, "/sitemap/"+name+".xml")
	}
	paths = append(paths, "/sitemap.xml")
	scopes := []string{}
	for _, src := range c.sources {
		scopes = append(scopes, sourcePath(src.ID))
	}
	for _, cat := range c.categories {
		scopes = append(scopes, cat.Path)
	}
	for _, scope := range append(scopes, "") {
		for _, f := range feedFormats {
			paths = append(paths, scope+"/"+f.File)
		}
		paths = append(paths, scope+"/")
	}
	if err := s.exportStatic(to); err != nil {
		return err
	}
	for _, path := range paths {
		if err := s.exportPath(ctx, to, path, ""); err != nil {
			return err
		}
	}
	return nil
}

// common names all that pages depend on beside the articles: the site, the
// records of the sources and which of them may be shown, the templates and the theme's, the words, and the
// files that they name.
func (s *Server) common(c *catalogue, now time.Time) (string, error) {
	h := sha256.New()
	err := json.NewEncoder(h).Encode([]any{s.site.Name, s.site.URL, s.site.Language, s.site.Zone.String(), s.site.Disclaimer, s.version, c.sources, c.shown(now), s.hub, s.words})
	if err != nil {
		return "", err
	}
	for _, name := range slices.Sorted(maps.Keys(s.static)) {
		fmt.Fprintln(h, s.static[name].name)
	}
	for _, name := range themeParts {
		fmt.Fprintf(h, "%d:%s", len(s.theme[name]), s.theme[name])
	}
	err = fs.WalkDir(templateFiles, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := templateFiles.ReadFile(path)
		h.Write(data)
		return err
	})
	return hex.EncodeToString(h.Sum(nil)[:8]), err
}

func (s *Server) exportArticles(ctx context.Context, to Folder, common string, c *catalogue, now time.Time, done func()) error {
	var newer, present *nashra.Article
	q := nashra.Query{Limit: exportStep}
	for {
		page, err := s.store.Articles(ctx, q)
		if err != nil {
			return err
		}
		for _, r := range page.Records {
			done()
			if src := c.byID[r.Article.Source]; src == nil || !nashra.Visible(r.Article, r.Marks, src.Rights, now) {
				if err := exportGone(to, r.Article.ID); err != nil {
					return err
				}
				continue
			}
			if err := s.exportArticle(ctx, to, common, newer, present, &r.Article); err != nil {
				return err
			}
			newer, present = present, &r.Article
		}
		if q.After = page.Next; q.After == "" {
			return s.exportArticle(ctx, to, common, newer, present, nil)
		}
	}
}

// exportArticle exports the page of a, which leads to its neighbours.
func (s *Server) exportArticle(ctx context.Context, to Folder, common string, newer, a, older *nashra.Article) error {
	if a == nil {
		return nil
	}
	key := common
	for _, part := range []*nashra.Article{newer, a, older} {
		if key += "/"; part != nil {
			key += part.ID + "." + strconv.Itoa(part.Revision)
		}
	}
	key = versionOf([]byte(key))[:16]
	path := itemPath(a.ID)
	if to.Keeps(fileOf(path+"/"), key) {
		return nil
	}
	return s.exportPath(ctx, to, path+"/", key)
}

// exportRemoved exports that the articles removed last are gone. Those before them
// have no file: an archive forgets more than it keeps.
func (s *Server) exportRemoved(ctx context.Context, to Folder) error {
	removals, err := s.store.Removals(ctx, nashra.RemovalQuery{Limit: exportStep})
	if err != nil {
		return err
	}
	for _, r := range removals {
		if err := exportGone(to, r.ID); err != nil {
			return err
		}
	}
	return nil
}

// exportGone exports that the article of that id is gone: an empty file, for a web
// server that can ask whether there is one to answer 410 in place of 404. It is not
// in the folder of the page, which another server would answer with 403.
func exportGone(to Folder, id string) error {
	return to.Put(fileOf(itemPath(id)+".gone"), "gone", []byte{}, nil)
}

func (s *Server) exportStatic(to Folder) error {
	for _, name := range slices.Sorted(maps.Keys(s.static)) {
		a := s.static[name]
		var packed []byte
		if rep := a.forms[gzipped]; rep != nil {
			packed = rep.body
		}
		files := []string{"static/" + a.name}
		if name == "favicon.ico" {
			files = append(files, name)
		}
		for _, file := range files {
			if err := to.Put(file, a.forms[identity].version[:16], a.forms[identity].body, packed); err != nil {
				return err
			}
		}
	}
	for _, status := range []int{http.StatusNotFound, http.StatusGone} {
		page, err := s.errorPage(status, "")
		if err != nil {
			return err
		}
		if err := s.exportFile(to, strconv.Itoa(status)+".html", "", page); err != nil {
			return err
		}
	}
	return nil
}

// exportPath exports what is served at path; a page's ends in a slash here. An
// article that was taken back meanwhile is left out.
func (s *Server) exportPath(ctx context.Context, to Folder, path, key string) error {
	asked := path
	if len(path) > 1 {
		asked = strings.TrimSuffix(path, "/")
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, asked, nil)
	if err != nil {
		return err
	}
	r.RequestURI = asked
	w := &kept{header: http.Header{}}
	s.ServeHTTP(w, r)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case w.status == http.StatusGone && key != "":
		return nil
	case w.status != http.StatusOK:
		return fmt.Errorf("%s answers %d", asked, w.status)
	}
	return s.exportFile(to, fileOf(path), key, w.body.Bytes())
}

func (s *Server) exportFile(to Folder, name, key string, body []byte) error {
	if key == "" {
		if key = versionOf(body)[:16]; to.Keeps(name, key) {
			return nil
		}
	}
	packed, err := gzipped.encode(body)
	if err != nil {
		return err
	}
	return to.Put(name, key, body, packed)
}

// fileOf is the name of the file that a web server sends for path.
func fileOf(path string) string {
	name, err := url.PathUnescape(strings.TrimPrefix(path, "/"))
	if err != nil {
		name = path // of ours, so never
	}
	if name == "" || strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	return name
}

// kept is a ResponseWriter in memory.
type kept struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (k *kept) Header() http.Header         { return k.header }
func (k *kept) WriteHeader(status int)      { k.status = status }
func (k *kept) Write(p []byte) (int, error) { return k.body.Write(p) }
