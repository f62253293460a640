package publisher

import (
	"net/url"
	"slices"
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

// keyParameters are what sites call the key that opens a private feed.
var keyParameters = map[string]bool{
	"key": true, "apikey": true, "api_key": true, "api-key": true, "auth": true, "token": true, "access_token": true,
	"secret": true, "password": true, "pass": true, "pwd": true, "sig": true, "signature": true,
}

// withoutKeys takes the parameters that hold a key out of raw's query. A
// partner's private address is between us and the partner.
func withoutKeys(raw string) string {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return ""
	}
	u.RawQuery = strings.Join(slices.DeleteFunc(strings.Split(u.RawQuery, "&"), func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		return keyParameters[strings.ToLower(name)]
	}), "&")
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
