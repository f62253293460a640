package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"nashra"
	"nashra/publisher"
)

func (a *app) fetchCommand() *cobra.Command {
	var sel nashra.Selection
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "fetch [SOURCE...]",
		Short: "Run one fetch cycle, for cron",
		Long: `Fetch asks every source that is due, or is due within half its interval (5
minutes at most), so that a crontab of the same interval misses no turn.
Sources that are named are asked unless they are paused.

Exit status: 0 every source was fetched or unchanged, 1 nothing could be done,
2 wrong usage, 3 some source failed (each is named on stderr), 130 interrupted.`,
		ValidArgsFunction: a.completeSources,
		Args: func(_ *cobra.Command, args []string) error {
			if sel.All && len(args) > 0 {
				return fmt.Errorf("fetch: name sources or use --all, not both")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			sel.Sources = args
			for _, id := range args {
				if !hasSource(cfg.Sources, id) {
					return &exitError{statusUsage, fmt.Errorf("fetch: no source %q in %s; `nashra sources` lists them", id, a.configFile)}
				}
			}
			out := newFetchPrinter(a.world, asJSON, expected(sel, cfg.Sources))
			err = a.onDesk(cmd.Context(), cfg, ownOptions{}, func(ctx context.Context, d desk) error {
				return d.Cycle(ctx, sel, out.print)
			})
			out.finish()
			if err != nil {
				return err
			}
			if out.failed > 0 {
				return &exitError{status: statusSomeFailed}
			}
			return out.err
		},
	}
	cmd.Flags().BoolVar(&sel.All, "all", false, "every source, due or not (paused and throttled ones apart)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a source, as each finishes")
	return cmd
}

func hasSource(subs []nashra.Subscription, id string) bool {
	for _, sub := range subs {
		if sub.ID == id {
			return true
		}
	}
	return false
}

// expected is how many sources a cycle will report, -1 where only the cycle
// knows.
func expected(sel nashra.Selection, subs []nashra.Subscription) int {
	switch {
	case len(sel.Sources) > 0:
		return len(sel.Sources)
	case sel.All:
		return len(subs)
	}
	return -1
}

// fetchPrinter prints each source's outcome as it comes: results to stdout,
// failures to stderr, a progress bar where stderr is a terminal.
type fetchPrinter struct {
	world
	json   bool
	bar    *progress
	told   map[string]bool // sources; a cycle that another owner runs again reports some twice
	failed int
	err    error // of writing
}

func newFetchPrinter(w world, asJSON bool, total int) *fetchPrinter {
	return &fetchPrinter{world: w, json: asJSON, bar: newProgress(w.stderr, "fetching", total), told: make(map[string]bool)}
}

func (p *fetchPrinter) print(f nashra.Fetch) {
	if p.told[f.Source] {
		return
	}
	p.told[f.Source] = true
	p.bar.clear()
	defer p.bar.advance()
	if f.Outcome == nashra.OutcomeFailed {
		p.failed++
		fmt.Fprintf(p.stderr, "nashra: source %q: %s\n", f.Source, oneLine(f.Error))
	}
	var err error
	if p.json {
		err = publisher.WriteFetch(p.stdout, f)
	} else {
		_, err = fmt.Fprintf(p.stdout, "%-24s %-12s %4d new %4d updated %4d unchanged  %s\n",
			f.Source, f.Outcome, f.New, f.Updated, f.Unchanged, f.Duration.Round(time.Millisecond))
	}
	if p.err == nil {
		p.err = err
	}
}

func (p *fetchPrinter) finish() { p.bar.finish() }

// writeJSON writes v as one line, Arabic and markup readable.
func writeJSON(w interface{ Write([]byte) (int, error) }, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
