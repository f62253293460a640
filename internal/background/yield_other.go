//go:build !linux

package background

// Elsewhere a niceness is that of the whole process.
const yields = false

func yield() {}
