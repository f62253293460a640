package ingest

import (
	"testing"
	"time"
)

func TestNextDueCountsFromTheTurnBefore(t *testing.T) {
	at := func(clock string) time.Time {
		v, err := time.Parse("15:04:05", clock)
		if err != nil {
			t.Fatal(err)
		}
		return v.AddDate(2026, 0, 0).UTC()
	}
	const every = 15 * time.Minute
	tests := []struct {
		name     string
		due, now time.Time
		wait     time.Duration
		want     time.Time
	}{
		{"the first fetch begins the turns", time.Time{}, at("10:03:00"), 0, at("10:18:00")},
		{"cron comes a little late", at("10:00:00"), at("10:00:04"), 0, at("10:15:00")},
		{"cron comes a little early", at("10:00:00"), at("09:58:00"), 0, at("10:15:00")},
		{"asked by hand between two turns", at("10:00:00"), at("09:50:00"), 0, at("10:00:00")},
		{"the machine was off for an hour", at("10:00:00"), at("11:02:00"), 0, at("11:15:00")},
		{"just before a missed turn", at("10:00:00"), at("10:14:00"), 0, at("10:30:00")},
		{"a failure skips turns", at("10:00:00"), at("10:00:04"), time.Hour, at("11:00:00")},
		{"the interval was shortened", at("18:00:00"), at("10:00:00"), 0, at("10:15:00")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wait := max(tt.wait, 2*lead(every))
			if got := nextDue(tt.due, tt.now, every, wait); !got.Equal(tt.want) {
				t.Errorf("nextDue(%s, %s) = %s, want %s", tt.due, tt.now, got, tt.want)
			}
		})
	}
}

// TestCronMissesNoTurn lets a crontab of the same interval come by for a day,
// each time some seconds off.
func TestCronMissesNoTurn(t *testing.T) {
	for _, every := range []time.Duration{time.Minute, 10 * time.Minute, time.Hour, 24 * time.Hour} {
		var due time.Time
		start := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
		for i := range 200 {
			now := start.Add(time.Duration(i) * every).Add(time.Duration(i*7%11) * every / 100)
			if due.After(now.Add(lead(every))) {
				t.Fatalf("every %s: at turn %d the source is due only at %s, now is %s", every, i, due, now)
			}
			due = nextDue(due, now, every, 2*lead(every))
		}
	}
}

func TestLeadIsHalfTheIntervalOrFiveMinutes(t *testing.T) {
	for every, want := range map[time.Duration]time.Duration{
		4 * time.Minute: 2 * time.Minute, 10 * time.Minute: 5 * time.Minute, time.Hour: 5 * time.Minute,
	} {
		if got := lead(every); got != want {
			t.Errorf("lead(%s) = %s, want %s", every, got, want)
		}
	}
}
