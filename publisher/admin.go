package publisher

import (
	"net/http"
	"time"

	"nashra"
)

// adminRow is a source as the desk's listing shows it.
type adminRow struct {
	Source  nashra.Source
	Path    string
	Feed    string // without credentials
	Tone    string // good, quiet, silent or bad: the colour of the row
	Outcome string
	Code    nashra.Outcome // the same as the API and the documentation call it
	Error   string
	Paused  string // by whom and when; "": it is not
	Reason  string
	Fetched string   // counts of the last fetch
	Rhythm  string   // how often it publishes; "": not known
	Silence string   // for how long it has not, where that is unusual; else ""
	Moved   string   // the feed's new address; "": it has not moved
	Gone    string   // what follows from its being gone; "": it is not
	Warned  string   // how many Warnings
	Doubts  []string // what an editor should look at in its articles
	Items   int

	LastFetch, LastSuccess, NextDue time.Time
	Scheduled                       bool
	Failures                        int
	Warnings                        []string
}

type adminPage struct {
	Summary string
	Rows    []adminRow
}

// adminSources serves GET /admin/: every source and how it fares.
func (s *Server) adminSources(w http.ResponseWriter, r *http.Request) error {
	statuses, _, err := s.store.Sources(r.Context())
	if err != nil {
		return err
	}
	now := s.now()
	var p adminPage
	troubled := 0
	for _, st := range nashra.Listed(statuses) {
		fetches, err := s.store.Fetches(r.Context(), st.Source.ID, 1)
		if err != nil {
			return err
		}
		row := s.adminRow(st, fetches, now)
		if row.Tone == "bad" || row.Tone == "silent" {
			troubled++
		}
		p.Rows = append(p.Rows, row)
	}
	p.Summary = adminSummary(len(p.Rows), troubled)
	body, err := s.page("admin.html", frame{Title: text.AdminSources, Page: p})
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	s.send(w, r, http.StatusOK, htmlType, body)
	return nil
}

func (s *Server) adminRow(st nashra.SourceStatus, fetches []nashra.Fetch, now time.Time) adminRow {
	row := adminRow{
		Source: st.Source, Path: sourcePath(st.Source.ID), Feed: nashra.RedactURL(st.Source.Feed),
		Outcome: outcome(st.State), Code: st.State.Outcome, Error: st.State.Error, Items: st.Items, Failures: st.State.ConsecutiveFailures,
		LastFetch: st.State.LastFetch, LastSuccess: st.State.LastSuccess,
		NextDue: nextDue(st), Scheduled: st.Pause == nil && !st.Source.Retired,
		Moved: st.MovedTo(), Warnings: st.Warnings(),
	}
	if usual := st.State.Rhythm.Usual(); usual > 0 {
		row.Rhythm = publishesEvery(usual)
	}
	if st.Gone() {
		row.Gone = text.GoneDaily
	}
	row.Doubts = doubts(st.State)
	if len(row.Warnings) > 0 {
		row.Warned = warningNoun.count(len(row.Warnings))
	}
	switch st.State.Outcome {
	case nashra.OutcomeOK, nashra.OutcomeNotModified:
		row.Tone = "good"
	case nashra.OutcomeFailed, nashra.OutcomeGone:
		row.Tone = "bad"
	default:
		row.Tone = "quiet"
	}
	if st.Silent(now) {
		row.Silence = silentFor(now.Sub(st.State.Rhythm.Newest()))
		if row.Tone == "good" {
			row.Tone = "silent"
		}
	}
	if st.Pause != nil {
		row.Paused = pausedBy(st.Pause.By, dateTime(st.Pause.At, s.site.Zone))
		row.Reason = st.Pause.Reason
	}
	if !row.Scheduled {
		row.Tone = "quiet"
	}
	if len(fetches) > 0 {
		row.Fetched = fetchCounts(fetches[0])
	}
	return row
}
