package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"nashra/internal/config"
	"nashra/publisher"
)

func (a *app) exportCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "export DIR",
		Short: "Write the site and its feeds as files, for any web server",
		Long: `Export writes the pages and feeds into the folder DIR as serve would answer them, each
with a copy packed by gzip beside it. Run again, it writes what changed and removes
what readers may not see any more. New files take their places together when all of
them are whole.

It works while serve runs. Search and the desk's pages are not in it, lists end with
their newest items, and feeds name no archive.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			return a.onDesk(cmd.Context(), cfg, ownOptions{}, func(ctx context.Context, d desk) error {
				if err := a.export(ctx, cfg, d, args[0]); err != nil {
					return fmt.Errorf("export to %s: %w", args[0], err)
				}
				return nil
			})
		},
	}
}

func (a *app) export(ctx context.Context, cfg *config.Config, d desk, dir string) (err error) {
	pages, err := publisher.New(publisher.Config{
		Site: siteOf(cfg), Theme: cfg.Theme, Hub: cfg.WebSub.Hub, Store: d, Logger: a.logger(slog.LevelWarn), Version: release, Files: true,
	})
	if err != nil {
		return err
	}
	tree, err := openExportTree(dir)
	if err != nil {
		return err
	}
	defer tree.Close()
	state, err := pages.ExportState(ctx)
	if err != nil {
		return err
	}
	if tree.state.Version == state.Version && (tree.state.Until.IsZero() || time.Now().Before(tree.state.Until)) {
		_, err := fmt.Fprintf(a.stdout, "%s: nothing has changed\n", dir)
		return err
	}
	statuses, _, err := d.Sources(ctx)
	if err != nil {
		return err
	}
	items := 0
	for _, st := range statuses {
		items += st.Items
	}
	bar := newProgress(a.stderr, "export", items)
	err = pages.Export(ctx, tree, bar.advance)
	bar.finish()
	if err != nil {
		return err
	}
	written, removed, err := tree.commit(state)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "%s: %d files, %d written, %d removed\n", dir, len(tree.now), written, removed)
	return err
}
