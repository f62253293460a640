package fetcher_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/errgroup"

	"nashra"
	"nashra/fetcher"
)

// large is a feed of more than a mebibyte, most of it a comment, which costs
// the parser nothing.
func large() string {
	return rssHead + "<!-- " + strings.Repeat("x", 2<<20) + " -->" + rssItems(4) + rssTail
}

func TestManyLargeFeedsAtOnceAllArrive(t *testing.T) {
	body := large()
	_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Chunked") == "" {
			w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		}
		io.WriteString(w, body)
	})
	c := newClient(t, func(cfg *fetcher.Config) { cfg.PerHost = 12 })
	var all errgroup.Group
	for i := range 12 {
		sub := sub
		if i%2 == 0 {
			sub.Header = http.Header{"X-Chunked": {"1"}}
		}
		all.Go(func() error {
			feed, err := c.Feed(t.Context(), sub, nashra.Validators{})
			if err != nil || len(feed.Entries) != 4 || feed.Bytes != int64(len(body)) {
				return fmt.Errorf("%d entries of %d bytes: %w", len(feed.Entries), feed.Bytes, err)
			}
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		t.Error(err)
	}
}

// TestDrippingPartnersLeaveTheOthersTheirWay fills the room for large bodies
// with partners whose feeds do not end. Small feeds go past them; a large one
// waits as long as its caller does, and comes when there is room.
func TestDrippingPartnersLeaveTheOthersTheirWay(t *testing.T) {
	body, release := large(), make(chan struct{})
	_, slow := partner(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, body[:len(body)-100]) // a client that has gone is no matter
		w.(http.Flusher).Flush()
		<-release
		_, _ = io.WriteString(w, body[len(body)-100:])
	})
	_, small := partner(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, rssFeed(2)) })
	_, another := partner(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, body) })
	c := newClient(t, func(cfg *fetcher.Config) { cfg.PerHost = 9 })
	ask := func(ctx context.Context, sub nashra.Subscription, want int) func() error {
		return func() error {
			feed, err := c.Feed(ctx, sub, nashra.Validators{})
			if err == nil && len(feed.Entries) != want {
				err = fmt.Errorf("%d entries, want %d", len(feed.Entries), want)
			}
			return err
		}
	}

	var all errgroup.Group
	for range 4 { // of 8 MiB each, as nobody knows that they are shorter
		all.Go(ask(t.Context(), slow, 4))
	}
	for !c.IsFullForTest() {
		time.Sleep(time.Millisecond)
	}
	if err := ask(t.Context(), small, 2)(); err != nil {
		t.Errorf("a small feed: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := ask(ctx, another, 4)(); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a large feed that is not waited for: got %v", err)
	}
	all.Go(ask(t.Context(), another, 4))
	close(release)
	if err := all.Wait(); err != nil {
		t.Error(err)
	}
	if c.IsFullForTest() {
		t.Error("the room was not given back")
	}
}

func TestClockHeldStill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		clock := fetcher.StartClockForTest(2*time.Second, cancel)
		time.Sleep(time.Second)
		resume := clock.Hold()
		time.Sleep(time.Hour)
		resume()
		time.Sleep(time.Second - 1)
		synctest.Wait()
		if ctx.Err() != nil {
			t.Error("time that was held was counted")
		}
		if err := clock.Blame(io.ErrUnexpectedEOF); errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("before its end: got %v", err)
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		if ctx.Err() == nil {
			t.Error("it does not end")
		}
		if err := clock.Blame(io.ErrUnexpectedEOF); !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("after its end: got %v", err)
		}
	})
}
