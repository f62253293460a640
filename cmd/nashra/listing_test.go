package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// listed are the rows of sources --json by source, and their order.
func listed(t *testing.T, d *desk) (rows map[string]map[string]any, order []string) {
	t.Helper()
	var list struct{ Sources []map[string]any }
	if err := json.Unmarshal([]byte(d.must(t, "sources", "--json")), &list); err != nil {
		t.Fatal(err)
	}
	rows = map[string]map[string]any{}
	for _, row := range list.Sources {
		id := row["id"].(string)
		rows[id], order = row, append(order, id)
	}
	return rows, order
}

func TestListingTellsRhythmMovesAndWarnings(t *testing.T) {
	var list []article
	for n, a := range append(articles("a"), articles("b")...) {
		a.published = time.Now().Add(-3*time.Hour - time.Duration(n)*20*time.Minute)
		list = append(list, a)
	}
	quiet := newPartner(t, "rss", list...)
	moving := newPartner(t, "rss")
	moving.fail(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, quiet.URL+"/feed", http.StatusMovedPermanently)
	})
	flawed := newPartner(t, "rss", articles("c")...)
	flawed.fail(func(w http.ResponseWriter, _ *http.Request) {
		body, kind := flawed.feed()
		w.Header().Set("Content-Type", kind)
		w.Header().Set("ETag", `"1"`)
		fmt.Fprint(w, "junk before it\n"+string(body))
	})
	d := newDesk(t, fmt.Sprintf(`
  - {id: flawed, name: المعيبة, feed: "%s/feed"}
  - {id: moving, name: المنتقلة, feed: "%s/feed"}
  - {id: quiet, name: الصامتة, feed: "%s/feed", partner: moving}
`, flawed.URL, moving.URL, quiet.URL))
	began := time.Now()
	lines := fetched(t, d.must(t, "fetch", "--json"))
	for id, line := range lines {
		due, err := time.Parse(time.RFC3339, line["next_due"].(string))
		if err != nil || due.Before(began.Add(15*time.Minute*9/10)) || due.After(time.Now().Add(15*time.Minute)) {
			t.Errorf("%s is due in %s, want the interval or up to a tenth less", id, due.Sub(began))
		}
	}
	rows, _ := listed(t, d)
	if row := rows["quiet"]; row["usual_interval_s"] != 1200.0 || row["silent"] != true || row["moved_to"] != "" || row["last_item"] == nil {
		t.Errorf("quiet: %v", row)
	}
	if row := rows["flawed"]; len(row["warnings"].([]any)) == 0 {
		t.Errorf("flawed: %v", row)
	}
	if row := rows["moving"]; row["moved_to"] != "" || len(row["warnings"].([]any)) != 0 {
		t.Errorf("moving: %v", row)
	}
	for range 3 {
		d.must(t, "fetch", "moving")
	}
	if rows, _ = listed(t, d); rows["moving"]["moved_to"] != quiet.URL+"/feed" {
		t.Errorf("moving: %v", rows["moving"])
	}
	if n := moving.requests["/feed"]; n != 3 {
		t.Errorf("the old address was asked %d times, want 3", n)
	}
	table := d.must(t, "sources")
	for _, want := range []string{"every 20m, silent for 3h", "MOVED TO", quiet.URL + "/feed", "1: "} {
		if !strings.Contains(table, want) {
			t.Errorf("the table does not say %q:\n%s", want, table)
		}
	}
	quiet.Close() // the new address dies: the configured one is asked again
	moving.fail(nil)
	expectFetch(t, fetched(t, d.must(t, "fetch", "moving", "--json"))["moving"], "ok", 200, 0, 0, 0)
	if rows, _ = listed(t, d); rows["moving"]["moved_to"] != "" {
		t.Errorf("moving: %v", rows["moving"])
	}
}

func TestGoneAndThrottledAreNoFailureOfFetch(t *testing.T) {
	var status atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7200")
		w.WriteHeader(int(status.Load()))
	}))
	defer server.Close()
	d := newDesk(t, "  - {id: away, name: الراحلة, feed: "+server.URL+"/feed}\n")
	for _, tt := range []struct {
		status, exit int
		outcome      string
		says         string
	}{
		{410, 0, "gone", "gone for good"},
		{429, 0, "throttled", "too often"},
		{503, 0, "throttled", "overloaded"},
		{401, 3, "failed", "password"},
		{403, 3, "failed", "does not let us in"},
		{404, 3, "failed", "knows nothing"},
	} {
		status.Store(int32(tt.status))
		r := d.nashra(t, "fetch", "away", "--json")
		line := fetched(t, r.stdout)["away"]
		expectFetch(t, line, tt.outcome, tt.status, 0, 0, 0)
		if r.status != tt.exit || !strings.Contains(line["error"].(string), tt.says) {
			t.Errorf("%d: exit status %d, want %d; error %q", tt.status, r.status, tt.exit, line["error"])
		}
		due, err := time.Parse(time.RFC3339, line["next_due"].(string))
		if wait := time.Until(due); err != nil || tt.outcome == "throttled" && (wait < 119*time.Minute || wait > 2*time.Hour) {
			t.Errorf("%d: due in %s", tt.status, wait)
		}
	}
}
