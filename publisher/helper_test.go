package publisher_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/brotli"

	"nashra"
	"nashra/extractor"
	"nashra/publisher"
	"nashra/store"
)

const (
	siteURL  = "https://news.example"
	password = "كلمة سر"
)

// began is when the tests' first batch is applied.
var began = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// world is a real store and a Server that reads it.
type world struct {
	testing.TB
	store  *store.Store
	server *publisher.Server
	now    time.Time
	cycles map[string]uint64
	batch  int

	fetched func(ctx context.Context, source string) (nashra.Fetch, error) // what a fetch that is asked for comes to
	watched func(ctx context.Context, step func(nashra.Progress)) (nashra.Fetch, error)
	reread  func(by, article string, how nashra.MarkKind) (nashra.Reread, error)
	tried   func(ctx context.Context, settings map[string]string) (nashra.Trial, error)

	selectors map[string]string // in force
}

// Decide is the desk's.
func (w *world) Decide(ctx context.Context, by string, marks ...nashra.Mark) error {
	w.batch++
	_, err := w.store.Apply(ctx, nashra.Batch{ID: fmt.Sprintf("desk/%d", w.batch), At: w.now, By: by, Marks: marks})
	return err
}

// FetchNow is the desk's.
func (w *world) FetchNow(ctx context.Context, _, source string) (nashra.Fetch, error) {
	return w.fetched(ctx, source)
}

// WatchFetch is the desk's.
func (w *world) WatchFetch(ctx context.Context, _ string, step func(nashra.Progress)) (nashra.Fetch, error) {
	return w.watched(ctx, step)
}

// Reread is the desk's.
func (w *world) Reread(ctx context.Context, by, article string, how nashra.MarkKind) (nashra.Reread, error) {
	return w.reread(by, article, how)
}

// Selectors is the desk's.
func (w *world) Selectors(source string) (map[string]string, bool) {
	return w.selectors, w.selectors != nil
}

// Try is the desk's.
func (w *world) Try(ctx context.Context, _, _ string, settings map[string]string) (nashra.Trial, error) {
	return w.tried(ctx, settings)
}

func newWorld(t testing.TB, changes ...func(*publisher.Config)) *world {
	t.Helper()
	st, err := store.Open(filepath.Join(t.TempDir(), "nashra.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	w := &world{TB: t, store: st, now: began, cycles: map[string]uint64{}}
	cairo, err := time.LoadLocation("Africa/Cairo")
	if err != nil {
		t.Fatal(err)
	}
	c := publisher.Config{
		Site:  publisher.Site{Name: "مصر اليوم", URL: siteURL, Language: "ar", Zone: cairo},
		Store: st, Admin: publisher.Admin{User: "admin", Password: password},
		Desk: w, Text: extractor.Text,
		Now: func() time.Time { return w.now }, Version: "test",
	}
	for _, change := range changes {
		change(&c)
	}
	if w.server, err = publisher.New(c); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) apply(b nashra.Batch) nashra.Applied {
	w.Helper()
	w.batch++
	b.At = w.now
	if b.ID == "" {
		b.ID = fmt.Sprintf("test/%d", w.batch)
	}
	if b.By == "" {
		b.By = "test"
	}
	applied, err := w.store.Apply(w.Context(), b)
	if err != nil {
		w.Fatal(err)
	}
	return applied
}

// configure writes source records.
func (w *world) configure(sources ...nashra.Source) {
	w.Helper()
	_, version, err := w.store.Sources(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	for i := range sources {
		s := &sources[i]
		if s.Partner == "" {
			s.Partner = s.ID
		}
		if s.Language == "" {
			s.Language = "ar"
		}
		if s.Timezone == "" {
			s.Timezone = "Africa/Cairo"
		}
	}
	w.apply(nashra.Batch{By: "config", Base: version, Sources: sources})
}

// fetch applies a whole cycle of one source that brings these contents; their
// links are their identities. It returns the ids in the same order.
func (w *world) fetch(source string, contents ...nashra.Content) []string {
	w.Helper()
	return w.fetchAs(source, nashra.State{Outcome: nashra.OutcomeOK, Status: 200, LastSuccess: w.now}, contents...)
}

func (w *world) fetchAs(source string, state nashra.State, contents ...nashra.Content) []string {
	w.Helper()
	var puts []nashra.Put
	var identities []nashra.Identity
	for _, c := range contents {
		identity := nashra.Identity{Partner: source, Link: c.Link, Title: c.Title}
		identities = append(identities, identity)
		puts = append(puts, nashra.Put{Identity: identity, EntryHash: nashra.HashOf(c.Title, c.HTML, c.Link), Content: &c})
	}
	base := w.cycles[source]
	state.Cycle, state.LastFetch = base+1, w.now
	if state.NextDue.IsZero() {
		state.NextDue = w.now.Add(15 * time.Minute)
	}
	w.apply(nashra.Batch{
		By: "cycle", Source: source, Base: base, Cycle: nashra.Cycle{Number: base + 1, Began: w.now}, Puts: puts,
		Fetch: &nashra.Fetch{Source: source, At: w.now, Outcome: state.Outcome, Status: state.Status, Entries: len(puts), Error: state.Error, NextDue: state.NextDue},
		State: &state,
	})
	w.cycles[source]++
	known, err := w.store.Known(w.Context(), identities)
	if err != nil {
		w.Fatal(err)
	}
	var ids []string
	for _, k := range known {
		ids = append(ids, k.ID)
	}
	return ids
}

func (w *world) mark(m nashra.Mark) {
	w.Helper()
	w.apply(nashra.Batch{By: "desk", Marks: []nashra.Mark{m}})
}

// response is an answer with its body unpacked.
type response struct {
	testing.TB
	status int
	header http.Header
	body   string
	sent   int // bytes of the body as they were sent
}

// get asks the server; headers are name, value, name, value.
func (w *world) get(path string, headers ...string) response {
	w.Helper()
	return w.request(http.MethodGet, path, headers...)
}

func (w *world) request(method, path string, headers ...string) response {
	w.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return w.do(r)
}

// desk asks as the admin user.
func (w *world) desk(path string) response {
	w.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.SetBasicAuth("admin", password)
	return w.do(r)
}

func (w *world) do(r *http.Request) response {
	w.Helper()
	recorder := httptest.NewRecorder()
	w.server.ServeHTTP(recorder, r)
	result := recorder.Result()
	var body io.Reader = result.Body
	if r.Method != http.MethodHead && result.StatusCode == 200 {
		switch result.Header.Get("Content-Encoding") {
		case "gzip":
			var err error
			if body, err = gzip.NewReader(result.Body); err != nil {
				w.Fatal(err)
			}
		case "br":
			body = brotli.NewReader(result.Body)
		}
	}
	sent := recorder.Body.Len()
	data, err := io.ReadAll(body)
	if err != nil {
		w.Fatal(err)
	}
	return response{w.TB, result.StatusCode, result.Header, string(data), sent}
}

// ok fails the test where the answer is not 200.
func (r response) ok() response {
	r.Helper()
	if r.status != http.StatusOK {
		r.Fatalf("status %d, want 200:\n%s", r.status, r.body)
	}
	return r
}

func (r response) html() *goquery.Document {
	r.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(r.body))
	if err != nil {
		r.Fatal(err)
	}
	return doc
}

// words is the text of a selection with its white space folded.
func words(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

// hashes are what stands in the names of our static files.
var hashes = regexp.MustCompile(`-[0-9a-f]{12}\.`)

// golden compares got with testdata/name, or writes it with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	got = hashes.ReplaceAllString(got, "-HASH.")
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; make it with: go test ./publisher -update", err)
	}
	if got != string(want) {
		t.Errorf("%s differs; see what changed with: go test ./publisher -update && git diff publisher/testdata\n%s",
			file, firstDifference(got, string(want)))
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d\n got %s\nwant %s", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("got %d lines, want %d", len(g), len(w))
}
