package ingest

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"

	"nashra"
	"nashra/fetcher"
)

// Where so many sources, on so many hosts, and so large a share of those that
// were asked together, end without any answer, it is not the partners that
// fail but our own network.
const (
	silentSources = 3
	silentHosts   = 3
	silentPercent = 80
)

// round is the sources that are asked together. It tells a partner's silence
// from our own: who got no answer waits for the others before it is a failure
// of that source.
type round struct {
	outage *outage // that outlasts rounds; nil: this one is alone

	mu       sync.Mutex
	open     int // sources whose answer is awaited
	answered int
	silent   int
	hosts    map[string]bool // of the silent ones
	decided  chan struct{}   // closed when nothing that is still open can matter

	// The verdict, valid once decided.
	ours  bool
	heard bool // somebody answered
}

func newRound(sources int) *round {
	return &round{open: sources, hosts: make(map[string]bool), decided: make(chan struct{})}
}

// place is a source's place in a round. It must be settled once, or left.
type place struct {
	round *round
	once  sync.Once
}

func (r *round) place() *place { return &place{round: r} }

// leave gives the place up: nothing will be learned of the network from it.
// After settle it does nothing.
func (p *place) leave() {
	p.once.Do(func() { p.round.count(func(*round) {}) })
}

// settle says whether the partner answered at all. Of one that did not, it
// waits for the verdict of the round and returns nashra.ErrNetwork where the silence
// is our own.
func (p *place) settle(ctx context.Context, sub nashra.Subscription, feed fetcher.Feed, err error) error {
	silent := isSilence(feed, err)
	p.once.Do(func() {
		p.round.count(func(r *round) {
			if !silent {
				r.answered++
				return
			}
			r.silent++
			r.hosts[hostOf(sub)] = true
		})
	})
	if !silent {
		p.round.outage.answered()
		return nil
	}
	select {
	case <-p.round.decided:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if r := p.round; r.heard && !r.ours || !r.outage.missed(sub, r.ours) {
		return nil
	}
	return nashra.ErrNetwork
}

func (r *round) count(one func(*round)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	one(r)
	r.open--
	select {
	case <-r.decided:
		return
	default:
	}
	// Even if all that are open stayed silent, they could be too few.
	most := r.silent + r.open
	if r.open > 0 && most >= silentSources && most*100 >= silentPercent*(most+r.answered) {
		return
	}
	r.heard = r.answered > 0
	r.ours = r.silent >= silentSources && len(r.hosts) >= silentHosts &&
		r.silent*100 >= silentPercent*(r.silent+r.answered)
	close(r.decided)
}

// isSilence reports whether a fetch ended before any answer over HTTP, for a
// reason that may be our own network's.
func isSilence(feed fetcher.Feed, err error) bool {
	var refused *fetcher.StatusError
	return err != nil && feed.Status == 0 && !errors.As(err, &refused) && !errors.Is(err, nashra.ErrForbiddenAddress)
}

// hostOf is the name of a feed's host, without its port.
func hostOf(sub nashra.Subscription) string {
	u, err := url.Parse(sub.Feed)
	if err != nil {
		return sub.Feed
	}
	return strings.ToLower(u.Hostname())
}
