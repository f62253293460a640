package main_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestEveryCommandThatTellsSomethingTellsItAsJSON(t *testing.T) {
	p := newPartner(t, "rss", articles("fikra")...)
	d := newDesk(t, "  - {id: fikrafann, name: جريدة فكرة فن, feed: "+p.URL+"/feed}\n")
	object := func(status int, args ...string) map[string]any {
		t.Helper()
		r := d.nashra(t, append(args, "--json")...)
		var v map[string]any
		if err := json.Unmarshal([]byte(r.stdout), &v); err != nil || r.status != status || strings.Count(r.stdout, "\n") != 1 {
			t.Fatalf("nashra %q: exit status %d, printed %q: %v\n%s", args, r.status, r.stdout, err, r.stderr)
		}
		return v
	}
	if v := object(0, "check"); v["ok"] != true {
		t.Errorf("check without a store: %v", v)
	}
	d.must(t, "fetch")
	id := items(t, d)[0].ID
	for _, c := range []struct {
		args []string
		key  string
		want any
	}{
		{[]string{"version"}, "version", "0.1.0-dev"},
		{[]string{"check"}, "items", 3.0},
		{[]string{"backup", "copy.db"}, "file", "copy.db"},
		{[]string{"compact"}, "store", "data/nashra.db"},
		{[]string{"items", "hide", id, "--reason", "x"}, "done", "hidden"},
		{[]string{"items", "restore", id}, "done", "restored"},
		{[]string{"items", "purge", id, "--reason", "x"}, "done", "purged"},
		{[]string{"sources", "pause", "fikrafann"}, "done", "paused"},
		{[]string{"sources", "resume", "fikrafann"}, "id", "fikrafann"},
		{[]string{"restore", "copy.db"}, "items", 3.0},
	} {
		if v := object(0, c.args...); v[c.key] != c.want {
			t.Errorf("nashra %q: %s is %v, want %v", c.args, c.key, v[c.key], c.want)
		}
	}
	d.serve(t, "--no-schedule")
	if v := object(0, "reload"); v["config"] != "config.yaml" {
		t.Errorf("reload: %v", v)
	}
	d.replace(t, "name: مصر اليوم", "nam: x")
	v := object(1, "check")
	problems, _ := v["problems"].([]any)
	if v["ok"] != false || len(problems) != 2 || problems[1].(map[string]any)["line"] != 2.0 {
		t.Errorf("check of a wrong configuration: %v", v)
	}
}

func TestShellsCompleteCommandsAndSources(t *testing.T) {
	d := newDesk(t, "  - {id: fikrafann, name: جريدة فكرة فن, feed: \"http://a.example/feed\"}\n  - {id: delta, name: الدلتا, feed: \"http://b.example/feed\"}\n")
	for _, shell := range []string{"bash", "zsh", "fish"} {
		script := d.must(t, "completion", shell)
		if !strings.Contains(script, "nashra") || !strings.Contains(script, "__complete") {
			t.Errorf("%s: %.200s", shell, script)
		}
		if _, err := exec.LookPath(shell); err != nil {
			continue // bash is there wherever the tests are; the others where somebody uses them
		}
		path := filepath.Join(d.folder, shell)
		d.write(t, shell, script)
		if out, err := exec.CommandContext(t.Context(), shell, "-n", path).CombinedOutput(); err != nil {
			t.Errorf("%s does not read its script: %v\n%s", shell, err, out)
		}
	}
	for args, want := range map[string]string{
		"doctor fik":       "fikrafann\tجريدة فكرة فن\n",
		"fetch ":           "delta\tالدلتا\n",
		"sources pause de": "delta\tالدلتا\n",
		"sources remove f": "fikrafann\t",
		"rel":              "reload\t",
	} {
		at := strings.LastIndexByte(args, ' ') + 1
		words := append(append([]string{"__complete"}, strings.Fields(args[:at])...), args[at:])
		if out := d.must(t, words...); !strings.Contains(out, want) {
			t.Errorf("%q completes to %q, want %q", args, out, want)
		}
	}
}

func TestTheManualHasAPageForEveryCommand(t *testing.T) {
	d := &desk{folder: t.TempDir()}
	d.must(t, "man", "pages")
	for _, name := range []string{"nashra", "nashra-fetch", "nashra-doctor", "nashra-sources-add", "nashra-items-purge", "nashra-completion-bash"} {
		page := d.read(t, filepath.Join("pages", name+".1"))
		for _, want := range []string{".TH \"" + strings.ToUpper(name) + "\" 1", "\n.SH NAME\n" + strings.ReplaceAll(name, "-", `\-`) + ` \- `, "\n.SH DESCRIPTION\n", "\n.SH SEE ALSO\n"} {
			if !strings.Contains(page, want) {
				t.Errorf("%s has no %q:\n%s", name, want, page)
			}
		}
	}
	if page := d.read(t, "pages/nashra.1"); !strings.Contains(page, "NASHRA_ADMIN_PASSWORD") || !strings.Contains(page, ".SH EXIT STATUS\n.TP\n0\n") {
		t.Errorf("nashra.1 is\n%s", page)
	}
	if page := d.read(t, "pages/nashra-extract.1"); !strings.Contains(page, "FILE<TAB>URL") || !strings.Contains(page, `\fB\-\-batch\fR`) {
		t.Errorf("nashra-extract.1 is\n%s", page)
	}
	pages, err := filepath.Glob(filepath.Join(d.folder, "pages", "*.1"))
	if err != nil || len(pages) < 25 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	if _, err := exec.LookPath("groff"); err != nil {
		return // its warnings are a second opinion
	}
	for _, page := range pages {
		cmd := exec.CommandContext(t.Context(), "groff", "-Kutf8", "-man", "-Tutf8", "-ww", "-z", page)
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("groff on %s: %v\n%s", page, err, out)
		}
	}
}

// onTerminal runs a command on a terminal of its own, which script(1) makes, and
// gives what is written there.
func (d *desk) onTerminal(t *testing.T, env []string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("script"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("script is missing")
		}
		t.Skip("script is missing")
	}
	cmd := exec.CommandContext(t.Context(), "script", "-qec", binary+" "+strings.Join(args, " "), "/dev/null")
	cmd.Dir = d.folder
	cmd.Env = append(append(append(os.Environ(), "NO_COLOR=", "TERM=xterm", "GORACE=atexit_sleep_ms=0"), d.env...), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("nashra %q on a terminal: %v\n%s", args, err, out)
	}
	return string(out)
}

func TestATerminalHasColoursAndProgress(t *testing.T) {
	p := newPartner(t, "rss", articles("fikra")...)
	d := newDesk(t, "  - {id: fikrafann, name: جريدة فكرة فن, feed: "+p.URL+"/feed}\n")
	d.must(t, "fetch")
	if out := d.onTerminal(t, nil, "sources"); !strings.Contains(out, "\x1b[32mok\x1b[0m") {
		t.Errorf("no colours: %q", out)
	}
	for _, env := range []string{"NO_COLOR=1", "TERM=dumb"} {
		if out := d.onTerminal(t, []string{env}, "sources"); strings.Contains(out, "\x1b") {
			t.Errorf("%s: colours: %q", env, out)
		}
	}
	if out := d.onTerminal(t, nil, "backup", "copy.db"); !strings.Contains(out, "copying") || !strings.Contains(out, "copy.db: ") {
		t.Errorf("no progress: %q", out)
	}
	if r := d.nashra(t, "backup", "copy.db"); r.stderr != "" {
		t.Errorf("progress where there is no terminal: %q", r.stderr)
	}
}
