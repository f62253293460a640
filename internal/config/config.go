// Package config turns config.yaml into checked values.
//
// An editor who changes a file of two hundred sources makes three mistakes at
// once, and a program that names them one start at a time costs an afternoon.
// So [Load] reads the whole file, strictly, and returns every problem of it,
// each with its line: unknown and repeated keys, wrong types, addresses,
// durations, selectors and templates that cannot work, files that cannot be
// read. What it returns without an error needs no further check and has every
// default filled in.
//
// [Editor] puts sources into the file and takes them out, and leaves the rest of
// it as its operator wrote it.
//
// The package dials nothing and starts nothing. What only other packages can
// judge (a selector, a template) it is told through [Checks].
package config

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"net/url"
	"time"

	"nashra"
)

// Config is a config.yaml that was found in order, with every default filled
// in. Components get values of it, never the whole.
type Config struct {
	Site    Site
	Listen  string         // host:port of the publisher
	Proxies []netip.Prefix // before the publisher: whom they name as their client is believed
	Store   string         // path of the bbolt file
	Socket  string         // path of the owner's Unix socket, 107 bytes at most
	Admin   Admin
	Theme   map[string][]byte // the files of the theme's folder by their names; nil: none
	Fetch   Fetch
	Compact Compact
	Alerts  Alerts
	WebSub  WebSub
	Keep    nashra.Keep           // of sources that are gone from the file; the others have their own
	Sources []nashra.Subscription // in the file's order, at least one

	// Digest is a hash of the file and of the files that it names, in
	// hexadecimal: an owner and a command compare it to see that they were
	// started from the same.
	Digest string

	Lines map[string]int // on which each key stands, by its full name
}

// Site is the re-publisher.
type Site struct {
	Name       string // as the disclaimer names it
	URL        string // absolute, without query and trailing slash: the base of every link that is published
	Language   string // BCP 47
	Timezone   string // IANA name
	Disclaimer string // template; empty: the built-in one
	Zone       *time.Location
}

// Admin is who may open /admin/ and the API.
type Admin struct {
	User     string
	Password string // empty: User is not let in by one
	Users    []User
	Tokens   string // path of the file of the API's tokens, which need not be there
	Listen   string // host:port where the desk is served apart; empty: where the readers are
}

// User is one of the desk.
type User struct {
	Name string
	Hash []byte // of the password, by bcrypt
}

// Alerts says how the operator is told of sources that fail or fall silent.
type Alerts struct {
	After   int      // failures in a row that are told
	Webhook string   // URL that messages are posted to; "": none
	Email   *Email   // nil: none
	Command []string // program and arguments; none: no command
}

// Email is the block alerts.email.
type Email struct {
	Server   string // host:port
	From     string // address, with a name or without (RFC 5322)
	To       []string
	User     string // "": none
	Password string
}

// Fetch bounds how partners are asked.
type Fetch struct {
	Every        time.Duration  // default schedule of a source
	Adaptive     bool           // a source that publishes seldom is asked less often, unless it says otherwise
	Learn        bool           // what stands in several pages of a source is learned, unless it says otherwise
	Timeout      time.Duration  // of one request, from dial to the last byte
	Pause        time.Duration  // between two pages of one host; 0: none
	Concurrency  int            // sources asked at the same time
	PerHost      int            // of these on one host
	MaxBody      int64          // bytes of one body after decompression
	AllowPrivate bool           // loopback and private addresses too
	Proxy        *url.URL       // outbound proxy; nil: as HTTPS_PROXY and NO_PROXY of the environment say
	RootCAs      *x509.CertPool // the system's and those of ca_file; nil: the system's
}

// WebSub is how readers are told of what is new.
type WebSub struct {
	Hub string // URL of the hub that is told, and that the feeds name; empty: none
}

// Compact says when a running serve gives back what has become free in the
// store's file.
type Compact struct {
	Share    float64       // of the file that must be free; 1: it never is
	From, To time.Duration // the quiet hours: since midnight in the site's zone. To is before From where they go past midnight
}

// Quiet reports whether the clock stands at quiet hours at the instant t, given
// in the site's zone.
func (c Compact) Quiet(t time.Time) bool {
	hour, minute, second := t.Clock()
	now := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second
	if c.From < c.To {
		return c.From <= now && now < c.To
	}
	return c.From <= now || now < c.To
}

// Checks judge what only other packages understand. A nil function accepts
// everything.
type Checks struct {
	Selector   func(css string) error      // a CSS selector
	Disclaimer func(template string) error // a disclaimer template
	Theme      func(files map[string][]byte) error
}

// Load reads the configuration in the file at path. env looks up a variable of
// the environment, "" where it is not set; secrets are read from it: see
// each *_file key in docs/configuration.md.
// Relative paths in the file are relative to the working directory.
//
// A file whose content is at fault gives [Problems], all of them; one that
// cannot be read an error that wraps the system's.
func Load(path string, env func(string) string, checks Checks) (*Config, error) {
	data, err := readConfig(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, data, env, checks)
}

// Parse is Load on data, the bytes of a file that problems call by path.
func Parse(path string, data []byte, env func(string) string, checks Checks) (*Config, error) {
	return (&loader{file: path, env: env, checks: checks}).load(data)
}

func readConfig(path string) ([]byte, error) {
	data, err := readFile(path, maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the configuration: %w; name the file with --config or NASHRA_CONFIG", err)
	} else if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	return data, nil
}

// load makes a Config of the bytes of config.yaml.
func (l *loader) load(data []byte) (*Config, error) {
	l.named(data)
	root := l.parse(data)
	if root == nil {
		return nil, l.sorted()
	}
	c := l.config(root)
	if len(l.problems) > 0 {
		return nil, l.sorted()
	}
	c.Digest, c.Lines = l.digest(), l.lines
	return c, nil
}

// Fetching is how partners are asked where there is no config.yaml: the
// defaults of the block fetch.
func Fetching(env func(string) string) Fetch {
	l := &loader{env: env}
	return l.fetch(l.section("fetch", 0, nil))
}
