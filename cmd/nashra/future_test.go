package main_test

import (
	"errors"
	"testing"
	"time"

	"nashra"
	"nashra/store"
)

// toTheFuture closes a cycle of the source that began a year from now.
func toTheFuture(t *testing.T, path, source string) {
	t.Helper()
	s, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	status, err := s.Source(t.Context(), source)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Now().AddDate(1, 0, 0)
	state := status.State
	state.LastFetch, state.LastSuccess, state.NextDue = at, at, at.Add(15*time.Minute)
	_, err = s.Apply(t.Context(), nashra.Batch{
		ID: "future", At: at, By: "test", Source: source, Base: state.Cycle,
		Cycle: nashra.Cycle{Number: state.Cycle + 1, Began: at},
		Fetch: &nashra.Fetch{Source: source, At: at, Outcome: nashra.OutcomeNotModified}, State: &state,
	})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
}
