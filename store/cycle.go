package store

import (
	"fmt"
	"time"

	"nashra"
)

// cycleState is what of a stored nashra.State decides about a batch. The rest,
// which may be much, is replaced unread.
type cycleState struct {
	Cycle uint64    `json:"cycle"`
	Run   time.Time `json:"run"`
}

// cycle applies one batch of a cycle.
func (w *writing) cycle() error {
	source, ok, err := readSource(w.tx, w.Source)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("source %q: %w", w.Source, nashra.ErrNotFound)
	}
	var runs cycleRuns
	var state cycleState
	key := []byte(w.Source)
	if _, err := getJSON(w.tx.Bucket(bucketRuns), key, &runs); err != nil {
		return err
	}
	if _, err := getJSON(w.tx.Bucket(bucketStates), key, &state); err != nil {
		return err
	}
	if err := w.admit(&runs, state); err != nil {
		return err
	}
	for i := range w.puts {
		if err := w.put(source, &w.puts[i]); err != nil {
			return fmt.Errorf("put %d: %w", i, err)
		}
	}
	w.out.Seq = w.next()
	runs.Open.Batches = append(runs.Open.Batches, appliedBatch{w.ID, w.out})
	if w.State != nil {
		if err := w.close(&runs, state, source.Partner); err != nil {
			return err
		}
	}
	return putJSON(w.tx.Bucket(bucketRuns), key, runs)
}

// admit decides whether the batch may be applied, and makes its run the open
// one.
func (w *writing) admit(runs *cycleRuns, state cycleState) error {
	for _, run := range []cycleRun{runs.Closed, runs.Open} {
		for _, b := range run.Batches {
			if b.ID == w.ID {
				w.out = b.Applied
				return errRepeat
			}
		}
	}
	switch {
	case w.Cycle.Number < state.Cycle:
		return errRepeat
	case w.Base != state.Cycle || w.Cycle.Number != w.Base+1:
		return fmt.Errorf("%w: cycle %d of source %q from base %d, its last whole cycle is %d",
			nashra.ErrStale, w.Cycle.Number, w.Source, w.Base, state.Cycle)
	case w.Cycle.Began.Before(runs.Open.Began):
		return fmt.Errorf("%w: source %q has begun a newer run of cycle %d", nashra.ErrStale, w.Source, w.Cycle.Number)
	case w.Cycle.Began.After(runs.Open.Began):
		runs.Open = cycleRun{Number: w.Cycle.Number, Began: w.Cycle.Began}
	}
	return nil
}

// close stores what the closing batch brings and makes its run the last whole
// cycle.
func (w *writing) close(runs *cycleRuns, before cycleState, partner string) error {
	state := *w.State
	var err error
	if state.Owed, err = unpurged(w.tx, partner, state.Owed); err != nil { // it may have begun before the purge
		return err
	}
	state.Cycle = w.Cycle.Number
	state.Run = later(before.Run, w.Cycle.Began)
	if err := putJSON(w.tx.Bucket(bucketStates), []byte(w.Source), state); err != nil {
		return err
	}
	if err := w.learn(); err != nil {
		return err
	}
	fetch := *w.Fetch
	fetch.New, fetch.Updated, fetch.Unchanged, fetch.Count, fetch.First = 0, 0, 0, 0, time.Time{}
	for _, b := range runs.Open.Batches {
		fetch.New += b.Applied.New
		fetch.Updated += b.Applied.Updated
		fetch.Unchanged += b.Applied.Unchanged
	}
	runs.Closed, runs.Open = runs.Open, cycleRun{}
	return recordFetch(w.tx, fetch, w.out.Seq)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
