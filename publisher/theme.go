package publisher

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io"
	"maps"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/goccy/go-yaml"
	"golang.org/x/net/html"
)

// Theme is how an operator has the readers' pages look: the files of a folder
// by their names, as docs/theming.md describes them. What is wrong with one is
// an error of New, and none of a reader's request.
type Theme map[string][]byte

// Check reports the first thing that is wrong with the theme.
func (t Theme) Check() error {
	site, err := siteURL("https://news.example")
	if err != nil {
		return err
	}
	s := &Server{site: Site{Name: "نشرة", URL: site.String(), Language: "ar", Zone: time.UTC}, base: site}
	return s.wear(t)
}

// Files of a theme that are no files to serve.
const (
	themeStyle   = "style.css" // comes after ours
	themeBase    = "base.css"  // takes the place of ours
	themeStrings = "strings.yaml"
)

var (
	themeParts = []string{"head.html", "header.html", "footer.html"}
	themeLogos = []string{"logo.svg", "logo.png", "logo.webp", "logo.jpg"}
)

// Part is what a theme's head.html, header.html and footer.html are given. Its
// paths and addresses go through the function local, as those of our own pages.
type Part struct {
	Site     Site
	Title    string    // of the page
	Home     bool      // it is the front page, whose heading header.html must hold
	Edition  time.Time // of the newest thing on the page; zero: not told
	Search   bool      // there is a search page, /search?q=
	Query    string    // what was searched for
	Section  string    // path of the present category
	Sections []Link    // the categories
	Partners []Link
	Feeds    []Link // of what the page shows
}

// Link is a page or feed of ours.
type Link struct{ Name, Path string }

// wear makes what the theme decides: the words, what is served under /static/,
// and the parts.
func (s *Server) wear(t Theme) error {
	s.theme, s.words = t, arabicWords
	files, err := ownFiles()
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(t)) {
		switch {
		case name == themeStyle, name == themeBase, slices.Contains(themeParts, name):
		case name == themeStrings:
			if s.words, err = arabicWords.with(t[name]); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		case path.Ext(name) != ".css" && staticTypes[path.Ext(name)] != "":
			files[name] = t[name]
			if s.logo == "" && slices.Contains(themeLogos, name) {
				s.logo = name
			}
		default:
			return fmt.Errorf("%s: no file of a theme; want %s, %s, %s, %s, or pictures, fonts and scripts",
				name, themeStyle, themeBase, themeStrings, strings.Join(themeParts, ", "))
		}
	}
	if base, ok := t[themeBase]; ok {
		files[themeStyle] = base
	}
	if style, ok := t[themeStyle]; ok {
		files[themeStyle] = slices.Concat(files[themeStyle], []byte("\n"), style)
	}
	if s.static, err = makeAssets(files); err != nil {
		return err
	}
	s.parts = map[string]*template.Template{}
	for _, name := range themeParts {
		if source, ok := t[name]; ok {
			if s.parts[name], err = s.parsePart(name, string(source)); err != nil {
				return err
			}
		}
	}
	return nil
}

// parsePart reads a part and renders it with all that a page can have and with
// nothing of it, so that no reader is the first to see it fail.
func (s *Server) parsePart(name, source string) (*template.Template, error) {
	all := s.functions()
	functions := template.FuncMap{}
	for _, f := range []string{"text", "local", "static", "date", "machine"} {
		functions[f] = all[f]
	}
	part, err := template.New(name).Funcs(functions).Parse(source)
	if err != nil {
		return nil, err // it names the file and the line
	}
	full := Part{
		Site: s.site, Title: "عنوان", Edition: time.Unix(0, 0), Search: true, Query: "كلمة", Section: "/category/a",
		Sections: []Link{{"سياسة", "/category/a"}, {"ثقافة", "/category/b"}}, Partners: []Link{{"شريك", "/source/a"}}, Feeds: []Link{{"RSS", "/feed.xml"}},
	}
	front := full
	front.Home = true
	for _, sample := range []Part{full, front, {Site: s.site}} {
		var b bytes.Buffer
		if err := part.Execute(&b, sample); err != nil {
			return nil, err
		}
		if err := checkPart(name, &b, sample.Home); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return part, nil
}

// part renders a part for a page, "" where the theme has none of that name.
func (s *Server) part(name string, f frame) template.HTML {
	part := s.parts[name]
	if part == nil {
		return ""
	}
	p := Part{Site: s.site, Title: f.Title, Home: f.Home, Edition: f.Edition, Search: s.finder != nil, Query: f.Query, Section: f.Section}
	for _, c := range f.Categories {
		p.Sections = append(p.Sections, Link{c.Name, c.Path})
	}
	for _, partner := range f.Partners {
		p.Partners = append(p.Partners, Link(partner))
	}
	for _, feed := range readerFormats {
		p.Feeds = append(p.Feeds, Link{feed.Name, f.Feeds.Of(feed.File)})
	}
	var b bytes.Buffer
	if err := part.Execute(&b, p); err != nil {
		// The samples did not show it. The page has ours then, and is whole.
		s.log.Error("theme's part failed", "part", name, "err", err)
		return ""
	}
	// html/template has escaped what the operator's own template was given.
	return template.HTML(b.String())
}

// voidElements have no end tag (HTML, section 13.1.2).
var voidElements = []string{"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

// checkPart finds what would break the page around a part, or what the
// Content-Security-Policy would stop.
func checkPart(name string, r io.Reader, home bool) error {
	var open []string
	headings := 0
	z := html.NewTokenizer(r)
	for {
		switch z.Next() {
		case html.ErrorToken:
			if err := z.Err(); !errors.Is(err, io.EOF) {
				return err
			}
			if len(open) > 0 {
				return fmt.Errorf("<%s> is never closed", open[len(open)-1])
			}
			if name == "header.html" && home && headings != 1 {
				return fmt.Errorf("%d h1 on the front page; want the site's name in one where .Home is true", headings)
			}
			return nil
		case html.EndTagToken:
			tag := z.Token().Data
			if len(open) == 0 || open[len(open)-1] != tag {
				return fmt.Errorf("</%s> closes nothing", tag)
			}
			open = open[:len(open)-1]
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			if t.Data == "h1" {
				headings++
			}
			if err := checkTag(t); err != nil {
				return err
			}
			if t.Type == html.StartTagToken && !slices.Contains(voidElements, t.Data) {
				open = append(open, t.Data)
			}
		}
	}
}

func checkTag(t html.Token) error {
	inline := t.Data == "script"
	for _, a := range t.Attr {
		switch {
		case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
			return fmt.Errorf("the attribute %s of <%s> is stopped by the Content-Security-Policy; write it into %s or a script's file", a.Key, t.Data, themeStyle)
		case a.Key == "src" && t.Data == "script", a.Key == "href" && t.Data == "link" && !strings.HasPrefix(a.Val, "http"):
			if !strings.HasPrefix(a.Val, "/") || strings.HasPrefix(a.Val, "//") {
				return fmt.Errorf("<%s> loads %q, which the Content-Security-Policy stops; put the file into the theme and name it with static", t.Data, a.Val)
			}
			inline = false
		case a.Key == "type" && a.Val == "application/ld+json":
			inline = false
		}
	}
	if inline || t.Data == "style" {
		return fmt.Errorf("what stands inside <%s> is stopped by the Content-Security-Policy; put it into a file of the theme", t.Data)
	}
	return nil
}

// verb matches what a text is given.
var verb = regexp.MustCompile(`%[a-z%]`)

// with is w with the texts of a strings.yaml, of which each key is a name of
// ours and each text is given what ours is given.
func (w words) with(source []byte) (words, error) {
	var texts map[string]string
	if err := yaml.UnmarshalWithOptions(source, &texts, yaml.Strict()); err != nil {
		reason, _, _ := strings.Cut(yaml.FormatError(err, false, false), "\n")
		return w, fmt.Errorf("want lines of key: text; %s", reason)
	}
	w.Errors = maps.Clone(w.Errors)
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		if err := w.replace(key, texts[key]); err != nil {
			return w, err
		}
	}
	return w, nil
}

// replace puts text in the place of the one that is called key.
func (w *words) replace(key, text string) error {
	if strings.TrimSpace(text) == "" || strings.ContainsFunc(text, unicode.IsControl) {
		return fmt.Errorf("%s: want one line of text", key)
	}
	known := false
	err := w.each(func(name, own string) (string, error) {
		if name != key {
			return own, nil
		}
		known = true
		if !slices.Equal(verb.FindAllString(text, -1), verb.FindAllString(own, -1)) {
			return own, fmt.Errorf("%s: want what is put in, %%s or %%d, as in %q", key, own)
		}
		return text, nil
	})
	if err == nil && !known {
		err = fmt.Errorf("unknown key %s; the names are in docs/theming.md", key)
	}
	return err
}

// each gives every text with its name in a strings.yaml to use, and puts what
// that returns in its place.
func (w *words) each(use func(key, text string) (string, error)) error {
	change := func(key string, text *string) (err error) {
		*text, err = use(key, *text)
		return err
	}
	v := reflect.ValueOf(w).Elem()
	for i := range v.NumField() {
		if text, ok := v.Field(i).Addr().Interface().(*string); ok {
			if err := change(textKey(v.Type().Field(i).Name), text); err != nil {
				return err
			}
		}
	}
	pages := map[string]*message{"page_moved": &w.PageMoved}
	for _, status := range slices.Sorted(maps.Keys(w.Errors)) {
		m := w.Errors[status]
		pages["error_"+strconv.Itoa(status)] = &m
		defer func() { w.Errors[status] = m }()
	}
	for _, key := range slices.Sorted(maps.Keys(pages)) {
		if err := errors.Join(change(key+"_title", &pages[key].Title), change(key+"_body", &pages[key].Body)); err != nil {
			return err
		}
	}
	return nil
}

// textKey is the name of one of our texts in a strings.yaml: NoNews, no_news.
func textKey(field string) string {
	var b strings.Builder
	for i, r := range field {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
