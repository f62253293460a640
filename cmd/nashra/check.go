package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"nashra/internal/config"
	"nashra/store"
)

func (a *app) checkCommand() *cobra.Command {
	var repair, asJSON bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Verify the configuration and the store; change neither",
		Long: `Check verifies config.yaml and the store: the pages of its file, the checksums of
all records and bodies, indexes and counts against the articles, both ways, and
what names a source or an article that is not there. Each problem is a line on
stderr with its remedy, and the exit status is 1. It works while serve runs, which
goes on fetching and answering.

With --repair, indexes and counts are brought into line with the articles. No
process may have the store then. Articles are never taken out or made up: where
pages, records or bodies are damaged, restore a backup.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.loadConfig()
			var wrong config.Problems
			if asJSON && errors.As(err, &wrong) {
				return a.tellConfig(wrong)
			}
			if err != nil {
				return err
			}
			if _, err := os.Stat(cfg.Store); errors.Is(err, fs.ErrNotExist) {
				if asJSON {
					return writeJSON(a.stdout, verdict{OK: true, Problems: []flaw{}})
				}
				_, err := fmt.Fprintf(a.stdout, "configuration is right, there is no store yet at %s\n", cfg.Store)
				return err
			}
			if repair {
				return a.repair(cmd.Context(), cfg, asJSON)
			}
			return a.onDesk(cmd.Context(), cfg, ownOptions{asIs: true}, func(ctx context.Context, d desk) error {
				idle := a.busy("checking")
				r, err := d.Check(ctx)
				idle()
				if err != nil {
					return err
				}
				return a.tell(cfg, r, asJSON)
			})
		},
	}
	cmd.Flags().BoolVar(&repair, "repair", false, "bring indexes and counts into line with the articles; serve must be stopped")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

// verdict is the object that check --json prints.
type verdict struct {
	OK       bool   `json:"ok"`
	Sources  int    `json:"sources"`
	Items    int    `json:"items"`
	Problems []flaw `json:"problems"`
	More     int    `json:"more"` // problems that are not listed
}

// flaw is one problem, of the configuration or of the store.
type flaw struct {
	File    string `json:"file"`           // of the configuration, or the store's
	Line    int    `json:"line,omitempty"` // of the configuration
	Key     string `json:"key,omitempty"`
	Problem string `json:"problem"`
	Remedy  string `json:"remedy,omitempty"` // of the store
}

// tellConfig prints what is wrong with the configuration as JSON.
func (a *app) tellConfig(wrong config.Problems) error {
	v := verdict{}
	for _, p := range wrong {
		v.Problems = append(v.Problems, flaw{File: p.File, Line: p.Line, Key: p.Key, Problem: p.Message})
	}
	return errors.Join(writeJSON(a.stdout, v), &exitError{status: statusFailed})
}

// repair repairs the store, says what was done and checks what it has become.
func (a *app) repair(ctx context.Context, cfg *config.Config, asJSON bool) error {
	s, err := store.Open(cfg.Store, store.Options{})
	if owned := (*store.OwnedError)(nil); errors.As(err, &owned) {
		return fmt.Errorf("check --repair: %w; stop it first", owned)
	}
	if err != nil {
		return err
	}
	out := a.stdout
	if asJSON {
		out = io.Discard // what was repaired is told to a person
	}
	after, err := repairOpen(ctx, s, out)
	if err := errors.Join(err, s.Close()); err != nil {
		return err
	}
	return a.tell(cfg, after, asJSON)
}

func repairOpen(ctx context.Context, s *store.Store, out io.Writer) (after store.Report, err error) {
	before, err := s.Repair(ctx)
	if err != nil {
		return after, err
	}
	if after, err = s.Check(ctx); err != nil {
		return after, err
	}
	repaired := len(before.Problems) + before.More - len(after.Problems) - after.More
	for _, p := range before.Problems {
		if p.Remedy == store.RemedyRepair && repaired > 0 {
			fmt.Fprintf(out, "repaired: %s\n", p.Text)
		}
	}
	if before.More > 0 && repaired > 0 {
		fmt.Fprintf(out, "%d problems repaired in all\n", repaired)
	}
	return after, nil
}

// tell prints a report: problems to stderr, with the status of a failure.
func (a *app) tell(cfg *config.Config, r store.Report, asJSON bool) error {
	if asJSON {
		v := verdict{OK: len(r.Problems) == 0, Sources: r.Sources, Items: r.Articles, Problems: []flaw{}, More: r.More}
		for _, p := range r.Problems {
			v.Problems = append(v.Problems, flaw{File: cfg.Store, Problem: p.Text, Remedy: string(p.Remedy)})
		}
		if err := writeJSON(a.stdout, v); err != nil || v.OK {
			return err
		}
		return &exitError{status: statusFailed}
	}
	if len(r.Problems) == 0 {
		_, err := fmt.Fprintf(a.stdout, "configuration is right, the store is sound: %d sources, %d items\n", r.Sources, r.Articles)
		return err
	}
	for _, p := range r.Problems {
		fmt.Fprintf(a.stderr, "nashra: store %s: %s\n", cfg.Store, oneLine(p.String()))
	}
	if r.More > 0 {
		fmt.Fprintf(a.stderr, "nashra: store %s: %d more problems\n", cfg.Store, r.More)
	}
	return &exitError{status: statusFailed}
}
