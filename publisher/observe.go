package publisher

import (
	"cmp"
	"crypto/rand"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strconv"
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
		panicked := true
		defer func() {
			if panicked {
				o.status = http.StatusInternalServerError // as far as anybody can tell
			}
			s.tell(r, id, o, time.Since(began))
		}()
		next.ServeHTTP(o, r)
		panicked = false
	})
}

// tell counts a request that has been answered, and tells the log of it.
func (s *Server) tell(r *http.Request, id string, o *observation, took time.Duration) {
	status := cmp.Or(o.status, http.StatusOK) // nothing was written, which net/http makes this of
	s.counted.requests.WithLabelValues(r.Pattern, strconv.Itoa(status)).Inc()
	if o.Header().Get("Content-Type") != eventStream { // which lasts as long as somebody watches
		s.counted.duration.Observe(took.Seconds())
	}
	level := slog.LevelDebug
	if !slices.Contains(reading, r.Method) {
		level = slog.LevelInfo
	}
	if s.log.Enabled(r.Context(), level) {
		s.log.Log(r.Context(), level, "request", "request", id, "method", r.Method, "url", r.URL.Path, "status", status, "duration", took)
	}
}
