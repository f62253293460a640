// Package deploy has no code: its test keeps the files beside it, which
// operators copy, from being wrong.
package deploy_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestUnitsAreWhatSystemdTakes(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("systemd-analyze is missing")
		}
		t.Skip("systemd-analyze is missing")
	}
	folder := t.TempDir()
	args := []string{"verify", "--man=no", "--recursive-errors=no"}
	for _, name := range []string{"nashra.service", "nashra-fetch.service", "nashra-fetch.timer"} {
		// The program is not installed here, and verify looks for it.
		text := strings.ReplaceAll(read(t, name), "/usr/local/bin/nashra", "/bin/true")
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	if out, err := exec.CommandContext(t.Context(), "systemd-analyze", args...).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("systemd-analyze %q: %v\n%s", args, err, out)
	}
}

// settings are the lines Key=value of a unit.
func settings(text string) map[string][]string {
	list := map[string][]string{}
	for line := range strings.Lines(text) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if ok && !strings.HasPrefix(key, "#") {
			list[key] = append(list[key], value)
		}
	}
	return list
}

func TestServicesMayDoNoMoreThanTheyNeed(t *testing.T) {
	serve, fetch := settings(read(t, "nashra.service")), settings(read(t, "nashra-fetch.service"))
	for key, want := range map[string]string{
		"DynamicUser": "yes", "User": "nashra", "ProtectSystem": "strict", "StateDirectory": "nashra", "WorkingDirectory": "/var/lib/nashra",
		"NoNewPrivileges": "yes", "CapabilityBoundingSet": "", "UMask": "0077",
	} {
		if got := serve[key]; !slices.Equal(got, []string{want}) {
			t.Errorf("nashra.service: %s=%q, want %q", key, got, want)
		}
	}
	// Who fetches and who serves share the store and its socket.
	own := []string{"Description", "Documentation", "After", "ExecStart", "ExecReload", "Type", "Restart", "RestartSec", "TimeoutStopSec", "TimeoutStartSec", "SuccessExitStatus", "WantedBy"}
	for _, pair := range [][2]map[string][]string{{serve, fetch}, {fetch, serve}} {
		for key, value := range pair[0] {
			if !slices.Contains(own, key) && !slices.Equal(value, pair[1][key]) {
				t.Errorf("%s is %q in one unit and %q in the other", key, value, pair[1][key])
			}
		}
	}
}

func TestCronLinesAreWhole(t *testing.T) {
	field := regexp.MustCompile(`^(\*|\d+)(/\d+)?$`)
	lines := 0
	for line := range strings.Lines(read(t, "nashra.cron")) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		lines++
		parts := strings.Fields(line)
		for _, f := range parts[:5] {
			if !field.MatchString(f) {
				t.Errorf("%q is no field of a crontab", f)
			}
		}
		// cron ends the command at a percent sign.
		if parts[5] != "nashra" || strings.Contains(strings.ReplaceAll(line, `\%`, ""), "%") || !strings.HasSuffix(line, "\n") {
			t.Errorf("the line %q", line)
		}
	}
	if lines != 2 {
		t.Errorf("%d lines, want a cycle and a backup", lines)
	}
}

// instruction is one of a Dockerfile.
type instruction struct{ name, args string }

func instructions(t *testing.T, text string) []instruction {
	t.Helper()
	var list []instruction
	text = regexp.MustCompile(`(?m)^\s*#.*\n`).ReplaceAllString(text, "")
	text = strings.ReplaceAll(text, "\\\n", " ")
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			name, args, _ := strings.Cut(line, " ")
			list = append(list, instruction{name, strings.Join(strings.Fields(args), " ")})
		}
	}
	return list
}

// The rules are those of Docker's own guide and of hadolint that matter here.
func TestTheImageHoldsNoMoreThanItNeeds(t *testing.T) {
	known := []string{"FROM", "WORKDIR", "COPY", "RUN", "USER", "ENV", "VOLUME", "EXPOSE", "STOPSIGNAL", "ENTRYPOINT", "CMD"}
	stages, last := map[string]bool{}, map[string]string{}
	base := ""
	for _, in := range instructions(t, read(t, "Dockerfile")) {
		if !slices.Contains(known, in.name) {
			t.Errorf("%s is not an instruction that is used here", in.name)
		}
		switch in.name {
		case "FROM":
			image, stage, _ := strings.Cut(in.args, " AS ")
			stages[stage] = true
			base, last = image, map[string]string{}
			if tag := image[strings.LastIndexByte(image, '/')+1:]; !strings.Contains(tag, ":") || strings.HasSuffix(tag, ":latest") {
				t.Errorf("FROM %s has no tag of its own", image)
			}
		case "COPY":
			if m := regexp.MustCompile(`--from=(\w+)`).FindStringSubmatch(in.args); m != nil && !stages[m[1]] {
				t.Errorf("COPY %s is from no stage", in.args)
			}
		case "ENTRYPOINT", "CMD", "VOLUME":
			var list []string
			if err := json.Unmarshal([]byte(in.args), &list); err != nil {
				t.Errorf("%s %s is not written as a JSON list, and there is no shell: %v", in.name, in.args, err)
			}
		}
		last[in.name] = in.args
	}
	if !strings.Contains(base, "distroless/static") || !strings.HasPrefix(last["USER"], "nonroot") || last["RUN"] != "" || !strings.Contains(last["VOLUME"], "/var/lib/nashra") || last["STOPSIGNAL"] != "SIGTERM" {
		t.Errorf("the last stage is from %s with %v", base, last)
	}
	wanted := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, "../go.mod"))[1]
	if !strings.Contains(read(t, "Dockerfile"), "FROM golang:"+wanted+"-") {
		t.Errorf("the image is not built with Go %s, as go.mod wants", wanted)
	}
	if ignored := read(t, "../.dockerignore"); !strings.Contains(ignored, "*.db\n") || !strings.Contains(ignored, "data\n") {
		t.Error("a store may get into the image")
	}
}

func TestTheCompositionIsWhole(t *testing.T) {
	type service struct {
		Build    struct{ Context, Dockerfile string }
		Image    string
		User     string
		ReadOnly bool              `yaml:"read_only"`
		CapDrop  []string          `yaml:"cap_drop"`
		CapAdd   []string          `yaml:"cap_add"`
		Security []string          `yaml:"security_opt"`
		Depends  []string          `yaml:"depends_on"`
		EnvFile  []string          `yaml:"env_file"`
		Env      map[string]string `yaml:"environment"`
		Volumes  []string
		Networks []string
		Ports    []string
		Grace    string `yaml:"stop_grace_period"`
		Restart  string
	}
	var file struct {
		Services map[string]service
		Volumes  map[string]any
		Networks map[string]any
	}
	if err := yaml.UnmarshalWithOptions([]byte(read(t, "compose.yaml")), &file, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	for name, s := range file.Services {
		for _, v := range s.Volumes {
			from, _, _ := strings.Cut(v, ":")
			if _, ok := file.Volumes[from]; !ok && !strings.HasPrefix(from, "./") {
				t.Errorf("%s: the volume %s is not declared", name, from)
			}
		}
		for _, n := range s.Networks {
			if _, ok := file.Networks[n]; !ok {
				t.Errorf("%s: the network %s is not declared", name, n)
			}
		}
		for _, d := range s.Depends {
			if _, ok := file.Services[d]; !ok {
				t.Errorf("%s depends on %s, which is not there", name, d)
			}
		}
		if !slices.Equal(s.CapDrop, []string{"ALL"}) || len(s.Security) == 0 || s.Restart == "" {
			t.Errorf("%s may do more than it needs: %+v", name, s)
		}
	}
	nashra := file.Services["nashra"]
	if len(nashra.Ports) > 0 || !nashra.ReadOnly || nashra.User != "nonroot:nonroot" {
		t.Errorf("nashra is reached past its proxy, or may write: %+v", nashra)
	}
	if _, err := os.Stat(filepath.Join(nashra.Build.Context, nashra.Build.Dockerfile)); err != nil {
		t.Error(err)
	}
}

// blocks are the bodies of the blocks of a file whose head begins with name.
func blocks(t *testing.T, text, name string) map[string]string {
	t.Helper()
	text = regexp.MustCompile(`(?m)#.*$`).ReplaceAllString(text, "")
	if strings.Count(text, "{") != strings.Count(text, "}") {
		t.Fatal("a block is not closed")
	}
	found := map[string]string{}
	for _, m := range regexp.MustCompile(`(?s)\b`+name+`\s+([^{};]+?)\s*\{([^{}]*)\}`).FindAllStringSubmatch(text, -1) {
		found[m[1]] = m[2]
	}
	return found
}

func TestNginxKeepsNothingThatIsNotForEverybody(t *testing.T) {
	text := read(t, "nginx.conf")
	locations := blocks(t, text, "location")
	for path, cached := range map[string]bool{"/": true, "/websub/": false, `~ ^/(admin|api)(/|$)`: false, `~ ^/(metrics|healthz|readyz)$`: false} {
		body, ok := locations[path]
		if !ok || !strings.Contains(body, "proxy_pass http://nashra;") || strings.Contains(body, "proxy_cache off;") == cached {
			t.Errorf("location %s is %q", path, body)
		}
	}
	bare := regexp.MustCompile(`(?m)#.*$`).ReplaceAllString(text, "")
	for _, never := range []string{"proxy_cache_valid", "proxy_ignore_headers", "proxy_cache_use_stale", "expires "} {
		if strings.Contains(bare, never) {
			t.Errorf("%s overrules our Cache-Control", never)
		}
	}
	for line := range strings.Lines(bare) {
		if line = strings.TrimSpace(line); line != "" && !strings.ContainsAny(line[len(line)-1:], ";{}") {
			t.Errorf("the line %q does not end", line)
		}
	}
}

func TestCaddyPassesEverythingOn(t *testing.T) {
	text := regexp.MustCompile(`(?m)#.*$`).ReplaceAllString(read(t, "Caddyfile"), "")
	if strings.Count(text, "{") != strings.Count(text, "}") || !strings.Contains(text, "reverse_proxy {$NASHRA_UPSTREAM:127.0.0.1:8080} {") || !strings.Contains(text, "@hubs path /websub/*") {
		t.Errorf("the file is\n%s", text)
	}
	for _, never := range []string{"Cache-Control", "encode "} {
		if strings.Contains(text, never) {
			t.Errorf("%s overrules ours", never)
		}
	}
}
