package store_test

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"nashra"
)

func TestNeighboursStandBesideAnArticleInTheListing(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "nashra.db"))
	applyHistory(t, s)
	for name, visible := range map[string]time.Time{
		"now": at.AddDate(1, 0, 0), "when a source's rights have ended": at.AddDate(20, 0, 0),
	} {
		t.Run(name, func(t *testing.T) {
			page, err := s.Articles(t.Context(), nashra.Query{Limit: 1000, Visible: visible})
			if err != nil || len(page.Records) < 3 || page.Next != "" {
				t.Fatalf("%d articles, next %q, %v", len(page.Records), page.Next, err)
			}
			idOf := func(i int) string {
				if i < 0 || i == len(page.Records) {
					return "none"
				}
				return page.Records[i].Article.ID
			}
			for i, r := range page.Records {
				newer, older, err := s.Neighbours(t.Context(), r.Article.ID, visible)
				if err != nil {
					t.Fatal(err)
				}
				for _, side := range []struct {
					name string
					got  *nashra.Record
					want string
				}{{"newer", newer, idOf(i - 1)}, {"older", older, idOf(i + 1)}} {
					got := "none"
					if side.got != nil {
						got = side.got.Article.ID
						if side.got.Article.HTML != "" {
							t.Errorf("the %s one has its body", side.name)
						}
					}
					if got != side.want {
						t.Errorf("article %d: %s is %s, want %s", i, side.name, got, side.want)
					}
				}
			}
		})
	}
	if _, _, err := s.Neighbours(t.Context(), "none", at); !errors.Is(err, nashra.ErrNotFound) {
		t.Errorf("an unknown id: %v", err)
	}
}

func TestAnArticleIsFoundUnderItsOtherNames(t *testing.T) {
	c := &changing{T: t, store: open(t, filepath.Join(t.TempDir(), "nashra.db"))}
	c.apply(nashra.Batch{Sources: []nashra.Source{{ID: "s", Partner: "s", Name: "س", Feed: "https://s.example/feed"}}})
	identity := nashra.Identity{Partner: "s", GUID: "g1", Link: "https://s.example/1", Title: "خبر"}
	c.apply(nashra.Batch{
		Source: "s", Cycle: nashra.Cycle{Number: 1, Began: at}, Fetch: &nashra.Fetch{Source: "s", Outcome: nashra.OutcomeOK}, State: &nashra.State{},
		Puts: []nashra.Put{{Identity: identity, EntryHash: nashra.HashOf("x"), Content: &nashra.Content{Title: "خبر", Link: identity.Link, Method: "test"}}},
	})
	known, err := c.store.Known(t.Context(), []nashra.Identity{identity})
	if err != nil {
		t.Fatal(err)
	}
	other := nashra.NewID("s", nashra.LinkKey(identity.Link))
	for _, name := range []string{known[0].ID, other} {
		if got, err := c.store.Named(t.Context(), name); err != nil || got != known[0].ID {
			t.Errorf("%s is a name of %q (%v), want %q", name, got, err, known[0].ID)
		}
	}
	if other == known[0].ID {
		t.Error("both names are the same: nothing is shown")
	}
	if _, err := c.store.Named(t.Context(), nashra.NewID("x", "y")); !errors.Is(err, nashra.ErrNotFound) {
		t.Errorf("nobody's name: %v", err)
	}
	c.apply(nashra.Batch{Removes: []nashra.Remove{{Article: known[0].ID, Reason: "x"}}})
	if _, err := c.store.Named(t.Context(), other); !errors.Is(err, nashra.ErrHidden) {
		t.Errorf("a removed article's name: %v", err)
	}
}
