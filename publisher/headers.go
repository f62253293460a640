package publisher

import "net/http"

// contentPolicy lets a page of ours load its stylesheet, its fonts, its script
// and the partners' pictures, films and sounds. Nothing that stands in a page
// runs.
const contentPolicy = "default-src 'none'; style-src 'self'; font-src 'self'; script-src 'self'; manifest-src 'self'; " +
	"img-src 'self' http: https:; media-src http: https:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// deskPolicy lets the desk's script also ask us.
const deskPolicy = contentPolicy + "; connect-src 'self'"

// featurePolicy asks browsers for nothing that a page of news could need a
// reader's leave for.
const featurePolicy = "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), " +
	"magnetometer=(), microphone=(), midi=(), payment=(), usb=()"

// notListed is what search engines are told of what they shall not list
// (X-Robots-Tag, and the pages' meta element robots).
const notListed = "noindex, follow"

// securing is on every response but the 304 of what is kept: a browser keeps
// those that came with the body.
var securing = []field{
	{"Content-Security-Policy", []string{contentPolicy}},
	{"Permissions-Policy", []string{featurePolicy}},
	// Partners see that a reader came from us, and not from which page.
	{"Referrer-Policy", []string{"strict-origin-when-cross-origin"}},
	{"X-Content-Type-Options", []string{"nosniff"}},
}

// transport keeps browsers on TLS for a year (RFC 6797), where they have come
// by it.
var transport = field{"Strict-Transport-Security", []string{"max-age=31536000"}}

// secured sets the headers that every response carries.
func (s *Server) secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		set(h, securing)
		if s.proxies.secure(r) {
			h[transport.name] = transport.value
		}
		next.ServeHTTP(w, r)
	})
}
