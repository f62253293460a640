package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"nashra"
	"nashra/fetcher"
)

func (a *app) importCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "import FILE.opml",
		Short: "Write the feeds of an OPML list into config.yaml as sources",
		Long: `Import reads the list of feeds that another reader exported (- is stdin) and
writes those that are no source yet into config.yaml, all at once. Ids and names
are made as by "nashra sources add", a heading becomes the category of the feeds
below it. No feed is asked.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.importSources(cmd.Context(), args[0])
		},
	}
}

func (a *app) importSources(ctx context.Context, file string) error {
	e := a.editor()
	cfg, err := e.Load()
	if err != nil {
		return err
	}
	feeds, err := a.readList(file)
	if err != nil {
		return fmt.Errorf("sources import: %w", err)
	}
	if len(feeds) == 0 {
		return fmt.Errorf("sources import: %s names no feed", file)
	}
	book := newBook(cfg, e)
	var sources []nashra.Source
	there, unusable := 0, 0
	for _, f := range feeds {
		src := nashra.Source{Feed: webAddress(f.XMLURL)}
		if err := book.check(src); err != nil {
			unusable++
			fmt.Fprintf(a.stderr, "nashra: %s left out: %v\n", nashra.RedactURL(src.Feed), err)
			continue
		}
		if book.refuse(src.Feed) != nil {
			there++
			continue
		}
		src.Homepage = f.HTMLURL
		if book.check(nashra.Source{Category: f.Heading}) == nil {
			src.Category = f.Heading
		}
		sources = append(sources, book.describe(src, fetcher.Feed{Title: cmp.Or(f.Text, f.Title), Language: f.Language}))
	}
	if len(sources) > 0 {
		if err := a.writeSources(ctx, e, sources...); err != nil {
			return fmt.Errorf("sources import: %w", err)
		}
	}
	_, err = fmt.Fprintf(a.stdout, "%d added, %d there already, %d unusable\n", len(sources), there, unusable)
	return err
}

func (a *app) readList(file string) ([]subscribed, error) {
	var r io.Reader = a.stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		r = f
	}
	feeds, err := readOPML(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return feeds, nil
}

func (a *app) exportCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "export",
		Short: "Print the sources of config.yaml as an OPML list, without credentials",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			return writeOPML(a.stdout, cfg.Site.Name, cfg.Sources)
		},
	}
}
