package evaluation

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"nashra/internal/arabic"
)

// Metadata is what a page shows around its article. Where a page says a thing in
// several ways, as a headline and a shorter one for sharing, each is right; what
// it does not show is empty.
type Metadata struct {
	ID      string
	Title   []string
	Date    string // of publishing, 2006-01-02: in UTC where the page names its zone, else as it stands there
	Byline  []string
	Picture []string // parts of the addresses of the article's own pictures
}

// ReadMetadata reads a list of what pages show, by their ids.
func ReadMetadata(data []byte) (map[string]Metadata, error) {
	var list []Metadata
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("read metadata of pages: %w", err)
	}
	shown := make(map[string]Metadata, len(list))
	for _, m := range list {
		shown[m.ID] = m
	}
	return shown, nil
}

// Found is what an extractor makes of a page.
type Found struct {
	Text           string
	Title, Byline  string
	Published      time.Time // zero: no date
	PictureAddress string
}

// Rate is how often something was right, of the pages that show it.
type Rate struct{ Right, Shown int }

func (r *Rate) count(shown, right bool) {
	if !shown {
		return
	}
	r.Shown++
	if right {
		r.Right++
	}
}

// Share is the right part, 0 to 1; 1 where no page shows it.
func (r Rate) Share() float64 {
	if r.Shown == 0 {
		return 1
	}
	return float64(r.Right) / float64(r.Shown)
}

// Rates are how often an extractor was right about metadata. Titles and bylines
// are compared by their folding keys, dates to the day.
type Rates struct{ Title, Date, Byline, Picture Rate }

// Add counts one page, and names what was wrong on it.
func (r *Rates) Add(got Found, want Metadata) (wrong []string) {
	check := func(rate *Rate, name string, shown, right bool) {
		rate.count(shown, right)
		if shown && !right {
			wrong = append(wrong, name)
		}
	}
	sameKey := func(s string, list []string) bool {
		return slices.ContainsFunc(list, func(w string) bool { return arabic.Key(w) == arabic.Key(s) })
	}
	check(&r.Title, "title", len(want.Title) > 0, sameKey(got.Title, want.Title))
	check(&r.Date, "date", want.Date != "", !got.Published.IsZero() && got.Published.UTC().Format(time.DateOnly) == want.Date)
	check(&r.Byline, "byline", len(want.Byline) > 0, sameKey(got.Byline, want.Byline))
	check(&r.Picture, "picture", len(want.Picture) > 0,
		slices.ContainsFunc(want.Picture, func(part string) bool { return strings.Contains(got.PictureAddress, part) }))
	return wrong
}
