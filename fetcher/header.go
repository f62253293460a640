package fetcher

import (
	"net/http"
	"strings"
)

// tellingFields are the header fields of an answer that tell an editor something of
// the partner's server, in the order in which they are shown. Cookies and what
// else may be a secret are not among them.
var tellingFields = []string{
	"Content-Type", "Content-Length", "Last-Modified", "Etag", "Cache-Control", "Expires", "Age", "Retry-After",
	"Server", "Via", "X-Powered-By", "X-Cache", "Cf-Cache-Status", "Cf-Ray",
}

const maxField = 120 // bytes of a field that are kept: it stands in the record of the fetch

// telling are those of h that there are, as lines "Name: value".
func telling(h http.Header) []string {
	var lines []string
	for _, name := range tellingFields {
		if v := h.Get(name); v != "" {
			lines = append(lines, strings.ToValidUTF8(name+": "+v[:min(len(v), maxField)], ""))
		}
	}
	return lines
}
