package publisher

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"nashra"
)

// The small pictures of a source: what its last fetches came to, and how many
// new articles each day brought. They are drawn as SVG by the template from
// bars, the oldest first.

const (
	barsOfFetches = 30
	barsOfDays    = 14
	barHeight     = 20 // of the chart, in its own units; a bar takes 4 of its width
)

// chart is a row of bars with what they say in words.
type chart struct {
	Words string
	Bars  []bar
	Width int
}

// bar is one of them.
type bar struct {
	Kind         string // its class: an outcome, or "day"
	X, Y, Height int
	Words        string
}

// fetchChart draws the last fetches, given newest first. A record of several
// fetches in a row is that many bars.
func (g *tongue) fetchChart(fetches []nashra.Fetch) chart {
	var bars []bar
	counts := map[nashra.Outcome]int{}
	for _, f := range fetches {
		height := barHeight
		if f.Outcome == nashra.OutcomeNotModified || f.Outcome == nashra.OutcomeOK && f.New+f.Updated == 0 {
			height = barHeight / 2
		}
		for range max(f.Count, 1) {
			if len(bars) == barsOfFetches {
				break
			}
			counts[f.Outcome]++
			bars = append(bars, bar{Kind: string(f.Outcome), Height: height, Words: g.outcome(f.Outcome, f.Status, f.Trouble)})
		}
	}
	slices.Reverse(bars)
	var parts []string
	for _, kind := range []struct {
		outcome nashra.Outcome
		words   string
	}{
		{nashra.OutcomeOK, g.Healthy}, {nashra.OutcomeNotModified, g.Alike}, {nashra.OutcomeFailed, g.Failing},
		{nashra.OutcomeGone, g.GoneBar}, {nashra.OutcomeThrottled, g.Throttled},
	} {
		if n := counts[kind.outcome]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", kind.words, n))
		}
	}
	return drawn(fmt.Sprintf(g.LastFetches, len(bars), strings.Join(parts, g.Comma)), bars)
}

// dayChart draws the new articles of the last days, the one of now included.
// A day of the store is one of UTC.
func (g *tongue) dayChart(days []nashra.FetchDay, now time.Time) chart {
	const day = 24 * time.Hour
	first := now.UTC().Truncate(day).Add(-(barsOfDays - 1) * day)
	var fresh [barsOfDays]int
	sum := 0
	for _, d := range days {
		if i := int(d.Day.Sub(first) / day); !d.Day.Before(first) && i < barsOfDays {
			fresh[i] += d.New
			sum += d.New
		}
	}
	most := slices.Max(fresh[:])
	bars := make([]bar, barsOfDays)
	for i, n := range fresh {
		bars[i] = bar{Kind: "day", Height: 1, Words: fmt.Sprintf("%s: %d", first.Add(time.Duration(i)*day).Format(time.DateOnly), n)}
		if n > 0 {
			bars[i].Height = max(2, n*barHeight/most)
		}
	}
	return drawn(fmt.Sprintf(g.NewPerDay, sum, most), bars)
}

// drawn gives bars their places.
func drawn(words string, bars []bar) chart {
	for i := range bars {
		bars[i].X, bars[i].Y = i*4, barHeight-bars[i].Height
	}
	return chart{Words: words, Bars: bars, Width: 4 * len(bars)}
}
