package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"nashra"
)

func (a *app) removeSourceCommand() *cobra.Command {
	var hide bool
	cmd := &cobra.Command{
		Use:               "remove ID",
		ValidArgsFunction: a.completeSources,
		Short:             "Take a source out of config.yaml; what it brought stays published",
		Long: `Remove takes the source out of config.yaml, with the comments directly above it.
It is fetched no longer, and what it brought stays published under its last
record. With --hide all its items are hidden too, and a running serve reads the
configuration again first. Whatever interrupts it, the same command goes on.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.removeSource(cmd.Context(), args[0], hide)
		},
	}
	cmd.Flags().BoolVar(&hide, "hide", false, "hide all its items, for ever or until they are restored one by one")
	return cmd
}

// removeSource first takes the source out of the configuration, so that nothing
// brings new items behind those that are hidden. Where it was interrupted
// between the two, the source is retired, and hiding goes on.
func (a *app) removeSource(ctx context.Context, id string, hide bool) error {
	err := a.editor().Remove(ctx, id)
	switch {
	case errors.Is(err, nashra.ErrNotFound) && hide:
		return a.hideItems(ctx, id, true)
	case err != nil:
		return fmt.Errorf("sources remove: %w", err)
	}
	if _, err := fmt.Fprintf(a.stdout, "%s taken out of %s\n", id, a.configFile); err != nil {
		return err
	}
	if hide {
		return a.hideItems(ctx, id, false)
	}
	_, err = fmt.Fprintf(a.stdout, "What it brought stays published. A running serve takes it up with `nashra reload`.\n")
	return err
}

// hideItems hides every item of a source that is in the configuration no more.
// Only the store can tell whether there ever was one that is gone already.
func (a *app) hideItems(ctx context.Context, id string, gone bool) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	if _, err := a.askReload(ctx, cfg); err != nil && !errors.Is(err, errNobodyServes) {
		return fmt.Errorf("the items of %q are not hidden yet: %w", id, err)
	}
	return a.onDesk(ctx, cfg, ownOptions{}, func(ctx context.Context, d desk) error {
		if gone {
			if err := known(ctx, d, id); err != nil {
				return fmt.Errorf("sources remove: %w", err)
			}
		}
		if err := d.Settle(ctx, id); err != nil { // a cycle that began before ends with its items
			return err
		}
		n, err := hideAll(ctx, d, id)
		if err != nil {
			return fmt.Errorf("hide the items of %q, %d are done: %w", id, n, err)
		}
		_, err = fmt.Fprintf(a.stdout, "%d items hidden\n", n)
		return err
	})
}

func known(ctx context.Context, d desk, id string) error {
	list, _, err := d.Sources(ctx)
	if err != nil {
		return err
	}
	for _, s := range list {
		if s.Source.ID == id {
			return nil
		}
	}
	return fmt.Errorf("source %q: %w; `nashra sources` lists them", id, nashra.ErrNotFound)
}

// hideAll hides the items of a source, a page of them in a batch, and says how
// many were not hidden before.
func hideAll(ctx context.Context, d desk, id string) (hidden int, err error) {
	q := nashra.Query{Source: id, Limit: pageOfItems}
	for {
		page, err := d.Articles(ctx, q)
		if err != nil {
			return hidden, err
		}
		var marks []nashra.Mark
		for _, r := range page.Records {
			if r.Marks.Hidden == nil {
				marks = append(marks, nashra.Mark{Kind: nashra.MarkHide, Article: r.Article.ID, Reason: "the source " + id + " was removed"})
			}
		}
		if len(marks) > 0 {
			if _, err := d.Apply(ctx, decision(operator(), marks...)); err != nil {
				return hidden, err
			}
			hidden += len(marks)
		}
		if q.After = page.Next; q.After == "" {
			return hidden, nil
		}
	}
}
