package fetcher

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"time"
)

// hosts keeps us polite: few requests at a time to one host, and its pages one
// by one with a pause between. A host is a name and a port, since what listens
// on another port is another server.
type hosts struct {
	perHost int
	pause   time.Duration

	mu   sync.Mutex
	kept map[string]*host
}

type host struct {
	slots chan struct{} // holds a value for each request under way
	turn  chan struct{} // holds a value while a page is under way

	// Guarded by hosts.mu.
	users    int       // requests that hold or wait for a slot
	lastPage time.Time // when the last page was done
}

func newHosts(perHost int, pause time.Duration) *hosts {
	return &hosts{perHost: perHost, pause: pause, kept: map[string]*host{}}
}

// enter waits until a request may be sent to u's host, or ctx ends. A page waits
// until pause after the one before. The request is over when leave is called,
// once.
func (h *hosts) enter(ctx context.Context, u *url.URL, page bool, pause time.Duration) (leave func(), err error) {
	to := h.of(hostKey(u))
	paused := page && pause > 0
	if paused {
		if err := h.takeTurn(ctx, to, pause); err != nil {
			h.release(to, false)
			return nil, err
		}
	}
	select {
	case to.slots <- struct{}{}:
	case <-ctx.Done():
		if paused {
			<-to.turn
		}
		h.release(to, false)
		return nil, ctx.Err()
	}
	return func() {
		<-to.slots
		h.release(to, paused)
		if paused {
			<-to.turn
		}
	}, nil
}

// takeTurn waits until no other page of the host is under way and the pause
// since the last one is over.
func (h *hosts) takeTurn(ctx context.Context, to *host, pause time.Duration) error {
	select {
	case to.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	h.mu.Lock()
	last := to.lastPage
	h.mu.Unlock()
	if last.IsZero() {
		return nil
	}
	timer := time.NewTimer(pause - time.Since(last))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		<-to.turn
		return ctx.Err()
	}
}

func (h *hosts) of(key string) *host {
	h.mu.Lock()
	defer h.mu.Unlock()
	to, found := h.kept[key]
	if !found {
		if len(h.kept) >= maxHostsKept {
			h.forget()
		}
		to = &host{slots: make(chan struct{}, h.perHost), turn: make(chan struct{}, 1)}
		h.kept[key] = to
	}
	to.users++
	return to
}

func (h *hosts) release(to *host, page bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	to.users--
	if page {
		to.lastPage = time.Now()
	}
}

// forget drops the hosts that nobody asks and whose pause is over, whatever it
// is. h.mu is held.
func (h *hosts) forget() {
	for key, to := range h.kept {
		if to.users == 0 && time.Since(to.lastPage) >= max(h.pause, maxCrawlDelay) {
			delete(h.kept, key)
		}
	}
}

// hostKey names the server behind u: http and https of one host are the same.
func hostKey(u *url.URL) string {
	name := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		name += ":" + port
	}
	return name
}
