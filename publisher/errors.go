package publisher

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
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
	errScope         = errors.New("this token may only read")
	errTooMany       = errors.New("too many wrong passwords")
	errInvalid       = errors.New("unusable request")
	errForbidden     = errors.New("refused")
	errConflict      = errors.New("not possible as things are")
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
	{errScope, http.StatusForbidden},
	{errTooMany, http.StatusTooManyRequests},
	{errInvalid, http.StatusBadRequest},
	{errForbidden, http.StatusForbidden},
	{errConflict, http.StatusConflict},
	{nashra.ErrBusy, http.StatusTooManyRequests},
	{nashra.ErrNetwork, http.StatusServiceUnavailable},
	{context.DeadlineExceeded, http.StatusServiceUnavailable}, // it took too long: too many ask
}

// refusal is why a request cannot be answered as it is, with a sentence that
// its sender may read.
type refusal struct {
	error  // in statuses
	detail string
}

func (r *refusal) Unwrap() error { return r.error }
func (r *refusal) Error() string { return r.error.Error() + ": " + r.detail }

func invalid(format string, args ...any) error {
	return &refusal{errInvalid, fmt.Sprintf(format, args...)}
}

func conflict(format string, args ...any) error {
	return &refusal{errConflict, fmt.Sprintf(format, args...)}
}

func statusOf(err error) int {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return http.StatusRequestEntityTooLarge
	}
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
	return s.handle(allowing(h, reading...))
}

// reading are the methods of what only reads.
var reading = []string{http.MethodGet, http.MethodHead, http.MethodOptions}

// allowing lets requests of these methods through to h, and answers OPTIONS
// itself where that is one of them.
func allowing(h handler, methods ...string) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		allowed := slices.Contains(methods, r.Method)
		if allowed && r.Method != http.MethodOptions {
			return h(w, r)
		}
		w.Header().Set("Allow", strings.Join(methods, ", "))
		if !allowed {
			return errMethod
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
}

// unknown answers every path that no route has.
func (s *Server) unknown(http.ResponseWriter, *http.Request) error { return nashra.ErrNotFound }

// fail sends the error page for err.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	status := statusOf(err)
	request := w.Header().Get(requestIDHeader)
	tell := "" // the reader of a page what our log has more about
	if status >= http.StatusInternalServerError {
		if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
			return // the reader has gone; there is nobody to tell
		}
		tell = request
		s.log.Error("request failed", "request", request, "url", r.URL.Path, "client", s.proxies.client(r), "status", status, "err", err)
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	if strings.HasPrefix(r.URL.Path, "/api/") {
		s.send(w, r, status, "application/problem+json", problem(status, err, request))
		return
	}
	page, pageErr := s.errorPageFor(err, status, tell)
	if pageErr != nil {
		s.log.Error("error page failed", "url", r.URL.Path, "status", status, "err", pageErr)
		page = []byte(s.words.Errors[http.StatusInternalServerError].Title)
	}
	s.send(w, r, status, htmlType, page)
}

// errorPageFor is the page that says err: at the desk one of its own.
func (s *Server) errorPageFor(err error, status int, request string) ([]byte, error) {
	var at *deskError
	if errors.As(err, &at) {
		return s.deskErrorPage(at, status, request)
	}
	return s.errorPage(status, request)
}

// detailOf is what the sender of a request that was refused may read of why.
func detailOf(err error) string {
	var refused *refusal
	if errors.As(err, &refused) {
		return refused.detail
	}
	return ""
}

// problem is a problem document (RFC 9457) that says no more than the status,
// and what is wrong with a request that was refused.
func problem(status int, err error, request string) []byte {
	var b bytes.Buffer
	// A struct of strings and a number always encodes.
	_ = writeLine(&b, struct {
		Type    string `json:"type"`
		Title   string `json:"title"`
		Status  int    `json:"status"`
		Detail  string `json:"detail,omitempty"`
		Request string `json:"request"` // by which our log calls it
	}{"about:blank", http.StatusText(status), status, detailOf(err), request})
	return b.Bytes()
}
