package ingest

import (
	"fmt"
	"testing"
	"time"

	"nashra"
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
		{"the first fetch begins the turns", at("10:03:00"), at("10:03:00"), 0, at("10:18:00")},
		{"cron comes a little late", at("10:00:00"), at("10:00:04"), 0, at("10:15:00")},
		{"cron comes a little early", at("10:00:00"), at("09:58:00"), 0, at("10:15:00")},
		{"asked by hand between two turns", at("10:00:00"), at("09:50:00"), 0, at("10:00:00")},
		{"the machine was off for an hour", at("10:00:00"), at("11:02:00"), 0, at("11:15:00")},
		{"just before a missed turn", at("10:00:00"), at("10:14:00"), 0, at("10:30:00")},
		{"a failure skips turns", at("10:00:00"), at("10:00:04"), time.Hour, at("11:00:00")},
		{"slowed, and asked by hand", at("11:00:00"), at("10:07:00"), 0, at("10:15:00")},
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

// TestCronMissesNoTurn lets a crontab of the same interval come by, each time
// some seconds off.
func TestCronMissesNoTurn(t *testing.T) {
	for _, every := range []time.Duration{time.Minute, 10 * time.Minute, time.Hour, 24 * time.Hour} {
		for _, id := range []string{"fikrafann", "delta", "nil", "courier"} {
			sub := nashra.Subscription{Source: nashra.Source{ID: id}, Every: every}
			var state nashra.State
			start := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
			for i := range 200 {
				now := start.Add(time.Duration(i) * every).Add(time.Duration(i*7%11) * every / 100)
				if state.NextDue.After(now.Add(lead(every))) {
					t.Fatalf("%s, every %s: at turn %d the source is due only at %s, now is %s", id, every, i, state.NextDue, now)
				}
				state.NextDue, _ = dueAfter(sub, state, taken{at: now, outcome: nashra.OutcomeOK})
			}
		}
	}
}

func TestSourcesAskedTogetherAreSpreadOnceAndForGood(t *testing.T) {
	start := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	for _, every := range []time.Duration{time.Second, 15 * time.Minute, time.Hour, 24 * time.Hour} {
		for _, outcome := range []nashra.Outcome{nashra.OutcomeOK, nashra.OutcomeFailed} {
			tenths := map[int]int{} // of the span over which they are spread
			for n := range 1000 {
				sub := nashra.Subscription{Source: nashra.Source{ID: fmt.Sprintf("source-%d", n)}, Every: every}
				first, _ := dueAfter(sub, nashra.State{}, taken{at: start, outcome: outcome, failures: 1})
				early := start.Add(every).Sub(first)
				if early < 0 || early > every/10 {
					t.Fatalf("every %s, %s: the second turn of %s is %s after the first", every, outcome, sub.ID, first.Sub(start))
				}
				tenths[int(early*100/every)]++
				second, _ := dueAfter(sub, nashra.State{NextDue: first}, taken{at: first.Add(every / 50), outcome: nashra.OutcomeOK})
				if got := second.Sub(first); got != every {
					t.Fatalf("every %s: the third turn of %s is %s after the second", every, sub.ID, got)
				}
			}
			for n := range 10 {
				if tenths[n] < 60 || tenths[n] > 140 {
					t.Errorf("every %s: %d of 1000 sources in part %d of 10 of the span", every, tenths[n], n)
				}
			}
		}
	}
}

func TestFaultIsLookedAtWithinADay(t *testing.T) {
	due := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	for _, every := range []time.Duration{time.Minute, 7 * time.Minute, 15 * time.Minute, 7 * time.Hour, 23 * time.Hour, 24 * time.Hour, 72 * time.Hour} {
		for _, early := range []time.Duration{0, lead(every)} {
			for failures := 1; failures < 2000; failures = failures*2 + 1 {
				turn := taken{at: due.Add(-early), outcome: nashra.OutcomeFailed, failures: failures}
				got, _ := dueAfter(nashra.Subscription{Every: every}, nashra.State{NextDue: due}, turn)
				wait := got.Sub(turn.at)
				if most := max(24*time.Hour, every+early); wait > most || wait < every-lead(every) || failures > 20 && wait < 24*time.Hour-every-lead(every) {
					t.Errorf("every %s, asked %s early: %s after %d failures", every, early, wait, failures)
				}
			}
		}
	}
}

func TestHintsSlowWithinBounds(t *testing.T) {
	const minute, hour = time.Minute, time.Hour
	monday := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC) // of the present turn
	hours := func(list ...int) (set uint32) {
		for _, h := range list {
			set |= 1 << h
		}
		return set
	}
	tests := []struct {
		name  string
		every time.Duration
		hints nashra.Hints
		want  time.Duration // after the present turn
	}{
		{"none", 15 * minute, nashra.Hints{}, 15 * minute},
		{"a shorter interval", 15 * minute, nashra.Hints{Interval: minute}, 15 * minute},
		{"the same interval", 15 * minute, nashra.Hints{Interval: 15 * minute}, 15 * minute},
		{"an interval below nothing", 15 * minute, nashra.Hints{Interval: -hour}, 15 * minute},
		{"the turn after a longer interval", 15 * minute, nashra.Hints{Interval: 20 * minute}, 30 * minute},
		{"four turns", 15 * minute, nashra.Hints{Interval: hour}, hour},
		{"a week is four turns", 30 * minute, nashra.Hints{Interval: 7 * 24 * hour}, 2 * hour},
		{"a week is an hour", minute, nashra.Hints{Interval: 7 * 24 * hour}, hour},
		{"the last turn within the hour", 7 * minute, nashra.Hints{Interval: 24 * hour}, 56 * minute},
		{"of a day", 24 * hour, nashra.Hints{Interval: 3 * 24 * hour}, 3 * 24 * hour},
		{"an hour that is not the next turn's", 15 * minute, nashra.Hints{SkipHours: hours(11)}, 15 * minute},
		{"to the end of the skipped hour", 15 * minute, nashra.Hints{SkipHours: hours(10)}, hour},
		{"the present hour is over", hour, nashra.Hints{SkipHours: hours(10)}, hour},
		{"two skipped hours", hour, nashra.Hints{SkipHours: hours(11, 12)}, 3 * hour},
		{"past the interval and the hours", hour, nashra.Hints{Interval: 2 * hour, SkipHours: hours(12)}, 3 * hour},
		{"more skipped hours than the bound", 15 * minute, nashra.Hints{SkipHours: hours(10, 11, 12, 13)}, hour},
		{"a skipped day is longer than the bound", 15 * minute, nashra.Hints{SkipDays: 1 << time.Monday}, hour},
		{"a skipped day within the bound", 6 * hour, nashra.Hints{SkipDays: 1 << time.Monday}, 18 * hour},
		{"another day", 6 * hour, nashra.Hints{SkipDays: 1 << time.Sunday}, 6 * hour},
		{"days that are skipped later", 24 * hour, nashra.Hints{SkipDays: 1<<time.Tuesday | 1<<time.Wednesday}, 3 * 24 * hour},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sub := nashra.Subscription{Every: tt.every}
			before := nashra.State{NextDue: monday}
			for _, outcome := range []nashra.Outcome{nashra.OutcomeOK, nashra.OutcomeNotModified} {
				due, retry := dueAfter(sub, before, taken{at: monday.Add(time.Second), outcome: outcome, hints: tt.hints})
				if got := due.Sub(monday); got != tt.want || !retry.IsZero() {
					t.Errorf("%s, every %s, %+v: due after %s, want %s", outcome, tt.every, tt.hints, got, tt.want)
				}
			}
			failed, _ := dueAfter(sub, before, taken{at: monday.Add(time.Second), outcome: nashra.OutcomeFailed, failures: 1, hints: tt.hints})
			if got := failed.Sub(monday); got != tt.every {
				t.Errorf("every %s, %+v: due %s after a first failure", tt.every, tt.hints, got)
			}
		})
	}
}

// TestHintsNeverSpeedUp tries many hints against a source without any.
func TestHintsNeverSpeedUp(t *testing.T) {
	start := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	for _, every := range []time.Duration{time.Second, 7 * time.Minute, 15 * time.Minute, time.Hour, 31 * 24 * time.Hour} {
		for n := range 500 {
			hints := nashra.Hints{
				Interval:  time.Duration(n*n*n) * time.Second,
				SkipHours: uint32(n * 7919 % (1 << 24)), SkipDays: uint8(n % 128),
			}
			due := start.Add(time.Duration(n) * 13 * time.Minute)
			got, most := slowed(due, every, hints).Sub(due), max(4*every, time.Hour)
			if got < 0 || got+every > most || got%every != 0 {
				t.Fatalf("every %s, %+v: %s after the next turn, want whole turns and %s after the present one at most", every, hints, got, most)
			}
		}
	}
}

// TestCronMeetsEveryTurnOfASlowedSource lets a crontab of the source's interval
// come by, each time some seconds off; the partner asks for a third of its turns.
func TestCronMeetsEveryTurnOfASlowedSource(t *testing.T) {
	for _, every := range []time.Duration{time.Minute, 10 * time.Minute, time.Hour, 24 * time.Hour} {
		sub := nashra.Subscription{Every: every}
		hints := nashra.Hints{Interval: 5 * every / 2}
		var state nashra.State
		start := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
		for i := range 200 {
			now := start.Add(time.Duration(i) * every).Add(time.Duration(i*7%11) * every / 100)
			met := !state.NextDue.After(now.Add(lead(every)))
			if want := i%3 == 0; met != want {
				t.Fatalf("every %s: at turn %d met is %t, due %s, now %s", every, i, met, state.NextDue, now)
			}
			if met {
				state.NextDue, _ = dueAfter(sub, state, taken{at: now, outcome: nashra.OutcomeOK, hints: hints})
			}
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
