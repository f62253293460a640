package publisher

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Everything that readers and the desk are told in words, in Arabic.

// message is an error page.
type message struct{ Title, Body string }

// words are the fixed texts of readers' pages; templates know them as "text", and
// themes have others in their strings.yaml.
type words struct {
	Colon, Untitled                                   string
	SiteDescription, SourceDescription                string // %s: a name
	CategoryDescription                               string
	Tagline, LastUpdate, Skip, Home                   string
	Sections, Headlines, Latest, Older, Newest        string
	Partners, Follow                                  string
	NoNews, NoNewsSource, NoOlder                     string
	Published, Updated, ReadOriginal                  string
	By, Topics, SourceSite, MoreFrom, AllNews         string
	SourceCredit                                      string // %s: our name
	Licence, Retired, Copyright                       string
	Search, SearchIn, SearchFor, SearchHow            string // SearchFor: %s: the words
	SearchTooLong, SearchBehind, SearchOn             string
	Results, NoResults, NoMoreResults                 string
	NewestFirst, BestFirst, FirstResults, MoreResults string
	Trail, ToHome, ToPage, Previous, Next, Share      string
	PictureAlt, PictureFrom                           string
	PageMoved                                         message
	Request                                           string
	Errors                                            map[int]message
}

// arabicWords are the words of readers' pages where no theme has others.
var arabicWords = words{
	Colon:               ": ",
	Untitled:            "بلا عنوان",
	SiteDescription:     "أخبار تنشرها «%s» نقلًا عن شركائها بمحتواها كما هو",
	SourceDescription:   "الأخبار المنشورة نقلًا عن «%s»",
	CategoryDescription: "الأخبار المنشورة في قسم «%s»",
	Tagline:             "أخبار شركائنا، منسوبةً إلى أصحابها",
	LastUpdate:          "آخر تحديث",
	Skip:                "انتقل إلى المحتوى",
	Home:                "الرئيسية",
	Sections:            "الأقسام",
	Headlines:           "أبرز العناوين",
	Latest:              "آخر الأخبار",
	Older:               "الأقدم",
	Newest:              "الأحدث",
	Partners:            "شركاؤنا",
	Follow:              "تابع الأخبار في قارئ الخلاصات",
	NoNews:              "لم يُنشر خبر بعد. ستظهر الأخبار هنا حين تصل من شركائنا.",
	NoNewsSource:        "لا أخبار هنا الآن.",
	NoOlder:             "لا أخبار أقدم من هذه.",
	Published:           "نُشر",
	Updated:             "حُدّث",
	ReadOriginal:        "اقرأ الخبر في موقع المصدر",
	By:                  "بقلم",
	Topics:              "الموضوعات",
	SourceSite:          "زيارة موقع المصدر",
	MoreFrom:            "كل أخبار «%s»",
	AllNews:             "كل الأخبار",
	SourceCredit:        "تنشر «%s» هذه الأخبار نقلًا عن صاحبها بمحتواها كما هو، والحقوق له.",
	Licence:             "شروط النشر",
	Retired:             "لم نعد نتابع هذا المصدر، وما نُشر منه باقٍ.",
	Copyright:           "حقوق كل خبر لمصدره المذكور معه.",
	Search:              "بحث",
	SearchIn:            "ابحث في الأخبار",
	SearchFor:           "البحث عن: %s",
	SearchHow:           "اكتب كلمة أو أكثر لتجد الأخبار التي تضمها كلها. وضع العبارة بين علامتي تنصيص لتجدها كما هي.",
	SearchTooLong:       "ما كتبته أطول مما نبحث عنه. اكتب كلمات أقل.",
	SearchBehind:        "ما زلنا نفهرس الأرشيف، وقد تظهر نتائج أخرى بعد قليل.",
	SearchOn:            "لا نتائج في هذه الصفحة. تابع إلى التي تليها.",
	Results:             "نتائج البحث",
	NoResults:           "لا خبر يضم كل هذه الكلمات. جرّب كلمات أقل أو أعم.",
	NoMoreResults:       "لا نتائج أخرى.",
	NewestFirst:         "الأحدث أولًا",
	BestFirst:           "الأنسب أولًا",
	FirstResults:        "أول النتائج",
	MoreResults:         "نتائج أخرى",
	Trail:               "موضع الصفحة",
	ToHome:              "إلى الصفحة الرئيسية",
	ToPage:              "إلى الصفحة في عنوانها الجديد",
	Previous:            "الخبر السابق",
	Next:                "الخبر التالي",
	Share:               "مشاركة",
	PictureAlt:          "صورة الخبر",
	PictureFrom:         "الصورة من",
	PageMoved:           message{"انتقلت الصفحة", "لهذه الصفحة عنوان آخر الآن."},
	Request:             "رقم الطلب لمن يسأل عنه:",
	Errors: map[int]message{
		http.StatusNotFound:              {"لا صفحة بهذا العنوان", "ربما نُقلت الصفحة أو كُتب العنوان خطأً. ابحث عنها أو ابدأ من الصفحة الرئيسية."},
		http.StatusGone:                  {"لم يعد هذا الخبر متاحًا", "سُحب هذا الخبر من النشر ولن يظهر هنا."},
		http.StatusMethodNotAllowed:      {"طلب غير مقبول", "هذه الصفحة للقراءة فقط."},
		http.StatusUnauthorized:          {"الدخول للمحررين", "يلزم اسم المستخدم وكلمة المرور."},
		http.StatusBadRequest:            {"طلب غير مفهوم", "في الطلب خطأ، فلم يتغيّر شيء."},
		http.StatusForbidden:             {"طلب مرفوض", "لا يُقبل هذا الطلب من هنا."},
		http.StatusConflict:              {"لا يمكن ذلك الآن", "لا يمكن تنفيذ الطلب على هذه الحال."},
		http.StatusRequestEntityTooLarge: {"طلب كبير", "الطلب أكبر مما نقبله."},
		http.StatusTooManyRequests:       {"محاولات كثيرة", "انتظر قليلًا ثم حاول من جديد."},
		http.StatusServiceUnavailable:    {"الموقع مشغول الآن", "لم نستطع الإجابة في الوقت المناسب. حاول بعد قليل."},
		http.StatusInternalServerError:   {"حدث خلل عندنا", "سجّلنا ما حدث. حاول بعد قليل."},
		http.StatusNotAcceptable:         {"لا نسخة يقبلها برنامجك", "يرفض برنامجك كل ما نستطيع إرساله. راجع إعداداته أو جرّب غيره."},
	},
}

// The months as Egyptian and Gulf papers name them.
var months = [...]string{"يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"}

var weekdays = [...]string{"الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"}

// dateTime is t in words, such as «الاثنين 23 نوفمبر 2026، 10:30 ص».
func dateTime(t time.Time, zone *time.Location) string {
	t = t.In(zone)
	hour, half := t.Hour()%12, "ص"
	if hour == 0 {
		hour = 12
	}
	if t.Hour() >= 12 {
		half = "م"
	}
	return fmt.Sprintf("%s %d %s %d، %d:%02d %s", weekdays[t.Weekday()], t.Day(), months[t.Month()-1], t.Year(), hour, t.Minute(), half)
}

// shortDate is t in few words for narrow columns, such as «23 نوفمبر، 10:30 ص».
func shortDate(t time.Time, zone *time.Location) string {
	full := dateTime(t, zone)
	_, rest, _ := strings.Cut(full, " ")
	return strings.Replace(rest, " "+strconv.Itoa(t.In(zone).Year())+"،", "،", 1)
}

// noun is a counted noun in the forms that Arabic needs (CLDR plural rules).
type noun struct{ none, one, two, few, many, other string }

func (n noun) count(i int) string {
	switch rest := i % 100; {
	case i == 0:
		return n.none
	case i == 1:
		return n.one
	case i == 2:
		return n.two
	case rest >= 3 && rest <= 10:
		return fmt.Sprintf(n.few, i)
	case rest >= 11:
		return fmt.Sprintf(n.many, i)
	}
	return fmt.Sprintf(n.other, i)
}

// feedWords are the fixed texts in feeds and on the page that lists them;
// templates know them as "feedtext".
type feedWords struct {
	Removed                         string
	UsageTerms                      string // %s: the partner
	Feeds, FeedsOf                  string
	HowTo                           string
	Steps                           []string
	Formats                         []formatWords
	OPML                            string
	OfSite, OfCategories, OfSources string
	More                            string
	Notes                           []string
}

// formatWords say whom a format is for.
type formatWords struct{ Name, About string }

var feedText = feedWords{
	Removed:    "سُحب هذا الخبر من النشر.",
	UsageTerms: "جميع الحقوق محفوظة لصاحب الخبر «%s»، ويُنقل منسوبًا إليه.",
	Feeds:      "الخلاصات",
	FeedsOf:    "كل الخلاصات التي ننشرها: بها تصلك الأخبار كاملة في قارئ الخلاصات من غير أن تزور الموقع.",
	HowTo:      "كيف تشترك",
	Steps: []string{
		"اختر قارئ خلاصات لهاتفك أو حاسوبك، ومنها كثير بالمجان.",
		"انسخ من القوائم أدناه رابط الخلاصة التي تريدها، بأي صيغة.",
		"ألصق الرابط في خانة الاشتراك أو الإضافة من قارئك، وستصلك الأخبار تباعًا.",
	},
	Formats: []formatWords{
		{"RSS", "تقرؤها كل البرامج."},
		{"Atom", "وفيها أيضًا ما سُحب من النشر."},
		{"JSON Feed", "لمن يكتب برنامجًا."},
		{"ninjs", "لغرف الأخبار، بمعيار مجلس الصحافة والاتصالات الدولي."},
	},
	OPML:         "كل هذه الخلاصات وخلاصات شركائنا في ملف واحد، تستورده في قارئك.",
	OfSite:       "كل الأخبار",
	OfCategories: "بحسب القسم",
	OfSources:    "بحسب المصدر",
	More:         "للمطورين",
	Notes: []string{
		"في كل خلاصة أحدث خمسين خبرًا بنصوصها، وتدلّ روابطها على ما قبلها حتى أول خبر.",
		"لكل بحث خلاصة: افتح صفحة النتائج لتجد روابطها في أسفلها.",
		"في JSON Feed خانة باسم _nashra: فيها من الخبر رابط صفحته هنا (page) ومعرّف مصدره (source) وخلاصة المصدر (feed) وشروط النشر (licence)، ومن الخلاصة موضع الوثيقة من الأرشيف.",
	},
}
