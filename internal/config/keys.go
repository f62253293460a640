package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"nashra"
)

// Defaults of what may be left out, and the longest path that a Unix socket
// can be bound to (unix(7): 108 bytes with the closing zero).
const (
	defaultListen   = "127.0.0.1:8080"
	defaultStore    = "data/nashra.db"
	defaultLanguage = "ar"
	defaultTimezone = "Africa/Cairo"
	defaultUser     = "admin"
	defaultLimit    = 50
	defaultShare    = 0.5
	defaultHours    = "03:00-05:00"
	defaultAfter    = 5
	maxSocketPath   = 107
)

// config reads the whole file: its keys, in the order in which the contract
// lists them.
func (l *loader) config(root *node) *Config {
	s := l.section("", 1, root)
	c := &Config{Site: l.site(s.sub("site"))}
	c.Listen = s.text("listen", defaultListen)
	s.checked("listen", c.Listen, checkListen)
	c.Proxies = s.prefixes("proxies")
	c.Store = s.text("store", defaultStore)
	c.Socket = s.socket(c.Store)
	c.Theme = s.theme()
	c.Admin = l.admin(s.sub("admin"), c)
	c.Fetch = l.fetch(s.sub("fetch"))
	c.Compact = compact(s.sub("compact"))
	c.Alerts = l.alerts(s.sub("alerts"))
	c.WebSub = websub(s.sub("websub"))
	c.Keep = s.keep(nashra.Keep{})
	c.Sources = s.sources(c)
	s.done()
	return c
}

func (s *section) socket(store string) string {
	path := s.text("socket", store+".sock")
	key := "socket"
	if s.raw(key) == nil {
		key = "store"
	}
	if len(path) > maxSocketPath {
		s.reportAt(key, "the socket's path %s has %d bytes, and the system takes %d at most; set socket to a shorter one", path, len(path), maxSocketPath)
	}
	if path == store {
		s.reportAt(key, "the socket and the store cannot be the same file")
	}
	return path
}

func (l *loader) site(s *section) Site {
	v := Site{
		Name:       s.required("name"),
		URL:        s.required("url"),
		Language:   s.text("language", defaultLanguage),
		Disclaimer: s.disclaimer(),
	}
	s.checked("url", v.URL, checkSiteURL)
	v.URL = strings.TrimRight(v.URL, "/")
	s.checked("language", v.Language, checkLanguage)
	v.Timezone, v.Zone = s.zone(defaultTimezone)
	s.done()
	return v
}

func checkSiteURL(v string) error {
	if err := checkPublicURL(v); err != nil {
		return err
	}
	if strings.ContainsAny(v, "?#") {
		return errors.New("every link begins with this address: it cannot have a query or fragment")
	}
	return nil
}

// zone reads the key timezone; with a problem reported it is UTC.
func (s *section) zone(otherwise string) (string, *time.Location) {
	name := s.text("timezone", otherwise)
	zone, err := parseZone(name)
	if err != nil {
		s.reportAt("timezone", "%v", err)
		return name, time.UTC
	}
	return name, zone
}

// disclaimer reads a template, which may have several lines.
func (s *section) disclaimer() string {
	s.note("disclaimer", "template", "")
	n := s.value("disclaimer", text)
	if n == nil {
		return ""
	}
	v := strings.TrimSpace(n.text)
	if v == "" {
		s.reportAt("disclaimer", "empty; leave the key out for the default one")
	} else if s.checks.Disclaimer != nil {
		s.checked("disclaimer", v, s.checks.Disclaimer)
	}
	return v
}

// theme reads the folder of a theme.
func (s *section) theme() map[string][]byte {
	path, files, ok := s.folder("theme")
	if !ok || s.checks.Theme == nil {
		return files
	}
	if err := s.checks.Theme(files); err != nil {
		s.reportAt("theme", "%s: %v", path, err)
	}
	return files
}

func (l *loader) admin(s *section, c *Config) Admin {
	v := Admin{
		User: s.text("user", defaultUser), Password: s.password("password_file"), Users: s.users("users_file"),
		Tokens: s.text("tokens_file", c.Store+".tokens"), Listen: s.text("listen", ""),
	}
	if strings.Contains(v.User, ":") {
		s.reportAt("user", "a user's name cannot hold a colon (RFC 7617)")
	}
	if nashra.NoPerson(v.User) {
		s.reportAt("user", "%q is what the record of decisions calls nashra itself; choose another name", v.User)
	}
	if p := l.env("NASHRA_ADMIN_PASSWORD"); p != "" {
		v.Password = p
	}
	if slices.ContainsFunc(v.Users, func(u User) bool { return u.Name == v.User }) && v.Password != "" {
		s.reportAt("users_file", "the user %q has a password already, by NASHRA_ADMIN_PASSWORD or password_file; take the line out or that password", v.User)
	}
	if v.Listen != "" && s.checked("listen", v.Listen, checkListen) && v.Listen == c.Listen {
		s.reportAt("listen", "the same address as listen; leave the key out to serve the desk there")
	}
	if s.raw("password") != nil {
		s.reportAt("password", "secrets are never in this file; use NASHRA_ADMIN_PASSWORD or password_file")
	}
	s.done()
	return v
}

func (l *loader) fetch(s *section) Fetch {
	v := Fetch{
		Every:        s.every(15 * time.Minute),
		Adaptive:     s.boolean("adaptive", false),
		Learn:        s.boolean("learn", true),
		Timeout:      s.duration("timeout", 30*time.Second, 100*time.Millisecond, time.Hour),
		Concurrency:  s.integer("concurrency", 16, 1, 1000),
		PerHost:      s.integer("per_host", 2, 1, 1000),
		Pause:        s.duration("pause", time.Second, 0, time.Hour),
		MaxBody:      s.size("max_body", 8<<20, 1<<30),
		AllowPrivate: s.boolean("allow_private", false),
		RootCAs:      s.certificates("ca_file"),
	}
	if p := s.text("proxy", ""); p != "" {
		u, err := parseProxy(p)
		if err == nil && u.User != nil {
			err = errors.New("secrets are never in this file; give a proxy with a password in HTTPS_PROXY")
		}
		if err != nil {
			s.reportAt("proxy", "%v", err)
		}
		v.Proxy = u
	}
	s.done()
	return v
}

func websub(s *section) WebSub {
	v := WebSub{Hub: s.text("hub", "")}
	if v.Hub != "" {
		s.checked("hub", v.Hub, checkPublicURL)
	}
	s.done()
	return v
}

func compact(s *section) Compact {
	v := Compact{Share: s.share("share", defaultShare)}
	from, to, err := parseHours(s.text("hours", defaultHours))
	if err != nil {
		s.reportAt("hours", "%v", err)
	}
	v.From, v.To = from, to
	s.done()
	return v
}

// every reads a schedule.
func (s *section) every(otherwise time.Duration) time.Duration {
	return s.duration("every", otherwise, time.Second, 31*24*time.Hour)
}

// keep reads the block keep, of which each key goes before the one of
// otherwise.
func (s *section) keep(otherwise nashra.Keep) nashra.Keep {
	k := s.sub("keep")
	v := nashra.Keep{Age: k.age("age", otherwise.Age), Count: k.integer("count", otherwise.Count, 0, 1e9)}
	k.done()
	return v
}

func (s *section) sources(c *Config) []nashra.Subscription {
	n := s.value("sources", list)
	if n == nil || len(n.items) == 0 {
		if (n != nil || s.raw("sources") == nil) && !s.sparse {
			s.reportAt("sources", "missing; at least one source is needed")
		}
		return nil
	}
	seen := map[string]int{}
	var all []nashra.Subscription
	for i, item := range n.items {
		sub := s.section(fmt.Sprintf("sources[%d]", i), item.line, item)
		source := sub.source(c)
		if first, again := seen[source.ID]; again {
			sub.reportAt("id", "the id %q is taken by the source on line %d", source.ID, first)
		} else if source.ID != "" {
			seen[source.ID] = sub.at("id")
		}
		all = append(all, source)
	}
	return all
}

func (s *section) source(c *Config) nashra.Subscription {
	v := nashra.Subscription{Source: nashra.Source{
		ID:         s.required("id"),
		Name:       s.required("name"),
		Feed:       s.required("feed"),
		Homepage:   s.text("homepage", ""),
		Category:   s.text("category", ""),
		Language:   s.text("language", c.Site.Language),
		Licence:    s.text("licence", ""),
		Disclaimer: s.disclaimer(),
	}}
	s.checked("id", v.ID, checkID)
	v.Partner = s.text("partner", v.ID)
	if s.raw("partner") != nil {
		s.checked("partner", v.Partner, checkID)
	}
	s.checked("feed", v.Feed, func(v string) error { _, err := parseWebURL(v); return err })
	s.checked("homepage", v.Homepage, checkPublicURL)
	s.checked("category", v.Category, checkCategory)
	if s.raw("language") != nil {
		s.checked("language", v.Language, checkLanguage)
	}
	v.Timezone, v.Zone = c.Site.Timezone, c.Site.Zone
	if s.raw("timezone") != nil {
		v.Timezone, v.Zone = s.zone(c.Site.Timezone)
	}
	v.Rights = s.rights(c.Site.Zone)

	v.Keep = s.keep(c.Keep)
	v.Every = s.every(c.Fetch.Every)
	v.Adaptive = s.boolean("adaptive", c.Fetch.Adaptive)
	v.Learn = s.boolean("learn", c.Fetch.Learn)
	v.Content = choice(s, nashra.KeyContent, nashra.ContentAuto, nashra.ContentFeed, nashra.ContentPage)
	v.Robots = choice(s, "robots", nashra.RobotsObey, nashra.RobotsIgnore)
	v.Index = choice(s, "index", nashra.IndexNone, nashra.IndexCanonical, nashra.IndexOwn)
	v.Limit = s.integer("limit", defaultLimit, 1, 10000)
	v.Header = s.headers("headers_file")
	s.selectors(&v)
	v.Allow = s.prefixes("allow")
	s.done()
	return v
}

func (s *section) selectors(v *nashra.Subscription) {
	check := s.checks.Selector
	if check == nil {
		check = func(string) error { return nil }
	}
	for _, sel := range []struct {
		key string
		css *string
	}{
		{nashra.SelectorBody, &v.Select}, {nashra.SelectorTitle, &v.SelectTitle}, {nashra.SelectorByline, &v.SelectByline},
		{nashra.SelectorDate, &v.SelectDate}, {nashra.SelectorImage, &v.SelectImage},
	} {
		*sel.css = s.text(sel.key, "")
		s.checked(sel.key, *sel.css, check)
	}
	s.texts(nashra.KeyRemove, func(css string, report func(string, ...any)) {
		if err := check(css); err != nil {
			report("%v", err)
		}
		v.Remove = append(v.Remove, css)
	})
}

// checkCategory accepts a name of which a slug can be made.
func checkCategory(v string) error {
	if !strings.ContainsFunc(v, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return fmt.Errorf("%q is no category; want a name with a letter or digit in it", v)
	}
	return nil
}

// rights reads the block rights. A date begins in the desk's zone, whose
// agreement it is.
func (s *section) rights(zone *time.Location) nashra.Rights {
	r := s.sub("rights")
	var v nashra.Rights
	if until := r.text("until", ""); until != "" {
		t, err := parseUntil(until, zone)
		if err != nil {
			r.reportAt("until", "%v", err)
		}
		v.Until = t
	}
	r.done()
	return v
}
