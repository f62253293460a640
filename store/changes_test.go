package store_test

import (
	"fmt"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"nashra"
	"nashra/store"
)

// changing applies cycles and removals for the tests of Changes.
type changing struct {
	*testing.T
	store *store.Store
	cycle uint64
	batch int
}

func (c *changing) apply(b nashra.Batch) {
	c.Helper()
	c.batch++
	b.ID, b.By, b.At = fmt.Sprintf("b%d", c.batch), "test", time.Date(2026, 11, 23, 8, c.batch, 0, 0, time.UTC)
	if _, err := c.store.Apply(c.Context(), b); err != nil {
		c.Fatal(err)
	}
}

// fetch brings entries as NAME and text.
func (c *changing) fetch(entries ...string) {
	c.Helper()
	b := nashra.Batch{Source: "s", Base: c.cycle, Fetch: &nashra.Fetch{Source: "s", Outcome: nashra.OutcomeOK}, State: &nashra.State{}}
	c.cycle++
	b.Cycle = nashra.Cycle{Number: c.cycle, Began: time.Date(2026, 11, 23, 8, c.batch, 0, 0, time.UTC)}
	for i := 0; i < len(entries); i += 2 {
		b.Puts = append(b.Puts, nashra.Put{
			Identity: nashra.Identity{Partner: "s", GUID: entries[i]}, EntryHash: nashra.HashOf(entries[i+1]),
			Content: &nashra.Content{Title: entries[i], HTML: "<p>" + entries[i+1] + "</p>", Method: "test"},
		})
	}
	c.apply(b)
}

// all follows the store from a number to its end, limit steps at once. A step
// is NAME=text, or -NUMBER for what was removed.
func (c *changing) all(after uint64, limit int) (steps []string, upto uint64) {
	c.Helper()
	seq, _, err := c.store.Seq(c.Context())
	if err != nil {
		c.Fatal(err)
	}
	for after < seq {
		list, upto, err := c.store.Changes(c.Context(), after, limit)
		if err != nil {
			c.Fatal(err)
		}
		for _, s := range list {
			if s.Number <= after || s.Number > upto {
				c.Errorf("number %d after %d, up to %d", s.Number, after, upto)
			}
			if s.Removed {
				steps = append(steps, fmt.Sprint("-", s.Seq))
			} else {
				steps = append(steps, s.Article.Title+"="+s.Article.HTML[3:len(s.Article.HTML)-4])
			}
		}
		if upto <= after {
			c.Fatalf("no way from number %d to %d", after, seq)
		}
		after = upto
	}
	return steps, after
}

func TestChangesTellEveryArticleAtItsLastChange(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nashra.db")
	s, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := &changing{T: t, store: s}
	c.apply(nashra.Batch{Sources: []nashra.Source{{ID: "s", Partner: "s", Name: "s", Feed: "https://x.example/", Language: "ar", Timezone: "UTC"}}})
	expect := func(after uint64, want ...string) (upto uint64) {
		t.Helper()
		for _, limit := range []int{100, 2, 1} {
			var got []string
			if got, upto = c.all(after, limit); !reflect.DeepEqual(got, want) {
				t.Errorf("after %d, %d at once:\n got %q\nwant %q", after, limit, got, want)
			}
		}
		return upto
	}
	c.fetch("a", "1", "b", "1", "c", "1")
	first := expect(0, "a=1", "b=1", "c=1")
	c.fetch("a", "2", "b", "1", "d", "1")
	second := expect(first, "a=2", "d=1")
	expect(0, "b=1", "c=1", "a=2", "d=1")
	c.fetch("a", "3", "d", "1")
	expect(second, "a=3")
	expect(first, "d=1", "a=3")
	removed, err := s.Known(t.Context(), []nashra.Identity{{Partner: "s", GUID: "a"}, {Partner: "s", GUID: "c"}})
	if err != nil {
		t.Fatal(err)
	}
	numbers := []string{}
	for _, k := range removed {
		r, err := s.Article(t.Context(), k.ID)
		if err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, fmt.Sprint("-", r.Article.Seq))
		c.apply(nashra.Batch{Removes: []nashra.Remove{{Article: k.ID, Reason: "test"}}})
	}
	end := expect(0, append([]string{"b=1", "d=1"}, numbers...)...)
	expect(end)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if c.store, err = store.Open(path, store.Options{}); err != nil {
		t.Fatal(err)
	}
	defer c.store.Close()
	expect(second, numbers...)
}

// TestAForgottenRemovalLeavesTheChanges: else their row would grow for ever with
// what is not there.
func TestAForgottenRemovalLeavesTheChanges(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "nashra.db"))
	defer s.Close()
	if _, err := s.Apply(t.Context(), configBatch()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Apply(t.Context(), cycleBatch(0, 3, "نص")); err != nil {
		t.Fatal(err)
	}
	page, err := s.Articles(t.Context(), nashra.Query{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	gone := page.Records[0].Article
	sweep := nashra.Batch{ID: "sweep/0", At: at, By: "sweep", Removes: []nashra.Remove{{Article: gone.ID, Reason: "age"}}, Sweep: &nashra.Sweep{}}
	if _, err := s.Apply(t.Context(), sweep); err != nil {
		t.Fatal(err)
	}
	removed := func() (n int) {
		t.Helper()
		list, _, err := s.Changes(t.Context(), 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			if c.Removed {
				n++
			}
		}
		return n
	}
	if removed() != 1 {
		t.Errorf("the changes tell of %d removals, not of 1", removed())
	}
	late := closing("s", 1, 0)
	late.State.Read, late.State.LastSuccess = at.AddDate(0, 2, 0), at.AddDate(0, 2, 0)
	if _, err := s.Apply(t.Context(), late); err != nil {
		t.Fatal(err)
	}
	forget := nashra.Batch{ID: "sweep/1", At: at, By: "sweep", Base: 1, Sweep: &nashra.Sweep{Forgets: []string{gone.ID}}}
	if _, err := s.Apply(t.Context(), forget); err != nil {
		t.Fatal(err)
	}
	if removed() != 0 {
		t.Error("the changes tell of a removal that is forgotten")
	}
	if r := check(t, s); len(r.Problems) > 0 {
		t.Errorf("the check says %v", r.Problems)
	}
}
