package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"nashra"
	"nashra/extractor"
	"nashra/fetcher"
	"nashra/internal/arabic"
	"nashra/internal/config"
	"nashra/internal/ingest"
)

// diagnosis is the object that doctor --json prints.
type diagnosis struct {
	Source   string          `json:"source"`
	Feed     string          `json:"feed"`   // of config.yaml, without credentials
	Stored   *condition      `json:"stored"` // null: the store does not know the source yet
	Fetch    trial           `json:"fetch"`
	Entries  []entryLine     `json:"entries"`  // newest first
	Articles []articleReport `json:"articles"` // of the newest entries
}

// condition is what the store knows of a source.
type condition struct {
	Paused      *nashra.Marked `json:"paused"` // null: not paused
	Outcome     nashra.Outcome `json:"outcome"`
	HTTPStatus  int            `json:"http_status"`
	Error       string         `json:"error"`
	Failures    int            `json:"consecutive_failures"`
	LastFetch   *time.Time     `json:"last_fetch"`
	LastSuccess *time.Time     `json:"last_success"`
	NextDue     *time.Time     `json:"next_due"`
	RetryAfter  *time.Time     `json:"retry_after"` // asked for by the partner
	PagesAfter  *time.Time     `json:"pages_after"` // the same, of its pages
	Gone        bool           `json:"gone"`        // for good: asked once a day
	Silent      bool           `json:"silent"`
	MovedTo     string         `json:"moved_to"`
	Items       int            `json:"items"`
	Warnings    []string       `json:"warnings"`
	Owed        []owedPage     `json:"owed"`
}

// owedPage is an entry whose page could not be had yet.
type owedPage struct {
	Link     string `json:"link"`
	Attempts int    `json:"attempts"`
	Error    string `json:"error"`
}

// trial is what asking for the feed came to.
type trial struct {
	fetcher.Trace
	Outcome    nashra.Outcome `json:"outcome"`
	HTTPStatus int            `json:"http_status"`
	Error      string         `json:"error"`
	Title      string         `json:"title"`
	Language   string         `json:"language"`
	Homepage   string         `json:"homepage"`
	MovedTo    string         `json:"moved_to"` // by permanent redirects of this answer
	Hub        string         `json:"hub"`
	Found      int            `json:"entries"`
	Warnings   []string       `json:"warnings"`
	Interval   int64          `json:"hint_interval_s"` // that the feed asks for; 0: none
	SkipHours  []int          `json:"hint_skip_hours"` // UTC
	SkipDays   []string       `json:"hint_skip_days"`
	Fresh      int64          `json:"fresh_s"`  // for how long the answer says that it holds
	NextDue    *time.Time     `json:"next_due"` // if a cycle had done this
}

// entryLine is one entry of the feed.
type entryLine struct {
	Published *time.Time `json:"published"`
	GUID      string     `json:"guid"`
	Link      string     `json:"link"`
	Title     string     `json:"title"`
	Letters   int        `json:"body_letters"` // of the body's text; of the summary's where there is no body
	Whole     bool       `json:"body"`         // there is a body
}

// articleReport is what was made of one entry.
type articleReport struct {
	Link      string         `json:"link"`
	Page      *fetcher.Trace `json:"page"`   // null: no page is needed
	Robots    string         `json:"robots"` // allowed, forbidden, ignored, unknown; "": no page is needed
	Error     string         `json:"error"`  // why there is no page or no article
	Method    string         `json:"method"` // "": no article
	Title     string         `json:"title"`
	Letters   int            `json:"letters"`
	Partial   bool           `json:"partial"`
	Suspect   string         `json:"suspect"` // why the body is not trusted
	NextPart  string         `json:"next_part"`
	Unmatched []string       `json:"unmatched"`

	Explain *nashra.Explanation `json:"explain"`
}

func (a *app) doctorCommand() *cobra.Command {
	var asJSON bool
	var pages int
	cmd := &cobra.Command{
		Use:   "doctor SOURCE",
		Short: "Ask one source and show everything that happens; nothing is stored",
		Long: `Doctor asks for the feed of one source as a cycle would, and shows everything on
the way: the addresses of its host and what the guard says of them, each
redirect, the headers of requests and answers (secrets masked), how long each
phase took, the charset and how it was known, what had to be mended, the entries,
and when the source would be due next. Then it loads the pages of the newest
entries and says which rule found the article and why. What the store knows of
the source (a pause, a back-off, pages that are owed) stands first.

Nothing is stored, and the partner is asked without validators, so the answer is
never "unchanged". It works beside a running serve.

Exit status: 0 the feed was had, 1 nothing could be done, 2 wrong usage, 3 the
feed could not be had.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if pages < 0 {
				return fmt.Errorf("doctor: --pages %d; it must be 0 or more", pages)
			}
			return cobra.ExactArgs(1)(cmd, args)
		},
		ValidArgsFunction: a.completeSources,
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			i := slices.IndexFunc(cfg.Sources, func(sub nashra.Subscription) bool { return sub.ID == args[0] })
			if i < 0 {
				return &exitError{statusUsage, fmt.Errorf("doctor: no source %q in %s; `nashra sources` lists them", args[0], a.configFile)}
			}
			d, err := a.diagnose(cmd.Context(), cfg, cfg.Sources[i], pages)
			if err != nil {
				return err
			}
			if asJSON {
				err = writeJSON(a.stdout, d)
			} else {
				err = a.printDiagnosis(d)
			}
			if err == nil && d.Fetch.Error != "" {
				err = &exitError{statusSomeFailed, fmt.Errorf("source %q: %s", d.Source, d.Fetch.Error)}
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	cmd.Flags().IntVar(&pages, "pages", 3, "of how many of the newest entries the article is made")
	return cmd
}

func (a *app) diagnose(ctx context.Context, cfg *config.Config, sub nashra.Subscription, pages int) (diagnosis, error) {
	d := diagnosis{Source: sub.ID, Feed: nashra.RedactURL(sub.Feed)}
	now := time.Now().UTC()
	status, err := a.storedStatus(ctx, cfg, sub.ID)
	if err != nil {
		return d, err
	}
	if status != nil {
		d.Stored = conditionOf(*status, now)
	} else {
		status = &nashra.SourceStatus{}
	}
	client, err := newFetcher(cfg.Fetch, cfg.Site.URL, slog.New(slog.DiscardHandler))
	if err != nil {
		return d, err
	}
	traced, trace := fetcher.Traced(ctx)
	feed, fetch, err := ingest.Trial(traced, client, sub, status.State, now)
	if ctx.Err() != nil {
		return d, context.Cause(ctx)
	}
	d.Fetch = trialOf(feed, fetch, trace())
	if err != nil && d.Fetch.Error == "" {
		d.Fetch.Error = err.Error()
	}
	entries := ingest.Newest(feed.Entries, sub.Limit)
	d.Entries = entryLines(entries)
	examined, err := ingest.Examine(ctx, client, extractor.Input{Subscription: sub, At: now}, status.State.Habit, entries[:min(pages, len(entries))])
	d.Articles = make([]articleReport, 0, len(examined))
	for _, x := range examined {
		d.Articles = append(d.Articles, articleReportOf(x))
	}
	return d, err
}

// storedStatus is what the store knows of a source; nil: nothing.
func (a *app) storedStatus(ctx context.Context, cfg *config.Config, id string) (status *nashra.SourceStatus, err error) {
	if _, err := os.Stat(cfg.Store); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	err = a.onDesk(ctx, cfg, ownOptions{asIs: true}, func(ctx context.Context, d desk) error {
		list, _, err := d.Sources(ctx)
		for _, s := range list {
			if s.Source.ID == id {
				status = &s
			}
		}
		return err
	})
	return status, err
}

func conditionOf(s nashra.SourceStatus, now time.Time) *condition {
	c := &condition{
		Paused: s.Pause, Outcome: s.State.Outcome, HTTPStatus: s.State.Status, Error: s.State.Error,
		Failures: s.State.ConsecutiveFailures, LastFetch: optional(s.State.LastFetch), LastSuccess: optional(s.State.LastSuccess),
		NextDue: optional(s.State.NextDue), Gone: s.Gone(), Silent: s.Silent(now), MovedTo: s.MovedTo(), Items: s.Items,
		Warnings: append([]string{}, s.Warnings()...), Owed: []owedPage{},
	}
	if s.State.RetryAfter.After(now) {
		c.RetryAfter = optional(s.State.RetryAfter)
	}
	if s.State.PagesAfter.After(now) {
		c.PagesAfter = optional(s.State.PagesAfter)
	}
	for _, o := range s.State.Owed {
		c.Owed = append(c.Owed, owedPage{nashra.RedactURL(o.Entry.Link), o.Attempts, o.Error})
	}
	return c
}

func trialOf(feed fetcher.Feed, fetch nashra.Fetch, trace fetcher.Trace) trial {
	t := trial{
		Trace: trace, Outcome: fetch.Outcome, HTTPStatus: fetch.Status, Error: fetch.Error,
		Title: feed.Title, Language: feed.Language, Homepage: feed.Homepage,
		MovedTo: nashra.RedactURL(feed.Moved), Hub: nashra.RedactURL(feed.Hub.URL), Found: len(feed.Entries),
		Warnings: append([]string{}, feed.Warnings...), Interval: int64(feed.Hints.Interval / time.Second),
		SkipHours: []int{}, SkipDays: []string{}, Fresh: int64(feed.Fresh / time.Second), NextDue: optional(fetch.NextDue),
	}
	for hour := range 24 {
		if feed.Hints.SkipHours>>hour&1 == 1 {
			t.SkipHours = append(t.SkipHours, hour)
		}
	}
	for day := range 7 {
		if feed.Hints.SkipDays>>day&1 == 1 {
			t.SkipDays = append(t.SkipDays, time.Weekday(day).String())
		}
	}
	return t
}

func entryLines(entries []nashra.Entry) []entryLine {
	lines := make([]entryLine, 0, len(entries))
	for _, e := range entries {
		line := entryLine{
			Published: optional(e.Published), GUID: e.GUID, Link: e.Link, Title: arabic.Title(oneLine(e.Title)),
			Letters: letters(e.Body), Whole: e.Body != "",
		}
		if !line.Whole {
			line.Letters = letters(e.Summary)
		}
		lines = append(lines, line)
	}
	return lines
}

// letters is how long the text of a partner's HTML is.
func letters(html string) int { return len([]rune(extractor.Text(html))) }

func articleReportOf(x ingest.Examined) articleReport {
	r := articleReport{Link: x.Entry.Link, Page: x.Page, Robots: x.Robots, Explain: &x.Explanation}
	var errs []string
	for _, err := range []error{x.PageErr, x.Err} {
		if err != nil {
			errs = append(errs, err.Error())
		}
	}
	r.Error = strings.Join(errs, "; ")
	if x.Err != nil {
		return r
	}
	r.Method, r.Title, r.Letters, r.Partial = x.Result.Method, x.Result.Title, len([]rune(x.Result.Text())), x.Result.Partial
	r.NextPart = x.Result.NextPart
	for _, sel := range x.Result.Unmatched {
		r.Unmatched = append(r.Unmatched, sel.Key)
	}
	if x.Result.Suspect != nil {
		r.Suspect = x.Result.Suspect.Reason
	}
	return r
}

// optional is t in UTC; nil where there is none.
func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
