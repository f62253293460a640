package publisher

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// caching is what caches may do (RFC 9111), as a header's value.
type caching []string

var (
	cacheBriefly = caching{"public, max-age=60"}                  // feeds and lists
	cacheChecked = caching{"no-cache"}                            // item pages: kept, and asked about each time
	cacheForDay  = caching{"public, max-age=86400"}               // files with a name that others know
	cacheForever = caching{"public, max-age=31536000, immutable"} // files with a hash in their name
	cacheNever   = caching{"private, no-cache"}                   // the desk's
)

// sendRepresentation sends rep, or 304 where the client has it.
func (s *Server) sendRepresentation(w http.ResponseWriter, r *http.Request, rep *representation, cacheControl caching) (status int) {
	h := w.Header()
	h["Cache-Control"] = cacheControl
	set(h, rep.validators)
	// A version that shared a second with the one before has its time still to
	// come; until then it goes by its ETag alone.
	dated := !rep.modified.IsZero() && !rep.modified.After(s.now())
	if dated {
		h[rep.dated.name] = rep.dated.value
	}
	if notModified(r.Header, rep.etag, rep.modified, dated) {
		w.WriteHeader(http.StatusNotModified)
		return http.StatusNotModified
	}
	set(h, securing)
	set(h, rep.content)
	s.write(w, r, http.StatusOK, rep.body)
	return http.StatusOK
}

func set(h http.Header, fields []field) {
	for _, f := range fields {
		h[f.name] = f.value
	}
}

// send writes a whole response, or its headers to a HEAD.
func (s *Server) send(w http.ResponseWriter, r *http.Request, status int, contentType string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	s.write(w, r, status, body)
}

func (s *Server) write(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	extendDeadline(w, len(body))
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
