package publisher_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"nashra"
	"nashra/publisher"
	"nashra/store"
)

// vitals are as a test wants them.
type vitals struct {
	room     store.Room
	stopping bool
}

func (v *vitals) Room() (store.Room, error) { return v.room, nil }
func (v *vitals) Stopping() bool            { return v.stopping }

func TestMetricsTellWhatIsServedAndHowItFares(t *testing.T) {
	v := &vitals{room: store.Room{File: 7, Free: 70, Disk: 700}}
	w := newWorld(t, func(c *publisher.Config) { c.Vitals = v })
	troubles(w)
	w.get("/feed.xml").ok()
	w.get("/feed.xml").ok()
	w.get("/item/unknown")
	if r := w.get("/metrics"); r.status != http.StatusUnauthorized {
		t.Errorf("anybody gets %d", r.status)
	}
	got := w.desk("/metrics").ok().body
	for _, line := range []string{
		`nashra_http_requests_total{code="200",route="/feed.xml"} 2`,
		`nashra_http_requests_total{code="404",route="/item/{id}"} 1`,
		`nashra_cache_requests_total{result="hit"} 1`,
		`nashra_cache_requests_total{result="stale"} 0`,
		`nashra_sources{state="failing"} 1`, `nashra_sources{state="ok"} 1`, `nashra_sources{state="paused"} 1`, `nashra_sources{state="new"} 1`, `nashra_sources{state="silent"} 0`,
		`nashra_items 2`, `nashra_store_size_bytes 7`, `nashra_disk_free_bytes 70`, `nashra_disk_size_bytes 700`,
		`nashra_last_success_timestamp_seconds 1.7954208e+09`,
		`nashra_http_request_duration_seconds_count`,
	} {
		if !strings.Contains(got, line) {
			t.Errorf("no %s", line)
		}
	}
	if strings.Contains(got, "unknown") {
		t.Error("a path that a reader made up is a label")
	}
	if t.Failed() {
		t.Log(got)
	}
}

func TestReadinessTellsAndOnlyAStoppingProcessIsNotReady(t *testing.T) {
	v := &vitals{room: store.Room{File: 7 << 20, Free: 100 << 30, Disk: 200 << 30}}
	w := newWorld(t, func(c *publisher.Config) { c.Vitals = v })
	troubles(w)
	r := w.get("/readyz").ok()
	got := r.object()
	want := map[string]any{
		"ready": true, "warnings": []any{}, "last_fetch": "2026-11-23T08:00:00Z", "last_success": "2026-11-23T08:00:00Z", "staleness_s": 0.0, "overdue_s": 0.0, "items": 2.0,
		"sources": map[string]any{"ok": 1.0, "failing": 1.0, "silent": 0.0, "paused": 1.0, "new": 1.0},
		"store":   map[string]any{"size_bytes": float64(7 << 20), "disk_free_bytes": float64(100 << 30), "disk_size_bytes": float64(200 << 30)},
	}
	if g, x := asJSON(t, got), asJSON(t, want); g != x {
		t.Errorf("\n got %s\nwant %s", g, x)
	}
	if r.header.Get("Cache-Control") != "no-store" {
		t.Errorf("Cache-Control %q", r.header.Get("Cache-Control"))
	}

	w.now, v.room.Free = w.now.Add(7*time.Hour), 1<<20
	if warnings := w.get("/readyz").ok().object()["warnings"].([]any); len(warnings) != 3 {
		t.Errorf("an outage of partners and a full disk: %q; want three warnings, and 200", warnings)
	}
	v.stopping = true
	if r := w.get("/readyz"); r.status != http.StatusServiceUnavailable || r.object()["ready"] != false {
		t.Errorf("stopping: %d %s", r.status, r.body)
	}
	w.get("/healthz").ok()
	v.stopping = false
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	if r := w.get("/readyz"); r.status != http.StatusServiceUnavailable || strings.Contains(r.body, "closed") {
		t.Errorf("a store that is not open: %d %s", r.status, r.body)
	}
	w.get("/healthz").ok()
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestRequestsHaveAnId(t *testing.T) {
	var log strings.Builder
	w := newWorld(t, withLog(&log))
	newsroom(w)
	for sent, kept := range map[string]bool{
		"abc-1.2_3": true, strings.Repeat("x", 64): true, strings.Repeat("x", 65): false, "": false, "a b": false, "<b>": false, "ا": false,
	} {
		r := w.get("/item/unknown", "X-Request-Id", sent)
		id := r.header.Get("X-Request-Id")
		if kept != (id == sent) || id == "" {
			t.Errorf("%q became %q", sent, id)
		}
	}
	first, second := w.get("/"), w.get("/")
	if a, b := first.header.Get("X-Request-Id"), second.header.Get("X-Request-Id"); a == b || a == "" {
		t.Errorf("two requests are called %q and %q", a, b)
	}
	r := w.desk("/api/v1/items/unknown")
	if got := r.object()["request"]; got != r.header.Get("X-Request-Id") {
		t.Errorf("the problem says %v, want %q", got, r.header.Get("X-Request-Id"))
	}
	log.Reset()
	changed := w.post("/api/v1/sources/nile/pause", "")
	if line := log.String(); !strings.Contains(line, "request="+changed.header.Get("X-Request-Id")) || !strings.Contains(line, "status=200") || !strings.Contains(line, "url=/api/v1/sources/nile/pause") {
		t.Errorf("the log says %q", line)
	}
	log.Reset()
	w.get("/")
	if log.String() != "" {
		t.Errorf("a reader's request stands in the log: %q", log.String())
	}
	w.fetched = func(context.Context, string) (nashra.Fetch, error) { return nashra.Fetch{}, context.Canceled }
	failed := w.post("/api/v1/sources/nile/fetch", "")
	if !strings.Contains(log.String(), `msg="request failed" request=`+failed.header.Get("X-Request-Id")) {
		t.Errorf("the log says %q", log.String())
	}
	page := w.post("/admin/source/nile/fetch", "")
	if shown := words(page.html().Find(".request")); shown != page.header.Get("X-Request-Id") {
		t.Errorf("the page of a failure shows %q", shown)
	}
	if words(w.get("/item/unknown").html().Find(".request")) != "" {
		t.Error("a page that tells no failure of ours shows an id")
	}
}

// Neither what the desk is shown nor the log holds what opens a partner's feed
// or the desk.
func TestNoSecretIsShown(t *testing.T) {
	var log bytes.Buffer
	w := newWorld(t, func(c *publisher.Config) {
		c.Logger = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	source := fikra
	source.Feed = "https://desk:secret@fikra.example/feed"
	w.configure(source)
	w.fetchAs("fikrafann", nashra.State{Outcome: nashra.OutcomeFailed, Status: 403, Error: "x", Hub: nashra.Hub{URL: "https://desk:secret@hub.example/"},
		Move: nashra.Move{From: nashra.RedactURL(source.Feed), To: "https://desk:secret@new.example/feed"}}, meeting())
	w.fetched = func(context.Context, string) (nashra.Fetch, error) { return nashra.Fetch{}, context.Canceled }
	shown := w.post("/api/v1/sources/fikrafann/fetch", "").body + w.attempt(office, "admin", "secret").body
	for _, path := range []string{"/admin/", "/admin/source/fikrafann", "/admin/items", "/admin/log", "/api/v1/sources", "/api/v1/sources/fikrafann", "/api/v1/sources/fikrafann/fetches", "/api/v1/items", "/metrics", "/readyz", "/feed.xml", "/"} {
		shown += w.desk(path).ok().body
	}
	r := httptest.NewRequest(http.MethodPost, "/api/v1/sources/fikrafann/pause", nil)
	r.Header.Set("Authorization", "Bearer secret")
	shown += w.do(r).body
	if strings.Contains(shown, "secret") {
		t.Error("what is shown holds a secret")
	}
	if logged := log.String(); strings.Contains(logged, "secret") || strings.Contains(logged, password) || logged == "" {
		t.Errorf("the log holds a secret, or nothing:\n%s", logged)
	}
}
