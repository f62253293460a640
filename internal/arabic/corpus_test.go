package arabic_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"nashra/internal/arabic"
)

// corpusCase is one rule as data; which fields count depends on the kind.
type corpusCase struct {
	Name  string
	Rule  string
	Kind  string
	Input json.RawMessage
	Want  json.RawMessage
	Site  string
	Zone  string
	Now   time.Time
	Max   int
}

// knownFailures are cases that are not right yet, by name. The list only
// shrinks.
var knownFailures = map[string]bool{}

func TestCorpus(t *testing.T) {
	for _, c := range corpus(t) {
		call := c.call(t)
		if call == nil {
			continue // markup: the extractor's tests run it
		}
		t.Run(c.Name, func(t *testing.T) {
			input, want := text(t, c.Input), text(t, c.Want)
			got := call(input)
			if knownFailures[c.Name] {
				if got == want {
					t.Errorf("%s is right now; take it off knownFailures", c.Name)
				}
				return
			}
			if got != want {
				t.Errorf("%s(%q)\n got %q\nwant %q", c.Kind, input, got, want)
			}
			if again := call(want); again != want {
				t.Errorf("%s is not idempotent: %q became %q", c.Kind, want, again)
			}
		})
	}
}

// corpus is the cases of all files: the project's rules as data, and ours.
func corpus(t *testing.T) []corpusCase {
	t.Helper()
	var list []corpusCase
	for _, name := range []string{"arabic-cleaning.json", "further-cases.json"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		var file struct{ Cases []corpusCase }
		if err := json.Unmarshal(data, &file); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		list = append(list, file.Cases...)
	}
	return list
}

// call is the function that c's kind stands for, nil where it is not ours.
func (c corpusCase) call(t *testing.T) func(string) string {
	switch c.Kind {
	case "text":
		return arabic.Clean
	case "key":
		return arabic.Key
	case "title":
		return func(s string) string { return arabic.Title(s, c.Site) }
	case "byline":
		return func(s string) string { return arabic.Byline(s, c.Site) }
	case "excerpt":
		return func(s string) string { return arabic.Excerpt(s, c.Max) }
	case "date":
		zone, err := time.LoadLocation(c.Zone)
		if err != nil {
			t.Fatal(err)
		}
		return func(s string) string {
			at, ok := arabic.Date(s, zone, c.Now)
			if !ok {
				return ""
			}
			return at.Format(time.RFC3339)
		}
	}
	return nil
}

func text(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		t.Fatal(err)
	}
	return s
}
