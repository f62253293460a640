package announce_test

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nashra"
	"nashra/internal/announce"
)

// asked are pages without feeds, which only note of whom they are asked.
type asked struct{ sources chan string }

func (asked) Hub() string { return "https://hub.example/" }

func (p asked) ChangedFeeds(_ context.Context, sources, _ map[string]bool) ([]string, error) {
	p.sources <- strings.Join(slices.Sorted(maps.Keys(sources)), " ")
	return nil, nil
}

func TestTheHubIsToldWhoseRightsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pages := asked{make(chan string, 10)}
		a := announce.New(func() announce.Pages { return pages }, slog.New(slog.DiscardHandler))
		began := time.Now()
		list := []nashra.Source{
			{ID: "endless"},
			{ID: "before", Rights: nashra.Rights{Until: began.Add(-2 * time.Hour)}},
			{ID: "long-before", Rights: nashra.Rights{Until: began.Add(-48 * time.Hour)}},
			{ID: "soon", Rights: nashra.Rights{Until: began.Add(90 * time.Second)}},
			{ID: "later", Rights: nashra.Rights{Until: began.Add(10 * time.Minute)}},
		}
		ctx, stop := context.WithCancel(t.Context())
		go a.Run(ctx)
		go a.WatchRights(ctx, func(context.Context) ([]nashra.Source, uint64, error) { return list, 1, nil })
		for _, want := range []struct {
			source string
			within time.Duration
		}{{"before", 2 * time.Second}, {"soon", 2*time.Minute + 2*time.Second}, {"later", 10*time.Minute + 2*time.Second}} {
			got := <-pages.sources
			if after := time.Since(began); got != want.source || after > want.within {
				t.Errorf("after %v it is told of %q, want %q within %v", after, got, want.source, want.within)
			}
		}
		time.Sleep(time.Hour)
		select {
		case got := <-pages.sources:
			t.Errorf("it is told of %q again", got)
		default:
		}
		stop()
		synctest.Wait()
	})
}
