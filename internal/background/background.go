// Package background does heavy work beside readers who wait.
//
// A goroutine has no priority. Where all processors read partners' pages, a
// reader's request stands in the same queue as they do, for tens of
// milliseconds. The kernel does know priorities, of threads: work goes to threads
// that yield to all others, and while there are such threads the runtime may run
// more of them than there are processors, so that a reader's goroutine finds a
// thread at once and the kernel lets that one go first.
//
// It changes nothing about who may do what, or about how much work is done at
// once. Where threads have no priority of their own, work is done in its
// caller's place.
package background

import (
	"runtime"
	"sync"
	"time"
)

const (
	// threadsEach is how many threads may run Go code for each processor while
	// there is work: one of them does it, a quarter is the garbage collector's,
	// and readers need one that neither of them has. Twice as many threads as
	// processors left a reader's p99 at twice of what four times as many do.
	threadsEach = 4

	// threadsMost are added to the processors. Machines that have so many are
	// not short of one for a reader.
	threadsMost = 24

	// lingers is how long the threads stay allowed after the last work, since
	// each change stops the program for an instant. They are not there always,
	// because looking for work on more threads costs each answer to a reader a
	// tenth more.
	lingers = time.Second
)

// Yielder does work on threads that yield. Make one for a process with New.
type Yielder struct {
	processors int
	slots      chan struct{} // holds a value for each work that is done

	mu     sync.Mutex
	works  int
	raised bool
	lower  *time.Timer // gives the threads back; nil before the first work
}

// New makes a Yielder that does as many works at once as there are processors.
func New() *Yielder {
	n := runtime.GOMAXPROCS(0)
	return &Yielder{processors: n, slots: make(chan struct{}, n)}
}

// Do runs work, when its turn has come, and returns when it is done. work
// must not panic.
func (y *Yielder) Do(work func()) {
	if !yields {
		work()
		return
	}
	y.slots <- struct{}{}
	defer func() { <-y.slots }()
	y.begin()
	defer y.end()
	done := make(chan struct{})
	go func() {
		defer close(done)
		// Never unlocked: the thread ends with the goroutine, and nothing else
		// ever runs on one that yields.
		runtime.LockOSThread()
		yield()
		work()
	}()
	<-done
}

func (y *Yielder) begin() {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.works++
	if !y.raised {
		runtime.GOMAXPROCS(y.processors + min((threadsEach-1)*y.processors, threadsMost))
		y.raised = true
	}
}

func (y *Yielder) end() {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.works--
	switch {
	case y.works > 0:
	case y.lower == nil:
		y.lower = time.AfterFunc(lingers, y.giveBack)
	default:
		y.lower.Reset(lingers)
	}
}

func (y *Yielder) giveBack() {
	y.mu.Lock()
	defer y.mu.Unlock()
	if y.works == 0 && y.raised {
		runtime.GOMAXPROCS(y.processors)
		y.raised = false
	}
}
