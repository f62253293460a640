package publisher_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nashra"
)

// post asks as the admin user.
func (w *world) post(path, body string) response {
	w.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.SetBasicAuth("admin", password)
	return w.do(r)
}

// object is an answer in JSON.
func (r response) object() map[string]any {
	r.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(r.body), &v); err != nil {
		r.Fatalf("status %d, %v:\n%s", r.status, err, r.body)
	}
	return v
}

// problem checks that an answer is a problem document for status and gives its
// detail.
func (r response) problem(status int) string {
	r.Helper()
	if r.status != status || r.header.Get("Content-Type") != "application/problem+json" {
		r.Fatalf("status %d, %s; want the problem %d:\n%s", r.status, r.header.Get("Content-Type"), status, r.body)
	}
	o := r.object()
	if o["status"] != float64(status) || o["title"] != http.StatusText(status) || o["type"] != "about:blank" {
		r.Errorf("the problem %d is %s", status, r.body)
	}
	detail, _ := o["detail"].(string)
	return detail
}

// titles are the titles of a list of items.
func titles(t *testing.T, o map[string]any) []string {
	t.Helper()
	got := []string{}
	for _, row := range o["items"].([]any) {
		got = append(got, row.(map[string]any)["title"].(string))
	}
	return got
}

func TestTheAPIShowsASource(t *testing.T) {
	w := newWorld(t)
	troubles(w)
	var list struct{ Sources []map[string]any }
	if err := json.Unmarshal([]byte(w.desk("/api/v1/sources").ok().body), &list); err != nil {
		t.Fatal(err)
	}
	for _, row := range list.Sources {
		one := w.desk("/api/v1/sources/" + row["id"].(string)).ok()
		if got, want := fmt.Sprint(one.object()), fmt.Sprint(row); got != want {
			t.Errorf("alone\n %s\nin the list\n %s", got, want)
		}
		if again := w.do(func() *http.Request {
			r := httptest.NewRequest(http.MethodGet, "/api/v1/sources/"+row["id"].(string), nil)
			r.SetBasicAuth("admin", password)
			r.Header.Set("If-None-Match", one.header.Get("ETag"))
			return r
		}()); again.status != http.StatusNotModified {
			t.Errorf("an unchanged source answers %d", again.status)
		}
	}
	w.desk("/api/v1/sources/nobody").problem(http.StatusNotFound)
}

func TestTheAPIListsFetches(t *testing.T) {
	w := newWorld(t)
	troubles(w)
	w.now = w.now.Add(time.Hour)
	w.fetch("fikrafann", meeting(), hostile())
	rows := w.desk("/api/v1/sources/fikrafann/fetches").ok().object()["fetches"].([]any)
	if len(rows) != 2 {
		t.Fatalf("%d fetches, want 2", len(rows))
	}
	row := rows[0].(map[string]any)
	for key, want := range map[string]any{
		"source": "fikrafann", "outcome": "ok", "http_status": 200.0, "new": 1.0, "updated": 0.0, "unchanged": 1.0, "error": "", "duration_ms": 0.0,
		"next_due": "2026-11-23T09:15:00Z", "at": "2026-11-23T09:00:00Z", "bytes": 0.0, "entries": 2.0, "delivered": false, "count": 1.0, "first": nil,
	} {
		if row[key] != want {
			t.Errorf("%s is %v, want %v", key, row[key], want)
		}
	}
	if rows := w.desk("/api/v1/sources/fikrafann/fetches?limit=1").ok().object()["fetches"].([]any); len(rows) != 1 {
		t.Errorf("%d fetches, want 1", len(rows))
	}
	if rows := w.desk("/api/v1/sources/courier/fetches").ok().object()["fetches"].([]any); len(rows) != 0 {
		t.Errorf("a source that was never fetched has %v", rows)
	}
	w.desk("/api/v1/sources/nobody/fetches").problem(http.StatusNotFound)
}

func TestTheAPIFetchesNow(t *testing.T) {
	w := newWorld(t)
	troubles(w)
	asked := ""
	w.fetched = func(_ context.Context, source string) (nashra.Fetch, error) {
		asked = source
		return nashra.Fetch{Source: source, Outcome: nashra.OutcomeOK, Status: 200, New: 2, Duration: 1500 * time.Millisecond, NextDue: w.now}, nil
	}
	got := w.post("/api/v1/sources/nile/fetch", "").ok().object()
	want := map[string]any{
		"source": "nile", "outcome": "ok", "http_status": 200.0, "new": 2.0, "updated": 0.0, "unchanged": 0.0, "error": "", "duration_ms": 1500.0, "next_due": "2026-11-23T08:00:00Z",
	}
	if asked != "nile" || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("asked for %q, got %v, want %v", asked, got, want)
	}

	asked = ""
	w.post("/api/v1/sources/nobody/fetch", "").problem(http.StatusNotFound)
	if detail := w.post("/api/v1/sources/gone/fetch", "").problem(http.StatusConflict); !strings.Contains(detail, `"gone"`) {
		t.Errorf("a source that is gone from the configuration: %q", detail)
	}
	if r := w.desk("/api/v1/sources/nile/fetch"); r.problem(http.StatusMethodNotAllowed) != "" || r.header.Get("Allow") != "POST, OPTIONS" {
		t.Errorf("GET is answered with Allow %q", r.header.Get("Allow"))
	}
	if asked != "" {
		t.Errorf("%q was fetched", asked)
	}
	w.fetched = func(context.Context, string) (nashra.Fetch, error) {
		return nashra.Fetch{}, fmt.Errorf("cycle: %w", nashra.ErrNetwork)
	}
	w.post("/api/v1/sources/nile/fetch", "").problem(http.StatusServiceUnavailable)
}

func TestAFetchThatTakesLongIsAccepted(t *testing.T) {
	w := newWorld(t)
	troubles(w)
	synctest.Test(t, func(t *testing.T) {
		w.fetched = func(ctx context.Context, _ string) (nashra.Fetch, error) {
			<-ctx.Done()
			return nashra.Fetch{}, ctx.Err()
		}
		r := httptest.NewRequest(http.MethodPost, "/api/v1/sources/nile/fetch", nil)
		r.SetBasicAuth("admin", password)
		recorder := httptest.NewRecorder()
		w.server.ServeHTTP(recorder, r)
		if recorder.Code != http.StatusAccepted || recorder.Header().Get("Location") != "/api/v1/sources/nile/fetches" {
			t.Errorf("status %d, Location %q", recorder.Code, recorder.Header().Get("Location"))
		}
	})
}

func TestTheAPIPausesAndResumes(t *testing.T) {
	w := newWorld(t)
	troubles(w)
	if row := w.post("/api/v1/sources/nile/pause", `{"reason": "صيانة"}`).ok().object(); row["paused"] != true || row["next_due"] != nil {
		t.Errorf("paused: %v", row)
	}
	status, err := w.store.Source(t.Context(), "nile")
	if err != nil {
		t.Fatal(err)
	}
	if p := status.Pause; p == nil || p.By != "admin" || p.Reason != "صيانة" {
		t.Errorf("the mark is %+v, want it by admin with its reason", p)
	}
	if row := w.post("/api/v1/sources/nile/resume", "").ok().object(); row["paused"] != false {
		t.Errorf("resumed: %v", row)
	}
	w.post("/api/v1/sources/nobody/pause", "").problem(http.StatusNotFound)
}

func TestTheAPIListsItems(t *testing.T) {
	w := newWorld(t)
	id := newsroom(w)
	w.mark(nashra.Mark{Kind: nashra.MarkHide, Article: id, Reason: "طلب الشريك"})
	all := titles(t, w.desk("/api/v1/items").ok().object())
	if len(all) != 11 {
		t.Fatalf("%d items: %q", len(all), all)
	}
	nth := func(n int) string {
		return fmt.Sprintf("البورصة المصرية تغلق على ارتفاع للجلسة رقم %d", n)
	}
	for _, tt := range []struct {
		query string
		want  []string
	}{
		{"?source=fikrafann", []string{meeting().Title}},
		{"?source=courier", []string{french().Title}},
		{"?category=" + url.QueryEscape("سياسة"), []string{meeting().Title}},
		{"?category=" + url.QueryEscape("سياسه"), []string{meeting().Title}},
		{"?source=fikrafann&category=" + url.QueryEscape("سياسة"), []string{meeting().Title}},
		{"?source=nile&category=" + url.QueryEscape("سياسة"), []string{}},
		{"?hidden=true", []string{meeting().Title}},
		{"?hidden=true&source=nile", []string{}},
		{"?hidden=false&limit=1000", slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == meeting().Title })},
		{"?source=nile&since=2026-11-22T17:00:00Z", []string{nth(1), nth(2)}},
		{"?source=nile&since=2026-11-23", []string{}},
		{"?since=2026-11-24", []string{}},
		{"?limit=2", all[:2]},
	} {
		if got := titles(t, w.desk("/api/v1/items"+tt.query).ok().object()); !slices.Equal(got, tt.want) {
			t.Errorf("%s\n got %q\nwant %q", tt.query, got, tt.want)
		}
	}
	row := w.desk("/api/v1/items?hidden=true").ok().object()["items"].([]any)[0]
	want := map[string]any{
		"id": id, "source": "fikrafann", "title": meeting().Title, "link": meeting().Link, "published": "2026-11-23T06:30:00Z", "first_seen": "2026-11-23T08:00:00Z", "hidden": true,
	}
	if fmt.Sprint(row) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", row, want)
	}
	w.desk("/api/v1/items?source=nobody").problem(http.StatusNotFound)
	w.desk("/api/v1/items?category=nothing").problem(http.StatusNotFound)
	for _, query := range []string{"limit=0", "limit=x", "limit=1001", "since=yesterday", "hidden=maybe", "sources=nile", "limit=1&limit=2", "next=%zz"} {
		if detail := w.desk("/api/v1/items?" + query).problem(http.StatusBadRequest); detail == "" {
			t.Errorf("%s is refused without a word", query)
		}
	}
}

func TestPagesOfItemsHoldEachOnce(t *testing.T) {
	w := newWorld(t)
	id := newsroom(w)
	w.mark(nashra.Mark{Kind: nashra.MarkHide, Article: id, Reason: "x"})
	for _, filter := range []string{"", "&hidden=false", "&hidden=true", "&source=nile"} {
		want := titles(t, w.desk("/api/v1/items?limit=1000"+filter).ok().object())
		for _, limit := range []int{1, 2, 3, 4} {
			var got []string
			next := ""
			for {
				page := w.desk(fmt.Sprintf("/api/v1/items?limit=%d&next=%s%s", limit, next, filter)).ok().object()
				got = append(got, titles(t, page)...)
				if page["next"] == nil {
					break
				}
				next = page["next"].(string)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s in pages of %d\n got %q\nwant %q", filter, limit, got, want)
			}
		}
	}
	first := w.desk("/api/v1/items?limit=1").ok().object()["next"].(string)
	w.desk("/api/v1/items?source=nile&next=" + first).problem(http.StatusBadRequest)
	w.desk("/api/v1/items?next=x").problem(http.StatusBadRequest)
}

func TestTheAPIShowsAnItem(t *testing.T) {
	w := newWorld(t)
	id := newsroom(w)
	w.now = w.now.Add(time.Hour)
	revised := meeting()
	revised.Title = "عنوان جديد"
	w.fetch("fikrafann", revised)
	r := w.desk("/api/v1/items/" + id).ok()
	got := r.object()
	for key, want := range map[string]any{
		"id": id, "title": "عنوان جديد", "byline": revised.Byline, "html": revised.HTML, "hidden": false, "revisions": 1.0, "revision": 1.0, "cause": "partner",
		"page": siteURL + "/item/" + id, "first_seen": "2026-11-23T08:00:00Z", "revised": "2026-11-23T09:00:00Z", "method": revised.Method,
	} {
		if got[key] != want {
			t.Errorf("%s is %v, want %v", key, got[key], want)
		}
	}
	if text := got["text"].(string); !strings.HasPrefix(text, "القاهرة - استقبلت") || strings.Contains(text, "<") {
		t.Errorf("the text is %q", text)
	}
	if marks := got["marks"].(map[string]any); marks["hidden"] != nil {
		t.Errorf("marks: %v", marks)
	}
	if credit := got["credit"].(map[string]any); credit["link"] != revised.Credit.Link {
		t.Errorf("credit: %v", credit)
	}
	w.desk("/api/v1/items/" + strings.Repeat("a", 26)).problem(http.StatusNotFound)
	w.desk("/api/v1/items/x").problem(http.StatusNotFound)
}

func TestTheAPIHidesAndRestores(t *testing.T) {
	w := newWorld(t)
	id := newsroom(w)
	path := "/api/v1/items/" + id
	before := w.desk(path).ok().header.Get("ETag")
	got := w.post(path+"/hide", `{"reason": " طلب الشريك "}`).ok().object()
	hidden, _ := got["marks"].(map[string]any)["hidden"].(map[string]any)
	if got["hidden"] != true || hidden["by"] != "admin" || hidden["reason"] != "طلب الشريك" {
		t.Errorf("hidden: %v", got)
	}
	if r := w.get("/item/" + id); r.status != http.StatusGone {
		t.Errorf("its page answers %d, want 410", r.status)
	}
	if r := w.get("/feed.xml"); strings.Contains(r.body, id) {
		t.Error("it is in the feed")
	}
	if r := w.desk(path).ok(); r.header.Get("ETag") == before {
		t.Error("it has the ETag of before")
	}
	if got := w.post(path+"/restore", "").ok().object(); got["hidden"] != false {
		t.Errorf("restored: %v", got)
	}
	w.get("/item/" + id).ok()
	w.post("/api/v1/items/"+strings.Repeat("a", 26)+"/hide", `{"reason": "x"}`).problem(http.StatusNotFound)
	w.apply(nashra.Batch{Removes: []nashra.Remove{{Article: id, Reason: "x", Purge: true}}})
	w.post(path+"/restore", "").problem(http.StatusGone)
	w.desk(path).problem(http.StatusGone)
}

func TestUnusableBodiesChangeNothing(t *testing.T) {
	w := newWorld(t)
	id := newsroom(w)
	path := "/api/v1/items/" + id + "/hide"
	for _, tt := range []struct {
		name, body string
		status     int
	}{
		{"none", "", http.StatusBadRequest},
		{"no reason", "{}", http.StatusBadRequest},
		{"an empty reason", `{"reason": "  "}`, http.StatusBadRequest},
		{"an unknown field", `{"reason": "x", "why": "y"}`, http.StatusBadRequest},
		{"another type", `{"reason": 5}`, http.StatusBadRequest},
		{"no object", `"x"`, http.StatusBadRequest},
		{"two values", `{"reason": "x"} {}`, http.StatusBadRequest},
		{"broken", `{"reason": "x"`, http.StatusBadRequest},
		{"a long reason", `{"reason": "` + strings.Repeat("س", 1001) + `"}`, http.StatusBadRequest},
		{"a huge body", `{"reason": "` + strings.Repeat("x", 70<<10) + `"}`, http.StatusRequestEntityTooLarge},
	} {
		if r := w.post(path, tt.body); r.status != tt.status {
			t.Errorf("%s: status %d, want %d: %s", tt.name, r.status, tt.status, r.body)
		} else {
			r.problem(tt.status)
		}
	}
	if got := w.desk("/api/v1/items/" + id).ok().object(); got["hidden"] != false {
		t.Errorf("it is hidden: %v", got["marks"])
	}
}

func TestWhatIsOurFaultIsToldToTheLogAlone(t *testing.T) {
	var log strings.Builder
	w := newWorld(t, withLog(&log))
	newsroom(w)
	w.fetched = func(context.Context, string) (nashra.Fetch, error) {
		return nashra.Fetch{}, errors.New("disk 7 is on fire")
	}
	if r := w.post("/api/v1/sources/nile/fetch", ""); r.problem(http.StatusInternalServerError) != "" || strings.Contains(r.body, "fire") {
		t.Errorf("the answer tells: %s", r.body)
	}
	if !strings.Contains(log.String(), "disk 7 is on fire") {
		t.Errorf("the log does not: %s", log.String())
	}
}
