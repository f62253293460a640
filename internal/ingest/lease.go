package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"slices"
	"time"

	"nashra"
	"nashra/fetcher"
)

// Of a subscription at a hub.
const (
	// leaseAsked is for how long a hub is asked to deliver. A longer lease is
	// not believed: one that the hub forgot is then noticed within days.
	leaseAsked = 7 * 24 * time.Hour

	// verifyWithin is how long after a request a hub may ask whether it was
	// ours. After that it has forgotten it, or cannot reach us.
	verifyWithin = 10 * time.Minute

	// retryFirst is the wait after a first failure, and doubles to a day.
	retryFirst = time.Minute

	// requestsApart is the least time between two requests to one hub for one
	// feed, by however short a lease it makes us ask.
	requestsApart = 3 * time.Second

	// deniedFor is how long a hub that denied is left alone.
	deniedFor = 24 * time.Hour

	// mistrustedFor is how long a hub that did not deliver an item is left
	// alone before it is asked anew: it may have lost the subscription.
	mistrustedFor = time.Hour
)

// lease is the subscription to one source's feed.
type lease struct {
	sub      nashra.Subscription
	state    nashra.State // of the source, as it was last read
	hubs     Hubs
	hub      nashra.Hub
	callback string
	secret   string // the same in all requests, so that it does not matter which of them a hub signs by

	asking   bool      // a request is under way
	asked    time.Time // when the last one was sent; zero: never
	awaited  bool      // its verification has not come yet
	next     time.Time // when to ask again, or to wait no longer
	failures int       // in a row

	since, until time.Time // verified without a gap; zero: not
	missed       bool      // a poll found what the hub should have delivered

	// What the log was told once.
	denial  bool // that the hub denies
	forgery bool // that a delivery is not by the hub

	inbox
}

var errUnverified = errors.New("the hub took the request and did not ask back whether it was ours; can it reach site.url?")

// ask sends a request for l, and leaves when to send the next one.
func (s *Subscriber) ask(ctx context.Context, l *lease) {
	defer s.wake()
	var err error
	select {
	case s.requests <- struct{}{}:
		defer func() { <-s.requests }()
		s.mu.Lock()
		l.asked, l.awaited = s.ingester().now(), true // before it is sent: the hub may ask back in the middle
		sub, hubs := l.sub, l.hubs
		s.mu.Unlock()
		err = hubs.AskHub(ctx, sub, l.request())
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	l.asking = false
	switch {
	case ctx.Err() != nil || !l.awaited: // the hub has given its word meanwhile
	case err != nil:
		s.failed(l, err)
	default:
		l.next = l.asked.Add(verifyWithin)
	}
}

func (l *lease) request() fetcher.HubRequest {
	return fetcher.HubRequest{Hub: l.hub, Callback: l.callback, Secret: l.secret, Lease: leaseAsked}
}

// failed leaves a hub alone for longer after each failure in a row, of which
// the log hears once. s.mu is held.
func (s *Subscriber) failed(l *lease, err error) {
	l.awaited = false
	l.failures++
	now := s.ingester().now()
	l.next = now.Add(fetcher.Backoff(l.failures, retryFirst))
	var refused *fetcher.StatusError
	if errors.As(err, &refused) && refused.RetryAfter.After(l.next) {
		l.next = refused.RetryAfter
	}
	level := slog.LevelWarn
	if l.failures > 1 {
		level = slog.LevelDebug
	}
	s.log(level, "hub failed", l, "err", err, "retry", l.next)
}

func (s *Subscriber) log(level slog.Level, what string, l *lease, attrs ...any) {
	attrs = append([]any{"source", l.sub.ID, "url", nashra.RedactURL(l.hub.URL)}, attrs...)
	s.ingester().cfg.Logger.Log(context.Background(), level, what, attrs...)
}

// leave asks a hub to end a subscription. One that does not hear it will be
// told by the callback's answers.
func (s *Subscriber) leave(ctx context.Context, p *parting) {
	select {
	case s.requests <- struct{}{}:
		defer func() { <-s.requests }()
	case <-ctx.Done():
		return
	}
	r := p.request()
	r.Unsubscribe = true
	if err := p.hubs.AskHub(ctx, p.sub, r); err != nil {
		s.log(slog.LevelDebug, "hub not left", p.lease, "err", err)
		return
	}
	s.log(slog.LevelInfo, "hub left", p.lease)
}

// Verify takes what somebody says as a hub of source. nil: it is confirmed. It
// wraps nashra.ErrNotFound where we made no request that it fits.
func (s *Subscriber) Verify(_ context.Context, source string, v nashra.Verification) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.ingester().now()
	l := s.leases[source]
	ours := l != nil && l.hub.Topic == v.Topic
	switch v.Mode {
	case nashra.HubSubscribe:
		if ours && !l.asked.IsZero() && now.Sub(l.asked) < verifyWithin {
			s.granted(l, v.Lease, now)
			return nil
		}
	case nashra.HubUnsubscribe:
		if slices.ContainsFunc(s.partings, func(p *parting) bool {
			return p.told && p.sub.ID == source && p.hub.Topic == v.Topic && now.Sub(p.begun) < verifyWithin
		}) {
			return nil
		}
	case nashra.HubDenied:
		if ours && !l.asked.IsZero() {
			s.denied(l, v.Reason, now)
			return nil
		}
	}
	return fmt.Errorf("verification of source %q: %w", source, nashra.ErrNotFound)
}

// granted takes a lease, which is renewed when three quarters of it are over,
// at most a tenth earlier, so that those which began together do not end
// together. s.mu is held.
func (s *Subscriber) granted(l *lease, granted time.Duration, now time.Time) {
	if granted <= 0 || granted > leaseAsked {
		granted = leaseAsked
	}
	renewed := l.until.After(now)
	if !renewed {
		l.since = now
		l.catchUp(now)
	}
	l.until = now.Add(granted)
	l.awaited, l.failures, l.denial = false, 0, false
	l.next = now.Add(max(granted*3/4-mathrand.N(granted/10+1), requestsApart))
	what := "hub subscribed"
	if renewed {
		what = "hub renewed"
	}
	s.log(slog.LevelInfo, what, l, "until", l.until)
	s.wake()
}

// denied takes a hub's word that it does not deliver. As it may be anybody's
// word, what is delivered all the same is still taken. s.mu is held.
func (s *Subscriber) denied(l *lease, reason string, now time.Time) {
	l.awaited, l.until = false, time.Time{}
	l.failures++
	l.next = now.Add(deniedFor)
	if !l.denial {
		l.denial = true
		s.log(slog.LevelWarn, "hub denied", l, "err", sentence(reason), "retry", l.next)
	}
}

// reliable reports, at the end of a poll, whether the source's hub works, so
// that the next poll may wait. A hub that should have delivered what this poll
// found is not relied on until it delivers again. On nil none works.
func (s *Subscriber) reliable(r *run) bool {
	if s == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.ingester().now()
	l := s.leases[r.sub.ID]
	if l == nil || !l.until.After(now) {
		return false
	}
	announced := l.announced || l.working || len(l.queue) > 0
	l.announced = false
	// Between the poll before and this one the lease has held all the time.
	if r.unannounced && !announced && r.before.LastFetch.After(l.since) && !l.missed {
		l.missed = true
		if now.Sub(l.asked) > mistrustedFor {
			l.next = now
			s.wake()
		}
		s.log(slog.LevelWarn, "hub did not deliver", l)
	}
	return !l.missed
}
