package extractor_test

import (
	"encoding/json"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"nashra/extractor"
)

// knownFailures are cases of the corpus that cleaning does not reach yet. The
// list may only get shorter.
var knownFailures = map[string]bool{}

type corpusCase struct {
	Name  string          `json:"name"`
	Rule  string          `json:"rule"`
	Kind  string          `json:"kind"`
	Input json.RawMessage `json:"input"`
	Page  string          `json:"page"`
	Want  json.RawMessage `json:"want"`
}

func corpus(t *testing.T, kind string) []corpusCase {
	t.Helper()
	var list []corpusCase
	for _, name := range []string{"arabic-cleaning.json", "further-cases.json"} {
		data, err := os.ReadFile(filepath.Join("../internal/arabic/testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		var file struct{ Cases []corpusCase }
		if err := json.Unmarshal(data, &file); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, c := range file.Cases {
			if c.Kind == kind {
				list = append(list, c)
			}
		}
	}
	if len(list) == 0 {
		t.Fatalf("the corpus has no cases of kind %s", kind)
	}
	return list
}

func decode[T any](t *testing.T, raw json.RawMessage) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// check compares as a known failure must: it fails when it no longer does.
func check(t *testing.T, name string, same bool, complain func()) {
	t.Helper()
	switch {
	case knownFailures[name] && same:
		t.Errorf("%s works now: take it off the list of known failures", name)
	case !knownFailures[name] && !same:
		complain()
	}
}

func TestCorpusHTML(t *testing.T) {
	for _, c := range corpus(t, "html") {
		t.Run(c.Name, func(t *testing.T) {
			in, want := decode[string](t, c.Input), decode[string](t, c.Want)
			for _, in := range []string{in, want} {
				got := cleanHTML(t, in, c.Page)
				check(t, c.Name, canonical(t, got) == canonical(t, want), func() {
					t.Errorf("CleanHTML(%q)\n got %q\nwant %q", in, got, want)
				})
			}
		})
	}
}

func TestCorpusParagraphs(t *testing.T) {
	for _, c := range corpus(t, "paragraphs") {
		t.Run(c.Name, func(t *testing.T) {
			in, want := decode[string](t, c.Input), decode[[]string](t, c.Want)
			got := paragraphs(t, in, c.Page)
			check(t, c.Name, reflect.DeepEqual(got, want), func() {
				t.Errorf("Paragraphs(%q)\n got %q\nwant %q", in, got, want)
			})
			if again := paragraphs(t, markup(want), c.Page); !reflect.DeepEqual(again, want) {
				t.Errorf("cleaned again\n got %q\nwant %q", again, want)
			}
		})
	}
}

// markup is the HTML of a list of blocks.
func markup(blocks []string) string {
	around := map[string]string{"h": "<h2>%s</h2>", "p": "<p>%s</p>", "li": "<ul><li>%s</li></ul>", "q": "<blockquote><p>%s</p></blockquote>"}
	var b strings.Builder
	for _, block := range blocks {
		kind, text, _ := strings.Cut(block, ":")
		fmt.Fprintf(&b, around[kind], html.EscapeString(text))
	}
	return b.String()
}

func TestCorpusRepublished(t *testing.T) {
	type result struct {
		Body   []string `json:"body"`
		Origin string   `json:"origin"`
	}
	for _, c := range corpus(t, "republished") {
		t.Run(c.Name, func(t *testing.T) {
			in, want := decode[[]string](t, c.Input), decode[result](t, c.Want)
			body, origin := extractor.Republished(in)
			check(t, c.Name, reflect.DeepEqual(result{body, origin}, want), func() {
				t.Errorf("Republished(%q)\n got %q, origin %q\nwant %q, origin %q", in, body, origin, want.Body, want.Origin)
			})
			if again, origin := extractor.Republished(body); !reflect.DeepEqual(again, body) || origin != "" {
				t.Errorf("read again it loses more: %q, origin %q", again, origin)
			}
		})
	}
}
