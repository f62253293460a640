package background_test

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"nashra/internal/background"
)

// nicenessOf is the niceness of the calling thread, as proc(5) shows it.
func nicenessOf(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/self/task/%d/stat", syscall.Gettid()))
	if err != nil {
		t.Error(err)
		return ""
	}
	_, fields, _ := strings.Cut(string(data), ") ") // from the third on
	return strings.Fields(fields)[16]
}

func TestWorkYieldsAndNothingElseDoes(t *testing.T) {
	y := background.New()
	before := nicenessOf(t)
	var during string
	y.Do(func() { during = nicenessOf(t) })
	if during == before {
		t.Errorf("work runs with the niceness %s, as its caller does", during)
	}
	// Threads that come and go after it are as they were.
	var others sync.WaitGroup
	for range 4 * runtime.GOMAXPROCS(0) {
		others.Go(func() {
			runtime.LockOSThread() // so that each has one of its own
			if got := nicenessOf(t); got != before {
				t.Errorf("a thread that does something else has the niceness %s, not %s", got, before)
			}
		})
	}
	others.Wait()
}

func TestNoMoreWorkAtOnceThanProcessors(t *testing.T) {
	processors := runtime.GOMAXPROCS(0)
	y := background.New()
	var now, most atomic.Int32
	var works sync.WaitGroup
	for range 8 * processors {
		works.Go(func() {
			y.Do(func() {
				n := now.Add(1)
				for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
				}
				runtime.Gosched()
				now.Add(-1)
			})
		})
	}
	works.Wait()
	if int(most.Load()) > processors {
		t.Errorf("%d works at once on %d processors", most.Load(), processors)
	}
}

func TestThreadsAreThereWhileThereIsWorkAndNotAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		processors := runtime.GOMAXPROCS(0)
		defer runtime.GOMAXPROCS(processors)
		y := background.New()
		for range 2 { // also when work comes again
			var during int
			y.Do(func() { during = runtime.GOMAXPROCS(0) })
			if during <= processors {
				t.Errorf("during work %d threads run Go code, no more than the %d processors", during, processors)
			}
			time.Sleep(500 * time.Millisecond)
			y.Do(func() {})
			time.Sleep(900 * time.Millisecond)
			if got := runtime.GOMAXPROCS(0); got != during {
				t.Errorf("between two works that follow each other %d threads, want %d", got, during)
			}
			time.Sleep(200 * time.Millisecond)
			synctest.Wait()
			if got := runtime.GOMAXPROCS(0); got != processors {
				t.Errorf("long after work %d threads, want %d", got, processors)
			}
		}
	})
}
