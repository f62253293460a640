package publisher

import "net/http"

// routes is the map of the site.
func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	read := func(pattern string, h handler) { mux.Handle(pattern, s.read(h)) }
	feed := func(pattern string, h handler) { mux.Handle(pattern, shared(s.read(h))) }
	desk := func(pattern string, h handler) { mux.Handle(pattern, s.read(s.authenticated(h))) }

	// Readers.
	read("/{$}", s.list)
	for _, scope := range []string{"/source/{source}", "/category/{category}"} {
		read(scope, s.list)
		read(scope+"/{$}", s.list)
	}
	read("/item/{id}", s.item)
	if s.finder != nil {
		read("/search", s.search)
	}

	// Feed readers.
	for _, f := range feedFormats {
		feed("/"+f.File, s.feed(f))
		feed("/source/{source}/"+f.File, s.feed(f))
		feed("/category/{category}/"+f.File, s.feed(f))
	}

	// The desk. Without a password these paths are as unknown as any other.
	if s.admin.Password != "" {
		desk("/admin/{$}", s.adminSources)
		desk("/admin/", s.unknown)
		desk("/api/v1/sources", s.apiSources)
		desk("/api/", s.unknown)
	}

	// Hubs. Where none is subscribed to, the path is as unknown as any other.
	if s.hubs.Subscriber != nil {
		mux.HandleFunc("/websub/{source}", s.websub)
	}

	// Machines and files.
	read("/healthz", s.healthz)
	read("/static/{file}", s.staticFile)
	read("/favicon.ico", s.favicon)

	mux.Handle("/", s.handle(s.unknown))
	return mux
}
