package main

import (
	"context"
	"errors"
	"slices"
	"testing"

	"nashra"
)

func TestWhoAsksForAFetchUnderWayWaitsForIt(t *testing.T) {
	f := newFetchesNow(t.Context())
	release, cycles := make(chan struct{}), 0
	cycle := func(_ context.Context, sel nashra.Selection, report func(nashra.Fetch)) error {
		cycles++
		<-release
		report(nashra.Fetch{Source: sel.Sources[0], New: 3})
		return nil
	}
	first, second := f.begin("nile", cycle), f.begin("nile", cycle)
	close(release)
	for _, now := range []*fetchNow{first, second} {
		if <-now.done; now.err != nil || now.fetch.Source != "nile" || now.fetch.New != 3 {
			t.Errorf("got %+v, %v", now.fetch, now.err)
		}
	}
	if cycles != 1 {
		t.Errorf("%d cycles, want 1", cycles)
	}
	if <-f.begin("nile", cycle).done; cycles != 2 {
		t.Errorf("%d cycles after another fetch was asked for, want 2", cycles)
	}
}

func TestTheEndOfTheOwnerEndsFetchesThatWereAskedFor(t *testing.T) {
	f := newFetchesNow(t.Context())
	now := f.begin("nile", func(ctx context.Context, _ nashra.Selection, _ func(nashra.Fetch)) error {
		<-ctx.Done()
		return ctx.Err()
	})
	f.stop()
	if <-now.done; !errors.Is(now.err, context.Canceled) {
		t.Errorf("got %v", now.err)
	}
}

func TestWhoWatchesAFetchLateIsToldWhatCameBefore(t *testing.T) {
	f := newFetchesNow(t.Context())
	release, half := make(chan struct{}), make(chan struct{})
	cycle := func(_ context.Context, _ nashra.Selection, report func(nashra.Fetch)) error {
		now, _ := f.underWay("nile")
		now.step(nashra.Progress{Stage: nashra.StageAsked})
		for n := range 9 {
			now.step(nashra.Progress{Stage: nashra.StagePages, Done: n, Of: 8})
		}
		close(half)
		<-release
		now.step(nashra.Progress{Stage: nashra.StageApplied})
		report(nashra.Fetch{Source: "nile", New: 3})
		return nil
	}
	f.begin("nile", cycle)
	<-half
	var got []nashra.Progress
	fetch, err := f.watch(t.Context(), "nile", func(p nashra.Progress) {
		if got = append(got, p); p.Stage == nashra.StagePages {
			close(release)
		}
	})
	want := []nashra.Progress{{Stage: nashra.StageAsked}, {Stage: nashra.StagePages, Done: 8, Of: 8}, {Stage: nashra.StageApplied}}
	if err != nil || fetch.New != 3 || !slices.Equal(got, want) {
		t.Errorf("got %+v, %+v, %v", got, fetch, err)
	}
}

func TestWhoWatchesBeforeAFetchBeginsIsTold(t *testing.T) {
	f := newFetchesNow(t.Context())
	fetches := func(_ context.Context, sel nashra.Selection, report func(nashra.Fetch)) error {
		report(nashra.Fetch{Source: sel.Sources[0], New: 3})
		return nil
	}
	var stages []nashra.Stage
	fetch, err := f.watch(t.Context(), "nile", func(p nashra.Progress) {
		if stages = append(stages, p.Stage); p.Stage == nashra.StageIdle {
			f.begin("delta", fetches) // another one is none of its business
			go f.begin("nile", fetches)
		}
	})
	if err != nil || fetch.Source != "nile" || stages[0] != nashra.StageIdle {
		t.Errorf("got %+v, %v after %v", fetch, err, stages)
	}
}

func TestWhoWatchesIsLetGoWhenTheProcessEnds(t *testing.T) {
	f := newFetchesNow(t.Context())
	if _, err := f.watch(t.Context(), "nile", func(nashra.Progress) { close(f.ending) }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
