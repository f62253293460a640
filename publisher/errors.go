package publisher

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"nashra"
	"nashra/store"
)

// handler answers a request or says why it cannot.
type handler func(w http.ResponseWriter, r *http.Request) error

var (
	errMethod        = errors.New("method not allowed")
	errUnauthorized  = errors.New("the admin user's name and password are needed")
	errNotAcceptable = errors.New("no encoding that we have is accepted")
)

// statuses is the one table from errors to HTTP. What is not in it is our
// fault: 500, told to the log and to nobody else.
var statuses = []struct {
	err    error
	status int
}{
	{nashra.ErrNotFound, http.StatusNotFound},
	{nashra.ErrHidden, http.StatusGone},
	{store.ErrToken, http.StatusNotFound}, // a page address that we never gave
	{errMethod, http.StatusMethodNotAllowed},
	{errUnauthorized, http.StatusUnauthorized},
	{errNotAcceptable, http.StatusNotAcceptable},
	{context.DeadlineExceeded, http.StatusServiceUnavailable}, // it took too long: too many ask
}

func statusOf(err error) int {
	for _, s := range statuses {
		if errors.Is(err, s.err) {
			return s.status
		}
	}
	return http.StatusInternalServerError
}

// handle makes an http.Handler of h, which may read a small body.
func (s *Server) handle(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxRequestBody)
		if err := h(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

// read makes an http.Handler of an h that only reads: GET and HEAD, and OPTIONS
// for who asks what may be done.
func (s *Server) read(h handler) http.Handler {
	return s.handle(func(w http.ResponseWriter, r *http.Request) error {
		switch r.Method {
		case http.MethodGet, http.MethodHead:
			return h(w, r)
		case http.MethodOptions:
			w.Header().Set("Allow", readingMethods)
			w.WriteHeader(http.StatusNoContent)
			return nil
		}
		w.Header().Set("Allow", readingMethods)
		return errMethod
	})
}

const readingMethods = "GET, HEAD, OPTIONS"

// unknown answers every path that no route has.
func (s *Server) unknown(http.ResponseWriter, *http.Request) error { return nashra.ErrNotFound }

// fail sends the error page for err.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	status := statusOf(err)
	if status >= http.StatusInternalServerError {
		if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
			return // the reader has gone; there is nobody to tell
		}
		s.log.Error("request failed", "url", r.URL.Path, "client", s.proxies.client(r), "status", status, "err", err)
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	if strings.HasPrefix(r.URL.Path, "/api/") {
		s.send(w, r, status, "application/problem+json", problem(status))
		return
	}
	page, err := s.errorPage(status)
	if err != nil {
		s.log.Error("error page failed", "url", r.URL.Path, "status", status, "err", err)
		page = []byte(text.Errors[http.StatusInternalServerError].Title)
	}
	s.send(w, r, status, htmlType, page)
}

// problem is a problem document (RFC 9457) that says no more than the status.
func problem(status int) []byte {
	var b bytes.Buffer
	// A struct of a string and two numbers always encodes.
	_ = json.NewEncoder(&b).Encode(struct {
		Type   string `json:"type"`
		Title  string `json:"title"`
		Status int    `json:"status"`
	}{"about:blank", http.StatusText(status), status})
	return b.Bytes()
}
