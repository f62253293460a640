package arabic_test

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"nashra/internal/arabic"
)

func terms(s string) (keys, spans []string) {
	arabic.Terms(s, func(key []byte, start, end int) bool {
		keys, spans = append(keys, string(key)), append(spans, s[start:end])
		return true
	})
	return keys, spans
}

func TestTermsAreFoundWhereTheyStand(t *testing.T) {
	tests := []struct {
		name, in    string
		keys, spans []string
	}{
		{"marks and tatweel belong to their word", "قالَ «الرئـيسُ»، أمس", []string{"قال", "الرءيس", "امس"}, []string{"قالَ", "الرئـيسُ", "أمس"}},
		{"digits are one kind", "عام ٢٠٢٦م", []string{"عام", "2026م"}, []string{"عام", "٢٠٢٦م"}},
		{"scripts glued together are one word", "شركةGoogle وCNN", []string{"شركهgoogle", "وcnn"}, []string{"شركةGoogle", "وCNN"}},
		{"other scripts are lowered", "Café Éclair", []string{"café", "éclair"}, []string{"Café", "Éclair"}},
		{"a sign of several words stands for each", "محمد ﷺ نبي", []string{"محمد", "صلي", "الله", "عليه", "وسلم", "نبي"}, []string{"محمد", "ﷺ", "ﷺ", "ﷺ", "ﷺ", "نبي"}},
		{"presentation forms", "ﻻ ﷲ", []string{"لا", "الله"}, []string{"ﻻ", "ﷲ"}},
		{"no words", " ،؛ ـَ ", nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			keys, spans := terms(tt.in)
			if !reflect.DeepEqual(keys, tt.keys) || !reflect.DeepEqual(spans, tt.spans) {
				t.Errorf("Terms(%q)\n got %q at %q\nwant %q at %q", tt.in, keys, spans, tt.keys, tt.spans)
			}
		})
	}
}

func FuzzTermsAreTheWordsOfTheKey(f *testing.F) {
	for _, s := range []string{"قالَ «الرئـيسُ»، أمس ½ ﷺ", "a\u0301 \u0301b ۀ ه\u0654 وCNN", "ﻻ\u200cﷲ ﬁ ²", "\xff\u0640"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		var keys []string
		arabic.Terms(s, func(key []byte, start, end int) bool {
			if start < 0 || start >= end || end > len(s) || start < last && len(keys) == 0 {
				t.Fatalf("Terms(%q): %q at %d to %d", s, key, start, end)
			}
			last = start
			keys = append(keys, string(key))
			return true
		})
		if got, want := strings.Join(keys, " "), arabic.Key(s); utf8.ValidString(s) && got != want {
			t.Errorf("Terms(%q)\n got %q\nwant %q", s, got, want)
		}
	})
}
