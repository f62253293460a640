package config_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nashra/internal/config"
)

// problems loads content and gives its problems as "line key: message".
func problems(t testing.TB, content string) []string {
	t.Helper()
	_, err := load(t, content, nil)
	var found config.Problems
	if !errors.As(err, &found) {
		t.Fatalf("got %v, want config.Problems", err)
	}
	var rows []string
	for _, p := range found {
		rows = append(rows, fmt.Sprintf("%d %s: %s", p.Line, p.Key, p.Message))
	}
	return rows
}

func TestEveryProblemIsReportedWithItsLine(t *testing.T) {
	got := problems(t, `site:
  nam: مصر اليوم
  url: news.example
  language: arabic_EG
  timezone: Cairo
  disclaimer: bad {{
listen: 8080
stor: x
fetch:
  every: 15
  timeout: soon
  concurrency: 0
  max_body: lots
  allow_private: maybe
  every: 10m
admin: {password: x}
sources:
  - id: Fikra Fann
    name: أ
    feed: /feed
    content: pages
    remove: .ads
    select: bad[
    limit: 0
  - id: a
    feed: ftp://a.example/
    every: -5m
    allow: [10.0.0.0/99, 10.0.0.1]
    robots: 1
    rights: {until: غدا}
  - id: a
    name: ب
    feed: https://b.example/
`)
	want := []string{
		`2 site.nam: unknown key; did you mean "name"?`,
		`1 site.name: missing`,
		`3 site.url: want an absolute address`,
		`4 site.language: "arabic_EG" is no language`,
		`5 site.timezone: "Cairo" is no time zone`,
		`6 site.disclaimer: "bad {{" is bad`,
		`7 listen: want text, got a number; put it in quotes`,
		`8 stor: unknown key; did you mean "store"?`,
		`10 fetch.every: 15 has no unit; write 15s, 15m or 15h`,
		`11 fetch.timeout: "soon" is no duration`,
		`12 fetch.concurrency: want a whole number from 1 to 1000, got 0`,
		`13 fetch.max_body: "lots" is no size`,
		`14 fetch.allow_private: want true or false, got text`,
		`15 every: the key stands twice, the first time on line 10`,
		`16 admin.password: secrets are never in this file`,
		`18 sources[0].id: "Fikra Fann" is no id`,
		`20 sources[0].feed: want an absolute address`,
		`21 sources[0].content: want auto or feed or page, got "pages"; did you mean "page"?`,
		`22 sources[0].remove: want a list, got text`,
		`23 sources[0].select: "bad[" is bad`,
		`24 sources[0].limit: want a whole number from 1 to 10000, got 0`,
		`25 sources[1].name: missing`,
		`26 sources[1].feed: want an absolute address`,
		`27 sources[1].every: -5m is out of range`,
		`28 sources[1].allow[0]: "10.0.0.0/99" is no CIDR`,
		`28 sources[1].allow[1]: "10.0.0.1" is no CIDR; for this one address write 10.0.0.1/32`,
		`29 sources[1].robots: want text, got a number`,
		`30 sources[1].rights.until: "غدا" is no date`,
		`31 sources[2].id: the id "a" is taken by the source on line 25`,
	}
	for _, w := range want {
		if !containsPrefix(got, w) {
			t.Errorf("not reported: %s", w)
		}
	}
	if len(got) != len(want) {
		t.Errorf("got %d problems, want %d:\n%s", len(got), len(want), strings.Join(got, "\n"))
	}
}

func containsPrefix(rows []string, prefix string) bool {
	for _, r := range rows {
		if strings.HasPrefix(r, prefix) {
			return true
		}
	}
	return false
}

func TestWhatIsRefused(t *testing.T) {
	source := func(line string) string { return smallest + "    " + line + "\n" }
	long := strings.Repeat("x", 104)
	tests := []struct{ name, content, want string }{
		{"an empty file", "", `1 : the file is empty`},
		{"only comments", "# نشرة\n", `1 : the file is empty`},
		{"a list", "- a\n", `1 : want keys such as site and sources, got a list`},
		{"not UTF-8", smallest + "# \xe3\xd5\xd1\n", `8 : not UTF-8`},
		{"UTF-16", "\xff\xfes\x00i\x00t\x00e\x00", `1 : not UTF-8`},
		{"a tab", "site:\n\tname: x\n", `2 : the line is indented with a tab`},
		{"a tab behind spaces", "site:\n  name: x\n  \turl: x\n", `3 : `},
		{"a YAML error", "site: {name: x\n", `1 : not valid YAML`},
		{"a YAML error further down", "site:\n  name: x\n  url: \"x\nsources: []\n", `3 : not valid YAML`},
		{"an unknown alias", source("category: *none"), `8 : no anchor &none stands before this alias`},
		{"an alias of what it stands in", "site: &s\n  name: *s\n", `2 : no anchor &s stands before this alias`},
		{"a merge of text", source("<<: text"), `8 <<: want an alias of a block of keys, got text`},
		{"a tag of the program's own", source("category: !secret x"), `8 : the tag !secret is not understood`},
		{"two documents", smallest + "---\na: 1\n", `9 : a second YAML document`},
		{"no site", "sources: [{id: a, name: a, feed: https://a.example}]\n", `1 site.name: missing`},
		{"no sources", "site: {name: a, url: https://a.example}\n", `1 sources: missing`},
		{"an empty list of sources", "site: {name: a, url: https://a.example}\nsources: []\n", `2 sources: missing`},
		{"sources without a dash", "site: {name: a, url: https://a.example}\nsources:\n  id: a\n", `3 sources: want a list, got a block of keys`},
		{"a source that is a word", "site: {name: a, url: https://a.example}\nsources: [a]\n", `2 sources[0]: want a block of keys, got text`},
		{"an id that is a number", "site: {name: a, url: https://a.example}\nsources:\n- id: 24\n  name: a\n  feed: https://a.example\n", `3 sources[0].id: want text, got a number; put it in quotes`},
		{"an id of 65 letters", strings.Replace(smallest, "id: fikrafann", "id: "+strings.Repeat("a", 65), 1), `5 sources[0].id: `},
		{"a site's address with a query", strings.Replace(smallest, "news.example", "news.example/?a=1", 1), `3 site.url: every link begins`},
		{"a site's address with a password", strings.Replace(smallest, "news.example", "u:p@news.example", 1), `3 site.url: readers will see`},
		{"a feed with a space", strings.Replace(smallest, "/feed", "/my feed", 1), `7 sources[0].feed: the address has a space`},
		{"a feed on an impossible port", strings.Replace(smallest, "/feed", ":99999/feed", 1), `7 sources[0].feed: port 99999`},
		{"a homepage without a host", source("homepage: https:///"), `8 sources[0].homepage: the address names no host`},
		{"a partner with a space", source("partner: a b"), `8 sources[0].partner: `},
		{"a category without a letter", source("category: '--'"), `8 sources[0].category: `},
		{"an empty disclaimer", source("disclaimer: ''"), `8 sources[0].disclaimer: empty`},
		{"a schedule of a year", source("every: 8760h"), `8 sources[0].every: 8760h is out of range; want 1s to 744h`},
		{"a schedule of nothing", source("every: 0s"), `8 sources[0].every: 0s is out of range`},
		{"a limit above the highest", source("limit: 10001"), `8 sources[0].limit: `},
		{"a limit with a fraction", source("limit: 1.5"), `8 sources[0].limit: want a whole number from 1 to 10000, got 1.5`},
		{"a selector of a title", source("select_title: 'bad['"), `8 sources[0].select_title: "bad[" is bad`},
		{"a selector of a byline", source("select_byline: 'bad['"), `8 sources[0].select_byline: `},
		{"a selector of a date", source("select_date: 'bad['"), `8 sources[0].select_date: `},
		{"a selector of a picture", source("select_image: 'bad['"), `8 sources[0].select_image: `},
		{"a selector misspelt", source("select_titel: h1"), `8 sources[0].select_titel: unknown key; did you mean "select_title"?`},
		{"a selector in a list", source("remove: [.a, 'bad[']"), `8 sources[0].remove[1]: `},
		{"an empty selector in a list", source("remove: [.a, '']"), `8 sources[0].remove[1]: empty`},
		{"a socket that cannot be bound", smallest + "store: " + long + "\n", `8 store: the socket's path ` + long + `.sock has 109 bytes`},
		{"a socket in place of the store", smallest + "store: a\nsocket: a\n", `9 socket: the socket and the store`},
		{"listen without a port", smallest + "listen: localhost\n", `8 listen: "localhost" is no address`},
		{"listen on an impossible port", smallest + "listen: ':70000'\n", `8 listen: `},
		{"a proxy with a password", smallest + "fetch: {proxy: 'http://u:secret@p.example'}\n", `8 fetch.proxy: secrets are never in this file`},
		{"a size above the highest", smallest + "fetch: {max_body: 2GiB}\n", `8 fetch.max_body: 2GiB is out of range`},
		{"a size in words of floats", smallest + "fetch: {max_body: 1e6}\n", `8 fetch.max_body: "1e6" is no size`},
		{"a hub that is no address", smallest + "websub: {hub: hub.example}\n", `8 websub.hub: want an absolute address that begins with http:// or https://`},
		{"a hub with a password", smallest + "websub: {hub: 'https://a:b@hub.example/'}\n", `8 websub.hub: readers will see this address`},
		{"a share of more than all", smallest + "compact: {share: 1.5}\n", `8 compact.share: want a share from 0.1 to 1, got 1.5`},
		{"a share that is no number", smallest + "compact: {share: .nan}\n", `8 compact.share: want a share from 0.1 to 1, got .nan`},
		{"a share in words", smallest + "compact: {share: half}\n", `8 compact.share: want a number, got text`},
		{"hours of no day", smallest + "compact: {hours: '24:00-05:00'}\n", `8 compact.hours: "24:00-05:00" are no hours`},
		{"hours of nothing", smallest + "compact: {hours: '03:00-03:00'}\n", `8 compact.hours: "03:00-03:00" begin when they end`},
		{"a negative size", smallest + "fetch: {max_body: -1}\n", `8 fetch.max_body: `},
		{"a password file that is not there", smallest + "admin: {password_file: testdata/none}\n", `8 admin.password_file: `},
		{"a password file that is a folder", smallest + "admin: {password_file: testdata}\n", `8 admin.password_file: `},
		{"authorities that are none", smallest + "fetch: {ca_file: config_test.go}\n", `8 fetch.ca_file: config_test.go holds no certificate`},
		{"a desk at no address", smallest + "admin: {listen: x}\n", `8 admin.listen: "x" is no address`},
		{"a desk apart at the same address", smallest + "admin: {listen: '127.0.0.1:8080'}\n", `8 admin.listen: the same address as listen`},
		{"a user like nashra itself", smallest + "admin: {user: cycle}\n", `8 admin.user: `},
		{"a user with a colon", smallest + "admin: {user: 'a:b'}\n", `8 admin.user: `},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := problems(t, tt.content); !containsPrefix(got, tt.want) {
				t.Errorf("%q\n got %q\nwant %q", tt.content, got, tt.want)
			}
		})
	}
}

func TestProblemsOfAHeadersFileNameItsLinesAndNoValue(t *testing.T) {
	headers := tempFile(t, "A: 1\nno colon\nHost: secret.example\nX Y: secret\nB: secret\x01\n")
	_, err := load(t, smallest+"    headers_file: "+headers+"\n", nil)
	var found config.Problems
	if !errors.As(err, &found) || len(found) != 4 {
		t.Fatalf("got %v, want 4 problems", err)
	}
	for i, p := range found {
		if p.File != headers || p.Line != i+2 || p.Key != "sources[0].headers_file" {
			t.Errorf("got %+v", p)
		}
		if strings.Contains(p.String(), "secret") {
			t.Errorf("a value is shown: %s", p)
		}
	}
}

func TestProblemsPrint(t *testing.T) {
	p := config.Problems{
		{File: "config.yaml", Line: 12, Key: "sources[1].every", Message: "missing"},
		{File: "config.yaml", Message: "empty"},
		{Message: "bad"},
	}
	if got, want := strings.Join(p.Lines(), "|"), "config.yaml:12: sources[1].every: missing|config.yaml: empty|bad"; got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	for n, want := range []string{"no problem", "config.yaml:12: sources[1].every: missing",
		"config.yaml:12: sources[1].every: missing (and 1 more problem)",
		"config.yaml:12: sources[1].every: missing (and 2 more problems)"} {
		if got := p[:n].Error(); got != want {
			t.Errorf("%d problems\n got %s\nwant %s", n, got, want)
		}
	}
}

// FuzzLoad: foreign bytes give a whole configuration or problems that each
// print on one line and lie inside the file.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(smallest))
	f.Add([]byte("site: &s\n  <<: *s\nsources: [*s, {id: !!str 5}]\n"))
	f.Add([]byte("? [a]\n: {b: |\n  x}\n---\n...\n"))
	f.Add([]byte("a: \"\\\n\tb: >-\n"))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(dir, "config.yaml")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := config.Load(path, func(string) string { return "" }, config.Checks{})
		if err == nil {
			if c.Site.Name == "" || len(c.Sources) == 0 || c.Site.Zone == nil {
				t.Errorf("accepted without what is required: %+v", c)
			}
			return
		}
		var found config.Problems
		if !errors.As(err, &found) || len(found) == 0 {
			t.Fatalf("got %v, want problems", err)
		}
		lines := strings.Count(string(data), "\n") + strings.Count(string(data), "\r") + 1
		for _, p := range found {
			if p.Line < 1 || p.Line > lines || strings.ContainsAny(p.Message, "\n\r") {
				t.Errorf("of %d lines: %+v", lines, p)
			}
		}
	})
}
