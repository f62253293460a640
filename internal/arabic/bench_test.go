package arabic_test

import (
	"strings"
	"testing"

	"nashra/internal/arabic"
)

const sentence = "بحسب ما جاء في البيان، استقبل الرئيس السيسي اليوم السبت المشير خليفة حفتر بحضور رئيس المخابرات العامة المصرية، حسن رشاد، وقال: «هذا اللقاء يعد خطوة نحو تعزيز التعاون». "

func BenchmarkClean(b *testing.B) {
	clean := arabic.Clean(strings.Repeat(sentence, 5))
	for name, s := range map[string]string{
		"clean already": clean,
		"to be cleaned": strings.Repeat(strings.ReplaceAll(sentence, "، ", "،"), 5),
		"entities":      strings.ReplaceAll(clean, "»", "&raquo;"),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				arabic.Clean(s)
			}
		})
	}
}

func BenchmarkCleanRuns(b *testing.B) {
	text := arabic.Clean(strings.Repeat(sentence, 5))
	runs := []arabic.Run{{Text: text + " "}, {Text: "حفتر", Depth: 1}, {Text: " " + text}}
	b.SetBytes(int64(2 * len(text)))
	b.ReportAllocs()
	for b.Loop() {
		arabic.CleanRuns(runs)
	}
}

func BenchmarkKey(b *testing.B) {
	text := strings.Repeat(sentence, 5)
	for name, s := range map[string]string{
		"text":    text,
		"key":     arabic.Key(text),
		"accents": strings.ReplaceAll(text, "حفتر", "Café"),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				arabic.Key(s)
			}
		})
	}
}

func BenchmarkExcerpt(b *testing.B) {
	text := strings.Repeat(sentence, 20)
	b.ReportAllocs()
	for b.Loop() {
		arabic.Excerpt(text, 300)
	}
}

func BenchmarkDate(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		arabic.Date("السبت، ٣ مايو ٢٠٢٥ الساعة ٩:٠٥ مساءً", nil, fetched)
	}
}
