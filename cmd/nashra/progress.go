package main

import (
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress is a bar on a terminal, and nothing anywhere else.
type progress struct {
	bar *progressbar.ProgressBar
}

// newProgress begins a bar on w; a total of -1 is not known.
func newProgress(w io.Writer, what string, total int) *progress {
	if !isTerminal(w) {
		return &progress{}
	}
	return &progress{progressbar.NewOptions(total,
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetDescription(what),
		progressbar.OptionSetWidth(30),
		progressbar.OptionShowCount(),
		progressbar.OptionClearOnFinish(),
	)}
}

// newByteProgress begins a bar of bytes on w, to which what is done is written; a
// total of -1 is not known.
func newByteProgress(w io.Writer, what string, total int64) *progress {
	if !isTerminal(w) {
		return &progress{}
	}
	return &progress{progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetDescription(what),
		progressbar.OptionSetWidth(30),
		progressbar.OptionShowBytes(true),
		progressbar.OptionClearOnFinish(),
	)}
}

// Write counts what was done of a bar of bytes.
func (p *progress) Write(data []byte) (int, error) {
	if p.bar != nil {
		_ = p.bar.Add(len(data))
	}
	return len(data), nil
}

// busy shows that something goes on of which nobody knows how far it is, until
// idle is called.
func (a *app) busy(what string) (idle func()) {
	p := newProgress(a.stderr, what, -1)
	if p.bar == nil {
		return func() {}
	}
	ended, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ended:
				p.finish()
				return
			case <-tick.C:
				p.advance()
			}
		}
	}()
	return sync.OnceFunc(func() {
		close(ended)
		<-done
	})
}

// isTerminal reports whether a reader or writer is one.
func isTerminal(stream any) bool {
	for watched, ok := stream.(*watchedWriter); ok; watched, ok = stream.(*watchedWriter) {
		stream = watched.Writer
	}
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// A terminal that cannot be written to has nobody to be told, hence the
// dropped errors.

func (p *progress) clear() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}

func (p *progress) advance() {
	if p.bar != nil {
		_ = p.bar.Add(1)
	}
}

func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}

// oneLine is a message without line breaks, as stderr has it.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
