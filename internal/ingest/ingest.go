// Package ingest runs fetch cycles: it is the only place where fetcher,
// extractor and store meet.
//
// A partner's site fails in every way a site can, and at every moment; the
// process may be killed between any two steps. A cycle therefore reads one
// source's state, asks the partner, makes articles of what is new or changed,
// and hands all of it to the store in batches, of which only the last, the
// closing one, says that the cycle took place. What was applied before an
// interruption stays, and the next cycle sees the feed whole.
//
// The same cycle serves cron ([Ingester.Cycle]) and the scheduler inside
// serve ([Ingester.Run]). One source never stops or delays another, and has at
// most one cycle in flight. The package decides nothing about HTTP, markup or
// storage.
package ingest

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"sync/atomic"
	"time"

	"nashra"
	"nashra/fetcher"
)

// Store is what a cycle needs of the store, be it the file or the socket.
type Store interface {
	Apply(context.Context, nashra.Batch) (nashra.Applied, error)
	Source(ctx context.Context, id string) (nashra.SourceStatus, error)
	Sources(context.Context) ([]nashra.SourceStatus, uint64, error)
	Records(context.Context) ([]nashra.Source, uint64, error)
	Known(context.Context, []nashra.Identity) ([]nashra.Known, error)
	Article(ctx context.Context, id string) (nashra.Record, error)
	Furniture(ctx context.Context, source string) ([]byte, error)
}

// Fetcher is the network's edge; [fetcher.Client] is the real one.
type Fetcher interface {
	Feed(ctx context.Context, sub nashra.Subscription, last nashra.Validators) (fetcher.Feed, error)
	Page(ctx context.Context, sub nashra.Subscription, link string, before fetcher.Remembered) (fetcher.Page, error)
}

// Config is what an Ingester needs.
type Config struct {
	Subscriptions []nashra.Subscription
	Store         Store
	Fetcher       Fetcher
	Hubs          Hubs             // nil: no hub is subscribed to
	Callback      string           // where hubs reach us: an absolute URL to which a source's id is added; needed with Hubs
	Concurrency   int              // sources asked at the same time; 0: 16
	PerHost       int              // pages of one source loaded at the same time; 0: 2
	Now           func() time.Time // nil: time.Now
	Logger        *slog.Logger     // nil: nothing is logged
	Metrics       *Metrics         // nil: nothing is counted

	// Aside does what keeps a processor busy for long, and returns when it is
	// done; nil: it is done in its caller's place.
	Aside func(work func())
}

// Ingester runs cycles over a fixed list of subscriptions. Another list is
// another Ingester, see [Ingester.Successor].
type Ingester struct {
	cfg      Config
	byID     map[string]nashra.Subscription
	inFlight *tokens
	hubs     *Subscriber
	pushes   *lanes                   // of what hubs deliver
	next     atomic.Pointer[Ingester] // who has taken g's place; nil: nobody
	retired  chan struct{}            // closed once somebody has

	announced  atomic.Bool   // see Announce
	network    *atomic.Int32 // a Network; the same for all who take g's place
	extracting chan struct{} // holds a value for each article that is being read, see extractOne
}

// New checks cfg and fills in its defaults.
func New(cfg Config) (*Ingester, error) {
	if cfg.Store == nil || cfg.Fetcher == nil {
		return nil, errors.New("ingest: a store and a fetcher are needed")
	}
	if cfg.Hubs != nil && cfg.Callback == "" {
		return nil, errors.New("ingest: hubs need a callback")
	}
	if cfg.Concurrency <= 0 {
		cfg.Concurrency = 16
	}
	if cfg.PerHost <= 0 {
		cfg.PerHost = 2
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Aside == nil {
		cfg.Aside = func(work func()) { work() }
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	g := &Ingester{
		cfg:        cfg,
		byID:       make(map[string]nashra.Subscription, len(cfg.Subscriptions)),
		inFlight:   &tokens{byID: make(map[string]chan struct{}, len(cfg.Subscriptions))},
		retired:    make(chan struct{}),
		network:    new(atomic.Int32),
		extracting: make(chan struct{}, runtime.GOMAXPROCS(0)),
	}
	for _, sub := range cfg.Subscriptions {
		g.byID[sub.ID] = sub
	}
	g.pushes = g.newLanes()
	g.hubs = newSubscriber(g)
	return g, nil
}

// Network says whether partners can be reached, as the last attempt told.
type Network int32

const (
	NetworkUnknown Network = iota // there was none yet
	NetworkUp
	NetworkDown // nashra.ErrNetwork
)

// Network says what is known of our own network.
func (g *Ingester) Network() Network { return Network(g.network.Load()) }

// Subscriber is who keeps the subscriptions at hubs, the same for all who take
// g's place.
func (g *Ingester) Subscriber() *Subscriber { return g.hubs }

func (g *Ingester) now() time.Time { return g.cfg.Now().UTC() }
