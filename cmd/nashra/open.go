package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"nashra"
	"nashra/extractor"
	"nashra/extractor/disclaimer"
	"nashra/internal/announce"
	"nashra/internal/background"
	"nashra/internal/config"
	"nashra/internal/ingest"
	"nashra/publisher"
	"nashra/store"
	"nashra/store/remote"
)

const (
	// askFor bounds how long a command tries to reach the owner of the store.
	askFor = 10 * time.Second

	// askAgain is the pause between two tries: an owner that is just starting
	// or ending changes its mind in this time.
	askAgain = 50 * time.Millisecond

	// askTries is how many owners may end in the middle of one command. At a
	// full minute cron starts many, and each owns the store for a moment.
	askTries = 20
)

// desk is the store and its cycles, be they in this process or asked of the
// one that owns the file.
type desk interface {
	Apply(context.Context, nashra.Batch) (nashra.Applied, error)
	publisher.Reader
	Decisions(ctx context.Context, before uint64, limit int) ([]nashra.Decision, error)
	Search(context.Context, nashra.Search) (nashra.Found, error)
	Dump(context.Context, io.Writer) error
	Backup(context.Context, io.Writer) (int64, error)
	Check(context.Context) (store.Report, error)
	Compact(context.Context) (store.Compacted, error)
	Cycle(context.Context, nashra.Selection, func(nashra.Fetch)) error
	Settle(ctx context.Context, source string) error
	Close() error
}

func (a *app) loadConfig() (*config.Config, error) {
	return config.Load(a.configFile, a.getenv, checks)
}

// checks judge what only other packages understand of a configuration.
var checks = config.Checks{
	Selector: extractor.CheckSelector,
	Disclaimer: func(template string) error {
		_, err := disclaimer.Parse(template)
		return err
	},
	Theme: func(files map[string][]byte) error { return publisher.Theme(files).Check() },
}

// hello is what this process says of itself on the socket.
func hello(cfg *config.Config, serving bool) remote.Hello {
	return remote.Hello{Build: release + " " + commit(), Config: cfg.Digest, PID: os.Getpid(), Serving: serving}
}

// withDesk runs do on the store of the configuration.
func (a *app) withDesk(ctx context.Context, do func(context.Context, desk) error) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	return a.onDesk(ctx, cfg, ownOptions{}, do)
}

// onDesk runs do on the store of cfg. An owner that is a command too ends when
// it has done its own work: do is then run again, on whoever has the store by
// that time, unless it has printed something.
func (a *app) onDesk(ctx context.Context, cfg *config.Config, options ownOptions, do func(context.Context, desk) error) error {
	out := &watchedWriter{Writer: a.stdout}
	a.stdout = out
	for try := 1; ; try++ {
		err := a.onDeskOnce(ctx, cfg, options, do)
		left := errors.Is(err, remote.ErrEnded) || errors.Is(err, remote.ErrNotListening)
		if !left || out.used || try == askTries {
			return err
		}
	}
}

func (a *app) onDeskOnce(ctx context.Context, cfg *config.Config, options ownOptions, do func(context.Context, desk) error) error {
	d, err := a.openDesk(ctx, cfg, options)
	if err != nil {
		return err
	}
	defer d.Close()
	return do(ctx, d)
}

// watchedWriter knows whether something was written.
type watchedWriter struct {
	io.Writer
	used bool
}

func (w *watchedWriter) Write(p []byte) (int, error) {
	w.used = true
	return w.Writer.Write(p)
}

// openDesk opens the store of cfg, or asks the process that has it. It gives
// up when neither works for ten seconds.
func (a *app) openDesk(ctx context.Context, cfg *config.Config, options ownOptions) (desk, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, askFor, errNoAnswer)
	defer cancel()
	for {
		o, err := a.own(ctx, cfg, options)
		if err == nil {
			return o, nil
		}
		var owned *store.OwnedError
		if !errors.As(err, &owned) {
			return nil, err
		}
		client, askErr := remote.Dial(ctx, cfg.Socket, hello(cfg, false))
		if askErr == nil {
			a.warnOfOtherConfig(client.Owner(), cfg)
			return client, nil
		}
		if errors.Is(askErr, remote.ErrProtocol) {
			return nil, askErr
		}
		select {
		case <-ctx.Done():
			if cause := context.Cause(ctx); !errors.Is(cause, errNoAnswer) {
				return nil, cause
			}
			if errors.Is(askErr, context.DeadlineExceeded) {
				return nil, fmt.Errorf("%w, which gave no answer on %s for %s; if it hangs, stop it", owned, cfg.Socket, askFor)
			}
			return nil, fmt.Errorf("%w: %w", owned, askErr)
		case <-time.After(askAgain):
		}
	}
}

var errNoAnswer = errors.New("no answer")

func (a *app) warnOfOtherConfig(owner remote.Hello, cfg *config.Config) {
	if owner.Config == cfg.Digest {
		return
	}
	remedy := "`nashra reload` makes it use this one"
	if !owner.Serving {
		remedy = "it ends by itself"
	}
	fmt.Fprintf(a.stderr, "nashra: warning: process %d has the store and runs with another configuration than %s; %s\n", owner.PID, a.configFile, remedy)
}

// owner is the store in this process, with what belongs to owning it: the
// cycles, and the socket on which other commands ask.
type owner struct {
	*store.Store
	options   ownOptions
	finder    *finder
	announcer *announce.Announcer
	fetches   *fetchesNow
	stderr    io.Writer
	counted   *metrics // nil where nothing is served
	aside     *background.Yielder
	load      func() (*config.Config, error)
	server    *remote.Server
	stop      func() error

	cycled chan struct{} // somebody's cycle has ended
	trying chan struct{} // holds a value while a trial is made

	inForce  atomic.Pointer[site]
	stopping atomic.Bool // no more requests are taken
	changing sync.Mutex  // held while the sources of the store are written, and while another site comes into force
}

type ownOptions struct {
	logger  *slog.Logger // nil: nothing is logged
	serving bool
	asIs    bool // the store is left as it is found: the sources of the configuration are not written to it
}

// own opens the store and listens on its socket. It fails with
// *store.OwnedError where another process has the store.
func (a *app) own(ctx context.Context, cfg *config.Config, o ownOptions) (*owner, error) {
	if o.logger == nil {
		o.logger = slog.New(slog.DiscardHandler)
	}
	own := &owner{
		options: o, fetches: newFetchesNow(ctx), counted: newMetrics(o.serving), aside: background.New(),
		stderr: a.stderr, load: a.loadConfig, cycled: make(chan struct{}, 1), trying: make(chan struct{}, 1),
	}
	own.announcer = announce.New(own.pages, o.logger)
	opening := store.Options{Logger: o.logger}
	if o.serving {
		opening.Applied = own.announcer.Applied
	}
	s, err := store.Open(cfg.Store, opening)
	if err != nil {
		return nil, err
	}
	own.Store, own.finder = s, newFinder(cfg.Store, s, o.logger)
	if err := own.begin(ctx, cfg); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return own, nil
}

// pages are those in force; nil where nothing is served.
func (o *owner) pages() announce.Pages {
	if s := o.inForce.Load(); s != nil && s.pages != nil {
		return s.pages
	}
	return nil
}

// begin brings cfg into force and listens.
func (o *owner) begin(ctx context.Context, cfg *config.Config) error {
	first, err := newSite(cfg, o, nil)
	if err != nil {
		return err
	}
	o.inForce.Store(first)
	if !o.options.asIs {
		if err := first.ingester.Announce(ctx); err != nil {
			return err
		}
	}
	listener, err := remote.Listen(cfg.Socket)
	if err != nil {
		return err
	}
	c := remote.Config{Store: o.Store, Cycler: o, Searcher: o, Hello: hello(cfg, o.options.serving), Logger: o.options.logger}
	if o.options.serving {
		c.Reloader = o
	}
	o.server = remote.NewServer(c)
	serveCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	served := make(chan error, 1)
	go func() { served <- o.server.Serve(serveCtx, listener) }()
	o.stop = func() error {
		cancel()
		return <-served
	}
	return nil
}

// Cycle runs a cycle in this process. The sources are written first where they
// were left as they are: another command may ask for a cycle all the same.
func (o *owner) Cycle(ctx context.Context, sel nashra.Selection, report func(nashra.Fetch)) error {
	ingester, err := o.announced(ctx)
	if err != nil {
		return err
	}
	err = ingester.Cycle(ctx, sel, report)
	if o.options.serving { // which has its own turns for the rest
		o.finished()
		return err
	}
	if alerts := o.alert(ctx); alerts != nil && ctx.Err() == nil {
		fmt.Fprintln(o.stderr, "nashra: warning:", oneLine(alerts.Error())) // the cycle took place all the same
	}
	if err != nil {
		return err
	}
	return o.sweep(ctx)
}

func (o *owner) announced(ctx context.Context) (*ingest.Ingester, error) {
	o.changing.Lock()
	defer o.changing.Unlock()
	ingester := o.inForce.Load().ingester
	return ingester, ingester.Announce(ctx)
}

// Settle waits until no cycle of the source is in flight.
func (o *owner) Settle(ctx context.Context, source string) error {
	return o.inForce.Load().ingester.Settle(ctx, source)
}

// Search searches in all that the store holds.
func (o *owner) Search(ctx context.Context, q nashra.Search) (nashra.Found, error) {
	return o.finder.searchAll(ctx, q)
}

// Close ends the calls of others and gives the store back.
func (o *owner) Close() error {
	o.fetches.stop()
	return errors.Join(o.stop(), o.finder.close(), o.Store.Close())
}
