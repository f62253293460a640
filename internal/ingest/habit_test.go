package ingest_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"nashra"
	"nashra/fetcher"
	"nashra/internal/ingest"
	"nashra/store"
)

func status(t *testing.T, s *store.Store, id string) nashra.SourceStatus {
	t.Helper()
	st, err := s.Source(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// reopen is another start of the program on the same store.
func reopen(t *testing.T, s *store.Store, site *fakeSite, subs ...nashra.Subscription) *ingest.Ingester {
	t.Helper()
	g, err := ingest.New(ingest.Config{Subscriptions: subs, Store: s, Fetcher: site})
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Announce(t.Context()); err != nil {
		t.Fatal(err)
	}
	return g
}

// published is an entry of that instant.
func published(n int, at time.Time) nashra.Entry {
	e := entry(n, "متن")
	e.Published = at
	return e
}

func TestRhythmIsKnownFromTheFirstFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var entries []nashra.Entry
		began := time.Now()
		for n := range 9 {
			entries = append(entries, published(n, began.Add(-time.Duration(n)*20*time.Minute-3*time.Hour)))
		}
		entries = append(entries, published(20, time.Time{}), published(21, began.Add(time.Hour)))
		site := &fakeSite{feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
			return fetcher.Feed{Status: 200, Entries: entries}, nil
		}}
		sub := subscription("a")
		sub.Limit = 2 // which is how many are taken, not how many tell
		g, s := open(t, site, sub)
		fetch(t, g, "a")
		r := status(t, s, "a").State.Rhythm
		if r.Usual() != 20*time.Minute || !r.Silent(time.Now()) || time.Since(r.Newest()) != 3*time.Hour {
			t.Errorf("every %s, the newest %s ago, silent %t", r.Usual(), time.Since(r.Newest()), r.Silent(time.Now()))
		}
		time.Sleep(time.Hour) // of the bubble's clock
		if fetch(t, g, "a"); time.Since(status(t, s, "a").State.Rhythm.Newest()) > 0 {
			t.Error("an entry that was dated ahead counts once its time has come")
		}
		time.Sleep(time.Hour)
		entries = append([]nashra.Entry{published(22, time.Time{})}, entries[:9]...)
		if fetch(t, g, "a"); time.Since(status(t, s, "a").State.Rhythm.Newest()) > 0 {
			t.Error("an undated entry counts when it is first seen")
		}
		time.Sleep(time.Hour)
		if fetch(t, g, "a"); time.Since(status(t, s, "a").State.Rhythm.Newest()) != time.Hour {
			t.Error("an undated entry counts once")
		}
	})
}

func TestUndatedEntriesOfTheFirstCycleTellNothing(t *testing.T) {
	var entries []nashra.Entry
	for n := range 9 {
		entries = append(entries, published(n, time.Time{}))
	}
	site := &fakeSite{feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
		return fetcher.Feed{Status: 200, Entries: entries}, nil
	}}
	g, s := open(t, site, subscription("a"))
	fetch(t, g, "a")
	if r := status(t, s, "a").State.Rhythm; !r.Newest().IsZero() {
		t.Errorf("got %+v", r)
	}
}

// TestUndatedEntryWithoutItsPageTellsOnce: neither while its page is owed, nor
// once it was given up, is it new again in each cycle.
func TestUndatedEntryWithoutItsPageTellsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var entries []nashra.Entry
		site := &fakeSite{
			feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
				return fetcher.Feed{Status: 200, Entries: entries}, nil
			},
			page: func(string) (fetcher.Page, error) { return fetcher.Page{}, &fetcher.StatusError{Status: 500} },
		}
		g, s := open(t, site, subscription("a"))
		fetch(t, g, "a")
		bare := teaser(1)
		bare.Summary, bare.Published = "", time.Time{}
		entries = []nashra.Entry{bare}
		for range 8 {
			time.Sleep(time.Hour) // of the bubble's clock
			fetch(t, g, "a")
		}
		if r := status(t, s, "a").State.Rhythm; len(r.Times) != 1 || time.Since(r.Newest()) != 7*time.Hour {
			t.Errorf("got %v, want the cycle in which it appeared", r.Times)
		}
	})
}

func TestAdaptiveSourceIsAskedByItsRhythm(t *testing.T) {
	tests := []struct {
		name     string
		adaptive bool
		every    time.Duration
		usual    time.Duration
		newest   time.Duration // ago
		want     time.Duration // from turn to turn
	}{
		{"not adaptive", false, 15 * time.Minute, 24 * time.Hour, time.Hour, 15 * time.Minute},
		{"more often than it is asked", true, 15 * time.Minute, 5 * time.Minute, time.Minute, 15 * time.Minute},
		{"once in an hour and a half", true, 15 * time.Minute, 90 * time.Minute, time.Minute, 45 * time.Minute},
		{"once a day, within an hour", true, 15 * time.Minute, 24 * time.Hour, time.Hour, time.Hour},
		{"once a day, within four turns", true, time.Hour, 24 * time.Hour, time.Hour, 4 * time.Hour},
		{"silent", true, 15 * time.Minute, 10 * time.Minute, 30 * 24 * time.Hour, time.Hour},
		{"no rhythm", true, 15 * time.Minute, 0, 0, 15 * time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var entries []nashra.Entry
				for n := range 9 {
					if tt.usual > 0 {
						entries = append(entries, published(n, time.Now().Add(-tt.newest-time.Duration(n)*tt.usual)))
					}
				}
				site := &fakeSite{feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
					return fetcher.Feed{Status: 200, Entries: entries}, nil
				}}
				sub := subscription("a")
				sub.Every, sub.Adaptive = tt.every, tt.adaptive
				g, _ := open(t, site, sub)
				first := fetch(t, g, "a").NextDue
				time.Sleep(time.Until(first))
				if got := fetch(t, g, "a").NextDue.Sub(first); got != tt.want {
					t.Errorf("from turn to turn %s, want %s", got, tt.want)
				}
			})
		})
	}
}

func TestPartnerThatIsGoneIsAskedOnceADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var answer error = &fetcher.StatusError{Status: 410}
		site := &fakeSite{feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) { return fetcher.Feed{}, answer }}
		g, s := open(t, site, subscription("a"))
		began := time.Now()
		for n := 1; ; n++ {
			got := fetch(t, g, "a")
			wait := time.Until(got.NextDue)
			if got.Outcome != nashra.OutcomeGone {
				t.Fatalf("outcome %s", got.Outcome)
			}
			if status(t, s, "a").Gone() {
				if n < 3 || time.Since(began) < 24*time.Hour {
					t.Errorf("believed after %d times in %s", n, time.Since(began))
				}
				if wait < 23*time.Hour || wait > 24*time.Hour {
					t.Errorf("asked again in %s, want a day", wait)
				}
				break
			}
			if n < 4 && wait > 2*time.Hour || n > 10 {
				t.Fatalf("answer %d in a row: asked again in %s, want as after a failure", n, wait)
			}
			time.Sleep(wait)
		}
		if list := nashra.Listed([]nashra.SourceStatus{{}, status(t, s, "a"), {}}); list[0].Source.ID != "a" {
			t.Error("it does not stand first")
		}
		answer = errors.New("broken")
		fetch(t, g, "a")
		answer = &fetcher.StatusError{Status: 410}
		fetch(t, g, "a")
		if st := status(t, s, "a"); st.Gone() || st.State.Gone.Times != 1 {
			t.Errorf("another answer does not reset it: %+v", st.State.Gone)
		}
	})
}

// TestGoneByHandIsNotBelievedBeforeADay: who asks three times in a minute knows
// no more than who asks once.
func TestGoneByHandIsNotBelievedBeforeADay(t *testing.T) {
	site := &fakeSite{feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
		return fetcher.Feed{}, &fetcher.StatusError{Status: 410}
	}}
	g, s := open(t, site, subscription("a"))
	for range 4 {
		fetch(t, g, "a")
	}
	if status(t, s, "a").Gone() {
		t.Error("believed at once")
	}
}

func TestWarningsStandOnTheSource(t *testing.T) {
	feed := fetcher.Feed{Status: 200, Entries: []nashra.Entry{entry(1, "متن"), teaser(2)}, Warnings: []string{"mended"}}
	var pageErr error = &fetcher.StatusError{Status: 503}
	site := &fakeSite{
		feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) { return feed, nil },
		page: func(string) (fetcher.Page, error) { return fetcher.Page{}, pageErr },
	}
	g, s := open(t, site, subscription("a"))
	for _, step := range []struct {
		name   string
		change func()
		feed   bool // the document's warning stands
		page   bool // the page's
		record int  // warnings of the fetch
	}{
		{"first", func() {}, true, true, 2},
		{"not modified", func() { feed = fetcher.Feed{Status: 304, NotModified: true} }, true, true, 1},
		{"the page comes", func() {
			pageErr = nil
			site.page = func(string) (fetcher.Page, error) {
				return fetcher.Page{ContentType: "text/html", Body: []byte("<article>" + entry(2, "").Body + "</article>")}, nil
			}
		}, true, false, 0},
		{"a sound document", func() { feed = fetcher.Feed{Status: 200, Entries: []nashra.Entry{entry(1, "متن")}} }, false, false, 0},
	} {
		step.change()
		record := fetch(t, g, "a").Warnings
		st := status(t, s, "a")
		if got := len(st.State.Flaws) == 1; got != step.feed {
			t.Errorf("%s: flaws %q", step.name, st.State.Flaws)
		}
		if got := len(st.State.Warnings) == 1; got != step.page {
			t.Errorf("%s: warnings %q", step.name, st.State.Warnings)
		}
		if len(record) != step.record {
			t.Errorf("%s: the record has %q", step.name, record)
		}
	}
}

func TestThrottledSourceIsAskedMoreAndMoreSeldom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var answer error = &fetcher.StatusError{Status: 429}
		site := &fakeSite{feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
			return fetcher.Feed{Status: 200}, answer
		}}
		g, s := open(t, site, subscription("a"))
		var waits []time.Duration
		for range 12 {
			wait := time.Until(fetch(t, g, "a").NextDue)
			waits = append(waits, wait)
			time.Sleep(wait)
		}
		for i := 2; i < len(waits); i++ {
			if waits[i] > 24*time.Hour || waits[i] < 23*time.Hour && waits[i] < 3*waits[i-1]/2 {
				t.Fatalf("asked again in %s", waits)
			}
		}
		if n := status(t, s, "a").State.ConsecutiveFailures; n != 0 {
			t.Errorf("%d failures are counted", n)
		}
		answer = nil
		if wait := time.Until(fetch(t, g, "a").NextDue); wait > 15*time.Minute {
			t.Errorf("after a success it is asked again in %s", wait)
		}
	})
}
