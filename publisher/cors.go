package publisher

import "net/http"

// What scripts of other sites may do with feeds (the CORS protocol of the Fetch
// standard): read them, and ask conditionally.
var (
	sharing = []field{
		{"Access-Control-Allow-Origin", []string{"*"}},
		{"Access-Control-Expose-Headers", []string{"ETag"}}, // the others that matter are always readable
	}
	preflight = []field{
		{"Access-Control-Allow-Methods", []string{"GET, HEAD"}},
		{"Access-Control-Allow-Headers", []string{"If-None-Match, If-Modified-Since"}},
		{"Access-Control-Max-Age", []string{"86400"}},
	}
)

// shared opens what h says beside its documents to scripts of all sites: what
// they ask first, and errors. A document says so itself.
func shared(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		set(w.Header(), sharing)
		if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
			set(w.Header(), preflight)
		}
		h.ServeHTTP(w, r)
	})
}
