package main_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// expectWholeOrNone asks for all items: each answers with its whole text or
// with an error. It returns how many answered with an error.
func (d *desk) expectWholeOrNone(t *testing.T, list []item, published []article) (failed int) {
	t.Helper()
	for _, i := range list {
		answer := d.get(t, "/item/"+i.ID)
		if strings.HasPrefix(answer, "500 ") {
			failed++
			continue
		}
		for _, a := range published {
			if a.title != i.Title {
				continue
			}
			for _, p := range a.paragraphs {
				if !strings.HasPrefix(answer, "200 ") || !strings.Contains(answer, p) {
					t.Errorf("%s answers without %q:\n%s", i.ID, p, answer)
				}
			}
		}
	}
	return failed
}

// TestAChangedByteServesNoHalfArticle changes a byte in the middle of each body
// of the store, one after the other.
func TestAChangedByteServesNoHalfArticle(t *testing.T) {
	d := fetchedDesk(t)
	list := items(t, d)
	sound := []byte(d.read(t, "data/nashra.db"))
	frame := []byte{0x28, 0xB5, 0x2F, 0xFD} // begins a body, RFC 8878
	var failed int
	for at := bytes.Index(sound, frame); at >= 0; {
		changed := bytes.Clone(sound)
		changed[at+60] ^= 0x20
		d.write(t, "data/nashra.db", string(changed))
		server := d.serve(t, "--no-schedule")
		failed += d.expectWholeOrNone(t, list, articles("fikra"))
		server.stop(t)
		next := bytes.Index(sound[at+1:], frame)
		if next < 0 {
			break
		}
		at += 1 + next
	}
	if failed == 0 {
		t.Error("no article was damaged: the test tests nothing")
	}
	d.write(t, "data/nashra.db", string(sound))
	d.must(t, "check")
}

func TestAFileCutShortIsASentence(t *testing.T) {
	d := fetchedDesk(t)
	list := items(t, d)
	d.must(t, "backup", "copy.db")
	name := filepath.Join(d.folder, "data", "nashra.db")
	server := d.serve(t, "--no-schedule")
	if err := os.Truncate(name, int64(2*os.Getpagesize())); err != nil {
		t.Fatal(err)
	}
	if failed := d.expectWholeOrNone(t, list, articles("fikra")); failed != len(list) {
		t.Errorf("%d of %d items answer although their file is cut", len(list)-failed, len(list))
	}
	for _, args := range [][]string{{"fetch", "--all"}, {"items", "hide", list[0].ID, "--reason", "r"}, {"items"}, {"check"}, {"backup", "other.db"}, {"compact"}} {
		r := d.nashra(t, args...)
		if r.status == 0 || strings.Count(r.stderr, "\n") != 1 || !strings.Contains(r.stderr, "backup") {
			t.Errorf("nashra %q beside serve: %+v", args, r)
		}
	}
	server.stop(t)
	for _, args := range [][]string{{"serve"}, {"items"}, {"check"}, {"check", "--repair"}} {
		r := d.nashra(t, args...)
		if r.status != 1 || r.stdout != "" || strings.Count(r.stderr, "\n") != 1 || !strings.Contains(r.stderr, "restore it from a backup") {
			t.Errorf("nashra %q: %+v", args, r)
		}
	}
	d.must(t, "restore", "copy.db")
	if got := items(t, d); len(got) != len(list) {
		t.Errorf("%d items after the restore, want %d", len(got), len(list))
	}
}
