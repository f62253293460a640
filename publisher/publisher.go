// Package publisher gives what the store holds to readers, feed readers and
// the desk.
//
// Readers come with browsers, with feed readers that validate, and with
// caches between them and us; partners want to be named on every copy; the
// desk wants an article that it took down to be gone in that moment. So all
// that is served is rendered from the store at the first request for it, with
// the credit in force, kept as bytes until the store changes, and sent with
// validators of its own.
//
// [New] makes a [Server], an http.Handler; [NewHTTPServer] puts the time
// limits around it. The map of the site is in routes.go. The package fetches
// nothing, changes nothing in the store, and never decides by itself what may
// be seen: it asks nashra.Visible.
package publisher

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/singleflight"

	"nashra"
	"nashra/extractor/disclaimer"
)

// Reader is what publishing asks of a store.
type Reader interface {
	// Article returns an article, hidden or not; ErrNotFound.
	Article(ctx context.Context, id string) (nashra.Record, error)
	Articles(ctx context.Context, q nashra.Query) (nashra.Page, error)
	Archive(ctx context.Context, q nashra.ArchiveQuery) (nashra.Archived, error)
	Removals(ctx context.Context, q nashra.RemovalQuery) ([]nashra.Removal, error)
	// Neighbours returns the next newer and the next older article that may be
	// seen; nil: none.
	Neighbours(ctx context.Context, id string, visible time.Time) (newer, older *nashra.Record, err error)
	// Named returns the id of the article that name belongs to; ErrNotFound.
	Named(ctx context.Context, name string) (id string, err error)
	// Records returns the record of every source that was ever configured, and
	// their version.
	Records(ctx context.Context) ([]nashra.Source, uint64, error)
	// Sources returns the same with how each fares.
	Sources(ctx context.Context) ([]nashra.SourceStatus, uint64, error)
	// Source returns one source; ErrNotFound.
	Source(ctx context.Context, id string) (nashra.SourceStatus, error)
	// Revisions returns what an article was before its changes.
	Revisions(ctx context.Context, id string) ([]nashra.Revision, error)
	// Fetches returns a source's last fetches, newest first.
	Fetches(ctx context.Context, source string, limit int) ([]nashra.Fetch, error)
	// FetchDays returns what a source's fetches came to on each day with one,
	// oldest first.
	FetchDays(ctx context.Context, source string) ([]nashra.FetchDay, error)
	// Decisions returns the audit log before the batch of that number, newest
	// first; 0: from its end.
	Decisions(ctx context.Context, before uint64, limit int) ([]nashra.Decision, error)
	// Seq gives the number of the last applied batch: while it stands, so does
	// everything else that a Reader answers. What was made at a number under
	// recall must not be shown any more; what is newer is old at worst.
	Seq(ctx context.Context) (last, recall uint64, err error)
}

// Desk carries out what the desk decides.
type Desk interface {
	// Decide applies decisions, whole or not at all, and records that it was by
	// who made them. ErrNotFound, or ErrHidden of an article that was removed.
	Decide(ctx context.Context, by string, marks ...nashra.Mark) error

	// FetchNow has a source fetched, due or not, and says what that came to. One
	// that is under way for somebody else is waited for in its place. A ctx that
	// ends ends the waiting and not the fetch. ErrNotFound, ErrNetwork.
	FetchNow(ctx context.Context, by, source string) (nashra.Fetch, error)

	// Reread has an article asked for again of its partner: by nashra.MarkRefresh
	// or nashra.MarkReextract. ErrNotFound, or ErrHidden of an article that was
	// removed.
	Reread(ctx context.Context, by, article string, how nashra.MarkKind) (nashra.Reread, error)

	// WatchFetch tells step how the fetch of a source goes that FetchNow has
	// begun, or begins next, and returns what it comes to. Where there is none yet
	// it first tells nashra.StageIdle. Only the watching ends with ctx.
	WatchFetch(ctx context.Context, source string, step func(nashra.Progress)) (nashra.Fetch, error)

	// Selectors gives what is in force of the settings that can be tried out on a
	// source's pages, by their keys in config.yaml, several under one key in a
	// line each; false: the source is not configured.
	Selectors(source string) (map[string]string, bool)

	// Try asks a partner for its newest entries and their pages, and says what
	// other such settings would make of them. ErrNotFound, ErrBusy.
	Try(ctx context.Context, by, source string, settings map[string]string) (nashra.Trial, error)
}

// Searcher finds articles by their words.
type Searcher interface {
	Search(ctx context.Context, q nashra.Search) (nashra.Found, error)
}

// Site is who republishes.
type Site struct {
	Name       string         // as mastheads, feeds and the disclaimer name it; required
	URL        string         // public base of every published link, http or https; required
	Language   string         // BCP 47, of the feeds; default "ar"
	Zone       *time.Location // of the dates on pages; default UTC
	Disclaimer string         // template of the note under every article; default disclaimer.Default
}

// Config is all that a Server needs.
type Config struct {
	Site   Site
	Store  Reader   // required
	Search Searcher // of Store; nil: there is no search page
	Admin  Admin
	Desk   Desk                     // required where there is an admin
	Text   func(body string) string // plain text of a body; required where there is an admin
	Theme  Theme                    // nil: ours

	// Settings gives what is in force for a source; nil: the desk does not show it.
	Settings func(source string) []nashra.Setting

	WebSub  WebSub
	Hub     string           // URL of a WebSub hub that is told of our changes, for the feeds to name; "": none
	Vitals  Vitals           // of Store and the process; nil: not known
	Metrics *Metrics         // default: of its own
	Proxies []netip.Prefix   // of whom X-Forwarded-For and X-Forwarded-Proto are believed
	Now     func() time.Time // default time.Now
	Logger  *slog.Logger     // default: none
	Version string           // of the program, as feeds name their generator; may be empty

	// Files says that the site is written as files (Export): lists end with their
	// newest articles and feeds name no archive, since both go on for ever.
	Files bool

	// Succeeds is the Server that answered the same readers until now, with what
	// this one may render otherwise; nil: none did. Whom it slowed stays slowed.
	Succeeds *Server
}

// Server answers all of nashra's HTTP requests. It is safe for concurrent use.
type Server struct {
	site    Site
	base    *url.URL // of Site.URL, without a slash at its end
	store   Reader
	finder  Searcher
	keys    *keyring
	vitals  Vitals
	counted *Metrics
	desk    Desk
	text    func(body string) string
	hubs    WebSub
	hub     string
	proxies proxies
	files   bool
	reading chan struct{} // holds a value for each delivery whose body is read
	watched chan struct{} // and for each browser that watches a fetch
	now     func() time.Time
	log     *slog.Logger
	version string
	started time.Time // UTC, whole seconds
	oldest  time.Time // no Last-Modified is before it; zero: none could mislead

	settings func(source string) []nashra.Setting // nil: none are shown

	note    *disclaimer.Template
	theme   Theme
	words   words
	parts   map[string]*template.Template // of the theme, by the names of their files
	logo    string                        // name of the theme's static file; "": the site's name stands in letters
	pages   map[string]*template.Template
	desks   map[*tongue]map[string]*template.Template
	static  map[string]asset // by path
	cache   *cache
	flights singleflight.Group
	handler http.Handler
	inside  http.Handler // what Desk gives

	crossOrigin *http.CrossOriginProtection
}

// New makes a Server. It refuses what could never work: no store, a site
// without a name, a URL that is no web address, a template that does not parse.
func New(c Config) (*Server, error) {
	if c.Store == nil {
		return nil, errors.New("publisher: no store")
	}
	if strings.TrimSpace(c.Site.Name) == "" {
		return nil, errors.New("publisher: the site has no name; set site.name")
	}
	if (c.Admin.Password != "" || c.Admin.Users != nil || c.Admin.Tokens != nil) && (c.Desk == nil || c.Text == nil) {
		return nil, errors.New("publisher: an admin without a desk")
	}
	base, err := siteURL(c.Site.URL)
	if err != nil {
		return nil, fmt.Errorf("publisher: site.url %q: %w", c.Site.URL, err)
	}
	s := &Server{
		site: c.Site, base: base, store: c.Store, finder: c.Search, desk: c.Desk, text: c.Text, hubs: c.WebSub, hub: c.Hub, vitals: c.Vitals, counted: c.Metrics, proxies: c.Proxies, files: c.Files,
		settings: c.Settings,
		reading:  make(chan struct{}, deliveriesRead),
		watched:  make(chan struct{}, watchers),
		now:      c.Now, log: c.Logger, version: c.Version,
		cache: newCache(cacheSize),
	}
	s.site.URL = base.String()
	if s.site.Language == "" {
		s.site.Language = "ar"
	}
	if s.site.Zone == nil {
		s.site.Zone = time.UTC
	}
	if s.site.Disclaimer == "" {
		s.site.Disclaimer = disclaimer.Default
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.counted == nil {
		s.counted = NewMetrics(prometheus.NewRegistry())
	}
	if c.Admin.User == "" {
		c.Admin.User = "admin"
	}
	if s.keys, err = newKeyring(c.Admin, s.now); err != nil {
		return nil, fmt.Errorf("publisher: %w", err)
	}
	s.crossOrigin = http.NewCrossOriginProtection()
	// A proxy before us may ask by another name than readers do.
	if err := s.crossOrigin.AddTrustedOrigin(base.Scheme + "://" + base.Host); err != nil {
		return nil, fmt.Errorf("publisher: site.url %q: %w", c.Site.URL, err)
	}
	s.started = s.now().UTC().Truncate(time.Second)
	if c.Succeeds != nil {
		s.keys.slow = c.Succeeds.keys.slow
		// Of the seconds before, this and the next may be those of versions
		// that the other one rendered last.
		s.oldest = s.started.Add(2 * time.Second)
	}
	if s.note, err = disclaimer.Parse(s.site.Disclaimer); err != nil {
		return nil, fmt.Errorf("publisher: site.disclaimer: %w", err)
	}
	if err := s.wear(c.Theme); err != nil {
		return nil, fmt.Errorf("publisher: theme: %w", err)
	}
	if s.pages, err = s.parsePages(); err != nil {
		return nil, fmt.Errorf("publisher: %w", err)
	}
	if s.desks, err = s.parseDesk(); err != nil {
		return nil, fmt.Errorf("publisher: %w", err)
	}
	s.inside = s.observed(s.secured(s.routes(true)))
	s.handler = s.inside
	if c.Admin.Apart {
		s.handler = s.observed(s.secured(s.routes(false)))
	}
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if opensFeed(r) || !s.serveKept(w, r) {
		s.handler.ServeHTTP(w, r)
	}
}

// Desk is the Server as the desk sees it: with /admin/ and /api/, also where they
// are served apart.
func (s *Server) Desk() http.Handler { return s.inside }

// siteURL reads the public base of all links.
func siteURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, errors.New("not a URL; it looks like https://news.example")
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, errors.New("not an absolute http or https URL; it looks like https://news.example")
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("must end with its path: no user, query or fragment")
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), ""
	return u, nil
}
