package arabic_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"nashra/internal/arabic"
)

// deeplyEscaped reports whether s may be escaped more than four times over,
// where Clean stops and a second Clean would go on.
func deeplyEscaped(s string) bool { return strings.Count(s, "&") > 0 && strings.Count(s, ";") > 4 }

func validParts(runs []arabic.Run) bool {
	for _, run := range runs {
		if !utf8.ValidString(run.Text) {
			return false
		}
	}
	return true
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{
		"قال الوزير ، وهو« خبير » ;إن(الوضع)جيد? نعم,هو...... 2 : 1",
		"مـَــصـر هـــ \u200fم\u200cی \u200dه\u200d 👨\u200d👩 &amp;nbsp; &#1605;",
		"Ù…ØµØ± Ù…ØµØ± Apple ظ…طµط± ظ…طµط±",
		"ﻻ ﷺ ﹶ \u0627\u0653 \u0651\u064e « ( [ { “ ‹ › ” } ] ) »",
		"نص », ثم » نص « ثم #وسم،كلمة a@b.c/،د",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := arabic.Clean(s)
		if !utf8.ValidString(got) {
			t.Errorf("Clean(%q) = %q is no UTF-8", s, got)
		}
		if runs := arabic.CleanRuns([]arabic.Run{{Text: s}}); runs[0] != got {
			t.Errorf("Clean(%q) = %q, one run gives %q", s, got, runs[0])
		}
		if again := arabic.Clean(got); again != got && !deeplyEscaped(s) {
			t.Errorf("Clean is not idempotent: %q became %q became %q", s, got, again)
		}
		code := verbatim(s)
		if again := verbatim(code); again != code {
			t.Errorf("code is not cleaned once: %q became %q became %q", s, code, again)
		}
	})
}

// verbatim is s as code that stands alone.
func verbatim(s string) string { return arabic.CleanRuns([]arabic.Run{{Text: s, Verbatim: true}})[0] }

// alphabet holds what the rules look at, so that a fuzzer's bytes become texts
// that keep them busy.
var alphabet = []string{
	"ا", "ب", "مصر", "كلمة", "و", "هـ", "ی", "a", "Apple", "é", "5", "٣",
	" ", " ", " ", "\u00A0", "\n", "،", "؛", "؟", "!", ":", ".", "..", "…", ",", ";", "?",
	"«", "»", "(", ")", "[", "]", "“", "”", "‹", "›", "\"", "-", "@", "#", "/",
	"\u0640", "\u0640\u064E", "\u064E", "\u0651", "\u0653", "\u0654", "\u0670",
	"\u200B", "\u200C", "\u200D", "\u200E", "\u200F", "\u061C", "\uFEFF", "\u00AD", "\u202B", "\u0085", "\u0001",
	"ﻻ", "ﹶ", "ﷺ", "ﷲ", "😀", "👩", "🏽", "\uFE0F", "❤",
	"&amp;", "&nbsp;", "&", "amp;", "#1605;", "&laquo;", "&#x85;", "&zwnj;",
	"Ù…", "Øµ", "Ø±", "Ø§", "Ù", "ظ…", "طµ", "ط±", "ط§", "ط", "آ«", "\u0081",
}

func spell(data []byte) string {
	var b strings.Builder
	for _, c := range data {
		b.WriteString(alphabet[int(c)%len(alphabet)])
	}
	return b.String()
}

// FuzzCleanSpelt is FuzzClean over texts made of the alphabet.
func FuzzCleanSpelt(f *testing.F) {
	f.Add([]byte("0123456789abcdefghijklmnop"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := spell(data)
		got := arabic.Clean(s)
		if runs := arabic.CleanRuns([]arabic.Run{{Text: s}}); runs[0] != got {
			t.Errorf("Clean(%q) = %q, one run gives %q", s, got, runs[0])
		}
		if again := arabic.Clean(got); again != got && !deeplyEscaped(s) {
			t.Errorf("Clean is not idempotent: %q became %q became %q", s, got, again)
		}
		code := verbatim(s)
		if again := verbatim(code); again != code {
			t.Errorf("code is not cleaned once: %q became %q became %q", s, code, again)
		}
		if key := arabic.Key(s); arabic.Key(key) != key {
			t.Errorf("Key is not idempotent: %q became %q became %q", s, key, arabic.Key(key))
		}
		var runs []arabic.Run
		for i := 0; i < len(data); {
			n := min(1+int(data[i])%5, len(data)-i)
			runs = append(runs, arabic.Run{Text: spell(data[i : i+n]), Depth: int(data[i]) % 3})
			i += n
		}
		parts := arabic.CleanRuns(runs)
		if strings.Join(parts, "") != got {
			t.Errorf("CleanRuns(%+v) came to %q, Clean gives %q", runs, parts, got)
		}
		if again := arabic.CleanRuns(replaced(runs, parts)); !deeplyEscaped(s) && !slices.Equal(again, parts) {
			t.Errorf("CleanRuns is not idempotent: %q became %q", parts, again)
		}
		for i := range runs {
			runs[i].Verbatim = i%3 == 1
		}
		parts = arabic.CleanRuns(runs)
		if again := arabic.CleanRuns(replaced(runs, parts)); !deeplyEscaped(s) && !slices.Equal(again, parts) {
			t.Errorf("CleanRuns with code is not idempotent: %+v became %q became %q", runs, parts, again)
		}
		title := arabic.Title(s, "مصر", "Apple")
		if again := arabic.Title(title, "مصر", "Apple"); !deeplyEscaped(s) && again != title {
			t.Errorf("Title is not idempotent: %q became %q became %q", s, title, again)
		}
		name := arabic.Byline(s, "مصر")
		if again := arabic.Byline(name, "مصر"); !deeplyEscaped(s) && again != name {
			t.Errorf("Byline is not idempotent: %q became %q became %q", s, name, again)
		}
		short := arabic.Excerpt(got, 20)
		if again := arabic.Excerpt(short, 20); again != short {
			t.Errorf("Excerpt is not idempotent: %q became %q became %q", s, short, again)
		}
	})
}
