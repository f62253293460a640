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
	"nashra/internal/config"
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
	var done picked
	err = a.writeSources(ctx, e, cfg, func(cfg *config.Config) ([]nashra.Source, error) {
		done = pickSources(newBook(cfg, e), feeds)
		return done.sources, nil
	})
	for _, line := range done.unusable {
		fmt.Fprintln(a.stderr, "nashra:", line)
	}
	if err != nil {
		return fmt.Errorf("sources import: %w", err)
	}
	_, err = fmt.Fprintf(a.stdout, "%d added, %d there already, %d unusable\n", len(done.sources), done.there, len(done.unusable))
	return err
}

// picked is what a list comes to.
type picked struct {
	sources  []nashra.Source
	there    int      // feeds that are sources already, or stand in the list twice
	unusable []string // lines that say which feeds cannot be sources, and why
}

func pickSources(book *book, feeds []subscribed) picked {
	var p picked
	for _, f := range feeds {
		src := nashra.Source{Feed: webAddress(f.XMLURL)}
		if err := book.check(src); err != nil {
			p.unusable = append(p.unusable, fmt.Sprintf("%s left out: %v", nashra.RedactURL(src.Feed), err))
			continue
		}
		if book.refuse(src.Feed) != nil {
			p.there++
			continue
		}
		src.Homepage = f.HTMLURL
		if book.check(nashra.Source{Category: f.Heading}) == nil {
			src.Category = f.Heading
		}
		p.sources = append(p.sources, book.describe(src, fetcher.Feed{Title: cmp.Or(f.Text, f.Title), Language: f.Language}))
	}
	return p
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

func (a *app) exportListCommand() *cobra.Command {
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
