package publisher_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"nashra/publisher"
)

func wearing(t publisher.Theme) func(*publisher.Config) {
	return func(c *publisher.Config) { c.Theme = t }
}

func TestAThemeChangesWhatItSays(t *testing.T) {
	w := newWorld(t, wearing(publisher.Theme{
		"style.css":    []byte(`.name { background: url("pattern.svg"); } .mine { color: green; }`),
		"pattern.svg":  []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`),
		"logo.svg":     []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>`),
		"icon.svg":     []byte(`<svg xmlns="http://www.w3.org/2000/svg"><title>mine</title></svg>`),
		"strings.yaml": []byte("tagline: شعارنا\nmore_from: المزيد من «%s»\nerror_404_title: لا شيء هنا\n"),
		"head.html":    []byte(`<meta name="verification" content="{{.Site.Name}}">`),
		"footer.html":  []byte(`<footer class="mine">{{range .Partners}}<a href="{{local .Path}}">{{.Name}}</a>{{end}}{{text.Copyright}}</footer>`),
	}))
	id := newsroom(w)
	front := soundPage(t, "/", w.get("/").ok())
	if got := words(front.Find(".strip p").First()); got != "شعارنا" {
		t.Errorf("the tagline is %q", got)
	}
	logo := front.Find("h1 img")
	if logo.AttrOr("alt", "") != "مصر اليوم" || !strings.Contains(w.get(logo.AttrOr("src", "")).ok().body, "0 0 9 9") {
		t.Error("the logo is not in the masthead")
	}
	if got := front.Find("head meta[name=verification]").AttrOr("content", ""); got != "مصر اليوم" {
		t.Errorf("head.html gave %q", got)
	}
	if got := front.Find("footer").Length(); got != 1 || front.Find("footer.mine a").Length() != 3 {
		t.Errorf("%d footers", got)
	}
	if icon := w.get(front.Find("link[rel=icon]").AttrOr("href", "")).ok().body; !strings.Contains(icon, "mine") {
		t.Errorf("the icon is %s", icon)
	}
	style := w.get(front.Find("link[rel=stylesheet]").AttrOr("href", "")).ok().body
	if !strings.Contains(style, ".masthead") || !regexp.MustCompile(`url\(pattern-[0-9a-f]{12}\.svg\)`).MatchString(style) {
		t.Error("the theme's style does not come after ours, with the names that its files are served under")
	}
	if got := words(soundPage(t, "item", w.get("/item/"+id).ok()).Find(".after a")); got != "المزيد من «جريدة فكرة فن»" {
		t.Errorf("an item leads on by %q", got)
	}
	if got := words(soundPage(t, "/nowhere", w.get("/nowhere")).Find("h1")); got != "لا شيء هنا" {
		t.Errorf("an unknown page says %q", got)
	}
}

func TestAThemeMayReplaceTheStyleAndTheMasthead(t *testing.T) {
	w := newWorld(t, wearing(publisher.Theme{
		"base.css":    []byte(`body { color: navy; }`),
		"header.html": []byte(`<header class="own">{{if .Home}}<h1>{{.Site.Name}}</h1>{{end}}<nav>{{range .Sections}}<a href="{{local .Path}}">{{.Name}}</a>{{end}}</nav></header>`),
	}))
	newsroom(w)
	doc := soundPage(t, "/", w.get("/").ok())
	if doc.Find(".masthead, .sections").Length() != 0 || doc.Find("header.own nav a").Length() == 0 {
		t.Error("the masthead is not the theme's")
	}
	if style := w.get(doc.Find("link[rel=stylesheet]").AttrOr("href", "")).ok().body; strings.TrimSpace(style) != "body { color: navy; }" {
		t.Errorf("the style is %q", style)
	}
}

func TestAnotherThemeIsExportedAnew(t *testing.T) {
	states := map[string]string{}
	for name, theme := range map[string]publisher.Theme{
		"ours": nil, "a word": {"strings.yaml": []byte("home: البداية")},
		"a part": {"footer.html": []byte("<footer>x</footer>")}, "a style": {"style.css": []byte("a { color: red }")},
	} {
		w := newWorld(t, asFiles, wearing(theme))
		w.configure(nile)
		w.fetch("nile", content("خبر", "https://nile.example/1", began))
		state, err := w.server.ExportState(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := states[state.Version]; ok {
			t.Errorf("%s and %s are one state of an export", name, other)
		}
		states[state.Version] = name
	}
}

func TestABrokenThemeIsAnErrorAtStart(t *testing.T) {
	tests := []struct{ name, file, content, want string }{
		{"a template that does not parse", "footer.html", "{{if}}", "footer.html:1"},
		{"a field that is not there", "footer.html", "{{.Nothing}}", "Nothing"},
		{"what only an empty page shows", "footer.html", "{{with index .Partners 0}}{{.Name}}{{end}}", "footer.html"},
		{"a function that parts do not have", "head.html", `{{source "x"}}`, "source"},
		{"a file that is not there", "header.html", `<h1>{{static "none.png"}}</h1>`, "none.png"},
		{"an element left open", "footer.html", "<footer><div></footer>", "</footer> closes nothing"},
		{"an element never closed", "footer.html", "<footer>", "<footer> is never closed"},
		{"no heading on the front page", "header.html", "<header>x</header>", "h1"},
		{"a script in the page", "head.html", "<script>alert(1)</script>", "Content-Security-Policy"},
		{"a script from elsewhere", "head.html", `<script src="https://x.example/a.js"></script>`, "Content-Security-Policy"},
		{"a style in the page", "footer.html", `<p style="color:red">x</p>`, "style.css"},
		{"a text of an unknown name", "strings.yaml", "tag_line: x", "unknown key tag_line"},
		{"a text that loses its value", "strings.yaml", "more_from: المزيد", "more_from"},
		{"a text that is no text", "strings.yaml", "tagline: [x]", "strings.yaml"},
		{"an empty text", "strings.yaml", `tagline: " "`, "tagline"},
		{"a picture that is not there", "style.css", "a { background: url(none.png); }", "none.png"},
		{"a picture from elsewhere", "style.css", "a { background: url(https://x.example/a.png); }", "x.example"},
		{"a file that no theme has", "notes.md", "x", "notes.md"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := publisher.Theme{tt.file: []byte(tt.content)}.Check()
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v, want one line with %q", err, tt.want)
			}
		})
	}
	if err := (publisher.Theme{}).Check(); err != nil {
		t.Errorf("an empty theme: %v", err)
	}
}

// TestEveryTextOfAThemeIsDocumented: the table of docs/theming.md is what
// strings.yaml may hold, in this order.
func TestEveryTextOfAThemeIsDocumented(t *testing.T) {
	file := filepath.Join("..", "docs", "theming.md")
	doc, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := bytes.Cut(doc, []byte("<!-- texts -->\n"))
	got, after, ok := bytes.Cut(rest, []byte("<!-- end of texts -->\n"))
	if !ok {
		t.Fatal("docs/theming.md has no table of texts")
	}
	var want strings.Builder
	want.WriteString("| key | ours |\n| --- | --- |\n")
	for _, pair := range publisher.ThemeTexts() {
		want.WriteString("| `" + pair[0] + "` | " + pair[1] + " |\n")
	}
	if *update {
		if err := os.WriteFile(file, []byte(string(before)+"<!-- texts -->\n"+want.String()+"<!-- end of texts -->\n"+string(after)), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(got) != want.String() {
		t.Errorf("docs/theming.md differs from the texts; write it anew with: go test ./publisher -run Documented -update")
	}
}
