package publisher

import (
	"net/http"
	"slices"

	"nashra"
)

// routes is the map of the site, with the desk or without.
func (s *Server) routes(inside bool) *http.ServeMux {
	mux := http.NewServeMux()
	read := func(pattern string, h handler) { mux.Handle(pattern, s.read(h)) }
	feed := func(pattern string, h handler) { mux.Handle(pattern, shared(s.read(h))) }

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

	if inside {
		s.deskRoutes(mux)
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
	read("/readyz", s.readyz)
	read("/static/{file}", s.staticFile)
	read("/favicon.ico", s.favicon)

	mux.Handle("/", s.handle(s.unknown))
	return mux
}

// deskRoutes are the paths of the desk. Where nobody could be let in they are as
// unknown as any other.
func (s *Server) deskRoutes(mux *http.ServeMux) {
	path := func(pattern string, with credentials, h handler, methods ...string) {
		mux.Handle(pattern, s.handle(s.opened(with, allowing(s.authenticated(with, h), methods...))))
	}
	page := func(pattern string, h handler) { path(pattern, byPassword, h, reading...) }
	form := func(pattern string, h handler) { path(pattern, byPassword, h, http.MethodPost, http.MethodOptions) }
	get := func(pattern string, h handler) { path(pattern, byToken, h, reading...) }
	post := func(pattern string, h handler) { path(pattern, byToken, h, http.MethodPost, http.MethodOptions) }

	page("/admin/{$}", s.adminSources)
	page("/admin/source/{source}", s.adminSource)
	form("/admin/source/{source}/fetch", s.adminFetchNow)
	page("/admin/source/{source}/events", s.adminEvents)
	path("/admin/source/{source}/try", byPassword, s.adminTry, append(slices.Clone(reading), http.MethodPost)...)
	form("/admin/source/{source}/pause", s.adminMarkSource(nashra.MarkPause))
	form("/admin/source/{source}/resume", s.adminMarkSource(nashra.MarkResume))
	page("/admin/items", s.adminItems)
	page("/admin/item/{id}", s.adminItem)
	form("/admin/item/{id}/hide", s.adminMarkItem(nashra.MarkHide))
	form("/admin/item/{id}/restore", s.adminMarkItem(nashra.MarkRestore))
	form("/admin/item/{id}/refresh", s.adminReread(nashra.MarkRefresh))
	form("/admin/item/{id}/reextract", s.adminReread(nashra.MarkReextract))
	page("/admin/log", s.adminLog)
	mux.Handle("/admin/", s.handle(s.opened(byPassword, s.authenticated(byPassword, s.unknown))))

	get("/metrics", s.metrics())

	get("/api/v1/openapi.json", s.apiDocument)
	get("/api/v1/sources", s.apiSources)
	get("/api/v1/sources/{id}", s.apiSource)
	get("/api/v1/sources/{id}/fetches", s.apiFetches)
	post("/api/v1/sources/{id}/fetch", s.apiFetchNow)
	post("/api/v1/sources/{id}/pause", s.apiMarkSource(nashra.MarkPause))
	post("/api/v1/sources/{id}/resume", s.apiMarkSource(nashra.MarkResume))
	get("/api/v1/items", s.apiItems)
	get("/api/v1/items/{id}", s.apiItem)
	post("/api/v1/items/{id}/hide", s.apiMarkItem(nashra.MarkHide))
	post("/api/v1/items/{id}/restore", s.apiMarkItem(nashra.MarkRestore))
	unknown := s.handle(s.opened(byToken, s.authenticated(byToken, s.unknown)))
	mux.Handle("/api/", unknown)

	// The router would answer these with the way to the slash, also where there
	// is nothing behind it.
	page("/admin", func(w http.ResponseWriter, r *http.Request) error {
		http.Redirect(w, r, s.local("/admin/"), http.StatusMovedPermanently)
		return nil
	})
	mux.Handle("/api", unknown)
}
