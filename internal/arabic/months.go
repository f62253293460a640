package arabic

import "strings"

// monthNames are the names of the Gregorian months as folding keys: those of
// Egypt and the Gulf, of the Levant, of the Maghreb, and English, Persian, Urdu
// and Hebrew ones.
var monthNames = map[string]int{
	"يناير": 1, "فبراير": 2, "مارس": 3, "ابريل": 4, "مايو": 5, "يونيو": 6,
	"يوليو": 7, "اغسطس": 8, "سبتمبر": 9, "اكتوبر": 10, "نوفمبر": 11, "ديسمبر": 12,
	"يونيه": 6, "يوليه": 7, "فبرايير": 2, "نوڤمبر": 11,

	"كانون الثاني": 1, "شباط": 2, "اذار": 3, "نيسان": 4, "ايار": 5, "حزيران": 6,
	"تموز": 7, "اب": 8, "ايلول": 9, "تشرين الاول": 10, "تشرين الثاني": 11, "كانون الاول": 12,
	"مايس": 5, "كانون ثاني": 1, "كانون ثان": 1, "تشرين اول": 10, "تشرين ثاني": 11, "تشرين ثان": 11, "كانون اول": 12,

	"جانفي": 1, "فيفري": 2, "افريل": 4, "ماي": 5, "جوان": 6, "جويليه": 7, "اوت": 8,
	"ابرير": 4, "يوليوز": 7, "غشت": 8, "اغشت": 8, "شتنبر": 9, "شتمبر": 9, "نونبر": 11, "نوفنبر": 11,
	"دجنبر": 12, "دجمبر": 12, "دسمبر": 12,

	"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6,
	"july": 7, "august": 8, "september": 9, "october": 10, "november": 11, "december": 12,
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8,
	"sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,

	"ژانويه": 1, "فوريه": 2, "اوريل": 4, "مه": 5, "ژوين": 6, "ژوءن": 6, "ژوييه": 7, "ژوءيه": 7, "جولاي": 7, "اگوست": 8, "سپتامبر": 9, "اكتبر": 10, "نوامبر": 11, "دسامبر": 12,

	"جنوري": 1, "فروري": 2, "مارچ": 3, "اپريل": 4, "مءي": 5, "مءئ": 5, "جون": 6, "جولاءي": 7, "اگست": 8, "ستمبر": 9, "نومبر": 11,

	"ינואר": 1, "פברואר": 2, "מרץ": 3, "מרס": 3, "אפריל": 4, "מאי": 5, "יוני": 6, "יולי": 7, "אוגוסט": 8, "ספטמבר": 9, "אוקטובר": 10, "נובמבר": 11, "דצמבר": 12,
}

// hijriMonths are the names of the months of the Hijri calendar as folding
// keys; those of two words stand with both.
var hijriMonths = map[string]bool{
	"محرم": true, "المحرم": true, "صفر": true, "رجب": true, "شعبان": true, "رمضان": true, "شوال": true,
	"ربيع الاول": true, "ربيع الاخر": true, "ربيع الثاني": true, "ربيع اول": true, "ربيع اخر": true, "ربيع ثاني": true,
	"جمادي الاولي": true, "جمادي الاول": true, "جمادي الاخره": true, "جمادي الثانيه": true, "جمادي الاخر": true, "جمادي الثاني": true,
	"ذو القعده": true, "ذي القعده": true, "ذو الحجه": true, "ذي الحجه": true, "ذوالقعده": true, "ذوالحجه": true, "ذيالقعده": true, "ذيالحجه": true,
}

// month reads the name of a month at i and how many tokens it takes, 0 where
// there is none.
func (r dateReader) month(i int) (number, size int) {
	first := r.word(i)
	if first == "" {
		return 0, 0
	}
	if second := r.word(i + 1); second != "" {
		if n := monthNames[first+" "+second]; n > 0 {
			return n, 2
		}
	}
	if n := monthNames[first]; n > 0 {
		return n, 1
	}
	if name, ok := strings.CutPrefix(first, "ב"); ok { // in Hebrew «in May» is one word
		return monthNames[name], min(monthNames[name], 1)
	}
	return 0, 0
}

// months reads a month at i, and a second name of it where one stands beside:
// مايو/أيار, أيار (مايو), مايو - أيار.
func (r dateReader) months(i int) (number, size int) {
	number, size = r.month(i)
	if size == 0 {
		return 0, 0
	}
	at := i + size
	switch r.sign(at) {
	case '/', '-', '(', '|', '،', ',':
		at++
	default:
		if r.word(at) == "او" {
			at++
		}
	}
	if _, second := r.month(at); second > 0 {
		size = at + second - i
		if r.sign(i+size) == ')' {
			size++
		}
	}
	return number, size
}

// hijri reports where a date of the Hijri calendar that begins at i ends; i
// where there is none.
func (r dateReader) hijri(i int) int {
	first, ok := r.number(i)
	if !ok {
		return i
	}
	at := r.skip(i+1, "من", "شهر")
	name := r.word(at)
	switch {
	case hijriMonths[name]:
		at++
	case hijriMonths[name+" "+r.word(at+1)]:
		at += 2
	default:
		return r.hijriNumeric(i, first)
	}
	year := r.skip(at, "من", "عام", "سنه", "لعام", "لسنه", "العام")
	if n, ok := r.number(year); ok && n.size != 3 && n.size <= 4 && r.sign(year+1) != ':' {
		at = year + 1
	}
	return r.skipEra(at)
}

// hijriNumeric is hijri for dates in numbers, and for any date that هـ stands
// after.
func (r dateReader) hijriNumeric(i int, first dateToken) int {
	d, ok := r.numeric(i)
	if !ok {
		if d, ok = r.named(i); !ok {
			return i
		}
	}
	end := r.skipEra(d.to)
	if d.year >= 1300 && d.year < 1600 || end > d.to {
		return end
	}
	return i
}

// skipEra passes over هـ.
func (r dateReader) skipEra(i int) int {
	switch r.word(i) {
	case "ه", "هجري", "هجريه":
		return i + 1
	}
	return i
}
