package publisher_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"nashra/internal/token"
	"nashra/publisher"
)

// hashed is a user whose password is verified quickly.
func hashed(t testing.TB, name, password string) publisher.User {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	return publisher.User{Name: name, Hash: hash}
}

// tokens are those of a real file.
type tokens struct{ *token.File }

func (f tokens) Find(secret string) (string, bool, error) {
	t, _, err := f.File.Find(secret)
	return t.Name, t.Scope == token.Write, err
}

func (f tokens) Any() (bool, error) {
	list, err := f.List()
	return len(list) > 0, err
}

// attempt is a request by HTTP Basic from an address.
func (w *world) attempt(from, user, password string) response {
	w.Helper()
	r := httptest.NewRequest(http.MethodGet, "/api/v1/sources", nil)
	r.RemoteAddr = from
	r.SetBasicAuth(user, password)
	return w.do(r)
}

const office = "192.0.2.7:4000"

func TestEveryUserIsLetInByTheirOwnPassword(t *testing.T) {
	w := newWorld(t, func(c *publisher.Config) {
		c.Admin.Users = []publisher.User{hashed(t, "سلمى", "ليل ونهار"), hashed(t, "omar", strings.Repeat("x", 72))}
	})
	newsroom(w)
	for n, tt := range []struct {
		user, password string
		status         int
	}{
		{"admin", password, 200}, {"سلمى", "ليل ونهار", 200}, {"omar", strings.Repeat("x", 72), 200},
		{"omar", strings.Repeat("x", 73), 401}, {"سلمى", password, 401}, {"admin", "ليل ونهار", 401}, {"nobody", "x", 401}, {"", "", 401},
	} {
		if r := w.attempt(fmt.Sprintf("192.0.2.%d:1", n), tt.user, tt.password); r.status != tt.status {
			t.Errorf("%s: status %d, want %d", tt.user, r.status, tt.status)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/api/v1/sources/nile/pause", nil)
	r.SetBasicAuth("سلمى", "ليل ونهار")
	w.do(r).ok()
	if status, err := w.store.Source(t.Context(), "nile"); err != nil || status.Pause.By != "سلمى" {
		t.Errorf("paused by %+v, %v", status.Pause, err)
	}
}

func TestWhoKeepsFailingIsSlowed(t *testing.T) {
	const other = "192.0.2.8:4000"
	w := newWorld(t, func(c *publisher.Config) { c.Admin.Users = []publisher.User{hashed(t, "omar", "good")} })
	for n := range 10 {
		if r := w.attempt(office, "omar", fmt.Sprint(n)); r.status != http.StatusUnauthorized {
			t.Fatalf("failure %d is answered %d", n+1, r.status)
		}
	}
	r := w.attempt(office, "omar", "good")
	if wait, err := strconv.Atoi(r.header.Get("Retry-After")); r.status != http.StatusTooManyRequests || err != nil || wait < 1 {
		t.Errorf("after ten failures the right password is answered %d, Retry-After %q", r.status, r.header.Get("Retry-After"))
	}
	r.problem(http.StatusTooManyRequests)
	if r := w.attempt(office, "admin", password); r.status != http.StatusTooManyRequests {
		t.Errorf("another user from the same address: %d", r.status)
	}
	if r := w.attempt(other, "omar", "good"); r.status != http.StatusTooManyRequests {
		t.Errorf("the same user from another address: %d", r.status)
	}
	if r := w.attempt(other, "admin", password); r.status != http.StatusOK {
		t.Errorf("another user from another address: %d", r.status)
	}
	w.now = w.now.Add(time.Second)
	if r := w.attempt(office, "omar", "bad"); r.status != http.StatusUnauthorized {
		t.Errorf("after the wait: %d", r.status)
	}
	w.now = w.now.Add(time.Second)
	if r := w.attempt(office, "omar", "good"); r.status != http.StatusTooManyRequests {
		t.Errorf("the wait has not grown: %d", r.status)
	}
	w.now = w.now.Add(time.Second)
	if r := w.attempt(office, "omar", "good"); r.status != http.StatusOK {
		t.Errorf("after the longer wait: %d", r.status)
	}
	if r := w.attempt(office, "omar", "bad"); r.status != http.StatusUnauthorized {
		t.Errorf("after a success failures count on: %d", r.status)
	}
}

func TestWhoIsKnownIsNotKeptOutByOthersGuesses(t *testing.T) {
	w := newWorld(t, func(c *publisher.Config) { c.Admin.Users = []publisher.User{hashed(t, "omar", "good")} })
	if r := w.attempt(office, "omar", "good"); r.status != http.StatusOK {
		t.Fatal(r.status)
	}
	for n := range 20 {
		w.attempt(office, "omar", fmt.Sprint(n))
	}
	if r := w.attempt(office, "omar", "good"); r.status != http.StatusOK {
		t.Errorf("within ten minutes: %d", r.status)
	}
	w.now = w.now.Add(10*time.Minute - time.Second)
	for n := range 20 {
		w.attempt(office, "omar", fmt.Sprint(n))
	}
	if r := w.attempt(office, "omar", "good"); r.status != http.StatusOK {
		t.Errorf("just within ten minutes: %d", r.status)
	}
	w.now = w.now.Add(time.Second)
	if r := w.attempt(office, "omar", "good"); r.status != http.StatusTooManyRequests {
		t.Errorf("after ten minutes the pair is still remembered: %d", r.status)
	}
}

func TestAUserIsLetInFromWhereHeWasBeforeWhoeverGuesses(t *testing.T) {
	w := newWorld(t, func(c *publisher.Config) { c.Admin.Users = []publisher.User{hashed(t, "omar", "good")} })
	if r := w.attempt(office, "omar", "good"); r.status != http.StatusOK {
		t.Fatal(r.status)
	}
	w.now = w.now.Add(11 * time.Minute) // so that the pair is verified again
	for n := range 30 {
		w.attempt(fmt.Sprintf("203.0.113.%d:1", n), "omar", "bad")
	}
	if r := w.attempt("192.0.2.8:4000", "omar", "good"); r.status != http.StatusTooManyRequests {
		t.Errorf("from elsewhere: %d", r.status)
	}
	if r := w.attempt(office, "omar", "good"); r.status != http.StatusOK {
		t.Errorf("from the same office: %d", r.status)
	}
}

func TestAnIPv6SubscriberIsOneAddress(t *testing.T) {
	w := newWorld(t)
	for n := range 10 {
		w.attempt(fmt.Sprintf("[2001:db8:1:1::%x]:1", n+1), fmt.Sprint("u", n), "x")
	}
	if r := w.attempt("[2001:db8:1:1:ffff::]:1", "admin", password); r.status != http.StatusTooManyRequests {
		t.Errorf("from the same network: %d", r.status)
	}
	if r := w.attempt("[2001:db8:1:2::1]:1", "admin", password); r.status != http.StatusOK {
		t.Errorf("from another one: %d", r.status)
	}
}

func TestManyGuessesAtOnceAreNoMoreThanInARow(t *testing.T) {
	w := newWorld(t, func(c *publisher.Config) { c.Admin.Users = []publisher.User{hashed(t, "omar", "good")} })
	var group sync.WaitGroup
	var mu sync.Mutex
	heard := map[int]int{}
	for n := range 60 {
		group.Go(func() {
			r := httptest.NewRequest(http.MethodGet, "/api/v1/sources", nil)
			r.SetBasicAuth("omar", fmt.Sprint(n))
			recorder := httptest.NewRecorder()
			w.server.ServeHTTP(recorder, r)
			mu.Lock()
			defer mu.Unlock()
			heard[recorder.Code]++
		})
	}
	group.Wait()
	if heard[http.StatusUnauthorized] > 10 || heard[http.StatusUnauthorized]+heard[http.StatusTooManyRequests] != 60 {
		t.Errorf("answers by status: %v", heard)
	}
}

func TestTokensOpenTheAPIAsFarAsTheyMay(t *testing.T) {
	f := token.Open(filepath.Join(t.TempDir(), "tokens"))
	reads, err := f.Create("cron", token.Read, began)
	if err != nil {
		t.Fatal(err)
	}
	writes, err := f.Create("desk", token.Write, began)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, func(c *publisher.Config) { c.Admin.Tokens = tokens{f} })
	id := newsroom(w)
	ask := func(method, path, secret, body string) response {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+secret)
		return w.do(r)
	}
	hide, reason := "/api/v1/items/"+id+"/hide", `{"reason": "x"}`
	for _, tt := range []struct {
		name, method, path, secret string
		status                     int
	}{
		{"reading", http.MethodGet, "/api/v1/sources", reads, 200},
		{"reading by who may write", http.MethodGet, "/api/v1/sources", writes, 200},
		{"writing by who may only read", http.MethodPost, hide, reads, 403},
		{"writing", http.MethodPost, hide, writes, 200},
		{"the desk's pages", http.MethodGet, "/admin/", writes, 401},
		{"no token", http.MethodGet, "/api/v1/sources", "nashra_x", 401},
		{"an empty token", http.MethodGet, "/api/v1/sources", "", 401},
	} {
		if r := ask(tt.method, tt.path, tt.secret, reason); r.status != tt.status {
			t.Errorf("%s: status %d, want %d", tt.name, r.status, tt.status)
		}
	}
	if record, err := w.store.Article(t.Context(), id); err != nil || record.Marks.Hidden.By != "token:desk" {
		t.Errorf("hidden by %+v, %v", record.Marks.Hidden, err)
	}
	challenges := ask(http.MethodGet, "/api/v1/sources", "x", "").header["Www-Authenticate"]
	if len(challenges) != 2 || !strings.HasPrefix(challenges[0], "Basic ") || !strings.HasPrefix(challenges[1], "Bearer ") {
		t.Errorf("the challenges are %q", challenges)
	}
	if err := f.Revoke("cron"); err != nil {
		t.Fatal(err)
	}
	if r := ask(http.MethodGet, "/api/v1/sources", reads, ""); r.status != http.StatusUnauthorized {
		t.Errorf("a revoked token is answered %d", r.status)
	}
}

func TestATokenAloneOpensTheAPIAndItsEndClosesIt(t *testing.T) {
	f := token.Open(filepath.Join(t.TempDir(), "tokens"))
	w := newWorld(t, func(c *publisher.Config) { c.Admin = publisher.Admin{Tokens: tokens{f}} })
	w.configure(nile)
	if r := w.get("/api/v1/sources"); r.status != http.StatusNotFound {
		t.Errorf("without anybody: %d", r.status)
	}
	secret, err := f.Create("cron", token.Read, began)
	if err != nil {
		t.Fatal(err)
	}
	if r := w.get("/api/v1/sources"); r.status != http.StatusUnauthorized || !strings.HasPrefix(r.header.Get("WWW-Authenticate"), "Bearer ") {
		t.Errorf("without the token: %d, %q", r.status, r.header.Get("WWW-Authenticate"))
	}
	for _, path := range []string{"/admin/", "/admin/items", "/admin"} {
		if r := w.get(path); r.status != http.StatusNotFound {
			t.Errorf("%s, which no token opens, answers %d", path, r.status)
		}
	}
	w.get("/api/v1/sources", "Authorization", "bearer "+secret).ok()
	if err := f.Revoke("cron"); err != nil {
		t.Fatal(err)
	}
	if r := w.get("/api/v1/sources", "Authorization", "Bearer "+secret); r.status != http.StatusNotFound {
		t.Errorf("after the last one was revoked: %d", r.status)
	}
}

func TestPagesOfOtherSitesChangeNothing(t *testing.T) {
	w := newWorld(t)
	newsroom(w)
	for _, tt := range []struct {
		name, header, value string
		status              int
	}{
		{"another site", "Sec-Fetch-Site", "cross-site", 403},
		{"a sister site", "Sec-Fetch-Site", "same-site", 403},
		{"another origin", "Origin", "https://evil.example", 403},
		{"our own page", "Sec-Fetch-Site", "same-origin", 200},
		{"our own name, which the proxy changes", "Origin", siteURL, 200},
		{"no browser", "User-Agent", "curl", 200},
	} {
		r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:8080/api/v1/sources/nile/pause", nil)
		r.SetBasicAuth("admin", password)
		r.Header.Set(tt.header, tt.value)
		if got := w.do(r); got.status != tt.status {
			t.Errorf("%s: status %d, want %d", tt.name, got.status, tt.status)
		}
	}
	r := httptest.NewRequest(http.MethodGet, "/api/v1/sources", nil)
	r.SetBasicAuth("admin", password)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w.do(r).ok()
}

func TestADeskApartIsNotForThePublic(t *testing.T) {
	w := newWorld(t, func(c *publisher.Config) { c.Admin.Apart = true })
	newsroom(w)
	for _, path := range []string{"/admin/", "/admin", "/api/v1/sources", "/api/"} {
		if r := w.desk(path); r.status != http.StatusNotFound {
			t.Errorf("%s answers the public %d", path, r.status)
		}
	}
	for _, path := range []string{"/admin/", "/api/v1/sources", "/", "/feed.xml"} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.SetBasicAuth("admin", password)
		recorder := httptest.NewRecorder()
		w.server.Desk().ServeHTTP(recorder, r)
		if recorder.Code != http.StatusOK {
			t.Errorf("%s answers the desk %d", path, recorder.Code)
		}
	}
}

func TestAUserWithoutAHashIsRefused(t *testing.T) {
	w := newWorld(t)
	_, err := publisher.New(publisher.Config{
		Site: publisher.Site{Name: "x", URL: siteURL}, Store: w.store, Desk: w, Text: func(s string) string { return s },
		Admin: publisher.Admin{Users: []publisher.User{{Name: "omar", Hash: []byte("secret")}}},
	})
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
	_, err = publisher.New(publisher.Config{Site: publisher.Site{Name: "x", URL: siteURL}, Store: w.store, Admin: publisher.Admin{Password: "x"}})
	if err == nil {
		t.Error("an admin without a desk is taken")
	}
}

func TestWhoIsSlowedStaysSoAfterAReload(t *testing.T) {
	var with publisher.Config
	w := newWorld(t, func(c *publisher.Config) { with = *c })
	for n := range 10 {
		w.attempt(office, "admin", fmt.Sprint(n))
	}
	with.Succeeds = w.server
	next, err := publisher.New(with)
	if err != nil {
		t.Fatal(err)
	}
	w.server = next
	if r := w.attempt(office, "admin", password); r.status != http.StatusTooManyRequests {
		t.Errorf("after a reload the right password is answered %d", r.status)
	}
	w.now = w.now.Add(time.Second)
	if r := w.attempt(office, "admin", password); r.status != http.StatusOK {
		t.Errorf("after the wait: %d", r.status)
	}
}
