package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
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
	var noSchedule bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve feeds and pages, and fetch each source when it is due",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			logger := a.logger(slog.LevelInfo)
			o, err := a.ownForServing(cmd.Context(), cfg, logger)
			if err != nil {
				return err
			}
			listener, err := net.Listen("tcp", cfg.Listen)
			if err != nil {
				return errors.Join(fmt.Errorf("serve: %w; is another program on this address?", err), o.Close())
			}
			logger.Info("serving", "url", cfg.Site.URL, "listen", listener.Addr().String(), "store", cfg.Store, "admin", cfg.Admin.Password != "")
			return errors.Join(a.serve(cmd.Context(), cfg, o, listener, logger, !noSchedule), o.Close())
		},
	}
	cmd.Flags().BoolVar(&noSchedule, "no-schedule", false, "fetch nothing by itself; for where cron runs nashra fetch")
	return cmd
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

// serve answers readers on listener and runs the scheduler, until ctx ends.
func (a *app) serve(ctx context.Context, cfg *config.Config, o *owner, listener net.Listener, logger *slog.Logger, schedule bool) error {
	site, err := publisher.New(publisher.Config{
		Site: publisher.Site{
			Name: cfg.Site.Name, URL: cfg.Site.URL, Language: cfg.Site.Language,
			Zone: cfg.Site.Zone, Disclaimer: cfg.Site.Disclaimer,
		},
		Store:   o.Store,
		Admin:   publisher.Admin{User: cfg.Admin.User, Password: cfg.Admin.Password},
		Logger:  logger,
		Version: release,
	})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	server := publisher.NewHTTPServer(site)
	server.ErrorLog = slog.NewLogLogger(logger.Handler(), slog.LevelError) // a panic of a handler among others
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve %s: %w", listener.Addr(), err)
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		drained, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
		defer cancel()
		if err := server.Shutdown(drained); err != nil {
			return server.Close() // the slowest readers are cut off
		}
		return nil
	})
	if schedule {
		group.Go(func() error { return o.ingester.Run(ctx) })
	}
	err = group.Wait()
	logger.Info("stopped")
	return err
}
