package fetcher

import "time"

// MaxBackoff is the longest that Backoff waits: a partner that is back is
// noticed within a day.
const MaxBackoff = 24 * time.Hour

// Backoff is how long to wait after so many failures in a row of a source that
// is asked every so often otherwise: every after the first, so that a hiccup
// costs nothing, then twice as long each time, up to a day. It is never
// shorter than every, and never endless: no number of failures stops a source.
func Backoff(failures int, every time.Duration) time.Duration {
	wait := max(every, time.Second)
	for range failures - 1 {
		if wait >= MaxBackoff/2 {
			return max(MaxBackoff, every)
		}
		wait *= 2
	}
	return wait
}
