package storetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"nashra"
)

var identityPromises = []promise{
	{"ids are minted from the guid, else the link, else the title", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		d.cycle("morning", put)
		equal(t, "by guid", d.id(put), nashra.NewID("paper", "paper-1"))

		byLink := entry("paper", 2, "ب")
		byLink.Identity.GUID = ""
		d.cycle("morning", byLink)
		equal(t, "by link", d.id(byLink), nashra.NewID("paper", "paper.example/news/2"))

		byTitle := entry("paper", 3, "ج")
		byTitle.Identity.GUID, byTitle.Identity.Link = "", ""
		d.cycle("morning", byTitle)
		again := byTitle
		again.Identity.Title = " خَبَر  ج "
		came(t, "the same title written otherwise", d.cycle("morning", again), counts(0, 0, 1))
	}},
	{"a changed guid, a move to https and tracking parameters keep the article", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		put.Identity.GUID, put.Identity.Link = "http://paper.example/?p=7", "http://www.paper.example/news/1/"
		d.cycle("morning", put)
		id := d.id(put)
		for _, change := range []func(i *nashra.Identity){
			func(i *nashra.Identity) { i.GUID = "https://paper.example/?p=7" },
			func(i *nashra.Identity) { i.Link = "https://paper.example/news/1?utm_source=rss#top" },
			func(i *nashra.Identity) { i.GUID = "tag:paper.example,2025:7" },
			func(i *nashra.Identity) { i.Link = "https://paper.example/archive/1" }, // by the guid given just before
			func(i *nashra.Identity) { i.GUID = "" },                                // by the link given just before
		} {
			change(&put.Identity)
			came(t, fmt.Sprintf("as %+v", put.Identity), d.cycle("morning", put), counts(0, 0, 1))
			equal(t, "id", d.id(put), id)
		}
		equal(t, "items", d.source("morning").Items, 1)
	}},
	{"a name that leads to an article stays with it", func(t *testing.T, d *desk) {
		one, two := entry("paper", 1, "أ"), entry("paper", 2, "ب")
		d.cycle("morning", one, two)
		mixed := two
		mixed.Identity.Link = one.Identity.Link
		equal(t, "the guid comes first", d.id(mixed), d.id(two))
		came(t, "mixed", d.cycle("morning", mixed), counts(0, 0, 1))
		onlyLink := one
		onlyLink.Identity.GUID = ""
		equal(t, "the link still leads to the first", d.id(onlyLink), d.id(one))
	}},
	{"another name of an article is not its id", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		d.cycle("morning", put)
		id := d.id(put)
		alias := nashra.NewID("paper", "paper.example/news/1")
		for range 2 {
			if _, err := d.store.Article(t.Context(), alias); !errors.Is(err, nashra.ErrNotFound) {
				t.Errorf("article: got %v, want ErrNotFound", err)
			}
			d.refused(d.hide(alias), nashra.ErrNotFound)
			d.mustApply(d.removal(id)) // and so with a removed one
		}
	}},
	{"a guid that is the link of its entry is one name with it", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		put.Identity.GUID = put.Identity.Link
		d.cycle("morning", put)
		put.Identity.GUID = ""
		came(t, "by the link alone", d.cycle("morning", put), counts(0, 0, 1))
		put.Identity.GUID, put.Identity.Link = entry("paper", 1, "أ").Identity.Link, "https://paper.example/moved"
		came(t, "by the guid alone", d.cycle("morning", put), counts(0, 0, 1))
	}},
	{"partners are apart", func(t *testing.T, d *desk) {
		mine := entry("paper", 1, "أ")
		theirs := mine
		theirs.Identity.Partner = "other"
		d.cycle("morning", mine)
		came(t, "the same names of another partner", d.cycle("other", theirs), counts(1, 0, 0))
		if d.id(mine) == d.id(theirs) {
			t.Error("two partners share an article")
		}
	}},
	{"two sources of one partner share their articles", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		d.cycle("morning", put)
		came(t, "the same entry", d.cycle("evening", put), counts(0, 0, 1))
		equal(t, "items of the first", d.source("morning").Items, 1)
		equal(t, "items of the second", d.source("evening").Items, 0)
		equal(t, "source", d.article(d.id(put)).Article.Source, "morning")
	}},
	{"two sources that show one article differently do not revise it in turns", func(t *testing.T, d *desk) {
		short, whole := entry("paper", 1, "موجز"), entry("paper", 1, "كامل")
		d.cycle("morning", whole)
		for range 2 {
			came(t, "second source", d.cycle("evening", short), counts(0, 0, 1))
			came(t, "first source", d.cycle("morning", whole), counts(0, 0, 1))
		}
		equal(t, "revision", d.article(d.id(whole)).Article.Revision, 0)
		corrected := entry("paper", 1, "مصحح")
		came(t, "what the second source changes", d.cycle("evening", corrected), counts(0, 1, 0))
		came(t, "first source", d.cycle("morning", whole), counts(0, 0, 1))
		equal(t, "body", d.article(d.id(whole)).Article.HTML, "<p>نص الخبر مصحح</p>")
		equal(t, "hash", d.known(whole.Identity).EntryHash, corrected.EntryHash)
	}},
	{"an entry that a source sends as before needs no reading, whichever source it is", func(t *testing.T, d *desk) {
		short, whole := entry("paper", 1, "موجز"), entry("paper", 1, "كامل")
		d.cycle("morning", whole)
		d.cycle("evening", short)
		d.cycle("evening", entry("paper", 1, "مصحح"))
		k := d.known(whole.Identity)
		for source, want := range map[string]nashra.Hash{
			"morning": whole.EntryHash, "evening": nashra.HashOf("paper", "1", "مصحح"), "a third": nashra.HashOf("paper", "1", "مصحح"),
		} {
			equal(t, "hash from "+source, k.HashFrom(source), want)
		}
		for _, source := range []string{"morning", "evening", "morning"} {
			bare := whole
			bare.EntryHash, bare.Content = k.HashFrom(source), nil
			came(t, source, d.cycle(source, bare), counts(0, 0, 1))
		}
		bare := whole
		bare.EntryHash, bare.Content = k.EntryHash, nil
		came(t, "the first source takes up the correction", d.cycle("morning", bare), counts(0, 0, 1))
		equal(t, "hash from it", d.known(whole.Identity).HashFrom("morning"), k.EntryHash)
		equal(t, "revision", d.article(k.ID).Article.Revision, 1)
	}},
	{"guids that change every time do not pile up", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		for i := range 40 {
			put.Identity.GUID = fmt.Sprintf("session-%d", i)
			d.cycle("morning", put)
		}
		equal(t, "items", d.source("morning").Items, 1)
		if n := len(d.dump()); n > 32<<10 {
			t.Errorf("the dump of one article has %d bytes", n)
		}
	}},
	{"what is known of entries is answered in order", func(t *testing.T, d *desk) {
		one, two := entry("paper", 1, "أ"), entry("paper", 2, "ب")
		one.PageHash = nashra.HashOf("page")
		d.cycle("morning", one, two)
		d.mustApply(d.removal(d.id(two)))
		out, err := d.store.Known(t.Context(), []nashra.Identity{
			entry("paper", 9, "؟").Identity, two.Identity, one.Identity,
		})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "known", out, []nashra.Known{
			{}, {ID: nashra.NewID("paper", "paper-2"), Removed: true},
			{ID: nashra.NewID("paper", "paper-1"), EntryHash: one.EntryHash, PageHash: one.PageHash},
		})
	}},
	{"bytes that are no UTF-8 come to the same by every way", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		put.Identity.GUID = "guid-\xe3"
		put.Content.HTML, put.Content.Title = "<p>\xe3\xe3</p>", "\xff"
		d.cycle("morning", put)
		a := d.article(d.id(put)).Article
		equal(t, "body", a.HTML, "<p>"+strings.Repeat("\ufffd", 2)+"</p>")
		equal(t, "title", a.Title, "\ufffd")
		came(t, "again", d.cycle("morning", put), counts(0, 0, 1))
		equal(t, "revision", d.article(d.id(put)).Article.Revision, 0)
	}},
}
