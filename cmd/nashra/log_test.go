package main_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestLogSaysWhoDecidedWhatAndWhy(t *testing.T) {
	p := newPartner(t, "rss", articles("a")...)
	d := newDesk(t, fmt.Sprintf(`
  - {id: paper, name: الجريدة, feed: "%s/feed"}
`, p.URL))
	d.must(t, "fetch")
	if out := d.must(t, "log"); out != "" {
		t.Errorf("nothing was decided, and the log has %q", out)
	}
	list := items(t, d)
	hidden, purged := list[0].ID, list[1].ID
	d.must(t, "items", "hide", hidden, "--reason", "طلب الشريك")
	d.must(t, "sources", "pause", "paper")
	d.must(t, "items", "purge", purged, "--reason", "حكم محكمة")

	want := []struct{ kind, item, source, reason string }{
		{"purge", purged, "", "حكم محكمة"}, {"pause", "", "paper", ""}, {"hide", hidden, "", "طلب الشريك"},
	}
	check := func(args []string, lines int) {
		t.Helper()
		got := strings.Split(strings.TrimSuffix(d.must(t, args...), "\n"), "\n")
		if len(got) != lines {
			t.Fatalf("%v: got %q, want %d lines", args, got, lines)
		}
		for i, text := range got {
			var line struct{ At, By, Kind, Item, Source, Reason string }
			if err := json.Unmarshal([]byte(text), &line); err != nil {
				t.Fatalf("line %q: %v", text, err)
			}
			if line.Kind != want[i].kind || line.Item != want[i].item || line.Source != want[i].source || line.Reason != want[i].reason || line.By == "" || line.At == "" {
				t.Errorf("%v: line %d is %s, want %+v", args, i, text, want[i])
			}
		}
	}
	check([]string{"log", "--json"}, 3)
	d.serve(t, "--no-schedule") // and now its owner is asked
	check([]string{"log", "--json", "--limit", "2"}, 2)
	if out := d.must(t, "log", "--limit", "1"); !strings.Contains(out, "purge") || !strings.Contains(out, purged) || !strings.Contains(out, "حكم محكمة") {
		t.Errorf("the log prints %q", out)
	}
	if r := d.nashra(t, "log", "--limit", "0"); r.status != 2 {
		t.Errorf("--limit 0 ends with status %d", r.status)
	}
}
