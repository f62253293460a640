package config_test

import (
	"testing"

	"nashra"
	"nashra/internal/config"
)

func TestSettingsSayWhereTheyComeFrom(t *testing.T) {
	const file = `site:
  name: مصر اليوم
  url: http://127.0.0.1:8080
fetch:
  every: 20m
keep: {age: 30d}
sources:
  - id: nile
    name: النيل
    feed: https://desk:secret@nile.example/feed
    remove: [.ads, .related]
  - {id: fast, name: السريع, feed: "https://fast.example/feed", every: 5m}
`
	c, err := config.Parse("config.yaml", []byte(file), func(string) string { return "" }, config.Checks{})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		source, key, value, from string
		line                     int
	}{
		{"nile", "name", "النيل", "sources[0].name", 9},
		{"nile", "feed", "https://nile.example/feed", "sources[0].feed", 10},
		{"nile", "every", "20m0s", "fetch.every", 5},
		{"nile", "remove", ".ads, .related", "sources[0].remove", 11},
		{"nile", "keep", "age: 720h0m0s", "keep", 6},
		{"nile", "limit", "50", "", 0},
		{"nile", "partner", "nile", "", 0},
		{"fast", "every", "5m0s", "sources[1].every", 12},
	}
	for _, tt := range tests {
		want := nashra.Setting{Key: tt.key, Value: tt.value, From: tt.from, Line: tt.line}
		found := false
		for _, got := range c.Settings(tt.source) {
			if got.Key == tt.key {
				found = true
				if got != want {
					t.Errorf("%s: got %+v, want %+v", tt.source, got, want)
				}
			}
		}
		if !found {
			t.Errorf("%s: no %s", tt.source, tt.key)
		}
	}
	if got := c.Settings("nobody"); got != nil {
		t.Errorf("a source that is not there has settings %v", got)
	}
}
