// Eval says how well nashra extracts articles, beside its peers, on a corpus of
// real pages (see nashra/internal/evaluation for the score), and how often it is
// right about title, date, byline and picture.
//
// It is a module of its own, so that the product does not depend on its peers.
package main

import (
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"nashra/internal/evaluation"
)

func main() {
	err := run(os.Args[1:], os.Stdout)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "eval:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("eval", flag.ContinueOnError)
	dir := flags.String("corpus", "", "`folder` of the corpus, which holds manifest.json")
	only := flags.String("only", "", "score one `part` of the corpus")
	half := flags.String("half", "", "score one half of the pages, `tune` or held: rules are made by the first and tried on the second")
	pages := flags.Bool("pages", false, "print a row for each page, those first where nashra does worst")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *half != "" && *half != "tune" && *half != "held" {
		return fmt.Errorf("-half %s: name tune or held", *half)
	}
	all, err := evaluation.ReadCorpus(*dir)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(p evaluation.Page) bool {
		return *only != "" && p.Corpus != *only || *half != "" && halfOf(p.ID) != *half
	})
	if len(all) == 0 {
		return fmt.Errorf("no such pages in %s", *dir)
	}
	shown, err := evaluation.ReadMetadata(metadata)
	if err != nil {
		return err
	}
	return report(stdout, measure(all), shown, *pages)
}

// metadata is what the corpus' pages show around their articles, as read by hand.
//
//go:embed testdata/metadata.json
var metadata []byte

// halfOf is the half that a page is in, by its id alone.
func halfOf(id string) string {
	h := fnv.New32a()
	h.Write([]byte(id))
	if h.Sum32()%2 == 0 {
		return "tune"
	}
	return "held"
}

// result is what each extractor, in the order of extractors, made of a page.
type result struct {
	page   evaluation.Page
	scores []scored
}

type scored struct {
	found           evaluation.Found
	shingles, words evaluation.Score
	took            time.Duration
}

func measure(pages []evaluation.Page) []result {
	results := make([]result, len(pages))
	for i, p := range pages {
		results[i].page = p
		for _, e := range extractors {
			start := time.Now()
			// An extractor that refuses a page has found nothing on it, and
			// scores so.
			found, _ := e.extract(p)
			took := time.Since(start)
			results[i].scores = append(results[i].scores, scored{found, evaluation.Compare(found.Text, p.Text), evaluation.CompareWords(found.Text, p.Text), took})
		}
	}
	return results
}

func report(w io.Writer, results []result, shown map[string]evaluation.Metadata, pages bool) error {
	var parts []string
	for _, r := range results {
		if !slices.Contains(parts, r.page.Corpus) {
			parts = append(parts, r.page.Corpus)
		}
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, part := range parts {
		in := slices.DeleteFunc(slices.Clone(results), func(r result) bool { return r.page.Corpus != part })
		summary(t, part, in)
		around(t, in, shown)
		if pages {
			perPage(t, in, shown)
		}
	}
	return t.Flush()
}

// summary prints a row for each extractor: precision, recall and F1 of token
// sequences, F1 of single words, the lowest F1 of a page, the time for a page.
func summary(w io.Writer, part string, results []result) {
	fmt.Fprintf(w, "%s, %d pages\tP\tR\tF1\twords F1\tworst\tms/page\t\n", part, len(results))
	for i, e := range extractors {
		var shingles, words evaluation.Mean
		worst := 1.0
		var took time.Duration
		for _, r := range results {
			s := r.scores[i]
			shingles.Add(s.shingles)
			words.Add(s.words)
			worst = min(worst, s.shingles.F1())
			took += s.took
		}
		m := shingles.Score()
		fmt.Fprintf(w, "%s\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%.1f\t\n", e.name, m.Precision, m.Recall, m.F1(), words.Score().F1(), worst,
			took.Seconds()*1000/float64(len(results)))
	}
	fmt.Fprintln(w)
}

// around prints a row for each extractor: how often it is right about what
// stands around the article, each over the pages that show it.
func around(w io.Writer, results []result, shown map[string]evaluation.Metadata) {
	fmt.Fprintln(w, "right\ttitle\tdate\tbyline\tpicture\t")
	for i, e := range extractors {
		var rates evaluation.Rates
		for _, r := range results {
			rates.Add(r.scores[i].found, shown[r.page.ID])
		}
		fmt.Fprintf(w, "%s\t", e.name)
		for _, rate := range []evaluation.Rate{rates.Title, rates.Date, rates.Byline, rates.Picture} {
			fmt.Fprintf(w, "%.3f of %d\t", rate.Share(), rate.Shown)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w)
}

// perPage prints a row for each page: nashra's precision and recall, the F1 of
// all, and what nashra has wrong around the article.
func perPage(w io.Writer, results []result, shown map[string]evaluation.Metadata) {
	slices.SortStableFunc(results, func(a, b result) int {
		switch x, y := a.scores[0].shingles.F1(), b.scores[0].shingles.F1(); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	fmt.Fprint(w, "page\tP\tR\t")
	for _, e := range extractors {
		fmt.Fprintf(w, "%s\t", e.name)
	}
	fmt.Fprintln(w, "wrong\t")
	for _, r := range results {
		fmt.Fprintf(w, "%s\t%.3f\t%.3f\t", r.page.ID, r.scores[0].shingles.Precision, r.scores[0].shingles.Recall)
		for _, s := range r.scores {
			fmt.Fprintf(w, "%.3f\t", s.shingles.F1())
		}
		var rates evaluation.Rates
		fmt.Fprintf(w, "%s\t\n", strings.Join(rates.Add(r.scores[0].found, shown[r.page.ID]), " "))
	}
	fmt.Fprintln(w)
}
