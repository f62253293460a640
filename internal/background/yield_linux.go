package background

import "syscall"

const yields = true

// niceness is that of nice(1) when it is not told one: a tenth of the weight of
// others. With a greater one readers gain nothing that can be measured, a cycle
// hardly moves while they use up the processors, and the garbage collector waits
// for threads that are not let run.
const niceness = 10

// yield makes the calling thread yield to others. On Linux each thread has a
// niceness of its own (sched(7)), which anybody may raise.
func yield() {
	// Where a sandbox forbids it the work is done all the same, with no more
	// harm than without this package.
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, syscall.Gettid(), niceness)
}
