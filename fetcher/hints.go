package fetcher

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	ext "github.com/mmcdole/gofeed/extensions"

	"nashra/internal/arabic"
)

// span is a number of units as a time, and 0 for what is no number, not above
// zero, or above maxHint.
func span(value string, unit time.Duration) time.Duration {
	n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || !(n > 0) || n > float64(maxHint/unit) {
		return 0
	}
	return time.Duration(n * float64(unit))
}

// periods are the values of sy:updatePeriod.
var periods = map[string]time.Duration{
	"hourly":  time.Hour,
	"daily":   24 * time.Hour,
	"weekly":  7 * 24 * time.Hour,
	"monthly": 30 * 24 * time.Hour,
	"yearly":  365 * 24 * time.Hour,
}

// syndicated is the interval by the syndication module of RSS 1.0, which other
// formats use too: updateFrequency times, once by default, in an updatePeriod,
// a day by default. updateBase, from which periods begin, is not heeded.
func syndicated(extensions ext.Extensions) time.Duration {
	name := strings.ToLower(first(values(extensions, "sy", "updatePeriod")...))
	times := first(values(extensions, "sy", "updateFrequency")...)
	if name == "" && times == "" {
		return 0
	}
	if name == "" {
		name = "daily"
	}
	if times == "" {
		times = "1"
	}
	n, err := strconv.ParseUint(times, 10, 31)
	if err != nil || n == 0 {
		return 0
	}
	return periods[name] / time.Duration(n) // 0 for another word
}

// skippedHours is the set of the hours of RSS's skipHours, in GMT. 24 is the
// midnight of RSS 0.91. A feed that skips all of them says nothing.
func skippedHours(hours []string) (set uint32) {
	const all = 1<<24 - 1
	for _, h := range hours {
		if n, err := strconv.ParseUint(strings.TrimSpace(h), 10, 8); err == nil && n <= 24 {
			set |= 1 << (n % 24)
		}
	}
	if set == all {
		return 0
	}
	return set
}

// skippedDays is the set of the days of RSS's skipDays, in GMT. A feed that
// skips all of them says nothing.
func skippedDays(days []string) (set uint8) {
	const all = 1<<7 - 1
	for _, name := range days {
		for day := time.Sunday; day <= time.Saturday; day++ {
			if strings.EqualFold(strings.TrimSpace(name), day.String()) {
				set |= 1 << day
			}
		}
	}
	if set == all {
		return 0
	}
	return set
}

// freshness is for how much longer an answer holds by its own word (RFC 9111,
// section 4.2): by max-age, else by Expires, less the Age that a cache on the
// way gave it. 0 for an answer that does not say.
func freshness(h http.Header, now time.Time) time.Duration {
	life, given := time.Duration(0), false
	for directive := range strings.SplitSeq(strings.Join(h.Values("Cache-Control"), ","), ",") {
		name, value, _ := strings.Cut(directive, "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "no-store":
			return 0
		case "no-cache":
			if value == "" { // with one it speaks of some fields only
				return 0
			}
		case "max-age":
			if !given {
				life, given = span(strings.Trim(strings.TrimSpace(value), `"`), time.Second), true
			}
		}
	}
	if !given {
		life = untilExpiry(h, now)
	}
	return max(0, life-span(h.Get("Age"), time.Second))
}

// httpDate reads the date of a field (RFC 9110, section 5.6.7). Of the many that
// programs write in its place those of a day and an hour with a zone are read
// too.
func httpDate(value string, now time.Time) (at time.Time, ok bool) {
	if at, err := http.ParseTime(value); err == nil {
		return at, true
	}
	if !strings.Contains(value, ":") {
		return time.Time{}, false // "0", "-1", seconds
	}
	return arabic.Date(value, time.UTC, now)
}

// untilExpiry is the time from Date to Expires, by the partner's clock where it
// tells it; 0 for a date that cannot be read, as "0" and "-1" are.
func untilExpiry(h http.Header, now time.Time) time.Duration {
	expires, ok := httpDate(h.Get("Expires"), now)
	if !ok {
		return 0
	}
	if date, ok := httpDate(h.Get("Date"), now); ok {
		now = date
	}
	life := expires.Sub(now)
	if life > maxHint {
		return 0
	}
	return life
}
