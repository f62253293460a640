package seed

import (
	"math/rand/v2"
	"strings"
)

// Words of a newspaper, by what they can stand for in a sentence.
var (
	openings = words(`صرح أفاد أشار أضاف كشف أوضح ذكر شدد لفت نوه أعلن بين جدد طمأن ناشد توقع رجح نفى أقر تعهد حذر استبعد أثنى انتقد`)
	offices  = words(`الوزير المحافظ المدير الرئيس الأمين الناطق النقيب العميد السفير المستشار المفوض المنسق الخبير الباحث القاضي النائب المشرف المهندس الطبيب المحلل`)
	bodies   = words(`الوزارة البلدية الهيئة اللجنة المؤسسة الشركة الجامعة النقابة المنظمة الجمعية المديرية المحكمة الأكاديمية الغرفة المصرف المستشفى المكتبة الاتحاد المجلس البرلمان الصندوق المرصد`)
	deeds    = words(`تطوير توسيع ترميم إنشاء تمويل تنظيم تحديث مراجعة إطلاق تدشين تأهيل صيانة حماية توثيق رقمنة استكمال تسليم طرح إلغاء تعديل مناقشة اعتماد متابعة`)
	things   = words(`الطرق الموانئ المدارس المتاحف الحدائق الجسور المحطات المزارع المصانع الأسواق القرى الأحياء الشواطئ السدود الآبار القناطر المطارات الملاعب المعارض المخطوطات الأرشيف الشبكات المستشفيات القطارات الحافلات المساكن`)
	traits   = words(`الجديدة القديمة الكبرى الساحلية الجبلية الريفية الحضرية الأثرية المتنقلة الذكية العامة الخاصة المشتركة المؤقتة الدائمة المحلية الإقليمية الموسمية الأولى الثانية المتخصصة`)
	cities   = words(`القاهرة الإسكندرية بورسعيد الفيوم قنا حلب حمص اللاذقية صيدا طرابلس إربد الزرقاء الموصل البصرة كركوك الدمام أبها الطائف صلالة نزوى عدن تعز بنزرت صفاقس وهران قسنطينة فاس مراكش طنجة نواذيبو`)
	fields   = words(`سياسة اقتصاد ثقافة رياضة علوم صحة مجتمع منوعات تعليم بيئة`)
	people   = words(`سلمى هالة مروان زياد رشا باسم نورا تامر وليد دينا هشام عبير سمر فؤاد نبيل غادة أمجد لبنى رامي شيرين منير سناء`)
	links    = words(`وذلك كما بينما غير لكن حيث إذ فيما ثم`)
	times    = words(`اليوم أمس غدا مساء صباحا مؤخرا قريبا لاحقا تدريجيا سنويا`)
	amounts  = words(`مئة مئتي ثلاثمئة ألف ألفي عشرات مئات آلاف نصف ربع ثلث`)
	slugs    = []string{"water-network", "old-city", "book-fair", "league-round-seven", "harvest", "port-expansion", "new-line"}
)

func words(list string) []string { return strings.Fields(list) }

// writer writes by chance.
type writer struct{ *rand.Rand }

func (w writer) of(list []string) string { return list[w.IntN(len(list))] }

func (w writer) headline() string {
	return strings.Join([]string{w.of(bodies), "في", w.of(cities), "تبدأ", w.of(deeds), w.of(things), w.of(traits)}, " ")
}

// paragraph is whole sentences of n bytes or somewhat more.
func (w writer) paragraph(n int) string {
	var b strings.Builder
	for b.Len() < n {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		w.sentence(&b)
	}
	return b.String()
}

func (w writer) sentence(b *strings.Builder) {
	say := func(list ...string) { b.WriteString(strings.Join(list, " ")) }
	switch w.IntN(3) {
	case 0:
		say(w.of(openings), w.of(offices), w.of(people), "من", w.of(cities), "أن", w.of(deeds), w.of(things), w.of(traits), "يبدأ", w.of(times))
	case 1:
		say("وتعمل", w.of(bodies), "على", w.of(deeds), w.of(things), "في", w.of(cities), "بكلفة", w.of(amounts), "مليون")
	default:
		say("وشمل", w.of(deeds), w.of(things), w.of(traits), w.of(amounts), "موقع بين", w.of(cities), "و"+w.of(cities))
	}
	if w.IntN(2) == 0 {
		b.WriteString("، ")
		say(w.of(links), w.of(openings), w.of(offices), "إن", w.of(bodies), w.of(traits), "تدعم", w.of(deeds), w.of(things))
	}
	b.WriteByte('.')
}
