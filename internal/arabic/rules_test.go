package arabic_test

import (
	"testing"

	"nashra/internal/arabic"
)

type cleanCase struct{ name, in, want string }

func testClean(t *testing.T, tests []cleanCase) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := arabic.Clean(tt.in)
			if got != tt.want {
				t.Errorf("Clean(%q)\n got %q\nwant %q", tt.in, got, tt.want)
			}
			if again := arabic.Clean(got); again != got {
				t.Errorf("Clean is not idempotent: %q became %q", got, again)
			}
		})
	}
}

func TestCleanBaseForms(t *testing.T) {
	testClean(t, []cleanCase{
		{"a ligature", "ﻻ ﻼ ﻷ ﻵ", "لا لا لأ لآ"},
		{"a ligature of a word", "ﷲ ﷴ", "الله محمد"},
		{"Persian glyphs", "ﭘﺎرﺳﯽ", "پارسی"},
		{"an isolated mark", "م\uFE76صر", "م\u064Eصر"},
		{"an isolated shadda with a vowel", "م\uFC60صر", "م\u064E\u0651صر"},
		{"signs that are read as one", "ﷺ ﷻ ﷽ ﷼", "ﷺ ﷻ ﷽ ﷼"},
		{"ornate parentheses and honorifics", "﴿نص﴾ ﵀ ﵁", "﴿نص﴾ ﵀ ﵁"},
		{"hamza above a letter", "مس\u0648\u0654ول ا\u0655ن", "مسؤول إن"},
		{"madda in two characters", "ا\u0653خر", "آخر"},
		{"the order of marks", "م\u0651\u064E", "م\u064E\u0651"},
		{"a Latin letter and its accent", "Cafe\u0301", "Café"},
		{"other compatibility characters stay", "² ½ ™ ﬁ ① ㎏ Ａ１", "² ½ ™ ﬁ ① ㎏ Ａ１"},
		{"what an invisible character parted composes", "ا\u200B\u0653", "آ"},
		{"bytes that are no UTF-8", "نص\xFF", "نص\uFFFD"},
		{"a word of presentation forms", "ﺍﻟﻘﺎﻫﺮﺓ ﻭﺑﻐﺪﺍﺩ", "القاهرة وبغداد"},
		{"Urdu and Persian forms", "ﭘﺎﮐﺴﺘﺎﻥ ﮔﺎﺯ ﭼﺎﯼ ﮊﺍﻟﻪ", "پاکستان گاز چای ژاله"},
		{"forms with tatweel between them", "ﺗـــﺤﻴﺎ", "تحيا"},
		{"signs of prayer that are ligatures", "ﷰ ﷱ ﷹ", "صلے قلے صلى"},
	})
}

func TestCleanInvisible(t *testing.T) {
	testClean(t, []cleanCase{
		{"controls", "ن\x00ص\x1B\x7F\u0080\u009F", "نص"},
		{"white controls are spaces", "نص\x0B\x0C\u0085نص", "نص نص"},
		{"bidi isolates and overrides", "\u2066\u2067\u2068نص\u2069\u202D\u202E", "نص"},
		{"a direction mark at both ends", "\u200Fنص\u200E", "نص"},
		{"at a space", "نص\u200F نص \u200Eنص", "نص نص نص"},
		{"between visible characters", "(2\u200F-\u200E1)", "(2\u200F-\u200E1)"},
		{"ALM too", "5\u061C-3", "5\u061C-3"},
		{"of a run the first", "5\u200E\u200F\u061C-3", "5\u200E-3"},
		{"of a run that something invisible parts", "5\u200E\u200B\u200F-3", "5\u200E-3"},
		{"next to what goes", "\u200B\u200Fنص", "نص"},
		{"other format characters stay", "\u06DD \u0600123", "\u06DD \u0600123"},
		{"a soft hyphen and U+FFFC", "الو\u00ADزير حضر 5\uFFFCمرات", "الوزير حضر 5مرات"},
		{"before a mark that moves", "مصر\u2060 ،ليبيا", "مصر، ليبيا"},
	})
}

func TestCleanLooksThroughDirectionMarks(t *testing.T) {
	testClean(t, []cleanCase{
		{"a space after a comma", "الليبي،\u200Fيأتي", "الليبي، يأتي"},
		{"before the comma", "الليبي\u200F،يأتي", "الليبي\u200F، يأتي"},
		{"a space before a comma", "كلمة \u200F، ثم", "كلمة، ثم"},
		{"a Latin comma", "نعم\u200F,\u200F ثم", "نعم\u200F، ثم"},
		{"a quote glued to a word", "صحيفة\u200F«الأهرام»\u200Fو", "صحيفة «الأهرام» و"},
		{"spaces in a quote", "«\u200F نص \u200F»", "«نص»"},
		{"a mark between digits", "10\u200F:\u200F30", "10\u200F:\u200F30"},
		{"dots", "نص..\u200F..", "نص..\u200F."},
	})
}

func TestCleanJoiners(t *testing.T) {
	testClean(t, []cleanCase{
		{"ZWNJ between letters", "می\u200Cشود", "می\u200Cشود"},
		{"ZWNJ after a vowelled letter", "مِ\u200Cشود", "مِ\u200Cشود"},
		{"a run of ZWNJ", "می\u200C\u200Cشود", "می\u200Cشود"},
		{"ZWNJ at a space", "می\u200C شود", "می شود"},
		{"ZWNJ before a digit", "م\u200C2", "م2"},
		{"ZWNJ between Latin letters", "a\u200Cb", "ab"},
		{"ZWNJ before a mark", "ا\u200C\u0653", "آ"},
		{"ZWJ after a letter", "1446 ه\u200D", "1446 ه\u200D"},
		{"ZWJ before a mark of punctuation", "ه\u200D،", "ه\u200D،"},
		{"a run of ZWJ", "ه\u200D\u200D\u200D ثم", "ه\u200D ثم"},
		{"ZWJ after tatweel", "هـ\u200D ثم", "هـ ثم"},
		{"ZWJ after a digit", "5\u200D ثم", "5 ثم"},
		{"a family", "👨\u200D👩\u200D👧", "👨\u200D👩\u200D👧"},
		{"a flag with a variation selector", "🏳\uFE0F\u200D🌈", "🏳\uFE0F\u200D🌈"},
		{"a heart on fire", "❤\uFE0F\u200D🔥", "❤\uFE0F\u200D🔥"},
		{"a skin tone", "👩🏽\u200D💻", "👩🏽\u200D💻"},
		{"a sign of gender", "🏃\u200D♀\uFE0F", "🏃\u200D♀\uFE0F"},
		{"an emoji and a letter", "😀\u200Dن", "😀ن"},
		{"an emoji at the end", "😀\u200D", "😀"},
		{"a run in a family", "👨\u200D\u200D👩", "👨\u200D👩"},
	})
}

func TestCleanTatweel(t *testing.T) {
	testClean(t, []cleanCase{
		{"in a word", "مـصـر", "مصر"},
		{"runs in a word", "مـــصــــر", "مصر"},
		{"after a vowelled letter", "مَـصر", "مَصر"},
		{"one that carries a mark stays", "مـَصر", "مـَصر"},
		{"of a run the one that carries a mark", "مــَـصر", "مـَصر"},
		{"a dagger alef", "هـٰذا", "هـٰذا"},
		{"a hamza above", "سـٔل", "سـٔل"},
		{"at the end of a word", "هــ", "هـ"},
		{"before a digit", "بــ10", "بـ10"},
		{"before a quote", "لــ«الأهرام»", "لـ«الأهرام»"},
		{"as a dash", "القاهرة ـــ خاص", "القاهرة ـ خاص"},
		{"between a letter and Latin is another token's affair", "الـiPhone", "الـiPhone"},
		{"in a hashtag", "#مـصـر", "#مـصـر"},
		{"in an address", "example.com/مـصـر", "example.com/مـصـر"},
		{"Persian letters", "پـارسـی", "پارسی"},
		{"at the head of a word", "ـالقاهرة", "ـالقاهرة"},
		{"before Latin", "الـــ BBC", "الـ BBC"},
		{"between digits", "10ــ20", "10ـ20"},
		{"before a vowelled letter", "محـمَّـد", "محمَّد"},
		{"what an invisible character parts", "الـ\u200Bقاهرة", "القاهرة"},
	})
}

func TestCleanSpaces(t *testing.T) {
	testClean(t, []cleanCase{
		{"every kind", "ا\u00A0ب\u2003ج\u2028د\u2029ه\u202Fو\u3000ز\u1680ح", "ا ب ج د ه و ز ح"},
		{"runs", "ا \t\u00A0 ب", "ا ب"},
		{"only spaces", " \n\t\u00A0 ", ""},
		{"nothing", "", ""},
		{"what an invisible character stood between", "ا \u200B ب", "ا ب"},
		{"what a direction mark stood between", "ا \u200F ب", "ا ب"},
	})
}

func TestCleanSpacesAfterMarks(t *testing.T) {
	testClean(t, []cleanCase{
		{"a letter follows", "في ليبيا،يأتي هذا", "في ليبيا، يأتي هذا"},
		{"a space is there already", "في ليبيا، يأتي هذا", "في ليبيا، يأتي هذا"},
		{"between digits it is a decimal mark", "بنسبة ٣،٥ في المئة", "بنسبة ٣،٥ في المئة"},
		{"a digit before, a letter behind", "عام 2025،يأتي", "عام 2025، يأتي"},
		{"a letter before, a digit behind", "نعم،5", "نعم،5"},
		{"at the end of the paragraph", "في ليبيا،", "في ليبيا،"},
		{"an opening bracket of every kind", "نعم،(ا) نعم،[ا] نعم،{ا} نعم،“ا” نعم،‹ا›", "نعم، (ا) نعم، [ا] نعم، {ا} نعم، “ا” نعم، ‹ا›"},
		{"a straight quote follows", "نعم،\"ا\"", "نعم،\"ا\""},
		{"an ornate parenthesis follows", "قال،﴿نص﴾", "قال،﴿نص﴾"},
		{"a run of marks", "لماذا؟!هكذا", "لماذا؟! هكذا"},
		{"a colon after a vowelled letter", "قالَ:نعم", "قالَ: نعم"},
		{"a colon after a digit", "الساعة 10:صباحا", "الساعة 10:صباحا"},
		{"a colon after a closing quote", "«نص»:نعم", "«نص»:نعم"},
		{"a full stop after three letters", "نعم.ثم", "نعم. ثم"},
		{"after two letters", "لا.ثم", "لا.ثم"},
		{"tashkeel does not make a word longer", "لَاَ.ثم", "لَاَ.ثم"},
		{"after three vowelled letters", "نَعَمْ.ثم", "نَعَمْ. ثم"},
		{"a full stop before a quote", "نعم.«ثم»", "نعم.«ثم»"},
		{"an abbreviation at the end of a word", "ش.م.م.وقال", "ش.م.م.وقال"},
		{"a Persian letter follows", "نعم،پدر", "نعم، پدر"},
		{"Latin follows", "رويترز،Reuters", "رويترز،Reuters"},
		{"a Latin letter elsewhere in the token", "نعم،ثمX", "نعم،ثمX"},
		{"an emoji follows", "نعم،😀", "نعم،😀"},
		{"an ellipsis before a word", "نعم...ثم", "نعم...ثم"},
		{"one sentence after another", "سأل:هل؟نعم.قال:لا", "سأل: هل؟ نعم. قال: لا"},
		{"initials of an agency", "ا.ف.ب.وقال أ.د.محمد حسن", "ا.ف.ب.وقال أ.د.محمد حسن"},
		{"a price after a colon", "السعر:100 جنيه", "السعر:100 جنيه"},
		{"a full stop after a year", "في 2025.وقال", "في 2025.وقال"},
		{"a closing quote before the comma", "«الأهرام»،والأخبار", "«الأهرام»، والأخبار"},
		{"two marks that are the same", "قال؛؛نعم", "قال؛؛ نعم"},
		{"a mark at the head", "،نعم", "، نعم"},
	})
}

func TestCleanNoSpaceBeforeMarks(t *testing.T) {
	testClean(t, []cleanCase{
		{"every mark", "نعم ، نعم ؛ نعم ؟ نعم ! نعم : نعم .", "نعم، نعم؛ نعم؟ نعم! نعم: نعم."},
		{"a run", "نعم ؟!! ثم", "نعم؟!! ثم"},
		{"after a vowelled letter", "نعمٌ ، ثم", "نعمٌ، ثم"},
		{"after Latin", "Apple ، ثم", "Apple، ثم"},
		{"after accented Latin", "José ، ثم", "José، ثم"},
		{"after a digit", "25 ، ثم", "25، ثم"},
		{"between digits", "2 : 1 و٣ ، ٥", "2 : 1 و٣ ، ٥"},
		{"after a bracket", "(نعم) ، [نعم] . ”نعم“", "(نعم)، [نعم]. ”نعم“"},
		{"after a straight quote it stays", "\"نعم\" ، ثم", "\"نعم\" ، ثم"},
		{"after an emoji it stays", "😀 ، ثم", "😀 ، ثم"},
		{"a word follows the mark", "في .net", "في .net"},
		{"an ellipsis", "نعم .. ثم ... ثم … ثم", "نعم .. ثم ... ثم … ثم"},
		{"an ellipsis at the end of a run", "نعم ؟.. ثم", "نعم ؟.. ثم"},
		{"at the head of the paragraph", ". نعم", ". نعم"},
		{"other marks", "نعم - ثم , ثم", "نعم - ثم , ثم"},
		{"both at once", "نعم ،ثم", "نعم، ثم"},
		{"a line break before it", "نعم\n، ثم", "نعم، ثم"},
		{"a colon before a glued quote", "قال :«نعم»", "قال :«نعم»"},
		{"a percent sign stands before", "بلغت 5 % ، ثم", "بلغت 5 % ، ثم"},
		{"initials in the air", "قال د . محمد", "قال د. محمد"},
		{"numbers in a row", "الطريق 3 ، 4 ، 5 ،ثم", "الطريق 3 ، 4 ، 5، ثم"},
		{"a time in brackets", "(8:30 بتوقيت غرينتش ) .", "(8:30 بتوقيت غرينتش)."},
		{"no letter is tatweel", "بيت هـ ، نعم", "بيت هـ ، نعم"},
		{"two marks with a space between", "هل؟ !", "هل؟ !"},
	})
}

func TestCleanQuotes(t *testing.T) {
	testClean(t, []cleanCase{
		{"every kind", "« ا » ( ا ) [ ا ] { ا } “ ا ” ‹ ا ›", "«ا» (ا) [ا] {ا} “ا” ‹ا›"},
		{"straight and single ones stay", "\" ا \" ' ا ' ‘ ا ’ ﴿ ا ﴾", "\" ا \" ' ا ' ‘ ا ’ ﴿ ا ﴾"},
		{"nested", "« قال ( نعم ) »", "«قال (نعم)»"},
		{"empty", "« »", "«»"},
		{"a quote that the next paragraph closes", "قال: « نص", "قال: «نص"},
		{"the wrong way round", "قال » نعم « ثم", "قال » نعم « ثم"},
		{"Latin inside", "( Reuters )", "(Reuters)"},
		{"glued to a word of three letters", "نعم«ا»", "نعم «ا»"},
		{"glued to a prefix", "لا«ا» و(ا)", "لا«ا» و(ا)"},
		{"a vowelled prefix", "وَبِ«ا»", "وَبِ«ا»"},
		{"a prefix with tatweel", "والـ«سوشيال»", "والـ«سوشيال»"},
		{"glued to the next word", "«ا»ب (ا)ب", "«ا» ب (ا) ب"},
		{"other quotes glued to words", "نعم“ا”ب نعم[ا]ب", "نعم“ا”ب نعم[ا]ب"},
		{"a quote after a digit", "25«ا»", "25«ا»"},
		{"a token with Latin", "نعم(Apple) نعم«Apple»ثم", "نعم(Apple) نعم«Apple»ثم"},
		{"a closing quote before a digit", "«ا»5", "«ا»5"},
		{"then a comma", "« نعم » , ثم « لا », ثم", "«نعم» , ثم «لا»، ثم"},
		{"a mark inside at the end", "( نعم ! )", "(نعم !)"},
		{"a prefix of three letters", "وفي«الوفد»", "وفي «الوفد»"},
		{"brackets around a single letter", "الفقرة(أ)والفقرة(ب)", "الفقرة (أ) والفقرة (ب)"},
		{"a word between two quotes", "«الأهرام»و«الأخبار»", "«الأهرام» و«الأخبار»"},
		{"two quotes that touch", "«الأول»«الثاني»", "«الأول»«الثاني»"},
		{"then marks on both sides", "وأكد : « لن نقبل ،أبدا » ؛ وأضاف", "وأكد: «لن نقبل، أبدا»؛ وأضاف"},
		{"a score", "الفريق(2-1)للمرة", "الفريق (2-1) للمرة"},
	})
}

func TestCleanLatinMarks(t *testing.T) {
	testClean(t, []cleanCase{
		{"each", "نعم, نعم; نعم?", "نعم، نعم؛ نعم؟"},
		{"glued to a word", "نعم,ثم;ثم?ثم", "نعم، ثم؛ ثم؟ ثم"},
		{"after a vowelled letter", "نعمٌ, ثم", "نعمٌ، ثم"},
		{"after a quote that closes on a letter", "«نعم», (نعم); [نعم]?", "«نعم»، (نعم)؛ [نعم]؟"},
		{"after two closing quotes", "(«نعم»), ثم", "(«نعم»)، ثم"},
		{"after a quote that closes on a digit", "(25), ثم", "(25), ثم"},
		{"after a digit", "25, ثم", "25, ثم"},
		{"before a digit", "نعم,5", "نعم,5"},
		{"after Latin", "Reuters, ثم", "Reuters, ثم"},
		{"before Latin", "نعم,Reuters", "نعم,Reuters"},
		{"in an address", "https://a.b/نعم,ثم", "https://a.b/نعم,ثم"},
		{"a run of Latin marks", "نعم?? ثم", "نعم?? ثم"},
		{"a run of Arabic commas", "نعم،،،ثم", "نعم، ثم"},
		{"four dots", "نعم....", "نعم..."},
		{"many dots between words", "نعم.......ثم", "نعم...ثم"},
		{"two and three dots", "نعم.. ثم...", "نعم.. ثم..."},
		{"other runs", "نعم؛؛ ثم!!!! ثم؟؟", "نعم؛؛ ثم!!!! ثم؟؟"},
		{"dots in an address", "a....b/c", "a....b/c"},
		{"a space before it keeps it", "هل جاء ? نعم , لا", "هل جاء ? نعم , لا"},
		{"before a straight quote", "قال,\"نعم\"", "قال,\"نعم\""},
		{"before an opening bracket", "مصر,(ليبيا)", "مصر,(ليبيا)"},
		{"after tatweel", "هـ, ثم", "هـ, ثم"},
		{"two at once", "نعم?! ثم", "نعم?! ثم"},
		{"four dots with spaces", "مصر .... ليبيا", "مصر ... ليبيا"},
		{"ellipses by character", "نعم……", "نعم……"},
		{"between digits", "بلغ 1,250 و٥,٦", "بلغ 1,250 و٥,٦"},
	})
}

func TestCleanEntities(t *testing.T) {
	testClean(t, []cleanCase{
		{"once too many", "&quot;نعم&quot;", "\"نعم\""},
		{"twice", "&amp;laquo;نعم&amp;raquo;", "«نعم»"},
		{"three times", "&amp;amp;laquo;", "«"},
		{"four times", "&amp;amp;amp;laquo;", "«"},
		{"numbers", "&#1605;&#x635;&#X631;", "مصر"},
		{"leading zeros", "&#0001605;", "م"},
		{"128 to 159 as browsers read them", "&#133; &#150; &#x80; &#146;", "… – € ’"},
		{"no semicolon", "&nbsp نعم &#1605 &laquo", "&nbsp نعم &#1605 &laquo"},
		{"no such name", "&xyzw; &D; &notit;", "&xyzw; &D; &notit;"},
		{"names are case sensitive", "&LAQUO; &Eacute;", "&LAQUO; É"},
		{"no such number", "&#99999999; &#xD800; &#0; &#; &#x; &#12a;", "&#99999999; &#xD800; &#0; &#; &#x; &#12a;"},
		{"a lone ampersand", "AT&T & شركاه &", "AT&T & شركاه &"},
		{"a name of two characters", "&NotEqualTilde;", "≂̸"},
		{"a semicolon by name", "نعم&semi; ثم", "نعم؛ ثم"},
		{"a joiner by name", "می&zwnj;شود", "می\u200Cشود"},
		{"markup stays text", "&lt;b&gt;نعم&lt;/b&gt;", "<b>نعم</b>"},
		{"an invisible character inside", "&nb\u200Bsp;نعم", "نعم"},
		{"escaped mojibake", "&Ugrave;&hellip;&Oslash;&micro;&Oslash;&plusmn;", "مصر"},
	})
}
