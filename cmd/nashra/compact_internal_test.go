package main

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nashra"
	"nashra/internal/config"
	"nashra/store"
)

// TestServeCompactsAtQuietHours: once a day, when enough is free. The clock of
// the test begins at midnight UTC, which is two o'clock in Cairo.
func TestServeCompactsAtQuietHours(t *testing.T) {
	cairo, err := time.LoadLocation("Africa/Cairo")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s, err := store.Open(filepath.Join(folder, "nashra.db"), store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		logged := &bytes.Buffer{}
		o := &owner{Store: s, options: ownOptions{logger: slog.New(slog.NewTextHandler(logged, nil))}}
		o.inForce.Store(&site{cfg: &config.Config{
			Site:    config.Site{Zone: cairo},
			Compact: config.Compact{Share: 0.5, From: 3 * time.Hour, To: 5 * time.Hour},
		}})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			o.compactAtQuietHours(ctx)
			close(done)
		}()
		free := func() int64 {
			synctest.Wait()
			sizes, err := s.Sizes(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return sizes.Free
		}
		removeMost(t, s)
		before := free()
		if before < compactLeast {
			t.Fatalf("%d bytes are free: too few for this test", before)
		}
		time.Sleep(59 * time.Minute)
		if got := free(); got != before {
			t.Errorf("before the quiet hours %d bytes are free, want %d", got, before)
		}
		time.Sleep(2 * time.Minute)
		if got := free(); got > before/10 {
			t.Errorf("in the quiet hours %d bytes are free, want next to none", got)
		}
		time.Sleep(time.Hour)
		cancel()
		<-done
		if n := strings.Count(logged.String(), "store compacted"); n != 1 || strings.Contains(logged.String(), "level=ERROR") {
			t.Errorf("compacted %d times, want once:\n%s", n, logged)
		}
	})
}

// removeMost fills a store and removes all of it again.
func removeMost(t *testing.T, s *store.Store) {
	t.Helper()
	at := time.Now()
	apply := func(b nashra.Batch) {
		t.Helper()
		if _, err := s.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	apply(nashra.Batch{ID: "config", At: at, Sources: []nashra.Source{{ID: "s", Partner: "p"}}})
	cycle := nashra.Cycle{Number: 1, Began: at}
	remove := nashra.Batch{ID: "remove", At: at, By: "desk"}
	noise := uint64(1)
	for n := range 60 {
		body := make([]byte, 0, 220<<10)
		for len(body) < 200<<10 {
			noise = noise*6364136223846793005 + 1442695040888963407
			body = strconv.AppendUint(body, noise, 36)
		}
		guid := strconv.Itoa(n)
		apply(nashra.Batch{ID: "s/" + guid, At: at, Source: "s", Cycle: cycle, Puts: []nashra.Put{{
			Identity:  nashra.Identity{Partner: "p", GUID: guid},
			EntryHash: nashra.HashOf(guid),
			Content:   &nashra.Content{Title: guid, HTML: string(body)},
		}}})
		remove.Removes = append(remove.Removes, nashra.Remove{Article: nashra.NewID("p", guid), Reason: "r"})
	}
	apply(remove)
	apply(nashra.Batch{ID: "resume", At: at, Marks: []nashra.Mark{{Kind: nashra.MarkResume, Source: "s"}}})
}
