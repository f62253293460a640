package store_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"nashra"
	"nashra/store"
)

// A fixture is a store file as a version of the schema wrote it, small and with
// every kind of record. Before the schema changes, the last program that
// writes the present one makes its fixture:
//
//	go test ./store -run TestFixture -fixture
var makeFixture = flag.Bool("fixture", false, "write testdata/vN.db.zst, the fixture of the present schema N, and no other")

func fixturePath(version int) string {
	return filepath.Join("testdata", fmt.Sprintf("v%d.db.zst", version))
}

func TestFixture(t *testing.T) {
	if !*makeFixture {
		for version := 1; version < store.Schema; version++ {
			if _, err := os.Stat(fixturePath(version)); err != nil {
				t.Errorf("an earlier schema has no fixture: %v", err)
			}
		}
		return
	}
	s := open(t, filepath.Join(t.TempDir(), "nashra.db"))
	applyHistory(t, s)
	var file bytes.Buffer
	if _, err := s.Backup(t.Context(), &file); err != nil {
		t.Fatal(err)
	}
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(fixturePath(store.Schema), enc.EncodeAll(file.Bytes(), nil), 0o644); err != nil {
		t.Fatal(err)
	}
}

func applyHistory(t testing.TB, s *store.Store) {
	t.Helper()
	for _, b := range history() {
		if _, err := s.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
}

// history are batches that leave every kind of record in a store. It grows
// with the schema, at its end: what older fixtures hold are its beginnings.
func history() []nashra.Batch {
	h := &historian{now: at, cycles: map[string]uint64{}}
	h.sources()
	h.revised()
	h.many()
	h.quiet()
	h.failing()
	h.decisions()
	h.interrupted()
	return h.batches
}

type historian struct {
	now     time.Time
	cycles  map[string]uint64
	batches []nashra.Batch
}

func (h *historian) tick(d time.Duration) time.Time {
	h.now = h.now.Add(d)
	return h.now
}

func (h *historian) add(b nashra.Batch) {
	b.ID, b.At = fmt.Sprint("fixture/", len(h.batches)), h.tick(time.Second)
	h.batches = append(h.batches, b)
}

func (h *historian) sources() {
	h.add(nashra.Batch{By: "config", Sources: []nashra.Source{
		{ID: "morning", Partner: "paper", Name: "الصباح", Feed: "https://paper.example/feed", Category: "سياسة", Language: "ar"},
		{ID: "evening", Partner: "paper", Name: "المساء", Feed: "https://paper.example/late", Language: "ar", Licence: "CC BY 4.0"},
		{ID: "other", Partner: "other", Name: "الآخر", Feed: "https://other.example/feed", Rights: nashra.Rights{Until: at.AddDate(9, 0, 0)}},
	}})
	h.add(nashra.Batch{By: "config", Base: 1, Sources: []nashra.Source{
		{ID: "other", Partner: "other", Name: "الآخر", Feed: "https://other.example/feed", Retired: true},
	}})
}

// begin is a batch of the source's next cycle, which close closes.
func (h *historian) begin(source string, puts ...nashra.Put) nashra.Batch {
	base := h.cycles[source]
	return nashra.Batch{
		By: "cycle", Source: source, Base: base, Cycle: nashra.Cycle{Number: base + 1, Began: h.tick(15 * time.Minute)}, Puts: puts,
	}
}

func (h *historian) close(b nashra.Batch, fetch nashra.Fetch, state nashra.State) {
	fetch.Source, fetch.At, fetch.Duration, fetch.NextDue = b.Source, b.Cycle.Began, time.Second, b.Cycle.Began.Add(15*time.Minute)
	state.Outcome, state.Status, state.LastFetch, state.NextDue = fetch.Outcome, fetch.Status, fetch.At, fetch.NextDue
	b.Fetch, b.State = &fetch, &state
	h.add(b)
	h.cycles[b.Source]++
}

func fixturePut(partner string, n int, text string) nashra.Put {
	link := fmt.Sprintf("https://%s.example/news/%d", partner, n)
	return nashra.Put{
		Identity:  nashra.Identity{Partner: partner, GUID: fmt.Sprintf("%s-%d", partner, n), Link: link, Title: "خبر " + text},
		EntryHash: nashra.HashOf(partner, fmt.Sprint(n), text),
		Content: &nashra.Content{
			Title: "خبر " + text, Link: link, HTML: "<p>نص الخبر " + text + "</p>", Byline: "سلمى", Excerpt: "نص الخبر", Language: "ar",
			Direction: "rtl", Image: link + ".jpg", Categories: []string{"سياسة"}, Published: at.Add(-time.Duration(n) * time.Hour),
			Enclosures: []nashra.Enclosure{{URL: link + ".mp3", Type: "audio/mpeg", Length: 7}}, Method: "feed",
			Credit: nashra.Credit{Partner: partner, Link: link, Origin: "وكالة"},
		},
	}
}

// revised are articles that changed: by their partner, by us, by a second
// source, and in their names.
func (h *historian) revised() {
	page := fixturePut("paper", 1, "أول")
	page.Signature = nashra.NewSignature(1, [nashra.SignatureSize]uint32{1, 2, 3})
	page.PageHash, page.PageValidators = nashra.HashOf("page"), nashra.Validators{URL: page.Content.Link, ETag: `"1"`}
	h.close(h.begin("morning", page, fixturePut("paper", 2, "ثان")), nashra.Fetch{Outcome: nashra.OutcomeOK, Status: 200, Bytes: 9000, Entries: 2}, nashra.State{
		Validators: nashra.Validators{URL: "https://paper.example/feed", ETag: `"a"`, BodyHash: nashra.HashOf("feed")},
		Rhythm:     nashra.Rhythm{}.Learn(h.now, at), Hints: nashra.Hints{Interval: time.Hour, SkipHours: 3},
	})
	again := fixturePut("paper", 1, "مصحح")
	again.Identity.GUID, again.Signature = "another", page.Signature
	ours := fixturePut("paper", 2, "ثان")
	ours.Content.HTML, ours.Signature = "<p>نص أنظف</p>", page.Signature
	h.close(h.begin("morning", again, ours), nashra.Fetch{Outcome: nashra.OutcomeOK, Status: 200, Bytes: 9100, Entries: 2}, nashra.State{})
	h.close(h.begin("evening", fixturePut("paper", 1, "موجز")), nashra.Fetch{Outcome: nashra.OutcomeOK, Status: 200, Entries: 1}, nashra.State{})
	h.close(h.begin("evening", fixturePut("paper", 1, "من المساء")), nashra.Fetch{Outcome: nashra.OutcomeOK, Status: 200, Entries: 1}, nashra.State{})
}

// many are articles without bodies, without dates and of another partner.
func (h *historian) many() {
	var puts []nashra.Put
	for n := range 30 {
		p := fixturePut("other", n, fmt.Sprint("رقم ", n))
		if n%3 == 0 {
			p.Content.HTML = ""
		}
		if n%5 == 0 {
			p.Content.Published = time.Time{}
		}
		puts = append(puts, p)
	}
	h.add(h.begin("other", puts[:20]...))
	b := h.batches[len(h.batches)-1]
	b.Puts = puts[20:]
	h.close(b, nashra.Fetch{Outcome: nashra.OutcomeOK, Status: 200, Bytes: 70000, Entries: 30}, nashra.State{
		Owed:    []nashra.Owed{{Entry: nashra.Entry{GUID: "owed", Link: "https://other.example/news/99", Hash: nashra.HashOf("owed")}, Attempts: 1, Error: "timeout"}},
		GivenUp: []nashra.Hash{nashra.HashOf("given up")}, DistrustGUIDs: true, PagesAfter: h.now.Add(time.Hour),
		Robots: []nashra.Robots{{Host: "https://other.example", Rules: "User-agent: *\nDisallow: /x\n", Until: h.now.Add(24 * time.Hour)}},
	})
}

// quiet are runs of unchanged polls, over days.
func (h *historian) quiet() {
	for day := range 3 {
		for range 8 {
			h.close(h.begin("morning"), nashra.Fetch{Outcome: nashra.OutcomeNotModified, Status: 304}, nashra.State{})
		}
		h.close(h.begin("morning", fixturePut("paper", 10+day, "يوم")), nashra.Fetch{Outcome: nashra.OutcomeOK, Status: 200, Bytes: 500, Entries: 1}, nashra.State{})
		h.tick(20 * time.Hour)
	}
}

// failing are fetches that came to nothing.
func (h *historian) failing() {
	for n, outcome := range []nashra.Outcome{nashra.OutcomeFailed, nashra.OutcomeFailed, nashra.OutcomeThrottled, nashra.OutcomeGone} {
		h.close(h.begin("evening"), nashra.Fetch{Outcome: outcome, Status: 500 + n, Error: "the partner answered " + string(outcome), Warnings: []string{"a warning"}},
			nashra.State{Error: "the partner answered", ConsecutiveFailures: n + 1, Move: nashra.Move{From: "https://paper.example/late", To: "https://paper.example/l"}})
	}
}

func (h *historian) decisions() {
	other := func(n int) string { return nashra.NewID("other", fmt.Sprint("other-", n)) }
	for _, b := range []nashra.Batch{
		{Marks: []nashra.Mark{{Kind: nashra.MarkHide, Article: other(3), Reason: "طلب"}, {Kind: nashra.MarkHide, Article: other(4)}}},
		{Marks: []nashra.Mark{{Kind: nashra.MarkRestore, Article: other(4)}, {Kind: nashra.MarkPause, Source: "evening", Reason: "مراجعة"}}},
		{Removes: []nashra.Remove{{Article: other(5), Reason: "حكم"}}},
		{Removes: []nashra.Remove{{Article: nashra.NewID("paper", "paper-1"), Reason: "حكم"}}},
	} {
		b.By = "سلمى"
		h.add(b)
	}
}

// interrupted is a cycle that was begun and not closed.
func (h *historian) interrupted() {
	h.add(h.begin("morning", fixturePut("paper", 50, "ناقص")))
}
