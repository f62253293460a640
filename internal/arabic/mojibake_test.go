package arabic_test

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"nashra/internal/arabic"
)

// misread is s as UTF-8 that somebody took for another encoding.
func misread(t *testing.T, s string, page *charmap.Charmap) string {
	t.Helper()
	var b strings.Builder
	for _, c := range []byte(s) {
		r := page.DecodeByte(c)
		if r == '\uFFFD' {
			r = rune(c) // browsers make a control of what the page leaves undefined
		}
		b.WriteRune(r)
	}
	return b.String()
}

var codepages = map[string]*charmap.Charmap{
	"windows-1252": charmap.Windows1252,
	"windows-1256": charmap.Windows1256,
	"ISO 8859-1":   charmap.ISO8859_1,
}

func TestCleanTurnsMojibakeBack(t *testing.T) {
	for name, page := range codepages {
		bad := func(s string) string { return misread(t, s, page) }
		tests := []cleanCase{
			{"a paragraph", bad("أعلنت الوزارة، أمس، عن «خطة» جديدة – بقيمة 3.5 مليون؛ فهل تنجح؟"), "أعلنت الوزارة، أمس، عن «خطة» جديدة – بقيمة 3.5 مليون؛ فهل تنجح؟"},
			{"every letter", bad("ءآأؤإئابةتثجحخدذرزسشصضطظعغ فقكلمنهوىي"), "ءآأؤإئابةتثجحخدذرزسشصضطظعغ فقكلمنهوىي"},
			{"vowels", bad("مُحَمَّدٌ رَسُولٌ كَرِيمٌ"), "مُحَمَّدٌ رَسُولٌ كَرِيمٌ"},
			{"one word", bad("مصر"), "مصر"},
			{"a short paragraph", bad("في"), "في"},
			{"digits and signs of ASCII", bad("الساعة 10:30 (تقريبا)"), "الساعة 10:30 (تقريبا)"},
			{"quotes that are three bytes", bad("قال “نعم” – ثم… سكت"), "قال “نعم” – ثم… سكت"},
			{"a stretch among sound words", "قال الوزير " + bad("الحكومة تعمل") + " ثم سكت", "قال الوزير الحكومة تعمل ثم سكت"},
			{"beside what another page misread", bad("الحكومة") + " ثم " + misread(t, "المجلس", charmap.Windows1256), "الحكومة ثم المجلس"},
			{"two stretches", "قال الوزير " + bad("الحكومة") + " و" + " " + bad("المجلس") + " معا", "قال الوزير الحكومة و المجلس معا"},
			{"a stretch with a short word in it", "قال " + bad("المجلس في الجلسة") + " نعم", "قال المجلس في الجلسة نعم"},
			{"too short a stretch", "قال " + bad("في") + " نعم", "قال " + bad("في") + " نعم"},
			{"a part of a word", "الم" + bad("جلس") + " نعم", "الم" + bad("جلس") + " نعم"},
			{"much Latin beside", bad("الحكومة تعمل") + " Tim Cook met Satya Nadella in Cupertino, California " + bad("والمجلس ينعقد"), "الحكومة تعمل Tim Cook met Satya Nadella in Cupertino, California والمجلس ينعقد"},
			{"new lines part words", bad("الحكومة") + "\n" + bad("المجلس"), "الحكومة المجلس"},
			{"no-break spaces part words", bad("الحكومة") + "\u00A0" + bad("المجلس"), "الحكومة المجلس"},
		}
		for _, tt := range tests {
			t.Run(name+"/"+tt.name, func(t *testing.T) {
				got, want := arabic.Clean(tt.in), tt.want
				if tt.name == "too short a stretch" || tt.name == "a part of a word" {
					if strings.Contains(got, "في") || strings.Contains(got, "جلس") {
						t.Errorf("Clean(%q) = %q turned it back", tt.in, got)
					}
				} else if got != want {
					t.Errorf("Clean(%q)\n got %q\nwant %q", tt.in, got, want)
				}
				if again := arabic.Clean(got); again != got {
					t.Errorf("Clean is not idempotent: %q became %q", got, again)
				}
			})
		}
	}
}

func TestCleanLeavesWhatIsNoMojibake(t *testing.T) {
	twice := misread(t, misread(t, "وصل رسوله", charmap.Windows1252), charmap.Windows1252)
	mixed := misread(t, misread(t, "أعلنت الوزارة، أمس، عن", charmap.Windows1256), charmap.Windows1252)
	testClean(t, []cleanCase{
		{"French", "L’été à Évreux: Zoë déjà reçue", "L’été à Évreux: Zoë déjà reçue"},
		{"Danish", "Ølgod og Ærø, Ødegård", "Ølgod og Ærø, Ødegård"},
		{"misread French", misread(t, "été reçue Zoë", charmap.Windows1252), misread(t, "été reçue Zoë", charmap.Windows1252)},
		{"many ط and ظ", "طط ظظ طظ، ط؛ ظ؟ طُ", "طط ظظ طظ، ط؛ ظ؟ طُ"},
		{"an Urdu text", "ظہر کے وقت طے پایا ہے", "ظہر کے وقت طے پایا ہے"},
		{"twice misread", twice, twice},
		{"misread in two ways", mixed, strings.Join(strings.Fields(mixed), " ")},
		{"a half of a letter", "Ø", "Ø"},
		{"a diameter", "أنبوب Ø 25 مم", "أنبوب Ø 25 مم"},
	})
}
