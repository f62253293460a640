package extractor_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"nashra/extractor"
)

func unpacked(t testing.TB, file string) []byte {
	t.Helper()
	packed, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.ToValidUTF8(data, nil)
}

// Whole pages, menus and scripts included, are the hardest bodies there are.
func TestRealPagesAreCleanedOnce(t *testing.T) {
	files, err := filepath.Glob("testdata/pages/*.gz")
	if err != nil || len(files) == 0 {
		t.Fatal("no pages", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			got := cleanHTML(t, string(unpacked(t, file)), page)
			harmless(t, file, got)
			if again := cleanHTML(t, got, page); again != got {
				at := 0
				for at < min(len(again), len(got)) && again[at] == got[at] {
					at++
				}
				t.Errorf("cleaned again at byte %d\n got %.300s\nthen %.300s", at, got[max(0, at-100):], again[max(0, at-100):])
			}
		})
	}
}

func BenchmarkCleanBody(b *testing.B) {
	root, err := html.Parse(bytes.NewReader(unpacked(b, "testdata/pages/assabah-2019.html.gz")))
	if err != nil {
		b.Fatal(err)
	}
	at, err := url.Parse(page)
	if err != nil {
		b.Fatal(err)
	}
	body := root
	for n := range root.Descendants() {
		if n.Data == "body" {
			body = n
		}
	}
	text, _, err := extractor.CleanBody(body, at)
	if err != nil || !strings.Contains(text, "<p>") {
		b.Fatal(err, text)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := extractor.CleanBody(body, at); err != nil {
			b.Fatal(err)
		}
	}
}
