package main

import (
	"context"
	"errors"
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
