package publisher

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"time"
)

const requestIDHeader = "X-Request-Id"

// saneID is what a proxy may call a request by: it stands in our log and in
// pages.
var saneID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// observation knows the status of an answer.
type observation struct {
	http.ResponseWriter
	status int
}

// WriteHeader is http.ResponseWriter's.
func (o *observation) WriteHeader(status int) {
	if o.status == 0 || o.status < http.StatusOK { // an informational one comes before
		o.status = status
	}
	o.ResponseWriter.WriteHeader(status)
}

// Write is http.ResponseWriter's.
func (o *observation) Write(p []byte) (int, error) {
	if o.status == 0 {
		o.status = http.StatusOK
	}
	return o.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (o *observation) Unwrap() http.ResponseWriter { return o.ResponseWriter }

// observed gives each request an id, counts it and tells the log: of what
// changes something always, of the rest where it listens to the least.
func (s *Server) observed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now() // real time: what is measured is the machine
		id := r.Header.Get(requestIDHeader)
		if !saneID.MatchString(id) {
			id = rand.Text()
		}
		w.Header()[requestIDHeader] = []string{id}
		o := &observation{ResponseWriter: w}
		next.ServeHTTP(o, r)

		took := time.Since(began)
		s.counted.answered(r.Pattern, o.status, took)
		level := slog.LevelDebug
		if !slices.Contains(reading, r.Method) {
			level = slog.LevelInfo
		}
		if s.log.Enabled(r.Context(), level) {
			s.log.Log(r.Context(), level, "request", "request", id, "method", r.Method, "url", r.URL.Path, "status", o.status, "duration", took)
		}
	})
}
