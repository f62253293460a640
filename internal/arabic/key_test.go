package arabic_test

import (
	"testing"

	"nashra/internal/arabic"
)

func TestKey(t *testing.T) {
	tests := []cleanCase{
		{"alefs", "أإآٱا", "ااااا"},
		{"an alef of two characters", "ا\u0653ا\u0654ا\u0655", "ااا"},
		{"hamza on a seat", "ؤئء و\u0654", "ءءء ء"},
		{"ya and ta marbuta", "ىیيةۀه", "يييههه"},
		{"kaf", "کك", "كك"},
		{"other Persian and Urdu letters stay", "پچژگڤٹےں", "پچژگڤٹےں"},
		{"tashkeel and Qur'anic marks", "ٱلۡحَمۡدُ لِلَّهِ رَبِّ", "الحمد لله رب"},
		{"tatweel, joiners, invisible characters", "مـص\u200C\u200D\u200B\u200F\u00AD\uFEFFر", "مصر"},
		{"digits", "٠١٢٣٤٥٦٧٨٩ ۰۱۲۳۴۵۶۷۸۹", "0123456789 0123456789"},
		{"Latin", "BBC Élysée İ ẞ", "bbc élysée i ß"},
		{"compatibility forms", "ﻻ ﷲ ² Ａ ﬁ ™ ½", "لا الله 2 a fi tm 1 2"},
		{"a sign that is a sentence", "ﷺ", "صلي الله عليه وسلم"},
		{"signs", "«كوفيد-١٩»: 50%؟!", "كوفيد 19 50"},
		{"a mark between words", "نعم،ثم", "نعم ثم"},
		{"only signs", " — …! ", ""},
		{"nothing", "", ""},
		{"spaces", "  نعم \u00A0\n ثم ", "نعم ثم"},
		{"an accent in two characters", "Cafe\u0301", "café"},
		{"emoji", "❤️ نعم 👨\u200D👩", "نعم"},
		{"bytes that are no UTF-8", "a\xFFb", "a b"},
		{"a folded text", "شيء من ماء 5g", "شيء من ماء 5g"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := arabic.Key(tt.in)
			if got != tt.want {
				t.Errorf("Key(%q)\n got %q\nwant %q", tt.in, got, tt.want)
			}
			if again := arabic.Key(got); again != got {
				t.Errorf("Key is not idempotent: %q became %q", got, again)
			}
		})
	}
}

func TestKeysOfTwoSpellingsAreEqual(t *testing.T) {
	for _, pair := range [][2]string{
		{"مسئولين", "مسؤولين"}, {"إقرأ أيضاً", "اقرا ايضا"}, {"جريدة", "جريده"}, {"فى", "في"}, {"کتاب", "كتاب"}, {"شئون", "شؤون"},
		{"قال…", "قال..."}, {"نعم…ثم", "نعم ثم"},
	} {
		if a, b := arabic.Key(pair[0]), arabic.Key(pair[1]); a != b {
			t.Errorf("Key(%q) = %q, Key(%q) = %q", pair[0], a, pair[1], b)
		}
	}
}

func TestSlug(t *testing.T) {
	if got, want := arabic.Slug(" سياسةٌ و اقتصاد! "), "سياسه-و-اقتصاد"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWordsCountsWhatHoldsLettersOrDigits(t *testing.T) {
	for s, want := range map[string]int{"": 0, " — ": 0, "القاهرة - أ ش أ": 4, "10:30 صباحا": 2, "«نعم» (ثم)": 2, "نعم،ثم": 1} {
		if got := arabic.Words(s); got != want {
			t.Errorf("Words(%q) = %d, want %d", s, got, want)
		}
	}
}

func TestDirectionIsThatOfMostLetters(t *testing.T) {
	for s, want := range map[string]string{
		"": "", "123 — !": "", "مصر": "rtl", "Egypt": "ltr", "شركة X": "rtl", "Example Labs في مصر": "ltr", "עברית": "rtl", "Каир": "ltr", "ab اب": "",
	} {
		if got := arabic.Direction(s); got != want {
			t.Errorf("Direction(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestLetter(t *testing.T) {
	for _, r := range "ءيپگیےۀﻻٱ" {
		if !arabic.Letter(r) {
			t.Errorf("Letter(%q) is false", r)
		}
	}
	for _, r := range "\u0640\u064E٣،؟a5 \u200C\u06DD" {
		if arabic.Letter(r) {
			t.Errorf("Letter(%q) is true", r)
		}
	}
}
