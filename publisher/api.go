package publisher

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"nashra"
)

// sourceRow is a source as GET /api/v1/sources and `nashra sources --json`
// give it. Its keys are part of the contract.
type sourceRow struct {
	ID                  string         `json:"id"`
	Name                string         `json:"name"`
	Feed                string         `json:"feed"` // without credentials
	Category            string         `json:"category"`
	Paused              bool           `json:"paused"`
	LastFetch           *time.Time     `json:"last_fetch"` // UTC, whole seconds; null: never
	LastSuccess         *time.Time     `json:"last_success"`
	Outcome             nashra.Outcome `json:"outcome"` // "" before the first fetch
	HTTPStatus          int            `json:"http_status"`
	Error               string         `json:"error"`
	ConsecutiveFailures int            `json:"consecutive_failures"`
	Items               int            `json:"items"`
	NextDue             *time.Time     `json:"next_due"`         // null: it will not be fetched by itself, or is due now
	UsualInterval       *int64         `json:"usual_interval_s"` // seconds between two items, by its habit; null: none is known yet
	LastItem            *time.Time     `json:"last_item"`        // when the newest one was published; null: not known
	Silent              bool           `json:"silent"`           // for longer than it is used to
	MovedTo             string         `json:"moved_to"`         // the feed's new address, for config.yaml; "": it has not moved
	Suspect             int            `json:"suspect"`          // of the pages last read, those with a body that is not trusted
	Partial             int            `json:"partial"`          // of them, those with the beginning of an article only
	Warnings            []string       `json:"warnings"`         // what went wrong without failing the last fetch
	Hub                 string         `json:"hub"`              // WebSub hub that the feed names; "": none
}

// WriteSources writes the listing of sources as GET /api/v1/sources gives it at
// the instant now: one JSON object and a newline.
func WriteSources(w io.Writer, statuses []nashra.SourceStatus, now time.Time) error {
	rows := make([]sourceRow, 0, len(statuses))
	for _, st := range nashra.Listed(statuses) {
		row := sourceRow{
			ID: st.Source.ID, Name: st.Source.Name, Feed: nashra.RedactURL(st.Source.Feed), Category: st.Source.Category,
			Paused: st.Pause != nil, LastFetch: instant(st.State.LastFetch), LastSuccess: instant(st.State.LastSuccess),
			Outcome: st.State.Outcome, HTTPStatus: st.State.Status, Error: st.State.Error,
			ConsecutiveFailures: st.State.ConsecutiveFailures, Items: st.Items, NextDue: instant(nextDue(st)),
			LastItem: instant(st.State.Rhythm.Newest()), Silent: st.Silent(now), MovedTo: st.MovedTo(), Warnings: st.Warnings(),
			Suspect: st.State.Doubts.Suspect, Partial: st.State.Doubts.Partial,
			Hub: nashra.RedactURL(st.State.Hub.URL),
		}
		if usual := int64(st.State.Rhythm.Usual() / time.Second); usual > 0 {
			row.UsualInterval = &usual
		}
		if row.Warnings == nil {
			row.Warnings = []string{} // JSON's null is no list
		}
		rows = append(rows, row)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(map[string]any{"sources": rows}); err != nil {
		return fmt.Errorf("write sources: %w", err)
	}
	return nil
}

// nextDue is when st is fetched next; zero where it will not be.
func nextDue(st nashra.SourceStatus) time.Time {
	if st.Pause != nil || st.Source.Retired {
		return time.Time{}
	}
	return st.State.NextDue
}

// instant is t as JSON gives it; nil for none.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC().Truncate(time.Second)
	return &t
}

// apiSources serves GET /api/v1/sources.
func (s *Server) apiSources(w http.ResponseWriter, r *http.Request) error {
	statuses, _, err := s.store.Sources(r.Context())
	if err != nil {
		return err
	}
	var b strings.Builder
	if err := WriteSources(&b, statuses, s.now()); err != nil {
		return err
	}
	return s.serveOnce(w, r, document{body: []byte(b.String()), contentType: "application/json"}, cacheNever)
}
