package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"nashra/internal/config"
	"nashra/publisher"
	"nashra/store"
	"nashra/store/remote"
)

const (
	// waitForOneShot is how long serve waits for a cycle of cron to end.
	waitForOneShot = 60 * time.Second

	// waitForServe is how long a second serve looks before it says who has
	// the store.
	waitForServe = 4 * time.Second

	// drain is how long answers in progress may take after a signal.
	drain = 5 * time.Second
)

func (a *app) serveCommand() *cobra.Command {
	var noSchedule, verbose bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve feeds and pages, and fetch each source when it is due",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			hangups, stop := notifyHangups() // also of one that comes while another process ends
			defer stop()
			least := slog.LevelInfo
			if verbose {
				least = slog.LevelDebug
			}
			logger := a.logger(least)
			o, err := a.ownForServing(cmd.Context(), cfg, logger)
			if err != nil {
				return err
			}
			doors, err := listen(cfg)
			if err != nil {
				return errors.Join(err, o.Close())
			}
			logger.Info("serving", "url", cfg.Site.URL, "listen", doors[0].Addr().String(), "store", cfg.Store,
				"admin", cfg.Admin.Password != "" || cfg.Admin.Users != nil, "admin_listen", cfg.Admin.Listen)
			return errors.Join(o.serve(cmd.Context(), doors, !noSchedule, hangups), o.Close())
		},
	}
	cmd.Flags().BoolVar(&noSchedule, "no-schedule", false, "fetch nothing by itself; for where cron runs nashra fetch")
	cmd.Flags().BoolVar(&verbose, "verbose", false, "log every request, and what else is of use when something is looked for")
	return cmd
}

// door is where readers, or the desk, come in.
type door struct {
	net.Listener
	opens func(*publisher.Server) http.Handler
}

func readersDoor(l net.Listener) door {
	return door{l, func(s *publisher.Server) http.Handler { return s }}
}

// listen opens the doors of cfg, the readers' first.
func listen(cfg *config.Config) ([]door, error) {
	public, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("serve: %w; is another program on this address?", err)
	}
	doors := []door{readersDoor(public)}
	if cfg.Admin.Listen == "" {
		return doors, nil
	}
	desk, err := net.Listen("tcp", cfg.Admin.Listen)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("serve: admin.listen: %w; is another program on this address?", err), public.Close())
	}
	return append(doors, door{desk, (*publisher.Server).Desk}), nil
}

// logger is for what runs long: text for a person at a terminal, else JSON.
func (a *app) logger(least slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: least}
	if isTerminal(a.stderr) {
		return slog.New(slog.NewTextHandler(a.stderr, options))
	}
	return slog.New(slog.NewJSONHandler(a.stderr, options))
}

// ownForServing opens the store, after waiting for a one-shot command that has
// it to end.
func (a *app) ownForServing(ctx context.Context, cfg *config.Config, logger *slog.Logger) (*owner, error) {
	began := time.Now()
	for {
		o, err := a.own(ctx, cfg, ownOptions{logger: logger, serving: true})
		var owned *store.OwnedError
		if err == nil || !errors.As(err, &owned) {
			return o, err
		}
		// Who answers as a one-shot command will end; who serves will not;
		// who does not answer is starting, ending or stuck.
		limit := waitForServe
		dial, cancel := context.WithTimeout(ctx, time.Second)
		client, dialErr := remote.Dial(dial, cfg.Socket, hello(cfg, true))
		cancel()
		if dialErr == nil {
			other := client.Owner()
			_ = client.Close() // it was only asked who it is
			if other.Serving {
				return nil, fmt.Errorf("serve: store %s is served already by process %d", cfg.Store, other.PID)
			}
			limit = waitForOneShot
		}
		if time.Since(began) > limit {
			return nil, fmt.Errorf("serve: %w, still after %s; end it or wait for it", owned, limit)
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(askAgain):
		}
	}
}

// notifyHangups catches SIGHUP, which else would end the process.
func notifyHangups() (hangups <-chan os.Signal, stop func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP)
	return c, func() { signal.Stop(c) }
}

// serve answers at the doors, runs the scheduler and reads the configuration
// again at each hangup, until ctx ends.
func (o *owner) serve(ctx context.Context, doors []door, schedule bool, hangups <-chan os.Signal) error {
	logger := o.options.logger
	group, ctx := errgroup.WithContext(ctx)
	for _, d := range doors {
		o.answer(ctx, group, d)
	}
	group.Go(func() error {
		o.reloadOn(ctx, hangups)
		return nil
	})
	group.Go(func() error {
		o.compactAtQuietHours(ctx)
		return nil
	})
	group.Go(func() error {
		o.sweepOn(ctx)
		return nil
	})
	group.Go(func() error {
		o.alertOn(ctx)
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		close(o.fetches.ending) // who only watches one does not keep us
		return nil
	})
	group.Go(func() error { return o.finder.follow(ctx) })
	group.Go(func() error {
		o.announcer.Run(ctx)
		return nil
	})
	group.Go(func() error {
		o.announcer.WatchRights(ctx, o.Records)
		return nil
	})
	if schedule {
		group.Go(func() error { return o.schedule(ctx) })
	}
	// One for all sites: a subscription outlives the reading of a configuration.
	group.Go(func() error { return o.inForce.Load().ingester.Subscriber().Run(ctx) })
	err := group.Wait()
	logger.Info("stopped")
	return err
}

// answer has group answer at one door, until ctx ends.
func (o *owner) answer(ctx context.Context, group *errgroup.Group, d door) {
	server := publisher.NewHTTPServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.opens(o.inForce.Load().pages).ServeHTTP(w, r)
	}))
	server.ErrorLog = slog.NewLogLogger(o.options.logger.Handler(), slog.LevelError) // a panic of a handler among others
	group.Go(func() error {
		if err := server.Serve(d); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve %s: %w", d.Addr(), err)
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		o.stopping.Store(true)
		drained, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
		defer cancel()
		if err := server.Shutdown(drained); err != nil {
			return server.Close() // the slowest readers are cut off
		}
		return nil
	})
}
