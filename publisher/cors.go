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

// shared opens h to scripts of all sites. The documents that h serves say so
// too.
func shared(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		set(w.Header(), sharing)
		if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
			set(w.Header(), preflight)
		}
		h.ServeHTTP(w, r)
	})
}
