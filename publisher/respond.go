package publisher

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// What caches may do (RFC 9111).
const (
	cacheBriefly = "public, max-age=60"                  // feeds and lists
	cacheChecked = "no-cache"                            // item pages: kept, and asked about each time
	cacheForever = "public, max-age=31536000, immutable" // files with a hash in their name
	cacheNever   = "private, no-cache"                   // the desk's
)

// sendRepresentation sends rep, or 304 where the client has it.
func (s *Server) sendRepresentation(w http.ResponseWriter, r *http.Request, rep *representation, cacheControl string) {
	h := w.Header()
	h.Set("ETag", rep.etag)
	h.Set("Cache-Control", cacheControl)
	h.Set("Vary", "Accept-Encoding")
	if rep.robots != "" {
		h.Set("X-Robots-Tag", rep.robots)
	}
	// A version that shared a second with the one before has its time still to
	// come; until then it goes by its ETag alone.
	dated := !rep.modified.IsZero() && !rep.modified.After(s.now())
	if dated {
		h.Set("Last-Modified", rep.modified.UTC().Format(http.TimeFormat))
	}
	if notModified(r.Header, rep.etag, rep.modified, dated) {
		extendDeadline(w, 0)
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if rep.encoding != "" {
		h.Set("Content-Encoding", rep.encoding)
	}
	s.send(w, r, http.StatusOK, rep.contentType, rep.body)
}

// send writes a whole response, or its headers to a HEAD.
func (s *Server) send(w http.ResponseWriter, r *http.Request, status int, contentType string, body []byte) {
	extendDeadline(w, len(body))
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the reader has gone; there is nobody to tell
	}
}

// notModified evaluates a conditional GET or HEAD (RFC 9110, section 13.2.2):
// If-None-Match first, and If-Modified-Since only without it.
func notModified(h http.Header, etag string, modified time.Time, dated bool) bool {
	if tags := h.Values("If-None-Match"); len(tags) > 0 {
		return matches(tags, etag)
	}
	since, err := http.ParseTime(h.Get("If-Modified-Since"))
	return err == nil && dated && !modified.After(since)
}

// matches compares weakly, as If-None-Match asks.
func matches(lists []string, etag string) bool {
	for _, list := range lists {
		for _, tag := range strings.Split(list, ",") {
			tag = strings.TrimSpace(tag)
			if tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
				return true
			}
		}
	}
	return false
}

// acceptsGzip reads Accept-Encoding (RFC 9110, section 12.5.3). Without one
// the identity form is sent: a client that can unpack says so.
func acceptsGzip(lists []string) bool {
	any := false
	for _, list := range lists {
		for _, item := range strings.Split(list, ",") {
			coding, parameters, _ := strings.Cut(item, ";")
			switch strings.ToLower(strings.TrimSpace(coding)) {
			case "gzip", "x-gzip":
				return !refused(parameters)
			case "*":
				any = !refused(parameters)
			}
		}
	}
	return any
}

// refused reports whether the parameters of a coding hold a weight of zero.
func refused(parameters string) bool {
	for _, p := range strings.Split(parameters, ";") {
		name, value, _ := strings.Cut(p, "=")
		if strings.EqualFold(strings.TrimSpace(name), "q") {
			q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			return err == nil && q == 0
		}
	}
	return false
}
