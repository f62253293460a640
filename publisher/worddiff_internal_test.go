package publisher

import (
	"strings"
	"testing"
)

func TestAWordIsNeverCutWithin(t *testing.T) {
	tests := []struct{ name, before, after, want string }{
		{"nothing changed", "قال الوزير إن", "قال الوزير إن", "قال الوزير إن"},
		{"a word for another", "قال الوزير إن", "قال الرئيس إن", "قال -الوزير -+الرئيس +إن"},
		{"a prefix makes another word", "في كتاب جديد", "في والكتاب جديد", "في -كتاب -+والكتاب +جديد"},
		{"a vowel sign makes another word", "عَلم البلاد", "عِلم البلاد", "-عَلم -+عِلم +البلاد"},
		{"added at the end", "انتهى", "انتهى اليوم", "انتهى +اليوم+"},
		{"all of it", "واحد", "اثنان", "-واحد-+اثنان+"},
		{"from nothing", "", "جديد", "+جديد+"},
		{"to nothing", "قديم", "", "-قديم-"},
		{"one moved", "أ ب ج د", "ب ج د أ", "-أ -ب ج د +أ+"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got strings.Builder
			for _, e := range wordDiff(tt.before, tt.after) {
				mark := map[editKind]string{added: "+", removed: "-"}[e.Kind]
				got.WriteString(mark + e.Text + mark)
			}
			if got.String() != tt.want {
				t.Errorf("got %q, want %q", got.String(), tt.want)
			}
		})
	}
}

func FuzzADiffHoldsBothTexts(f *testing.F) {
	f.Add("قال الوزير", "قال الرئيس اليوم")
	f.Add("a  b\nc", "a b c")
	f.Fuzz(func(t *testing.T, before, after string) {
		var was, is strings.Builder
		for _, e := range wordDiff(before, after) {
			if e.Kind != added {
				was.WriteString(e.Text)
			}
			if e.Kind != removed {
				is.WriteString(e.Text)
			}
		}
		words := func(s string) string { return strings.Join(strings.Fields(s), " ") }
		if words(was.String()) != words(before) || words(is.String()) != words(after) {
			t.Errorf("%q and %q became %q and %q", before, after, was.String(), is.String())
		}
	})
}

func TestOnlyWhatIsNearAChangeIsShown(t *testing.T) {
	long := strings.Repeat("كلمة ", 100)
	got := changedOnly(wordDiff(long+"قديم "+long, long+"جديد "+long))
	var kinds []string
	for _, e := range got {
		kinds = append(kinds, string(e.Kind))
	}
	if want := "skipped kept removed added kept skipped"; strings.Join(kinds, " ") != want {
		t.Errorf("got %v, want %s", kinds, want)
	}
}
