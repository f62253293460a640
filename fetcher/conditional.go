package fetcher

import (
	"net/http"
	"unicode/utf8"

	"golang.org/x/net/http/httpguts"

	"nashra"
)

// condition makes a request conditional on what the last answer of the same
// URL said of itself. Both validators are sent where both are known: RFC 9110,
// section 13.1.3, has the server prefer the ETag.
func condition(h http.Header, last nashra.Validators) bool {
	if last.ETag != "" {
		h.Set("If-None-Match", last.ETag)
	}
	if last.LastModified != "" {
		h.Set("If-Modified-Since", last.LastModified)
	}
	return last.ETag != "" || last.LastModified != ""
}

// newValidators are those of a feed or page that was read whole from target.
func newValidators(target string, h http.Header, hash nashra.Hash) nashra.Validators {
	if len(target) > maxAddress {
		return nashra.Validators{} // longer than is worth keeping
	}
	return nashra.Validators{
		URL:          target,
		ETag:         echoable(h.Get("ETag")),
		LastModified: echoable(h.Get("Last-Modified")),
		BodyHash:     hash,
	}
}

// refreshed is last with what a 304 says anew (RFC 9110, section 15.4.5).
func refreshed(last nashra.Validators, h http.Header) nashra.Validators {
	if tag := echoable(h.Get("ETag")); tag != "" {
		last.ETag = tag
	}
	if date := echoable(h.Get("Last-Modified")); date != "" {
		last.LastModified = date
	}
	return last
}

// echoable is a validator that can be stored and sent back byte for byte, or
// "": an opaque string of the partner's that no reading of ours may touch.
func echoable(value string) string {
	if len(value) > maxValidator || !utf8.ValidString(value) || !httpguts.ValidHeaderFieldValue(value) {
		return ""
	}
	return value
}
