package storetest

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"nashra"
	"nashra/store"
)

// fill stores articles of all three sources with mixed dates and returns the
// whole archive as the desk must see it.
func (d *desk) fill() []nashra.Article {
	d.t.Helper()
	var puts = map[string][]nashra.Put{}
	for i := range 24 {
		source, partner := "morning", "paper"
		if i%3 == 1 {
			source = "evening"
		} else if i%3 == 2 {
			source, partner = "other", "other"
		}
		p := entry(partner, i, strings.Repeat("ن", i+1))
		switch i % 4 {
		case 0: // undated
		case 1: // several at one instant, long ago
			p.Content.Published = time.Date(1969, 7, 20, 0, 0, 0, 0, time.UTC)
		case 2:
			p.Content.Published = d.now.Add(-time.Duration(i) * time.Hour)
		case 3: // dated tomorrow
			p.Content.Published = d.now.Add(24 * time.Hour)
		}
		puts[source] = append(puts[source], p)
	}
	var all []nashra.Article
	for _, source := range []string{"other", "morning", "evening"} {
		d.cycle(source, puts[source]...)
		for _, p := range puts[source] {
			all = append(all, d.article(d.id(p)).Article)
		}
	}
	slices.SortFunc(all, func(a, b nashra.Article) int {
		if c := b.Sort.Compare(a.Sort); c != 0 {
			return c
		}
		return strings.Compare(b.ID, a.ID)
	})
	return all
}

func idsOf(all []nashra.Article, sources ...string) []string {
	var ids []string
	for _, a := range all {
		if slices.Contains(sources, a.Source) {
			ids = append(ids, a.ID)
		}
	}
	return ids
}

var listingPromises = []promise{
	{"listings are newest first, whole and narrowed, in pages of any size", func(t *testing.T, d *desk) {
		all := d.fill()
		for _, limit := range []int{1, 2, 5, 7, 24, 1000} {
			equal(t, "all", d.list(nashra.Query{Limit: limit}), idsOf(all, "morning", "evening", "other"))
			equal(t, "a source", d.list(nashra.Query{Limit: limit, Source: "evening"}), idsOf(all, "evening"))
			equal(t, "a category of two sources", d.list(nashra.Query{Limit: limit, Category: "سياسه"}), idsOf(all, "morning", "other"))
			equal(t, "a category of two words", d.list(nashra.Query{Limit: limit, Category: "ثقافه-وفن"}), idsOf(all, "evening"))
		}
	}},
	{"an article without a date, or with one to come, stands where it was first seen", func(t *testing.T, d *desk) {
		for _, a := range d.fill() {
			want := a.FirstSeen
			if !a.Published.IsZero() && a.Published.Before(want) {
				want = a.Published
			}
			equal(t, "sort time", a.Sort, want)
		}
	}},
	{"a changed category moves all of its articles at once", func(t *testing.T, d *desk) {
		all := d.fill()
		moved := d.sources()[1]
		moved.Category = "سياسة"
		d.mustApply(d.configBatch(1, moved))
		equal(t, "category", d.list(nashra.Query{Limit: 5, Category: "سياسه"}), idsOf(all, "morning", "evening", "other"))
		if _, err := d.store.Articles(t.Context(), nashra.Query{Limit: 5, Category: "ثقافه-وفن"}); !errors.Is(err, nashra.ErrNotFound) {
			t.Errorf("the category that nobody has now: got %v, want ErrNotFound", err)
		}
	}},
	{"hidden articles are passed over without shortening pages", func(t *testing.T, d *desk) {
		all := d.fill()
		var seen []string
		for i, a := range all {
			if i < 9 || i%2 == 0 {
				d.mustApply(d.hide(a.ID))
			} else {
				seen = append(seen, a.ID)
			}
		}
		page, err := d.store.Articles(t.Context(), nashra.Query{Limit: 3, Visible: d.now})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "first page", len(page.Records), 3)
		equal(t, "pages", d.list(nashra.Query{Limit: 3, Visible: d.now}), seen)
	}},
	{"a page that ends with the last visible article has no next", func(t *testing.T, d *desk) {
		all := d.fill()
		for _, a := range all[3:] {
			d.mustApply(d.hide(a.ID))
		}
		page, err := d.store.Articles(t.Context(), nashra.Query{Limit: 3, Visible: d.now})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "records", len(page.Records), 3)
		equal(t, "next", page.Next, "")
	}},
	{"rights that end take a source's articles out of sight", func(t *testing.T, d *desk) {
		all := d.fill()
		until := d.now.Add(time.Hour)
		ended := d.sources()[2]
		ended.Rights.Until = until
		d.mustApply(d.configBatch(1, ended))
		equal(t, "before", d.list(nashra.Query{Limit: 50, Visible: until.Add(-1)}), idsOf(all, "morning", "evening", "other"))
		equal(t, "from then on", d.list(nashra.Query{Limit: 50, Visible: until}), idsOf(all, "morning", "evening"))
		equal(t, "for the desk", len(d.list(nashra.Query{Limit: 50})), len(all))
	}},
	{"pages stay whole while articles come and go", func(t *testing.T, d *desk) {
		all := d.fill()
		first, err := d.store.Articles(t.Context(), nashra.Query{Limit: 5})
		if err != nil {
			t.Fatal(err)
		}
		d.mustApply(d.removal(all[4].ID)) // the one that Next names
		d.cycle("morning", entry("paper", 99, "أحدث"))
		rest := d.list(nashra.Query{Limit: 5, After: first.Next})
		equal(t, "the rest", rest, idsOf(all[5:], "morning", "evening", "other"))
	}},
	{"bodies come when they are asked for", func(t *testing.T, d *desk) {
		d.fill()
		for _, bodies := range []bool{false, true} {
			page, err := d.store.Articles(t.Context(), nashra.Query{Limit: 4, Bodies: bodies})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range page.Records {
				want := d.article(r.Article.ID)
				if !bodies {
					want.Article.HTML = ""
				}
				equal(t, "record", r, want)
			}
		}
	}},
	{"a query that makes no sense is refused", func(t *testing.T, d *desk) {
		d.fill()
		page, err := d.store.Articles(t.Context(), nashra.Query{Limit: 2, Source: "morning"})
		if err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			name string
			q    nashra.Query
			want error
		}{
			{"no limit", nashra.Query{}, nil},
			{"too large a limit", nashra.Query{Limit: 1001}, nil},
			{"both source and category", nashra.Query{Limit: 1, Source: "morning", Category: "سياسه"}, nil},
			{"an unknown source", nashra.Query{Limit: 1, Source: "nobody"}, nashra.ErrNotFound},
			{"an unknown category", nashra.Query{Limit: 1, Category: "x"}, nashra.ErrNotFound},
			{"no token at all", nashra.Query{Limit: 1, After: "صفحة"}, store.ErrToken},
			{"a token cut short", nashra.Query{Limit: 1, Source: "morning", After: page.Next[1:]}, store.ErrToken},
			{"a token of the right length", nashra.Query{Limit: 1, Source: "morning", After: strings.Repeat("A", len(page.Next))}, store.ErrToken},
			{"a token of another listing", nashra.Query{Limit: 1, Source: "evening", After: page.Next}, store.ErrToken},
		} {
			t.Run(tt.name, func(t *testing.T) {
				_, err := d.store.Articles(t.Context(), tt.q)
				if err == nil || tt.want != nil && !errors.Is(err, tt.want) {
					t.Errorf("got %v, want %v", err, tt.want)
				}
			})
		}
	}},
}
