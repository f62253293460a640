package storetest

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"nashra"
)

var revisionPromises = []promise{
	{"an article is stored as it came", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		put.PageHash = nashra.HashOf("page")
		put.Content.Published = d.now.Add(-time.Hour)
		put.Content.Categories = []string{"مصر"}
		put.Content.Enclosures = []nashra.Enclosure{{URL: "https://paper.example/a.mp3", Length: 5}}
		b := d.begin("morning").closing(put)
		d.mustApply(b)
		a := d.article(d.id(put)).Article
		equal(t, "article", a, nashra.Article{
			ID: nashra.NewID("paper", "paper-1"), Seq: a.Seq, Source: "morning", Partner: "paper", GUID: "paper-1",
			FirstSeen: b.At, Sort: put.Content.Published, Revised: b.At, Cause: nashra.CausePartner,
			EntryHash: put.EntryHash, PageHash: put.PageHash, Content: *put.Content,
		})
	}},
	{"an instant in another zone is the same instant in UTC", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		put.Content.Published = d.now.Add(-time.Hour).In(time.FixedZone("", 3*3600))
		d.cycle("morning", put)
		a := d.article(d.id(put)).Article
		equal(t, "published", a.Published, put.Content.Published.UTC())
		came(t, "again", d.cycle("morning", put), counts(0, 0, 1))
		equal(t, "revision", d.article(a.ID).Article.Revision, 0)
	}},
	{"what the partner changed is updated in its place", func(t *testing.T, d *desk) {
		old, changed := entry("paper", 1, "أ"), entry("paper", 1, "مصحح")
		old.Content.Published = d.now.Add(-time.Hour)
		changed.Content.Published = d.now.Add(time.Hour)
		d.cycle("morning", old)
		was := d.article(d.id(old)).Article
		b := d.begin("morning").closing(changed)
		came(t, "changed", d.mustApply(b), counts(0, 1, 0))
		is := d.article(was.ID).Article
		want := was
		want.Content, want.EntryHash, want.Revised, want.Revision = *changed.Content, changed.EntryHash, b.At, 1
		equal(t, "article", is, want)
		came(t, "the same again", d.cycle("morning", changed), counts(0, 0, 1))
	}},
	{"another page alone is the partner's change, no page is none", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		put.PageHash = nashra.HashOf("page")
		d.cycle("morning", put)
		put.PageHash = nashra.HashOf("page, corrected")
		came(t, "another page", d.cycle("morning", put), counts(0, 1, 0))
		put.PageHash = nashra.Hash{}
		came(t, "the page was not read", d.cycle("morning", put), counts(0, 0, 1))
		equal(t, "page", d.article(d.id(put)).Article.PageHash, nashra.HashOf("page, corrected"))
	}},
	{"a page's validators stay with the content that was made of it", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		put.PageHash = nashra.HashOf("page")
		put.PageValidators = nashra.Validators{URL: "https://paper.example/1", ETag: `W/"1"`, LastModified: "yesterday"}
		validators := func() nashra.Validators { return d.article(d.id(put)).Article.PageValidators }
		d.cycle("morning", put)
		equal(t, "as it came", validators(), put.PageValidators)
		same := nashra.Put{Identity: put.Identity, EntryHash: put.EntryHash}
		d.cycle("morning", same)
		equal(t, "an entry without content", validators(), put.PageValidators)
		changed := entry("paper", 1, "مصحح")
		changed.PageHash, changed.PageValidators = put.PageHash, nashra.Validators{URL: "https://paper.example/1", ETag: `"2"`}
		came(t, "the page again", d.cycle("morning", changed), counts(0, 1, 0))
		equal(t, "the page again", validators(), changed.PageValidators)
		came(t, "the feed's body", d.cycle("morning", entry("paper", 1, "من الخلاصة")), counts(0, 1, 0))
		equal(t, "the feed's body", validators(), nashra.Validators{})
	}},
	{"what we made anew of the same is no update", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		d.cycle("morning", put)
		better := *put.Content
		better.HTML = "<p>نص أنظف</p>"
		put.Content = &better
		came(t, "extracted anew", d.cycle("morning", put), counts(0, 0, 1))
		a := d.article(d.id(put)).Article
		equal(t, "body", a.HTML, better.HTML)
		equal(t, "revision", a.Revision, 1)
		equal(t, "cause", a.Cause, nashra.CauseNashra)
		better.HTML = ""
		d.cycle("morning", put)
		equal(t, "an emptied body", d.article(a.ID).Article.HTML, "")
	}},
	{"an entry that was not read again must be known and the same", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		bare := put
		bare.Content = nil
		d.refused(d.begin("morning").closing(entry("paper", 2, "ب"), bare), nashra.ErrStale)
		d.cycle("morning", put)
		came(t, "known", d.cycle("morning", bare), counts(0, 0, 1))
		bare.EntryHash = nashra.HashOf("another")
		d.refused(d.begin("morning").closing(bare), nashra.ErrStale)
	}},
	{"what an article was stays as its past revisions", func(t *testing.T, d *desk) {
		first := entry("paper", 1, "أ")
		first.Content.Published = d.now.Add(-time.Hour)
		b := d.begin("morning").closing(first)
		d.mustApply(b)
		id := d.id(first)
		revisions := func() []nashra.Revision {
			t.Helper()
			out, err := d.store.Revisions(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		equal(t, "as it came", len(revisions()), 0)
		ours := first
		better := *first.Content
		better.HTML = ""
		ours.Content = &better
		second := d.begin("morning").closing(ours)
		d.mustApply(second)
		d.cycle("morning", entry("paper", 1, "ب"))
		equal(t, "two", revisions(), []nashra.Revision{
			{Number: 1, At: second.At, Cause: nashra.CauseNashra, Content: better},
			{Number: 0, At: b.At, Cause: nashra.CausePartner, Content: *first.Content},
		})
		d.cycle("morning", entry("paper", 1, "ب"))
		equal(t, "an unchanged entry makes none", len(revisions()), 2)
		for n := range nashra.RevisionsKept + 4 {
			d.cycle("morning", entry("paper", 1, fmt.Sprint("رقم ", n)))
		}
		got := revisions()
		equal(t, "so many are kept", len(got), nashra.RevisionsKept)
		equal(t, "the newest of them", got[0].Content.Title, fmt.Sprint("خبر رقم ", nashra.RevisionsKept+2))
		equal(t, "their numbers", [2]int{got[0].Number, got[len(got)-1].Number}, [2]int{nashra.RevisionsKept + 5, 6})
		if _, err := d.store.Revisions(t.Context(), nashra.NewID("paper", "nothing")); !errors.Is(err, nashra.ErrNotFound) {
			t.Errorf("of an unknown article: got %v, want ErrNotFound", err)
		}
	}},
	{"the signature of a body goes with it", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		put.Signature = signature(1)
		d.cycle("morning", put)
		has := func(what string, want nashra.Signature) {
			t.Helper()
			_, after, _ := strings.Cut(d.dump(), `"signature":"`)
			got, _, _ := strings.Cut(after, `"`)
			equal(t, what, got, base64.StdEncoding.EncodeToString(want))
		}
		has("as it came", signature(1))
		d.cycle("morning", nashra.Put{Identity: put.Identity, EntryHash: put.EntryHash})
		has("an entry without content", signature(1))
		put.Signature = signature(2)
		came(t, "made in another way", d.cycle("morning", put), counts(0, 0, 1))
		has("made in another way", signature(2))
		changed := entry("paper", 1, "ب")
		changed.Signature = signature(3)
		d.cycle("morning", changed)
		has("another body", signature(3))
		d.cycle("morning", entry("paper", 1, "قصير"))
		has("a body without one", nil)
	}},
	{"an article that nobody brought is not found", func(t *testing.T, d *desk) {
		for _, id := range []string{"", "x", "../../etc/passwd", nashra.NewID("paper", "nothing"), nashra.NewID("paper", "1") + "a"} {
			if _, err := d.store.Article(t.Context(), id); !errors.Is(err, nashra.ErrNotFound) {
				t.Errorf("article %q: got %v, want ErrNotFound", id, err)
			}
		}
	}},
	{"an id has one spelling", func(t *testing.T, d *desk) {
		put := entry("paper", 1, "أ")
		d.cycle("morning", put)
		id := []byte(d.id(put))
		id[len(id)-1]++ // the last character has bits that the id does not need
		if _, err := d.store.Article(t.Context(), string(id)); !errors.Is(err, nashra.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
	}},
}

// signature is one of some body.
func signature(version byte) nashra.Signature {
	var numbers [nashra.SignatureSize]uint32
	for i := range numbers {
		numbers[i] = uint32(version) * uint32(i)
	}
	return nashra.NewSignature(version, numbers)
}
