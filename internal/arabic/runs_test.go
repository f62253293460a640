package arabic_test

import (
	"slices"
	"strings"
	"testing"

	"nashra/internal/arabic"
)

func TestCleanRunsWorksAcrossBorders(t *testing.T) {
	text := func(depth int, s string) arabic.Run { return arabic.Run{Text: s, Depth: depth} }
	code := func(depth int, s string) arabic.Run { return arabic.Run{Text: s, Depth: depth, Verbatim: true} }
	tests := []struct {
		name string
		in   []arabic.Run
		want []string
	}{
		{"no run", nil, nil},
		{"a border's spaces count once and stand outside",
			[]arabic.Run{text(0, "قال "), text(1, " الوزير "), text(0, " إن الخطة"), text(1, " ، وهي قديمة،"), text(0, "ستعدل « "), text(1, " قريبا "), text(0, " » .")},
			[]string{"قال ", "الوزير", " إن الخطة", "، وهي قديمة،", " ستعدل «", "قريبا", "»."}},
		{"a quote glued to words on both sides",
			[]arabic.Run{text(0, "نشرت صحيفة"), text(1, "«الأهرام»"), text(0, "وموقعها الخبر.")},
			[]string{"نشرت صحيفة ", "«الأهرام»", " وموقعها الخبر."}},
		{"nothing inside a word, after a prefix or in a time",
			[]arabic.Run{text(0, "كلمة مصر"), text(1, "ية"), text(0, " و"), text(1, "«الأهرام»"), text(0, " في 10:"), text(1, "30"), text(0, ".")},
			[]string{"كلمة مصر", "ية", " و", "«الأهرام»", " في 10:", "30", "."}},
		{"two elements that touch leave their space between them",
			[]arabic.Run{text(1, "قال "), text(0, ""), text(1, "الوزير")},
			[]string{"قال", " ", "الوزير"}},
		{"a space that has to be put lands between them too",
			[]arabic.Run{text(1, "الليبي،"), text(0, ""), text(1, "يأتي")},
			[]string{"الليبي،", " ", "يأتي"}},
		{"the space of nested elements goes all the way out",
			[]arabic.Run{text(0, "قال"), text(1, ""), text(2, " نعم "), text(1, ""), text(0, "ثم")},
			[]string{"قال ", "", "نعم", "", " ثم"}},
		{"ends are trimmed also where they stand inside",
			[]arabic.Run{text(1, " قال "), text(0, " ")},
			[]string{"قال", ""}},
		{"code keeps its spaces and marks, and counts as text",
			[]arabic.Run{text(0, "اكتب "), code(1, "  a ،  b "), text(0, "  ،ثم"), code(1, "احفظ")},
			[]string{"اكتب ", "  a ،  b ", " ، ثم", "احفظ"}},
		{"code at the end is not trimmed",
			[]arabic.Run{text(0, " اكتب "), code(1, " ls ")},
			[]string{"اكتب ", " ls "}},
		{"an entity in code stays escaped",
			[]arabic.Run{text(0, "&amp;laquo;"), code(1, "&amp;nbsp;")},
			[]string{"«", "&amp;nbsp;"}},
		{"no space moves into code",
			[]arabic.Run{text(2, "قال:"), code(0, "نعم")},
			[]string{"قال: ", "نعم"}},
		{"mojibake that a border cuts between two letters",
			[]arabic.Run{text(0, "Ù…ØµØ± ÙˆÙ„ÙŠ"), text(1, "Ø¨ÙŠØ§")},
			[]string{"مصر ولي", "بيا"}},
		{"mojibake that a border cuts inside a letter",
			[]arabic.Run{text(0, "Ù…ØµØ"), text(1, "± ÙˆÙ„ÙŠØ¨ÙŠØ§")},
			[]string{"مصر ", "وليبيا"}},
		{"tatweel that a border cuts",
			[]arabic.Run{text(0, "مـ"), text(1, "ـصر")},
			[]string{"م", "صر"}},
		{"a mark that a border parts from its letter",
			[]arabic.Run{text(0, "ا"), text(1, "\u0653ن")},
			[]string{"آ", "ن"}},
		{"a Latin comma after emphasised Arabic",
			[]arabic.Run{text(1, "نعم"), text(0, ", ثم")},
			[]string{"نعم", "، ثم"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := arabic.CleanRuns(tt.in)
			if !slices.Equal(got, tt.want) {
				t.Errorf("CleanRuns(%+v)\n got %q\nwant %q", tt.in, got, tt.want)
			}
			if again := arabic.CleanRuns(replaced(tt.in, got)); !slices.Equal(again, got) {
				t.Errorf("CleanRuns is not idempotent: %q became %q", got, again)
			}
		})
	}
}

// replaced are runs with other texts.
func replaced(runs []arabic.Run, texts []string) []arabic.Run {
	out := slices.Clone(runs)
	for i := range out {
		out[i].Text = texts[i]
	}
	return out
}

// FuzzCleanRuns cuts a text into runs and expects that they come to what Clean
// makes of the whole.
func FuzzCleanRuns(f *testing.F) {
	f.Add("قال | الوزير |، وهي« |نعم|»|ثم", uint16(0x1234))
	f.Add("مـ|ـصر Ù…Ø|µØ± &am|p;nbsp; ا\u200f|\u0653", uint16(7))
	f.Fuzz(func(t *testing.T, s string, depths uint16) {
		var runs []arabic.Run
		for i, part := range strings.Split(s, "|") {
			runs = append(runs, arabic.Run{Text: part, Depth: int(depths>>(i%8*2)) & 3})
		}
		got := arabic.CleanRuns(runs)
		whole := strings.ReplaceAll(s, "|", "")
		if strings.Count(whole, "&") == 0 && strings.Join(got, "") != arabic.Clean(whole) && validParts(runs) {
			t.Errorf("runs of %q came to %q, Clean gives %q", s, strings.Join(got, ""), arabic.Clean(whole))
		}
		if again := arabic.CleanRuns(replaced(runs, got)); !deeplyEscaped(s) && !slices.Equal(again, got) {
			t.Errorf("CleanRuns is not idempotent: %q became %q", got, again)
		}
	})
}
