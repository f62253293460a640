package ingest_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"nashra"
	"nashra/fetcher"
)

// TestHintsOfTheFeedOutliveUnchangedAnswers: what a document once said holds
// until another is read, what an answer says holds for that answer.
func TestHintsOfTheFeedOutliveUnchangedAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var feed fetcher.Feed
		var feedErr error
		site := &fakeSite{feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) { return feed, feedErr }}
		g, s := open(t, site, subscription("a")) // every 15 minutes
		half := nashra.Hints{Interval: 30 * time.Minute}
		for i, step := range []struct {
			name  string
			feed  fetcher.Feed
			err   error
			due   time.Duration
			hints nashra.Hints
		}{
			{"a feed without hints", fetcher.Feed{Status: 200}, nil, 15 * time.Minute, nashra.Hints{}},
			{"a feed with one", fetcher.Feed{Status: 200, Hints: half}, nil, 30 * time.Minute, half},
			{"not modified", fetcher.Feed{Status: 304, NotModified: true}, nil, 30 * time.Minute, half},
			{"not modified, fresh for less", fetcher.Feed{Status: 304, NotModified: true, Fresh: time.Minute}, nil, 30 * time.Minute, half},
			{"not modified, fresh for more", fetcher.Feed{Status: 304, NotModified: true, Fresh: 40 * time.Minute}, nil, 45 * time.Minute, half},
			{"the same again", fetcher.Feed{Status: 200, NotModified: true}, nil, 30 * time.Minute, half},
			{"a failure", fetcher.Feed{Status: 500, Fresh: time.Hour}, errors.New("broken"), 15 * time.Minute, half},
			{"not modified after it", fetcher.Feed{Status: 304, NotModified: true}, nil, 30 * time.Minute, half},
			{"a new feed without hints", fetcher.Feed{Status: 200}, nil, 15 * time.Minute, nashra.Hints{}},
		} {
			feed, feedErr = step.feed, step.err
			got := fetch(t, g, "a")
			status, err := s.Source(t.Context(), "a")
			if err != nil {
				t.Fatal(err)
			}
			due := time.Until(got.NextDue)
			if i == 0 {
				due = due.Round(5 * time.Minute) // the second turn is up to a tenth earlier
			}
			if due != step.due || status.State.Hints != step.hints || !status.State.NextDue.Equal(got.NextDue) {
				t.Errorf("%s: due in %s with %+v kept, want %s and %+v", step.name, due, status.State.Hints, step.due, step.hints)
			}
			time.Sleep(time.Until(got.NextDue)) // of the bubble's clock
		}
	})
}
