package publisher

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/klauspost/compress/gzip"
)

const buildTimeout = 20 * time.Second // for one rendering

// document is what a builder renders.
type document struct {
	body        []byte
	contentType string
	until       time.Time // see representation
	robots      string    // what search engines may do with it, as X-Robots-Tag says it; "": what they like
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

// serveOnce answers r with a page that is rendered for it and not kept.
func (s *Server) serveOnce(w http.ResponseWriter, r *http.Request, page []byte, cacheControl string) error {
	rep := &representation{body: page, contentType: htmlType}
	if acceptsGzip(r.Header.Values("Accept-Encoding")) {
		zipped, err := gzipped(page)
		if err != nil {
			return err
		}
		rep.body, rep.encoding = zipped, "gzip"
	}
	rep.etag = entityTag(rep.body)
	s.sendRepresentation(w, r, rep, cacheControl)
	return nil
}

// representation returns v as it is now, rendered at most once for a state of
// the store however many ask for it together.
//
// The state's number is read before the state: what is rendered may then be
// newer than its number says, and is rendered again, but is never older.
func (s *Server) representation(ctx context.Context, v variant, build builder) (*representation, error) {
	seq, _, err := s.store.Seq(ctx)
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
	rep := &representation{body: doc.body, contentType: doc.contentType, robots: doc.robots, etag: entityTag(doc.body), seq: seq, until: doc.until}
	rep.modified = modified(last, rep, now)
	if rep.modified.Before(s.oldest) {
		rep.modified = s.oldest
	}
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
