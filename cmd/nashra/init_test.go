package main_test

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// emptyDesk is a folder without a configuration.
func emptyDesk(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t, "")
	if err := os.Remove(filepath.Join(d.folder, "config.yaml")); err != nil {
		t.Fatal(err)
	}
	d.env = nil
	return d
}

func TestInitWritesAConfigurationThatWorks(t *testing.T) {
	p := newPartner(t, "rss", articles("fikra")...)
	d := emptyDesk(t)
	site := "http://" + d.listen
	r := d.nashraIn(t, "مصر: \"اليوم\" #1\nno address\n"+site+"\n"+p.URL+"/feed\nمحرر\n", "init")
	if r.status != 0 || !strings.Contains(r.stdout, "config.yaml") {
		t.Fatalf("exit status %d\nstdout: %s\nstderr: %s", r.status, r.stdout, r.stderr)
	}
	if n := strings.Count(r.stderr, "Its public address"); n != 2 {
		t.Errorf("a wrong address was asked for %d times, want 2:\n%s", n, r.stderr)
	}
	d.must(t, "check")
	line := fetched(t, d.must(t, "fetch", "--json"))
	if len(line) != 1 {
		t.Fatalf("fetched %v", line)
	}
	for _, got := range line {
		expectFetch(t, got, "ok", 200, len(articles("fikra")), 0, 0)
	}
	info, err := os.Stat(filepath.Join(d.folder, "admin-password"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the password's file: %v, %v", info, err)
	}
	d.serve(t)
	address := "http://" + url.UserPassword("محرر", strings.TrimSpace(d.read(t, "admin-password"))).String() + "@" + d.listen
	if resp, _ := get(t, address+"/admin/"); resp.StatusCode != 200 {
		t.Errorf("the admin gets status %d with the password that was made", resp.StatusCode)
	}
	if _, front := get(t, site+"/"); !strings.Contains(front, "مصر: &#34;اليوم&#34; #1") {
		t.Error("the site has another name")
	}
}

func TestInitNeverOverwrites(t *testing.T) {
	p := newPartner(t, "rss", articles("fikra")...)
	d := emptyDesk(t)
	d.write(t, "config.yaml", "# mine\n")
	if r := d.nashra(t, "init", "--yes", "--partner", p.URL); r.status != 1 || !strings.Contains(r.stderr, "there already") {
		t.Errorf("exit status %d, stderr %q", r.status, r.stderr)
	}
	if got := d.read(t, "config.yaml"); got != "# mine\n" {
		t.Errorf("the file has become %q", got)
	}
	if _, err := os.Stat(filepath.Join(d.folder, "admin-password")); err == nil {
		t.Error("a password was written all the same")
	}
}

func TestInitTakesFlagsAndDefaults(t *testing.T) {
	p := newPartner(t, "rss", articles("fikra")...)
	gone := newPartner(t, "rss")
	gone.Close()
	tests := []struct {
		name, stdin string
		args        []string
		status      int
		says        string
	}{
		{"defaults by --yes", "", []string{"--yes", "--partner", p.URL + "/feed"}, 0, ""},
		{"defaults at the end of stdin", "", []string{"--partner", p.URL + "/feed"}, 0, ""},
		{"empty answers", "\n\n\n", []string{"--partner", p.URL + "/feed"}, 0, ""},
		{"nobody administers", "", []string{"--yes", "--partner", p.URL + "/feed", "--admin", "-"}, 0, ""},
		{"a partner that is down", "", []string{"--yes", "--partner", gone.URL + "/feed"}, 0, "nothing listens"},
		{"a wrong flag", "", []string{"--yes", "--url", "ftp://x"}, 2, "--url"},
		{"a wrong answer and no other", "x\nftp://x", []string{"--partner", p.URL + "/feed"}, 1, "ftp://x"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := emptyDesk(t)
			r := d.nashraIn(t, tt.stdin, append([]string{"init"}, tt.args...)...)
			if r.status != tt.status || !strings.Contains(r.stderr, tt.says) {
				t.Fatalf("exit status %d, want %d, with %q\n%s", r.status, tt.status, tt.says, r.stderr)
			}
			if r.status == 0 {
				d.must(t, "check")
			}
		})
	}
}

// A key that is out of force stands there to be put into force.
func TestEveryCommentedKeyOfInitIsRight(t *testing.T) {
	p := newPartner(t, "rss", articles("fikra")...)
	d := emptyDesk(t)
	d.must(t, "init", "--yes", "--partner", p.URL+"/feed", "--admin", "-")
	commented := regexp.MustCompile(`(?m)^( *)# (( *)[a-z_]+:.*)$`)
	text := d.read(t, "config.yaml")
	if n := len(commented.FindAllString(text, -1)); n < 12 {
		t.Fatalf("%d keys are out of force, want all of them", n)
	}
	d.write(t, "config.yaml", commented.ReplaceAllString(text, "$1$2"))
	d.must(t, "check")
}

func TestCtrlCEndsInit(t *testing.T) {
	d := emptyDesk(t)
	in, keyboard, err := os.Pipe() // on which nobody types
	if err != nil {
		t.Fatal(err)
	}
	defer keyboard.Close()
	defer in.Close()
	var said lockedBuffer
	cmd := d.command(t.Context(), "init")
	cmd.Stdin, cmd.Stderr = in, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the first question", func() bool { return strings.Contains(said.String(), "Name of your site") })
	began := time.Now()
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // its status tells
	if status := cmd.ProcessState.ExitCode(); status != 130 || time.Since(began) > 5*time.Second {
		t.Errorf("exit status %d after %s: %s", status, time.Since(began), &said)
	}
	if _, err := os.Stat(filepath.Join(d.folder, "config.yaml")); err == nil {
		t.Error("a configuration was written")
	}
}
