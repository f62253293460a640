package main

import (
	"debug/buildinfo"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
)

// The same commit gives the same bytes, whatever folder it lies in. What is
// built is this small program: the way is the same, and nashra takes minutes.
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
	var out string
	for range 2 {
		src := filepath.Join(t.TempDir(), "src")
		if said, err := exec.CommandContext(t.Context(), "git", "clone", "-q", "--no-hardlinks", root, src).CombinedOutput(); err != nil {
			t.Fatalf("git clone: %v\n%s", err, said)
		}
		t.Chdir(src)
		out = filepath.Join(t.TempDir(), "dist")
		if err := run(t.Context(), []string{out}, "./internal/release", host); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(out, "SHA256SUMS"))
		if err != nil {
			t.Fatal(err)
		}
		sums = append(sums, string(data))
	}
	if sums[0] != sums[1] || strings.Count(sums[0], "\n") != 2 {
		t.Errorf("the sums are\n%sand\n%s", sums[0], sums[1])
	}
	line, _, _ := strings.Cut(sums[0], "\n")
	sum, name, _ := strings.Cut(line, "  ")
	if got, err := sumOf(filepath.Join(out, name)); err != nil || got != sum {
		t.Errorf("the sum of %s is %s, %v; want %s", name, got, err, sum)
	}
	info, err := buildinfo.ReadFile(filepath.Join(out, name))
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
}

func TestAnSBOMListsEveryModule(t *testing.T) {
	info := &debug.BuildInfo{
		GoVersion: "go1.26.0", Main: debug.Module{Path: "nashra"},
		Deps: []*debug.Module{
			{Path: "example.com/b", Version: "v1.2.3", Sum: "h1:abc="},
			{Path: "example.com/a", Version: "v1.0.0", Replace: &debug.Module{Path: "example.com/fork", Version: "v1.0.1+incompatible"}},
		},
		Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "0123"}},
	}
	data, err := sbom("1.0.0", info)
	if err != nil {
		t.Fatal(err)
	}
	var bom struct {
		BOMFormat, SpecVersion string
		Metadata               struct{ Component component }
		Components             []component
		Dependencies           []dependency
	}
	if err := json.Unmarshal(data, &bom); err != nil || bom.BOMFormat != "CycloneDX" || bom.SpecVersion != "1.6" {
		t.Fatalf("%s: %v", data, err)
	}
	if m := bom.Metadata.Component; m.PURL != "pkg:golang/nashra@1.0.0" || len(m.Properties) != 1 || m.Properties[0].Value != "0123" {
		t.Errorf("it is of %+v", m)
	}
	var refs []string
	for _, c := range bom.Components {
		refs = append(refs, c.PURL)
	}
	want := []string{"pkg:golang/example.com/b@v1.2.3", "pkg:golang/example.com/fork@v1.0.1%2Bincompatible", "pkg:golang/std@1.26.0"}
	if !slices.Equal(refs, want) || len(bom.Dependencies) != 1 || !slices.Equal(bom.Dependencies[0].DependsOn, want) {
		t.Errorf("components %q, dependencies %+v", refs, bom.Dependencies)
	}
	if again, err := sbom("1.0.0", info); err != nil || string(again) != string(data) {
		t.Errorf("the same program has another list: %s, %v", again, err)
	}
}
