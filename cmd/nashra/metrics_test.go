package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

var metricName = regexp.MustCompile(`\b(?:nashra|go|process)_[a-z_]+\b`)

func TestWhatDeployWatchesIsCounted(t *testing.T) {
	rss := newPartner(t, "rss", articles("fikra")...)
	d := newDesk(t, fmt.Sprintf("  - {id: fikrafann, name: جريدة فكرة فن, feed: %s/feed}\n", rss.URL))
	server := d.serve(t, "--no-schedule")
	defer server.stop(t)
	if status, fetch := d.ask(t, http.MethodPost, "/api/v1/sources/fikrafann/fetch", ""); status != http.StatusOK {
		t.Fatalf("fetch: %d %v", status, fetch)
	}
	d.get(t, "/feed.xml")
	d.replace(t, "name: مصر اليوم", "name: مصر الغد")
	d.must(t, "reload") // which begins no count anew
	shown := d.get(t, "/metrics")
	for _, line := range []string{
		`nashra_cycles_total{result="whole"} 1`, `nashra_fetches_total{outcome="ok"} 1`, `nashra_fetches_total{outcome="failed"} 0`,
		`nashra_articles_total{change="new"} 3`, `nashra_fetches_waiting 0`, `nashra_fetches_running 0`, `nashra_fetch_duration_seconds_count 1`, `nashra_items 3`,
	} {
		if !strings.Contains(shown, "\n"+line) {
			t.Errorf("no %s", line)
		}
	}
	counted := map[string]bool{}
	for _, line := range strings.Split(shown, "\n") {
		name, _, _ := strings.Cut(line, " ")
		name, _, _ = strings.Cut(name, "{")
		counted[name] = true
	}
	deploy := filepath.Join("..", "..", "deploy")
	var alerts struct {
		Groups []struct {
			Rules []struct{ Alert, Expr string }
		}
	}
	if err := yaml.Unmarshal(read(t, filepath.Join(deploy, "prometheus-alerts.yml")), &alerts); err != nil {
		t.Fatal(err)
	}
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(read(t, filepath.Join(deploy, "grafana-dashboard.json")), &dashboard); err != nil {
		t.Fatal(err)
	}
	expressions := map[string]string{}
	for _, group := range alerts.Groups {
		for _, rule := range group.Rules {
			expressions["alert "+rule.Alert] = rule.Expr
		}
	}
	for _, panel := range dashboard.Panels {
		for n, target := range panel.Targets {
			expressions[fmt.Sprintf("panel %s %d", panel.Title, n)] = target.Expr
		}
	}
	if len(expressions) < 20 {
		t.Fatalf("only %d expressions", len(expressions))
	}
	for where, expression := range expressions {
		names := metricName.FindAllString(expression, -1)
		if len(names) == 0 && !strings.Contains(expression, "up{") {
			t.Errorf("%s watches nothing of ours: %s", where, expression)
		}
		for _, name := range names {
			if !counted[name] {
				t.Errorf("%s watches %s, which is not counted", where, name)
			}
		}
	}
	if !strings.Contains(d.get(t, "/readyz"), `"ready":true`) {
		t.Errorf("readyz: %s", d.get(t, "/readyz"))
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestTheLogHasOneLineACycleAndNoSecret(t *testing.T) {
	rss := newPartner(t, "rss", articles("fikra")...)
	secret := strings.Replace(rss.URL, "://", "://desk:geheim@", 1)
	d := newDesk(t, fmt.Sprintf("  - {id: fikrafann, name: جريدة فكرة فن, feed: %s/feed}\n", secret))
	server := d.serve(t, "--no-schedule")
	d.ask(t, http.MethodPost, "/api/v1/sources/fikrafann/fetch", "")
	rss.fail(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusForbidden) })
	_, fetch := d.ask(t, http.MethodPost, "/api/v1/sources/fikrafann/fetch", "")
	_, list := d.ask(t, http.MethodGet, "/api/v1/sources", "")
	_, fetches := d.ask(t, http.MethodGet, "/api/v1/sources/fikrafann/fetches", "")
	shown := fmt.Sprint(fetch, list, fetches) + d.get(t, "/admin/") + d.get(t, "/admin/source/fikrafann") + d.get(t, "/admin/log") + d.get(t, "/metrics") + d.must(t, "sources", "--json") + d.must(t, "log")
	server.stop(t)
	cycles := 0
	for _, line := range strings.Split(strings.TrimSpace(server.stderr.String()), "\n") {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Errorf("the log of a service is no JSON: %s", line)
		}
		if entry["source"] == "fikrafann" {
			cycles++
		}
	}
	if cycles != 2 {
		t.Errorf("%d lines for two cycles:\n%s", cycles, server.stderr)
	}
	if strings.Contains(shown+server.stderr.String(), "geheim") || strings.Contains(server.stderr.String(), password) {
		t.Errorf("a secret is shown or logged:\n%s\n%s", shown, server.stderr)
	}
}
