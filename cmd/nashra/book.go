package main

import (
	"cmp"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
	"golang.org/x/text/language"

	"nashra"
	"nashra/fetcher"
	"nashra/internal/arabic"
	"nashra/internal/config"
)

// book is what new sources must know of the sources there are.
type book struct {
	cfg    *config.Config
	editor config.Editor
	ids    map[string]bool
	feeds  map[string]string // ids by link key
}

func newBook(cfg *config.Config, e config.Editor) *book {
	b := &book{cfg: cfg, editor: e, ids: map[string]bool{}, feeds: map[string]string{}}
	for _, sub := range cfg.Sources {
		b.enter(sub.Source)
	}
	return b
}

func (b *book) enter(src nashra.Source) {
	b.ids[src.ID] = true
	b.feeds[nashra.LinkKey(src.Feed)] = src.ID
}

// refuse reports that the feed at address is a source already.
func (b *book) refuse(address string) error {
	key := nashra.LinkKey(address)
	if id, ok := b.feeds[key]; ok && key != "" {
		return fmt.Errorf("%s is the feed of the source %q already", nashra.RedactURL(address), id)
	}
	return nil
}

// check reports what is wrong with the keys that are given, those of a source
// that is not complete yet.
func (b *book) check(given nashra.Source) error {
	if b.ids[given.ID] {
		return fmt.Errorf("the id %q is taken", given.ID)
	}
	given.ID, given.Name, given.Feed = cmp.Or(given.ID, "x"), cmp.Or(given.Name, "x"), cmp.Or(given.Feed, "https://feed.example/")
	return b.editor.Check(b.cfg, given)
}

// maxName bounds a source's name, in characters: more is no name of a paper.
const maxName = 100

// describe makes a source of a feed, and enters it. What src leaves open comes
// from the feed's own words, as far as a configuration takes them.
func (b *book) describe(src nashra.Source, feed fetcher.Feed) nashra.Source {
	for _, page := range []string{feed.Homepage, src.Homepage} {
		src.Homepage = secretless(page)
		if src.Homepage != "" && b.check(nashra.Source{Homepage: src.Homepage}) == nil {
			break
		}
		src.Homepage = ""
	}
	host := hostOf(cmp.Or(src.Homepage, src.Feed))
	if src.Name == "" {
		src.Name = arabic.Excerpt(arabic.Title(oneLine(feed.Title)), maxName)
	}
	if src.Name == "" || b.check(nashra.Source{Name: src.Name}) != nil {
		src.Name = host
	}
	src.Language = b.language(feed)
	src.ID = cmp.Or(src.ID, b.newID(host))
	b.enter(src)
	return src
}

// language is the feed's where it is another than the site's. Programs that
// were never set up say en-US of everything, so the titles must look like it.
func (b *book) language(feed fetcher.Feed) string {
	tag, err := language.Parse(feed.Language)
	if err != nil || tag == language.Und {
		return ""
	}
	base, _ := tag.Base()
	ours, _ := language.Make(b.cfg.Site.Language).Base()
	if base == ours {
		return ""
	}
	var titles strings.Builder
	for _, e := range feed.Entries {
		titles.WriteString(e.Title + " ")
	}
	script, _ := tag.Script()
	said := "ltr"
	if slices.Contains([]string{"Arab", "Hebr", "Syrc", "Thaa", "Nkoo"}, script.String()) {
		said = "rtl"
	}
	if seen := arabic.Direction(titles.String()); seen != "" && seen != said {
		return ""
	}
	return tag.String()
}

var noID = regexp.MustCompile(`[^a-z0-9]+`)

// maxID leaves room for a number behind an id of 64 characters at most.
const maxID = 56

// newID makes an id of a host: the name that its owner registered, the whole
// host where that is taken, then numbers.
func (b *book) newID(host string) string {
	short := host
	if _, err := netip.ParseAddr(host); err != nil {
		if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
			short, _, _ = strings.Cut(domain, ".")
		}
	}
	var id string
	for _, name := range []string{short, host} {
		id = strings.Trim(noID.ReplaceAllString(name, "-"), "-")
		id = cmp.Or(strings.Trim(id[:min(len(id), maxID)], "-"), "source")
		if !b.ids[id] {
			return id
		}
	}
	for n := 2; ; n++ {
		if numbered := fmt.Sprintf("%s-%d", id, n); !b.ids[numbered] {
			return numbered
		}
	}
}

// hostOf is the name of an address's host in ASCII, without www.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	if ascii, err := idna.ToASCII(host); err == nil {
		host = ascii
	}
	return strings.TrimPrefix(strings.TrimSuffix(host, "."), "www.")
}
