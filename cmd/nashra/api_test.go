package main_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// ask makes a request of the API as the admin user.
func (d *desk) ask(t *testing.T, method, path, body string) (status int, answer map[string]any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://"+d.listen+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth("admin", password)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &answer); err != nil {
		t.Fatalf("%s %s answers %d, %v: %s", method, path, resp.StatusCode, err, data)
	}
	return resp.StatusCode, answer
}

func TestTheDeskWorksOverTheAPI(t *testing.T) {
	rss := newPartner(t, "rss", articles("fikra")...)
	d := newDesk(t, fmt.Sprintf("  - {id: fikrafann, name: جريدة فكرة فن, feed: %s/feed}\n", rss.URL))
	server := d.serve(t, "--no-schedule")
	defer server.stop(t)

	status, fetch := d.ask(t, http.MethodPost, "/api/v1/sources/fikrafann/fetch", "")
	if status != http.StatusOK {
		t.Fatalf("fetch: %d %v", status, fetch)
	}
	expectFetch(t, fetch, "ok", 200, 3, 0, 0)
	if printed := fetched(t, d.must(t, "fetch", "--json", "fikrafann"))["fikrafann"]; len(printed) != len(fetch) {
		t.Errorf("the API gives %v, the command %v", fetch, printed)
	}
	_, list := d.ask(t, http.MethodGet, "/api/v1/items?limit=2", "")
	items := list["items"].([]any)
	printed := strings.Split(strings.TrimSpace(d.must(t, "items", "--json", "--limit", "2")), "\n")
	for i, item := range items {
		var want map[string]any
		if err := json.Unmarshal([]byte(printed[i]), &want); err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(item) != fmt.Sprint(want) {
			t.Errorf("the API lists %v, the command %v", item, want)
		}
	}

	path := "/api/v1/items/" + items[0].(map[string]any)["id"].(string)
	if status, item := d.ask(t, http.MethodPost, path+"/hide", `{"reason": "طلب الشريك"}`); status != http.StatusOK || item["hidden"] != true {
		t.Errorf("hide: %d %v", status, item)
	}
	if shown := d.must(t, "items", "show", strings.TrimPrefix(path, "/api/v1/items/")); !strings.Contains(shown, "by admin: طلب الشريك") {
		t.Errorf("the item is\n%s", shown)
	}
	if status, row := d.ask(t, http.MethodPost, "/api/v1/sources/fikrafann/pause", ""); status != http.StatusOK || row["paused"] != true {
		t.Errorf("pause: %d %v", status, row)
	}
	if status, fetch := d.ask(t, http.MethodPost, "/api/v1/sources/fikrafann/fetch", ""); status != http.StatusOK || fetch["outcome"] != "paused" {
		t.Errorf("a paused source: %d %v", status, fetch)
	}
}
