package ingest_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"nashra"
	"nashra/fetcher"
	"nashra/internal/ingest"
	"nashra/store"
)

// fakeSite stands in for the network: the feeds and pages of partners.
type fakeSite struct {
	mu    sync.Mutex
	feed  func(sub nashra.Subscription, last nashra.Validators) (fetcher.Feed, error)
	page  func(link string) (fetcher.Page, error)
	asked []time.Time
	pages int
}

func (f *fakeSite) Feed(_ context.Context, sub nashra.Subscription, last nashra.Validators) (fetcher.Feed, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, time.Now())
	return f.feed(sub, last)
}

func (f *fakeSite) Page(_ context.Context, _ nashra.Subscription, link string, _ fetcher.Remembered) (fetcher.Page, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pages++
	return f.page(link)
}

func subscription(id string) nashra.Subscription {
	return nashra.Subscription{
		Source:  nashra.Source{ID: id, Partner: id, Name: "جريدة " + id, Feed: "https://" + id + ".example/feed", Language: "ar", Timezone: "Africa/Cairo"},
		Every:   15 * time.Minute,
		Learn:   true,
		Content: nashra.ContentAuto,
		Limit:   50,
		Robots:  nashra.RobotsObey,
		Zone:    time.UTC,
	}
}

func open(t *testing.T, site *fakeSite, subs ...nashra.Subscription) (*ingest.Ingester, *store.Store) {
	t.Helper()
	s, err := store.Open(filepath.Join(t.TempDir(), "nashra.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	g, err := ingest.New(ingest.Config{Subscriptions: subs, Store: s, Fetcher: site})
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Announce(t.Context()); err != nil {
		t.Fatal(err)
	}
	return g, s
}

// fetch runs a cycle over one source by name.
func fetch(t *testing.T, g *ingest.Ingester, id string) nashra.Fetch {
	t.Helper()
	var got []nashra.Fetch
	if err := g.Cycle(t.Context(), nashra.Selection{Sources: []string{id}}, func(f nashra.Fetch) { got = append(got, f) }); err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 {
		t.Fatalf("%d outcomes", len(got))
	}
	return got[0]
}

func counts(f nashra.Fetch) string {
	return fmt.Sprintf("%s new %d updated %d unchanged %d", f.Outcome, f.New, f.Updated, f.Unchanged)
}

const paragraph = "<p>أعلنت هيئة المكتبات العامة افتتاح فرعها الجديد في المدينة القديمة، بعد أعمال ترميم استمرت عامين وشملت القاعات والمخازن والواجهة الحجرية.</p>"

// entry with a whole body; text makes it differ.
func entry(n int, text string) nashra.Entry {
	return nashra.Entry{
		GUID: fmt.Sprint(n), Link: fmt.Sprintf("https://a.example/news/%d", n), Title: fmt.Sprintf("الخبر رقم %d", n),
		Body:      strings.Repeat(paragraph, 3) + "<p>" + text + "</p>",
		Published: time.Date(2025, 5, 3, 9, n, 0, 0, time.UTC),
		Hash:      nashra.HashOf(fmt.Sprint(n), text),
	}
}

// teaser is an entry whose body is on its page.
func teaser(n int) nashra.Entry {
	e := entry(n, "")
	e.Body, e.Summary = "", "أعلنت هيئة المكتبات العامة افتتاح فرعها الجديد…"
	return e
}
