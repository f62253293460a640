package arabic_test

import (
	"testing"
	"time"

	"nashra/internal/arabic"
)

var fetched = time.Date(2025, 5, 4, 12, 0, 0, 0, time.UTC)

type dateCase struct{ name, in, zone, want string }

func testDates(t *testing.T, tests []dateCase) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.zone == "" {
				tt.zone = "Africa/Cairo"
			}
			zone, err := time.LoadLocation(tt.zone)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if at, ok := arabic.Date(tt.in, zone, fetched); ok {
				got = at.Format(time.RFC3339)
				if at.Location() != time.UTC {
					t.Errorf("Date(%q) is not in UTC", tt.in)
				}
			}
			if got != tt.want {
				t.Errorf("Date(%q) in %s\n got %q\nwant %q", tt.in, tt.zone, got, tt.want)
			}
		})
	}
}

func TestDateOfMachines(t *testing.T) {
	testDates(t, []dateCase{
		{"RFC 3339", "2025-05-03T14:30:00Z", "", "2025-05-03T14:30:00Z"},
		{"in lower case", "2025-05-03t14:30:00z", "", "2025-05-03T14:30:00Z"},
		{"an offset without a colon", "2025-05-03T14:30:00+0300", "", "2025-05-03T11:30:00Z"},
		{"an offset of hours", "2025-05-03T14:30:00+03", "", "2025-05-03T11:30:00Z"},
		{"west of Greenwich", "2025-05-03T14:30:00-04:00", "", "2025-05-03T18:30:00Z"},
		{"west, without seconds", "2025-05-03T14:30-04:00", "", "2025-05-03T18:30:00Z"},
		{"half an hour", "2025-05-03T14:30:00+05:30", "", "2025-05-03T09:00:00Z"},
		{"a fraction", "2025-05-03T14:30:00.123+03:00", "", "2025-05-03T11:30:00Z"},
		{"a long fraction", "2025-05-03T14:30:00.1234567890123Z", "", "2025-05-03T14:30:00Z"},
		{"no seconds", "2025-05-03T14:30Z", "", "2025-05-03T14:30:00Z"},
		{"no zone", "2025-05-03T14:30:00", "", "2025-05-03T11:30:00Z"},
		{"a space for the T", "2025-05-03 14:30:00 +0300", "", "2025-05-03T11:30:00Z"},
		{"UTC in words", "2025-05-03 14:30:00 UTC", "", "2025-05-03T14:30:00Z"},
		{"the day alone", "2025-05-03", "", "2025-05-02T21:00:00Z"},
		{"the day alone in UTC", "2025-05-03", "UTC", "2025-05-03T00:00:00Z"},
		{"space around it", "  2025-05-03T14:30:00Z\n", "", "2025-05-03T14:30:00Z"},
		{"Arabic-Indic digits", "٢٠٢٥-٠٥-٠٣T١٤:٣٠:٠٠+٠٣:٠٠", "", "2025-05-03T11:30:00Z"},
		{"an hour that is none", "2025-05-03T25:30:00Z", "", ""},
		{"a day that is none", "2025-02-30T10:00:00Z", "", ""},
		{"a leap day", "2024-02-29T10:00:00Z", "", "2024-02-29T10:00:00Z"},

		{"RFC 822", "Sat, 03 May 2025 14:30:00 GMT", "", "2025-05-03T14:30:00Z"},
		{"no weekday", "3 May 2025 14:30:00 +0000", "", "2025-05-03T14:30:00Z"},
		{"the wrong weekday", "Mon, 03 May 2025 14:30:00 GMT", "", "2025-05-03T14:30:00Z"},
		{"no seconds", "Sat, 03 May 2025 14:30 +0300", "", "2025-05-03T11:30:00Z"},
		{"two digits of a year", "Sat, 03 May 25 14:30:00 +0300", "", "2025-05-03T11:30:00Z"},
		{"two digits of the last century", "03 May 99 14:30:00 GMT", "", "1999-05-03T14:30:00Z"},
		{"a comment", "Sat, 03 May 2025 14:30:00 +0300 (EEST)", "", "2025-05-03T11:30:00Z"},
		{"single digits", "Sat, 3 May 2025 9:5:7 +0300", "", "2025-05-03T06:05:07Z"},
		{"UT", "Sat, 03 May 2025 14:30:00 UT", "", "2025-05-03T14:30:00Z"},
		{"Z", "Sat, 03 May 2025 14:30:00 Z", "", "2025-05-03T14:30:00Z"},
		{"EDT", "Sat, 03 May 2025 14:30:00 EDT", "", "2025-05-03T18:30:00Z"},
		{"PST", "Sat, 03 May 2025 14:30:00 PST", "", "2025-05-03T22:30:00Z"},
		{"EET", "Fri, 10 Jan 2025 14:30:00 EET", "Asia/Riyadh", "2025-01-10T12:30:00Z"},
		{"west by number", "Sat, 03 May 2025 14:30:00 -0300", "", "2025-05-03T17:30:00Z"},
		{"GMT and hours", "Sat, 03 May 2025 14:30:00 GMT+3", "", "2025-05-03T11:30:00Z"},
		{"GMT and an offset", "Sat, 03 May 2025 14:30:00 GMT+0300", "", "2025-05-03T11:30:00Z"},
		{"UTC less hours", "Sat, 03 May 2025 14:30:00 UTC-5", "", "2025-05-03T19:30:00Z"},
		{"a zone nobody knows", "Sat, 03 May 2025 14:30:00 XYZ", "", "2025-05-03T11:30:00Z"},
		{"AST is Arabia's", "Sat, 03 May 2025 14:30:00 AST", "", "2025-05-03T11:30:00Z"},
		{"AST in Halifax", "Sat, 03 May 2025 14:30:00 AST", "America/Halifax", "2025-05-03T18:30:00Z"},
		{"AST in Puerto Rico", "Sat, 03 May 2025 14:30:00 AST", "America/Puerto_Rico", "2025-05-03T18:30:00Z"},
		{"AST in Bermuda", "Sat, 03 May 2025 14:30:00 AST", "Atlantic/Bermuda", "2025-05-03T18:30:00Z"},
		{"AST in London", "Sat, 03 May 2025 14:30:00 AST", "Europe/London", "2025-05-03T11:30:00Z"},
		{"RFC 850", "Saturday, 03-May-25 14:30:00 GMT", "", "2025-05-03T14:30:00Z"},
		{"asctime", "Sat May  3 14:30:00 2025", "UTC", "2025-05-03T14:30:00Z"},
		{"date(1)", "Sat May  3 14:30:00 EEST 2025", "UTC", "2025-05-03T11:30:00Z"},
		{"with an offset before the year", "Sat May 03 14:30:00 +0300 2025", "UTC", "2025-05-03T11:30:00Z"},
		{"American words", "May 3, 2025 2:30 PM", "UTC", "2025-05-03T14:30:00Z"},
		{"American words in full", "Saturday, September 7th, 2024 at 12:05 am", "UTC", "2024-09-07T00:05:00Z"},
	})
}

func TestDateInWords(t *testing.T) {
	testDates(t, []dateCase{
		{"Egyptian", "3 يناير 2025 10:00", "UTC", "2025-01-03T10:00:00Z"},
		{"without hamza", "3 ابريل 2025", "UTC", "2025-04-03T00:00:00Z"},
		{"hamza below", "3 إبريل 2025", "UTC", "2025-04-03T00:00:00Z"},
		{"hamza above", "3 أبريل 2025", "UTC", "2025-04-03T00:00:00Z"},
		{"يونيه", "3 يونيه 2024", "UTC", "2024-06-03T00:00:00Z"},
		{"يونية", "3 يونية 2024", "UTC", "2024-06-03T00:00:00Z"},
		{"اغسطس", "3 اغسطس 2024", "UTC", "2024-08-03T00:00:00Z"},
		{"vowelled and stretched", "٣ مــايُو ٢٠٢٥", "UTC", "2025-05-03T00:00:00Z"},
		{"Persian digits", "۳ مايو ۲۰۲۵ ۱۰:۳۰", "UTC", "2025-05-03T10:30:00Z"},
		{"nothing between digits and letters", "3مايو2025", "UTC", "2025-05-03T00:00:00Z"},
		{"the month first", "مايو 3, 2025", "UTC", "2025-05-03T00:00:00Z"},
		{"the month first, Arabic comma", "مايو 3، 2025 10:30 ص", "UTC", "2025-05-03T10:30:00Z"},
		{"the year first", "2025 مايو 3", "UTC", "2025-05-03T00:00:00Z"},
		{"with من and عام", "السبت 3 من شهر مايو لعام 2025", "UTC", "2025-05-03T00:00:00Z"},
		{"hyphens", "3-مايو-2025", "UTC", "2025-05-03T00:00:00Z"},
		{"slashes", "3/مايو/2025", "UTC", "2025-05-03T00:00:00Z"},
		{"commas", "السبت، 3 مايو، 2025", "UTC", "2025-05-03T00:00:00Z"},
		{"the sign of the era", "3 مايو 2025م", "UTC", "2025-05-03T00:00:00Z"},
		{"the sign of the era is no evening", "3 مايو 2025 م 9:00", "UTC", "2025-05-03T09:00:00Z"},

		{"Levantine, of two words", "3 كانون الثاني 2025", "UTC", "2025-01-03T00:00:00Z"},
		{"Levantine without the article", "3 تشرين ثاني 2024", "UTC", "2024-11-03T00:00:00Z"},
		{"شباط", "3 شباط 2025", "UTC", "2025-02-03T00:00:00Z"},
		{"آذار", "3 آذار 2025", "UTC", "2025-03-03T00:00:00Z"},
		{"نيسان", "3 نيسان 2025", "UTC", "2025-04-03T00:00:00Z"},
		{"أيار", "3 أيّار 2025", "UTC", "2025-05-03T00:00:00Z"},
		{"حزيران", "3 حزيران 2024", "UTC", "2024-06-03T00:00:00Z"},
		{"تموز", "3 تموز 2024", "UTC", "2024-07-03T00:00:00Z"},
		{"آب", "3 آب 2024", "UTC", "2024-08-03T00:00:00Z"},
		{"أيلول", "3 أيلول 2024", "UTC", "2024-09-03T00:00:00Z"},
		{"تشرين الأول", "3 تشرين الأول 2024", "UTC", "2024-10-03T00:00:00Z"},
		{"تشرين الثاني", "3 تشرين الثاني 2024", "UTC", "2024-11-03T00:00:00Z"},

		{"جانفي", "3 جانفي 2025", "UTC", "2025-01-03T00:00:00Z"},
		{"فيفري", "3 فيفري 2025", "UTC", "2025-02-03T00:00:00Z"},
		{"أفريل", "3 أفريل 2025", "UTC", "2025-04-03T00:00:00Z"},
		{"ماي", "3 ماي 2025", "UTC", "2025-05-03T00:00:00Z"},
		{"جوان", "3 جوان 2024", "UTC", "2024-06-03T00:00:00Z"},
		{"يوليوز", "3 يوليوز 2024", "UTC", "2024-07-03T00:00:00Z"},
		{"أوت", "3 أوت 2024", "UTC", "2024-08-03T00:00:00Z"},
		{"غشت", "3 غشت 2024", "UTC", "2024-08-03T00:00:00Z"},
		{"شتنبر", "3 شتنبر 2024", "UTC", "2024-09-03T00:00:00Z"},
		{"نونبر", "3 نونبر 2024", "UTC", "2024-11-03T00:00:00Z"},
		{"دجنبر", "3 دجنبر 2024", "UTC", "2024-12-03T00:00:00Z"},

		{"two names, the Levantine first", "3 أيار/مايو 2025", "UTC", "2025-05-03T00:00:00Z"},
		{"two names with spaces", "3 أيار / مايو 2025", "UTC", "2025-05-03T00:00:00Z"},
		{"two names, one in brackets", "3 أيار (مايو) 2025", "UTC", "2025-05-03T00:00:00Z"},
		{"two names, one of two words", "3 كانون الثاني/يناير 2025", "UTC", "2025-01-03T00:00:00Z"},
		{"two names, the other of two words", "3 يناير/كانون الثاني 2025", "UTC", "2025-01-03T00:00:00Z"},

		{"no year", "3 مايو", "UTC", ""},
		{"no day", "مايو 2025", "UTC", ""},
		{"a day that the month lacks", "31 أبريل 2025", "UTC", ""},
		{"a number alone", "2025", "UTC", ""},
		{"nothing", "", "UTC", ""},
		{"a sentence", "قال الوزير في القاهرة إن العدد بلغ 350", "UTC", ""},
	})
}

func TestDateInNumbers(t *testing.T) {
	testDates(t, []dateCase{
		{"the day first", "3/5/2025", "UTC", "2025-05-03T00:00:00Z"},
		{"with zeros", "03/05/2025 - 14:30", "UTC", "2025-05-03T14:30:00Z"},
		{"hyphens", "3-5-2025 14:30", "UTC", "2025-05-03T14:30:00Z"},
		{"full stops", "03.05.2025", "UTC", "2025-05-03T00:00:00Z"},
		{"the year first", "2025/05/03 14:30", "UTC", "2025-05-03T14:30:00Z"},
		{"the year first, single digits", "2025-5-3", "UTC", "2025-05-03T00:00:00Z"},
		{"Arabic-Indic digits", "٣/٥/٢٠٢٥ ٢:٣٠ م", "UTC", "2025-05-03T14:30:00Z"},
		{"spaces", "3 / 5 / 2025", "UTC", "2025-05-03T00:00:00Z"},
		{"two digits of the year", "3/5/25", "UTC", "2025-05-03T00:00:00Z"},
		{"never the month first", "05/13/2024", "UTC", ""},
		{"the time first", "14:30 - 03/05/2025", "UTC", "2025-05-03T14:30:00Z"},
		{"signs that differ", "3/5-2025", "UTC", ""},
		{"right-to-left marks between", "3\u200f/5\u200f/2025", "UTC", "2025-05-03T00:00:00Z"},
	})
}

func TestDateTimesOfDay(t *testing.T) {
	testDates(t, []dateCase{
		{"ص", "3 مايو 2025 09:05 ص", "UTC", "2025-05-03T09:05:00Z"},
		{"م", "3 مايو 2025 09:05 م", "UTC", "2025-05-03T21:05:00Z"},
		{"glued م", "3 مايو 2025 9:05م", "UTC", "2025-05-03T21:05:00Z"},
		{"midnight as 12", "3 مايو 2025 12:05 ص", "UTC", "2025-05-03T00:05:00Z"},
		{"noon as 12", "3 مايو 2025 12:05 م", "UTC", "2025-05-03T12:05:00Z"},
		{"صباحا", "3 مايو 2025 9:05 صباحًا", "UTC", "2025-05-03T09:05:00Z"},
		{"ظهرا", "3 مايو 2025 12:30 ظهرا", "UTC", "2025-05-03T12:30:00Z"},
		{"ظهرا at one", "3 مايو 2025 1:30 ظهرًا", "UTC", "2025-05-03T13:30:00Z"},
		{"ظهرا at eleven", "3 مايو 2025 11:30 ظهرًا", "UTC", "2025-05-03T11:30:00Z"},
		{"مساء", "3 مايو 2025 9:05 مساءً", "UTC", "2025-05-03T21:05:00Z"},
		{"عصرا", "3 مايو 2025 4:05 عصرا", "UTC", "2025-05-03T16:05:00Z"},
		{"ليلا", "3 مايو 2025 11:05 ليلا", "UTC", "2025-05-03T23:05:00Z"},
		{"an hour after الساعة", "3 مايو 2025 الساعة 9 مساء", "UTC", "2025-05-03T21:00:00Z"},
		{"an hour alone after الساعة", "3 مايو 2025، الساعة 9", "UTC", "2025-05-03T09:00:00Z"},
		{"an hour before صباحا", "السبت 3 مايو 2025 - 9 صباحا", "UTC", "2025-05-03T09:00:00Z"},
		{"24 hours and مساء", "3 مايو 2025 21:05 مساء", "UTC", "2025-05-03T21:05:00Z"},
		{"seconds", "3 مايو 2025 21:05:59", "UTC", "2025-05-03T21:05:59Z"},
		{"a full stop", "3 مايو 2025 الساعة 9.05 مساء", "UTC", "2025-05-03T21:05:00Z"},
		{"the time before", "الساعة 9:05 مساء، السبت 3 مايو 2025", "UTC", "2025-05-03T21:05:00Z"},
		{"behind a bar", "السبت 3 مايو 2025 | 09:05 م", "UTC", "2025-05-03T21:05:00Z"},
		{"a place's time", "3 مايو 2025 12:00 بتوقيت القاهرة", "UTC", "2025-05-03T09:00:00Z"},
		{"Greenwich", "3 مايو 2025 12:00 (بتوقيت غرينتش)", "", "2025-05-03T12:00:00Z"},
		{"words before", "نشر في: السبت 3 مايو 2025 - 09:05 ص", "UTC", "2025-05-03T09:05:00Z"},
		{"of two dates the first", "نشر في 2 مايو 2025 10:00 - آخر تحديث 3 مايو 2025 12:00", "UTC", "2025-05-02T10:00:00Z"},
		{"the second one's time is not the first one's", "2 مايو 2025 - آخر تحديث: 3 مايو 2025 12:00", "UTC", "2025-05-02T00:00:00Z"},
		{"two dates, each behind its time", "10:00 2 مايو 2025 - 12:00 3 مايو 2025", "UTC", "2025-05-02T10:00:00Z"},
		{"an update before a relative one", "آخر تحديث 2 مايو 2025 10:00 (منذ يومين)", "UTC", "2025-05-02T10:00:00Z"},
	})
}

func TestDateHijri(t *testing.T) {
	testDates(t, []dateCase{
		{"alone", "5 ذو القعدة 1446 هـ", "Asia/Riyadh", ""},
		{"without its sign", "5 ذي القعدة 1446", "Asia/Riyadh", ""},
		{"in numbers", "5/11/1446", "Asia/Riyadh", ""},
		{"in numbers with its sign", "5/11/1446هـ", "Asia/Riyadh", ""},
		{"in numbers, the year first", "1446-11-05 هـ", "Asia/Riyadh", ""},
		{"with a time", "5 ذو القعدة 1446هـ 10:30 ص", "Asia/Riyadh", ""},
		{"a month of two words", "12 ربيع الأول 1446هـ", "Asia/Riyadh", ""},
		{"beside numbers", "5/11/1446هـ - 3/5/2025م 10:00", "Asia/Riyadh", "2025-05-03T07:00:00Z"},
		{"in brackets behind", "3 مايو 2025م (5 ذو القعدة 1446هـ) 10:00", "Asia/Riyadh", "2025-05-03T07:00:00Z"},
		{"without signs", "السبت 5 ذو القعدة 1446 - 3 مايو 2025 10:00", "Asia/Riyadh", "2025-05-03T07:00:00Z"},
		{"رمضان and a Gregorian date", "1 رمضان 1446 هـ الموافق 1 مارس 2025 م الساعة 8:00 م", "Asia/Riyadh", "2025-03-01T17:00:00Z"},
		{"a Gregorian month with a Hijri year", "3 مايو 1446هـ", "Asia/Riyadh", ""},
		{"an era in words", "5 ذو القعدة 1446 هجرية الموافق 3 مايو 2025 ميلادية", "UTC", "2025-05-03T00:00:00Z"},
	})
}

func TestDateOfIransCalendar(t *testing.T) {
	testDates(t, []dateCase{
		{"a month of Iran", "جمعه ۲۷ فروردین ۱۳۹۵ - ۱۲:۵۶", "Asia/Tehran", "2016-04-15T08:26:00Z"},
		{"in numbers", "19/11/1395", "UTC", "2017-02-07T00:00:00Z"},
		{"the year first", "1403/02/31 12:22", "UTC", "2024-05-20T12:22:00Z"},
		{"with its hour named", "31 اردیبهشت 1403 ساعت 12:22", "UTC", "2024-05-20T12:22:00Z"},
		{"the last day of a leap year", "۳۰ اسفند ۱۴۰۳", "UTC", "2025-03-20T00:00:00Z"},
		{"the first day after it", "۱ فروردین ۱۴۰۴", "UTC", "2025-03-21T00:00:00Z"},
		{"a month of Afghanistan", "12 جوزا 1402", "UTC", "2023-06-02T00:00:00Z"},
		{"marked as Hijri", "5/11/1395 هـ", "UTC", ""},
		{"a year of the Hijri calendar", "5/11/1446", "UTC", ""},
	})
}

func TestDateInOtherLanguages(t *testing.T) {
	testDates(t, []dateCase{
		{"Hebrew", "4 במאי 2025, 10:30", "UTC", "2025-05-04T10:30:00Z"},
		{"Hebrew with a hyphen", "ב-3 באפריל 2025", "UTC", "2025-04-03T00:00:00Z"},
		{"Urdu", "اتوار 4 مئی 2025", "UTC", "2025-05-04T00:00:00Z"},
		{"Urdu again", "2 جولائی 2024", "UTC", "2024-07-02T00:00:00Z"},
		{"Persian, of the Gregorian calendar", "۲۰ ژانویه ۲۰۲۵", "UTC", "2025-01-20T00:00:00Z"},
	})
}

func TestDateRelative(t *testing.T) {
	testDates(t, []dateCase{
		{"an hour", "منذ ساعة", "", "2025-05-04T11:00:00Z"},
		{"one hour", "منذ ساعة واحدة", "", "2025-05-04T11:00:00Z"},
		{"two hours", "قبل ساعتين", "", "2025-05-04T10:00:00Z"},
		{"two hours in the nominative", "قبل ساعتان", "", "2025-05-04T10:00:00Z"},
		{"Arabic-Indic digits", "منذ ٣ ساعات", "", "2025-05-04T09:00:00Z"},
		{"in words", "منذ ثلاث ساعات", "", "2025-05-04T09:00:00Z"},
		{"eleven and more take the singular", "منذ 15 ساعة", "", "2025-05-03T21:00:00Z"},
		{"fifteen in words", "قبل خمس عشرة دقيقة", "", "2025-05-04T11:45:00Z"},
		{"twenty-five in words", "منذ خمس وعشرين دقيقة", "", "2025-05-04T11:35:00Z"},
		{"minutes", "منذ 5 دقائق", "", "2025-05-04T11:55:00Z"},
		{"two minutes", "منذ دقيقتين", "", "2025-05-04T11:58:00Z"},
		{"a minute", "قبل دقيقة", "", "2025-05-04T11:59:00Z"},
		{"seconds", "منذ 30 ثانية", "", "2025-05-04T11:59:30Z"},
		{"a day", "منذ يوم", "", "2025-05-03T12:00:00Z"},
		{"two days", "قبل يومين", "", "2025-05-02T12:00:00Z"},
		{"eleven days", "منذ 11 يومًا", "", "2025-04-23T12:00:00Z"},
		{"a week", "منذ أسبوع", "", "2025-04-27T12:00:00Z"},
		{"two weeks", "منذ أسبوعين", "", "2025-04-20T12:00:00Z"},
		{"three weeks", "قبل 3 أسابيع", "", "2025-04-13T12:00:00Z"},
		{"a month", "منذ شهر", "", "2025-04-04T12:00:00Z"},
		{"two months", "منذ شهرين", "", "2025-03-04T12:00:00Z"},
		{"months", "منذ 4 أشهر", "", "2025-01-04T12:00:00Z"},
		{"a year", "قبل عام", "", "2024-05-04T12:00:00Z"},
		{"two years", "منذ سنتين", "", "2023-05-04T12:00:00Z"},
		{"hours and minutes", "منذ ساعة و10 دقائق", "", "2025-05-04T10:50:00Z"},
		{"two parts in words", "منذ يومين وثلاث ساعات", "", "2025-05-02T09:00:00Z"},
		{"and a half", "منذ ساعة ونصف", "", "2025-05-04T10:30:00Z"},
		{"half an hour", "قبل نصف ساعة", "", "2025-05-04T11:30:00Z"},
		{"words before", "نُشر منذ 3 ساعات", "", "2025-05-04T09:00:00Z"},
		{"moments", "منذ لحظات", "", "2025-05-04T12:00:00Z"},
		{"before a date is no span", "قبل 3 مايو 2025", "UTC", "2025-05-03T00:00:00Z"},
		{"before what is no time", "قبل 5 سيارات", "", ""},
		{"longer than the web", "منذ 60 سنة", "", ""},
		{"yesterday", "أمس", "", "2025-05-02T21:00:00Z"},
		{"yesterday at a time", "أمس الساعة 10 مساء", "", "2025-05-03T19:00:00Z"},
		{"a time yesterday", "10:15 م أمس", "", "2025-05-03T19:15:00Z"},
		{"yesterday with its weekday", "أمس السبت 22:15", "", "2025-05-03T19:15:00Z"},
		{"the day before", "أول أمس 22:15", "", "2025-05-02T19:15:00Z"},
		{"today", "اليوم", "", "2025-05-03T21:00:00Z"},
		{"today at a time", "اليوم 09:30 ص", "", "2025-05-04T06:30:00Z"},
		{"today with its date", "اليوم السبت 3 مايو 2025 10:00", "", "2025-05-03T07:00:00Z"},
		{"a newspaper's name", "المصري اليوم - 3 مايو 2025", "", "2025-05-02T21:00:00Z"},
		{"another newspaper's name", "اليوم السابع", "", ""},
	})
}

func TestDateAtTheChangeOfTheClock(t *testing.T) {
	testDates(t, []dateCase{
		{"Cairo has summer time since 2023", "1 يوليو 2023 12:00", "", "2023-07-01T09:00:00Z"},
		{"and had none in 2022", "1 يوليو 2022 12:00", "", "2022-07-01T10:00:00Z"},
		{"in the gap of spring", "2025-04-25 00:30", "", "2025-04-24T22:30:00Z"},
		{"a midnight that does not exist", "25 أبريل 2025", "", "2025-04-24T22:00:00Z"},
		{"right before the gap", "2025-04-24 23:59", "", "2025-04-24T21:59:00Z"},
		{"right after the gap", "2025-04-25 01:00", "", "2025-04-24T22:00:00Z"},
		{"an hour that comes twice is the first", "2024-10-31 23:30", "", "2024-10-31T20:30:00Z"},
		{"before it", "2024-10-31 22:30", "", "2024-10-31T19:30:00Z"},
		{"after it", "2024-11-01 00:00", "", "2024-10-31T22:00:00Z"},
		{"the gap of London", "2025-03-30 01:30", "Europe/London", "2025-03-30T01:30:00Z"},
		{"the hour that New York has twice", "2024-11-03 01:30", "America/New_York", "2024-11-03T05:30:00Z"},
		{"a zone far east", "2025-05-01 01:00", "Pacific/Kiritimati", "2025-04-30T11:00:00Z"},
	})
}

func TestDateBounds(t *testing.T) {
	testDates(t, []dateCase{
		{"a little ahead stays", "2025-05-05T11:59:00Z", "", "2025-05-05T11:59:00Z"},
		{"24 hours ahead stays", "2025-05-05T12:00:00Z", "", "2025-05-05T12:00:00Z"},
		{"more is the time of fetching", "2025-05-05T12:00:01Z", "", "2025-05-04T12:00:00Z"},
		{"the first instant of 1990", "1990-01-01T00:00:00Z", "", "1990-01-01T00:00:00Z"},
		{"before it", "1989-12-31T23:59:59Z", "", ""},
		{"1990 in Cairo is 1989 in UTC", "1990-01-01 00:30", "", ""},
		{"1989 in New York is 1990 in UTC", "1989-12-31 20:00", "America/New_York", "1990-01-01T01:00:00Z"},
	})
}

func TestDateWithoutZoneIsUTC(t *testing.T) {
	got, ok := arabic.Date("2025-05-03 10:00", nil, fetched)
	if want := time.Date(2025, 5, 3, 10, 0, 0, 0, time.UTC); !ok || !got.Equal(want) {
		t.Errorf("got %v, %v, want %v", got, ok, want)
	}
}

// FuzzDate expects every date to lie where dates may.
func FuzzDate(f *testing.F) {
	for _, s := range []string{"Sat, 03 May 2025 14:30:00 +0300", "5/11/1446هـ الموافق 3 مايو/أيار 2025م 9:05 م بتوقيت مكة", "منذ يومين وثلاث ساعات", "أول من أمس الساعة 9"} {
		f.Add(s)
	}
	zone, err := time.LoadLocation("Africa/Cairo")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, ok := arabic.Date(s, zone, fetched)
		if ok && (at.Year() < 1990 || at.After(fetched.Add(24*time.Hour)) || at.Location() != time.UTC) {
			t.Errorf("Date(%q) = %v", s, at)
		}
	})
}

// The forms that are read at once come to what the reader of all forms makes of
// them, to whom a space at the end leads.
func TestDateOfRegularFormIsThatOfAnyForm(t *testing.T) {
	now := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	zone := time.FixedZone("", 2*3600)
	for _, offset := range []string{
		"GMT", "+0000", "-0000", "+0300", "-0430", "+0545", "+1400", "-1200", "+1401", "+2300", "-2400", "+9999", "-0060", "+0099",
	} {
		for _, day := range []string{
			"23 Nov 2026", "24 Nov 2026", "25 Nov 2026", "01 Jan 1990", "31 Dec 1989", "29 Feb 2023", "29 Feb 2024", "00 May 2025", "31 Apr 2025", "12 Dec 0001",
		} {
			for _, clock := range []string{"00:00:00", "10:20:30", "23:59:59", "23:59:60", "24:00:00", "12:60:00"} {
				s := "Mon, " + day + " " + clock + " " + offset
				got, ok := arabic.Date(s, zone, now)
				if want, wantOK := arabic.Date(s+" ", zone, now); !got.Equal(want) || ok != wantOK {
					t.Errorf("Date(%q)\n got %v, %v\nwant %v, %v", s, got, ok, want, wantOK)
				}
			}
		}
	}
}
