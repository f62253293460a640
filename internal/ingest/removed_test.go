package ingest_test

import (
	"path/filepath"
	"testing"
	"time"

	"nashra"
	"nashra/fetcher"
	"nashra/internal/ingest"
	"nashra/internal/retention"
	"nashra/store"
)

// TestWhatWasRemovedStaysAwayWhileItsFeedHoldsIt: also where the cycle takes
// only the newest of the feed, and from the day on which a larger limit takes
// more.
func TestWhatWasRemovedStaysAwayWhileItsFeedHoldsIt(t *testing.T) {
	var entries []nashra.Entry
	for n := 5; n > 0; n-- {
		entries = append(entries, entry(n, "متن"))
	}
	unchanged := false
	site := &fakeSite{feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
		if unchanged {
			return fetcher.Feed{Status: 304, NotModified: true}, nil
		}
		return fetcher.Feed{Status: 200, Entries: entries}, nil
	}}
	s, err := store.Open(filepath.Join(t.TempDir(), "nashra.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	now := time.Date(2025, 5, 3, 12, 0, 0, 0, time.UTC)
	with := func(limit int) *ingest.Ingester {
		t.Helper()
		sub := subscription("a")
		sub.Limit = limit
		g, err := ingest.New(ingest.Config{Subscriptions: []nashra.Subscription{sub}, Store: s, Fetcher: site, Now: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Announce(t.Context()); err != nil {
			t.Fatal(err)
		}
		return g
	}
	cycle := func(what, want string, limit int) {
		t.Helper()
		if got := counts(fetch(t, with(limit), "a")); got != want {
			t.Errorf("%s: got %s, want %s", what, got, want)
		}
	}
	sweep := func(keep nashra.Keep) {
		t.Helper()
		if _, err := retention.Sweep(t.Context(), s, retention.Rules{Default: keep}, now); err != nil {
			t.Fatal(err)
		}
	}
	cycle("first", "ok new 5 updated 0 unchanged 0", 50)
	sweep(nashra.Keep{Count: 2})
	for range 40 { // days on which the limit leaves them out
		now = now.Add(24 * time.Hour)
		cycle("a smaller limit", "ok new 0 updated 0 unchanged 5", 2)
		sweep(nashra.Keep{})
	}
	cycle("a larger limit", "ok new 0 updated 0 unchanged 5", 50)

	unchanged = true
	now = now.Add(60 * 24 * time.Hour)
	cycle("60 days later", "not_modified new 0 updated 0 unchanged 0", 50)
	sweep(nashra.Keep{})
	unchanged = false
	now = now.Add(time.Hour)
	cycle("a feed that was read unchanged", "ok new 0 updated 0 unchanged 5", 50)

	all := entries
	entries = entries[:2]
	for range 32 {
		now = now.Add(24 * time.Hour)
		cycle("they have left the feed", "ok new 0 updated 0 unchanged 2", 50)
		sweep(nashra.Keep{})
	}
	entries = all
	cycle("after 30 days without them", "ok new 3 updated 0 unchanged 2", 50)
}
