package ingest

import (
	"context"
	"crypto/rand"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"nashra"
	"nashra/fetcher"
)

const (
	// hubsReread is how often the sources are looked at for those that an editor
	// paused or resumed; that a feed names another hub is told by its cycle.
	hubsReread = time.Minute

	// hubRequests is how many requests to hubs are under way at the same time.
	hubRequests = 8
)

// Hubs is the network's edge towards WebSub hubs; [fetcher.Client] is the real
// one.
type Hubs interface {
	AskHub(ctx context.Context, sub nashra.Subscription, r fetcher.HubRequest) error
	Delivered(ctx context.Context, sub nashra.Subscription, from, contentType string, body []byte) (fetcher.Feed, error)
}

// Subscriber is subscribed, at the hubs that feeds name, to what partners
// publish (W3C Recommendation WebSub). What a hub delivers becomes a cycle of
// its source; while a hub works, its feed is polled less often.
//
// It remembers nothing: a new process asks each hub anew, which for the hub is
// the same subscription again, with a secret that no file and no backup holds.
// What the hub sent in between is found by the next poll.
type Subscriber struct {
	inForce atomic.Pointer[Ingester]

	changed  chan struct{} // holds a value when there is something to do
	read     chan struct{} // closed once it is known which hubs there are
	requests chan struct{} // holds a value for each request under way

	mu       sync.Mutex
	stopped  bool // nobody works off what is delivered
	reread   time.Time
	leases   map[string]*lease // by source
	partings []*parting
	held     int64 // bytes of the deliveries that wait
}

// parting is a subscription that is ended.
type parting struct {
	*lease
	begun time.Time // until verifyWithin after it the hub may ask back
	told  bool      // the hub, or it is being told
}

func newSubscriber(g *Ingester) *Subscriber {
	s := &Subscriber{
		changed: make(chan struct{}, 1), read: make(chan struct{}), requests: make(chan struct{}, hubRequests),
		leases: make(map[string]*lease),
	}
	s.inForce.Store(g)
	return s
}

func (s *Subscriber) ingester() *Ingester { return s.inForce.Load() }

// follow has s work for another Ingester, whose subscriptions, hubs and
// callback are looked at at once.
func (s *Subscriber) follow(next *Ingester) {
	s.inForce.Store(next)
	s.look()
}

// Run keeps the subscriptions and works off deliveries, until ctx ends. It
// returns when all that is under way has ended. It is run once.
func (s *Subscriber) Run(ctx context.Context) error {
	var tasks sync.WaitGroup
	defer tasks.Wait()
	defer s.stop()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		case <-s.changed:
		}
		if err := s.reconcile(ctx); err != nil && ctx.Err() == nil {
			s.ingester().cfg.Logger.Error("hubs not read", "err", err)
		}
		timer.Reset(s.start(ctx, &tasks))
	}
}

func (s *Subscriber) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = true
}

// wake has Run look what there is to do.
func (s *Subscriber) wake() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// look has Run read anew which feeds name which hubs.
func (s *Subscriber) look() {
	s.mu.Lock()
	s.reread = time.Time{}
	s.mu.Unlock()
	s.wake()
}

// reconcile brings the leases in line with the hubs that the feeds name. Of a
// source that is paused or gone from config.yaml there is none, nor of any where
// hubs cannot reach us.
func (s *Subscriber) reconcile(ctx context.Context) error {
	now := s.ingester().now()
	s.mu.Lock()
	early := s.reread.After(now)
	s.reread = now.Add(hubsReread)
	s.mu.Unlock()
	if early {
		return nil
	}
	g := s.ingester()
	statuses, err := g.statuses(ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	wanted := make(map[string]bool)
	for _, sub := range g.cfg.Subscriptions {
		status := statuses[sub.ID]
		if status.State.Hub.URL == "" || status.Pause != nil || g.cfg.Hubs == nil {
			continue
		}
		wanted[sub.ID] = true
		callback := g.cfg.Callback + url.PathEscape(sub.ID)
		l := s.leases[sub.ID]
		if l != nil && (l.hub != status.State.Hub || l.callback != callback) {
			s.part(l)
			l = nil
		}
		if l == nil {
			l = &lease{hub: status.State.Hub, callback: callback, secret: rand.Text(), next: now}
			s.leases[sub.ID] = l
		}
		l.sub, l.state, l.hubs = sub, status.State, g.cfg.Hubs
	}
	for id, l := range s.leases {
		if !wanted[id] {
			s.part(l)
		}
	}
	select {
	case <-s.read:
	default:
		close(s.read)
	}
	return nil
}

// part drops a lease and has its hub asked to end it. s.mu is held.
func (s *Subscriber) part(l *lease) {
	delete(s.leases, l.sub.ID)
	s.empty(l)
	if !l.asked.IsZero() {
		s.partings = append(s.partings, &parting{lease: l, begun: s.ingester().now()})
	}
}

// start begins all that is due and says how long to wait before there may be
// more.
func (s *Subscriber) start(ctx context.Context, tasks *sync.WaitGroup) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.ingester().now()
	wake := s.reread
	for _, l := range s.leases {
		if !l.asking && l.awaited && !l.next.After(now) {
			s.failed(l, errUnverified)
		}
		if !l.asking && !l.next.After(now) {
			l.asking = true
			tasks.Go(func() { s.ask(ctx, l) })
		}
		if !l.working && l.due(now) {
			l.working = true
			tasks.Go(func() { s.work(ctx, l) })
		}
		for _, at := range []time.Time{l.next, l.pollAt} {
			if at.After(now) && at.Before(wake) {
				wake = at
			}
		}
	}
	s.partings = slices.DeleteFunc(s.partings, func(p *parting) bool { return now.Sub(p.begun) > verifyWithin })
	for _, p := range s.partings {
		if !p.told {
			p.told = true
			tasks.Go(func() { s.leave(ctx, p) })
		}
	}
	return max(wake.Sub(now), 10*time.Millisecond)
}
