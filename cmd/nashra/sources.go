package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"nashra"
	"nashra/publisher"
)

func (a *app) sourcesCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "sources",
		Short: "List the sources with their last fetch; pause or resume one",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withDesk(cmd.Context(), func(ctx context.Context, d desk) error {
				list, _, err := d.Sources(ctx)
				if err != nil {
					return err
				}
				if asJSON {
					return publisher.WriteSources(a.stdout, list)
				}
				return a.printSources(ctx, d, list)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print what GET /api/v1/sources gives")
	cmd.AddCommand(a.markCommand(nashra.MarkPause), a.markCommand(nashra.MarkResume))
	return cmd
}

func (a *app) printSources(ctx context.Context, d desk, list []nashra.SourceStatus) error {
	table := tabwriter.NewWriter(a.stdout, 0, 8, 2, ' ', 0)
	fmt.Fprintln(table, "SOURCE\tOUTCOME\tSTATUS\tFAILURES\tNEW\tUPDATED\tUNCHANGED\tITEMS\tLAST FETCH\tLAST SUCCESS\tNEXT DUE\tERROR")
	for _, s := range list {
		var last nashra.Fetch // zero where there was none
		fetches, err := d.Fetches(ctx, s.Source.ID, 1)
		if err != nil {
			return err
		}
		if len(fetches) > 0 {
			last = fetches[0]
		}
		outcome, due := string(s.State.Outcome), instant(s.State.NextDue)
		switch {
		case s.Source.Retired:
			outcome, due = "retired", "-"
		case s.Pause != nil:
			outcome, due = "paused", "-"
		case outcome == "":
			outcome = "-"
		}
		fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t%s\t%s\t%s\n", s.Source.ID, outcome, s.State.Status,
			s.State.ConsecutiveFailures, last.New, last.Updated, last.Unchanged, s.Items,
			instant(s.State.LastFetch), instant(s.State.LastSuccess), due, oneLine(s.State.Error))
	}
	return table.Flush()
}
