package main_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// fetchedDesk is a desk with three items.
func fetchedDesk(t *testing.T) *desk {
	t.Helper()
	rss := newPartner(t, "rss", articles("fikra")...)
	d := newDesk(t, "  - {id: fikrafann, name: جريدة فكرة فن, feed: "+rss.URL+"/feed}\n")
	d.must(t, "fetch")
	return d
}

func TestBackupHasAChecksumForSha256sum(t *testing.T) {
	d := fetchedDesk(t)
	server := d.serve(t, "--no-schedule")
	d.must(t, "backup", "copy.db")
	server.stop(t)
	want := fmt.Sprintf("%x  copy.db\n", sha256.Sum256([]byte(d.read(t, "copy.db"))))
	if got := d.read(t, "copy.db.sha256"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRestoreBringsABackupBack(t *testing.T) {
	d := fetchedDesk(t)
	d.must(t, "backup", "copy.db")
	before := d.must(t, "dump")
	d.must(t, "items", "hide", items(t, d)[0].ID, "--reason", "r")
	after := d.must(t, "dump")

	server := d.serve(t, "--no-schedule")
	r := d.nashra(t, "restore", "copy.db")
	if pid := fmt.Sprint(server.cmd.Process.Pid); r.status != 1 || !strings.Contains(r.stderr, "process "+pid) || !strings.Contains(r.stderr, "stop it") {
		t.Errorf("beside serve: exit status %d, stderr %q; want process %s to be stopped", r.status, r.stderr, pid)
	}
	server.stop(t)

	out := d.must(t, "restore", "copy.db")
	if !strings.Contains(out, "3 items") {
		t.Errorf("restore printed %q", out)
	}
	if got := d.must(t, "dump"); got != before {
		t.Errorf("the store is not that of the backup:\n%s\nwant\n%s", got, before)
	}
	_, kept, _ := strings.Cut(strings.TrimSpace(out), "kept as ")
	d.must(t, "backup", "other.db") // the store works, and what was there too
	d.must(t, "restore", kept)
	if got := d.must(t, "dump"); got != after {
		t.Error("the store that was kept is not what it was")
	}
}

func TestRestoreOfAChangedCopyChangesNothing(t *testing.T) {
	d := fetchedDesk(t)
	d.must(t, "backup", "copy.db")
	d.must(t, "items", "hide", items(t, d)[0].ID, "--reason", "r")
	before := d.must(t, "dump")
	sound := []byte(d.read(t, "copy.db"))
	flipped := bytes.Clone(sound)
	flipped[len(flipped)/2] ^= 1
	for name, data := range map[string][]byte{"flipped": flipped, "cut": sound[:len(sound)-5000], "empty": nil} {
		t.Run(name, func(t *testing.T) {
			d.write(t, "copy.db", string(data))
			r := d.nashra(t, "restore", "copy.db")
			if r.status != 1 || r.stdout != "" || strings.Count(r.stderr, "\n") != 1 || !strings.Contains(r.stderr, "copy.db") {
				t.Errorf("exit status %d, stdout %q, stderr %q", r.status, r.stdout, r.stderr)
			}
			if got := d.must(t, "dump"); got != before {
				t.Error("the store has changed")
			}
		})
	}
}

func TestCheckSaysWhatIsWrongAndRepairNeedsTheFileAlone(t *testing.T) {
	d := fetchedDesk(t)
	server := d.serve(t, "--no-schedule")
	if out := d.must(t, "check"); !strings.Contains(out, "sound: 1 sources, 3 items") {
		t.Errorf("check printed %q", out)
	}
	r := d.nashra(t, "check", "--repair")
	if pid := fmt.Sprint(server.cmd.Process.Pid); r.status != 1 || !strings.Contains(r.stderr, "process "+pid) {
		t.Errorf("beside serve: exit status %d, stderr %q; want process %s", r.status, r.stderr, pid)
	}
	server.stop(t)
	d.must(t, "check", "--repair")

	// A letter of a title is changed: the record's checksum tells.
	data := d.read(t, "data/nashra.db")
	changed := strings.ReplaceAll(data, "جريدة", "جريدت")
	if changed == data {
		t.Fatal("the store does not hold what is to be changed")
	}
	d.write(t, "data/nashra.db", changed)
	for _, args := range [][]string{{"check"}, {"check", "--repair"}} {
		r = d.nashra(t, args...)
		if r.status != 1 || r.stdout != "" || !strings.Contains(r.stderr, "source \"fikrafann\"") || !strings.Contains(r.stderr, "restore a backup") {
			t.Errorf("nashra %q: exit status %d, stdout %q, stderr %q", args, r.status, r.stdout, r.stderr)
		}
	}
}

// TestSignalEndsADumpThatNobodyReads: a write to a full pipe does not end by
// itself.
func TestSignalEndsADumpThatNobodyReads(t *testing.T) {
	many := articles("fikra")
	for i := range many {
		many[i].paragraphs = append(many[i].paragraphs, strings.Repeat("نص طويل من أخبار الفن والأدب. ", 4000))
	}
	rss := newPartner(t, "rss", many...)
	d := newDesk(t, "  - {id: fikrafann, name: جريدة فكرة فن, feed: "+rss.URL+"/feed}\n")
	d.must(t, "fetch")
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	dump := d.command(t.Context(), "dump")
	dump.Stdout = write
	if err := dump.Start(); err != nil {
		t.Fatal(err)
	}
	write.Close()
	if _, err := io.ReadFull(read, make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := dump.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = dump.Wait() // not with status 0
	if took := time.Since(began); took > 10*time.Second || dump.ProcessState.ExitCode() != 130 {
		t.Errorf("it ended after %s with status %d; want 130 within 10 s", took, dump.ProcessState.ExitCode())
	}
	d.must(t, "check")
}

func TestBackupRemovesWhatKilledOnesLeft(t *testing.T) {
	d := fetchedDesk(t)
	left, making := ".yesterday.db-123.nashra-partial", ".other.db-456.nashra-partial"
	d.write(t, left, "half")
	d.write(t, making, "half")
	f, err := os.Open(filepath.Join(d.folder, making))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	d.must(t, "backup", "today.db")
	got := beside(t, d.folder, ".*.nashra-partial")
	if len(got) != 1 || filepath.Base(got[0]) != making {
		t.Errorf("beside the backup there is %q, want what another process is making, %q", got, making)
	}
}
