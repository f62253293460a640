package fetcher

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// clock gives an exchange its time and can be held still, which a context's
// deadline cannot.
type clock struct {
	cancel context.CancelFunc

	mu    sync.Mutex
	timer *time.Timer
	left  time.Duration // at since
	since time.Time
	over  bool
}

// startClock calls cancel when left has run out.
func startClock(left time.Duration, cancel context.CancelFunc) *clock {
	c := &clock{cancel: cancel, left: left, since: time.Now()}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.timer = time.AfterFunc(left, c.end)
	return c
}

func (c *clock) end() {
	c.mu.Lock()
	c.over = true
	c.mu.Unlock()
	c.cancel()
}

// hold stops the clock until resume is called.
func (c *clock) hold() (resume func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.timer.Stop() {
		return func() {}
	}
	c.left -= time.Since(c.since)
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.since = time.Now()
		c.timer.Reset(c.left)
	}
}

// stop ends the exchange, in time or not.
func (c *clock) stop() {
	c.mu.Lock()
	c.timer.Stop()
	c.mu.Unlock()
	c.cancel()
}

// blame says of an error of the exchange that it was the time's, where it was.
func (c *clock) blame(err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return fmt.Errorf("%w: %w", context.DeadlineExceeded, err)
	}
	return err
}
