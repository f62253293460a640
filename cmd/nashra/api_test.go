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

func TestTheDesksUsersAndTokensAreLetIn(t *testing.T) {
	rss := newPartner(t, "rss", articles("fikra")...)
	d := newDesk(t, fmt.Sprintf("  - {id: fikrafann, name: جريدة فكرة فن, feed: %s/feed}\n", rss.URL))
	d.env = []string{"NASHRA_ADMIN_PASSWORD="}
	inside := freeAddress(t)
	d.replace(t, "sources:", "admin: {users_file: users, listen: '"+inside+"'}\nsources:")
	made := d.nashraIn(t, "ليل ونهار\nليل ونهار\n", "password", "سلمى")
	d.write(t, "users", made.stdout)
	server := d.serve(t, "--no-schedule")
	defer server.stop(t)
	created := d.nashra(t, "token", "create", "cron", "--scope", "read")
	secret := strings.TrimSpace(created.stdout)
	if listed := d.must(t, "token", "list"); !strings.Contains(listed, "cron") || strings.Contains(listed, secret) {
		t.Errorf("the list is %s", listed)
	}

	ask := func(address, path string, as func(*http.Request)) int {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		as(req)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	salma := func(r *http.Request) { r.SetBasicAuth("سلمى", "ليل ونهار") }
	cron := func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+secret) }
	for _, tt := range []struct {
		name, address, path string
		as                  func(*http.Request)
		want                int
	}{
		{"a user", inside, "/admin/", salma, 200}, {"a user at the readers' door", d.listen, "/admin/", salma, 404},
		{"a token", inside, "/api/v1/items", cron, 200}, {"a token at the readers' door", d.listen, "/api/v1/items", cron, 404},
		{"nobody", inside, "/admin/", func(*http.Request) {}, 401}, {"a reader", d.listen, "/", func(*http.Request) {}, 200},
	} {
		if got := ask(tt.address, tt.path, tt.as); got != tt.want {
			t.Errorf("%s: %s answers %d, want %d", tt.name, tt.path, got, tt.want)
		}
	}
	d.must(t, "token", "revoke", "cron")
	if got := ask(inside, "/api/v1/items", cron); got != http.StatusUnauthorized {
		t.Errorf("a revoked token is answered %d", got)
	}
	for _, args := range [][]string{{"token", "create", "x"}, {"token", "create", "x", "--scope", "all"}, {"password", "a:b"}, {"password"}} {
		if r := d.nashra(t, args...); r.status != 2 {
			t.Errorf("%q: exit status %d, want 2: %s", args, r.status, r.stderr)
		}
	}
	if r := d.nashra(t, "token", "revoke", "cron"); r.status != 1 || !strings.Contains(r.stderr, "nashra token list") {
		t.Errorf("revoked again: %d, %s", r.status, r.stderr)
	}
	for stdin, want := range map[string]string{"a\nb\n": "differ", "\n\n": "empty", "": "two lines", strings.Repeat("س", 37) + "\n": "bytes"} {
		if r := d.nashraIn(t, stdin, "password", "omar"); r.status != 1 || r.stdout != "" || !strings.Contains(r.stderr, want) {
			t.Errorf("%q: %d, %s", stdin, r.status, r.stderr)
		}
	}
}
