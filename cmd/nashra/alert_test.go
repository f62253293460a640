package main_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// pager is the operator's webhook.
type pager struct {
	*httptest.Server
	mu   sync.Mutex
	told []string // events and sources
	hang chan struct{}
}

func newPager(t *testing.T) *pager {
	t.Helper()
	p := &pager{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		hang := p.hang
		p.mu.Unlock()
		if hang != nil {
			select {
			case <-hang:
			case <-r.Context().Done():
			}
			return
		}
		var m struct {
			Alerts []struct{ Event, Source string }
		}
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			t.Error(err)
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, a := range m.Alerts {
			p.told = append(p.told, strings.TrimSpace(a.Event+" "+a.Source))
		}
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *pager) all() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.told)
}

func (p *pager) expect(t *testing.T, want ...string) {
	t.Helper()
	if got := p.all(); !slices.Equal(got, want) {
		t.Errorf("told %q, want %q", got, want)
	}
}

func TestTheOperatorIsToldOnceByCronAndServe(t *testing.T) {
	p := newPartner(t, "rss", articles("fikra")...)
	hook := newPager(t)
	d := newDesk(t, "  - {id: fikrafann, name: جريدة فكرة فن, feed: "+p.URL+"/feed}\n")
	d.replace(t, "sources:\n", "alerts: {after: 2, webhook_file: hook}\nsources:\n")
	d.write(t, "hook", hook.URL+"\n")
	p.fail(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })

	d.nashra(t, "fetch", "fikrafann")
	hook.expect(t)
	for range 2 { // two processes of cron
		if r := d.nashra(t, "fetch", "fikrafann"); r.status != 3 || strings.Contains(r.stderr, "warning") {
			t.Errorf("exit status %d, stderr %q", r.status, r.stderr)
		}
	}
	hook.expect(t, "failing fikrafann")

	first := d.serve(t, "--no-schedule")
	d.nashra(t, "fetch", "fikrafann")
	first.stop(t)
	hook.expect(t, "failing fikrafann")

	d.serve(t, "--no-schedule")
	p.fail(nil)
	d.must(t, "fetch", "fikrafann")
	waitFor(t, "the recovery to be told", func() bool { return len(hook.all()) == 2 })
	hook.expect(t, "failing fikrafann", "recovered fikrafann")
}

func TestAnAlertThatDoesNotArriveFailsNoCycle(t *testing.T) {
	p := newPartner(t, "rss", articles("fikra")...)
	down := newPartner(t, "rss")
	down.fail(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	hook := newPager(t)
	hook.hang = make(chan struct{})
	t.Cleanup(func() { close(hook.hang) })
	d := newDesk(t, "  - {id: well, name: أ, feed: "+p.URL+"/feed}\n  - {id: down, name: ب, feed: "+down.URL+"/feed}\n")
	d.replace(t, "sources:\n", "alerts: {after: 1, command: [\"false\"]}\nsources:\n")
	r := d.nashra(t, "fetch", "--json")
	if r.status != 3 || !strings.Contains(r.stderr, "warning: alerts: command: run false") {
		t.Errorf("exit status %d, stderr %q", r.status, r.stderr)
	}
	expectFetch(t, fetched(t, r.stdout)["well"], "ok", 200, 3, 0, 0)

	// Beside serve no cycle waits for a webhook that hangs.
	d.replace(t, "command: [\"false\"]", "webhook: "+hook.URL)
	d.serve(t, "--no-schedule")
	began := time.Now()
	for range 3 {
		d.nashra(t, "fetch", "down")
	}
	if took := time.Since(began); took > 8*time.Second {
		t.Errorf("three cycles took %s beside a webhook that hangs", took)
	}
}
