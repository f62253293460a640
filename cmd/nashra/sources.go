package main

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"nashra"
	"nashra/publisher"
)

func (a *app) sourcesCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "sources",
		Short: "List the sources with their last fetch; add, remove, pause or resume one",
		Long: `Sources lists every source with its last fetch and when it is asked next. First
stand those whose partner has said for a day or more that the feed is gone.

RHYTHM is how often a source usually publishes, and for how long it has been
silent where that is longer than its habit. MOVED TO is the address to which its
feed redirects for good: it is asked there, and belongs into config.yaml.
WARNINGS are how many things went wrong without failing the last fetch, and the
first of them; --json has all.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withDesk(cmd.Context(), func(ctx context.Context, d desk) error {
				list, _, err := d.Sources(ctx)
				if err != nil {
					return err
				}
				if asJSON {
					return publisher.WriteSources(a.stdout, list, time.Now())
				}
				return a.printSources(ctx, d, list)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print what GET /api/v1/sources gives")
	cmd.AddCommand(
		a.addSourceCommand(), a.removeSourceCommand(), a.importCommand(), a.exportListCommand(),
		a.markCommand(nashra.MarkPause), a.markCommand(nashra.MarkResume),
	)
	return cmd
}

func (a *app) printSources(ctx context.Context, d desk, list []nashra.SourceStatus) error {
	t := a.newTable()
	t.head("SOURCE", "OUTCOME", "NAME", "STATUS", "FAILURES", "NEW", "UPDATED", "UNCHANGED", "ITEMS",
		"LAST FETCH", "LAST SUCCESS", "NEXT DUE", "RHYTHM", "MOVED TO", "WARNINGS", "ERROR")
	now := time.Now()
	for _, s := range nashra.Listed(list) {
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
		row := []cell{{s.Source.ID, plain}, {outcome, outcomeStyle(outcome)}, {s.Source.Name, plain}}
		for _, n := range []int{s.State.Status, s.State.ConsecutiveFailures, last.New, last.Updated, last.Unchanged, s.Items} {
			row = append(row, cell{strconv.Itoa(n), plain})
		}
		rhythm, silence := rhythm(s, now), plain
		if s.Silent(now) {
			silence = yellow
		}
		t.cells(append(row, cell{instant(s.State.LastFetch), plain}, cell{instant(s.State.LastSuccess), plain}, cell{due, plain},
			cell{rhythm, silence}, cell{cmp.Or(s.MovedTo(), "-"), plain}, cell{warned(s.Warnings()), plain}, cell{s.State.Error, red})...)
	}
	return t.write(a.stdout)
}

// rhythm is how a source publishes, such as "every 20m, silent for 3h".
func rhythm(s nashra.SourceStatus, now time.Time) string {
	usual := s.State.Rhythm.Usual()
	if usual == 0 {
		return "-"
	}
	said := "every " + span(usual)
	if s.Silent(now) {
		said += ", silent for " + span(now.Sub(s.State.Rhythm.Newest()))
	}
	return said
}

// span is a length of time as exactly as suits it: 40s, 20m, 1h30m, 9h, 3d.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	if d < time.Minute {
		return d.Round(time.Second).String()
	}
	switch d = d.Round(time.Minute); {
	case d < time.Hour:
		return fmt.Sprintf("%dm", d/time.Minute)
	case d < 6*time.Hour && d%time.Hour != 0:
		return fmt.Sprintf("%dh%dm", d/time.Hour, d%time.Hour/time.Minute)
	case d.Round(time.Hour) < 2*day:
		return fmt.Sprintf("%dh", d.Round(time.Hour)/time.Hour)
	}
	return fmt.Sprintf("%dd", d.Round(day)/day)
}

// warned is how many warnings there are, and the beginning of the first.
func warned(warnings []string) string {
	if len(warnings) == 0 {
		return "-"
	}
	const shown = 60 // characters
	first := []rune(oneLine(warnings[0]))
	if len(first) > shown {
		first = append(first[:shown], '…')
	}
	return fmt.Sprintf("%d: %s", len(warnings), string(first))
}
