package retention_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nashra"
	"nashra/internal/retention"
	"nashra/store"
)

const day = 24 * time.Hour

var now = time.Date(2025, 5, 3, 12, 0, 0, 0, time.UTC)

// archive is a store whose sources have n articles each, one a day up to now.
func archive(t *testing.T, n int, sources ...string) *store.Store {
	t.Helper()
	s, err := store.Open(filepath.Join(t.TempDir(), "nashra.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	config := nashra.Batch{ID: "config", At: now, By: "config"}
	for _, id := range sources {
		config.Sources = append(config.Sources, nashra.Source{ID: id, Partner: id})
	}
	apply(t, s, config)
	for _, id := range sources {
		apply(t, s, cycle(id, 0, now, articles(id, n)...))
	}
	return s
}

func articles(source string, n int) (puts []nashra.Put) {
	for i := range n {
		guid := fmt.Sprintf("%s-%d", source, i)
		puts = append(puts, nashra.Put{
			Identity:  nashra.Identity{Partner: source, GUID: guid},
			EntryHash: nashra.HashOf(guid),
			Content:   &nashra.Content{Title: guid, HTML: "<p>" + guid + "</p>", Published: now.Add(-time.Duration(i) * day)},
		})
	}
	return puts
}

// cycle reads the feed of a source whole.
func cycle(source string, base uint64, at time.Time, puts ...nashra.Put) nashra.Batch {
	return nashra.Batch{
		ID: fmt.Sprint(source, "/", base), At: at, By: "cycle", Source: source, Base: base,
		Cycle: nashra.Cycle{Number: base + 1, Began: at}, Puts: puts,
		Fetch: &nashra.Fetch{Source: source, At: at, Outcome: nashra.OutcomeOK},
		State: &nashra.State{LastSuccess: at, Read: at},
	}
}

func apply(t *testing.T, s *store.Store, b nashra.Batch) {
	t.Helper()
	if _, err := s.Apply(t.Context(), b); err != nil {
		t.Fatal(err)
	}
}

func sweep(t *testing.T, a retention.Archive, rules retention.Rules, at time.Time) int {
	t.Helper()
	removed, err := retention.Sweep(t.Context(), a, rules, at)
	if err != nil {
		t.Fatal(err)
	}
	return removed
}

// titles are those of a source's articles, newest first.
func titles(t *testing.T, s *store.Store, source string) string {
	t.Helper()
	page, err := s.Articles(t.Context(), nashra.Query{Source: source, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, r := range page.Records {
		list = append(list, strings.TrimPrefix(r.Article.Title, source+"-"))
	}
	return strings.Join(list, " ")
}

func TestRulesTakeOutTheOldestOfEachSource(t *testing.T) {
	for _, tt := range []struct {
		name     string
		rules    retention.Rules
		a, other string
	}{
		{"no rule", retention.Rules{}, "0 1 2 3 4 5", "0 1 2 3 4 5"},
		{"by count", retention.Rules{Default: nashra.Keep{Count: 2}}, "0 1", "0 1"},
		{"by age, to the instant", retention.Rules{Default: nashra.Keep{Age: 3 * day}}, "0 1 2 3", "0 1 2 3"},
		{"the stricter of both", retention.Rules{Default: nashra.Keep{Age: 3 * day, Count: 5}}, "0 1 2 3", "0 1 2 3"},
		{"the stricter of both, the other one", retention.Rules{Default: nashra.Keep{Age: 3 * day, Count: 1}}, "0", "0"},
		{"one of its own", retention.Rules{Default: nashra.Keep{Count: 2}, Sources: map[string]nashra.Keep{"a": {Count: 4}}}, "0 1 2 3", "0 1"},
		{"one for ever", retention.Rules{Default: nashra.Keep{Count: 2}, Sources: map[string]nashra.Keep{"a": {}}}, "0 1 2 3 4 5", "0 1"},
		{"nothing is old enough", retention.Rules{Default: nashra.Keep{Age: 100 * day, Count: 6}}, "0 1 2 3 4 5", "0 1 2 3 4 5"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := archive(t, 6, "a", "a2")
			removed := sweep(t, s, tt.rules, now)
			a, other := titles(t, s, "a"), titles(t, s, "a2")
			if a != tt.a || other != tt.other {
				t.Errorf("left are %q and %q, want %q and %q", a, other, tt.a, tt.other)
			}
			if want := 12 - len(strings.Fields(a+" "+other)); removed != want {
				t.Errorf("%d are said to be removed, not %d", removed, want)
			}
			if again := sweep(t, s, tt.rules, now); again != 0 {
				t.Errorf("a second time %d were removed", again)
			}
		})
	}
}

// counted is a store that counts the batches, and lets a cycle come between two
// of them.
type counted struct {
	*store.Store
	batches int
	largest int
	between func()
}

func (c *counted) Apply(ctx context.Context, b nashra.Batch) (nashra.Applied, error) {
	out, err := c.Store.Apply(ctx, b)
	c.batches++
	c.largest = max(c.largest, len(b.Removes)+len(b.Sweep.Forgets))
	if c.between != nil {
		c.between()
	}
	return out, err
}

func TestMuchIsRemovedInSlices(t *testing.T) {
	c := &counted{Store: archive(t, 1000, "a", "b", "c")}
	sweep(t, c, retention.Rules{Default: nashra.Keep{Count: 10}}, now)
	if c.batches < 10 || c.batches > 16 || c.largest > 300 {
		t.Errorf("2970 articles were removed by %d batches of at most %d", c.batches, c.largest)
	}
	if left := titles(t, c.Store, "b"); len(strings.Fields(left)) != 10 {
		t.Errorf("left are %q", left)
	}
}

func TestWhatASweepDidBeforeItEndedStays(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := &counted{Store: archive(t, 500, "a"), between: cancel}
	removed, err := retention.Sweep(ctx, c, retention.Rules{Default: nashra.Keep{Count: 1}}, now)
	if !errors.Is(err, context.Canceled) || removed == 0 || c.batches != 1 {
		t.Errorf("%d removed by %d batches, %v", removed, c.batches, err)
	}
	if left := len(strings.Fields(titles(t, c.Store, "a"))); left != 500-removed {
		t.Errorf("%d are left of 500, %d removed", left, removed)
	}
}

func TestTombstonesAreForgottenOnceTheirEntriesAreAbsent(t *testing.T) {
	s := archive(t, 600, "a")
	sweep(t, s, retention.Rules{Default: nashra.Keep{Count: 100}}, now)
	removed := articles("a", 600)[100:]
	known := func() (n int) {
		t.Helper()
		for _, put := range removed {
			k, err := s.Known(t.Context(), []nashra.Identity{put.Identity})
			if err != nil {
				t.Fatal(err)
			}
			if k[0].Removed {
				n++
			}
		}
		return n
	}
	at, base := now, uint64(1)
	still := removed[:3] // stay in the feed all the time
	for range 30 {
		at = at.Add(day)
		apply(t, s, cycle("a", base, at, bare(still)...))
		base++
		if n := known(); n != 500 {
			t.Fatalf("on %s %d of 500 are known", at, n)
		}
		sweep(t, s, retention.Rules{}, at)
	}
	if n := known(); n != len(still) {
		t.Errorf("%d of 500 are known, want the %d that the feed holds", n, len(still))
	}
	sweeps, err := s.Sweeps(t.Context())
	if err != nil || !sweeps.Whole.Equal(at) || !sweeps.Left {
		t.Errorf("after the last sweep: %+v, %v", sweeps, err)
	}
	before := sweeps.Number
	sweep(t, s, retention.Rules{}, at.Add(time.Minute))
	if sweeps, err = s.Sweeps(t.Context()); err != nil || sweeps.Number != before {
		t.Errorf("the same day a sweep with nothing to do wrote something: %+v, %v", sweeps, err)
	}
}

func bare(puts []nashra.Put) (out []nashra.Put) {
	for _, p := range puts {
		p.Content = nil
		out = append(out, p)
	}
	return out
}

func TestAStoreWithoutRemovedArticlesIsNotWrittenTo(t *testing.T) {
	c := &counted{Store: archive(t, 3, "a")}
	sweep(t, c, retention.Rules{Default: nashra.Keep{Count: 10, Age: 1000 * day}}, now)
	if c.batches != 0 {
		t.Errorf("%d batches", c.batches)
	}
}
