package extractor_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// news are paragraphs that no rule touches.
var news = []string{
	"أعلنت هيئة الأرصاد أن موجة حارة تبدأ يوم الأحد وتستمر أربعة أيام، وتصل درجة الحرارة في العاصمة إلى 41 درجة مئوية.",
	"وقال رئيس مركز التنبؤات إن الرياح الجنوبية سبب الارتفاع، ونصح المواطنين بتجنب الشمس وقت الظهيرة وشرب الماء بكثرة.",
	"وأوضح أن الحرارة تعود إلى معدلاتها الطبيعية يوم الخميس، مع فرص لسقوط أمطار خفيفة على السواحل الشمالية.",
	"وأضاف أن الهيئة تصدر نشرة كل ست ساعات، وأن التحذيرات تنشر على موقعها وفي محطات الإذاعة والتلفزيون.",
	"ودعت وزارة الصحة كبار السن والأطفال إلى البقاء في أماكن ظليلة، وفتحت المستشفيات أقسام الطوارئ على مدار الساعة.",
	"وتوقعت شركة الكهرباء أن يبلغ الاستهلاك ذروته مساء الاثنين، وقالت إن الاحتياطي يكفي ولا حاجة إلى تخفيف الأحمال.",
}

// with gives n paragraphs of news as HTML with blocks put in before the
// paragraph at (n: after the last).
func with(n, at int, blocks ...string) string {
	var list []string
	for _, p := range news[:n] {
		list = append(list, "<p>"+p+"</p>")
	}
	return strings.Join(slices.Insert(list, at, blocks...), "")
}

func p(text string) string { return "<p>" + text + "</p>" }

const link = `<a href="/n/1">حالة الطرق صباح اليوم</a>`

func TestFurnitureGoes(t *testing.T) {
	tests := []struct {
		name   string
		n, at  int
		blocks []string
	}{
		{"F1 in the middle", 6, 3, []string{p("اقرأ أيضًا: " + link)}},
		{"F1 first of all", 3, 0, []string{p("شاهد أيضا")}},
		{"F1 with another hamza and tanween", 3, 1, []string{p("إقرأ أيضاً")}},
		{"F1 after و", 3, 1, []string{p("واقرأ أيضا " + link)}},
		{"F1 that ends as a sentence", 3, 1, []string{p("لمزيد من التفاصيل.")}},
		{"F1 in a heading with a list of links", 3, 1, []string{"<h3>مواضيع ذات صلة</h3><ul><li>" + link + "</li><li>" + link + "</li></ul>"}},
		{"F1 in the first item of its list", 3, 1, []string{"<ul><li>أخبار ذات صلة</li><li>" + link + " 12 مايو</li><li>" + link + "</li></ul>"}},
		{"F1 with links in the paragraphs after it", 3, 1, []string{p("مقالات ذات صلة"), p(link), p("- " + link)}},
		{"F1 with links after a break", 3, 1, []string{"<p><b>طالع أيضا</b><br>" + link + "<br>" + link + "</p>"}},
		{"F1 nearly all links and long", 3, 1, []string{p("اقرأ المزيد: <a href='/x'>" + news[3] + "</a>")}},
		{"F1 with pictures between its links", 3, 1, []string{p("قد يعجبك أيضا"), `<p><a href="/n/1"><img src="/t.jpg"></a></p>`, p(link)}},
		{"F1 with a pronoun", 3, 1, []string{p("قد يهمكم:")}},
		{"F1 with a link although it ends as a sentence", 3, 1, []string{p("قد يهمك " + link + ".")}},
		{"F1 in an item of links", 3, 1, []string{"<blockquote><p>اقرأ أيضا: " + link + "</p></blockquote>"}},
		{"F1 in every item", 3, 1, []string{"<ul><li>اقرأ أيضا " + link + "</li><li>شاهد أيضا " + link + "</li></ul>", p("<a href='/x'>شاهد أيضا</a>"), p("<a href='/y'>طالع أيضا</a>"), p(link)}},
		{"F1 that nobody would take for text", 3, 1, []string{p("اقرأ أيضا كتاب المؤرخ.")}},
		{"F1 with a bar", 3, 1, []string{p("شاهد أيضا | أهداف مباراة الأهلي والزمالك")}},
		{"F3 follow us", 5, 5, []string{p("تابعنا على فيسبوك")}},
		{"F3 follow us on", 5, 5, []string{p("تابعوا آخر الأخبار على تطبيقنا")}},
		{"F3 subscribe", 5, 5, []string{p("اشترك في النشرة البريدية")}},
		{"F3 app with shadda", 5, 5, []string{p("حمّل التطبيق الآن")}},
		{"F3 channel", 5, 5, []string{p("انضم إلى قناتنا على واتساب")}},
		{"F3 with a link although it ends as a sentence", 5, 5, []string{p(`تابعنا على <a href="/f">فيسبوك</a>.`)}},
		{"F3 share", 5, 5, []string{p("شارك الخبر"), p("شارك هذا الموضوع:")}},
		{"F3 short link", 5, 5, []string{p("رابط مختصر: https://p.example/x"), p("نسخ الرابط")}},
		{"F3 first block of the last third", 6, 6, []string{p("تابعنا على إكس"), p("شارك الخبر"), p("نسخ الرابط")}},
		{"F3 tags in one block", 5, 5, []string{p(`الوسوم: <a href="/t/1">الطقس</a> <a href="/t/2">مصر</a>`)}},
		{"F3 any number of tags", 5, 5, []string{p("الوسوم: الطقس، مصر، الأرصاد، موجة حارة، وزارة الصحة، الكهرباء، القاهرة، أسوان، الأقصر، الإسكندرية")}},
		{"F3 tags in a list after their label", 5, 5, []string{`<p>كلمات دلالية</p><ul><li>الطقس</li><li>مصر</li></ul>`}},
		{"F3 tags in links after their label", 5, 5, []string{p("تاجات:"), p(`<a href="/t/1">الطقس</a>، <a href="/t/2">مصر</a>`)}},
		{"F3 WordPress", 5, 5, []string{p(`The post <a href="/1">موجة حارة تبدأ الأحد وتستمر أربعة أيام في معظم أنحاء البلاد كما قالت الهيئة</a> appeared first on <a href="/">بوابة النيل</a>.`)}},
		{"F3 WordPress without its links", 5, 5, []string{p("The post موجة حارة appeared first on بوابة النيل.")}},
		{"F3 hashtags", 5, 5, []string{p("#الطقس #مصر #الأرصاد_الجوية")}},
		{"F3 share words", 5, 5, []string{p("فيسبوك تويتر واتساب")}},
		{"F3 share words as items", 5, 5, []string{"<ul><li>فيسبوك</li><li>تويتر</li><li>طباعة</li></ul>"}},
		{"F3 share words in English", 5, 5, []string{p("Facebook Twitter WhatsApp")}},
		{"F4 advertisement", 6, 3, []string{p("إعلان"), p("ADVERTISEMENT")}},
		{"F4 buttons first", 6, 0, []string{p("طباعة"), p("حجم الخط")}},
		{"F4 buttons last", 6, 6, []string{p("حفظ"), p("تكبير الخط"), p("تصغير الخط")}},
		{"F4 counters", 6, 0, []string{p("مدة القراءة: ٣ دقائق"), p("عدد المشاهدات: 1,520")}},
		{"F4 a number of views", 6, 1, []string{p("1520 مشاهدة"), p("٧ تعليقات")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := with(tt.n, tt.at, tt.blocks...)
			var want []string
			for _, text := range news[:tt.n] {
				want = append(want, "p:"+text)
			}
			if got := paragraphs(t, in, page); !slices.Equal(got, want) {
				t.Errorf("Paragraphs(%q)\n got %q\nwant %q", in, got, want)
			}
		})
	}
}

func TestTextThatLooksLikeFurnitureStays(t *testing.T) {
	tests := []struct {
		name   string
		n, at  int
		blocks []string
	}{
		{"F1 begins a long paragraph", 3, 1, []string{"اقرأ أيضا ما كتبه المؤرخون عن تلك السنوات التي شهدت فيها البلاد موجات حر أشد من هذه بكثير"}},
		{"F1 inside a sentence", 3, 1, []string{"ومن أراد المزيد فقد يعجبك أيضا كتاب المؤرخ."}},
		{"F1 perhaps begins a sentence", 3, 1, []string{"قد يهمك الأمر أكثر مما تظن."}},
		{"another word that begins alike", 5, 5, []string{"شارك الخبراء في إعداد الخطة منذ بدايتها"}},
		{"F3 outside of the last third", 6, 2, []string{"اشترك في الحملة ثلاثون متطوعا من المدينة"}},
		{"F3 sentence", 5, 5, []string{"شارك هذا الفريق في ثلاث بطولات."}},
		{"F3 half of what WordPress adds", 5, 5, []string{"The post was vacant for a year."}},
		{"F3 question", 5, 5, []string{"اشترك في الجريمة أم شهدها؟"}},
		{"F3 long", 5, 5, []string{"اشترك في البطولة ستة عشر منتخبا من ثلاث قارات بعد تصفيات دامت أكثر من عام كامل"}},
		{"F3 hashtags in a sentence", 5, 5, []string{"وتصدر وسم #الطقس مواقع التواصل"}},
		{"F3 one share word as a heading", 5, 4, []string{"يوتيوب"}},
		{"F1 where text with a link follows", 3, 1, []string{"وصف الوزير الخطة بأنها جاهزة تماما للتنفيذ."}},
		{"F2 far from the end", 6, 2, []string{"المصدر: قال إن الخطة جاهزة."}},
		{"F3 exclamation", 5, 5, []string{"تابعنا على مدار الساعة!"}},
		{"F4 words that begin with a button", 6, 0, []string{"حفظ القرآن في المساجد."}},
		{"F4 a longer block", 6, 3, []string{"إعلان دستوري جديد"}},
		{"F4 with a full stop", 6, 0, []string{"إعلان."}},
		{"F4 button outside of the ends", 6, 3, []string{"مشاركة"}},
		{"F4 counter outside of the first third", 6, 6, []string{"عدد المشاهدات: 1520"}},
		{"F4 a counted heading", 6, 1, []string{"مدة القراءة عند الأطفال"}},
		{"F4 a number in a sentence", 6, 0, []string{"1520 مشاهدة في ساعة واحدة"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list := slices.Insert(slices.Clone(news[:tt.n]), tt.at, tt.blocks...)
			got := paragraphs(t, strings.Join(list, "\n"), page)
			for i := range got {
				_, got[i], _ = strings.Cut(got[i], ":")
			}
			if !slices.Equal(got, list) {
				t.Errorf("Paragraphs\n got %q\nwant %q", got, list)
			}
		})
	}
}

func TestLinksAfterALabelGoOnlyAsFarAsTheyAreLinks(t *testing.T) {
	in := with(2, 1, p("اقرأ أيضا"), p(link), "<h3>تفاصيل</h3>", p(link))
	got := paragraphs(t, in, page)
	want := []string{"p:" + news[0], "h:تفاصيل", "h:حالة الطرق صباح اليوم", "p:" + news[1]}
	if !slices.Equal(got, want) {
		t.Errorf("Paragraphs(%q)\n got %q\nwant %q", in, got, want)
	}
}

// The thirds are those of the blocks as they came: here the invitation is the
// fourth of nine, and would be in the last third of what is left.
func TestThirdsAreCountedBeforeAnythingIsDropped(t *testing.T) {
	rows := slices.Repeat([]string{p("إعلان")}, 5)
	in := with(3, 3, append([]string{p("تابعنا على فيسبوك")}, rows...)...)
	want := []string{"p:" + news[0], "p:" + news[1], "p:" + news[2], "p:تابعنا على فيسبوك"}
	if got := paragraphs(t, in, page); !slices.Equal(got, want) {
		t.Errorf("Paragraphs(%q)\n got %q\nwant %q", in, got, want)
	}
}

func TestBareParagraphsBecomeHeadings(t *testing.T) {
	long := news[1] + " " + news[2]
	tests := []struct {
		name, middle string
		heading      bool
	}{
		{"a short line", p("نصائح للمواطنين"), true},
		{"a question", p("متى تنتهي الموجة؟"), true},
		{"a number at its end", p("أحداث عام 2025"), true},
		{"strong", p("<strong>نصائح للمواطنين</strong>"), true},
		{"strong that ends in a mark", p("<b>نصائح للمواطنين:</b>"), true},
		{"strong inside other emphasis", p("<i><b>نصائح للمواطنين:</b></i>"), true},
		{"strong and more", p("<b>نصائح</b> للمواطنين:"), false},
		{"a full stop", p("نصائح للمواطنين."), false},
		{"a comma", p("نصائح للمواطنين،"), false},
		{"an exclamation mark", p("نصائح للمواطنين!"), false},
		{"an ellipsis", p("نصائح للمواطنين…"), false},
		{"a dash", p("نصائح للمواطنين –"), false},
		{"a closing quote", p("نصائح «المواطنين»"), false},
		{"twelve words", p("هل من نصائح جديدة اليوم في كل مدن البلاد أو قراها غدا"), true},
		{"a colon", p("نصائح للمواطنين:"), false},
		{"a semicolon", p("نصائح للمواطنين؛"), false},
		{"a closing bracket", p("نصائح للمواطنين (محدث)"), true},
		{"strong of two elements", p("<b>نصائح</b> <b>للمواطنين:</b>"), false},
		{"emphasis that is not strong", p("<i>نصائح للمواطنين:</i>"), false},
		{"a div that is strong", "<div><strong>نصائح للمواطنين:</strong>&nbsp;</div>", true},
		{"thirteen words", p("هل من نصائح جديدة اليوم في كل مدن البلاد أو في قراها غدا"), false},
		{"more than eighty characters", p(strings.Repeat("المستشفيات ", 8)), false},
		{"an item", "<ul><li>نصائح للمواطنين</li></ul>", false},
		{"a quote", "<blockquote>نصائح للمواطنين</blockquote>", false},
		{"a link", p(link), true},
		{"a caption beside its picture", p(`<img src="/a.jpg">نصائح للمواطنين`), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := p(news[0]) + tt.middle + p(long)
			got := paragraphs(t, in, page)
			if len(got) != 3 {
				t.Fatalf("Paragraphs(%q)\n got %q", in, got)
			}
			if heading := strings.HasPrefix(got[1], "h:"); heading != tt.heading {
				t.Errorf("Paragraphs(%q): got %q, heading: want %v", in, got[1], tt.heading)
			}
			for _, in := range []string{tt.middle + p(long), p(long) + tt.middle} {
				if got := fmt.Sprint(paragraphs(t, in, page)); strings.Contains(got, "h:") {
					t.Errorf("first or last in the body is no heading: %q gave %q", in, got)
				}
			}
		})
	}
}

func TestHeadingsAreFoundAfterFurnitureIsGone(t *testing.T) {
	in := strings.Join([]string{news[0], "نصائح للمواطنين", "إعلان", news[1], "التفاصيل غدا", "المصدر: وكالة الأنباء"}, "\n")
	want := []string{"p:" + news[0], "h:نصائح للمواطنين", "p:" + news[1], "p:التفاصيل غدا"}
	if got := paragraphs(t, in, page); !slices.Equal(got, want) {
		t.Errorf("Paragraphs(%q)\n got %q\nwant %q", in, got, want)
	}
}
