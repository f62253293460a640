package arabic

import "time"

// jalaliMonths are the names of the months of the Solar Hijri calendar as
// folding keys: those of Iran, and those of Afghanistan.
var jalaliMonths = map[string]int{
	"فروردين": 1, "ارديبهشت": 2, "خرداد": 3, "تير": 4, "مرداد": 5, "امرداد": 5, "شهريور": 6,
	"مهر": 7, "ابان": 8, "اذر": 9, "دي": 10, "بهمن": 11, "اسفند": 12,

	"حمل": 1, "ثور": 2, "جوزا": 3, "سرطان": 4, "اسد": 5, "سنبله": 6, "ميزان": 7, "عقرب": 8, "قوس": 9, "جدي": 10, "دلو": 11, "حوت": 12,
}

// The years of the Solar Hijri calendar that are read in numbers alone: they
// begin in 1990 to 2030, and as years of the Hijri calendar would lie before.
const (
	firstJalali = 1369
	lastJalali  = 1409
)

// jalali reads a date of the Solar Hijri calendar at i: 27 فروردین 1395, or
// 1395/01/27 with either end first.
func (r dateReader) jalali(i int) (day, bool) {
	first, ok := r.number(i)
	if !ok {
		return day{}, false
	}
	var year, month, dayOf, to int
	if n, size := r.jalaliMonth(i + 1); size > 0 {
		at := r.skip(i+1+size, "ماه", "سال")
		last, ok := r.number(at)
		if !ok {
			return day{}, false
		}
		year, month, dayOf, to = last.value, n, first.value, at+1
	} else if d, ok := r.numeric(i); ok {
		year, month, dayOf, to = d.year, d.month, d.day, d.to
	}
	if year < firstJalali || year > lastJalali || month < 1 || month > 12 || dayOf < 1 || dayOf > 31 || r.skipEra(to) > to {
		return day{}, false
	}
	at := jalaliDate(year, month, dayOf)
	return day{year: at.Year(), month: int(at.Month()), day: at.Day(), from: i, to: to}, true
}

func (r dateReader) jalaliMonth(i int) (number, size int) {
	at := r.skip(i)
	if n := jalaliMonths[r.word(at)]; n > 0 {
		return n, at + 1 - i
	}
	return 0, 0
}

// jalaliDate is the Gregorian date of a day of the Solar Hijri calendar. Its
// leap years come by the arithmetic of 33 years, which is that of the sun from
// 1925 to 2088.
func jalaliDate(year, month, dayOf int) time.Time {
	days := (year-firstJalali)*365 + jalaliLeaps(year)
	days += min(month-1, 6)*31 + max(month-7, 0)*30 + dayOf - 1
	return time.Date(1990, time.March, 21+days, 0, 0, 0, 0, time.UTC) // 1 Farvardin 1369
}

// jalaliLeaps counts the leap years from firstJalali on before year.
func jalaliLeaps(year int) int {
	n := 0
	for y := firstJalali; y < year; y++ {
		switch y % 33 {
		case 1, 5, 9, 13, 17, 22, 26, 30:
			n++
		}
	}
	return n
}
