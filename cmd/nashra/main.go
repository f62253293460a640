// Command nashra republishes partners' news: it pulls their feeds, cleans the
// articles, credits the source and serves the result as feeds and pages.
//
// See nashra --help.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"nashra/internal/config"
)

// commandRoom is the garbage, in bytes, that a command may leave at least before
// it is collected.
const commandRoom = 8 << 20

func main() {
	// What lives long is small, and a parsed page is garbage a moment later. The
	// collector takes this room, which is never touched and so costs no memory,
	// for one in use, and waits for as much garbage more, which takes some CPU off
	// each cycle. What is large beside it still leaves no more than as much again.
	room := make([]byte, commandRoom)
	// The log package is not ours: net/http tells it, with a partner's bytes,
	// what a connection brought unasked.
	log.SetOutput(io.Discard)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	done := make(chan error, 1)
	go func() { done <- run(ctx, os.Args[1:], world{os.Stdin, os.Stdout, os.Stderr, os.Getenv}) }()
	err := ending(ctx, done)
	stop()
	for _, line := range messages(err) {
		fmt.Fprintln(os.Stderr, "nashra:", line)
	}
	runtime.KeepAlive(room)
	os.Exit(exitStatus(err))
}

// endWithin is how long a command may take to end after a signal: every part of
// it ends sooner, but for a write to a pipe that nobody reads, which nothing
// reaches. What the store has acknowledged is on disk by then.
const endWithin = 9 * time.Second

// ending waits for the end of a command, but not for ever once ctx has ended.
func ending(ctx context.Context, done <-chan error) error {
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-done:
		return err
	case <-time.After(endWithin):
		return ctx.Err()
	}
}

// world is everything a command gets from outside.
type world struct {
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	getenv func(string) string
}

// The exit statuses of all commands.
const (
	statusFailed      = 1   // nothing could be done
	statusUsage       = 2   // called in a wrong way
	statusSomeFailed  = 3   // fetch: some source failed
	statusNoArticle   = 4   // extract: the page holds no article
	statusInterrupted = 130 // by a signal
)

// exitError ends a command with a status of its own. With a nil err all that
// there is to say has been said.
type exitError struct {
	status int
	err    error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.status)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func exitStatus(err error) int {
	var exit *exitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.status
	case errors.Is(err, context.Canceled):
		return statusInterrupted
	}
	return statusFailed
}

// messages are the lines that are left to say of err: one, but for a wrong
// configuration, whose problems have a line each.
func messages(err error) []string {
	var exit *exitError
	var problems config.Problems
	switch {
	case err == nil, errors.As(err, &exit) && exit.err == nil:
		return nil
	case errors.As(err, &problems):
		return problems.Lines()
	case errors.Is(err, context.Canceled):
		return []string{"interrupted"}
	}
	return []string{oneLine(err.Error())}
}
