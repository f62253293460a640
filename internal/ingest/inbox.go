package ingest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"nashra"
)

// Of what is delivered and not worked off yet. Beyond these bounds nothing is
// lost: the feed is polled instead.
const (
	deliveriesHeld     = 4        // of one source
	deliveredBytesHeld = 32 << 20 // of all sources

	// signaturesKept of one source: a delivery that is sent again is known by
	// its signature.
	signaturesKept = 64

	// announcedApart is the least time between two polls of a source that
	// deliveries ask for.
	announcedApart = time.Minute
)

// inbox is what a source's hub delivered and what is to be done about it. It
// is guarded by Subscriber.mu.
type inbox struct {
	queue   []delivery
	working bool     // somebody works it off
	seen    [][]byte // signatures, the newest last

	pollAt    time.Time // the feed is to be polled then; zero: not out of turn
	polled    time.Time // when that was last done
	announced bool      // what the next poll finds was announced by the hub
}

type delivery struct {
	contentType string
	body        []byte
}

// due reports whether there is something to work off.
func (b *inbox) due(now time.Time) bool {
	return len(b.queue) > 0 || !b.pollAt.IsZero() && !b.pollAt.After(now)
}

// announce has the feed polled, because its hub spoke of something that it did
// not deliver in a usable form.
func (b *inbox) announce(now time.Time) {
	b.announced = true
	if b.pollAt.IsZero() {
		b.pollAt = now
		if next := b.polled.Add(announcedApart); next.After(now) {
			b.pollAt = next
		}
	}
}

// catchUp has the feed polled in the turn that it would have had without its
// hub: what was published before a lease begins is delivered by nobody.
func (l *lease) catchUp(now time.Time) {
	turn := slowed(l.state.LastFetch.Add(l.sub.Every), l.sub.Every, l.state.Hints)
	if l.state.ConsecutiveFailures > 0 || !l.state.NextDue.After(turn) {
		return
	}
	l.pollAt = turn
	if turn.Before(now) {
		l.pollAt = now
	}
}

var errStopping = errors.New("the process is stopping")

// Deliver takes what somebody sends as a hub of source. It does not wait until
// the document is worked off. nil says no more than that it was taken: what is
// not signed with our secret is ignored.
//
// It wraps nashra.ErrNotFound where we are not subscribed, before the body is
// read, and the body's own error where that cannot be read to its end.
func (s *Subscriber) Deliver(ctx context.Context, source string, d nashra.Delivery) error {
	select {
	case <-s.read:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	s.mu.Lock()
	l := s.leases[source]
	s.mu.Unlock()
	if l == nil {
		return fmt.Errorf("delivery for source %q: %w", source, nashra.ErrNotFound)
	}
	signed, ok := parseSignature(d.Signature)
	if !ok {
		s.refuse(l)
		return nil
	}
	body, err := io.ReadAll(d.Body)
	if err != nil {
		return fmt.Errorf("delivery for source %q: %w", source, err)
	}
	if !signed.signs(body, l.secret) {
		s.refuse(l)
		return nil
	}
	return s.accept(l, signed.mac, delivery{d.ContentType, body})
}

// refuse tells of a delivery that is not by the hub, once.
func (s *Subscriber) refuse(l *lease) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !l.forgery {
		l.forgery = true
		s.log(slog.LevelWarn, "delivery ignored", l, "err", "its signature is missing or wrong")
	}
}

// accept takes in what the hub delivered. The same delivery twice in a row is
// the hub's caution and is dropped. An older one that comes again may be
// anybody's, and would undo what was published since: the feed itself is asked.
func (s *Subscriber) accept(l *lease, mac []byte, d delivery) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return errStopping
	}
	if s.leases[l.sub.ID] != l {
		return nil // ended meanwhile
	}
	now, size := s.ingester().now(), int64(len(d.body))
	again := slices.IndexFunc(l.seen, func(m []byte) bool { return bytes.Equal(m, mac) })
	switch {
	case again >= 0 && again == len(l.seen)-1:
		return nil
	case again >= 0, len(l.queue) >= deliveriesHeld, s.held+size > deliveredBytesHeld:
		l.announce(now)
	default:
		l.queue = append(l.queue, d)
		s.held += size
	}
	if again < 0 {
		l.missed = false
		l.seen = append(l.seen, mac)
		l.seen = l.seen[max(0, len(l.seen)-signaturesKept):]
	}
	s.wake()
	return nil
}

// empty drops what waits in an inbox. s.mu is held.
func (s *Subscriber) empty(l *lease) {
	for _, d := range l.queue {
		s.held -= int64(len(d.body))
	}
	l.queue, l.pollAt = nil, time.Time{}
}

// work works off an inbox.
func (s *Subscriber) work(ctx context.Context, l *lease) {
	defer s.wake()
	for {
		s.mu.Lock()
		now := s.ingester().now()
		if ctx.Err() != nil || !l.due(now) {
			l.working = false
			s.mu.Unlock()
			return
		}
		var d *delivery
		sub, hubs, from := l.sub, l.hubs, cmp.Or(l.state.Validators.URL, l.sub.Feed)
		if len(l.queue) > 0 {
			d = &l.queue[0]
			l.queue = l.queue[1:]
			s.held -= int64(len(d.body))
		} else {
			l.pollAt, l.polled = time.Time{}, now
		}
		s.mu.Unlock()

		var err error
		if d != nil {
			err = s.take(ctx, l, sub, hubs, from, *d)
		} else {
			g := s.ingester()
			_, err = g.turn(ctx, sub, asOneOf, g.pushes, newRound(1))
		}
		if err != nil && ctx.Err() == nil {
			s.ingester().cfg.Logger.Error("cycle not applied", "source", sub.ID, "err", err)
		}
	}
}

// take makes a cycle of what was delivered. A hub that only says that there is
// something new, or sends what is no feed, has the feed polled.
func (s *Subscriber) take(ctx context.Context, l *lease, sub nashra.Subscription, hubs Hubs, from string, d delivery) error {
	feed, err := hubs.Delivered(ctx, sub, from, d.contentType, d.body)
	if err != nil || len(feed.Entries) == 0 {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.log(slog.LevelDebug, "delivery is no feed", l, "err", err)
		l.announce(s.ingester().now())
		return nil
	}
	g := s.ingester()
	leave, err := g.pushes.enter(ctx, sub)
	if err != nil {
		return err
	}
	defer leave()
	_, err = g.alone(ctx, sub, func(g *Ingester, sub nashra.Subscription) (*nashra.Fetch, error) {
		return g.delivered(ctx, sub, feed)
	}, func() {})
	return err
}
