package publisher_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"nashra"
	"nashra/publisher"
)

// send posts a form as the admin user.
func (w *world) send(path string, form url.Values) response {
	w.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth("admin", password)
	return w.do(r)
}

// follow is the page to which an action leads.
func (w *world) follow(r response) *goquery.Document {
	w.Helper()
	if r.status != http.StatusSeeOther {
		w.Fatalf("status %d, want 303:\n%s", r.status, r.body)
	}
	return soundDesk(w, r.header.Get("Location"))
}

// soundDesk is a page of the desk that is sound as HTML.
func soundDesk(w *world, path string) *goquery.Document {
	w.Helper()
	doc := w.desk(path).ok().html()
	for selector, want := range map[string]int{"h1": 1, "main": 1, "head title": 1, "style": 0, "[style]": 0, "[onclick]": 0, "link[rel=stylesheet]": 1} {
		if got := doc.Find(selector).Length(); got != want {
			w.Errorf("%s has %d %s, want %d", path, got, selector, want)
		}
	}
	return doc
}

func rows(doc *goquery.Document, selector string) []string {
	var ids []string
	doc.Find(selector).Each(func(_ int, s *goquery.Selection) {
		ids = append(ids, strings.TrimPrefix(s.AttrOr("id", ""), "source-"))
	})
	return ids
}

func TestTheListingIsFilteredSortedAndSearched(t *testing.T) {
	w := newWorld(t)
	troubles(w)
	for query, want := range map[string]string{
		"":                               "nile courier fikrafann gone quiet",
		"?show=failing":                  "nile",
		"?show=paused":                   "quiet",
		"?show=silent":                   "",
		"?q=" + url.QueryEscape("وكاله"): "nile", // folded
		"?q=fikra.example":               "fikrafann",
		"?q=nothing+of+the+kind":         "",
		"?show=unknown&sort=unknown":     "nile courier fikrafann gone quiet",
		"?sort=items":                    "fikrafann gone courier nile quiet",
		"?sort=name":                     "courier fikrafann gone quiet nile",
	} {
		doc := w.desk("/admin/" + query).ok().html()
		if got := strings.Join(rows(doc, ".sources tbody tr"), " "); got != want {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
		if empty := doc.Find(".empty").Length() == 1; empty != (want == "") {
			t.Errorf("%s: it is said that there is nothing: %v", query, empty)
		}
	}
}

func TestALongListingHasPages(t *testing.T) {
	w := newWorld(t)
	var sources []nashra.Source
	for i := range 120 {
		id := "s" + string(rune('a'+i/26)) + string(rune('a'+i%26))
		sources = append(sources, nashra.Source{ID: id, Name: id, Feed: "https://x.example/" + id})
	}
	w.configure(sources...)
	seen := map[string]bool{}
	pages := 0
	for path := "/admin/?sort=name"; path != ""; pages++ {
		doc := soundDesk(w, path)
		for _, id := range rows(doc, ".sources tbody tr") {
			seen[id] = true
		}
		path = doc.Find("a[rel=next]").AttrOr("href", "")
	}
	if len(seen) != 120 || pages != 3 {
		t.Errorf("%d pages show %d sources, want 3 and 120", pages, len(seen))
	}
}

func TestTheChartsShowWhatFetchesCameTo(t *testing.T) {
	w := newWorld(t)
	w.configure(fikra)
	w.fetch("fikrafann", meeting(), hostile())
	w.now = w.now.Add(time.Hour)
	for range 3 {
		w.fetchAs("fikrafann", nashra.State{Outcome: nashra.OutcomeNotModified, Status: 304})
	}
	w.fetchAs("fikrafann", nashra.State{Outcome: nashra.OutcomeFailed, Status: 500})
	row := w.desk("/admin/").ok().html().Find("#source-fikrafann")
	var kinds []string
	row.Find(".health rect").Each(func(_ int, s *goquery.Selection) { kinds = append(kinds, s.AttrOr("class", "")) })
	if got, want := strings.Join(kinds, " "), "ok not_modified not_modified not_modified failed"; got != want {
		t.Errorf("bars are %s, want %s", got, want)
	}
	if got, want := row.Find(".health svg").AttrOr("aria-label", ""), "آخر 5 جلبًا: جاء بجديد 1، بلا جديد 3، أخفق 1"; got != want {
		t.Errorf("the chart says %q, want %q", got, want)
	}
	if got := row.Find(".days rect").Length(); got != 14 {
		t.Errorf("%d days, want 14", got)
	}
	if got, want := row.Find(".days svg").AttrOr("aria-label", ""), "الأخبار الجديدة في آخر 14 يومًا: 2، وأكثرها في يوم 2"; got != want {
		t.Errorf("the days say %q, want %q", got, want)
	}
}

func TestTheDeskSpeaksTheBrowsersLanguage(t *testing.T) {
	w := newWorld(t)
	troubles(w)
	for accept, want := range map[string]string{"": "ar", "ar-EG,en;q=0.5": "ar", "en-GB,en;q=0.9": "en", "fr": "ar", "en;q=0.3,ar;q=0.8": "ar", "*": "ar", "\x00;;q": "ar"} {
		r := httptest.NewRequest(http.MethodGet, "/admin/", nil)
		r.SetBasicAuth("admin", password)
		r.Header.Set("Accept-Language", accept)
		got := w.do(r).ok()
		if lang := got.html().Find("html").AttrOr("lang", ""); lang != want || got.header.Get("Vary") == "" {
			t.Errorf("%q: the desk speaks %s, want %s; Vary %q", accept, lang, want, got.header.Get("Vary"))
		}
	}
}

func TestAnItemIsHiddenAndShownAgain(t *testing.T) {
	w := newWorld(t)
	id := newsroom(w)
	doc := soundDesk(w, "/admin/item/"+id)
	if doc.Find("form[action$='/hide'] input[name=reason][required]").Length() != 1 || doc.Find("form[action$='/restore']").Length() != 0 {
		t.Error("an item that is shown does not offer to hide it")
	}
	if r := w.send("/admin/item/"+id+"/hide", url.Values{"reason": {"  "}}); r.status != http.StatusBadRequest {
		t.Errorf("without a reason: status %d", r.status)
	}
	doc = w.follow(w.send("/admin/item/"+id+"/hide", url.Values{"reason": {"طلب الشريك"}}))
	if got := words(doc.Find(".notice")); !strings.Contains(got, "حُجب الخبر") || !strings.Contains(words(doc.Find("main")), "طلب الشريك") {
		t.Errorf("after hiding: %s", got)
	}
	for _, path := range []string{"/item/" + id, "/", "/feed.xml", "/atom.xml", "/feed.json", "/source/fikrafann"} {
		r := w.get(path)
		if path == "/item/"+id && r.status != http.StatusGone || strings.Contains(r.body, meeting().Title) {
			t.Errorf("%s still shows the hidden item, status %d", path, r.status)
		}
	}
	if got := soundDesk(w, "/admin/items?show=hidden").Find("#item-" + id); got.Length() != 1 {
		t.Error("it is not among the hidden ones")
	}
	w.follow(w.send("/admin/item/"+id+"/restore", nil))
	w.get("/item/" + id).ok()
	log := soundDesk(w, "/admin/log")
	var did []string
	log.Find(".log tbody tr").Each(func(_ int, s *goquery.Selection) { did = append(did, words(s.Find("td").Slice(1, 5))) })
	if len(did) != 2 || !strings.Contains(did[0], "أعاد نشر الخبر") || !strings.Contains(did[1], "حجب الخبر") || !strings.Contains(did[1], "طلب الشريك") || !strings.Contains(did[1], "admin") {
		t.Errorf("the log says %q", did)
	}
}

func TestASourceIsPausedResumedAndFetched(t *testing.T) {
	w := newWorld(t)
	newsroom(w)
	doc := w.follow(w.send("/admin/source/nile/pause", url.Values{"reason": {"صيانة"}}))
	if !strings.Contains(words(doc.Find(".state")), "صيانة") || doc.Find("form[action$='/resume']").Length() != 1 || doc.Find("form[action$='/fetch']").Length() != 0 {
		t.Errorf("a paused source shows %s", words(doc.Find(".state")))
	}
	doc = w.follow(w.send("/admin/source/nile/resume", nil))
	if doc.Find("form[action$='/fetch']").Length() != 1 {
		t.Error("a resumed source does not offer to fetch it")
	}
	w.fetched = func(_ context.Context, source string) (nashra.Fetch, error) {
		w.fetchAs(source, nashra.State{Outcome: nashra.OutcomeFailed, Status: 500})
		return nashra.Fetch{Source: source, Outcome: nashra.OutcomeFailed}, nil
	}
	doc = w.follow(w.send("/admin/source/nile/fetch", nil))
	if got := words(doc.Find(".fetches tbody tr").First()); !strings.Contains(got, "500") {
		t.Errorf("the first fetch is %q", got)
	}
	if words(doc.Find(".notice")) == "" {
		t.Error("nothing is said of the fetch")
	}
	for _, path := range []string{"/admin/source/unknown", "/admin/item/unknown"} {
		if r := w.desk(path); r.status != http.StatusNotFound {
			t.Errorf("%s: status %d", path, r.status)
		}
	}
	if r := w.send("/admin/source/unknown/pause", nil); r.status != http.StatusNotFound {
		t.Errorf("an unknown source: status %d", r.status)
	}
}

func TestASourcesPageShowsItsFetchesItemsAndSettings(t *testing.T) {
	w := newWorld(t, func(c *publisher.Config) {
		c.Settings = func(id string) []nashra.Setting {
			return []nashra.Setting{{Key: "every", Value: "10m0s", From: "fetch.every", Line: 7}, {Key: "limit", Value: "50"}}
		}
	})
	troubles(w)
	doc := soundDesk(w, "/admin/source/nile")
	if got := words(doc.Find(".fetches tbody tr").First()); !strings.Contains(got, "أعاد الموقع 403") || !strings.Contains(got, "403") {
		t.Errorf("the fetch is %q", got)
	}
	settings := words(doc.Find(".settings tbody"))
	for _, want := range []string{"every 10m0s fetch.every، السطر 7", "limit 50 القيمة المعتادة"} {
		if !strings.Contains(strings.ReplaceAll(settings, ",", "،"), want) {
			t.Errorf("settings are %q, want %q in them", settings, want)
		}
	}
	if got := soundDesk(w, "/admin/source/fikrafann").Find(".items tbody tr").Length(); got != 1 {
		t.Errorf("%d items, want 1", got)
	}
}

func TestARecordOfAFetchShowsWhatItBroughtAndItsLogLine(t *testing.T) {
	w := newWorld(t)
	w.configure(fikra)
	first, second := meeting(), meeting()
	second.Link, second.Title = first.Link+"/2", "خبر ثانٍ"
	w.fetch("fikrafann", first)
	w.now = w.now.Add(time.Hour)
	first.Title = "عنوان مصحح"
	w.fetch("fikrafann", first, second)
	records := soundDesk(w, "/admin/source/fikrafann").Find(".fetches tbody tr")
	var got []string
	for i := range records.Length() {
		got = append(got, words(records.Eq(i).Find(".brought")))
	}
	if len(got) != 2 || got[0] != "ما جدّخبر ثانٍما تغيّرعنوان مصحح" || got[1] != "ما جدّعنوان مصحح" {
		t.Errorf("the records show %q", got)
	}
	const line = `time=2026-11-23T09:00:00.000Z level=INFO msg="source fetched" source=fikrafann outcome=ok status=200 duration=0s new=1 updated=1 unchanged=0`
	if got := words(records.First().Find(".line code")); got != line {
		t.Errorf("the line is %s, want %s", got, line)
	}
}

func TestAnItemsHistoryShowsItsWords(t *testing.T) {
	w := newWorld(t)
	w.configure(fikra)
	first := meeting()
	id := w.fetch("fikrafann", first)[0]
	changed := first
	changed.HTML = strings.Replace(first.HTML, "الوزير", "الرئيس", 1)
	changed.Title = first.Title + " اليوم"
	if changed.HTML == first.HTML {
		changed.HTML += "<p>فقرة جديدة تمامًا</p>"
	}
	w.now = w.now.Add(time.Hour)
	w.fetch("fikrafann", changed)
	doc := soundDesk(w, "/admin/item/"+id)
	revision := doc.Find(".revisions li")
	if revision.Length() != 1 || !strings.Contains(words(revision.Find("h3")), "الشريك") || words(revision.Find("b ins")) != "اليوم" || revision.Find(".diff ins").Length() == 0 {
		t.Errorf("the history is %s", words(doc.Find(".revisions")))
	}
	if got := doc.Find(".body script, .body [onerror]").Length(); got != 0 {
		t.Error("the body brings scripts")
	}
}

func TestAnItemsHistoryHasEachChangeByItself(t *testing.T) {
	w := newWorld(t)
	w.configure(fikra)
	c, id := meeting(), ""
	for _, title := range []string{"أول", "ثانٍ", "ثالث"} {
		c.Title = title
		id = w.fetch("fikrafann", c)[0]
		w.now = w.now.Add(time.Hour)
	}
	changes := w.desk("/admin/item/" + id).ok().html().Find(".revisions li")
	if changes.Length() != 2 {
		t.Fatalf("%d changes, want 2", changes.Length())
	}
	for i, want := range []string{"ثانٍ > ثالث", "أول > ثانٍ"} {
		li := changes.Eq(i)
		if got := words(li.Find("b del")) + " > " + words(li.Find("b ins")); got != want {
			t.Errorf("change %d from the newest: %s, want %s", i, got, want)
		}
	}
}

func TestNoOtherSiteActsForTheDesk(t *testing.T) {
	w := newWorld(t)
	id := newsroom(w)
	for _, path := range []string{
		"/admin/item/" + id + "/hide", "/admin/item/" + id + "/restore",
		"/admin/source/nile/fetch", "/admin/source/nile/pause", "/admin/source/nile/resume",
		"/api/v1/items/" + id + "/hide", "/api/v1/items/" + id + "/restore",
		"/api/v1/sources/nile/fetch", "/api/v1/sources/nile/pause", "/api/v1/sources/nile/resume",
	} {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader("reason=x"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.SetBasicAuth("admin", password)
		if got := w.do(r); got.status != http.StatusForbidden {
			t.Errorf("%s: status %d, want 403", path, got.status)
		}
	}
	w.get("/item/" + id).ok()
}

func TestTheDesksErrorsAreInItsLanguage(t *testing.T) {
	w := newWorld(t)
	newsroom(w)
	for _, tt := range []struct {
		name, method, path, language string
		status                       int
		title, detail                string
	}{
		{"no such source", http.MethodGet, "/admin/source/nobody", "en", 404, "There is nothing at this address", ""},
		{"no such page", http.MethodGet, "/admin/nothing", "ar", 404, "لا صفحة بهذا العنوان", ""},
		{"no reason", http.MethodPost, "/admin/item/" + w.fetch("nile", meeting())[0] + "/hide", "en", 400, "The request was not understood", "reason"},
		{"a source that is gone", http.MethodPost, "/admin/source/nile/try", "ar", 409, "لا يمكن ذلك الآن", "gone from the configuration"},
	} {
		r := httptest.NewRequest(tt.method, tt.path, nil)
		r.Header.Set("Accept-Language", tt.language)
		r.SetBasicAuth("admin", password)
		got := w.do(r)
		doc := got.html()
		if got.status != tt.status || words(doc.Find("h1")) != tt.title || !strings.Contains(words(doc.Find(".detail")), tt.detail) {
			t.Errorf("%s: %d %q %q", tt.name, got.status, words(doc.Find("h1")), words(doc.Find(".detail")))
		}
		if doc.Find(`nav a[href$="/admin/"]`).Length() == 0 || doc.Find("html").AttrOr("lang", "") != tt.language {
			t.Errorf("%s: it is no page of the desk in %s", tt.name, tt.language)
		}
	}
	if doc := w.get("/admin/nothing").html(); doc.Find(`nav a[href$="/admin/log"]`).Length() != 0 {
		t.Error("who is not let in is shown the desk")
	}
}
