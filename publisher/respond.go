package publisher

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

// What caches may do (RFC 9111).
const (
	cacheBriefly = "public, max-age=60"                  // feeds and lists
	cacheChecked = "no-cache"                            // item pages: kept, and asked about each time
	cacheForever = "public, max-age=31536000, immutable" // files with a hash in their name
	cacheNever   = "private, no-cache"                   // the desk's
	buildTimeout = 20 * time.Second                      // for one rendering
)

// document is what a builder renders.
type document struct {
	body        []byte
	contentType string
	until       time.Time // see representation
}

// builder renders a document of what readers may see at the instant now.
type builder func(ctx context.Context, now time.Time) (document, error)

// serve answers r with the document of path, from the cache where it still
// holds. path names the document, whatever else the request's URL had in it.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, path, cacheControl string, build builder) error {
	encoding := ""
	if acceptsGzip(r.Header.Values("Accept-Encoding")) {
		encoding = "gzip"
	}
	rep, err := s.representation(r.Context(), variant{path, encoding}, build)
	if err != nil {
		return err
	}
	s.sendRepresentation(w, r, rep, cacheControl)
	return nil
}

// representation returns v as it is now, rendered at most once for a state of
// the store however many ask for it together.
//
// The state's number is read before the state: what is rendered may then be
// newer than its number says, and is rendered again, but is never older.
func (s *Server) representation(ctx context.Context, v variant, build builder) (*representation, error) {
	seq, err := s.store.Seq(ctx)
	if err != nil {
		return nil, err
	}
	now := s.now().UTC()
	last := s.cache.get(v)
	if last != nil && last.fresh(seq, now) {
		return last, nil
	}
	// One reader's leaving must not fail the others who wait for the same.
	flight := strconv.FormatUint(seq, 10) + " " + v.encoding + " " + v.path
	result, err, _ := s.flights.Do(flight, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), buildTimeout)
		defer cancel()
		var rep *representation
		var err error
		if v.encoding == "" {
			rep, err = s.render(ctx, seq, now, last, build)
		} else {
			rep, err = s.compress(ctx, v.path, last, build)
		}
		if err != nil {
			return nil, err
		}
		s.cache.put(v, rep)
		return rep, nil
	})
	if err != nil {
		return nil, err
	}
	return result.(*representation), nil
}

// render builds the identity form.
func (s *Server) render(ctx context.Context, seq uint64, now time.Time, last *representation, build builder) (*representation, error) {
	doc, err := build(ctx, now)
	if err != nil {
		return nil, err
	}
	rep := &representation{body: doc.body, contentType: doc.contentType, etag: entityTag(doc.body), seq: seq, until: doc.until}
	rep.modified = modified(last, rep, now)
	return rep, nil
}

// modified is the Last-Modified of rep: when bytes other than last's were
// first rendered. It is not the newest article's time, because a feed that
// loses an article changes as well, and each version gets a second of its own,
// so that If-Modified-Since never takes one for the other.
func modified(last, rep *representation, now time.Time) time.Time {
	second := now.Truncate(time.Second)
	switch {
	case last == nil:
		return second
	case last.etag == rep.etag:
		return last.modified
	case !second.After(last.modified):
		return last.modified.Add(time.Second)
	}
	return second
}

// compress makes the gzip form of path, or gives the identity form where that
// is smaller. Bytes that did not change are not compressed again.
func (s *Server) compress(ctx context.Context, path string, last *representation, build builder) (*representation, error) {
	plain, err := s.representation(ctx, variant{path, ""}, build)
	if err != nil {
		return nil, err
	}
	rep := *plain
	rep.made = plain.etag
	if last != nil && last.made == plain.etag {
		rep.body, rep.encoding, rep.etag = last.body, last.encoding, last.etag
		return &rep, nil
	}
	zipped, err := gzipped(plain.body)
	if err != nil {
		return nil, err
	}
	if len(zipped) < len(plain.body) {
		rep.body, rep.encoding, rep.etag = zipped, "gzip", entityTag(zipped)
	}
	return &rep, nil
}

func gzipped(body []byte) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(body); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	return b.Bytes(), nil
}

// entityTag is a strong validator: other bytes, also of another encoding, have
// another one.
func entityTag(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + hex.EncodeToString(sum[:16]) + `"`
}

// sendRepresentation sends rep, or 304 where the client has it.
func (s *Server) sendRepresentation(w http.ResponseWriter, r *http.Request, rep *representation, cacheControl string) {
	h := w.Header()
	h.Set("ETag", rep.etag)
	h.Set("Cache-Control", cacheControl)
	h.Set("Vary", "Accept-Encoding")
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
