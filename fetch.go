package nashra

import (
	"log/slog"
	"time"
)

// Outcome is how a fetch of one source ended.
type Outcome string

const (
	OutcomeOK          Outcome = "ok"
	OutcomeNotModified Outcome = "not_modified"
	OutcomeFailed      Outcome = "failed"
	OutcomeGone        Outcome = "gone"      // 410: the partner says it will not come back
	OutcomePaused      Outcome = "paused"    // by the desk; nothing was asked
	OutcomeThrottled   Outcome = "throttled" // the partner asked us to wait
)

// Fetch is the record of one fetch of one source.
type Fetch struct {
	Source    string        `json:"source"`
	At        time.Time     `json:"at"` // when it began
	Duration  time.Duration `json:"duration"`
	Outcome   Outcome       `json:"outcome"`
	Status    int           `json:"http_status"` // 0 without an answer
	Bytes     int64         `json:"bytes"`       // of the feed, decompressed
	Entries   int           `json:"entries"`     // that the feed held
	New       int           `json:"new"`
	Updated   int           `json:"updated"`
	Unchanged int           `json:"unchanged"`
	Warnings  []string      `json:"warnings,omitempty"`  // what went wrong without failing the fetch
	Error     string        `json:"error,omitempty"`     // a sentence an editor understands
	Trouble   Trouble       `json:"trouble,omitempty"`   // the kind of it, where no status tells
	Header    []string      `json:"header,omitempty"`    // of the answer, lines "Name: value"; none where it was not modified
	NextDue   time.Time     `json:"next_due,omitzero"`   // zero for a paused source
	Delivered bool          `json:"delivered,omitempty"` // by the feed's hub; nothing was asked

	// Fetches in a row that found nothing new and came to the same are one
	// record: that of the last of them. A batch leaves these out.
	Count int       `json:"count,omitempty"` // how many they are; 0: one
	First time.Time `json:"first,omitzero"`  // when the first of several began
}

// LogLine is the line of the log that tells of f, in the terms of package slog.
func (f Fetch) LogLine() (level slog.Level, message string, attrs []any) {
	attrs = []any{
		"source", f.Source, "outcome", f.Outcome, "status", f.Status, "duration", f.Duration,
		"new", f.New, "updated", f.Updated, "unchanged", f.Unchanged,
	}
	if f.Warnings != nil {
		attrs = append(attrs, "warnings", f.Warnings)
	}
	switch {
	case f.Error != "":
		return slog.LevelWarn, "source failed", append(attrs, "err", f.Error)
	case f.Delivered:
		return slog.LevelInfo, "source delivered", attrs
	}
	return slog.LevelInfo, "source fetched", attrs
}

// FetchDay is what the fetches of one source came to on one day (UTC).
type FetchDay struct {
	Day         time.Time `json:"day"` // its midnight
	OK          int       `json:"ok"`
	NotModified int       `json:"not_modified"`
	Failed      int       `json:"failed"`
	Gone        int       `json:"gone"`
	Throttled   int       `json:"throttled"`
	New         int       `json:"new"` // articles
	Updated     int       `json:"updated"`
	Bytes       int64     `json:"bytes"` // of feeds, decompressed
}

// Add counts one fetch.
func (d *FetchDay) Add(f Fetch) {
	switch f.Outcome {
	case OutcomeOK:
		d.OK++
	case OutcomeNotModified:
		d.NotModified++
	case OutcomeFailed:
		d.Failed++
	case OutcomeGone:
		d.Gone++
	case OutcomeThrottled:
		d.Throttled++
	}
	d.New += f.New
	d.Updated += f.Updated
	d.Bytes += f.Bytes
}

// Selection says which sources a cycle asks.
type Selection struct {
	Sources []string `json:"sources,omitempty"` // ids; asked unless paused; none: every source that is due
	All     bool     `json:"all,omitempty"`     // due or not; paused ones and a running Retry-After left alone
}
