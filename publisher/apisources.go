package publisher

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"nashra"
)

const (
	// fetchWait is how long a request waits for the fetch that it asked for. A
	// partner may take its timeout, and each page as long; who asked should not.
	fetchWait = 20 * time.Second

	fetchesListed = 50 // where no limit is given
	maxFetches    = 1000
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
	Retired             bool           `json:"retired"`          // gone from config.yaml: no longer fetched, still published
}

func rowOf(st nashra.SourceStatus, now time.Time) sourceRow {
	row := sourceRow{
		ID: st.Source.ID, Name: st.Source.Name, Feed: nashra.RedactURL(st.Source.Feed), Category: st.Source.Category,
		Paused: st.Pause != nil, LastFetch: instant(st.State.LastFetch), LastSuccess: instant(st.State.LastSuccess),
		Outcome: st.State.Outcome, HTTPStatus: st.State.Status, Error: st.State.Error,
		ConsecutiveFailures: st.State.ConsecutiveFailures, Items: st.Items, NextDue: instant(nextDue(st)),
		LastItem: instant(st.State.Rhythm.Newest()), Silent: st.Silent(now), MovedTo: st.MovedTo(), Warnings: listOf(st.Warnings()),
		Suspect: st.State.Doubts.Suspect, Partial: st.State.Doubts.Partial,
		Hub: nashra.RedactURL(st.State.Hub.URL), Retired: st.Source.Retired,
	}
	if usual := int64(st.State.Rhythm.Usual() / time.Second); usual > 0 {
		row.UsualInterval = &usual
	}
	return row
}

// listOf is list as JSON gives one: its null is none.
func listOf(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// nextDue is when st is fetched next; zero where it will not be.
func nextDue(st nashra.SourceStatus) time.Time {
	if st.Pause != nil || st.Source.Retired {
		return time.Time{}
	}
	return st.State.NextDue
}

type sourceList struct {
	Sources []sourceRow `json:"sources"`
}

func listSources(statuses []nashra.SourceStatus, now time.Time) sourceList {
	list := sourceList{make([]sourceRow, 0, len(statuses))}
	for _, st := range nashra.Listed(statuses) {
		list.Sources = append(list.Sources, rowOf(st, now))
	}
	return list
}

// WriteSources writes the listing of sources as GET /api/v1/sources gives it at
// the instant now: one JSON object and a newline.
func WriteSources(w io.Writer, statuses []nashra.SourceStatus, now time.Time) error {
	if err := writeLine(w, listSources(statuses, now)); err != nil {
		return fmt.Errorf("write sources: %w", err)
	}
	return nil
}

// fetchRow is what one fetch came to, as POST /api/v1/sources/{id}/fetch and
// `nashra fetch --json` give it. Its keys are part of the contract.
type fetchRow struct {
	Source     string         `json:"source"`
	Outcome    nashra.Outcome `json:"outcome"`
	HTTPStatus int            `json:"http_status"` // 0 without an answer
	New        int            `json:"new"`
	Updated    int            `json:"updated"`
	Unchanged  int            `json:"unchanged"`
	Error      string         `json:"error"`
	DurationMS int64          `json:"duration_ms"`
	NextDue    *time.Time     `json:"next_due"` // null for a paused source
}

func fetchRowOf(f nashra.Fetch) fetchRow {
	row := fetchRow{
		Source: f.Source, Outcome: f.Outcome, HTTPStatus: f.Status, New: f.New, Updated: f.Updated,
		Unchanged: f.Unchanged, Error: f.Error, DurationMS: f.Duration.Milliseconds(),
	}
	if !f.NextDue.IsZero() {
		due := f.NextDue.UTC()
		row.NextDue = &due
	}
	return row
}

// WriteFetch writes what one fetch came to: one JSON object and a newline.
func WriteFetch(w io.Writer, f nashra.Fetch) error {
	if err := writeLine(w, fetchRowOf(f)); err != nil {
		return fmt.Errorf("write fetch: %w", err)
	}
	return nil
}

// fetchRecord is a row of GET /api/v1/sources/{id}/fetches.
type fetchRecord struct {
	fetchRow
	At        time.Time  `json:"at"`      // when it began
	Bytes     int64      `json:"bytes"`   // of the feed, decompressed
	Entries   int        `json:"entries"` // that the feed held
	Warnings  []string   `json:"warnings"`
	Delivered bool       `json:"delivered"` // by the feed's hub
	Count     int        `json:"count"`     // fetches in a row that came to the same, of which this is the last
	First     *time.Time `json:"first"`     // when the first of several began; null: it is one
}

func fetchRecordOf(f nashra.Fetch) fetchRecord {
	return fetchRecord{
		fetchRow: fetchRowOf(f), At: f.At.UTC(), Bytes: f.Bytes, Entries: f.Entries, Warnings: listOf(f.Warnings),
		Delivered: f.Delivered, Count: max(1, f.Count), First: instant(f.First),
	}
}

// apiSources serves GET /api/v1/sources.
func (s *Server) apiSources(w http.ResponseWriter, r *http.Request) error {
	if _, err := queryOf(r); err != nil {
		return err
	}
	statuses, _, err := s.store.Sources(r.Context())
	if err != nil {
		return err
	}
	return s.sendJSON(w, r, listSources(statuses, s.now()))
}

// apiSource serves GET /api/v1/sources/{id}.
func (s *Server) apiSource(w http.ResponseWriter, r *http.Request) error {
	if _, err := queryOf(r); err != nil {
		return err
	}
	status, err := s.store.Source(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.sendJSON(w, r, rowOf(status, s.now()))
}

// apiFetches serves GET /api/v1/sources/{id}/fetches: the last ones, newest
// first.
func (s *Server) apiFetches(w http.ResponseWriter, r *http.Request) error {
	q, err := queryOf(r, "limit")
	if err != nil {
		return err
	}
	limit, err := q.limit(fetchesListed, maxFetches)
	if err != nil {
		return err
	}
	fetches, err := s.store.Fetches(r.Context(), r.PathValue("id"), limit)
	if err != nil {
		return err
	}
	list := struct {
		Fetches []fetchRecord `json:"fetches"`
	}{make([]fetchRecord, 0, len(fetches))}
	for _, f := range fetches {
		list.Fetches = append(list.Fetches, fetchRecordOf(f))
	}
	return s.sendJSON(w, r, list)
}

// apiFetchNow serves POST /api/v1/sources/{id}/fetch: 200 with what the fetch
// came to, or 202 where it takes longer than a request may, and then its record
// will stand first under Location.
func (s *Server) apiFetchNow(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	fetch, under, err := s.fetchNow(r, id)
	switch {
	case err != nil:
		return err
	case under:
		w.Header().Set("Location", s.local("/api/v1/sources/"+url.PathEscape(id)+"/fetches"))
		return s.sendResult(w, r, http.StatusAccepted, struct {
			Source string `json:"source"`
		}{id})
	}
	return s.sendResult(w, r, http.StatusOK, fetchRowOf(fetch))
}

// fetchNow has a source fetched and says what that came to; under is true where
// it is still under way after fetchWait.
func (s *Server) fetchNow(r *http.Request, id string) (fetch nashra.Fetch, under bool, err error) {
	status, err := s.store.Source(r.Context(), id)
	if err != nil {
		return fetch, false, err
	}
	if status.Source.Retired {
		return fetch, false, conflict("source %q is gone from the configuration and is no longer fetched", id)
	}
	ctx, cancel := context.WithTimeout(r.Context(), fetchWait)
	defer cancel()
	fetch, err = s.desk.FetchNow(ctx, actor(r), id)
	if errors.Is(err, context.DeadlineExceeded) && r.Context().Err() == nil {
		return fetch, true, nil
	}
	return fetch, false, err
}

// apiMarkSource serves POST /api/v1/sources/{id}/pause and …/resume: the source
// as it is then.
func (s *Server) apiMarkSource(kind nashra.MarkKind) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		reason, err := readReason(r, false)
		if err != nil {
			return err
		}
		id := r.PathValue("id")
		if err := s.desk.Decide(r.Context(), actor(r), nashra.Mark{Kind: kind, Source: id, Reason: reason}); err != nil {
			return err
		}
		status, err := s.store.Source(r.Context(), id)
		if err != nil {
			return err
		}
		return s.sendResult(w, r, http.StatusOK, rowOf(status, s.now()))
	}
}
