package publisher

import "net/http"

// contentPolicy lets a page of ours load its stylesheet and the partners'
// pictures, films and sounds, and nothing that runs.
const contentPolicy = "default-src 'none'; style-src 'self'; img-src 'self' http: https:; media-src http: https:; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// notListed is what search engines are told of what they shall not list
// (X-Robots-Tag, and the pages' meta element robots).
const notListed = "noindex, follow"

// secured sets the headers that every response carries.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		// Partners see that a reader came from us, and not from which page.
		h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
		next.ServeHTTP(w, r)
	})
}
