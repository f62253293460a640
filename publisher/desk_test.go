package publisher_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"nashra"
	"nashra/publisher"
)

func withLog(w io.Writer) func(*publisher.Config) {
	return func(c *publisher.Config) { c.Logger = slog.New(slog.NewTextHandler(w, nil)) }
}

// troubles fills w with sources in every state.
func troubles(w *world) {
	w.Helper()
	gone, quiet := courier, nile
	gone.ID, gone.Name, gone.Retired = "gone", "مصدر سابق", true
	quiet.ID, quiet.Name = "quiet", "مصدر موقوف"
	w.configure(fikra, nile, courier, gone, quiet)
	w.fetch("fikrafann", meeting())
	w.fetchAs("nile", nashra.State{Outcome: nashra.OutcomeFailed, Status: 403, Error: `fetch source "nile": status 403`, ConsecutiveFailures: 2, Hub: nashra.Hub{URL: "https://hub.example/", Topic: "https://nile.example/rss.xml"}})
	w.fetch("gone", french())
	w.fetch("quiet")
	w.mark(nashra.Mark{Kind: nashra.MarkPause, Source: "quiet", Reason: "صيانة"})
}

// habits fills w with sources that moved, fell silent, went away, or sent what
// had to be mended.
func habits(w *world) {
	w.Helper()
	w.configure(fikra, nile, courier)
	var rhythm nashra.Rhythm
	for n := range 10 {
		rhythm = rhythm.Learn(w.now, w.now.Add(-time.Duration(n)*20*time.Minute-3*time.Hour))
	}
	w.fetchAs("fikrafann", nashra.State{
		Outcome: nashra.OutcomeOK, Status: 200, LastSuccess: w.now, Rhythm: rhythm,
		Move:  nashra.Move{From: nashra.RedactURL(fikra.Feed), To: "https://desk:secret@new.example/feed"},
		Flaws: []string{"3 invalid bytes were replaced"}, Warnings: []string{"a page was not found"},
	})
	w.fetchAs("courier", nashra.State{Outcome: nashra.OutcomeOK, Status: 200, LastSuccess: w.now, Move: nashra.Move{From: "https://before.example/", To: "https://x.example/"}})
	w.fetchAs("nile", nashra.State{Outcome: nashra.OutcomeGone, Status: 410, Error: "gone", Gone: nashra.Gone{Since: w.now.Add(-25 * time.Hour), Times: 3}})
}

func TestTheListingShowsWhatASourceIsUsedTo(t *testing.T) {
	w := newWorld(t)
	habits(w)
	doc := soundPage(t, "/admin/", w.desk("/admin/").ok())
	for _, tt := range []struct{ source, cell, want string }{
		{"fikrafann", ".rhythm", "ينشر عادةً كل 20 دقيقة"},
		{"fikrafann", ".silence", "صامت منذ 3 ساعات على غير عادته"},
		{"fikrafann", ".moved", "انتقلت الخلاصة نهائيًا إلى https://new.example/feed ومنه نجلبها الآن. ضع هذا العنوان في خانة feed من config.yaml."},
		{"fikrafann", ".warnings", "تنبيهان 3 invalid bytes were replaced a page was not found"},
		{"fikrafann", ".outcome", "سليم"},
		{"nile", ".state .gone", "يكرّر الشريك ذلك منذ يوم أو أكثر، فلا نسأل إلا مرة في اليوم. احذف المصدر أو ابحث عن عنوانه الجديد."},
		{"courier", ".rhythm, .silence, .moved, .state .gone, .warnings", ""},
	} {
		cell := doc.Find("#source-" + tt.source).Find(tt.cell)
		var got []string
		cell.Not("details").AddSelection(cell.Find("summary, li")).Each(func(_ int, s *goquery.Selection) { got = append(got, words(s)) })
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s %s says %q, want %q", tt.source, tt.cell, got, tt.want)
		}
	}
	if id, _ := doc.Find(".sources tbody tr").First().Attr("id"); id != "source-nile" {
		t.Errorf("the first row is %s, want the one that is gone", id)
	}
	if got, want := words(doc.Find(".about").First()), "3 مصادر، مصدران متعثران"; got != want {
		t.Errorf("the summary is %q, want %q", got, want)
	}

	r := w.desk("/api/v1/sources").ok()
	var got struct{ Sources []map[string]any }
	if err := json.Unmarshal([]byte(r.body), &got); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(r.body, "secret") || len(got.Sources) != 3 || got.Sources[0]["id"] != "nile" {
		t.Fatalf("got %s", r.body)
	}
	for _, row := range got.Sources {
		want := map[string]any{"usual_interval_s": nil, "last_item": nil, "silent": false, "moved_to": "", "warnings": []any{}}
		if row["id"] == "fikrafann" {
			want = map[string]any{
				"usual_interval_s": 1200.0, "last_item": "2026-11-23T05:00:00Z", "silent": true, "moved_to": "https://new.example/feed",
				"warnings": []any{"3 invalid bytes were replaced", "a page was not found"},
			}
		}
		for key, value := range want {
			if !reflect.DeepEqual(row[key], value) {
				t.Errorf("%s: %s is %v, want %v", row["id"], key, row[key], value)
			}
		}
	}
}

func TestTheListingShowsWhatPagesCameTo(t *testing.T) {
	w := newWorld(t)
	w.configure(fikra, nile)
	body, byline := nashra.Selector{Key: nashra.SelectorBody, CSS: ".entry-content"}, nashra.Selector{Key: nashra.SelectorByline, CSS: ".by"}
	w.fetchAs("fikrafann", nashra.State{
		Outcome: nashra.OutcomeOK, Unmatched: []nashra.Unmatched{{Selector: body, Pages: 5}, {Selector: byline, Pages: 1}},
		Doubts: nashra.Doubts{Pages: 9, Suspect: 2, Partial: 1, Sentences: []string{"an entry looks wrong"}},
	})
	w.fetchAs("nile", nashra.State{Outcome: nashra.OutcomeOK, Doubts: nashra.Doubts{Pages: 3}})
	doc := soundPage(t, "/admin/", w.desk("/admin/").ok())
	want := map[string][]string{"nile": nil, "fikrafann": {
		"لم تعد خانة select تجد شيئًا في صفحاته، ولعل الموقع تغيّر: راجعها في config.yaml",
		"في آخر ما قُرئ من صفحاته خبران بنص لا يُطمأن إليه، فنُشر ما في الخلاصة بدلًا منه",
		"في آخر ما قُرئ من صفحاته خبر واحد بنص ناقص",
	}}
	for source, want := range want {
		var got []string
		doc.Find("#source-" + source + " .doubt").Each(func(_ int, s *goquery.Selection) { got = append(got, words(s)) })
		if !slices.Equal(got, want) {
			t.Errorf("%s\n got %q\nwant %q", source, got, want)
		}
	}

	var got struct{ Sources []map[string]any }
	if err := json.Unmarshal([]byte(w.desk("/api/v1/sources").ok().body), &got); err != nil {
		t.Fatal(err)
	}
	row := got.Sources[0]
	warnings := []any{`select ".entry-content" matched none of the 5 pages read; the bodies were found without it`, "an entry looks wrong"}
	if row["suspect"] != 2.0 || row["partial"] != 1.0 || !reflect.DeepEqual(row["warnings"], warnings) {
		t.Errorf("got %v", row)
	}
}

func TestLengthsOfTimeAreInRightArabic(t *testing.T) {
	const hour, day = time.Hour, 24 * time.Hour
	for usual, want := range map[time.Duration]string{
		20 * time.Second: "كل دقيقة", 2 * time.Minute: "كل دقيقتين", 5 * time.Minute: "كل 5 دقائق", 20 * time.Minute: "كل 20 دقيقة",
		hour - 20*time.Second: "كل ساعة", 90 * time.Minute: "كل ساعة و30 دقيقة", 2 * hour: "كل ساعتين", 5 * hour: "كل 5 ساعات",
		6*hour + 10*time.Minute: "كل 6 ساعات", 24 * hour: "كل 24 ساعة", 2 * day: "كل يومين", 7 * day: "كل 7 أيام", 30 * day: "كل 30 يومًا",
	} {
		w := newWorld(t)
		w.configure(fikra)
		var rhythm nashra.Rhythm
		for n := range 5 {
			rhythm = rhythm.Learn(w.now, w.now.Add(-time.Duration(n)*usual))
		}
		w.fetchAs("fikrafann", nashra.State{Outcome: nashra.OutcomeOK, Rhythm: rhythm})
		if got := words(w.desk("/admin/").ok().html().Find(".rhythm")); got != "ينشر عادةً "+want {
			t.Errorf("%s: got %q, want %q", usual, got, want)
		}
	}
}

func TestTheDeskIsForTheAdminUserOnly(t *testing.T) {
	tests := []struct{ name, user, password string }{
		{"nobody", "", ""}, {"wrong password", "admin", "x"}, {"wrong user", "root", password}, {"no password", "admin", ""},
		{"a longer one", "admin", password + "x"},
	}
	w := newWorld(t)
	newsroom(w)
	for n, path := range []string{"/admin/", "/admin", "/admin/unknown", "/api/v1/sources", "/api/unknown", "/api/", "/api"} {
		w.now = w.now.Add(time.Duration(n) * time.Hour) // nobody is slowed
		for _, tt := range tests {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			if tt.name != "nobody" {
				r.SetBasicAuth(tt.user, tt.password)
			}
			got := w.do(r)
			if got.status != http.StatusUnauthorized || !strings.HasPrefix(got.header.Get("WWW-Authenticate"), "Basic ") {
				t.Errorf("%s, %s: status %d, %q", path, tt.name, got.status, got.header.Get("WWW-Authenticate"))
			}
			if strings.Contains(got.body, fikra.ID) {
				t.Errorf("%s, %s: tells of the sources", path, tt.name)
			}
		}
	}
	w.desk("/admin/").ok()
	w.desk("/api/v1/sources").ok()
	for _, path := range []string{"/admin/unknown", "/api/unknown", "/api/v1/sources/x"} {
		if r := w.desk(path); r.status != http.StatusNotFound {
			t.Errorf("%s answers the admin %d, want 404", path, r.status)
		}
	}
}

func TestWithoutAPasswordThereIsNoDesk(t *testing.T) {
	w := newWorld(t, func(c *publisher.Config) { c.Admin = publisher.Admin{User: "admin"} })
	newsroom(w)
	for _, path := range []string{"/admin/", "/admin", "/api/v1/sources", "/api/"} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.SetBasicAuth("admin", "")
		if got := w.do(r); got.status != http.StatusNotFound {
			t.Errorf("%s answers %d, want 404", path, got.status)
		}
	}
}

func TestTheListingOfSources(t *testing.T) {
	w := newWorld(t)
	troubles(w)
	doc := soundPage(t, "/admin/", w.desk("/admin/").ok())
	tests := []struct {
		source, cell, want string
	}{
		{"fikrafann", "th", "جريدة فكرة فن"},
		{"fikrafann", ".outcome", "سليم"},
		{"fikrafann", ".category", "سياسة"},
		{"fikrafann", ".fetched", "قبل دقيقة"},
		{"fikrafann", ".succeeded", "قبل دقيقة"},
		{"fikrafann", ".counts", "جديد 1، محدّث 0، بلا تغيير 0"},
		{"fikrafann", ".items", "1"},
		{"fikrafann", ".due", "بعد 15 دقيقة"},
		{"nile", ".outcome", "أعاد الموقع 403: يبدو أن الشريك يحجبنا"},
		{"nile", ".code", "failed"},
		{"nile", ".detail", `fetch source "nile": status 403`},
		{"nile", ".succeeded", "لم يحدث بعد"},
		{"courier", ".outcome", "لم يُجلب بعد"},
		{"courier", ".fetched", "لم يحدث بعد"},
		{"courier", ".due", "الآن"},
		{"quiet", ".paused", "أوقفه desk يوم الاثنين 23 نوفمبر 2026، 10:00 ص"},
		{"quiet", ".state", "صيانة"},
		{"quiet", ".due", "لا موعد"},
		{"gone", ".state", "لم نعد نتابع هذا المصدر"},
		{"gone", ".due", "لا موعد"},
	}
	for _, tt := range tests {
		if got := words(doc.Find("#source-" + tt.source + " " + tt.cell)); !strings.Contains(got, tt.want) {
			t.Errorf("%s %s says %q, want %q", tt.source, tt.cell, got, tt.want)
		}
	}
	if got, want := words(doc.Find(".about").First()), "5 مصادر، مصدر واحد متعثر"; got != want {
		t.Errorf("the summary is %q, want %q", got, want)
	}
	if strings.Contains(w.desk("/admin/").body, "secret") {
		t.Error("the page shows a feed's credentials")
	}
}

func TestCountsAreInRightArabic(t *testing.T) {
	for n, want := range map[int]string{
		0: "لا مصادر", 1: "مصدر واحد", 2: "مصدران", 3: "3 مصادر", 10: "10 مصادر", 11: "11 مصدرًا", 99: "99 مصدرًا",
		100: "100 مصدر", 102: "102 مصدر", 103: "103 مصادر",
	} {
		w := newWorld(t)
		var sources []nashra.Source
		for i := range n {
			sources = append(sources, nashra.Source{ID: fmt.Sprintf("s%03d", i), Name: "مصدر", Feed: "https://x.example/"})
		}
		if n > 0 {
			w.configure(sources...)
		}
		if got := words(w.desk("/admin/").ok().html().Find(".about").First()); got != want+"، لا متعثر منها" {
			t.Errorf("%d sources are %q, want %q", n, got, want)
		}
	}
}

func TestTheAPIListsSources(t *testing.T) {
	w := newWorld(t)
	troubles(w)
	r := w.desk("/api/v1/sources").ok()
	if got := r.header.Get("Content-Type"); got != "application/json" {
		t.Errorf("Content-Type %q", got)
	}
	var got struct{ Sources []map[string]any }
	if err := json.Unmarshal([]byte(r.body), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]map[string]any{
		"fikrafann": {
			"id": "fikrafann", "name": "جريدة فكرة فن", "feed": "https://fikra.example/feed", "category": "سياسة", "paused": false,
			"last_fetch": "2026-11-23T08:00:00Z", "last_success": "2026-11-23T08:00:00Z", "outcome": "ok", "http_status": 200.0,
			"error": "", "consecutive_failures": 0.0, "items": 1.0, "next_due": "2026-11-23T08:15:00Z",
			"usual_interval_s": nil, "last_item": nil, "silent": false, "moved_to": "", "suspect": 0.0, "partial": 0.0, "retired": false, "warnings": []any{}, "hub": "",
		},
		"nile": {
			"id": "nile", "name": "وكالة النيل للأنباء", "feed": "https://nile.example/rss.xml", "category": "اقتصاد وأعمال", "paused": false,
			"last_fetch": "2026-11-23T08:00:00Z", "last_success": nil, "outcome": "failed", "http_status": 403.0,
			"error": `fetch source "nile": status 403`, "consecutive_failures": 2.0, "items": 0.0, "next_due": "2026-11-23T08:15:00Z",
			"usual_interval_s": nil, "last_item": nil, "silent": false, "moved_to": "", "suspect": 0.0, "partial": 0.0, "retired": false, "warnings": []any{}, "hub": "https://hub.example/",
		},
		"courier": {
			"id": "courier", "name": "Courier d’Orient", "feed": "https://courier.example/atom", "category": "", "paused": false,
			"last_fetch": nil, "last_success": nil, "outcome": "", "http_status": 0.0,
			"error": "", "consecutive_failures": 0.0, "items": 0.0, "next_due": nil,
			"usual_interval_s": nil, "last_item": nil, "silent": false, "moved_to": "", "suspect": 0.0, "partial": 0.0, "retired": false, "warnings": []any{}, "hub": "",
		},
	}
	rows := map[string]map[string]any{}
	for _, row := range got.Sources {
		rows[row["id"].(string)] = row
	}
	for id, row := range want {
		if !reflect.DeepEqual(rows[id], row) {
			t.Errorf("%s\n got %v\nwant %v", id, rows[id], row)
		}
	}
	if rows["quiet"]["paused"] != true || rows["quiet"]["next_due"] != nil {
		t.Errorf("the paused source is %v", rows["quiet"])
	}
	again := httptest.NewRequest(http.MethodGet, "/api/v1/sources", nil)
	again.SetBasicAuth("admin", password)
	again.Header.Set("If-None-Match", r.header.Get("ETag"))
	if got := w.do(again); got.status != http.StatusNotModified {
		t.Errorf("the same tag gives %d", got.status)
	}
}

func TestTheAPIsErrorsAreProblemDocuments(t *testing.T) {
	w := newWorld(t)
	for path, status := range map[string]int{"/api/unknown": 401, "/api/v1/sources": 401} {
		r := w.get(path)
		var problem struct {
			Type, Title string
			Status      int
		}
		if err := json.Unmarshal([]byte(r.body), &problem); err != nil {
			t.Fatal(err)
		}
		if r.header.Get("Content-Type") != "application/problem+json" || problem.Status != status || problem.Title == "" {
			t.Errorf("%s: %q %+v", path, r.header.Get("Content-Type"), problem)
		}
	}
}

func TestHealthAsksNothingOfTheStore(t *testing.T) {
	w := newWorld(t)
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	if r := w.get("/healthz").ok(); r.body != "ok\n" {
		t.Errorf("got %q", r.body)
	}
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	st := newWorld(t).store
	good := publisher.Site{Name: "نشرة", URL: siteURL}
	change := func(f func(*publisher.Site)) publisher.Config {
		site := good
		f(&site)
		return publisher.Config{Site: site, Store: st}
	}
	tests := []struct {
		name   string
		config publisher.Config
	}{
		{"no store", publisher.Config{Site: good}},
		{"no name", change(func(s *publisher.Site) { s.Name = " " })},
		{"no URL", change(func(s *publisher.Site) { s.URL = "" })},
		{"a URL without a scheme", change(func(s *publisher.Site) { s.URL = "news.example" })},
		{"a URL that is no web address", change(func(s *publisher.Site) { s.URL = "ftp://news.example" })},
		{"a URL with a query", change(func(s *publisher.Site) { s.URL = siteURL + "?x=1" })},
		{"a template that does not parse", change(func(s *publisher.Site) { s.Disclaimer = "{{.Source" })},
		{"a template of an unknown variable", change(func(s *publisher.Site) { s.Disclaimer = "{{.Author}}" })},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := publisher.New(tt.config); err == nil {
				t.Error("no error")
			}
		})
	}
	if _, err := publisher.New(publisher.Config{Site: good, Store: st, Now: time.Now}); err != nil {
		t.Error(err)
	}
}
