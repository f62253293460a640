package main_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestKilledRestoreLeavesOneStoreOrTheOther kills real restores at many moments.
func TestKilledRestoreLeavesOneStoreOrTheOther(t *testing.T) {
	d := fetchedDesk(t)
	d.must(t, "backup", "old.db")
	old := d.must(t, "dump")
	d.must(t, "items", "hide", items(t, d)[0].ID, "--reason", "r")
	d.must(t, "backup", "new.db")
	latest := d.must(t, "dump")
	whole := duration(func() { d.must(t, "restore", "old.db") })
	restored := 0
	for round := range 20 {
		d.must(t, "restore", "new.db")
		for _, name := range beside(t, filepath.Join(d.folder, "data"), "*.replaced-*") {
			if err := os.Remove(filepath.Join(d.folder, "data", name)); err != nil {
				t.Fatal(err)
			}
		}
		d.killed(t, whole, "restore", "old.db")
		switch got := d.must(t, "dump"); got {
		case old:
			restored++
		case latest:
			if left := beside(t, filepath.Join(d.folder, "data"), "*.re*"); len(left) > 0 {
				t.Errorf("round %d: left beside the store: %q", round, left)
			}
		default:
			t.Fatalf("round %d left a third store:\n%s", round, got)
		}
		d.must(t, "check")
	}
	t.Logf("%d of 20 restores were done before the kill", restored)
}

// TestKilledCompactionLosesNothing kills a real serve that compacts.
func TestKilledCompactionLosesNothing(t *testing.T) {
	d := fetchedDesk(t)
	want := d.must(t, "dump")
	whole := duration(func() { d.must(t, "compact") })
	for range 20 {
		d.killed(t, whole, "compact")
		if got := d.must(t, "dump"); got != want {
			t.Fatalf("the store is\n%s\nwant\n%s", got, want)
		}
		if left := beside(t, filepath.Join(d.folder, "data"), "*.compact"); len(left) > 0 {
			t.Errorf("left beside the store: %q", left)
		}
	}
	d.must(t, "check")
}

// killed runs a command and kills it at some moment of the time that it takes.
func (d *desk) killed(t *testing.T, whole time.Duration, args ...string) {
	t.Helper()
	cmd := d.command(t.Context(), args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := time.AfterFunc(time.Duration(rand.Int64N(int64(whole))), func() { _ = cmd.Process.Kill() })
	_ = cmd.Wait() // killed or not
	kill.Stop()
}

// TestAStoreOfTheFutureGoesOn: the clock has been set back since.
func TestAStoreOfTheFutureGoesOn(t *testing.T) {
	p := newPartner(t, "rss", articles("fikra")...)
	d := newDesk(t, "  - {id: fikrafann, name: جريدة فكرة فن, feed: "+p.URL+"/feed}\n")
	d.must(t, "fetch")
	toTheFuture(t, filepath.Join(d.folder, "data", "nashra.db"), "fikrafann")
	p.edit(articles("fikra")[0].slug, func(a *article) { a.title = "عنوان جديد بعد أن عادت الساعة" })
	line := fetched(t, d.must(t, "fetch", "--json"))["fikrafann"]
	if line["outcome"] != "ok" || line["updated"] != 1.0 {
		t.Errorf("got %v", line)
	}
	if list := d.must(t, "items"); !strings.Contains(list, "عنوان جديد بعد أن عادت الساعة") {
		t.Errorf("the revision is not there:\n%s", list)
	}
	d.must(t, "check")
	if line := fetched(t, d.must(t, "fetch", "--all", "--json"))["fikrafann"]; line["outcome"] != "ok" && line["outcome"] != "not_modified" {
		t.Errorf("the next cycle: %v", line)
	}
}
