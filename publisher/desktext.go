package publisher

import (
	"fmt"
	"net/http"
	"time"

	"golang.org/x/text/language"

	"nashra"
)

// What the desk's pages say, in the two languages that they speak.

// tongue is one of the languages of the desk. Templates know it as "text".
type tongue struct {
	Lang, Dir string

	Desk, Sources, Items, Log, Site, Skip                    string
	NoSources, NoMatch                                       string
	Name, Category, Health, Days, State, LastFetch           string
	LastSuccess, NextDue, Stored, Counts, Made               string
	Never, NotScheduled, DueNow, NoValue                     string
	Retired, Reason, Failures                                string
	Moved, MovedAct, GoneDaily                               string // Moved, MovedAct: before and after an address
	Show, Sort, Find, Apply, Older, Newer                    string
	Healthy, Alike, Failing, GoneBar, Throttled              string // of bars
	PausedBy, PublishesEvery, SilentFor, Ago, In             string // %s: who and when; lengths of time
	Suspects, Partials, Unmatched                            string // %s: how many items; a key of config.yaml
	CountsOf, Summary, LastFetches, NewPerDay, Short, PageOf string
	Progress                                                 string
	Waiting, Asked, Answered, Pages, Applied                 string // %s: an outcome and how many entries; %d: pages; %s: counts

	Fetches, Settings, Newest, AllItems, PublicPage, Original, FeedAddress, Homepage  string
	FetchNow, Pause, Resume, Hide, Restore, WhyPause, WhyHide                         string
	Outcome, Status, Took, Bytes, Entries, Since, Times, Delivered, Warnings, Headers string
	Key, Value, From, ByDefault, Line                                                 string
	Title, Published, FirstSeen, Method, Revisions, NoRevisions                       string
	Hidden, HiddenBy, PartialMark, NoItems, FindItems, Body, Byline, Origin, Cause    string
	Request                                                                           string
	New, Updated, LogLine                                                             string
	NotShown                                                                          string // of what a revision left as it was
	When, Who, Did, What, Why, NoLog                                                  string

	Try, TryAbout, TryNow, Lines, LinesAbout, NoLines, NoMatchOf, InFeed, OfPage string
	NoArticle, WaysTried, Candidates, UseThis, Dropped, Picture                  string

	Refresh, RefreshAbout, Reextract, ReextractAbout, NotReread, NotRead string // NotReread: %s, why

	tryLabels    map[string]string // by their key in config.yaml
	triedWays    map[string]string // by nashra.Attempt.Way; one that is not here has none
	triedResults map[string]string // and by its Result
	contentModes map[nashra.ContentMode]string

	filters     map[string]string // by their value in the query
	itemFilters map[string]string
	done        map[string]string // what actions say they did
	causes      map[nashra.Cause]string
	decisions   map[string]string
	sorts       map[string]string

	source, item, entry, warning, trouble, minute, hour, day noun
	and, Comma                                               string // between hours and minutes; between the parts of a list

	date, short func(t time.Time, zone *time.Location) string
	outcomes    map[nashra.Outcome]string
	errors      map[int]message // by status; one that is not here is said as readers are told it
	failures    map[int]string  // by status; 0: no answer
	troubles    map[nashra.Trouble]string
	server      string // %d: a status
	refused     string
	strange     string
	unread      string
	pageGone    string // %d: a status
}

var arabicDesk = &tongue{
	Lang: "ar", Dir: "rtl",
	Desk: "غرفة التحرير", Sources: "المصادر", Items: "الأخبار", Log: "السجل", Site: "الموقع", Skip: "انتقل إلى المحتوى",
	NoSources: "لا مصادر بعد. أضِف مصدرًا في config.yaml ثم أعِد التشغيل.", NoMatch: "لا مصدر بهذه الصفة.",
	Name: "المصدر", Category: "القسم", Health: "آخر 30 جلبًا", Days: "الجديد في 14 يومًا", State: "الحال", LastFetch: "آخر جلب",
	LastSuccess: "آخر جلب ناجح", NextDue: "الجلب القادم", Stored: "المحفوظ", Counts: "في آخر جلب", Made: "كيف استُخرج النص",
	Never: "لم يحدث بعد", NotScheduled: "لا موعد", DueNow: "الآن", NoValue: "—",
	Retired: "لم نعد نتابع هذا المصدر، وما نُشر منه باقٍ.", Reason: "السبب", Failures: "مرات الإخفاق المتتالية",
	Moved: "انتقلت الخلاصة نهائيًا إلى", MovedAct: "ومنه نجلبها الآن. ضع هذا العنوان في خانة feed من config.yaml.",
	GoneDaily: "يكرّر الشريك ذلك منذ يوم أو أكثر، فلا نسأل إلا مرة في اليوم. احذف المصدر أو ابحث عن عنوانه الجديد.",
	Show:      "أظهر", Sort: "الترتيب", Find: "ابحث بالاسم أو العنوان", Apply: "طبّق", Older: "التالي", Newer: "السابق",
	Healthy: "جاء بجديد", Alike: "بلا جديد", Failing: "أخفق", GoneBar: "أُزيلت الخلاصة", Throttled: "تمهّل",
	PausedBy: "أوقفه %s يوم %s", PublishesEvery: "ينشر عادةً كل %s", SilentFor: "صامت منذ %s على غير عادته", Ago: "قبل %s", In: "بعد %s",
	Suspects:  "في آخر ما قُرئ من صفحاته %s بنص لا يُطمأن إليه، فنُشر ما في الخلاصة بدلًا منه",
	Partials:  "في آخر ما قُرئ من صفحاته %s بنص ناقص",
	Unmatched: "لم تعد خانة %s تجد شيئًا في صفحاته، ولعل الموقع تغيّر: راجعها في config.yaml",
	CountsOf:  "جديد %d، محدّث %d، بلا تغيير %d", Summary: "%s، %s", LastFetches: "آخر %d جلبًا: %s", NewPerDay: "الأخبار الجديدة في آخر 14 يومًا: %d، وأكثرها في يوم %d",
	Short: "قصير أو فارغ: %d من %d", PageOf: "%d من %d",
	Fetches: "عمليات الجلب", Settings: "الإعدادات المعمول بها", Newest: "أحدث الأخبار", AllItems: "كل أخباره", PublicPage: "صفحته للقراء", Original: "الأصل عند الشريك", FeedAddress: "الخلاصة", Homepage: "موقعه",
	FetchNow: "اجلب الآن", Pause: "أوقف", Resume: "استأنف", Hide: "احجب", Restore: "أعِد النشر", WhyPause: "سبب الإيقاف", WhyHide: "سبب الحجب",
	Outcome: "النتيجة", Status: "رمز الجواب", Took: "المدة", Bytes: "الحجم", Entries: "المدخلات", Since: "منذ", Times: "مرات", Delivered: "أوصله الموزّع", Warnings: "تنبيهات", Headers: "ترويسات الجواب",
	Key: "المفتاح", Value: "القيمة", From: "من أين", ByDefault: "القيمة المعتادة", Line: "السطر",
	Title: "العنوان", Published: "نُشر", FirstSeen: "وصل", Method: "كيف استُخرج", Revisions: "ما تغيّر", NoRevisions: "لم يتغيّر منذ وصل.",
	Hidden: "محجوب", HiddenBy: "حجبه %s يوم %s", PartialMark: "نص ناقص", NoItems: "لا أخبار بهذه الصفة.", FindItems: "ابحث في الأخبار", Body: "النص كما هو الآن", Byline: "الكاتب", Origin: "المصدر الأصلي", Cause: "من غيّره",
	Request: "رقم الطلب في سجل البرنامج:",
	New:     "ما جدّ", Updated: "ما تغيّر", LogLine: "سطره في سجل البرنامج",
	NotShown: "لم يتغيّر العنوان ولا النص، بل بيانات أخرى.",
	Progress: "كيف يسير الجلب", Waiting: "يجري جلب آخر لهذا المصدر، وبعده يأتي دور هذا", Asked: "سُئل موقع الشريك عن الخلاصة", Answered: "وصل الجواب: %s، %s", Pages: "قُرئت من الصفحات %d من %d", Applied: "حُفظ: %s",
	When: "متى", Who: "من", Did: "ماذا فعل", What: "بماذا", Why: "لماذا", NoLog: "لم يُقرَّر شيء بعد.",
	Try: "جرّب الاستخراج", TryAbout: "نسأل الشريك عن أحدث ما في خلاصته وعن صفحاته، ونعرض ما يُستخرج منها بهذه الإعدادات. لا يُحفظ شيء ولا يُنشر.", TryNow: "جرّب", Lines: "سطور config.yaml",
	LinesAbout: "انسخها إلى خانة المصدر في config.yaml، ثم أعِد قراءته: nashra reload.", NoLines: "لا حاجة إلى سطر: هذه هي القيم المعتادة.", NoMatchOf: "لا يجد شيئًا في هذه الصفحة:", InFeed: "في الخلاصة", OfPage: "ما استُخرج",
	NoArticle: "لم يُستخرج خبر.", WaysTried: "الطرق التي جُرّبت بالترتيب", Candidates: "مواضع النص المحتملة في الصفحة، أرجحها أولًا", UseThis: "جرّب هذا", Dropped: "ما أُسقط من الصفحة، وبأي قاعدة", Picture: "الصورة",
	Refresh: "حدّثه من الشريك", RefreshAbout: "نسأل الشريك عن الخبر وصفحته، ونأخذ ما غيّره فيهما.", Reextract: "أعِد استخراجه", ReextractAbout: "نقرأ صفحة الشريك من جديد بالإعدادات المعمول بها الآن، وإن لم يغيّر فيها شيئًا.",
	NotReread: "بقي الخبر كما هو: %s.", NotRead: "لم نجد عند الشريك ما يحل محله",
	tryLabels: map[string]string{
		"content": "من أين يؤخذ النص", "select": "موضع النص (CSS)", "remove": "ما يُحذف أولًا (CSS، كلٌّ في سطر)", "select_title": "موضع العنوان", "select_byline": "موضع الكاتب", "select_date": "موضع التاريخ", "select_image": "موضع الصورة",
	},
	triedWays: map[string]string{
		"select": "موضع النص في config.yaml", "feed": "نص الخلاصة", "json-ld": "بيانات الصفحة (JSON-LD)", "microdata": "بيانات الصفحة (microdata)", "generic": "البحث في الصفحة كلها", "page-data": "نص في بيانات برنامج الصفحة",
	},
	triedResults: map[string]string{
		nashra.TriedFound: "وُجد فيه النص", nashra.TriedOver: "تُرك لأن الخلاصة فيها النص كاملًا", nashra.TriedNoText: "لا يجد نصًا في الصفحة", nashra.TriedNoBody: "ليس في الخلاصة نص كامل",
		nashra.TriedNotWhole: "ما فيها ليس النص كاملًا، أو لا يظهر في الصفحة", nashra.TriedLittle: "ما وُجد أقصر من أن يكون خبرًا", nashra.TriedNothing: "لم يبقَ منه شيء بعد التنقية",
	},
	contentModes: map[nashra.ContentMode]string{nashra.ContentAuto: "الأفضل من الخلاصة والصفحة", nashra.ContentPage: "الصفحة", nashra.ContentFeed: "الخلاصة"},
	itemFilters:  map[string]string{"": "كل الأخبار", "hidden": "المحجوبة", "doubtful": "ما يُشك في نصه"},
	done: map[string]string{
		"fetched": "تم الجلب، وهذه نتيجته.", "fetching": "ما زال الجلب جاريًا، وستظهر نتيجته هنا.", "network": "لم يُجلب شيء: يبدو أن شبكتنا مقطوعة.",
		"pause": "أُوقف المصدر.", "resume": "استُؤنف المصدر.", "hide": "حُجب الخبر من كل الصفحات والخلاصات.", "restore": "أُعيد نشر الخبر.",
		"reread": "سُئل الشريك عن الخبر، وهذا نصه الجديد.", "alike": "سُئل الشريك عن الخبر، ولم يتغيّر فيه شيء.",
	},
	causes: map[nashra.Cause]string{nashra.CausePartner: "الشريك", nashra.CauseNashra: "نشرة، بقراءة جديدة", nashra.CauseDesk: "غرفة التحرير"},
	decisions: map[string]string{"hide": "حجب الخبر", "restore": "أعاد نشر الخبر", "pause": "أوقف المصدر", "resume": "استأنف المصدر", "remove": "حذف الخبر", "purge": "أتلف الخبر",
		"fetch": "طلب الجلب", "try": "جرّب الاستخراج", "refresh": "طلب تحديث الخبر من الشريك", "reextract": "طلب إعادة استخراج الخبر"},
	filters: map[string]string{"": "كل المصادر", "failing": "المتعثرة", "silent": "الصامتة على غير عادتها", "paused": "الموقوفة", "doubtful": "ما يُشك في نصوصه"},
	sorts: map[string]string{
		"": "الأحوج إلى نظر أولًا", "name": "الاسم", "category": "القسم", "fetch": "آخر جلب", "success": "أقدم نجاح", "items": "عدد الأخبار", "due": "الجلب القادم",
	},
	source:  noun{"لا مصادر", "مصدر واحد", "مصدران", "%d مصادر", "%d مصدرًا", "%d مصدر"},
	item:    noun{"لا أخبار", "خبر واحد", "خبران", "%d أخبار", "%d خبرًا", "%d خبر"},
	entry:   noun{"لا مدخلات", "مدخل واحد", "مدخلان", "%d مدخلات", "%d مدخلًا", "%d مدخل"},
	warning: noun{"لا تنبيهات", "تنبيه واحد", "تنبيهان", "%d تنبيهات", "%d تنبيهًا", "%d تنبيه"},
	trouble: noun{"لا متعثر منها", "مصدر واحد متعثر", "مصدران متعثران", "%d مصادر متعثرة", "%d مصدرًا متعثرًا", "%d مصدر متعثر"},
	minute:  noun{"أقل من دقيقة", "دقيقة", "دقيقتين", "%d دقائق", "%d دقيقة", "%d دقيقة"},
	hour:    noun{"أقل من ساعة", "ساعة", "ساعتين", "%d ساعات", "%d ساعة", "%d ساعة"},
	day:     noun{"أقل من يوم", "يوم", "يومين", "%d أيام", "%d يومًا", "%d يوم"},
	and:     " و", Comma: "، ",
	date: dateTime, short: shortDate,
	outcomes: map[nashra.Outcome]string{
		nashra.OutcomeOK: "سليم", nashra.OutcomeNotModified: "سليم، ولا جديد عند الشريك",
		nashra.OutcomeGone: "أعلن الشريك أن خلاصته أُزيلت (410)", nashra.OutcomePaused: "أوقفه المحرر",
		nashra.OutcomeThrottled: "طلب موقع الشريك أن نتمهّل", "": "لم يُجلب بعد",
	},
	troubles: map[nashra.Trouble]string{
		nashra.TroubleNoHost:      "لا موقع بهذا الاسم: راجع عنوان الخلاصة",
		nashra.TroubleUnreachable: "لم نصل إلى موقع الشريك: لا شيء يجيب في عنوانه",
		nashra.TroubleTimeout:     "لم يجب موقع الشريك في الوقت المحدد",
		nashra.TroubleEncryption:  "شهادة موقع الشريك غير صالحة، فلا نأمن الاتصال به",
		nashra.TroubleBroken:      "انقطع جواب موقع الشريك أو جاء تالفًا",
		nashra.TroubleRedirects:   "يحيلنا موقع الشريك من عنوان إلى عنوان بلا نهاية",
		nashra.TroubleForbidden:   "عنوان الخلاصة داخلي لا نطلب مثله",
		nashra.TroubleNotFeed:     "ما في هذا العنوان ليس خلاصة",
		nashra.TroubleTooLarge:    "الخلاصة أكبر مما نقبل",
		nashra.TroubleProxy:       "الوسيط الذي نخرج به إلى الشبكة لا يوصلنا",
	},
	failures: map[int]string{
		0:                              "لم نصل إلى موقع الشريك",
		http.StatusUnauthorized:        "يطلب الموقع كلمة مرور (401)",
		http.StatusForbidden:           "أعاد الموقع 403: يبدو أن الشريك يحجبنا",
		http.StatusNotFound:            "لا خلاصة في هذا العنوان (404): ربما نُقلت",
		http.StatusTooManyRequests:     "يرى الموقع أننا نطلب كثيرًا (429)",
		http.StatusServiceUnavailable:  "موقع الشريك متوقف الآن (503)",
		http.StatusInternalServerError: "خلل في خادم الشريك (500)",
	},
	server: "خلل في خادم الشريك (%d)", refused: "رفض الموقع طلبنا (%d)", strange: "أعاد الموقع جوابًا لا نقبله (%d)", unread: "وصل جواب لا يُقرأ خلاصةً", pageGone: "لم تعد صفحته عند الشريك (%d)",
}

var englishDesk = &tongue{
	Lang: "en", Dir: "ltr",
	Desk: "News desk", Sources: "Sources", Items: "Items", Log: "Log", Site: "Site", Skip: "Skip to the content",
	NoSources: "No sources yet. Add one to config.yaml and reload.", NoMatch: "No source is like this.",
	Name: "Source", Category: "Category", Health: "Last 30 fetches", Days: "New in 14 days", State: "State", LastFetch: "Last fetch",
	LastSuccess: "Last success", NextDue: "Next fetch", Stored: "Stored", Counts: "In the last fetch", Made: "How texts were found",
	Never: "never", NotScheduled: "not scheduled", DueNow: "now", NoValue: "—",
	Retired: "Not followed any more; what it brought stays published.", Reason: "Reason", Failures: "Failures in a row",
	Moved: "The feed has moved for good to", MovedAct: "and is fetched from there. Put this address into feed in config.yaml.",
	GoneDaily: "The partner has said so for a day or more, so it is asked once a day. Remove the source or find its new address.",
	Show:      "Show", Sort: "Order", Find: "Find by name or address", Apply: "Apply", Older: "Next", Newer: "Previous",
	Healthy: "brought something", Alike: "nothing new", Failing: "failed", GoneBar: "feed gone", Throttled: "throttled",
	PausedBy: "Paused by %s on %s", PublishesEvery: "Publishes every %s as a rule", SilentFor: "Silent for %s, longer than it is used to", Ago: "%s ago", In: "in %s",
	Suspects:  "Of its pages last read, %s with a body that looked wrong; the feed's text was published instead",
	Partials:  "Of its pages last read, %s with the beginning of an article only",
	Unmatched: "%s matches nothing on its pages any more; the site may have changed: see config.yaml",
	CountsOf:  "%d new, %d updated, %d unchanged", Summary: "%s, %s", LastFetches: "Last %d fetches: %s", NewPerDay: "New items in the last 14 days: %d, at most %d a day",
	Short: "short or empty: %d of %d", PageOf: "%d of %d",
	Fetches: "Fetches", Settings: "Settings in force", Newest: "Newest items", AllItems: "All its items", PublicPage: "Its page for readers", Original: "The original", FeedAddress: "Feed", Homepage: "Its site",
	FetchNow: "Fetch now", Pause: "Pause", Resume: "Resume", Hide: "Hide", Restore: "Show again", WhyPause: "Why it is paused", WhyHide: "Why it is hidden",
	Outcome: "Outcome", Status: "Status", Took: "Took", Bytes: "Size", Entries: "Entries", Since: "since", Times: "times", Delivered: "delivered by the hub", Warnings: "Warnings", Headers: "Response headers",
	Key: "Key", Value: "Value", From: "Where from", ByDefault: "the default", Line: "line",
	Title: "Title", Published: "Published", FirstSeen: "First seen", Method: "How it was found", Revisions: "What changed", NoRevisions: "Not changed since it came.",
	Hidden: "hidden", HiddenBy: "Hidden by %s on %s", PartialMark: "beginning only", NoItems: "No item is like this.", FindItems: "Find items", Body: "The text as it is now", Byline: "Byline", Origin: "Origin", Cause: "Changed by",
	Request: "The program's log knows this request as",
	errors: map[int]message{
		http.StatusNotFound:              {"There is nothing at this address", "It may have been removed, or the address is mistyped."},
		http.StatusGone:                  {"This item was removed", "It is not in the store any more, and does not come back."},
		http.StatusMethodNotAllowed:      {"This cannot be done here", "The page is for another kind of request."},
		http.StatusBadRequest:            {"The request was not understood", "Something in it is wrong, and nothing was changed."},
		http.StatusForbidden:             {"The request was refused", "It is not taken from where it comes."},
		http.StatusConflict:              {"This is not possible now", "Things are not as the request takes them to be."},
		http.StatusRequestEntityTooLarge: {"The request is too large", "It is larger than what is taken."},
		http.StatusTooManyRequests:       {"Others are having this done", "Wait a little and try again."},
		http.StatusServiceUnavailable:    {"Too busy for now", "It could not be done in time. Try again in a little while."},
		http.StatusInternalServerError:   {"Something went wrong on our side", "The log has more about it. Try again in a little while."},
		http.StatusNotAcceptable:         {"There is no version that your browser takes", "It refuses everything that can be sent."},
	},
	New: "What was new", Updated: "What was updated", LogLine: "Its line in the log",
	NotShown: "Neither title nor text changed, but other data.",
	Progress: "How the fetch goes", Waiting: "Another fetch of this source is under way and goes first", Asked: "The partner's site is asked for the feed", Answered: "The answer is there: %s, %s", Pages: "Pages read: %d of %d", Applied: "Stored: %s",
	When: "When", Who: "Who", Did: "Did", What: "To what", Why: "Why", NoLog: "Nothing was decided yet.",
	Try: "Try extraction", TryAbout: "The partner is asked for the newest entries of its feed and their pages, and you see what these settings make of them. Nothing is stored or published.", TryNow: "Try", Lines: "Lines of config.yaml",
	LinesAbout: "Copy them into the source's block in config.yaml, then have it read again: nashra reload.", NoLines: "No line is needed: these are the defaults.", NoMatchOf: "Matches nothing on this page:", InFeed: "In the feed", OfPage: "What was extracted",
	NoArticle: "No article was extracted.", WaysTried: "The ways that were tried, in order", Candidates: "Where on the page the text may be, the likeliest first", UseThis: "Try this", Dropped: "What was left out of the page, and by which rule", Picture: "Picture",
	Refresh: "Refresh from the partner", RefreshAbout: "The partner is asked for the item and its page, and what it changed is taken up.", Reextract: "Extract again", ReextractAbout: "The partner's page is read again with the settings in force now, also where the partner changed nothing.",
	NotReread: "The item stays as it was: %s.", NotRead: "nothing of the partner's could take its place",
	tryLabels: map[string]string{
		"content": "Where the text is taken from", "select": "Where the text is (CSS)", "remove": "What is taken out first (CSS, one a line)", "select_title": "Where the title is", "select_byline": "Where the byline is", "select_date": "Where the date is", "select_image": "Where the picture is",
	},
	triedWays: map[string]string{
		"select": "select of config.yaml", "feed": "the feed's text", "json-ld": "the page's data (JSON-LD)", "microdata": "the page's data (microdata)", "generic": "a search in the whole page", "page-data": "text in the data of the page's script",
	},
	triedResults: map[string]string{
		nashra.TriedFound: "has the text", nashra.TriedOver: "passed over, because the feed has the whole text", nashra.TriedNoText: "finds no text on the page", nashra.TriedNoBody: "is not the whole article",
		nashra.TriedNotWhole: "is not the whole text, or not what the page shows", nashra.TriedLittle: "too short for an article", nashra.TriedNothing: "nothing was left of it after cleaning",
	},
	contentModes: map[nashra.ContentMode]string{nashra.ContentAuto: "the better of feed and page", nashra.ContentPage: "the page", nashra.ContentFeed: "the feed"},
	itemFilters:  map[string]string{"": "all items", "hidden": "hidden", "doubtful": "with doubtful texts"},
	done: map[string]string{
		"fetched": "Fetched; this is what it came to.", "fetching": "The fetch goes on; its record will stand here.", "network": "Nothing was fetched: our own network seems to be down.",
		"pause": "The source is paused.", "resume": "The source is fetched again.", "hide": "The item is out of every feed and page.", "restore": "The item is shown again.",
		"reread": "The partner was asked for the item, and this is its new text.", "alike": "The partner was asked for the item; nothing in it changed.",
	},
	causes: map[nashra.Cause]string{nashra.CausePartner: "the partner", nashra.CauseNashra: "nashra, read anew", nashra.CauseDesk: "the desk"},
	decisions: map[string]string{"hide": "hid the item", "restore": "showed the item again", "pause": "paused the source", "resume": "resumed the source", "remove": "removed the item", "purge": "purged the item",
		"fetch": "had it fetched", "try": "tried its extraction", "refresh": "had the item refreshed from the partner", "reextract": "had the item extracted again"},
	filters: map[string]string{"": "all sources", "failing": "failing", "silent": "silent for longer than usual", "paused": "paused", "doubtful": "with doubtful texts"},
	sorts: map[string]string{
		"": "those in need first", "name": "name", "category": "category", "fetch": "last fetch", "success": "oldest success", "items": "items", "due": "next fetch",
	},
	source: english("source"), item: english("item"), entry: noun{"no entries", "1 entry", "2 entries", "%d entries", "%d entries", "%d entries"}, warning: english("warning"),
	trouble: noun{"none in trouble", "1 in trouble", "2 in trouble", "%d in trouble", "%d in trouble", "%d in trouble"},
	minute:  english("minute"), hour: english("hour"), day: english("day"),
	and: " ", Comma: ", ",
	date:  func(t time.Time, zone *time.Location) string { return t.In(zone).Format("Mon 2 Jan 2006, 15:04") },
	short: func(t time.Time, zone *time.Location) string { return t.In(zone).Format("2 Jan, 15:04") },
	outcomes: map[nashra.Outcome]string{
		nashra.OutcomeOK: "well", nashra.OutcomeNotModified: "well; nothing new",
		nashra.OutcomeGone: "the partner says its feed was removed (410)", nashra.OutcomePaused: "paused by the desk",
		nashra.OutcomeThrottled: "the partner's site asked us to wait", "": "not fetched yet",
	},
	troubles: map[nashra.Trouble]string{
		nashra.TroubleNoHost:      "there is no site of this name: check the feed's address",
		nashra.TroubleUnreachable: "the partner's site was not reached: nothing answers at its address",
		nashra.TroubleTimeout:     "the partner's site did not answer in time",
		nashra.TroubleEncryption:  "the certificate of the partner's site is not valid, so the connection is not safe",
		nashra.TroubleBroken:      "the answer of the partner's site broke off or came damaged",
		nashra.TroubleRedirects:   "the partner's site sends us from address to address without an end",
		nashra.TroubleForbidden:   "the feed's address is an internal one, which is never asked",
		nashra.TroubleNotFeed:     "what is at this address is no feed",
		nashra.TroubleTooLarge:    "the feed is larger than we take",
		nashra.TroubleProxy:       "the proxy that we go out by does not connect us",
	},
	failures: map[int]string{
		0:                             "the partner's site was not reached",
		http.StatusUnauthorized:       "the site asks for a password (401)",
		http.StatusForbidden:          "the site answered 403: the partner seems to block us",
		http.StatusNotFound:           "no feed at this address (404): it may have moved",
		http.StatusTooManyRequests:    "the site says that we ask too often (429)",
		http.StatusServiceUnavailable: "the partner's site is down for now (503)",
	},
	server: "the partner's server failed (%d)", refused: "the site refused our request (%d)", strange: "the site gave an answer that we do not take (%d)", unread: "the answer cannot be read as a feed", pageGone: "the partner does not have its page any more (%d)",
}

// english is a noun that only has an s to it.
func english(word string) noun {
	many := "%d " + word + "s"
	return noun{"no " + word + "s", "1 " + word, "2 " + word + "s", many, many, many}
}

var (
	tongues  = []*tongue{arabicDesk, englishDesk}
	speaking = language.NewMatcher([]language.Tag{language.Arabic, language.English})
)

// tongueFor is the language of the desk that the browser prefers; Arabic where
// it says nothing of it.
func tongueFor(r *http.Request) *tongue {
	_, i := language.MatchStrings(speaking, r.Header.Get("Accept-Language"))
	return tongues[i]
}

// outcome says in an editor's words how a source's last fetch ended.
func (g *tongue) outcome(o nashra.Outcome, status int, trouble nashra.Trouble) string {
	if o != nashra.OutcomeFailed {
		return g.outcomes[o]
	}
	if words, ok := g.troubles[trouble]; ok && status < http.StatusBadRequest {
		return words
	}
	return g.failure(status)
}

// failure says what the status of a failed fetch most likely means.
func (g *tongue) failure(status int) string {
	if words, ok := g.failures[status]; ok {
		return words
	}
	switch {
	case status >= 500:
		return fmt.Sprintf(g.server, status)
	case status >= 400:
		return fmt.Sprintf(g.refused, status)
	case status >= 300:
		return fmt.Sprintf(g.strange, status)
	}
	return g.unread
}

// span is a length of time as exactly as suits it, in Arabic as it stands after
// «كل» and «منذ».
func (g *tongue) span(d time.Duration) string {
	const day = 24 * time.Hour
	switch d = max(d, time.Minute).Round(time.Minute); {
	case d < time.Hour:
		return g.minute.count(int(d / time.Minute))
	case d < 6*time.Hour && d%time.Hour != 0:
		return g.hour.count(int(d/time.Hour)) + g.and + g.minute.count(int(d%time.Hour/time.Minute))
	case d.Round(time.Hour) < 2*day:
		return g.hour.count(int(d.Round(time.Hour) / time.Hour))
	}
	return g.day.count(int(d.Round(day) / day))
}

// away is how far an instant is from now.
func (g *tongue) away(t, now time.Time) string {
	if t.After(now) {
		return fmt.Sprintf(g.In, g.span(t.Sub(now)))
	}
	return fmt.Sprintf(g.Ago, g.span(now.Sub(t)))
}

// doubts are what the desk should look at in a source's articles.
func (g *tongue) doubts(st nashra.State) []string {
	var list []string
	for _, u := range st.Unmatched {
		if u.Doubtful() {
			list = append(list, fmt.Sprintf(g.Unmatched, u.Key))
		}
	}
	if n := st.Doubts.Suspect; n > 0 {
		list = append(list, fmt.Sprintf(g.Suspects, g.item.count(n)))
	}
	if n := st.Doubts.Partial; n > 0 {
		list = append(list, fmt.Sprintf(g.Partials, g.item.count(n)))
	}
	return list
}

// rereadFailed says why an item stays as it was, by the status of the answer
// that stood in the way; 0: it was something else.
func (g *tongue) rereadFailed(status int) string {
	why := g.NotRead
	switch {
	case status == http.StatusNotFound || status == http.StatusGone:
		why = fmt.Sprintf(g.pageGone, status)
	case status != 0:
		why = g.failure(status)
	}
	return fmt.Sprintf(g.NotReread, why)
}

func (g *tongue) counts(f nashra.Fetch) string {
	return fmt.Sprintf(g.CountsOf, f.New, f.Updated, f.Unchanged)
}

// summary counts the sources, and those in trouble.
func (g *tongue) summary(sources, troubled int) string {
	return fmt.Sprintf(g.Summary, g.source.count(sources), g.trouble.count(troubled))
}

func (g *tongue) pausedBy(who, when string) string { return fmt.Sprintf(g.PausedBy, who, when) }
func (g *tongue) publishesEvery(usual time.Duration) string {
	return fmt.Sprintf(g.PublishesEvery, g.span(usual))
}
func (g *tongue) silentFor(silence time.Duration) string {
	return fmt.Sprintf(g.SilentFor, g.span(silence))
}
func (g *tongue) pageOf(n, of int) string  { return fmt.Sprintf(g.PageOf, n, of) }
func (g *tongue) shortOf(n, of int) string { return fmt.Sprintf(g.Short, n, of) }

func (g *tongue) hiddenBy(who, when string) string { return fmt.Sprintf(g.HiddenBy, who, when) }
