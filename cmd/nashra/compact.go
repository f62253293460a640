package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"nashra/internal/config"
	"nashra/store"
)

func (a *app) compactCommand() *cobra.Command {
	var answer func(any, string, ...any) error
	cmd := &cobra.Command{
		Use:   "compact",
		Short: "Give back to the disk what has become free in the store, also while serve runs",
		Long: `Compact writes the store anew without what has become free in it, by removed
articles for example, and prints its size before and after. It needs as much room
beside the store as the new file takes.

It works while serve runs: pages are served and sources fetched all the while, a
decision of the desk takes effect at once, and where many sources bring something
new they may wait. serve does it by itself at the hours of compact.hours when more
than compact.share of the file is free.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			return a.onDesk(cmd.Context(), cfg, ownOptions{}, func(ctx context.Context, d desk) error {
				idle := a.busy("compacting")
				done, err := d.Compact(ctx)
				idle()
				if err != nil {
					return err
				}
				return answer(struct {
					Store  string `json:"store"`
					Before int64  `json:"bytes_before"`
					After  int64  `json:"bytes_after"`
				}{cfg.Store, done.Before.File, done.After.File},
					"%s: %d bytes before, %d bytes after", cfg.Store, done.Before.File, done.After.File)
			})
		},
	}
	answer = a.answers(cmd)
	return cmd
}

const (
	// compactLook is the time between two looks at the clock: a timer to the
	// next quiet hours would not see that the clock was set.
	compactLook = time.Minute

	// compactLeast is how many bytes must be free for a compaction by itself:
	// below that it is not worth its trouble, whatever their share.
	compactLeast = 8 << 20
)

// compactAtQuietHours compacts the store at the quiet hours of the site in
// force, once a day at most, when enough of it is free, until ctx ends.
func (o *owner) compactAtQuietHours(ctx context.Context) {
	look := time.NewTicker(compactLook)
	defer look.Stop()
	var tried string // the day of the last time
	for {
		var now time.Time
		select {
		case <-ctx.Done():
			return
		case now = <-look.C:
		}
		cfg := o.inForce.Load().cfg
		now = now.In(cfg.Site.Zone)
		day := now.Format(time.DateOnly)
		if !cfg.Compact.Quiet(now) || day == tried {
			continue
		}
		sizes, err := o.Sizes(ctx)
		if err == nil && !worthCompacting(sizes, cfg.Compact) {
			continue
		}
		tried = day
		var done store.Compacted
		if err == nil {
			done, err = o.Compact(ctx)
		}
		if err != nil {
			if ctx.Err() == nil {
				o.options.logger.Error("store not compacted", "err", err)
			}
			continue
		}
		o.options.logger.Info("store compacted", "before", done.Before.File, "after", done.After.File, "duration", time.Since(now))
	}
}

func worthCompacting(s store.Sizes, c config.Compact) bool {
	return s.Free >= compactLeast && float64(s.Free) > c.Share*float64(s.File)
}
