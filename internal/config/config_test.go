package config_test

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"nashra"
	"nashra/internal/config"
)

// smallest is a configuration of required keys alone.
const smallest = `site:
  name: مصر اليوم
  url: https://news.example
sources:
  - id: fikrafann
    name: جريدة فكرة فن
    feed: https://partner.example/feed
`

// load reads content as config.yaml. Selectors and templates that begin with
// "bad" are refused.
func load(t testing.TB, content string, env map[string]string) (*config.Config, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	refuse := func(v string) error {
		if strings.HasPrefix(v, "bad") {
			return fmt.Errorf("%q is bad", v)
		}
		return nil
	}
	return config.Load(path, func(k string) string { return env[k] }, config.Checks{Selector: refuse, Disclaimer: refuse})
}

func mustLoad(t testing.TB, content string, env map[string]string) *config.Config {
	t.Helper()
	c, err := load(t, content, env)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return c
}

func TestDefaultsAreTheContracts(t *testing.T) {
	c := mustLoad(t, smallest, nil)
	cairo, err := time.LoadLocation("Africa/Cairo")
	if err != nil {
		t.Fatal(err)
	}
	want := &config.Config{
		Site:   config.Site{Name: "مصر اليوم", URL: "https://news.example", Language: "ar", Timezone: "Africa/Cairo", Zone: cairo},
		Listen: "127.0.0.1:8080", Store: "data/nashra.db", Socket: "data/nashra.db.sock",
		Admin: config.Admin{User: "admin", Tokens: "data/nashra.db.tokens"},
		Fetch: config.Fetch{Every: 15 * time.Minute, Learn: true, Timeout: 30 * time.Second, Pause: time.Second,
			Concurrency: 16, PerHost: 2, MaxBody: 8 << 20},
		Compact: config.Compact{Share: 0.5, From: 3 * time.Hour, To: 5 * time.Hour},
		Alerts:  config.Alerts{After: 5},
		Sources: []nashra.Subscription{{
			Source: nashra.Source{ID: "fikrafann", Partner: "fikrafann", Name: "جريدة فكرة فن",
				Feed: "https://partner.example/feed", Language: "ar", Timezone: "Africa/Cairo", Index: nashra.IndexNone},
			Every: 15 * time.Minute, Learn: true, Content: nashra.ContentAuto, Limit: 50, Robots: nashra.RobotsObey, Zone: cairo,
		}},
		Digest: c.Digest, Lines: c.Lines,
	}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("\n got %+v\nwant %+v", c, want)
	}
}

func TestEveryKeyIsRead(t *testing.T) {
	dir := t.TempDir()
	password, headers := filepath.Join(dir, "password"), filepath.Join(dir, "headers")
	write(t, password, "كلمة سر\n")
	write(t, headers, "# of the agreement\nAuthorization: Bearer x:y\n\nX-Desk: a\r\n")
	c := mustLoad(t, fmt.Sprintf(`
site:
  name: "مصر اليوم"
  url: http://127.0.0.1:8080/news/
  language: ar-EG
  timezone: Asia/Beirut
  disclaimer: |
    نقلًا عن {{.Source}}
    [الأصل]({{.Link}})
listen: :9000
proxies: [127.0.0.1/32, "fd00::/8"]
store: /srv/n.db
socket: /run/n.sock
admin:
  user: desk
  password_file: %s
fetch:
  every: 1h30m
  adaptive: true
  learn: false
  timeout: 5s
  concurrency: 3
  per_host: 1
  pause: 0s
  max_body: 512KB
  allow_private: true
  proxy: http://proxy.example:3128
compact:
  share: 0.25
  hours: 23:30-01:00
keep: {age: 365d, count: 10000}
sources:
  - id: a-1_x
    partner: p
    name: أ
    feed: https://user:pass@partner.example/feed?x=1
    homepage: https://partner.example/
    category: سياسة
    language: fr
    timezone: Africa/Tunis
    every: 10m
    content: page
    select: article .entry-content
    select_title: h1.title
    select_byline: .author
    select_date: time[datetime]
    select_image: meta[property="og:image"]
    remove: [.ads, .related]
    disclaimer: من {{.Source}}
    limit: 10000
    robots: ignore
    index: canonical
    allow: [10.1.2.3/8, "fd00::/8", "::ffff:192.168.0.0/112"]
    headers_file: %s
    licence: CC BY 4.0
    rights: {until: 2027-06-30}
    keep: {age: 36h}
  - {id: b, name: ب, feed: "http://b.example/f", adaptive: false, learn: true, rights: {until: "2027-06-30T10:00:00+03:00"}}
`, password, headers), nil)
	if c.Site.URL != "http://127.0.0.1:8080/news" || c.Site.Disclaimer != "نقلًا عن {{.Source}}\n[الأصل]({{.Link}})" {
		t.Errorf("site: got %+v", c.Site)
	}
	if want := (config.Admin{User: "desk", Password: "كلمة سر", Tokens: "/srv/n.db.tokens"}); !reflect.DeepEqual(c.Admin, want) {
		t.Errorf("admin: got %+v, want %+v", c.Admin, want)
	}
	if c.Listen != ":9000" || c.Store != "/srv/n.db" || c.Socket != "/run/n.sock" {
		t.Errorf("got listen %q, store %q, socket %q", c.Listen, c.Store, c.Socket)
	}
	if want := []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("fd00::/8")}; !reflect.DeepEqual(c.Proxies, want) {
		t.Errorf("proxies: got %v, want %v", c.Proxies, want)
	}
	if got := c.Fetch.Proxy.String(); got != "http://proxy.example:3128" {
		t.Errorf("proxy: got %q", got)
	}
	c.Fetch.Proxy = nil
	if want := (config.Fetch{Every: 90 * time.Minute, Adaptive: true, Timeout: 5 * time.Second, Concurrency: 3, PerHost: 1, MaxBody: 512000, AllowPrivate: true}); !reflect.DeepEqual(c.Fetch, want) {
		t.Errorf("fetch\n got %+v\nwant %+v", c.Fetch, want)
	}
	if want := (config.Compact{Share: 0.25, From: 23*time.Hour + 30*time.Minute, To: time.Hour}); c.Compact != want {
		t.Errorf("compact\n got %+v\nwant %+v", c.Compact, want)
	}
	beirut, _ := time.LoadLocation("Asia/Beirut") // Load has read it
	tunis, _ := time.LoadLocation("Africa/Tunis")
	want := nashra.Subscription{
		Source: nashra.Source{ID: "a-1_x", Partner: "p", Name: "أ", Feed: "https://user:pass@partner.example/feed?x=1",
			Homepage: "https://partner.example/", Category: "سياسة", Language: "fr", Timezone: "Africa/Tunis",
			Licence: "CC BY 4.0", Disclaimer: "من {{.Source}}", Index: nashra.IndexCanonical,
			Rights: nashra.Rights{Until: time.Date(2027, 6, 30, 0, 0, 0, 0, beirut).UTC()}},
		Every: 10 * time.Minute, Adaptive: true, Content: nashra.ContentPage, Select: "article .entry-content",
		SelectTitle: "h1.title", SelectByline: ".author", SelectDate: "time[datetime]", SelectImage: `meta[property="og:image"]`,
		Keep:   nashra.Keep{Age: 36 * time.Hour, Count: 10000},
		Remove: []string{".ads", ".related"}, Limit: 10000, Robots: nashra.RobotsIgnore,
		Allow:  []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8"), netip.MustParsePrefix("192.168.0.0/16")},
		Header: map[string][]string{"Authorization": {"Bearer x:y"}, "X-Desk": {"a"}},
		Zone:   tunis,
	}
	if got := c.Sources[0]; !reflect.DeepEqual(got, want) {
		t.Errorf("source\n got %+v\nwant %+v", got, want)
	}
	if c.Sources[0].Learn || !c.Sources[1].Learn {
		t.Error("a source's learn: true does not go before fetch.learn")
	}
	if want := (nashra.Keep{Age: 365 * 24 * time.Hour, Count: 10000}); c.Keep != want || c.Sources[1].Keep != want {
		t.Errorf("keep: got %+v, of a source without one %+v, want %+v", c.Keep, c.Sources[1].Keep, want)
	}
	if c.Sources[1].Adaptive {
		t.Error("a source's adaptive: false does not go before fetch.adaptive")
	}
	if got, want := c.Sources[1].Rights.Until, time.Date(2027, 6, 30, 7, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("rights.until of an instant: got %v, want %v", got, want)
	}
	if got := c.Sources[1].Timezone; got != "Asia/Beirut" {
		t.Errorf("a source's zone is the site's: got %q", got)
	}
}

func TestQuietHoursMayGoPastMidnight(t *testing.T) {
	day := config.Compact{From: 3 * time.Hour, To: 5 * time.Hour}
	night := config.Compact{From: 23 * time.Hour, To: time.Hour}
	for _, tt := range []struct {
		clock      string
		day, night bool
	}{
		{"00:00:00", false, true}, {"00:59:59", false, true}, {"01:00:00", false, false}, {"02:59:59", false, false},
		{"03:00:00", true, false}, {"04:59:59", true, false}, {"05:00:00", false, false}, {"22:59:59", false, false}, {"23:00:00", false, true},
	} {
		at, err := time.Parse(time.TimeOnly, tt.clock)
		if err != nil {
			t.Fatal(err)
		}
		if got := day.Quiet(at); got != tt.day {
			t.Errorf("03:00-05:00 at %s: got %v", tt.clock, got)
		}
		if got := night.Quiet(at); got != tt.night {
			t.Errorf("23:00-01:00 at %s: got %v", tt.clock, got)
		}
	}
}

func TestKeepIsAnAgeAndACount(t *testing.T) {
	const day = 24 * time.Hour
	for _, tt := range []struct {
		ours, theirs string
		want         nashra.Keep
	}{
		{"", "", nashra.Keep{}},
		{"keep:", "keep: {}", nashra.Keep{}},
		{"keep: {age: 48h, count: 7}", "", nashra.Keep{Age: 2 * day, Count: 7}},
		{"keep: {age: 48h, count: 7}", "keep: {age: 0}", nashra.Keep{Count: 7}},
		{"keep: {age: 48h, count: 7}", `keep: {age: "0", count: 0}`, nashra.Keep{}},
		{"", "keep: {age: 1d}", nashra.Keep{Age: day}},
		{"", "keep: {age: 36500d}", nashra.Keep{Age: 36500 * day}},
	} {
		c := mustLoad(t, tt.ours+"\n"+smallest+"    "+tt.theirs+"\n", nil)
		if got := c.Sources[0].Keep; got != tt.want {
			t.Errorf("%q and %q: got %+v, want %+v", tt.ours, tt.theirs, got, tt.want)
		}
	}
	for value, want := range map[string]string{
		"{age: 365}":             "1 keep.age: 365 has no unit",
		"{age: 1y}":              `1 keep.age: "1y" is no duration`,
		"{age: 1.5d}":            `1 keep.age: "1.5d" is no age; write one such as 365d`,
		"{age: 36501d}":          "1 keep.age: 36501d is out of range",
		"{age: -3d}":             "1 keep.age: -3d is out of range",
		"{age: 10m}":             "1 keep.age: 10m is out of range",
		"{age: [1]}":             "1 keep.age: want an age such as 365d, got a list",
		"{count: -1}":            "1 keep.count: want a whole number",
		"{count: all}":           "1 keep.count: want a number",
		"{counts: 1}":            `1 keep.counts: unknown key; did you mean "count"?`,
		"365d":                   "1 keep: want a block of keys",
		"{age: 1d, age: 2d}":     "1 age: the key stands twice",
		"{age: 99999999999999d}": "1 keep.age: 99999999999999d is out of range",
	} {
		if got := problems(t, "keep: "+value+"\n"+smallest); len(got) != 1 || !strings.HasPrefix(got[0], want) {
			t.Errorf("keep: %s: got %q, want %q", value, got, want)
		}
	}
}

func TestYAMLsAnchorsAliasesAndMergeKeysWork(t *testing.T) {
	c := mustLoad(t, `site: {name: &n مصر, url: https://news.example}
sources:
  - &first
    id: a
    name: *n
    feed: https://a.example/feed
    every: 20m
    remove: &r [.ads]
  - <<: *first
    id: b
  - <<: [{every: 30m, category: علوم}, *first]
    id: c
    remove: *r
`, nil)
	for i, want := range []struct {
		id, category string
		every        time.Duration
	}{{"a", "", 20 * time.Minute}, {"b", "", 20 * time.Minute}, {"c", "علوم", 30 * time.Minute}} {
		s := c.Sources[i]
		if s.ID != want.id || s.Every != want.every || s.Category != want.category || s.Name != "مصر" || len(s.Remove) != 1 {
			t.Errorf("source %d: got %+v, want %+v", i, s, want)
		}
	}
}

func TestWindowsEditorsAreSurvived(t *testing.T) {
	mustLoad(t, "\ufeff"+strings.ReplaceAll(smallest, "\n", "\r\n"), nil)
}

func TestThePasswordOfTheEnvironmentGoesFirst(t *testing.T) {
	c := mustLoad(t, smallest+"admin:\n  password_file: "+tempFile(t, "from the file")+"\n",
		map[string]string{"NASHRA_ADMIN_PASSWORD": "from the environment"})
	if c.Admin.Password != "from the environment" {
		t.Errorf("password: got %q", c.Admin.Password)
	}
}

const someHash = "$2a$04$WUHhXETkX0fnYkrqZU3ta.N8Utt4U77kW4RVbchzgvBvBBEEdCD/u"

func TestUsersAreReadFromTheirFile(t *testing.T) {
	users := tempFile(t, "# the desk\nسلمى:"+someHash+"\r\n\nomar:"+someHash+"\n")
	c := mustLoad(t, smallest+"admin: {users_file: "+users+", tokens_file: /srv/t, listen: '127.0.0.1:9001'}\n", nil)
	want := config.Admin{
		User: "admin", Tokens: "/srv/t", Listen: "127.0.0.1:9001",
		Users: []config.User{{Name: "سلمى", Hash: []byte(someHash)}, {Name: "omar", Hash: []byte(someHash)}},
	}
	if !reflect.DeepEqual(c.Admin, want) {
		t.Errorf("got %+v, want %+v", c.Admin, want)
	}
}

func TestUnusableUsersAreNamedWithoutTheirHash(t *testing.T) {
	for name, tt := range map[string]struct{ lines, admin, want string }{
		"no hash":               {"salma:secret\n", "", `1 admin.users_file: the password of "salma" is no bcrypt hash`},
		"no colon":              {"\nsecret\n", "", `2 admin.users_file: want lines of the form NAME:HASH`},
		"twice":                 {"a:" + someHash + "\na:" + someHash, "", `2 admin.users_file: the user "a" stands twice`},
		"nobody":                {"# nobody\n", "", `8 admin.users_file: `},
		"an hour of hashing":    {"a:" + strings.Replace(someHash, "$04$", "$25$", 1), "", `1 admin.users_file: the hash of "a" has the cost 25`},
		"with another password": {"admin:" + someHash, ", password_file: testdata/password", `8 admin.users_file: the user "admin" has a password already`},
	} {
		file := tempFile(t, tt.lines)
		content := smallest + "admin: {users_file: " + file + strings.Replace(tt.admin, "testdata/password", tempFile(t, "x"), 1) + "}\n"
		got := problems(t, content)
		if !containsPrefix(got, tt.want) {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
		if strings.Contains(strings.Join(got, ""), "secret") || strings.Contains(strings.Join(got, ""), "$04$") {
			t.Errorf("%s: the problem shows the hash: %q", name, got)
		}
	}
}

func TestFurtherAuthoritiesAreAddedToTheSystems(t *testing.T) {
	c := mustLoad(t, smallest+"fetch: {ca_file: testdata/ca.pem}\n", nil)
	if c.Fetch.RootCAs == nil {
		t.Error("ca_file: got no pool")
	}
}

func TestDigestTellsConfigurationsApart(t *testing.T) {
	headers := tempFile(t, "A: 1\n")
	content := smallest + "    headers_file: " + headers + "\n"
	first := mustLoad(t, content, nil).Digest
	if again := mustLoad(t, content, nil).Digest; again != first || first == "" {
		t.Errorf("the same twice: got %q and %q", first, again)
	}
	write(t, headers, "A: 2\n")
	if other := mustLoad(t, content, nil).Digest; other == first {
		t.Error("another headers_file has the same digest")
	}
	write(t, headers, "A: 1\n")
	if other := mustLoad(t, content+"# a comment\n", nil).Digest; other == first {
		t.Error("another config.yaml has the same digest")
	}
}

func TestAFileThatCannotBeReadIsTheSystemsError(t *testing.T) {
	_, err := config.Load(filepath.Join(t.TempDir(), "none.yaml"), os.Getenv, config.Checks{})
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want fs.ErrNotExist", err)
	}
}

func TestTheShippedConfigurationLoads(t *testing.T) {
	t.Chdir("../..")
	c, err := config.Load("config.yaml", func(string) string { return "" }, config.Checks{})
	if err != nil {
		t.Fatal(err)
	}
	if c.Fetch.AllowPrivate {
		t.Error("the shipped configuration faces the open internet: allow_private must be false")
	}
	for _, s := range c.Sources {
		if s.Licence == "" || s.Homepage == "" {
			t.Errorf("source %q: got licence %q, homepage %q; both must be named", s.ID, s.Licence, s.Homepage)
		}
	}
}

func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func tempFile(t testing.TB, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	write(t, path, content)
	return path
}

func TestFetchingWithoutAFileIsTheDefault(t *testing.T) {
	want := mustLoad(t, smallest, nil).Fetch
	if got := config.Fetching(os.Getenv); !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
}
