package arabic

import (
	"time"
	_ "time/tzdata" // the zones of partners, also where the system has none
)

// maxDate bounds what Date looks at, in bytes: a date stands in a line, not in
// an article.
const maxDate = 600

// Date reads the first date that s holds, in UTC, and false where there is
// none (rules D).
//
// It knows RFC 3339 and RFC 822 with their variants, numeric dates (day first,
// unless the year is), and words with either digits: the months of Egypt and
// the Gulf, the Levant and the Maghreb, English, Persian, Urdu and Hebrew ones,
// «منذ 3 ساعات», «أمس». Dates of Iran's calendar are read, Hijri ones passed
// over. Words around a date are skipped and a weekday
// is never checked. A date without a time is midnight.
//
// What has no zone of its own is in zone (nil: UTC). A local time that a
// summer time skips is moved on by the gap, and of one that comes twice it is
// the first. now is the instant of fetching, from which relative dates are
// counted, and the result where a date lies more than 24 hours ahead of it. A
// date before 1990 is none.
func Date(s string, zone *time.Location, now time.Time) (time.Time, bool) {
	if len(s) > maxDate {
		s = s[:maxDate]
	}
	if zone == nil {
		zone = time.UTC
	}
	t, ok := regular(s)
	if !ok {
		r := dateReader{tokens: dateTokens(spaced(s)), zone: zone, now: now}
		if t, ok = r.read(); !ok {
			return time.Time{}, false
		}
	}
	t = t.UTC()
	if t.Year() < 1990 {
		return time.Time{}, false
	}
	if !now.IsZero() && t.After(now.Add(24*time.Hour)) {
		return now.UTC(), true
	}
	return t, true
}

// regular reads the two forms in which nearly all feeds write a date (RFC 822 as
// RSS has it), without parting it into words. It reports false for others.
func regular(s string) (time.Time, bool) {
	for _, form := range [...]string{"Mon, 02 Jan 2006 15:04:05 -0700", "Mon, 02 Jan 2006 15:04:05 GMT"} {
		if len(s) != len(form) {
			continue
		}
		t, err := time.Parse(form, s)
		if err != nil {
			continue
		}
		if _, offset := t.Zone(); offset >= -12*3600 && offset <= 14*3600 { // of a place on Earth
			return t, true
		}
	}
	return time.Time{}, false
}

// day is a date of the Gregorian calendar, found at tokens[from:to].
type day struct {
	year, month, day int
	from, to         int
	clock            *clock // where the time stands inside the date, as in RFC 850's "May 3 14:30:00 2025"
	iso              bool   // a T and a time must follow
}

type dateReader struct {
	tokens []dateToken
	zone   *time.Location
	now    time.Time
}

// read finds the first date, of whatever kind.
func (r dateReader) read() (time.Time, bool) {
	today := -1 // «اليوم», which a date written out outranks
	for i := 0; i < len(r.tokens); {
		if d, ok := r.jalali(i); ok {
			if t, ok := r.instant(d); ok {
				return t, true
			}
			i = d.to
			continue
		}
		if to := r.hijri(i); to > i {
			i = to
			continue
		}
		if t, ok := r.relative(i); ok {
			return t, true
		}
		if d, ok := r.absolute(i); ok {
			if t, ok := r.instant(d); ok {
				return t, true
			}
			i = d.to
			continue
		}
		if back, size := r.dayWord(i); size > 0 {
			d := r.daysAgo(back, i, i+size)
			if back > 0 || r.clockFollows(d.to) {
				return r.instant(d)
			}
			if today < 0 {
				today = i
			}
			i = d.to
			continue
		}
		i++
	}
	if today >= 0 {
		return r.instant(r.daysAgo(0, today, today+1))
	}
	return time.Time{}, false
}

// dayWord reads «أمس» and its like at i: how many days back, in how many
// tokens, 0 where there is none.
func (r dateReader) dayWord(i int) (back, size int) {
	switch r.word(i) {
	case "اليوم":
		if r.word(i+1) == "السابع" {
			return 0, 0 // a newspaper
		}
		return 0, 1
	case "امس":
		if r.word(i+1) == "الاول" {
			return 2, 2
		}
		return 1, 1
	case "البارحه":
		return 1, 1
	case "اول":
		if r.word(i+1) == "امس" {
			return 2, 2
		}
		if r.word(i+1) == "من" && r.word(i+2) == "امس" {
			return 2, 3
		}
	}
	return 0, 0
}

func (r dateReader) daysAgo(back, from, to int) day {
	local := r.now.In(r.zone)
	at := time.Date(local.Year(), local.Month(), local.Day()-back, 0, 0, 0, 0, time.UTC)
	return day{year: at.Year(), month: int(at.Month()), day: at.Day(), from: from, to: to}
}

// absolute reads a date of the Gregorian calendar at i.
func (r dateReader) absolute(i int) (day, bool) {
	d, ok := r.numeric(i)
	if !ok {
		d, ok = r.named(i)
	}
	if !ok || d.month < 1 || d.month > 12 || d.day < 1 || d.year < 1700 {
		return day{}, false
	}
	if time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC).Day() != d.day {
		return day{}, false
	}
	d.from = i
	switch r.word(d.to) {
	case "م", "ميلادي", "ميلاديه":
		d.to++
	case "ه", "هجري", "هجريه":
		return day{}, false
	}
	return d, true
}

// numeric reads 3/5/2025, 3-5-25, 2025.05.03.
func (r dateReader) numeric(i int) (day, bool) {
	a, ok := r.number(i)
	if !ok {
		return day{}, false
	}
	sign := r.sign(i + 1)
	b, okB := r.number(i + 2)
	c, okC := r.number(i + 4)
	if !okB || !okC || sign != '/' && sign != '-' && sign != '.' || r.sign(i+3) != sign {
		return day{}, false
	}
	if a.size > 4 || b.size > 2 || c.size > 4 {
		return day{}, false
	}
	d := day{month: b.value, to: i + 5}
	switch {
	case a.size == 4 && c.size <= 2:
		d.year, d.day = a.value, c.value
		d.iso = r.word(i+5) == "t" && r.tokens[i+5].glued
	case a.size <= 2 && c.size == 4:
		d.year, d.day = c.value, a.value
	case a.size <= 2 && c.size == 2 && sign != '.':
		d.year, d.day = shortYear(c.value), a.value
	default:
		return day{}, false
	}
	return d, true
}

// shortYear is the year that two digits stand for (RFC 2822, section 4.3).
func shortYear(n int) int {
	if n < 50 {
		return 2000 + n
	}
	return 1900 + n
}

// named reads a date whose month is a word: 3 مايو 2025, مايو 3، 2025,
// 2025 مايو 3, 3 مايو/أيار 2025, 03-May-25.
func (r dateReader) named(i int) (day, bool) {
	if first, ok := r.number(i); ok && (first.size <= 2 || first.size == 4) {
		at := r.skip(i+1, "st", "nd", "rd", "th", "من", "شهر", "of")
		month, size := r.months(at)
		if size == 0 {
			return day{}, false
		}
		at = r.skip(at+size, "من", "عام", "سنه", "لعام", "لسنه", "العام")
		last, ok := r.number(at)
		if !ok {
			return day{}, false
		}
		d := day{month: month, to: at + 1}
		switch {
		case first.size == 4 && last.size <= 2:
			d.year, d.day = first.value, last.value
		case first.size <= 2 && last.size == 4:
			d.year, d.day = last.value, first.value
		case first.size <= 2 && last.size == 2 && r.shortYearAllowed(at):
			d.year, d.day = shortYear(last.value), first.value
		default:
			return day{}, false
		}
		return d, true
	}
	month, size := r.months(i)
	if size == 0 {
		return day{}, false
	}
	at := r.skip(i + size)
	dayOf, ok := r.number(at)
	if !ok || dayOf.size > 2 {
		return day{}, false
	}
	at = r.skip(at+1, "st", "nd", "rd", "th")
	d := day{month: month, day: dayOf.value}
	if c, to := r.clock(at); to > at {
		d.clock, at = &c, to // asctime and its like
	}
	year, ok := r.number(at)
	if !ok || year.size != 4 {
		return day{}, false
	}
	d.year, d.to = year.value, at+1
	return d, true
}

// shortYearAllowed reports whether the two digits at i can be a year: after an
// English month or a sign, and not the hour of a time.
func (r dateReader) shortYearAllowed(i int) bool {
	if r.sign(i+1) == ':' {
		return false
	}
	if r.sign(i-1) == '-' || r.sign(i-1) == '/' {
		return true
	}
	word := r.word(i - 1)
	return word != "" && word[0] < 0x80
}

// skip passes over separators and the given words.
func (r dateReader) skip(i int, words ...string) int {
	for ; i < len(r.tokens); i++ {
		switch r.sign(i) {
		case '-', '/', '.', ',', '،':
			continue
		}
		known := false
		for _, word := range words {
			known = known || r.word(i) == word
		}
		if !known {
			break
		}
	}
	return i
}

// instant joins d with the time that stands beside it.
func (r dateReader) instant(d day) (time.Time, bool) {
	c, ok := r.clockOf(d)
	if !ok {
		return time.Time{}, false
	}
	local := time.Date(d.year, time.Month(d.month), d.day, c.hour, c.minute, c.second, 0, time.UTC)
	if c.offset != nil {
		return local.Add(-*c.offset), true
	}
	if c.place != nil {
		return localInstant(local, c.place), true
	}
	return localInstant(local, r.zone), true
}

// localInstant is the instant at which clocks in zone show what local shows.
// Around a change of offset: the first of two such instants, and where there
// is none, as if the change had not come yet, which is later by the gap.
func localInstant(local time.Time, zone *time.Location) time.Time {
	_, before := local.Add(-24 * time.Hour).In(zone).Zone()
	_, after := local.Add(24 * time.Hour).In(zone).Zone()
	early := local.Add(-time.Duration(before) * time.Second)
	late := local.Add(-time.Duration(after) * time.Second)
	_, atEarly := early.In(zone).Zone()
	_, atLate := late.In(zone).Zone()
	switch {
	case atEarly == before && (atLate != after || early.Before(late)):
		return early
	case atLate == after:
		return late
	}
	return early
}
