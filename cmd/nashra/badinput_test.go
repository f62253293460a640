package main_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWrongConfigReportsEveryProblemAndStartsNothing(t *testing.T) {
	d := newDesk(t, `
  - id: one
    name: الأولى
    feed: ftp://partner.example/feed
    evry: 5m
  - id: one
    name: الثانية
    feed: https://partner.example/feed
    every: soon
    select: "p:("
`)
	for _, args := range [][]string{{"serve"}, {"fetch"}, {"check"}, {"sources"}} {
		r := d.nashra(t, args...)
		if r.status != 1 {
			t.Errorf("%v: exit status %d, want 1", args, r.status)
		}
		for _, want := range []string{":18:", ":19:", ":20:", ":23:", ":24:"} {
			if !strings.Contains(r.stderr, "config.yaml"+want) {
				t.Errorf("%v: no problem of config.yaml%s\n%s", args, want, r.stderr)
			}
		}
		if _, err := os.Stat(filepath.Join(d.folder, "data")); err == nil {
			t.Errorf("%v: started in spite of a wrong configuration", args)
		}
	}
}

func TestOneBadSourceNeverHarmsTheOthers(t *testing.T) {
	faults := map[string]struct {
		handler http.HandlerFunc
		says    string // a part of the sentence for the editor
	}{
		"broken": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, "500"},
		"html": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<!DOCTYPE html><html><title>صيانة</title><body>نعود قريبا</body></html>")
		}, "HTML"},
		"badxml": {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<rss><channel><item></rss") }, ""},
		"huge": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(2<<30))
			fmt.Fprint(w, "<rss><channel>")
			_, _ = io.Copy(w, endless{}) // until the client has had enough
		}, "MiB"},
		"bomb": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = io.CopyN(z, endless{}, 1<<30) // until the client has had enough
		}, "MiB"},
		"lying": {func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				return
			}
			defer conn.Close()
			fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n<rss><channel><item>%s", strings.Repeat("متن الخبر", 100))
		}, "broken XML"},
		"endless": {func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, "<rss><channel><title>x</title>")
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, "5s"},
	}
	good := newPartner(t, "rss", articles("fikra")...)
	sources := fmt.Sprintf("  - {id: good, name: جريدة فكرة فن, feed: %s/feed}\n  - {id: dead, name: موقع متوقف, feed: http://%s/feed}\n", good.URL, freeAddress(t))
	for id, fault := range faults {
		p := newPartner(t, "rss")
		p.fail(fault.handler)
		sources += fmt.Sprintf("  - {id: %s, name: موقع %[1]s, feed: %s/feed}\n", id, p.URL)
	}
	d := newDesk(t, sources)
	r := d.nashra(t, "fetch", "--json")
	if r.status != 3 {
		t.Errorf("exit status %d, want 3", r.status)
	}
	lines := fetched(t, r.stdout)
	expectFetch(t, lines["good"], "ok", 200, 3, 0, 0)
	if len(lines) != len(faults)+2 {
		t.Errorf("%d outcomes of %d sources", len(lines), len(faults)+2)
	}
	for _, line := range strings.Split(strings.TrimSpace(r.stderr), "\n") {
		if !strings.HasPrefix(line, "nashra: source ") {
			t.Errorf("stderr says %q", line)
		}
	}
	for id, line := range lines {
		if id == "good" {
			continue
		}
		sentence := line["error"].(string)
		if line["outcome"] != "failed" || sentence == "" || !strings.Contains(r.stderr, fmt.Sprintf("%q", id)) {
			t.Errorf("%s: %v", id, line)
		}
		if want := faults[id].says; !strings.Contains(sentence, want) {
			t.Errorf("%s: the sentence does not speak of %q: %s", id, want, sentence)
		}
		t.Logf("%s: %s", id, sentence)
	}
}

// endless is spaces without end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestForeignStoreFileIsLeftUntouched(t *testing.T) {
	good := newPartner(t, "rss", articles("fikra")...)
	d := newDesk(t, "  - {id: fikrafann, name: جريدة فكرة فن, feed: "+good.URL+"/feed}\n")
	d.must(t, "fetch")
	name := filepath.Join(d.folder, "data", "nashra.db")
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	garbled := append([]byte(nil), whole...)
	for i := range 2 * 4096 { // both meta pages
		garbled[i] ^= 0x5a
	}
	for what, content := range map[string][]byte{
		"a text file": []byte(strings.Repeat("not a store\n", 1000)),
		"cut short":   whole[:len(whole)/3],
		"garbled":     garbled,
	} {
		t.Run(what, func(t *testing.T) {
			if err := os.WriteFile(name, content, 0o600); err != nil {
				t.Fatal(err)
			}
			for _, args := range [][]string{{"fetch"}, {"serve"}, {"items"}} {
				r := d.nashra(t, args...)
				if r.status != 1 || !strings.Contains(r.stderr, "nashra.db") || strings.Count(strings.TrimSpace(r.stderr), "\n") > 0 {
					t.Errorf("%v: exit status %d, stderr %q", args, r.status, r.stderr)
				}
			}
			if now, err := os.ReadFile(name); err != nil || string(now) != string(content) {
				t.Errorf("the file was changed (%v)", err)
			}
		})
	}
}

func TestOwnNetworkDownIsSaidOnceAndBlamesNobody(t *testing.T) {
	sources := ""
	for i := range 4 { // hosts of their own, on which nothing listens
		sources += fmt.Sprintf("  - {id: s%d, name: موقع %[1]d, feed: 'http://127.0.0.1%[1]d:65533/feed'}\n", i)
	}
	d := newDesk(t, sources)
	r := d.nashra(t, "fetch", "--json")
	if r.status != 1 || r.stdout != "" || strings.Count(r.stderr, "\n") != 1 || !strings.Contains(r.stderr, "network") {
		t.Errorf("exit status %d, stdout %q, stderr %q", r.status, r.stdout, r.stderr)
	}
	if listing := d.must(t, "sources", "--json"); strings.Count(listing, `"consecutive_failures":0`) != 4 {
		t.Errorf("failures were counted: %s", listing)
	}
}
