package main_test

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

// diagnosed is what the tests look at of doctor --json.
type diagnosed struct {
	Stored *struct {
		Paused  *struct{ Reason string }
		Outcome string
		Owed    []struct{ Error string }
	}
	Fetch struct {
		Hops []struct {
			URL               string
			Status            int `json:"http_status"`
			Addresses         []struct{ IP, Refused string }
			Request, Response http.Header
			Error             string
			Times             struct {
				Total int64 `json:"total_ns"`
			}
		}
		Document struct {
			Wire     int64 `json:"wire_bytes"`
			Bytes    int64
			Encoding string
			Charset  string
			Known    string `json:"charset_known_by"`
		}
		Outcome  string
		Error    string
		Warnings []string
		Interval int64   `json:"hint_interval_s"`
		NextDue  *string `json:"next_due"`
	}
	Entries []struct {
		GUID, Link, Title string
		Letters           int `json:"body_letters"`
	}
	Articles []struct {
		Robots, Method, Error string
		Letters               int
		Explain               *struct {
			Tried []struct{ Way, Result string }
		}
	}
}

func (d *desk) doctor(t *testing.T, status int, args ...string) diagnosed {
	t.Helper()
	r := d.nashra(t, append([]string{"doctor", "--json"}, args...)...)
	if r.status != status {
		t.Fatalf("doctor: exit status %d, want %d\n%s%s", r.status, status, r.stdout, r.stderr)
	}
	var got diagnosed
	if err := json.Unmarshal([]byte(r.stdout), &got); err != nil {
		t.Fatalf("doctor printed %q: %v", r.stdout, err)
	}
	return got
}

// awkward is a partner whose feed has everything that doctor tells of: it
// redirects, is compressed and in windows-1256, has to be mended, gives a hint
// and wants a secret; its robots.txt forbids one page.
func awkward(t *testing.T) *httptest.Server {
	t.Helper()
	const page = `<title>خبر</title><h1>خبر الميناء</h1><article><p>افتتح الميناء الجديد أبوابه صباح اليوم بحضور عدد كبير من أهالي المدينة الساحلية.</p><p>وقال المدير إن العمل فيه يبدأ غدا، وإن أول سفينة تصل قبل نهاية الأسبوع الحالي.</p><p>وتنتظر المدينة منذ سنوات أن يعود إليها البحارة والتجار والمسافرون من كل مكان.</p></article>`
	mux := http.NewServeMux()
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	mux.HandleFunc("/old", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Set-Cookie", "session=geheim")
		http.Redirect(w, r, "/feed", http.StatusFound)
	})
	mux.HandleFunc("/feed", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Key") != "geheim" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		text, err := charmap.Windows1256.NewEncoder().String(fmt.Sprintf(`<?xml version="1.0" encoding="windows-1256"?><rss version="2.0"><channel><title>جريدة الميناء</title><ttl>120</ttl>
<item><title>الميناء & البحر</title><guid>g1</guid><link>%[1]s/open/1</link><description>ملخص</description><pubDate>Mon, 03 Nov 2025 10:00:00 +0200</pubDate></item>
<item><title>الثاني</title><guid>g2</guid><link>%[1]s/closed/2</link><description>ملخص آخر</description><pubDate>Mon, 03 Nov 2025 09:00:00 +0200</pubDate></item>
</channel></rss>`, s.URL))
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/rss+xml")
		w.Header().Set("Content-Encoding", "gzip")
		zw := gzip.NewWriter(w)
		fmt.Fprint(zw, text)
		if err := zw.Close(); err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("/robots.txt", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "User-agent: *\nDisallow: /closed/\n")
	})
	mux.HandleFunc("/open/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, page)
	})
	return s
}

func TestDoctorTellsEverythingOfAFetch(t *testing.T) {
	s := awkward(t)
	d := newDesk(t, "  - {id: mina, name: جريدة الميناء, feed: "+s.URL+"/old, headers_file: headers}\n")
	d.write(t, "headers", "X-Key: geheim\n")
	got := d.doctor(t, 0, "mina")

	if got.Stored != nil {
		t.Errorf("the store knows %+v of a source that was never fetched", got.Stored)
	}
	if n := len(got.Fetch.Hops); n != 2 {
		t.Fatalf("%d hops, want the redirect and the feed", n)
	}
	first, second := got.Fetch.Hops[0], got.Fetch.Hops[1]
	if first.Status != 302 || first.Response.Get("Location") != "/feed" || second.Status != 200 || second.URL != s.URL+"/feed" {
		t.Errorf("hops %+v", got.Fetch.Hops)
	}
	if len(first.Addresses) != 1 || first.Addresses[0].IP != "127.0.0.1" || first.Addresses[0].Refused != "" || first.Times.Total <= 0 {
		t.Errorf("addresses and times of the first hop: %+v", first)
	}
	if !strings.HasPrefix(second.Request.Get("User-Agent"), "nashra/") || second.Request.Get("X-Key") != "(masked)" || first.Response.Get("Set-Cookie") != "(masked)" {
		t.Errorf("headers %v", got.Fetch.Hops)
	}
	doc := got.Fetch.Document
	if doc.Charset != "windows-1256" || doc.Known != "its own declaration" || doc.Encoding != "gzip" || doc.Wire >= doc.Bytes || doc.Wire == 0 {
		t.Errorf("document %+v", doc)
	}
	if got.Fetch.Outcome != "ok" || got.Fetch.Interval != 7200 || got.Fetch.NextDue == nil {
		t.Errorf("fetch %+v", got.Fetch)
	}
	if len(got.Entries) != 2 || got.Entries[0].GUID != "g1" || got.Entries[0].Letters != 4 || got.Entries[1].Link != s.URL+"/closed/2" {
		t.Errorf("entries %+v", got.Entries)
	}
	if len(got.Articles) != 2 {
		t.Fatalf("articles %+v", got.Articles)
	}
	if a := got.Articles[0]; a.Robots != "allowed" || a.Method != "generic" || a.Letters < 100 || a.Explain == nil || len(a.Explain.Tried) == 0 {
		t.Errorf("the page that may be read: %+v", a)
	}
	if a := got.Articles[1]; a.Robots != "forbidden" || a.Method != "" || !strings.Contains(a.Error, "robots.txt") {
		t.Errorf("the page that may not: %+v", a)
	}

	text := d.must(t, "doctor", "mina")
	for _, want := range []string{"/old", "302 Found", "Location: /feed", "127.0.0.1, allowed", "windows-1256, known by its own declaration",
		"sent as", "of gzip", "every 2h", "if this had been a cycle", "جريدة الميناء", "forbidden", "by generic", "TRIED", "nothing yet"} {
		if !strings.Contains(text, want) {
			t.Errorf("printed without %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "geheim") {
		t.Errorf("a secret is printed:\n%s", text)
	}
}

func TestDoctorStoresNothingAndWorksBesideServe(t *testing.T) {
	p := newPartner(t, "rss", articles("fikra")...)
	d := newDesk(t, "  - {id: fikrafann, name: جريدة فكرة فن, feed: "+p.URL+"/feed}\n")
	if got := d.doctor(t, 0, "fikrafann"); len(got.Entries) != 3 {
		t.Errorf("entries %+v", got.Entries)
	}
	if out := d.must(t, "check"); !strings.Contains(out, "no store yet") {
		t.Errorf("doctor has made a store: %s", out)
	}
	d.must(t, "fetch")
	d.must(t, "sources", "pause", "fikrafann", "--reason", "صيانة")
	before := d.must(t, "dump")
	d.serve(t)
	got := d.doctor(t, 0, "fikrafann")
	if got.Stored == nil || got.Stored.Paused == nil || got.Stored.Paused.Reason != "صيانة" || got.Stored.Outcome != "ok" {
		t.Errorf("of the store: %+v", got.Stored)
	}
	if got.Fetch.Outcome != "ok" {
		t.Errorf("asked with validators: %+v", got.Fetch)
	}
	if after := d.must(t, "dump"); after != before {
		t.Errorf("the store has changed:\n%s\nbecame\n%s", before, after)
	}
}

func TestDoctorSaysWhyAFeedCannotBeHad(t *testing.T) {
	p := newPartner(t, "rss", articles("fikra")...)
	gone := newPartner(t, "rss")
	gone.Close()
	refusing := newPartner(t, "rss")
	refusing.fail(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	d := newDesk(t, fmt.Sprintf(`
  - {id: dead, name: أ, feed: "%s/feed"}
  - {id: shut, name: ب, feed: "%s/feed"}
`, gone.URL, refusing.URL))
	if got := d.doctor(t, 3, "dead"); got.Fetch.Outcome != "failed" || !strings.Contains(got.Fetch.Error, "nothing listens") || len(got.Fetch.Hops) != 1 || got.Fetch.Hops[0].Error == "" {
		t.Errorf("dead: %+v", got.Fetch)
	}
	if got := d.doctor(t, 3, "shut"); got.Fetch.Hops[0].Status != 403 || got.Fetch.NextDue == nil {
		t.Errorf("shut: %+v", got.Fetch)
	}
	d.write(t, "config.yaml", strings.Replace(d.read(t, "config.yaml"), "allow_private: true", "allow_private: false", 1))
	d.replace(t, gone.URL, p.URL)
	if got := d.doctor(t, 3, "dead"); len(got.Fetch.Hops) != 1 || len(got.Fetch.Hops[0].Addresses) != 1 || !strings.Contains(got.Fetch.Hops[0].Addresses[0].Refused, "loopback") {
		t.Errorf("guarded: %+v", got.Fetch)
	}
	for _, args := range [][]string{{"doctor"}, {"doctor", "nobody"}, {"doctor", "dead", "--pages", "-1"}} {
		if r := d.nashra(t, args...); r.status != 2 {
			t.Errorf("nashra %q: exit status %d", args, r.status)
		}
	}
}
