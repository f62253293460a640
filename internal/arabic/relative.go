package arabic

import (
	"strings"
	"time"
)

// unit is a measure of time and, in a dual, how many of it.
type unit struct {
	months int           // of a calendar unit
	length time.Duration // of the others
	count  int           // that the word itself says: 1, 2, or 0 where it needs a number
}

const (
	aDay  = 24 * time.Hour
	aWeek = 7 * aDay
)

// units by folding key.
var units = map[string]unit{
	"ثانيه": {0, time.Second, 1}, "ثانيتين": {0, time.Second, 2}, "ثانيتان": {0, time.Second, 2},
	"ثواني": {0, time.Second, 0}, "ثوان": {0, time.Second, 0},
	"دقيقه": {0, time.Minute, 1}, "دقيقتين": {0, time.Minute, 2}, "دقيقتان": {0, time.Minute, 2}, "دقاءق": {0, time.Minute, 0}, "دقايق": {0, time.Minute, 0},
	"ساعه": {0, time.Hour, 1}, "ساعتين": {0, time.Hour, 2}, "ساعتان": {0, time.Hour, 2}, "ساعات": {0, time.Hour, 0},
	"يوم": {0, aDay, 1}, "يوما": {0, aDay, 1}, "يومين": {0, aDay, 2}, "يومان": {0, aDay, 2}, "ايام": {0, aDay, 0},
	"اسبوع": {0, aWeek, 1}, "اسبوعا": {0, aWeek, 1}, "اسبوعين": {0, aWeek, 2}, "اسبوعان": {0, aWeek, 2}, "اسابيع": {0, aWeek, 0},
	"شهر": {1, 0, 1}, "شهرا": {1, 0, 1}, "شهرين": {1, 0, 2}, "شهران": {1, 0, 2}, "اشهر": {1, 0, 0}, "شهور": {1, 0, 0},
	"سنه": {12, 0, 1}, "سنتين": {12, 0, 2}, "سنتان": {12, 0, 2}, "سنوات": {12, 0, 0}, "سنين": {12, 0, 0},
	"عام": {12, 0, 1}, "عاما": {12, 0, 1}, "عامين": {12, 0, 2}, "عامان": {12, 0, 2}, "اعوام": {12, 0, 0},
}

// numberWords by folding key.
var numberWords = map[string]int{
	"واحد": 1, "واحده": 1, "اثنين": 2, "اثنان": 2, "اثنتين": 2, "اثنتان": 2, "ثلاث": 3, "ثلاثه": 3, "اربع": 4, "اربعه": 4,
	"خمس": 5, "خمسه": 5, "ست": 6, "سته": 6, "سبع": 7, "سبعه": 7, "ثمان": 8, "ثماني": 8, "ثمانيه": 8, "تسع": 9, "تسعه": 9,
	"عشر": 10, "عشره": 10, "احد": 1, "احدي": 1, "اثنا": 2, "اثنتا": 2, "اثني": 2, "اثنتي": 2,
	"عشرين": 20, "عشرون": 20, "ثلاثين": 30, "ثلاثون": 30, "اربعين": 40, "اربعون": 40, "خمسين": 50, "خمسون": 50,
}

// relative reads «منذ 3 ساعات», «قبل يومين», «منذ ساعة و10 دقائق» at i.
func (r dateReader) relative(i int) (time.Time, bool) {
	if w := r.word(i); w != "منذ" && w != "قبل" {
		return time.Time{}, false
	}
	at := i + 1
	switch r.word(at) {
	case "لحظات", "لحظه", "قليل", "ثوان", "ثواني":
		return r.now, true
	case "حوالي", "نحو", "اكثر":
		at++
	}
	t, end := r.less(r.now, at)
	if end == at {
		return time.Time{}, false
	}
	for {
		and, ok := r.withoutAnd(end)
		if !ok {
			return t, true
		}
		next, to := and.less(t, end)
		if to == end {
			return t, true
		}
		t, end = next, to
	}
}

// withoutAnd reads the tokens as if the «و» at i, alone or at the head of a
// word, were not there; false where there is none.
func (r dateReader) withoutAnd(i int) (dateReader, bool) {
	rest, ok := strings.CutPrefix(r.word(i), "و")
	if !ok {
		return r, false
	}
	tokens := append([]dateToken{}, r.tokens[:i]...)
	if rest != "" {
		word := r.tokens[i]
		word.word = rest
		tokens = append(tokens, word)
	} else {
		// What the caller is told of positions must hold in its own tokens.
		tokens = append(tokens, dateToken{sign: 'و'})
	}
	r.tokens = append(tokens, r.tokens[i+1:]...)
	return r, true
}

// less takes one quantity at i from t, and returns where it ends; i where there
// is none.
func (r dateReader) less(t time.Time, i int) (time.Time, int) {
	at := i
	if r.sign(at) == 'و' {
		at++
	}
	if part := map[string]time.Duration{"نصف": 2, "ربع": 4, "ثلث": 3}[r.word(at)]; part > 0 {
		if u, ok := units[r.word(at+1)]; ok && u.count == 1 && u.length > 0 {
			return t.Add(-u.length / part), at + 2
		}
		return t, i
	}
	count, end := r.quantity(at)
	u, ok := units[r.word(end)]
	switch {
	case !ok:
		return t, i
	case end == at && u.count == 0:
		return t, i
	case end == at:
		count = u.count
	}
	end++
	if w := r.word(end); w == "واحد" || w == "واحده" {
		end++
	}
	if r.word(end) == "ونصف" && u.length > 0 {
		t = t.Add(-u.length / 2)
		end++
	}
	if u.months > 0 {
		return t.AddDate(0, -count*u.months, 0), end
	}
	return t.Add(-time.Duration(count) * u.length), end
}

// quantity reads a number in digits or words at i, and returns where it ends;
// i where there is none.
func (r dateReader) quantity(i int) (n, end int) {
	if number, ok := r.number(i); ok {
		if number.size > 4 {
			return 0, i
		}
		return number.value, i + 1
	}
	n, ok := numberWords[r.word(i)]
	if !ok {
		return 0, i
	}
	next := r.word(i + 1)
	if n < 10 && (next == "عشر" || next == "عشره") {
		return n + 10, i + 2
	}
	if tens := numberWords[strings.TrimPrefix(next, "و")]; n < 10 && tens >= 20 && next != "" && strings.HasPrefix(next, "و") {
		return n + tens, i + 2
	}
	return n, i + 1
}
