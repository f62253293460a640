package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"nashra/internal/config"
	"nashra/internal/seed"
)

// seedCommand fills a store to measure it with. It is no command of the desk.
func (a *app) seedCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "seed COUNT",
		Short:  "Fill the store with made-up articles of the configured sources, and say what that costs",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			count, err := strconv.Atoi(args[0])
			if err != nil || count < 1 {
				return &exitError{statusUsage, fmt.Errorf("seed: %q is no number of articles", args[0])}
			}
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			o, err := a.own(cmd.Context(), cfg, ownOptions{})
			if err != nil {
				return err
			}
			return errors.Join(a.seed(cmd.Context(), o, cfg, count), o.Close())
		},
	}
}

// seed adds count articles, source by source in turn, and prints ten times on
// the way what the last batches cost and what the store takes.
func (a *app) seed(ctx context.Context, o *owner, cfg *config.Config, count int) error {
	there := 0
	for _, sub := range cfg.Sources {
		status, err := o.Source(ctx, sub.ID)
		if err != nil {
			return err
		}
		there += status.Items
	}
	every := max(1, count/seed.PerBatch/10)
	var took, cpu time.Duration
	for batch := 1; (batch-1)*seed.PerBatch < count; batch++ {
		status, err := o.Source(ctx, cfg.Sources[batch%len(cfg.Sources)].ID)
		if err != nil {
			return err
		}
		b := seed.Batch(status, there)
		began, before := time.Now(), cpuTime()
		if _, err := o.Apply(ctx, b); err != nil {
			return err
		}
		took, cpu = took+time.Since(began), cpu+cpuTime()-before
		there += seed.PerBatch
		if batch%every != 0 {
			continue
		}
		file, err := os.Stat(cfg.Store)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(a.stdout, "%8d articles, %5.0f MB, %4.2f KB each; a batch of %d: %.2f ms CPU, %.2f ms\n",
			there, float64(file.Size())/1e6, float64(file.Size())/1e3/float64(there),
			seed.PerBatch, milliseconds(cpu)/float64(every), milliseconds(took)/float64(every))
		if err != nil {
			return err
		}
		took, cpu = 0, 0
	}
	return nil
}

// cpuTime is what this process has used so far, in itself and in the system.
func cpuTime() time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		return 0 // it has no other error than for another argument
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
