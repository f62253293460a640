package alert_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"nashra"
	"nashra/internal/alert"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// hook is the operator's webhook.
type hook struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	got    []alert.Message
}

func newHook(t *testing.T) *hook {
	t.Helper()
	h := &hook{status: http.StatusNoContent}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		defer h.mu.Unlock()
		var m alert.Message
		body, err := io.ReadAll(r.Body)
		if err != nil || json.Unmarshal(body, &m) != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %s with %q: %v", r.Method, r.Header.Get("Content-Type"), body, err)
		}
		if h.status/100 == 2 {
			h.got = append(h.got, m)
		}
		w.WriteHeader(h.status)
	}))
	t.Cleanup(h.Close)
	return h
}

// took are the events that arrived since it was last called, as "event source".
func (h *hook) took() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var list []string
	for _, m := range h.got {
		for _, a := range m.Alerts {
			list = append(list, strings.TrimSpace(string(a.Event)+" "+a.Source))
		}
	}
	h.got = nil
	return list
}

func (h *hook) answer(status int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.status = status
}

// source is one that was read successfully at noon and failed so often since.
func source(id string, failures int) nashra.SourceStatus {
	s := nashra.SourceStatus{Source: nashra.Source{ID: id, Name: "جريدة " + id, Feed: "https://user:geheim@" + id + ".example/feed"}}
	s.State = nashra.State{LastSuccess: noon, ConsecutiveFailures: failures, Outcome: nashra.OutcomeOK, Status: 200}
	if failures > 0 {
		s.State.Outcome, s.State.Status, s.State.Error = nashra.OutcomeFailed, 503, "the partner's server is overloaded (HTTP 503)"
	}
	return s
}

// quiet is a source that brought something every hour for ten days, day and
// night, until so long before noon.
func quiet(id string, silence time.Duration) nashra.SourceStatus {
	s := source(id, 0)
	var times []time.Time
	for i := range 240 {
		times = append(times, noon.Add(-silence-time.Duration(i)*time.Hour))
	}
	s.State.Rhythm = s.State.Rhythm.Learn(noon, times...)
	return s
}

func paused(s nashra.SourceStatus) nashra.SourceStatus {
	s.Pause = &nashra.Marked{At: noon}
	return s
}

func retired(s nashra.SourceStatus) nashra.SourceStatus {
	s.Source.Retired = true
	return s
}

func TestEachAlarmIsToldOnceAndItsEndOnce(t *testing.T) {
	type look struct {
		view alert.View
		want []string
	}
	see := func(sources ...nashra.SourceStatus) alert.View { return alert.View{Sources: sources, NetworkUp: true} }
	tests := []struct {
		name  string
		looks []look
	}{
		{"a source that fails", []look{
			{see(source("a", 2)), nil},
			{see(source("a", 3)), []string{"failing a"}},
			{see(source("a", 4)), nil},
			{see(source("a", 0)), []string{"recovered a"}},
			{see(source("a", 0)), nil},
			{see(source("a", 3)), []string{"failing a"}},
		}},
		{"a source that falls silent", []look{
			{see(quiet("a", time.Hour)), nil},
			{see(quiet("a", 9*time.Hour)), []string{"silent a"}},
			{see(quiet("a", 10*time.Hour)), nil},
			{see(quiet("a", 0)), []string{"recovered a"}},
		}},
		{"a silent source that fails then", []look{
			{see(quiet("a", 9*time.Hour)), []string{"silent a"}},
			{see(source("a", 3)), []string{"failing a"}},
			{see(source("a", 0)), []string{"recovered a"}},
		}},
		{"several at once", []look{
			{see(source("a", 3), source("b", 0), source("c", 7)), []string{"failing a", "failing c"}},
			{see(source("a", 0), source("b", 3), source("c", 8)), []string{"failing b", "recovered a"}},
		}},
		{"the desk paused it", []look{
			{see(paused(source("a", 9))), nil},
			{see(source("a", 9)), []string{"failing a"}},
			{see(paused(source("a", 9))), nil},
			{see(source("a", 9)), nil},
			{see(source("a", 0)), []string{"recovered a"}},
		}},
		{"it left the configuration", []look{
			{see(source("a", 3)), []string{"failing a"}},
			{see(retired(source("a", 3))), nil},
			{see(), nil},
		}},
		{"our own network", []look{
			{alert.View{Sources: []nashra.SourceStatus{source("a", 0)}, NetworkDown: true}, []string{"network_down"}},
			{alert.View{Sources: []nashra.SourceStatus{source("a", 0)}, NetworkDown: true}, nil},
			{alert.View{Sources: []nashra.SourceStatus{source("a", 0)}}, nil}, // a process that has not asked yet
			{see(source("a", 0)), []string{"network_up"}},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHook(t)
			file := filepath.Join(t.TempDir(), "told")
			for i, l := range tt.looks {
				// Each look is another process's: what was told outlives them.
				a := alert.New(alert.Config{After: 3, Webhook: h.URL}, file)
				if err := a.Look(t.Context(), l.view, noon.Add(time.Duration(i)*time.Minute)); err != nil {
					t.Fatal(err)
				}
				if got := h.took(); !slices.Equal(got, l.want) {
					t.Errorf("look %d told %q, want %q", i+1, got, l.want)
				}
			}
		})
	}
}

func TestWhatWasNotReadIsNoSilence(t *testing.T) {
	h := newHook(t)
	a := alert.New(alert.Config{Webhook: h.URL}, filepath.Join(t.TempDir(), "told"))
	// A week later nothing was read since: this machine stood still.
	if err := a.Look(t.Context(), alert.View{Sources: []nashra.SourceStatus{quiet("a", time.Hour)}}, noon.AddDate(0, 0, 7)); err != nil {
		t.Fatal(err)
	}
	if got := h.took(); got != nil {
		t.Errorf("told %q", got)
	}
}

func TestAMessageSaysAllThatIsNeededAndNoSecret(t *testing.T) {
	h := newHook(t)
	a := alert.New(alert.Config{Site: alert.Site{Name: "مصر اليوم", URL: "https://site.example"}, After: 3, Webhook: h.URL}, filepath.Join(t.TempDir(), "told"))
	if err := a.Look(t.Context(), alert.View{Sources: []nashra.SourceStatus{source("a", 3)}}, noon); err != nil {
		t.Fatal(err)
	}
	m := h.got[0]
	got := m.Alerts[0]
	if m.Site.Name != "مصر اليوم" || !m.At.Equal(noon) || m.Text != got.Text || !strings.Contains(m.Text, "جريدة a (a) failed 3 times in a row: the partner's server") {
		t.Errorf("message %+v", m)
	}
	if got.Feed != "https://a.example/feed" || got.HTTPStatus != 503 || got.Failures != 3 || got.Since == nil || !got.Since.Equal(noon) || got.Outcome != "failed" {
		t.Errorf("alert %+v", got)
	}
}

func TestAFailedDeliveryIsTriedAgainMoreAndMoreSeldom(t *testing.T) {
	h := newHook(t)
	h.answer(http.StatusInternalServerError)
	a := alert.New(alert.Config{After: 3, Webhook: h.URL + "/geheim"}, filepath.Join(t.TempDir(), "told"))
	view := alert.View{Sources: []nashra.SourceStatus{source("a", 3)}}
	tries := 0
	for minute := range 24 * 60 {
		if err := a.Look(t.Context(), view, noon.Add(time.Duration(minute)*time.Minute)); err != nil {
			tries++
			if strings.Contains(err.Error(), "geheim") || !strings.Contains(err.Error(), "HTTP 500") {
				t.Fatalf("error %q", err)
			}
		}
	}
	if tries < 24 || tries > 40 {
		t.Errorf("%d tries in a day, want about one an hour after the first ones", tries)
	}
	h.answer(http.StatusOK)
	if err := a.Look(t.Context(), view, noon.Add(48*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := h.took(); !slices.Equal(got, []string{"failing a"}) {
		t.Errorf("told %q", got)
	}
}

func TestOneWayDoesNotWaitForAnother(t *testing.T) {
	h := newHook(t)
	dead := httptest.NewServer(nil)
	dead.Close()
	told := filepath.Join(t.TempDir(), "by-command")
	script := filepath.Join(t.TempDir(), "tell")
	// It shows that its environment holds no password of ours.
	if err := os.WriteFile(script, []byte("#!/bin/sh\ncat > \"$1\"\nenv | grep NASHRA | sort >> \"$1\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("NASHRA_ADMIN_PASSWORD", "geheim")
	file := filepath.Join(t.TempDir(), "told")
	a := alert.New(alert.Config{After: 3, Webhook: dead.URL, Command: []string{script, told}}, file)
	view := alert.View{Sources: []nashra.SourceStatus{source("a", 3)}, NetworkDown: true}
	if err := a.Look(t.Context(), view, noon); err == nil || !strings.Contains(err.Error(), "webhook") {
		t.Errorf("the dead webhook is no error: %v", err)
	}
	data, err := os.ReadFile(told)
	if err != nil {
		t.Fatal(err)
	}
	stdin, env, _ := strings.Cut(string(data), "\n")
	var m alert.Message
	if err := json.Unmarshal([]byte(stdin), &m); err != nil || len(m.Alerts) != 2 {
		t.Errorf("stdin %q: %v", stdin, err)
	}
	for _, want := range []string{"NASHRA_ALERT_EVENTS=network_down failing\n", "NASHRA_ALERT_SOURCES=- a\n", "NASHRA_ALERT_TEXT=no partner"} {
		if !strings.Contains(env, want) {
			t.Errorf("environment without %q:\n%s", want, env)
		}
	}
	if strings.Contains(env, "geheim") {
		t.Errorf("a password is in the environment:\n%s", env)
	}
	if err := os.Remove(told); err != nil {
		t.Fatal(err)
	}
	// The command is not told again, the webhook is.
	a = alert.New(alert.Config{After: 3, Webhook: h.URL, Command: []string{script, told}}, file)
	if err := a.Look(t.Context(), view, noon.Add(time.Minute)); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(told); err == nil || len(h.took()) != 2 {
		t.Errorf("told again: %v", err)
	}
}

func TestADeliveryEnds(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	a := alert.New(alert.Config{After: 3, Command: []string{"sleep", "60"}}, filepath.Join(t.TempDir(), "told"))
	began := time.Now()
	err := a.Look(ctx, alert.View{Sources: []nashra.SourceStatus{source("a", 3)}}, noon)
	if err == nil || !strings.Contains(err.Error(), "deadline") || time.Since(began) > 5*time.Second {
		t.Errorf("after %s: %v", time.Since(began), err)
	}
	a = alert.New(alert.Config{After: 3, Command: []string{"sh", "-c", "echo no such desk >&2; exit 7"}}, filepath.Join(t.TempDir(), "told"))
	if err := a.Look(t.Context(), alert.View{Sources: []nashra.SourceStatus{source("a", 3)}}, noon); err == nil || !strings.Contains(err.Error(), "no such desk") {
		t.Errorf("a command that fails: %v", err)
	}
}

// What was kept may be of a broken disk or of a hand.
func TestAnUnreadableFileIsNoMoreThanTellingAgain(t *testing.T) {
	for _, content := range []string{"", "{", "null", `{"version":1,"ways":{"webhook":null}}`, `{"version":9,"ways":{}}`, `{"version":1,"ways":{"webhook":{"next_try":"2999-01-01T00:00:00Z"}}}`} {
		h := newHook(t)
		file := filepath.Join(t.TempDir(), "told")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		a := alert.New(alert.Config{After: 3, Webhook: h.URL}, file)
		if err := a.Look(t.Context(), alert.View{Sources: []nashra.SourceStatus{source("a", 3)}}, noon); err != nil {
			t.Errorf("%q: %v", content, err)
		}
		if got := h.took(); len(got) != 1 {
			t.Errorf("%q: told %q", content, got)
		}
	}
}

func TestWhatCannotBeKeptIsToldOnceAllTheSame(t *testing.T) {
	h := newHook(t)
	folder := filepath.Join(t.TempDir(), "later")
	a := alert.New(alert.Config{After: 3, Webhook: h.URL}, filepath.Join(folder, "told"))
	view := alert.View{Sources: []nashra.SourceStatus{source("a", 3)}}
	for n := range 3 {
		if err := a.Look(t.Context(), view, noon); err == nil {
			t.Errorf("look %d: no error, and the file cannot be written", n)
		}
	}
	if got := h.took(); len(got) != 1 {
		t.Errorf("told %q, want it once", got)
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := a.Look(t.Context(), view, noon); err != nil {
		t.Errorf("the folder is there: %v", err)
	}
	again := alert.New(alert.Config{After: 3, Webhook: h.URL}, filepath.Join(folder, "told"))
	if err := again.Look(t.Context(), view, noon); err != nil || len(h.took()) != 0 {
		t.Errorf("another process tells it again, %v", err)
	}
}
