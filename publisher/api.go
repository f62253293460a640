package publisher

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The API speaks JSON in UTF-8: lists in an object, instants in UTC, and
// problem documents (RFC 9457) in place of what cannot be had. openapi.json
// describes it, and a test holds the two together.

// maxReason is how long a reason may be, in characters: it stands in the record
// for ever.
const maxReason = 1000

// writeLine writes v as one line of JSON, Arabic and markup readable.
func writeLine(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// sendJSON answers a reading request with v, or 304 where the client has it.
func (s *Server) sendJSON(w http.ResponseWriter, r *http.Request, v any) error {
	var b bytes.Buffer
	if err := writeLine(&b, v); err != nil {
		return fmt.Errorf("write an answer: %w", err)
	}
	return s.serveOnce(w, r, document{body: b.Bytes(), contentType: jsonType}, cacheNever)
}

// sendResult answers a request that has changed something.
func (s *Server) sendResult(w http.ResponseWriter, r *http.Request, status int, v any) error {
	var b bytes.Buffer
	if err := writeLine(&b, v); err != nil {
		return fmt.Errorf("write an answer: %w", err)
	}
	w.Header().Set("Cache-Control", "no-store")
	s.send(w, r, status, jsonType, b.Bytes())
	return nil
}

const jsonType = "application/json"

// instant is t as JSON gives it; nil for none.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC().Truncate(time.Second)
	return &t
}

// readReason reads the body {"reason": …}, which may be missing where the
// reason may.
func readReason(r *http.Request, required bool) (string, error) {
	var body struct {
		Reason string `json:"reason"`
	}
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	err := dec.Decode(&body)
	if err == nil {
		// json.Decoder stops after a value, so that what follows must be asked for.
		if _, after := dec.Token(); !errors.Is(after, io.EOF) {
			err = errors.New("more than one JSON value")
		}
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return "", err
	case errors.Is(err, io.EOF): // no body at all
	case err != nil:
		return "", invalid(`the body is not {"reason": "…"}: %v`, err)
	}
	return checkedReason(body.Reason, required)
}

// checkedReason is a reason as it stands in the record.
func checkedReason(reason string, required bool) (string, error) {
	reason = strings.TrimSpace(reason)
	if required && reason == "" {
		return "", invalid("a reason is needed; it stands in the record")
	}
	if utf8.RuneCountInString(reason) > maxReason {
		return "", invalid("the reason has more than %d characters", maxReason)
	}
	return reason, nil
}

// query is a request's query, of which each parameter may stand once.
type query struct{ url.Values }

// queryOf reads the query of r. A parameter that is not among known is an
// error: a filter that is misspelt would else give everything.
func queryOf(r *http.Request, known ...string) (query, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return query{}, invalid("the query cannot be read")
	}
	for name, list := range values {
		if !slices.Contains(known, name) {
			return query{}, invalid("no parameter %q; there are %s", name, strings.Join(known, ", "))
		}
		if len(list) > 1 {
			return query{}, invalid("the parameter %s stands twice", name)
		}
	}
	return query{values}, nil
}

// limit is how many things are asked for, between 1 and most.
func (q query) limit(otherwise, most int) (int, error) {
	if !q.Has("limit") {
		return otherwise, nil
	}
	n, err := strconv.Atoi(q.Get("limit"))
	if err != nil || n < 1 || n > most {
		return 0, invalid("limit is not a number from 1 to %d", most)
	}
	return n, nil
}

// instant is a parameter in the form of RFC 3339, or a date, which begins at
// midnight in UTC; zero where it is missing.
func (q query) instant(name string) (time.Time, error) {
	v := q.Get(name)
	if !q.Has(name) {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, v); err == nil {
			return t, nil
		}
	}
	return time.Time{}, invalid("%s is not an instant such as 2026-11-23T08:00:00Z, or a date", name)
}

// boolean is a parameter true or false; nil where it is missing.
func (q query) boolean(name string) (*bool, error) {
	if !q.Has(name) {
		return nil, nil
	}
	v := q.Get(name) == "true"
	if !v && q.Get(name) != "false" {
		return nil, invalid("%s is neither true nor false", name)
	}
	return &v, nil
}
