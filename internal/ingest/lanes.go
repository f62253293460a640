package ingest

import (
	"context"
	"net/url"
	"strings"
	"sync"

	"nashra"
)

// lanes lets so many sources be asked at the same time, and of one host no
// more than a quarter of them: a host that hangs keeps those behind it
// waiting, and leaves the others' workers alone.
type lanes struct {
	workers chan struct{}
	perHost int
	metrics *Metrics

	mu    sync.Mutex
	hosts map[string]chan struct{} // by host, never removed: a configuration has few
}

func (g *Ingester) newLanes() *lanes {
	return &lanes{
		workers: make(chan struct{}, g.cfg.Concurrency),
		perHost: max(g.cfg.PerHost, g.cfg.Concurrency/4),
		metrics: g.cfg.Metrics,
		hosts:   make(map[string]chan struct{}),
	}
}

// enter waits until the source may be asked, or ctx ends. leave is called once
// it is done.
func (l *lanes) enter(ctx context.Context, sub nashra.Subscription) (leave func(), err error) {
	host := l.host(sub)
	entered := l.metrics.waits()
	defer entered()
	select {
	case host <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	select {
	case l.workers <- struct{}{}:
	case <-ctx.Done():
		<-host
		return nil, context.Cause(ctx)
	}
	left := l.metrics.runs()
	return func() {
		left()
		<-l.workers
		<-host
	}, nil
}

func (l *lanes) host(sub nashra.Subscription) chan struct{} {
	name := sub.Feed
	if u, err := url.Parse(sub.Feed); err == nil {
		name = strings.ToLower(u.Host)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.hosts[name] == nil {
		l.hosts[name] = make(chan struct{}, l.perHost)
	}
	return l.hosts[name]
}
