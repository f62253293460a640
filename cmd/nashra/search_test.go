package main_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// searchDesk is a desk whose store holds n articles on one subject.
func searchDesk(t *testing.T, n int) *desk {
	t.Helper()
	var many []article
	for i := range n {
		a := articles(fmt.Sprintf("fikra-%d", i))[0]
		a.title = fmt.Sprintf("افتتاح المعرض رقم %d", i)
		a.published = may.Add(time.Duration(i) * time.Minute)
		many = append(many, a)
	}
	p := newPartner(t, "rss", many...)
	d := newDesk(t, "  - {id: fikrafann, name: جريدة فكرة فن, limit: 500, feed: "+p.URL+"/feed}\n")
	d.must(t, "fetch")
	return d
}

func TestSearchFindsTheSameWhetherServeRunsOrNot(t *testing.T) {
	d := searchDesk(t, 30)
	hidden := items(t, d)[3]
	d.must(t, "items", "hide", hidden.ID, "--reason", "test")
	commands := [][]string{
		{"items", "--search", "معرض"}, {"items", "--search", "معرض 7"}, {"items", "--search", "معرض", "--limit", "5", "--json"},
		{"items", "--search", "المعارض والكتب"}, {"items", "--search", `"المعرض رقم 12"`, "--source", "fikrafann"},
		{"items", "--search", "معرض", "--order", "best"}, {"items", "--search", ""},
	}
	var alone []string
	for _, c := range commands {
		alone = append(alone, d.must(t, c...))
	}
	if n := strings.Count(alone[0], "\n"); n != 30 {
		t.Errorf("found %d, want 30:\n%s", n, alone[0])
	}
	if !strings.Contains(alone[0], "[hidden] "+hidden.Title) {
		t.Errorf("the desk does not find what is hidden:\n%s", alone[0])
	}
	if alone[4] == "" || strings.Count(alone[4], "\n") != 1 || alone[6] != "" {
		t.Errorf("the phrase finds %q, nothing finds %q", alone[4], alone[6])
	}
	server := d.serve(t, "--no-schedule")
	for i, c := range commands {
		if got := d.must(t, c...); got != alone[i] {
			t.Errorf("%q beside serve\n got %q\nwant %q", c, got, alone[i])
		}
	}
	server.stop(t)
	for _, args := range [][]string{{"items", "--search", "a", "--order", "x"}, {"items", "--search"}} {
		if r := d.nashra(t, args...); r.status != 2 {
			t.Errorf("nashra %q: exit status %d", args, r.status)
		}
	}
	if r := d.nashra(t, "items", "--search", "a", "--source", "nobody"); r.status != 1 || !strings.Contains(r.stderr, "nobody") {
		t.Errorf("an unknown source: exit status %d, %q", r.status, r.stderr)
	}
}

// searchPage is what a reader gets who searches.
func (d *desk) searchPage(t *testing.T, words string) string {
	t.Helper()
	resp, err := http.Get("http://" + d.listen + "/search?q=" + url.QueryEscape(words))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %v", resp.StatusCode, err)
	}
	return string(body)
}

func TestReadersFindWhatServeFetched(t *testing.T) {
	p := newPartner(t, "rss", articles("fikra")...)
	d := newDesk(t, "  - {id: fikrafann, name: جريدة فكرة فن, feed: "+p.URL+"/feed}\n")
	server := d.serve(t, "--no-schedule")
	d.must(t, "fetch")
	title := items(t, d)[0]
	path := "/item/" + title.ID
	waitFor(t, "the index to follow", func() bool { return strings.Contains(d.searchPage(t, title.Title), path) })
	d.must(t, "items", "hide", title.ID, "--reason", "test")
	if strings.Contains(d.searchPage(t, title.Title), path) {
		t.Error("what is hidden is still found")
	}
	d.must(t, "items", "restore", title.ID, "--reason", "test")
	if !strings.Contains(d.searchPage(t, title.Title), path) {
		t.Error("what is restored is not found")
	}
	server.stop(t)
}

// What serve or a command leaves that is killed while it indexes is gone on
// with or made anew: in the end everything is found.
func TestKilledIndexingLosesNothing(t *testing.T) {
	const rounds = 12
	d := searchDesk(t, 150)
	want := d.must(t, "items", "--search", "معرض", "--limit", "500")
	if n := strings.Count(want, "\n"); n != 150 {
		t.Fatalf("found %d", n)
	}
	folder := filepath.Join(d.folder, "data", "nashra.db.search")
	whole := duration(func() {
		if err := os.RemoveAll(folder); err != nil {
			t.Fatal(err)
		}
		d.must(t, "items", "--search", "معرض")
	})
	for round := range rounds {
		if round%2 == 0 {
			if err := os.RemoveAll(folder); err != nil {
				t.Fatal(err)
			}
		}
		cmd := d.command(t.Context(), "items", "--search", "معرض")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		kill := time.AfterFunc(whole*time.Duration(round+1)/rounds, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait() // killed or not
		kill.Stop()
		if got := d.must(t, "items", "--search", "معرض", "--limit", "500"); got != want {
			t.Fatalf("round %d: found %d, want 150", round, strings.Count(got, "\n"))
		}
	}
}
