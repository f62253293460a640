package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"nashra"
	"nashra/extractor"
	"nashra/fetcher"
	"nashra/internal/config"
)

// maxPage bounds a page that is read from a file or stdin, in bytes; what is
// fetched is bounded by fetch.max_body.
const maxPage = 64 << 20

// pageArgs is what extract is told of one page.
type pageArgs struct {
	from, url, title, summary string
}

func (a *app) extractCommand() *cobra.Command {
	var page pageArgs
	var source string
	var asJSON, batch, explain, learn bool
	cmd := &cobra.Command{
		Use:   "extract [--url URL] [--source ID] FILE|URL|-",
		Short: "Show what the extractor makes of a page; nothing is stored",
		Long: `Extract reads one page from a file, an address or stdin (-) and prints the
article in it: for writing selectors, and for scripts. A page with no article
ends with exit status 4.

With --explain it also says which ways of finding the article were tried, which
elements of the page were weighed, and what was dropped by which rule.

With --batch it reads lines of FILE<TAB>URL[<TAB>TITLE[<TAB>SUMMARY]] from stdin
and prints one JSON line each, in order. With --learn the pages are read twice:
what stands in three of one host's is taken for furniture of that site.`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case batch && len(args) > 0:
				return errors.New("extract: with --batch the pages are named on stdin")
			case learn && !batch:
				return errors.New("extract: --learn learns from the pages of --batch")
			case !batch && len(args) != 1:
				return errors.New("extract: name one FILE, one URL or - for stdin")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			sub, err := a.subscription(source)
			if err != nil {
				return err
			}
			if batch {
				return a.extractBatch(cmd.Context(), sub, explain, learn)
			}
			page.from = args[0]
			return a.extractOne(cmd.Context(), sub, page, asJSON, explain)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&page.url, "url", "", "the page's address, where it is read from a file")
	flags.StringVar(&source, "source", "", "use the selectors, language and time zone of this source")
	flags.StringVar(&page.title, "title", "", "what the feed said: the title")
	flags.StringVar(&page.summary, "summary", "", "what the feed said: the summary")
	flags.BoolVar(&asJSON, "json", false, "print one JSON object")
	flags.BoolVar(&explain, "explain", false, "say how the article was found and what was dropped")
	flags.BoolVar(&batch, "batch", false, "many pages, named on stdin; prints JSON lines")
	flags.BoolVar(&learn, "learn", false, "with --batch: learn each site's furniture from its pages first")
	return cmd
}

// subscription is the source named id, or the settings of a page that belongs
// to none.
func (a *app) subscription(id string) (nashra.Subscription, error) {
	if id == "" {
		return nashra.Subscription{Content: nashra.ContentPage, Robots: nashra.RobotsIgnore, Zone: time.UTC}, nil
	}
	cfg, err := a.loadConfig()
	if err != nil {
		return nashra.Subscription{}, err
	}
	for _, sub := range cfg.Sources {
		if sub.ID == id {
			sub.Content = nashra.ContentPage // there is only a page
			return sub, nil
		}
	}
	return nashra.Subscription{}, &exitError{statusUsage, fmt.Errorf("extract: no source %q in %s", id, a.configFile)}
}

// extracted is the object that extract --json prints.
type extracted struct {
	URL       string     `json:"url"`
	Title     string     `json:"title"`
	Byline    string     `json:"byline"`
	Published *time.Time `json:"published"`
	Language  string     `json:"language"`
	Direction string     `json:"direction"`
	Image     string     `json:"image"`
	HTML      string     `json:"html"`
	Text      string     `json:"text"`
	Excerpt   string     `json:"excerpt"`
	Method    string     `json:"method"`
	Partial   bool       `json:"partial,omitempty"`   // the body is only the article's beginning
	Unmatched []string   `json:"unmatched,omitempty"` // keys of the source's selectors that match nothing on the page

	Explain *nashra.Explanation `json:"explain,omitempty"`
}

// notExtracted is printed in its place where there is no article.
type notExtracted struct {
	URL   string `json:"url,omitempty"`
	Error string `json:"error"`

	Explain *nashra.Explanation `json:"explain,omitempty"`
}

func (a *app) extractOne(ctx context.Context, sub nashra.Subscription, page pageArgs, asJSON, explain bool) error {
	got, err := a.extract(ctx, sub, page, nil, explain)
	switch {
	case errors.Is(err, nashra.ErrNoArticle):
		if !asJSON {
			return errors.Join(a.writeExplanation(got.Explain), &exitError{statusNoArticle, err})
		}
		if err := writeJSON(a.stdout, notExtracted{URL: page.url, Error: err.Error(), Explain: got.Explain}); err != nil {
			return err
		}
		return &exitError{status: statusNoArticle}
	case err != nil:
		return err
	case asJSON:
		return writeJSON(a.stdout, got)
	}
	published := "-"
	if got.Published != nil {
		published = instant(*got.Published)
	}
	_, err = fmt.Fprintf(a.stdout, "%s\n\nurl        %s\nbyline     %s\npublished  %s\nlanguage   %s (%s)\nimage      %s\nmethod     %s\npartial    %s\nunmatched  %s\n\n%s\n",
		got.Title, got.URL, got.Byline, published, got.Language, got.Direction, got.Image, got.Method, yesNo(got.Partial),
		cmp.Or(strings.Join(got.Unmatched, ", "), "-"), got.Text)
	return errors.Join(err, a.writeExplanation(got.Explain))
}

// writeExplanation prints e for a person; nothing where it was not asked for.
func (a *app) writeExplanation(e *nashra.Explanation) error {
	for _, t := range a.explanationTables(e) {
		if _, err := fmt.Fprintln(a.stdout); err != nil {
			return err
		}
		if err := t.write(a.stdout); err != nil {
			return err
		}
	}
	return nil
}

// explanationTables are the parts of an explanation, none of nil.
func (a *app) explanationTables(e *nashra.Explanation) []*table {
	if e == nil {
		return nil
	}
	tried, weighed, dropped := a.newTable(), a.newTable(), a.newTable()
	tried.head("TRIED")
	for _, attempt := range e.Tried {
		tried.row(attempt.Way, attempt.Result)
	}
	weighed.head("WEIGHED")
	for _, c := range e.Candidates {
		weighed.row(fmt.Sprintf("%.0f", c.Score), c.Element, c.Text)
	}
	dropped.head("DROPPED")
	for _, d := range e.Dropped {
		dropped.row(d.Rule, d.Text)
	}
	return []*table{tried, weighed, dropped}
}

// input reads one page for the extractor.
func (a *app) input(ctx context.Context, sub nashra.Subscription, args pageArgs) (extractor.Input, error) {
	page, err := a.readPage(ctx, sub, args)
	if err != nil {
		return extractor.Input{}, err
	}
	return extractor.Input{
		Subscription: sub,
		Entry:        nashra.Entry{Link: page.URL, Title: args.title, Summary: args.summary},
		Page:         &page,
		At:           time.Now().UTC(),
	}, nil
}

// extract reads one page and extracts it, with what was learned of its site, nil
// where nothing was. An explanation that was asked for is there also where an
// error says that there is no article.
func (a *app) extract(ctx context.Context, sub nashra.Subscription, args pageArgs, learned *extractor.Furniture, explain bool) (extracted, error) {
	in, err := a.input(ctx, sub, args)
	if err != nil {
		return extracted{}, err
	}
	in.Furniture = learned
	var content extractor.Result
	var explanation *nashra.Explanation
	if explain {
		explanation = new(nashra.Explanation)
		content, *explanation, err = extractor.Explain(in)
	} else {
		content, err = extractor.Read(in)
	}
	if err == nil && content.NextPart != "" && isAddress(args.from) {
		content, err = a.readParts(ctx, in, content.NextPart)
	}
	if err != nil {
		return extracted{Explain: explanation}, err
	}
	got := extracted{
		URL: in.Page.URL, Title: content.Title, Byline: content.Byline, Language: content.Language,
		Direction: content.Direction, Image: content.Image, HTML: content.HTML,
		Text: content.Text(), Excerpt: content.Excerpt, Method: content.Method,
		Partial: content.Partial, Explain: explanation,
	}
	for _, sel := range content.Unmatched {
		got.Unmatched = append(got.Unmatched, sel.Key)
	}
	if !content.Published.IsZero() {
		published := content.Published.UTC()
		got.Published = &published
	}
	return got, nil
}

// readParts reads an article again with its further parts, of which next is the
// second's address. A part that cannot be had leaves the article partial.
func (a *app) readParts(ctx context.Context, in extractor.Input, next string) (extractor.Result, error) {
	parts, err := extractor.Parts(*in.Page, next, func(address string) (extractor.Page, error) {
		return a.fetchPage(ctx, in.Subscription, address)
	})
	if ctx.Err() != nil {
		return extractor.Result{}, context.Cause(ctx)
	}
	in.Parts, in.Broken = parts, err != nil
	return extractor.Read(in)
}

func isAddress(from string) bool {
	return strings.HasPrefix(from, "http://") || strings.HasPrefix(from, "https://")
}

func yesNo(v bool) string {
	if v {
		return "yes"
	}
	return "no"
}

func (a *app) readPage(ctx context.Context, sub nashra.Subscription, args pageArgs) (extractor.Page, error) {
	if isAddress(args.from) {
		return a.fetchPage(ctx, sub, args.from)
	}
	var r io.Reader = a.stdin
	if args.from != "-" {
		f, err := os.Open(args.from)
		if err != nil {
			return extractor.Page{}, fmt.Errorf("extract: %w", err)
		}
		defer f.Close()
		r = f
	}
	var body bytes.Buffer
	if f, ok := r.(*os.File); ok {
		if info, err := f.Stat(); err == nil {
			body.Grow(int(min(info.Size(), maxPage)) + bytes.MinRead)
		}
	}
	if _, err := body.ReadFrom(io.LimitReader(r, maxPage+1)); err != nil {
		return extractor.Page{}, fmt.Errorf("extract: read %s: %w", args.from, err)
	}
	if body.Len() > maxPage {
		return extractor.Page{}, fmt.Errorf("extract: read %s: more than %d MiB: %w", args.from, maxPage>>20, nashra.ErrTooLarge)
	}
	return extractor.Page{URL: args.url, Body: body.Bytes()}, nil
}

// fetchPage gets a page that the operator names, with the settings of the
// configuration where there is one.
func (a *app) fetchPage(ctx context.Context, sub nashra.Subscription, address string) (extractor.Page, error) {
	fetching, site := config.Fetching(a.getenv), ""
	switch cfg, err := a.loadConfig(); {
	case err == nil:
		fetching, site = cfg.Fetch, cfg.Site.URL
	case !errors.Is(err, fs.ErrNotExist):
		return extractor.Page{}, err
	}
	sub.Allow = append(sub.Allow, meant(address)...)
	client, err := newFetcher(fetching, site, slog.New(slog.DiscardHandler))
	if err != nil {
		return extractor.Page{}, err
	}
	page, err := client.Page(ctx, sub, address, fetcher.Remembered{})
	if err != nil {
		return extractor.Page{}, err
	}
	return extractor.Page{URL: page.URL, ContentType: page.ContentType, Body: page.Body}, nil
}

// meant are the addresses that an operator who typed this one must be allowed,
// private or not.
func meant(address string) []netip.Prefix {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	if strings.EqualFold(u.Hostname(), "localhost") {
		return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if err != nil {
		return nil
	}
	return []netip.Prefix{netip.PrefixFrom(ip, ip.BitLen())}
}
