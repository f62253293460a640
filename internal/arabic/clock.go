package arabic

import (
	"strings"
	"time"
)

// clock is a time of day, with its zone where one is written: an offset east
// of UTC or a place.
type clock struct {
	hour, minute, second int
	offset               *time.Duration
	place                *time.Location
}

// How far from a date its time may stand, in tokens.
const (
	clockAfter  = 14
	clockBefore = 8
)

// clockOf finds the time that belongs to d: after it and before the next date,
// else before it. Midnight where there is none; false where one must follow
// and does not.
func (r dateReader) clockOf(d day) (clock, bool) {
	if d.clock != nil {
		return *d.clock, true
	}
	if d.iso {
		c, to := r.clock(d.to + 1)
		return c, to > d.to+1
	}
	before, hasBefore := r.clockIn(max(0, d.from-clockBefore), d.from, true)
	after, hasAfter := r.clockIn(d.to, min(len(r.tokens), d.to+clockAfter), false)
	switch {
	case hasBefore && (!hasAfter || r.anotherDate(d.to)):
		return before, true
	case hasAfter:
		return after, true
	}
	return clock{}, true
}

// clockIn finds the first time between two tokens, or the last one.
func (r dateReader) clockIn(from, to int, last bool) (found clock, ok bool) {
	for i := from; i < to; {
		if end := r.hijri(i); end > i {
			i = end
			continue
		}
		if d, isDate := r.absolute(i); isDate {
			if !last {
				return found, ok
			}
			i, ok = d.to, false
			continue
		}
		if c, end := r.clock(i); end > i && end <= to {
			if !last {
				return c, true
			}
			found, ok, i = c, true, end
			continue
		}
		i++
	}
	return found, ok
}

func (r dateReader) anotherDate(from int) bool {
	for i := from; i < len(r.tokens); i++ {
		if end := r.hijri(i); end > i {
			i = end - 1
		} else if _, ok := r.absolute(i); ok {
			return true
		}
	}
	return false
}

// clockFollows reports whether a time stands right after i.
func (r dateReader) clockFollows(i int) bool {
	i = r.skip(i, "الساعه", "علي", "في", "عند", "t")
	_, end := r.clock(i)
	return end > i
}

// clock reads a time of day at i and where it ends; i where there is none. A
// bare hour is a time only after «الساعة» or before «مساء» and the like.
func (r dateReader) clock(i int) (clock, int) {
	hour, ok := r.number(i)
	if !ok || hour.size > 2 || hour.value > 23 || r.sign(i-1) == ':' && r.isNumber(i-2) {
		return clock{}, i
	}
	c := clock{hour: hour.value}
	named := r.word(i-1) == "الساعه"
	byMachine := r.word(i-1) == "t" // or with seconds: a minus is then no dash
	at := i + 1
	minute, hasMinute := r.number(at + 1)
	hasMinute = hasMinute && minute.size <= 2 && minute.value < 60
	switch {
	case hasMinute && (r.sign(at) == ':' || r.word(at) == "h" && r.tokens[at+1].glued):
		c.minute, at = minute.value, at+2
		end := r.seconds(&c, at)
		byMachine = byMachine || end > at
		at = end
	case hasMinute && minute.size == 2 && r.sign(at) == '.' && r.tokens[at+1].glued && (named || dayParts[r.word(at+2)] != 0):
		c.minute, at = minute.value, at+2
	case r.sign(at) == ':' || r.sign(at) == '/' || r.sign(at) == '.' && r.isNumber(at+1):
		return clock{}, i
	case !named && dayParts[r.word(at)] == 0:
		return clock{}, i
	}
	if part := dayParts[r.word(at)]; part != 0 {
		c.hour = part.hour(c.hour)
		at++
	} else if r.word(at) == "بعد" && r.word(at+1) == "الظهر" {
		c.hour = evening.hour(c.hour)
		at += 2
	}
	at = r.zoneAfter(&c, at, byMachine)
	return c, at
}

func (r dateReader) isNumber(i int) bool {
	_, ok := r.number(i)
	return ok
}

// seconds reads «:05» and a fraction, which is dropped.
func (r dateReader) seconds(c *clock, at int) int {
	second, ok := r.number(at + 1)
	if r.sign(at) != ':' || !ok || second.size > 2 || second.value > 60 {
		return at
	}
	c.second, at = second.value, at+2
	if s := r.sign(at); s == '.' || s == ',' {
		// A fraction of any length; one too long for a number is a sign.
		if (r.isNumber(at+1) || r.sign(at+1) == '0') && r.tokens[at+1].glued {
			at += 2
		}
	}
	return at
}

// dayPart is a half of the day, or what else says which of two hours is meant.
type dayPart int

const (
	morning dayPart = iota + 1
	noon
	evening
	night
)

var dayParts = map[string]dayPart{
	"ص": morning, "صباحا": morning, "صباح": morning, "فجرا": morning, "ضحي": morning, "am": morning,
	"ظهرا": noon,
	"م":    evening, "مساء": evening, "مساءا": evening, "عصرا": evening, "pm": evening,
	"ليلا": night,
}

func (p dayPart) hour(h int) int {
	switch {
	case h > 12:
		return h
	case p == morning:
		return h % 12
	case p == evening, p == noon && h < 6, p == night && h >= 6 && h < 12:
		return h%12 + 12
	case p == night:
		return h % 12
	}
	return h
}

// zoneOffsets are the zones that dates of RFC 822 and of partners name, in
// minutes east of UTC. AST is not among them: see zoneAfter.
var zoneOffsets = map[string]int{
	"z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 60, "bst": 60, "cet": 60, "cest": 120,
	"eet": 120, "eest": 180, "msk": 180, "trt": 180, "irst": 210, "gst": 240, "pkt": 300,
	"est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
	"جرينتش": 0, "غرينتش": 0, "غرينيتش": 0, "جرينيتش": 0,
}

// zonePlaces are the places of «بتوقيت القاهرة».
var zonePlaces = map[string]string{
	"القاهره": "Africa/Cairo", "مصر": "Africa/Cairo", "مكه": "Asia/Riyadh", "السعوديه": "Asia/Riyadh", "الرياض": "Asia/Riyadh",
	"دبي": "Asia/Dubai", "ابوظبي": "Asia/Dubai", "الامارات": "Asia/Dubai", "الدوحه": "Asia/Qatar", "قطر": "Asia/Qatar",
	"بغداد": "Asia/Baghdad", "دمشق": "Asia/Damascus", "بيروت": "Asia/Beirut", "القدس": "Asia/Jerusalem", "عمان": "Asia/Amman",
	"الجزاير": "Africa/Algiers", "الجزاءر": "Africa/Algiers", "تونس": "Africa/Tunis", "المغرب": "Africa/Casablanca",
}

// zoneAfter reads the zone behind a time and returns where it ends.
func (r dateReader) zoneAfter(c *clock, at int, byMachine bool) int {
	from := at
	if r.sign(at) == '(' {
		at++
	}
	spoken := r.word(at) == "بتوقيت"
	if spoken {
		at++
	}
	word := r.word(at)
	minutes, known := zoneOffsets[word]
	switch {
	case word == "ast" || word == "adt":
		minutes, known = 180, true
		if inAmericas(r.zone) {
			minutes = -240
			if word == "adt" {
				minutes = -180
			}
		}
	case spoken && zonePlaces[word] != "":
		if place, err := time.LoadLocation(zonePlaces[word]); err == nil {
			c.place = place
			return at + 1
		}
	}
	if known {
		at++
		if word != "gmt" && word != "utc" && word != "ut" {
			return r.setOffset(c, minutes, at)
		}
	}
	if offset, end := r.offset(at, known || byMachine); end > at {
		return r.setOffset(c, offset, end)
	}
	if known {
		return r.setOffset(c, minutes, at)
	}
	return from
}

func (r dateReader) setOffset(c *clock, minutes, at int) int {
	offset := time.Duration(minutes) * time.Minute
	c.offset = &offset
	return at
}

// offset reads +0300, +03:00, +03 at i, in minutes, and where it ends; i where
// there is none. What begins with a minus may as well be a dash, and must be
// sure or of four digits.
func (r dateReader) offset(i int, sure bool) (minutes, end int) {
	sign := r.sign(i)
	n, ok := r.number(i + 1)
	if sign != '+' && sign != '-' || !ok || !n.glued {
		return 0, i
	}
	end = i + 2
	switch n.size {
	case 4:
		minutes = n.value/100*60 + n.value%100
	case 1, 2:
		if sign == '-' && !sure {
			return 0, i
		}
		minutes = n.value * 60
		if rest, ok := r.number(i + 3); ok && r.sign(i+2) == ':' && rest.size == 2 {
			minutes += rest.value
			end = i + 4
		}
	default:
		return 0, i
	}
	if minutes > 15*60 || minutes%15 != 0 {
		return 0, i
	}
	if sign == '-' {
		minutes = -minutes
	}
	return minutes, end
}

// inAmericas reports whether zone is one of North or South America, where AST
// is Atlantic and not Arabia's time.
func inAmericas(zone *time.Location) bool {
	name := zone.String()
	for _, prefix := range []string{"America/", "US/", "Canada/", "Brazil/", "Chile/", "Mexico/"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	switch name {
	case "Atlantic/Bermuda", "Atlantic/Stanley", "Cuba", "Jamaica", "Navajo", "EST", "EST5EDT", "CST6CDT", "MST", "MST7MDT", "PST8PDT":
		return true
	}
	return false
}
