package publisher

import (
	"context"
	"net/http"
	"strconv"
	"time"
)

const buildTimeout = 20 * time.Second // for one rendering

// builder renders a document of what readers may see at the instant now.
type builder func(ctx context.Context, now time.Time) (document, error)

// all is what is offered of a rendered document.
var all = [encodings]bool{true, true, true}

// serve answers r with the document of path, from the cache where it still
// holds. path names the document, whatever else the request's URL had in it, and
// is where everybody may have it: of what only some may see, it is serveOnce's
// to answer.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, path string, cacheControl caching, build builder) error {
	e, ok := negotiate(r.Header["Accept-Encoding"], all)
	if !ok {
		return errNotAcceptable
	}
	rep, found, err := s.representation(r.Context(), variant{path, e}, build)
	if err != nil {
		return err
	}
	s.counted.cached.WithLabelValues(found).Inc()
	if rep.answering.Load() == nil {
		rep.answering.Store(&answering{cacheControl, r.Pattern})
	}
	s.sendRepresentation(w, r, rep, cacheControl)
	return nil
}

// serveKept answers r at once where the newest of what it asks for is kept under
// the very path that it names, as nearly all requests do. It reports whether it
// did.
func (s *Server) serveKept(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	e, ok := negotiate(r.Header["Accept-Encoding"], all)
	rep := s.cache.get(variant{r.RequestURI, e})
	if !ok || rep == nil {
		return false
	}
	began := time.Now() // real time: what is measured is the machine
	seq, _, err := s.store.Seq(r.Context())
	known := rep.answering.Load()
	if err != nil || known == nil || !rep.fresh(seq, s.now()) {
		return false
	}
	if s.proxies.secure(r) {
		w.Header()[transport.name] = transport.value
	}
	status := s.sendRepresentation(w, r, rep, known.caching)
	s.counted.cached.WithLabelValues(cacheHit).Inc()
	s.counted.requests.WithLabelValues(known.route, strconv.Itoa(status)).Inc()
	s.counted.duration.Observe(time.Since(began).Seconds())
	return true
}

// serveOnce answers r with a page that is rendered for it and not kept.
func (s *Server) serveOnce(w http.ResponseWriter, r *http.Request, doc document, cacheControl caching) error {
	e, ok := negotiate(r.Header["Accept-Encoding"], all)
	if !ok {
		return errNotAcceptable
	}
	version := versionOf(doc.body)
	var err error
	if doc.body, err = e.encode(doc.body); err != nil {
		return err
	}
	s.sendRepresentation(w, r, newRepresentation(doc, e, version, time.Time{}, 0), cacheControl)
	return nil
}

// representation returns v as it is now, and what the cache had of it.
//
// After an ordinary batch one reader rebuilds it, and the others get the last
// bytes meanwhile; where batch follows batch, turns says how often. Where there
// are none, or none that may still be shown, all wait for one rebuilding.
func (s *Server) representation(ctx context.Context, v variant, build builder) (rep *representation, found string, err error) {
	// The state's number is read before the state: what is rendered may then
	// be newer than its number says, and is rendered again, but is never older.
	seq, recall, err := s.store.Seq(ctx)
	if err != nil {
		return nil, "", err
	}
	now := s.now().UTC()
	last := s.cache.get(v)
	if last != nil && last.usable(recall, now) {
		switch {
		case last.fresh(seq, now):
			return last, cacheHit, nil
		case last.turns.now(now) < 1 || !last.rebuilding.CompareAndSwap(false, true):
			return last, cacheStale, nil
		}
		defer last.rebuilding.Store(false)
		rep, err = s.rebuild(ctx, v, last, build)
		return rep, cacheMiss, err
	}
	rep, err = s.share(ctx, v, build)
	if err == nil && !rep.usable(recall, now) {
		// It was under way when this reader came, and shows what has been taken
		// back since. The next one begins now.
		rep, err = s.share(ctx, v, build)
	}
	return rep, cacheMiss, err
}

// share is a rebuilding that all who wait for v share.
func (s *Server) share(ctx context.Context, v variant, build builder) (*representation, error) {
	rep, err, _ := s.flights.Do(strconv.Itoa(int(v.encoding))+v.path, func() (any, error) {
		return s.rebuild(ctx, v, s.cache.get(v), build)
	})
	if err != nil {
		return nil, err
	}
	return rep.(*representation), nil
}

// rebuild puts the document as it is now in the place of last, which is nil
// where none is kept. Where that fails, last is not kept either: nobody shall
// be shown it for ever.
func (s *Server) rebuild(ctx context.Context, v variant, last *representation, build builder) (*representation, error) {
	// One reader's leaving must not fail the others who wait for the same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), buildTimeout)
	defer cancel()
	rep, err := s.render(ctx, v, last, build)
	if err != nil {
		if last != nil {
			s.cache.drop(v, last)
		}
		return nil, err
	}
	rep.turns = turns{turnsAtOnce, s.now().UTC()}
	if last != nil {
		rep.turns = last.turns.taken(s.now().UTC())
	}
	s.cache.put(v, rep)
	return rep, nil
}

func (s *Server) render(ctx context.Context, v variant, last *representation, build builder) (*representation, error) {
	if v.encoding != identity {
		return s.encode(ctx, v, last, build)
	}
	seq, _, err := s.store.Seq(ctx)
	if err != nil {
		return nil, err
	}
	now := s.now().UTC()
	doc, err := build(ctx, now)
	if err != nil {
		return nil, err
	}
	version := versionOf(doc.body)
	modified := modifiedAt(last, version, now)
	if modified.Before(s.oldest) {
		modified = s.oldest
	}
	return newRepresentation(doc, identity, version, modified, seq), nil
}

// encode makes an encoded form of the identity form. Bytes that did not change
// are not packed again.
func (s *Server) encode(ctx context.Context, v variant, last *representation, build builder) (*representation, error) {
	plain, _, err := s.representation(ctx, variant{v.path, identity}, build)
	if err != nil {
		return nil, err
	}
	doc := plain.document
	if last != nil && last.version == plain.version {
		doc.body = last.body
	} else if doc.body, err = v.encoding.encode(doc.body); err != nil {
		return nil, err
	}
	return newRepresentation(doc, v.encoding, plain.version, plain.modified, plain.seq), nil
}
