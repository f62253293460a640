package fetcher_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nashra"
	"nashra/fetcher"
)

var update = flag.Bool("update", false, "write the golden files anew")

// contentTypes are the documents that come with a header of their own.
var contentTypes = map[string]string{
	"encodings/utf-8-header-windows-1256.xml":     "text/xml; charset=windows-1256",
	"encodings/windows-1256-by-header.xml":        `text/xml; charset="windows-1256"`,
	"encodings/windows-1256-declared-latin-1.xml": "text/xml; charset=ISO-8859-1",
	"encodings/windows-1256-unknown-label.xml":    "text/xml; charset=x-arabic",
}

// documents are the files of testdata/feeds, by folder and name.
func documents(tb testing.TB) (names []string) {
	tb.Helper()
	paths, err := filepath.Glob("testdata/feeds/*/*")
	if err != nil || len(paths) == 0 {
		tb.Fatal("no documents", err)
	}
	for _, path := range paths {
		names = append(names, strings.TrimPrefix(filepath.ToSlash(path), "testdata/feeds/"))
	}
	return names
}

func document(tb testing.TB, name string) []byte {
	tb.Helper()
	body, err := os.ReadFile("testdata/feeds/" + name)
	if err != nil {
		tb.Fatal(err)
	}
	return body
}

// TestDocuments compares what is read from each document of testdata/feeds, all
// written for this test, with what was once read and looked at: a golden file a
// folder.
func TestDocuments(t *testing.T) {
	golden := map[string]*bytes.Buffer{} // by folder
	for _, name := range documents(t) {
		folder, file := filepath.Split(name)
		if golden[folder] == nil {
			golden[folder] = &bytes.Buffer{}
		}
		fmt.Fprintf(golden[folder], "== %s\n%s\n", file, reading(t, name))
	}
	for folder, got := range golden {
		t.Run(folder, func(t *testing.T) {
			path := "testdata/feeds/" + strings.TrimSuffix(folder, "/") + ".golden"
			if *update {
				if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			gotParts, wantParts := strings.Split(got.String(), "== "), strings.Split(string(want), "== ")
			if len(gotParts) != len(wantParts) {
				t.Fatalf("%d documents, %d in %s", len(gotParts)-1, len(wantParts)-1, path)
			}
			for i, part := range gotParts {
				if part != wantParts[i] {
					t.Errorf("\n got %s\nwant %s", part, wantParts[i])
				}
			}
		})
	}
}

// reading is what is read from a document, a line each.
func reading(t *testing.T, name string) string {
	t.Helper()
	from, err := url.Parse("https://partner.example/akhbar/feed")
	if err != nil {
		t.Fatal(err)
	}
	feed, parseErr := fetcher.ParseForTest(document(t, name), contentTypes[name], from, subscription("").Zone, now)
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	line := func(label string, v any) {
		b.WriteString(label + " ")
		if err := enc.Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	if parseErr != nil {
		fmt.Fprintf(&b, "error %v\n", parseErr)
	}
	for _, w := range feed.Warnings {
		fmt.Fprintf(&b, "warning %s\n", w)
	}
	if feed.Title != "" || feed.Homepage != "" || feed.Language != "" {
		line("feed", []string{feed.Title, feed.Homepage, feed.Language})
	}
	if feed.Hints != (nashra.Hints{}) {
		line("hints", feed.Hints)
	}
	for _, e := range feed.Entries {
		line("entry", e)
	}
	return b.String()
}
