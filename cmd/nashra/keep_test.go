package main_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestKeepLeavesTheNewestAndNothingComesBack(t *testing.T) {
	p, all := newPartner(t, "rss", articles("a")...), newPartner(t, "atom", articles("b")...)
	d := newDesk(t, fmt.Sprintf(`
  - {id: short, name: القصيرة, feed: "%s/feed", keep: {count: 1}}
  - {id: all, name: الكاملة, feed: "%s/feed"}
`, p.URL, all.URL))
	for range 2 {
		d.must(t, "fetch", "short", "all")
		if left := d.must(t, "items", "--source", "short", "--json"); strings.Count(left, "\n") != 1 || !strings.Contains(left, "الفرع رقم 3") {
			t.Errorf("kept are\n%s", left)
		}
		if left := d.must(t, "items", "--source", "all", "--json"); strings.Count(left, "\n") != 3 {
			t.Errorf("of the other source\n%s", left)
		}
		p.edit("a-1", func(a *article) { a.title += " (تصحيح)" })
	}
	if dump := d.must(t, "dump"); strings.Count(dump, `"by":"sweep","reason":"keep: count 1"`) != 2 {
		t.Errorf("the removed ones do not say why:\n%s", dump)
	}

	s := d.serve(t, "--no-schedule") // whose own turns do the same
	d.replace(t, "القصيرة", "القصيرة, keep: {count: 2}")
	d.replace(t, ", keep: {count: 1}", "")
	d.replace(t, "الكاملة", "الكاملة, keep: {age: 24h}")
	s.stop(t)
	d.serve(t, "--no-schedule")
	waitFor(t, "the other source to be swept", func() bool {
		return d.must(t, "items", "--source", "all", "--json") == ""
	})
	if left := d.must(t, "items", "--source", "short", "--json"); strings.Count(left, "\n") != 1 {
		t.Errorf("a larger count brought something back:\n%s", left)
	}
}

func TestPurgedItemIsDestroyedForEver(t *testing.T) {
	p := newPartner(t, "rss", articles("a")...)
	d := newDesk(t, "  - {id: a, name: الأولى, feed: "+p.URL+"/feed}\n")
	d.must(t, "fetch", "a")
	p.edit("a-1", func(a *article) { a.title = "عنوان مصحح" })
	d.must(t, "fetch", "a")
	var id string
	for _, i := range items(t, d) {
		if i.Title == "عنوان مصحح" {
			id = i.ID
		}
	}
	if shown := d.must(t, "items", "show", id, "--revisions"); !strings.Contains(shown, "revision 0") || !strings.Contains(shown, "الفرع رقم 1") {
		t.Errorf("its past is not shown:\n%s", shown)
	}
	d.serve(t, "--no-schedule")
	page := "http://" + d.listen + "/item/" + id
	if r, _ := get(t, page); r.StatusCode != http.StatusOK {
		t.Fatalf("before the purge its page answers %d", r.StatusCode)
	}
	if r := d.nashra(t, "items", "purge", id); r.status != 2 || !strings.Contains(r.stderr, "--reason") {
		t.Errorf("without a reason: %+v", r)
	}
	if out := d.must(t, "items", "purge", id, "--reason", "حكم محكمة"); out != id+" purged\n" {
		t.Errorf("purge prints %q", out)
	}
	if r, _ := get(t, page); r.StatusCode != http.StatusGone {
		t.Errorf("its page answers %d, want 410", r.StatusCode)
	}
	if _, feed := get(t, "http://"+d.listen+"/feed.xml"); strings.Contains(feed, id) {
		t.Error("the feed has it still")
	}
	expectFetch(t, fetched(t, d.must(t, "fetch", "a", "--json"))["a"], "not_modified", http.StatusNotModified, 0, 0, 0)
	p.edit("a-1", func(a *article) { a.title = "عنوان ثالث" })
	expectFetch(t, fetched(t, d.must(t, "fetch", "a", "--json"))["a"], "ok", http.StatusOK, 0, 0, 3)
	dump := d.must(t, "dump")
	for _, word := range []string{"عنوان مصحح", "عنوان ثالث", "فرعها رقم 1 "} {
		if strings.Contains(dump, word) {
			t.Errorf("the store still says %q", word)
		}
	}
	if !strings.Contains(dump, `"reason":"حكم محكمة","purge":true`) {
		t.Errorf("the audit log does not say why:\n%s", dump)
	}
	for _, args := range [][]string{{"items", "show", id}, {"items", "restore", id}, {"items", "purge", "x", "--reason", "y"}} {
		if r := d.nashra(t, args...); r.status != 1 || r.stderr == "" {
			t.Errorf("nashra %q: %+v", args, r)
		}
	}
}
