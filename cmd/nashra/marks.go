package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os/user"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"nashra"
)

var markTexts = map[nashra.MarkKind]struct{ short, done string }{
	nashra.MarkHide:    {"Take an item down at once: out of every feed and page", "hidden"},
	nashra.MarkRestore: {"Show a hidden item again", "restored"},
	nashra.MarkPause:   {"Stop fetching a source; what it brought stays published", "paused"},
	nashra.MarkResume:  {"Fetch a paused source again", "resumed"},
}

// markCommand is the command of one decision of the desk, on an item or a
// source.
func (a *app) markCommand(kind nashra.MarkKind) *cobra.Command {
	var reason string
	var answer func(any, string, ...any) error
	text := markTexts[kind]
	cmd := &cobra.Command{
		Use:   string(kind) + " ID",
		Short: text.short,
		Args: func(cmd *cobra.Command, args []string) error {
			if kind == nashra.MarkHide && strings.TrimSpace(reason) == "" {
				return errors.New("hide: --reason is missing; say why, for the record")
			}
			return cobra.ExactArgs(1)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			mark, what, list := nashra.Mark{Kind: kind, Reason: reason}, "item", "items"
			switch kind {
			case nashra.MarkHide, nashra.MarkRestore:
				mark.Article = args[0]
			default:
				mark.Source, what, list = args[0], "source", "sources"
			}
			batch := decision(operator(), mark)
			return a.withDesk(cmd.Context(), func(ctx context.Context, d desk) error {
				_, err := d.Apply(ctx, batch)
				if errors.Is(err, nashra.ErrNotFound) {
					return fmt.Errorf("%s %s %q: %w; `nashra %s` lists them", kind, what, args[0], nashra.ErrNotFound, list)
				} else if err != nil {
					return err
				}
				return answer(changed{args[0], text.done}, "%s %s", args[0], text.done)
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, for the record")
	answer = a.answers(cmd)
	if kind == nashra.MarkPause || kind == nashra.MarkResume {
		cmd.ValidArgsFunction = a.completeSources
	}
	return cmd
}

// Decide applies what somebody at the desk decides.
func (o *owner) Decide(ctx context.Context, by string, marks ...nashra.Mark) error {
	_, err := o.Apply(ctx, decision(by, marks...))
	return err
}

// decision is the batch of what somebody decides now.
func decision(by string, marks ...nashra.Mark) nashra.Batch {
	now := time.Now().UTC()
	return nashra.Batch{
		ID: fmt.Sprintf("desk/%s/%s", now.Format(time.RFC3339Nano), rand.Text()),
		At: now, By: by, Marks: marks,
	}
}

// operator is who runs this command, for the record.
func operator() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "operator"
}
