package publisher

import (
	"net/http"

	"nashra"
)

// routes is the map of the site.
func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	read := func(pattern string, h handler) { mux.Handle(pattern, s.read(h)) }
	feed := func(pattern string, h handler) { mux.Handle(pattern, shared(s.read(h))) }
	desk := func(pattern string, h handler, methods ...string) {
		mux.Handle(pattern, s.handle(allowing(sameOrigin(s.authenticated(h)), methods...)))
	}
	deskRead := func(pattern string, h handler) { desk(pattern, h, reading...) }
	deskPost := func(pattern string, h handler) { desk(pattern, h, http.MethodPost, http.MethodOptions) }

	// Readers.
	read("/{$}", s.list)
	for _, scope := range []string{"/source/{source}", "/category/{category}"} {
		read(scope, s.list)
		read(scope+"/{$}", s.list)
	}
	read("/item/{id}", s.item)
	read("/item/{id}/{$}", s.item)
	if s.finder != nil {
		read("/search", s.search)
		for _, f := range feedFormats {
			feed("/search/"+f.File, s.searchFeed(f))
		}
	}

	// Feed readers.
	read("/feeds", s.feeds)
	for _, f := range feedFormats {
		for _, scope := range []string{"", "/source/{source}", "/category/{category}"} {
			feed(scope+"/"+f.File, s.feed(f))
			feed(scope+"/archive/{span}/"+f.File, s.archive(f))
		}
	}

	// The desk. Without a password these paths are as unknown as any other.
	if s.admin.Password != "" {
		deskRead("/admin/{$}", s.adminSources)
		deskRead("/admin/source/{source}", s.adminSource)
		deskPost("/admin/source/{source}/fetch", s.adminFetchNow)
		deskPost("/admin/source/{source}/pause", s.adminMarkSource(nashra.MarkPause))
		deskPost("/admin/source/{source}/resume", s.adminMarkSource(nashra.MarkResume))
		deskRead("/admin/items", s.adminItems)
		deskRead("/admin/item/{id}", s.adminItem)
		deskPost("/admin/item/{id}/hide", s.adminMarkItem(nashra.MarkHide))
		deskPost("/admin/item/{id}/restore", s.adminMarkItem(nashra.MarkRestore))
		deskRead("/admin/log", s.adminLog)
		deskRead("/admin/", s.unknown)
		deskRead("/api/v1/sources", s.apiSources)
		deskRead("/api/v1/sources/{id}", s.apiSource)
		deskRead("/api/v1/sources/{id}/fetches", s.apiFetches)
		deskPost("/api/v1/sources/{id}/fetch", s.apiFetchNow)
		deskPost("/api/v1/sources/{id}/pause", s.apiMarkSource(nashra.MarkPause))
		deskPost("/api/v1/sources/{id}/resume", s.apiMarkSource(nashra.MarkResume))
		deskRead("/api/v1/items", s.apiItems)
		deskRead("/api/v1/items/{id}", s.apiItem)
		deskPost("/api/v1/items/{id}/hide", s.apiMarkItem(nashra.MarkHide))
		deskPost("/api/v1/items/{id}/restore", s.apiMarkItem(nashra.MarkRestore))
		deskRead("/api/", s.unknown)
	}

	// Hubs. Where none is subscribed to, the path is as unknown as any other.
	if s.hubs.Subscriber != nil {
		mux.HandleFunc("/websub/{source}", s.websub)
	}

	// Machines and files.
	read("/sitemap.xml", s.sitemapIndex)
	read("/sitemap/{part}", s.sitemapPart)
	read("/sitemap-news.xml", s.sitemapNews)
	read("/robots.txt", s.robots)
	read("/opml.xml", s.opml)
	read("/site.webmanifest", s.manifest)
	read("/healthz", s.healthz)
	read("/static/{file}", s.staticFile)
	read("/favicon.ico", s.favicon)

	mux.Handle("/", s.handle(s.unknown))
	return mux
}
