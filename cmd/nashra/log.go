package main

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"nashra"
)

// pageOfDecisions is how many decisions of the desk are asked for at once.
const pageOfDecisions = 200

// logLine is a line of log --json: one thing that was decided.
type logLine struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Kind   string    `json:"kind"` // hide, restore, refresh, reextract, pause, resume, fetch, remove or purge
	Item   string    `json:"item,omitempty"`
	Source string    `json:"source,omitempty"`
	Reason string    `json:"reason"`
}

// linesOf are the lines of one decision, in its order.
func linesOf(d nashra.Decision) []logLine {
	var lines []logLine
	for _, m := range d.Marks {
		lines = append(lines, logLine{d.At.UTC(), d.By, string(m.Kind), m.Article, m.Source, m.Reason})
	}
	for _, r := range d.Removes {
		kind := "remove"
		if r.Purge {
			kind = "purge"
		}
		lines = append(lines, logLine{d.At.UTC(), d.By, kind, r.Article, "", r.Reason})
	}
	return lines
}

func (a *app) logCommand() *cobra.Command {
	var limit int
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "log",
		Short: "List what was decided at the desk, newest first: who hid, restored, paused, fetched or purged what, and why",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 1 {
				return &exitError{statusUsage, fmt.Errorf("log: --limit %d; it must be at least 1", limit)}
			}
			return a.withDesk(cmd.Context(), func(ctx context.Context, d desk) error {
				return a.listDecisions(ctx, d, limit, asJSON)
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 50, "how many decisions")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line")
	return cmd
}

func (a *app) listDecisions(ctx context.Context, d desk, limit int, asJSON bool) error {
	for before := uint64(0); limit > 0; {
		list, err := d.Decisions(ctx, before, min(limit, pageOfDecisions))
		if err != nil || len(list) == 0 {
			return err
		}
		t := a.newTable()
		for _, decision := range list {
			for _, line := range linesOf(decision) {
				if asJSON {
					if err := writeJSON(a.stdout, line); err != nil {
						return err
					}
					continue
				}
				t.row(line.At.Format(time.DateTime), line.By, line.Kind, cmp.Or(line.Item, line.Source), cmp.Or(line.Reason, "-"))
			}
			before = decision.Seq
		}
		if err := t.write(a.stdout); err != nil {
			return err
		}
		limit -= len(list)
	}
	return nil
}
