package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"nashra"
	"nashra/fetcher"
	"nashra/internal/arabic"
	"nashra/internal/config"
)

// samples is how many titles of a feed are shown.
const samples = 3

func (a *app) addSourceCommand() *cobra.Command {
	var given nashra.Source
	var dryRun bool
	cmd := &cobra.Command{
		Use:   "add URL",
		Short: "Find the feed of a site and write it into config.yaml as a source",
		Long: `Add asks URL, a site's front page or a feed itself, shows every feed that is
found there, and writes the first into config.yaml, at the end of sources. What
else the file holds stays as it is, comments included.

Id, name, homepage and language are taken from the site and can be changed in
the file; an id should not be changed once its articles are published.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.addSource(cmd.Context(), args[0], given, dryRun)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&given.ID, "id", "", "id of the source; default: after its host")
	flags.StringVar(&given.Name, "name", "", "name of the source; default: the feed's title")
	flags.StringVar(&given.Category, "category", "", "category that it stands under")
	flags.BoolVar(&dryRun, "dry-run", false, "show what is found and would be written, and write nothing")
	return cmd
}

func (a *app) editor() config.Editor {
	return config.Editor{Path: a.configFile, Env: a.getenv, Checks: checks}
}

func (a *app) addSource(ctx context.Context, typed string, given nashra.Source, dryRun bool) error {
	e := a.editor()
	cfg, err := e.Load()
	if err != nil {
		return err
	}
	address := webAddress(typed)
	book := newBook(cfg, e)
	if err := book.check(given); err != nil {
		return &exitError{statusUsage, fmt.Errorf("sources add: %w", err)}
	}
	if err := book.refuse(address); err != nil {
		return fmt.Errorf("sources add: %w", err)
	}
	client, err := newFetcher(cfg.Fetch, cfg.Site.URL, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	found, err := client.Discover(ctx, address)
	if err != nil && !strings.Contains(typed, "://") { // a small site may have no https
		if plain, err2 := client.Discover(ctx, "http"+strings.TrimPrefix(address, "https")); err2 == nil {
			found, err = plain, nil
		}
	}
	if err != nil {
		return fmt.Errorf("sources add: %w", err)
	}
	if len(found.Feeds) == 0 {
		return fmt.Errorf("sources add: no feed was found; tried %s", attempts(found.Tried))
	}
	for _, f := range found.Feeds {
		if err := a.showFeed(f); err != nil {
			return err
		}
	}
	best := found.Feeds[0]
	given.Feed, given.Homepage = best.URL, found.Homepage
	pick := func(cfg *config.Config) ([]nashra.Source, error) {
		book := newBook(cfg, e)
		if err := book.refuse(best.URL); err != nil {
			return nil, err
		}
		return []nashra.Source{book.describe(given, best.Feed)}, nil
	}
	if dryRun {
		sources, err := pick(cfg)
		if err != nil {
			return fmt.Errorf("sources add: %w", err)
		}
		_, err = fmt.Fprintf(a.stdout, "would be written to %s:\n\n%s", a.configFile, config.Block(sources...))
		return err
	}
	if err := a.writeSources(ctx, e, cfg, pick); err != nil {
		return fmt.Errorf("sources add: %w", err)
	}
	return nil
}

// writeSources adds the sources that pick chooses to the configuration, which
// was cfg a moment ago, or prints what to add where that cannot be done.
func (a *app) writeSources(ctx context.Context, e config.Editor, cfg *config.Config, pick func(*config.Config) ([]nashra.Source, error)) error {
	sources, err := pick(cfg)
	if err != nil || len(sources) == 0 {
		return err
	}
	var picking error
	err = e.Add(ctx, func(cfg *config.Config) ([]nashra.Source, error) {
		sources, picking = pick(cfg)
		return sources, picking
	})
	switch block := config.Block(sources...); {
	case picking != nil:
		return picking
	case err != nil:
		if _, err := fmt.Fprint(a.stdout, block); err != nil {
			return err
		}
		return fmt.Errorf("%w; the file is as it was, the lines on stdout belong under sources", err)
	case block != "":
		_, err = fmt.Fprintf(a.stdout, "written to %s:\n\n%s\nA running serve takes it up with `nashra reload`.\n", a.configFile, block)
	}
	return err
}

func (a *app) showFeed(f fetcher.Found) error {
	entries := f.Feed.Entries
	newest, oldest := time.Time{}, time.Time{}
	for _, e := range entries {
		if t := e.Published; !t.IsZero() {
			if newest.IsZero() || t.After(newest) {
				newest = t
			}
			if oldest.IsZero() || t.Before(oldest) {
				oldest = t
			}
		}
	}
	kind := ""
	if f.Comments {
		kind = "  (readers' comments)"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s\n  title     %s\n  language  %s\n  items     %d, from %s to %s\n", nashra.RedactURL(f.URL), kind,
		orDash(shown(f.Feed.Title)), orDash(shown(f.Feed.Language)), len(entries), instant(oldest), instant(newest))
	for _, e := range entries[:min(samples, len(entries))] {
		fmt.Fprintf(&b, "            %s\n", orDash(shown(e.Title)))
	}
	_, err := fmt.Fprintln(a.stdout, b.String())
	return err
}

// shown is a partner's text as a terminal may have it: one line, no controls.
func shown(s string) string { return arabic.Clean(oneLine(s)) }

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// attempts names what was asked, those with one reason together.
func attempts(tried []fetcher.Tried) string {
	var reasons []string
	addresses := map[string][]string{}
	for _, t := range tried {
		reason := t.Err.Error()
		if addresses[reason] == nil {
			reasons = append(reasons, reason)
		}
		addresses[reason] = append(addresses[reason], t.URL)
	}
	for i, reason := range reasons {
		reasons[i] = strings.Join(addresses[reason], ", ") + " (" + reason + ")"
	}
	return strings.Join(reasons, "; ")
}

// webAddress is what an operator types, as an address of the web.
func webAddress(typed string) string {
	typed = strings.TrimSpace(typed)
	for _, scheme := range []string{"feed://", "feed:"} { // what browsers once copied
		if rest, ok := strings.CutPrefix(typed, scheme); ok {
			typed = rest
			break
		}
	}
	if !strings.Contains(typed, "://") {
		return "https://" + typed
	}
	return typed
}

// secretless is address without credentials and fragment, "" where it is none
// that readers can open.
func secretless(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || !slices.Contains([]string{"http", "https"}, u.Scheme) || u.Hostname() == "" {
		return ""
	}
	u.User, u.Fragment, u.RawFragment = nil, "", ""
	return u.String()
}
