package publisher

import (
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// absolute is the public URL of one of our paths, which begin with a slash and
// are escaped.
func (s *Server) absolute(path string) string { return s.site.URL + path }

// local is one of our paths as a page of ours links to it: site.url may have a
// path of its own that a proxy takes off.
func (s *Server) local(path string) string { return s.base.EscapedPath() + path }

// webURL makes a partner's address fit for a feed: absolute, http or https,
// ASCII only (RFC 3986), without credentials. Anything else is "".
func webURL(raw string) string {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return ""
	}
	u.User = nil
	if !isASCII(u.Host) {
		host, err := idna.ToASCII(u.Hostname())
		if err != nil {
			return ""
		}
		if port := u.Port(); port != "" {
			host += ":" + port
		}
		u.Host = host
	}
	u.RawQuery = escapeQuery(u.RawQuery)
	return u.String()
}

// escapeQuery escapes what must not stand in a query as it is and leaves
// everything else in its spelling. url.URL prints a query as it was read.
func escapeQuery(query string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(query); i++ {
		c := query[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
