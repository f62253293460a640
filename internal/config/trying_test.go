package config_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"nashra"
	"nashra/extractor"
	"nashra/internal/config"
)

var trying = config.Checks{Selector: extractor.CheckSelector}

func TestWhatIsTriedIsReadAsTheFileIs(t *testing.T) {
	sub := nashra.Subscription{Source: nashra.Source{ID: "nile"}, Content: nashra.ContentAuto, Select: ".old", Remove: []string{".ads"}}
	for _, tt := range []struct {
		name   string
		values map[string]string
		lines  string
		want   nashra.Subscription
	}{
		{"nothing is what nashra does by itself", nil, "", nashra.Subscription{Content: nashra.ContentAuto}},
		{"a selector", map[string]string{"select": "article .entry-content"}, "select: article .entry-content\n", nashra.Subscription{Content: nashra.ContentAuto, Select: "article .entry-content"}},
		{"quotes and signs of YAML", map[string]string{"select": `div[class="a: b"] > p # {x`}, "", nashra.Subscription{}},
		{"several to remove", map[string]string{"remove": ".ads\r\n\r\n .related , .more\n", "content": "page"}, "content: page\nremove: [\".ads\", \".related , .more\"]\n",
			nashra.Subscription{Content: nashra.ContentPage, Remove: []string{".ads", ".related , .more"}}},
		{"what stands around the body", map[string]string{"select_title": "h1", "select_date": "time[datetime]"}, "select_title: h1\nselect_date: \"time[datetime]\"\n",
			nashra.Subscription{Content: nashra.ContentAuto, SelectTitle: "h1", SelectDate: "time[datetime]"}},
	} {
		got, lines, err := config.Try(sub, tt.values, trying)
		if tt.want.Content == "" {
			var problems config.Problems
			if !errors.As(err, &problems) || problems[0].Key != "select" {
				t.Errorf("%s: got %v, want a problem with select", tt.name, err)
			}
			continue
		}
		if err != nil || lines != tt.lines || got.ID != "nile" || got.Content != tt.want.Content ||
			!slices.Equal(got.Selectors(), tt.want.Selectors()) || !slices.Equal(got.Remove, tt.want.Remove) {
			t.Errorf("%s: got %+v and lines\n%swant\n%s(%v)", tt.name, got, lines, tt.lines, err)
		}
	}
}

func TestTheLinesOfATrialBringItIntoForce(t *testing.T) {
	values := map[string]string{"content": "page", "select": `div[data-x="a, b"]`, "remove": ".ads\np:not(.a, .b)", "select_image": `img[src*="/large/"]`}
	_, lines, err := config.Try(nashra.Subscription{}, values, trying)
	if err != nil {
		t.Fatal(err)
	}
	file := "site: {name: مصر اليوم, url: 'http://127.0.0.1:8080'}\nsources:\n  - id: nile\n    name: النيل\n    feed: https://nile.example/feed\n"
	for row := range strings.Lines(lines) {
		file += "    " + row
	}
	c, err := config.Parse("config.yaml", []byte(file), func(string) string { return "" }, trying)
	if err != nil {
		t.Fatalf("%v\n%s", err, file)
	}
	if got := config.Trying(c.Sources[0]); !maps.Equal(got, values) {
		t.Errorf("got %v, want %v", got, values)
	}
}
