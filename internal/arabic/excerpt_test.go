package arabic_test

import (
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"nashra/internal/arabic"
)

func TestExcerpt(t *testing.T) {
	tests := []struct {
		name string
		in   string
		max  int
		want string
	}{
		{"it fits", "نعم.", 4, "نعم."},
		{"it fits exactly, by clusters", "مُحَمَّدٌ", 4, "مُحَمَّدٌ"},
		{"nothing", "", 10, ""},
		{"no room", "نعم", 0, ""},
		{"room for the ellipsis only", "نعم", 1, "…"},
		{"the last sentence that fits", "نعم ثم. نعم كلا. نعم أيضا", 18, "نعم ثم. نعم كلا."},
		{"a sentence that ends on the limit", "نعم كلا. نعم أيضا", 8, "نعم كلا."},
		{"one that is half of it", "نعم. كلا هذا شيء", 8, "نعم."},
		{"one that is less than half", "نعم. كلا هذا شيء", 9, "نعم. كلا…"},
		{"a question", "هل جاء؟ نعم جاء أمس", 10, "هل جاء؟"},
		{"an exclamation in a run", "هل جاء؟! نعم جاء أمس", 12, "هل جاء؟!"},
		{"an ellipsis ends a sentence", "جاء أمس… ثم غادر", 12, "جاء أمس…"},
		{"a quote closes behind the mark", "قال: «جاء أمس.» ثم غادر المكان", 20, "قال: «جاء أمس.»"},
		{"no sentence ends in a quote", "قال: «جاء أمس. ثم غادر المكان كله» وسكت", 20, "قال…"},
		{"nor after an abbreviation", "حضر الوزير د. محمد سالم", 16, "حضر الوزير د…"},
		{"a decimal point", "بلغ 3.5 مليون جنيه", 12, "بلغ 3.5…"},
		{"a mark before the cut goes", "نعم، ثم كلا وغير ذلك", 6, "نعم…"},
		{"a dash before the cut goes", "القاهرة - خاص جدا وغير ذلك", 11, "القاهرة…"},
		{"a number with spaces", "بلغ العدد 10 000 جنيه", 15, "بلغ العدد…"},
		{"a score", "فاز الفريق 2 : 1 أمس", 15, "فاز الفريق…"},
		{"two numbers", "عام 2024 2025 وغير ذلك", 11, "عام 2024…"},
		{"a quote at the head cannot be left out", "«المشروع الكبير ينتهي قبل نهاية العام» وأن", 20, "«المشروع الكبير…"},
		{"a straight quote", "قال إن \"المشروع الكبير ينتهي قبل العام\" وأن", 25, "قال إن…"},
		{"a quote that nobody closes", "قال إن «المشروع الكبير ينتهي قبل العام", 25, "قال إن «المشروع الكبير…"},
		{"a prefix glued to the quote", "نشرت الصحف و«الأهرام اليومية وغيرها» أمس", 25, "نشرت الصحف…"},
		{"a quote that fits", "قال «نعم» ثم غادر المكان", 15, "قال «نعم» ثم…"},
		{"one long word", "مستشفياتهم", 5, "مستش…"},
		{"one long number", "12345678901", 5, "1234…"},
		{"a word of clusters", "👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 2, "👨‍👩‍👧…"},
		{"the last word fits with the ellipsis", "نعم كلا أيضا", 8, "نعم كلا…"},
		{"and not without room for it", "نعم كلا أيضا", 7, "نعم…"},
		{"a full stop with no space behind", "وصل الوزير.ثم غادر القاعة", 20, "وصل الوزير.ثم غادر…"},
		{"three dots end a sentence", "وصل الوزير... ثم غادر القاعة", 20, "وصل الوزير..."},
		{"thousands", "بلغ الحضور 1,000,000 متفرج", 15, "بلغ الحضور…"},
		{"a mark behind the quote", "قال: «جاء أمس». ثم غادر المكان", 20, "قال: «جاء أمس»."},
		{"space around", " نعم ", 3, "نعم"},
		{"paragraphs on lines of their own", "نعم.\nكلا.", 10, "نعم. كلا."},
		{"a sentence that ends its line", "نعم كلا.\n\nنعم أيضا", 10, "نعم كلا."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := arabic.Excerpt(tt.in, tt.max)
			if got != tt.want {
				t.Errorf("Excerpt(%q, %d)\n got %q\nwant %q", tt.in, tt.max, got, tt.want)
			}
			if again := arabic.Excerpt(got, tt.max); again != got {
				t.Errorf("Excerpt is not idempotent: %q became %q", got, again)
			}
		})
	}
}

// A text of half a megabyte took minutes when each quote that never closes was
// searched to the end.
// Eight times the text takes about eight times as long: what looks back from
// every mark to the beginning would take 64 times. The quickest of a few runs
// counts, for the machine has other work.
func TestExcerptOfQuotesThatNeverClose(t *testing.T) {
	const size, times, most = 1 << 15, 8, 40
	quickest := func(text string) time.Duration {
		half := utf8.RuneCountInString(text) / 2
		best := time.Duration(math.MaxInt64)
		for range 8 {
			start := time.Now()
			arabic.Excerpt(text, half)
			best = min(best, time.Since(start))
		}
		return max(best, 100*time.Microsecond)
	}
	for _, s := range []string{"«", "\"", "«»", "« ", "(", "."} {
		text := strings.Repeat(s, size/len(s))
		if short, long := quickest(text), quickest(strings.Repeat(text, times)); long > most*short {
			t.Errorf("%d times %q took %v, %d times as many %v", len(text)/len(s), s, short, times, long)
		}
	}
}

// FuzzExcerpt expects an excerpt to keep its limit and to begin as its text.
func FuzzExcerpt(f *testing.F) {
	f.Add("قال «نعم. ثم» 3.5 10 000 د. محمد… 👨‍👩‍👧 جاهز", 12)
	f.Fuzz(func(t *testing.T, s string, max int) {
		max %= 60
		s = strings.ToValidUTF8(s, "\uFFFD")
		got := arabic.Excerpt(s, max)
		if n := uniseg.GraphemeClusterCount(got); n > max && n > 0 {
			t.Errorf("Excerpt(%q, %d) = %q has %d clusters", s, max, got, n)
		}
		if !strings.HasPrefix(strings.Join(strings.Fields(s), " "), strings.TrimSuffix(got, "…")) {
			t.Errorf("Excerpt(%q, %d) = %q is no beginning", s, max, got)
		}
		if again := arabic.Excerpt(got, max); again != got {
			t.Errorf("Excerpt is not idempotent: %q became %q", got, again)
		}
	})
}
