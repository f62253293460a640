package main

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"nashra"
	"nashra/extractor"
	"nashra/publisher"
)

// pageOfItems is how many items are asked for at once.
const pageOfItems = 200

// pageOfHits is how many are asked for at once of what a search finds.
const pageOfHits = 100

func (a *app) itemsCommand() *cobra.Command {
	var q nashra.Query
	var words, order string
	var limit int
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "items",
		Short: "List stored items, newest first, or search them; show, hide, restore or purge one",
		Long: `Items lists stored items, newest first, hidden ones included.

With --search it lists those that hold every word of a text, in whatever form
(كتاب finds والكتاب); words in quotes ("…" or «…») are found as they stand.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 1 {
				return &exitError{statusUsage, fmt.Errorf("items: --limit %d; it must be at least 1", limit)}
			}
			s := nashra.Search{Text: words, Source: q.Source, Order: nashra.SearchOrder(order)}
			if s.Order != nashra.SearchNewest && s.Order != nashra.SearchBest {
				return &exitError{statusUsage, fmt.Errorf("items: --order %q; it is %s or %s", order, nashra.SearchNewest, nashra.SearchBest)}
			}
			return a.withDesk(cmd.Context(), func(ctx context.Context, d desk) error {
				if cmd.Flags().Changed("search") {
					return a.searchItems(ctx, d, s, limit, asJSON)
				}
				return a.listItems(ctx, d, q, limit, asJSON)
			})
		},
	}
	cmd.Flags().StringVar(&q.Source, "source", "", "only items of this source")
	cmd.Flags().StringVar(&words, "search", "", "only items that hold these words")
	cmd.Flags().StringVar(&order, "order", string(nashra.SearchNewest), "of what --search finds: newest or best first")
	cmd.Flags().IntVar(&limit, "limit", 50, "how many")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line")
	cmd.AddCommand(a.itemShowCommand(), a.markCommand(nashra.MarkHide), a.markCommand(nashra.MarkRestore), a.itemPurgeCommand())
	return cmd
}

func (a *app) listItems(ctx context.Context, d desk, q nashra.Query, limit int, asJSON bool) error {
	for limit > 0 {
		q.Limit = min(limit, pageOfItems)
		page, err := d.Articles(ctx, q)
		if err != nil {
			return err
		}
		if err := a.printItems(page.Records, asJSON); err != nil {
			return err
		}
		limit -= len(page.Records)
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
	return nil
}

// searchItems prints what a search finds, as listItems prints a listing.
func (a *app) searchItems(ctx context.Context, d desk, q nashra.Search, limit int, asJSON bool) error {
	for limit > 0 {
		q.Limit = min(limit, pageOfHits)
		found, err := d.Search(ctx, q)
		if err != nil {
			return err
		}
		records := make([]nashra.Record, len(found.Hits))
		for i, h := range found.Hits {
			records[i] = h.Record
		}
		if err := a.printItems(records, asJSON); err != nil {
			return err
		}
		limit -= len(found.Hits)
		if q.After = found.Next; q.After == "" {
			return nil
		}
	}
	return nil
}

// printItems prints some of a listing, aligned among themselves.
func (a *app) printItems(records []nashra.Record, asJSON bool) error {
	t := a.newTable()
	for _, r := range records {
		if asJSON {
			if err := publisher.WriteItem(a.stdout, r); err != nil {
				return err
			}
			continue
		}
		state, stands := "", plain
		if r.Article.Suspect != nil {
			state, stands = "[suspect] ", yellow
		}
		if r.Article.Partial {
			state += "[partial] "
		}
		if r.Marks.Hidden != nil {
			state, stands = "[hidden] "+state, red
		}
		t.cells(cell{r.Article.ID, plain}, cell{r.Article.Sort.UTC().Format(time.DateTime), plain}, cell{r.Article.Source, plain}, cell{state + r.Article.Title, stands})
	}
	return t.write(a.stdout)
}

func (a *app) itemShowCommand() *cobra.Command {
	var asJSON, past bool
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Print one item as it is stored",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withDesk(cmd.Context(), func(ctx context.Context, d desk) error {
				if past {
					return a.showRevisions(ctx, d, args[0], asJSON)
				}
				r, err := d.Article(ctx, args[0])
				if err != nil {
					return err
				}
				if asJSON {
					return writeJSON(a.stdout, r)
				}
				return a.showItem(r)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the whole record as one JSON object")
	cmd.Flags().BoolVar(&past, "revisions", false, "print what it was before its changes, newest first, with --json one object a line")
	return cmd
}

func (a *app) showItem(r nashra.Record) error {
	article := r.Article
	hidden := "no"
	if h := r.Marks.Hidden; h != nil {
		hidden = fmt.Sprintf("since %s by %s: %s", h.At.UTC().Format(time.RFC3339), h.By, cmp.Or(h.Reason, "no reason given"))
	}
	suspect := "no"
	if s := article.Suspect; s != nil {
		suspect = s.Reason
	}
	_, err := fmt.Fprintf(a.stdout, "%s\n\nid         %s\nsource     %s\nlink       %s\nbyline     %s\npublished  %s\nfirst seen %s\nrevision   %d (by %s, %s)\nmethod     %s\npartial    %s\nsuspect    %s\norigin     %s\nhidden     %s\n\n%s\n",
		article.Title, article.ID, article.Source, article.Link, article.Byline, instant(article.Published), instant(article.FirstSeen),
		article.Revision, article.Cause, instant(article.Revised), article.Method, yesNo(article.Partial), suspect, article.Credit.Origin, hidden, extractor.Text(article.HTML))
	return err
}

// showRevisions prints what an item was before it became what it is.
func (a *app) showRevisions(ctx context.Context, d desk, id string, asJSON bool) error {
	revisions, err := d.Revisions(ctx, id)
	if err != nil {
		return err
	}
	for _, r := range revisions {
		if asJSON {
			err = writeJSON(a.stdout, r)
		} else {
			_, err = fmt.Fprintf(a.stdout, "revision %d (by %s, %s)\n\n%s\n\n%s\n\n", r.Number, r.Cause, instant(r.At), r.Content.Title, extractor.Text(r.Content.HTML))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// instant is t as operators read it, "-" where there is none.
func instant(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format(time.RFC3339)
}
