package publisher_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"nashra"
)

// trying posts a form of the page where extraction is tried.
func (w *world) trying(source string, form url.Values) response {
	w.Helper()
	r := httptest.NewRequest(http.MethodPost, "/admin/source/"+source+"/try", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept-Language", "en")
	r.SetBasicAuth("admin", password)
	return w.do(r)
}

// triedOut is what trying newsroom's nile comes to.
var triedOut = nashra.Trial{
	Lines: "select: \"div#story\"\n",
	Feed:  nashra.Fetch{Outcome: nashra.OutcomeOK, Status: 200},
	Entries: []nashra.Tried{
		{
			Entry:       nashra.Entry{Title: "افتتاح <script>alert(1)</script>", Link: "https://nile.example/1", Summary: "<p>أول الخبر</p>"},
			Content:     &nashra.Content{Title: "افتتاح المكتبة", HTML: "<p>أول الخبر وآخره</p>", Method: "select", Byline: "سلمى", Direction: "rtl"},
			Unmatched:   []string{"select_date"},
			Explanation: nashra.Explanation{Tried: []nashra.Attempt{{Way: "select", Result: "found"}}, Candidates: []nashra.Candidate{{Element: "div#main.text", Text: "أول الخبر"}, {Element: "div#cut…"}}, Dropped: []nashra.Dropped{{Rule: "named as furniture", Text: "شارك"}}},
		},
		{Entry: nashra.Entry{Title: "صفحة بلا خبر"}, Error: "no article"},
	},
}

func TestATrialStandsBesideTheFeed(t *testing.T) {
	w := newWorld(t)
	newsroom(w)
	w.selectors = map[string]string{"content": "auto", "select": ".old", "remove": ".ads\n.more"}
	form := w.desk("/admin/source/nile/try").ok().html()
	if got := form.Find("input[name=select]").AttrOr("value", ""); got != ".old" {
		t.Errorf("the form has select %q", got)
	}
	if got := form.Find("textarea[name=remove]").Text(); got != ".ads\n.more" {
		t.Errorf("the form has remove %q", got)
	}
	var asked map[string]string
	w.tried = func(_ context.Context, settings map[string]string) (nashra.Trial, error) {
		asked = settings
		return triedOut, nil
	}
	doc := w.trying("nile", url.Values{"select": {"div#story"}, "content": {"page"}}).ok().html()
	if asked["select"] != "div#story" || asked["content"] != "page" {
		t.Errorf("asked to try %v", asked)
	}
	for selector, want := range map[string]string{
		"pre":                                `select: "div#story"`,
		".trial:nth-of-type(1) h2":           "افتتاح <script>alert(1)</script>",
		".trial:nth-of-type(1) .quote":       "أول الخبر",
		".trial:nth-of-type(1) .body":        "أول الخبر وآخره",
		".trial:nth-of-type(1) p.doubt":      "Matches nothing on this page: select_date",
		".trial:nth-of-type(2) p.doubt":      "no article No article was extracted.",
		".trial:nth-of-type(1) details > ol": "select of config.yaml select: has the text div#main.text أول الخبر Try this div#main.text",
	} {
		found := doc.Find(selector)
		var got []string
		for i := range found.Length() {
			got = append(got, words(found.Eq(i)))
		}
		if joined := strings.Join(got, " "); joined != want {
			t.Errorf("%s: got %q, want %q", selector, joined, want)
		}
	}
	if n := doc.Find(`button[name=use]`).Length(); n != 1 {
		t.Errorf("%d elements are offered, want the one that is whole", n)
	}
	w.trying("nile", url.Values{"select": {"div#story"}, "use": {"div#main.text"}}).ok()
	if asked["select"] != "div#main.text" {
		t.Errorf("the element that was offered is not what is tried: %v", asked)
	}
}

func TestATrialThatCannotBeMadeSaysWhy(t *testing.T) {
	w := newWorld(t)
	newsroom(w)
	w.tried = func(context.Context, map[string]string) (nashra.Trial, error) {
		return nashra.Trial{Problems: []string{`select: selector "div[": expected identifier`}}, nil
	}
	if got := w.trying("nile", url.Values{}); got.status != http.StatusConflict {
		t.Errorf("of a source that is gone from config.yaml: %d", got.status)
	}
	w.selectors = map[string]string{"select": ".old"}
	doc := w.trying("nile", url.Values{"select": {"div["}}).ok().html()
	if got := words(doc.Find(".notice.failed")); !strings.Contains(got, "expected identifier") || doc.Find(".trial").Length() > 0 {
		t.Errorf("the page says %q", got)
	}
	if got := doc.Find("input[name=select]").AttrOr("value", ""); got != "div[" {
		t.Errorf("what was tried is gone from the form: %q", got)
	}
	w.tried = func(context.Context, map[string]string) (nashra.Trial, error) {
		return nashra.Trial{Feed: nashra.Fetch{Outcome: nashra.OutcomeFailed, Status: 403, Error: "status 403"}}, nil
	}
	if got := words(w.trying("nile", url.Values{}).ok().html().Find(".notice.failed")); got != "the site answered 403: the partner seems to block us" {
		t.Errorf("the page says %q", got)
	}
	w.tried = func(context.Context, map[string]string) (nashra.Trial, error) {
		return nashra.Trial{}, fmt.Errorf("try: %w", nashra.ErrBusy)
	}
	if got := w.trying("nile", url.Values{}); got.status != http.StatusTooManyRequests {
		t.Errorf("while another trial is made: %d", got.status)
	}
}
