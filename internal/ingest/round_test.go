package ingest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"

	"nashra"
	"nashra/fetcher"
)

func TestSilenceOfManyIsOurOwn(t *testing.T) {
	silent, answer := errors.New("connection refused"), error(nil)
	on := func(host string, err error) func(*place) error {
		return func(p *place) error {
			feed := fetcher.Feed{}
			if err == nil {
				feed.Status = 200
			}
			return p.settle(t.Context(), nashra.Subscription{Source: nashra.Source{Feed: "https://" + host + "/feed"}}, feed, err)
		}
	}
	left := func(p *place) error { p.leave(); return nil }
	tests := []struct {
		name    string
		sources []func(*place) error
		want    bool
	}{
		{"three on three hosts", []func(*place) error{on("a", silent), on("b", silent), on("c", silent)}, true},
		{"two", []func(*place) error{on("a", silent), on("b", silent)}, false},
		{"three on two hosts", []func(*place) error{on("a:1", silent), on("a:2", silent), on("b", silent)}, false},
		{"four of five", []func(*place) error{on("a", silent), on("b", silent), on("c", silent), on("d", silent), on("e", answer)}, true},
		{"three of four", []func(*place) error{on("a", silent), on("b", silent), on("c", silent), on("d", answer)}, false},
		{"who was not asked does not count", []func(*place) error{on("a", silent), on("b", silent), on("c", silent), left, left}, true},
		{"a forbidden address is no silence", []func(*place) error{on("a", nashra.ErrForbiddenAddress), on("b", silent), on("c", silent)}, false},
		{"a refusal is an answer", []func(*place) error{on("a", &fetcher.StatusError{Status: 503}), on("b", silent), on("c", silent)}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRound(len(tt.sources))
			var all sync.WaitGroup
			errs := make([]error, len(tt.sources))
			for i, source := range tt.sources {
				all.Go(func() { errs[i] = source(r.place()) })
			}
			all.Wait()
			if got := errors.Is(errors.Join(errs...), nashra.ErrNetwork); got != tt.want {
				t.Errorf("own network: %v, want %v (%v)", got, tt.want, errs)
			}
		})
	}
}

// TestSilentSourceDoesNotWaitForSlowOnes: as soon as enough partners answered,
// a silent one is a failure of its own.
func TestSilentSourceDoesNotWaitForSlowOnes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRound(10)
		done := false
		go func() {
			if err := r.place().settle(t.Context(), nashra.Subscription{}, fetcher.Feed{}, errors.New("refused")); err != nil {
				t.Error(err)
			}
			done = true
		}()
		for i := range 3 {
			synctest.Wait()
			if done {
				t.Errorf("after %d answers of 10 the verdict was given", i)
			}
			if err := r.place().settle(t.Context(), nashra.Subscription{}, fetcher.Feed{Status: 200}, nil); err != nil {
				t.Error(fmt.Errorf("an answer: %w", err))
			}
		}
		synctest.Wait()
		if !done {
			t.Error("three of ten answered: a silent one needs not wait")
		}
	})
}
