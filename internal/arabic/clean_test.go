package arabic_test

import (
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
		code := arabic.Verbatim(s)
		if again := arabic.Verbatim(code); again != code {
			t.Errorf("Verbatim is not idempotent: %q became %q became %q", s, code, again)
		}
		if runs := arabic.CleanRuns([]arabic.Run{{Text: s, Verbatim: true}}); runs[0] != code {
			t.Errorf("Verbatim(%q) = %q, one run gives %q", s, code, runs[0])
		}
	})
}
