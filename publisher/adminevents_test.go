package publisher_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nashra"
)

// watch opens the stream of a source's fetch, in English, and reads lines of it
// on demand.
func (w *world) watch(t *testing.T, web *httptest.Server, source string) (*http.Response, *bufio.Scanner) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, web.URL+"/admin/source/"+source+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth("admin", password)
	req.Header.Set("Accept-Language", "en")
	resp, err := web.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return resp, bufio.NewScanner(resp.Body)
}

func TestAFetchTellsHowItGoes(t *testing.T) {
	w := newWorld(t)
	newsroom(w)
	begin := make(chan struct{})
	w.watched = func(ctx context.Context, step func(nashra.Progress)) (nashra.Fetch, error) {
		step(nashra.Progress{Stage: nashra.StageIdle})
		<-begin
		step(nashra.Progress{Stage: nashra.StageAsked})
		step(nashra.Progress{Stage: nashra.StageAnswered, Outcome: nashra.OutcomeOK, Status: 200, Entries: 12})
		step(nashra.Progress{Stage: nashra.StagePages, Done: 3, Of: 8})
		step(nashra.Progress{Stage: nashra.StageApplied, Applied: nashra.Applied{New: 8, Unchanged: 4}})
		return nashra.Fetch{Outcome: nashra.OutcomeOK, Status: 200, New: 8, Unchanged: 4}, nil
	}
	web := httptest.NewServer(w.server)
	t.Cleanup(web.Close)
	resp, lines := w.watch(t, web, "nile")
	if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "text/event-stream" || resp.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v", resp.StatusCode, resp.Header)
	}
	if lines.Scan(); lines.Text() != "event: idle" {
		t.Fatalf("the stream begins with %q", lines.Text())
	}
	close(begin)
	var got []string
	for lines.Scan() {
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			got = append(got, data)
		}
	}
	want := []string{
		`{}`,
		`{"stage":"asked","text":"The partner's site is asked for the feed"}`,
		`{"stage":"answered","text":"The answer is there: well, 12 entries"}`,
		`{"stage":"pages","text":"Pages read: 3 of 8"}`,
		`{"stage":"applied","text":"Stored: 8 new, 0 updated, 4 unchanged"}`,
		`{"said":"fetched","text":"well, 8 new, 0 updated, 4 unchanged"}`,
	}
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("got\n%s\nwant\n%s", g, w)
	}
}

func TestOnlyTheDeskWatchesFetches(t *testing.T) {
	w := newWorld(t)
	newsroom(w)
	if got := w.get("/admin/source/nile/events"); got.status != http.StatusUnauthorized {
		t.Errorf("without a password: %d", got.status)
	}
	r := httptest.NewRequest(http.MethodGet, "/admin/source/nile/events", nil)
	r.SetBasicAuth("admin", password)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if got := w.do(r); got.status != http.StatusForbidden {
		t.Errorf("by a page of another site: %d", got.status)
	}
	if got := w.desk("/admin/source/nobody/events"); got.status != http.StatusNotFound {
		t.Errorf("of a source that is not there: %d", got.status)
	}
}

func TestNoMoreThanSoManyWatch(t *testing.T) {
	w := newWorld(t)
	newsroom(w)
	ended := make(chan struct{}, 1)
	w.watched = func(ctx context.Context, step func(nashra.Progress)) (nashra.Fetch, error) {
		step(nashra.Progress{Stage: nashra.StageIdle})
		<-ctx.Done()
		select {
		case ended <- struct{}{}:
		default:
		}
		return nashra.Fetch{}, ctx.Err()
	}
	web := httptest.NewServer(w.server)
	t.Cleanup(web.Close)
	var first *http.Response
	for i := range 32 {
		resp, lines := w.watch(t, web, "nile")
		if lines.Scan(); resp.StatusCode != 200 {
			t.Fatalf("watcher %d: %d", i+1, resp.StatusCode)
		}
		if first == nil {
			first = resp
		}
	}
	resp, _ := w.watch(t, web, "nile")
	if resp.StatusCode != http.StatusTooManyRequests || resp.Header.Get("Retry-After") == "" {
		t.Errorf("one more: %d %v", resp.StatusCode, resp.Header)
	}
	first.Body.Close()
	<-ended
	for resp.StatusCode != 200 { // its place is free a moment later
		resp.Body.Close()
		resp, _ = w.watch(t, web, "nile")
	}
}

// flushed is a recorder that a stream's text can be read of.
type flushed struct {
	*httptest.ResponseRecorder
	after []time.Duration // when something was sent
	began time.Time
}

func (f *flushed) Flush() { f.after = append(f.after, time.Since(f.began)) }

func TestAStreamWithNothingToTellBeatsAndEnds(t *testing.T) {
	w := newWorld(t)
	newsroom(w)
	w.desk("/admin/").ok() // the password is known from here on
	w.watched = func(ctx context.Context, step func(nashra.Progress)) (nashra.Fetch, error) {
		step(nashra.Progress{Stage: nashra.StageIdle})
		<-ctx.Done()
		return nashra.Fetch{}, ctx.Err()
	}
	synctest.Test(t, func(t *testing.T) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/admin/source/nile/events", nil)
		r.SetBasicAuth("admin", password)
		f := &flushed{ResponseRecorder: httptest.NewRecorder(), began: time.Now()}
		w.server.ServeHTTP(f, r)
		body, _ := io.ReadAll(f.Body) // of memory
		if took := time.Since(f.began); took != time.Minute || strings.Count(string(body), ": still here\n\n") < 3 {
			t.Errorf("after %s the stream is %q", took, body)
		}
		for i, at := range f.after {
			if i > 0 && at-f.after[i-1] > 20*time.Second {
				t.Errorf("silent until %s", at)
			}
		}
	})
}

func TestAWatcherThatLeavesEndsItsWatching(t *testing.T) {
	w := newWorld(t)
	newsroom(w)
	ended := make(chan struct{})
	w.watched = func(ctx context.Context, step func(nashra.Progress)) (nashra.Fetch, error) {
		defer close(ended)
		for {
			step(nashra.Progress{Stage: nashra.StageAsked})
			if ctx.Err() != nil {
				return nashra.Fetch{}, ctx.Err()
			}
		}
	}
	web := httptest.NewServer(w.server)
	t.Cleanup(web.Close)
	resp, lines := w.watch(t, web, "nile")
	lines.Scan()
	resp.Body.Close()
	<-ended
}
