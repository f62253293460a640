package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"nashra/internal/config"
	"nashra/store/remote"
)

func (a *app) reloadCommand() *cobra.Command {
	var answer func(any, string, ...any) error
	cmd := &cobra.Command{
		Use:   "reload",
		Short: "Have the running serve read config.yaml again",
		Long: `Reload has the running serve read config.yaml again; SIGHUP does the same. A
file with a problem changes nothing, and every problem is named.

Sources, schedules, the ways of fetching, the site and the admin's password
change at once, and cycles in flight end as they began. listen,
admin.listen, store and socket need a restart.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			pid, err := a.askReload(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			return answer(struct {
				PID    int    `json:"pid"`
				Config string `json:"config"`
			}{pid, a.configFile}, "process %d uses %s as it is now", pid, a.configFile)
		},
	}
	answer = a.answers(cmd)
	return cmd
}

// errNobodyServes: there is no process that could read its configuration again.
var errNobodyServes = errors.New("nothing to reload")

// askReload has the serve that listens on the socket of cfg read its
// configuration again, prints what is wrong with it, and says whose pid it is.
func (a *app) askReload(ctx context.Context, cfg *config.Config) (pid int, err error) {
	dialing, cancel := context.WithTimeout(ctx, askFor)
	defer cancel()
	client, err := remote.Dial(dialing, cfg.Socket, hello(cfg, false))
	switch {
	case errors.Is(err, remote.ErrNotListening):
		return 0, fmt.Errorf("reload: %w: no nashra serve listens on %s; one that runs since before a change of store or socket needs a restart", errNobodyServes, cfg.Socket)
	case err != nil:
		return 0, fmt.Errorf("reload: %w", err)
	}
	pid = client.Owner().PID
	if !client.Owner().Serving {
		return pid, fmt.Errorf("reload: %w: process %d has the store for one command and ends by itself; the next one reads the file anyway", errNobodyServes, pid)
	}
	problems, err := client.Reload(ctx)
	for _, line := range problems {
		fmt.Fprintln(a.stderr, "nashra:", line)
	}
	switch {
	case err != nil:
		return pid, fmt.Errorf("reload: %w", err)
	case len(problems) > 0:
		return pid, &exitError{status: statusFailed}
	}
	return pid, nil
}

// Reload reads the configuration again and brings it into force. Problems are
// what is wrong with the file; then, as with an error, nothing changes.
func (o *owner) Reload(ctx context.Context) (problems []string, err error) {
	err = o.reload(ctx)
	var found config.Problems
	if errors.As(err, &found) {
		return found.Lines(), nil
	}
	return nil, err
}

func (o *owner) reload(ctx context.Context) error {
	o.changing.Lock()
	defer o.changing.Unlock()
	cfg, err := o.load()
	if err != nil {
		return err
	}
	before := o.inForce.Load()
	if cfg.Digest == before.cfg.Digest {
		return nil
	}
	if err := changeable(before.cfg, cfg); err != nil {
		return err
	}
	next, err := newSite(cfg, o, before)
	if err != nil {
		return err
	}
	if err := next.ingester.Announce(ctx); err != nil {
		return err
	}
	o.inForce.Store(next)
	o.server.SetConfig(cfg.Digest)
	before.ingester.Retire(next.ingester)
	close(before.replaced)
	o.options.logger.Info("configuration reloaded", "sources", len(cfg.Sources))
	return nil
}

// changeable reports what of a new configuration a running process cannot take
// up.
func changeable(now, next *config.Config) error {
	var fixed []string
	for _, key := range []struct{ name, now, next string }{
		{"listen", now.Listen, next.Listen}, {"store", now.Store, next.Store}, {"socket", now.Socket, next.Socket},
		{"admin.listen", cmp.Or(now.Admin.Listen, "none"), cmp.Or(next.Admin.Listen, "none")},
	} {
		if key.now != key.next {
			fixed = append(fixed, fmt.Sprintf("%s from %s to %s", key.name, key.now, key.next))
		}
	}
	if fixed == nil {
		return nil
	}
	return fmt.Errorf("a running serve cannot change %s; restart it", strings.Join(fixed, " and "))
}

// reloadOn reads the configuration again at each hangup, until ctx ends.
func (o *owner) reloadOn(ctx context.Context, hangups <-chan os.Signal) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangups:
		}
		problems, err := o.Reload(ctx)
		for _, line := range problems {
			o.options.logger.Error("configuration not reloaded", "err", line)
		}
		if err != nil && ctx.Err() == nil {
			o.options.logger.Error("configuration not reloaded", "err", err)
		}
	}
}

// schedule fetches what is due, until ctx ends: by the site in force and, after
// a reload, by the next.
func (o *owner) schedule(ctx context.Context) error {
	var runs errgroup.Group
	for {
		now := o.inForce.Load()
		runs.Go(func() error { return now.ingester.Run(ctx) })
		select {
		case <-ctx.Done():
			return runs.Wait()
		case <-now.replaced:
		}
	}
}
