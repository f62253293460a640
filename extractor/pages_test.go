package extractor_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"

	"nashra/extractor"
)

// realPage is a page with the body that a reader would call its article.
type realPage struct {
	ID, Corpus, Site, URL, File, Text string
	body                              []byte
}

func realPages(tb testing.TB) []realPage {
	tb.Helper()
	data, err := os.ReadFile("testdata/pages/manifest.json")
	if err != nil {
		tb.Fatal(err)
	}
	var manifest struct{ Pages []realPage }
	if err := json.Unmarshal(data, &manifest); err != nil {
		tb.Fatal(err)
	}
	for i := range manifest.Pages {
		p := &manifest.Pages[i]
		packed, err := os.Open(filepath.Join("testdata", p.File))
		if err != nil {
			tb.Fatal(err)
		}
		unpacked, err := gzip.NewReader(packed)
		if err != nil {
			tb.Fatal(err)
		}
		if p.body, err = io.ReadAll(unpacked); err != nil {
			tb.Fatal(err)
		}
		packed.Close()
	}
	return manifest.Pages
}

// at is the instant of fetching in the tests.
var at = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// TestRealPages measures the finder on pages of the open web, and keeps it from
// falling behind what it has reached.
func TestRealPages(t *testing.T) {
	floors := map[string]float64{"ar-dev": 0.98, "rtl-dev": 0.98, "en-dev": 0.92}
	sums := map[string]*mean{}
	for _, p := range realPages(t) {
		c, err := extractor.Extract(extractor.Input{Page: &extractor.Page{URL: p.URL, Body: p.body}, At: at})
		if err != nil {
			t.Errorf("%s: %v", p.ID, err)
		}
		got, want := scoreTokens(extractor.Text(c.HTML)), scoreTokens(p.Text)
		precision, recall, predicted := compare(shingles(got), shingles(want))
		if sums[p.Corpus] == nil {
			sums[p.Corpus] = &mean{}
		}
		sums[p.Corpus].add(precision, recall, predicted)
		t.Logf("%-24s %-9s P %.3f R %.3f", p.ID, c.Method, precision, recall)
	}
	for corpus, floor := range floors {
		m := sums[corpus]
		t.Logf("%-8s %2d pages  P %.3f  R %.3f  F1 %.3f", corpus, m.references, m.p(), m.r(), m.f1())
		if m.f1() < floor {
			t.Errorf("%s: F1 %.3f, want at least %.3f", corpus, m.f1(), floor)
		}
	}
}

// mean is the mean of precision over the pages with a prediction and of recall
// over all pages.
type mean struct {
	precision, recall       float64
	predictions, references int
}

func (m *mean) add(precision, recall float64, predicted bool) {
	if predicted {
		m.precision += precision
		m.predictions++
	}
	m.recall += recall
	m.references++
}

func (m *mean) p() float64 { return m.precision / float64(max(m.predictions, 1)) }
func (m *mean) r() float64 { return m.recall / float64(max(m.references, 1)) }

func (m *mean) f1() float64 {
	if m.p()+m.r() == 0 {
		return 0
	}
	return 2 * m.p() * m.r() / (m.p() + m.r())
}

// scoreTokens are the runs of letters, digits and underscores of s, without
// marks, tatweel and invisible characters and with presentation forms as
// letters.
func scoreTokens(s string) []string {
	s = norm.NFC.String(s)
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == 'ـ', unicode.Is(unicode.Cf, r), unicode.Is(unicode.Mn, r) && unicode.Is(unicode.Arabic, r), r >= 0x064B && r <= 0x0652:
		case r >= 0xFB50 && r <= 0xFDFF, r >= 0xFE70 && r <= 0xFEFC:
			b.WriteString(norm.NFKC.String(string(r)))
		default:
			b.WriteRune(r)
		}
	}
	return strings.FieldsFunc(b.String(), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.Is(unicode.Nd, r) && r != '_'
	})
}

func shingles(tokens []string) map[string]int {
	set := map[string]int{}
	if n := len(tokens); n > 0 && n < 4 {
		set[strings.Join(tokens, " ")]++
	}
	for i := 0; i+4 <= len(tokens); i++ {
		set[strings.Join(tokens[i:i+4], " ")]++
	}
	return set
}

func compare(got, want map[string]int) (precision, recall float64, predicted bool) {
	var both, all, wanted int
	for s, n := range got {
		both += min(n, want[s])
		all += n
	}
	for _, n := range want {
		wanted += n
	}
	return float64(both) / float64(max(all, 1)), float64(both) / float64(max(wanted, 1)), all > 0
}

// BenchmarkExtractPage is the whole extraction of a page; BenchmarkParseOnly is
// the part of it that the parser takes.
func BenchmarkExtractPage(b *testing.B) {
	pages := realPages(b)
	b.ResetTimer()
	for i := range b.N {
		p := &pages[i%len(pages)]
		if _, err := extractor.Extract(extractor.Input{Page: &extractor.Page{URL: p.URL, Body: p.body}, At: at}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseOnly(b *testing.B) {
	pages := realPages(b)
	b.ResetTimer()
	for i := range b.N {
		if _, err := html.Parse(bytes.NewReader(pages[i%len(pages)].body)); err != nil {
			b.Fatal(err)
		}
	}
}
