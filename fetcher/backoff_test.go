package fetcher_test

import (
	"testing"
	"time"

	"nashra/fetcher"
)

func TestBackoffGrowsToADayAndNoFurther(t *testing.T) {
	tests := []struct {
		name     string
		failures int
		every    time.Duration
		want     time.Duration
	}{
		{"no failure", 0, 15 * time.Minute, 15 * time.Minute},
		{"a hiccup", 1, 15 * time.Minute, 15 * time.Minute},
		{"a second failure", 2, 15 * time.Minute, 30 * time.Minute},
		{"a third", 3, 15 * time.Minute, time.Hour},
		{"a day long", 7, 15 * time.Minute, 16 * time.Hour},
		{"longer", 8, 15 * time.Minute, 24 * time.Hour},
		{"a year of failures", 100_000, 15 * time.Minute, 24 * time.Hour},
		{"a weekly source is not sped up", 9, 168 * time.Hour, 168 * time.Hour},
		{"fewer than none", -1, time.Hour, time.Hour},
		{"no schedule", 3, 0, 4 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := fetcher.Backoff(tt.failures, tt.every); got != tt.want {
				t.Errorf("Backoff(%d, %v) = %v, want %v", tt.failures, tt.every, got, tt.want)
			}
		})
	}
}
