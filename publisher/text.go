package publisher

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"nashra"
)

// Everything that readers and the desk are told in words, in Arabic.

// message is an error page.
type message struct{ Title, Body string }

// words are the fixed texts; templates know them as "text".
type words struct {
	Colon, Untitled                                       string
	SiteDescription, SourceDescription                    string // %s: a name
	CategoryDescription                                   string
	Tagline, LastUpdate, Skip, Home                       string
	Sections, Headlines, Latest, Older, Newest            string
	Partners, Follow                                      string
	NoNews, NoNewsSource, NoOlder                         string
	Published, Updated, ReadOriginal                      string
	By, Topics, SourceSite, MoreFrom, AllNews             string
	SourceCredit                                          string // %s: our name
	Licence, Retired, Copyright                           string
	AdminSources, AdminSummary, NoSources                 string
	Name, Category, State, LastFetch, LastSuccess         string
	NextDue, Items, Counts, Never, NotScheduled, DueNow   string
	Paused, PausedBy, Reason, Failures, CountsOf, NoValue string
	PublishesEvery, SilentFor                             string // %s: a length of time
	Moved, MovedAct                                       string // before and after an address
	GoneDaily                                             string
	Suspects, Partials                                    string // %s: how many items
	Unmatched                                             string // %s: a key of config.yaml
	Search, SearchIn, SearchFor, SearchHow                string // SearchFor: %s: the words
	SearchTooLong, SearchBehind, SearchOn                 string
	Results, NoResults, NoMoreResults                     string
	NewestFirst, BestFirst, FirstResults, MoreResults     string
	Errors                                                map[int]message
}

var text = words{
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
	AdminSources:        "المصادر",
	AdminSummary:        "%s، %s",
	NoSources:           "لا مصادر بعد. أضِف مصدرًا في config.yaml ثم أعِد التشغيل.",
	Name:                "المصدر",
	Category:            "القسم",
	State:               "الحال",
	LastFetch:           "آخر جلب",
	LastSuccess:         "آخر جلب ناجح",
	NextDue:             "الجلب القادم",
	Items:               "المحفوظ",
	Counts:              "في آخر جلب",
	Never:               "لم يحدث بعد",
	NotScheduled:        "لا موعد",
	DueNow:              "الآن",
	Paused:              "أوقفه المحرر",
	PausedBy:            "أوقفه %s يوم %s",
	Reason:              "السبب",
	Failures:            "مرات الإخفاق المتتالية",
	CountsOf:            "جديد %d، محدّث %d، بلا تغيير %d",
	NoValue:             "—",
	PublishesEvery:      "ينشر عادةً كل %s",
	SilentFor:           "صامت منذ %s على غير عادته",
	Moved:               "انتقلت الخلاصة نهائيًا إلى",
	MovedAct:            "ومنه نجلبها الآن. ضع هذا العنوان في خانة feed من config.yaml.",
	GoneDaily:           "يكرّر الشريك ذلك منذ يوم أو أكثر، فلا نسأل إلا مرة في اليوم. احذف المصدر أو ابحث عن عنوانه الجديد.",
	Suspects:            "في آخر ما قُرئ من صفحاته %s بنص لا يُطمأن إليه، فنُشر ما في الخلاصة بدلًا منه",
	Partials:            "في آخر ما قُرئ من صفحاته %s بنص ناقص",
	Unmatched:           "لم تعد خانة %s تجد شيئًا في صفحاته، ولعل الموقع تغيّر: راجعها في config.yaml",
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
	Errors: map[int]message{
		http.StatusNotFound:            {"لا صفحة بهذا العنوان", "ربما نُقلت الصفحة أو كُتب العنوان خطأً. ابدأ من الصفحة الرئيسية."},
		http.StatusGone:                {"لم يعد هذا الخبر متاحًا", "سُحب هذا الخبر من النشر ولن يظهر هنا."},
		http.StatusMethodNotAllowed:    {"طلب غير مقبول", "هذه الصفحة للقراءة فقط."},
		http.StatusNotAcceptable:       {"لا نسخة يقبلها برنامجك", "يرفض برنامجك كل ما نستطيع إرساله. راجع إعداداته أو جرّب غيره."},
		http.StatusUnauthorized:        {"الدخول للمحررين", "يلزم اسم المستخدم وكلمة المرور."},
		http.StatusServiceUnavailable:  {"الموقع مشغول الآن", "لم نستطع الإجابة في الوقت المناسب. حاول بعد قليل."},
		http.StatusInternalServerError: {"حدث خلل عندنا", "سجّلنا ما حدث. حاول بعد قليل."},
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

var (
	sourceNoun  = noun{"لا مصادر", "مصدر واحد", "مصدران", "%d مصادر", "%d مصدرًا", "%d مصدر"}
	itemNoun    = noun{"لا أخبار", "خبر واحد", "خبران", "%d أخبار", "%d خبرًا", "%d خبر"}
	warningNoun = noun{"لا تنبيهات", "تنبيه واحد", "تنبيهان", "%d تنبيهات", "%d تنبيهًا", "%d تنبيه"}
	minuteNoun  = noun{"أقل من دقيقة", "دقيقة", "دقيقتين", "%d دقائق", "%d دقيقة", "%d دقيقة"}
	hourNoun    = noun{"أقل من ساعة", "ساعة", "ساعتين", "%d ساعات", "%d ساعة", "%d ساعة"}
	dayNoun     = noun{"أقل من يوم", "يوم", "يومين", "%d أيام", "%d يومًا", "%d يوم"}
	troubleNoun = noun{"لا متعثر منها", "مصدر واحد متعثر", "مصدران متعثران", "%d مصادر متعثرة", "%d مصدرًا متعثرًا", "%d مصدر متعثر"}
)

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

// span is a length of time as exactly as suits it, as it stands after «كل» and
// «منذ».
func span(d time.Duration) string {
	const day = 24 * time.Hour
	switch d = max(d, time.Minute).Round(time.Minute); {
	case d < time.Hour:
		return minuteNoun.count(int(d / time.Minute))
	case d < 6*time.Hour && d%time.Hour != 0:
		return hourNoun.count(int(d/time.Hour)) + " و" + minuteNoun.count(int(d%time.Hour/time.Minute))
	case d.Round(time.Hour) < 2*day:
		return hourNoun.count(int(d.Round(time.Hour) / time.Hour))
	}
	return dayNoun.count(int(d.Round(day) / day))
}

// outcome says in an editor's words how a source's last fetch ended.
func outcome(st nashra.State) string {
	switch st.Outcome {
	case nashra.OutcomeOK:
		return "سليم"
	case nashra.OutcomeNotModified:
		return "سليم، ولا جديد عند الشريك"
	case nashra.OutcomeGone:
		return "أعلن الشريك أن خلاصته أُزيلت (410)"
	case nashra.OutcomePaused:
		return text.Paused
	case nashra.OutcomeThrottled:
		return "طلب موقع الشريك أن نتمهّل"
	case nashra.OutcomeFailed:
		return failure(st.Status)
	}
	return "لم يُجلب بعد"
}

// failure says what the status of a failed fetch most likely means.
func failure(status int) string {
	code := strconv.Itoa(status)
	switch {
	case status == 0:
		return "لم نصل إلى موقع الشريك"
	case status == http.StatusUnauthorized:
		return "يطلب الموقع كلمة مرور (401)"
	case status == http.StatusForbidden:
		return "أعاد الموقع 403: يبدو أن الشريك يحجبنا"
	case status == http.StatusNotFound:
		return "لا خلاصة في هذا العنوان (404): ربما نُقلت"
	case status == http.StatusTooManyRequests:
		return "يرى الموقع أننا نطلب كثيرًا (429)"
	case status >= 500:
		return "خلل في خادم الشريك (" + code + ")"
	case status >= 400:
		return "رفض الموقع طلبنا (" + code + ")"
	case status >= 300:
		return "أعاد الموقع جوابًا لا نقبله (" + code + ")"
	}
	return "وصل جواب لا يُقرأ خلاصةً"
}

func sourceCredit(site string) string  { return fmt.Sprintf(text.SourceCredit, site) }
func searchedFor(words string) string  { return fmt.Sprintf(text.SearchFor, words) }
func moreFrom(source string) string    { return fmt.Sprintf(text.MoreFrom, source) }
func pausedBy(who, when string) string { return fmt.Sprintf(text.PausedBy, who, when) }

func publishesEvery(usual time.Duration) string { return fmt.Sprintf(text.PublishesEvery, span(usual)) }
func silentFor(silence time.Duration) string    { return fmt.Sprintf(text.SilentFor, span(silence)) }

// doubts are what the desk should look at in a source's articles.
func doubts(st nashra.State) []string {
	var list []string
	for _, u := range st.Unmatched {
		if u.Doubtful() {
			list = append(list, fmt.Sprintf(text.Unmatched, u.Key))
		}
	}
	if n := st.Doubts.Suspect; n > 0 {
		list = append(list, fmt.Sprintf(text.Suspects, itemNoun.count(n)))
	}
	if n := st.Doubts.Partial; n > 0 {
		list = append(list, fmt.Sprintf(text.Partials, itemNoun.count(n)))
	}
	return list
}

func fetchCounts(f nashra.Fetch) string {
	return fmt.Sprintf(text.CountsOf, f.New, f.Updated, f.Unchanged)
}

// adminSummary counts the sources, and those in trouble.
func adminSummary(sources, troubled int) string {
	return fmt.Sprintf(text.AdminSummary, sourceNoun.count(sources), troubleNoun.count(troubled))
}
