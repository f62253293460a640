package arabic_test

import (
	"testing"

	"nashra/internal/arabic"
)

func TestTitle(t *testing.T) {
	const site, partner = "بوابة النيل", "أخبار - مصر"
	tests := []cleanCase{
		{"behind every separator", "الخبر | بوابة النيل", "الخبر"},
		{"a hyphen", "الخبر - بوابة النيل", "الخبر"},
		{"an en dash", "الخبر – بوابة النيل", "الخبر"},
		{"an em dash", "الخبر — بوابة النيل", "الخبر"},
		{"a colon", "الخبر : بوابة النيل", "الخبر"},
		{"two colons", "الخبر :: بوابة النيل", "الخبر"},
		{"an angle quote", "الخبر › بوابة النيل", "الخبر"},
		{"a double angle quote", "الخبر » بوابة النيل", "الخبر"},
		{"and its other half", "الخبر « بوابة النيل", "الخبر"},
		{"before", "بوابة النيل | الخبر", "الخبر"},
		{"before a colon", "بوابة النيل : الخبر", "الخبر"},
		{"before an angle quote", "بوابة النيل » الخبر", "الخبر"},
		{"at both ends", "بوابة النيل - الخبر - بوابة النيل", "الخبر"},
		{"twice", "الخبر | بوابة النيل | بوابة النيل", "الخبر"},
		{"nothing but the name twice", "بوابة النيل | بوابة النيل", "بوابة النيل"},
		{"another spelling", "الخبر | بوّابه النيل", "الخبر"},
		{"the partner's name, with a separator in it", "الخبر - أخبار - مصر", "الخبر"},
		{"other parts stay", "الخبر | رياضة | بوابة النيل", "الخبر | رياضة"},
		{"a name inside", "الخبر | بوابة النيل | رياضة", "الخبر | بوابة النيل | رياضة"},
		{"no space around the separator", "الخبر|بوابة النيل", "الخبر|بوابة النيل"},
		{"a colon that belongs to the sentence", "بوابة النيل: الخبر", "بوابة النيل: الخبر"},
		{"another name", "الخبر | بوابة الأهرام", "الخبر | بوابة الأهرام"},
		{"a quoted name", "حوار مع « بوابة النيل »", "حوار مع «بوابة النيل»"},
		{"a quoted name at the head", "« بوابة النيل » تحتفل", "«بوابة النيل» تحتفل"},
		{"an escaped separator", "الخبر &raquo; بوابة النيل", "الخبر"},
		{"escaped twice", "الخبر &amp;#124; بوابة النيل", "الخبر"},
		{"no-break spaces", "الخبر\u00A0|\u00A0بوابة النيل", "الخبر"},
		{"rules T", "  الخبر ،الثاني  ", "الخبر، الثاني"},
		{"a score with a hyphen", "الأهلي 2 - 1 الزمالك - بوابة النيل", "الأهلي 2 - 1 الزمالك"},
		{"the name in quotes", "الخبر | «بوابة النيل»", "الخبر"},
		{"the name begins the sentence", "بوابة النيل تفوز بجائزة", "بوابة النيل تفوز بجائزة"},
		{"another separator", "الخبر / بوابة النيل", "الخبر / بوابة النيل"},
		{"a name that is longer", "الخبر - موقع بوابة النيل", "الخبر - موقع بوابة النيل"},
		{"a separator without parts", "| بوابة النيل", "| بوابة النيل"},
		{"nothing", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := arabic.Title(tt.in, site, partner, "")
			if got != tt.want {
				t.Errorf("Title(%q)\n got %q\nwant %q", tt.in, got, tt.want)
			}
			if again := arabic.Title(got, site, partner, ""); again != got {
				t.Errorf("Title is not idempotent: %q became %q", got, again)
			}
		})
	}
	if got := arabic.Title("الخبر | بوابة النيل"); got != "الخبر | بوابة النيل" {
		t.Errorf("without names Title made %q", got)
	}
}

func TestByline(t *testing.T) {
	tests := []cleanCase{
		{"كتب", "كتب محمود سالم", "محمود سالم"},
		{"كتبت with a colon", "كتبت: هدى سالم", "هدى سالم"},
		{"a space before the colon", "كتب : محمود سالم", "محمود سالم"},
		{"بقلم with a slash", "بقلم / محمود سالم", "محمود سالم"},
		{"glued slash", "بقلم/محمود سالم", "محمود سالم"},
		{"a hyphen", "كتب - محمود سالم", "محمود سالم"},
		{"إعداد", "إعداد: محمود سالم", "محمود سالم"},
		{"without hamza", "اعداد محمود سالم", "محمود سالم"},
		{"تحرير", "تحرير: محمود سالم", "محمود سالم"},
		{"ترجمة", "ترجمه: محمود سالم", "محمود سالم"},
		{"two words", "إعداد وتحرير: محمود سالم", "محمود سالم"},
		{"two words, parted", "كتب و تحرير / محمود سالم", "محمود سالم"},
		{"vowelled", "كَتَبَ: محمود سالم", "محمود سالم"},
		{"stretched", "كـتـب: محمود سالم", "محمود سالم"},
		{"a name that begins alike", "كتبي أحمد", "كتبي أحمد"},
		{"a name that begins with و", "كتب: وائل سالم", "وائل سالم"},
		{"a word inside the name", "محمود كتب", "محمود كتب"},
		{"a dash of tatweel", "كتب ـ محمود سالم", "محمود سالم"},
		{"three words", "تحرير وإعداد وترجمة: محمود سالم", "محمود سالم"},
		{"a word that begins alike", "تحريرية سالم", "تحريرية سالم"},
		{"nothing but a word", "بقلم:", ""},
		{"a word before the site's name", "كتب: بوابة النيل", ""},
		{"a dash before an address", "محمود سالم - m@partner.example", "محمود سالم"},
		{"two names", "كتب: محمود سالم وهدى سالم", "محمود سالم وهدى سالم"},
		{"an address", "محمود سالم m.salem@partner.example", "محمود سالم"},
		{"an address in brackets", "محمود سالم (m@partner.example)", "محمود سالم"},
		{"an address in angle brackets", "محمود سالم <m+x@partner.example>", "محمود سالم"},
		{"an address behind a dash", "محمود سالم - m@partner.example", "محمود سالم"},
		{"an address before", "m@partner.example محمود سالم", "محمود سالم"},
		{"as RSS 2.0 has it", "m@partner.example (محمود سالم)", "محمود سالم"},
		{"nothing but an address", "m@partner.example", ""},
		{"an address before a comma", "هدى سالم <h@partner.example>, محمود", "هدى سالم، محمود"},
		{"a mailto", "محمود سالم mailto:m@partner.example", "محمود سالم"},
		{"a handle stays", "محمود سالم @salem", "محمود سالم @salem"},
		{"the site", "بوابة النيل", ""},
		{"credited to the site", "كتب: بوابة النيل", ""},
		{"admin", "admin", ""},
		{"credited to admin", "بقلم: ADMIN", ""},
		{"admin in another name", "Admin Salem", "Admin Salem"},
		{"the site in a name", "محرر بوابة النيل", "محرر بوابة النيل"},
		{"a word of credit alone", "كتب:", ""},
		{"nothing", " \u200F ", ""},
		{"rules T", "د.محمود  سالم ، القاهرة", "د.محمود سالم، القاهرة"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := arabic.Byline(tt.in, "بوابة النيل", "")
			if got != tt.want {
				t.Errorf("Byline(%q)\n got %q\nwant %q", tt.in, got, tt.want)
			}
			if again := arabic.Byline(got, "بوابة النيل", ""); again != got {
				t.Errorf("Byline is not idempotent: %q became %q", got, again)
			}
		})
	}
}

// FuzzTitleAndByline expects of any line that nothing panics, that cleaning it
// twice is cleaning it once, and that neither makes it longer than its rules T.
func FuzzTitleAndByline(f *testing.F) {
	for _, s := range []string{
		"خبر &#8211; بوابة النيل | بوابة النيل", "بوابة النيل » خبر « نص » : ", "كتب وتحرير: محمود <m@partner.example>",
		"( a@b.cc", "m@partner.example (محمود (سالم))", "([{<a@b.cc>}])",
	} {
		f.Add(s)
	}
	const site = "بوابة النيل"
	f.Fuzz(func(t *testing.T, s string) {
		for name, clean := range map[string]func(string, ...string) string{"Title": arabic.Title, "Byline": arabic.Byline} {
			got := clean(s, site)
			if again := clean(got, site); again != got && !deeplyEscaped(s) {
				t.Errorf("%s is not idempotent: %q became %q became %q", name, s, got, again)
			}
			if n := len(arabic.Clean(s)); len(got) > n {
				t.Errorf("%s(%q) = %q is longer than its clean text of %d bytes", name, s, got, n)
			}
		}
		if key := arabic.Key(s); arabic.Key(key) != key {
			t.Errorf("Key is not idempotent: %q became %q", key, arabic.Key(key))
		}
	})
}
