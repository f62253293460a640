package extractor_test

import (
	"bytes"
	"testing"
	"time"

	"golang.org/x/net/html"

	"nashra/extractor"
	"nashra/internal/evaluation"
)

func realPages(tb testing.TB) []evaluation.Page {
	tb.Helper()
	pages, err := evaluation.ReadCorpus("testdata")
	if err != nil {
		tb.Fatal(err)
	}
	return pages
}

// at is the instant of fetching in the tests.
var at = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// TestRealPages measures the finder on pages of the open web, and keeps it from
// falling behind what it has reached.
func TestRealPages(t *testing.T) {
	floors := map[string]float64{"ar-dev": 0.98, "rtl-dev": 0.98, "en-dev": 0.92}
	sums := map[string]*evaluation.Mean{}
	for _, p := range realPages(t) {
		c, err := extractor.Read(extractor.Input{Page: &extractor.Page{URL: p.URL, Body: p.Body}, At: at})
		if err != nil {
			t.Errorf("%s: %v", p.ID, err)
		}
		if got, want := c.Text(), extractor.Text(c.HTML); got != want {
			t.Errorf("%s: the result's text is %q, its HTML has %q", p.ID, got, want)
		}
		score := evaluation.Compare(extractor.Text(c.HTML), p.Text)
		if sums[p.Corpus] == nil {
			sums[p.Corpus] = &evaluation.Mean{}
		}
		sums[p.Corpus].Add(score)
		t.Logf("%-24s %-9s P %.3f R %.3f", p.ID, c.Method, score.Precision, score.Recall)
	}
	for corpus, floor := range floors {
		m, ok := sums[corpus]
		if !ok {
			t.Errorf("no pages of %s", corpus)
			continue
		}
		s := m.Score()
		t.Logf("%-8s %2d pages  P %.3f  R %.3f  F1 %.3f", corpus, m.Pages(), s.Precision, s.Recall, s.F1())
		if s.F1() < floor {
			t.Errorf("%s: F1 %.3f, want at least %.3f", corpus, s.F1(), floor)
		}
	}
}

// BenchmarkExtractPage is the whole extraction of a page; BenchmarkParseOnly is
// the part of it that the parser takes.
func BenchmarkExtractPage(b *testing.B) {
	pages := realPages(b)
	b.ResetTimer()
	for i := range b.N {
		p := &pages[i%len(pages)]
		if _, err := extractor.Extract(extractor.Input{Page: &extractor.Page{URL: p.URL, Body: p.Body}, At: at}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseOnly(b *testing.B) {
	pages := realPages(b)
	b.ResetTimer()
	for i := range b.N {
		if _, err := html.Parse(bytes.NewReader(pages[i%len(pages)].Body)); err != nil {
			b.Fatal(err)
		}
	}
}
