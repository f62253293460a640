package main

import (
	"log/slog"
	"net/url"

	"nashra/extractor"
	"nashra/fetcher"
	"nashra/internal/alert"
	"nashra/internal/config"
	"nashra/internal/ingest"
	"nashra/internal/token"
	"nashra/publisher"
)

// site is all of a running nashra that depends on the configuration. It is made
// by one function and replaced as a whole when the configuration is read again.
type site struct {
	cfg      *config.Config
	fetcher  *fetcher.Client
	ingester *ingest.Ingester
	alerter  *alert.Alerter
	pages    *publisher.Server // nil where nothing is served
	replaced chan struct{}     // closed once another site is in force
}

// newSite makes what cfg says on the store of own. Its cycles get along with those
// of before, the site that it is to replace; nil: there is none.
func newSite(cfg *config.Config, own *owner, before *site) (*site, error) {
	s, o := own.Store, own.options
	client, err := newFetcher(cfg.Fetch, cfg.Site.URL, o.logger)
	if err != nil {
		return nil, err
	}
	made := &site{cfg: cfg, fetcher: client, alerter: newAlerter(cfg), replaced: make(chan struct{})}
	hubs, callback := hubsOf(cfg, client, o)
	ingesting := ingest.Config{
		Subscriptions: cfg.Sources,
		Store:         s,
		Fetcher:       client,
		Hubs:          hubs,
		Callback:      callback,
		Concurrency:   cfg.Fetch.Concurrency,
		PerHost:       cfg.Fetch.PerHost,
		Logger:        o.logger,
	}
	if o.serving {
		ingesting.Aside = own.aside.Do // readers wait beside it
	}
	if own.counted != nil {
		ingesting.Metrics = own.counted.ingest
	}
	if before == nil {
		made.ingester, err = ingest.New(ingesting)
	} else {
		made.ingester, err = before.ingester.Successor(ingesting)
	}
	if err != nil || !o.serving {
		return made, err
	}
	var pages *publisher.Server
	if before != nil {
		pages = before.pages
	}
	made.pages, err = publisher.New(publisher.Config{
		Site:     siteOf(cfg),
		Store:    s,
		Search:   own.finder,
		Theme:    cfg.Theme,
		WebSub:   publisher.WebSub{Subscriber: made.ingester.Subscriber(), MaxBody: cfg.Fetch.MaxBody},
		Admin:    adminOf(cfg.Admin),
		Hub:      cfg.WebSub.Hub,
		Proxies:  cfg.Proxies,
		Desk:     own,
		Vitals:   own,
		Metrics:  own.counted.publisher,
		Text:     extractor.Text,
		Logger:   o.logger,
		Version:  release,
		Settings: cfg.Settings,

		Succeeds: pages,
	})
	return made, err
}

// siteOf is who republishes.
func siteOf(cfg *config.Config) publisher.Site {
	return publisher.Site{
		Name: cfg.Site.Name, URL: cfg.Site.URL, Language: cfg.Site.Language,
		Zone: cfg.Site.Zone, Disclaimer: cfg.Site.Disclaimer,
	}
}

// adminOf is who is let in at the desk.
func adminOf(a config.Admin) publisher.Admin {
	v := publisher.Admin{User: a.User, Password: a.Password, Tokens: apiTokens{token.Open(a.Tokens)}, Apart: a.Listen != ""}
	for _, u := range a.Users {
		v.Users = append(v.Users, publisher.User(u))
	}
	return v
}

// apiTokens are the tokens as the publisher asks for them.
type apiTokens struct{ file *token.File }

func (t apiTokens) Find(secret string) (name string, writes bool, err error) {
	found, _, err := t.file.Find(secret)
	return found.Name, found.Scope == token.Write, err
}

func (t apiTokens) Any() (bool, error) {
	list, err := t.file.List()
	return len(list) > 0, err
}

// newFetcher is the one client of this process towards the partners.
func newFetcher(f config.Fetch, site string, logger *slog.Logger) (*fetcher.Client, error) {
	agent := "nashra/" + release
	if site != "" {
		agent += " (+" + site + ")"
	}
	return fetcher.New(fetcher.Config{
		UserAgent:    agent,
		Timeout:      f.Timeout,
		MaxBody:      f.MaxBody,
		PerHost:      f.PerHost,
		Pause:        f.Pause,
		AllowPrivate: f.AllowPrivate,
		Proxy:        f.Proxy,
		RootCAs:      f.RootCAs,
		Logger:       logger,
	})
}

// hubsOf says whether this process subscribes at hubs, and where they reach it.
// Only serve does, because only it can be called back, and only where it can be
// called from outside.
func hubsOf(cfg *config.Config, client *fetcher.Client, o ownOptions) (ingest.Hubs, string) {
	if !o.serving {
		return nil, ""
	}
	site, err := url.Parse(cfg.Site.URL)
	if err != nil || !cfg.Fetch.AllowPrivate && !fetcher.Public(site) {
		o.logger.Info("hubs not subscribed", "url", cfg.Site.URL, "err", "site.url is on no public address, so no hub can reach it; fetch.allow_private would try all the same")
		return nil, ""
	}
	return client, site.JoinPath("websub").String() + "/"
}
