package publisher

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"nashra"
)

// Limits of deliveries, which anybody may send: whether one is a hub's is known
// only when it has been read.
const (
	deliveriesRead  = 8                // at the same time; a hub that is turned away comes again
	deliveryTimeout = 30 * time.Second // for the body of one
	turnedAwayFor   = "60"             // seconds
)

// Subscriber is who is subscribed at the hubs of partners' feeds.
type Subscriber interface {
	// Verify says whether a hub's word about a subscription of ours fits a
	// request that we made; ErrNotFound.
	Verify(ctx context.Context, source string, v nashra.Verification) error

	// Deliver takes what a hub sends, or ignores it as nobody's; ErrNotFound
	// where there is no subscription, before the body is read.
	Deliver(ctx context.Context, source string, d nashra.Delivery) error
}

// WebSub is what the callbacks of hubs need. Without a Subscriber there are
// none.
type WebSub struct {
	Subscriber Subscriber
	MaxBody    int64 // bytes of one delivery
}

// websub serves /websub/{source}, where hubs ask whether a subscription is ours
// (GET) and deliver what a partner publishes (POST). Its answers are for
// machines: a status, and as text no more than the challenge.
func (s *Server) websub(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
		s.verify(w, r)
	case http.MethodPost:
		s.deliver(w, r)
	default:
		w.Header().Set("Allow", "GET, POST")
		s.answer(w, r, http.StatusMethodNotAllowed, "")
	}
}

// verify echoes the challenge of a hub that asks about a request of ours
// (WebSub, section 5.3). A refusal of the hub (section 5.2) has none.
func (s *Server) verify(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	v := nashra.Verification{
		Mode: query.Get("hub.mode"), Topic: query.Get("hub.topic"), Lease: leaseOf(query), Reason: query.Get("hub.reason"),
	}
	challenge := query.Get("hub.challenge")
	if challenge == "" && v.Mode != nashra.HubDenied {
		s.answer(w, r, http.StatusNotFound, "")
		return
	}
	if err := s.hubs.Subscriber.Verify(r.Context(), r.PathValue("source"), v); err != nil {
		s.answer(w, r, hubStatus(err), "")
		return
	}
	s.answer(w, r, http.StatusOK, challenge)
}

// leaseOf is hub.lease_seconds, 0 for none and for what is no number.
func leaseOf(query url.Values) time.Duration {
	seconds, err := strconv.ParseInt(query.Get("hub.lease_seconds"), 10, 32)
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// deliver takes a delivery (WebSub, section 7). The hub hears that it was
// taken before anything is done with it. A hub that delivers without a
// subscription is told that it is gone (410), which ends it there too.
func (s *Server) deliver(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength > s.hubs.MaxBody {
		s.answer(w, r, http.StatusRequestEntityTooLarge, "")
		return
	}
	select {
	case s.reading <- struct{}{}:
		defer func() { <-s.reading }()
	default:
		w.Header().Set("Retry-After", turnedAwayFor)
		s.answer(w, r, http.StatusServiceUnavailable, "")
		return
	}
	// A writer that knows no deadlines is a test's recorder. The deadline is
	// of the connection, so it is real time.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(deliveryTimeout))
	err := s.hubs.Subscriber.Deliver(r.Context(), r.PathValue("source"), nashra.Delivery{
		ContentType: r.Header.Get("Content-Type"),
		Signature:   r.Header.Get("X-Hub-Signature"),
		Body:        http.MaxBytesReader(w, r.Body, s.hubs.MaxBody),
	})
	switch status := hubStatus(err); {
	case err == nil:
		s.answer(w, r, http.StatusAccepted, "")
	case status == http.StatusNotFound:
		s.answer(w, r, http.StatusGone, "")
	default:
		s.answer(w, r, status, "")
	}
}

// hubStatus is what a hub is told of err. What is not its fault passes, and it
// should come again.
func hubStatus(err error) int {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.Is(err, nashra.ErrNotFound):
		return http.StatusNotFound
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusServiceUnavailable
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, status int, body string) {
	w.Header().Set("Cache-Control", "no-store")
	s.send(w, r, status, "text/plain; charset=utf-8", []byte(body))
}
