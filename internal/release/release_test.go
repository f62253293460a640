package main

import (
	"debug/buildinfo"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// The same commit gives the same bytes, whatever folder it lies in.
func TestTwoBuildsOfOneCommitAreTheSame(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("git is missing")
		}
		t.Skip("git is missing")
	}
	host := []target{{runtime.GOOS, runtime.GOARCH}}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	var sums []string
	var folders []string
	for range 2 {
		src, out := filepath.Join(t.TempDir(), "src"), filepath.Join(t.TempDir(), "dist")
		if said, err := exec.CommandContext(t.Context(), "git", "clone", "-q", "--no-hardlinks", root, src).CombinedOutput(); err != nil {
			t.Fatalf("git clone: %v\n%s", err, said)
		}
		t.Chdir(src)
		if err := run(t.Context(), []string{out}, host); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(out, "SHA256SUMS"))
		if err != nil {
			t.Fatal(err)
		}
		sums, folders = append(sums, string(data)), append(folders, out)
	}
	if sums[0] != sums[1] || strings.Count(sums[0], "\n") != 2 {
		t.Errorf("the sums are\n%sand\n%s", sums[0], sums[1])
	}
	_, name, _ := strings.Cut(strings.SplitN(sums[0], "\n", 2)[0], "  ")
	program := filepath.Join(folders[0], name)
	if out, err := exec.CommandContext(t.Context(), program, "version").Output(); err != nil || !strings.HasPrefix(string(out), "nashra ") {
		t.Errorf("the program says %q, %v", out, err)
	}
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	if settings["CGO_ENABLED"] != "0" || settings["-trimpath"] != "true" || settings["vcs.revision"] == "" {
		t.Errorf("built by %v", settings)
	}
	lists, err := filepath.Glob(filepath.Join(folders[0], "*.cdx.json"))
	if err != nil || len(lists) != 1 {
		t.Fatalf("lists %q, %v", lists, err)
	}
	data, err := os.ReadFile(lists[0])
	if err != nil {
		t.Fatal(err)
	}
	var bom struct {
		BOMFormat  string
		Components []struct{ Name, Version, PURL string }
	}
	if err := json.Unmarshal(data, &bom); err != nil || bom.BOMFormat != "CycloneDX" || len(bom.Components) != len(info.Deps)+1 {
		t.Fatalf("%d components of %d modules, %v", len(bom.Components), len(info.Deps), err)
	}
	listed := map[string]string{}
	for _, c := range bom.Components {
		listed[c.Name] = c.Version
	}
	for _, m := range info.Deps {
		if listed[m.Path] != m.Version {
			t.Errorf("%s %s is listed as %q", m.Path, m.Version, listed[m.Path])
		}
	}
}
