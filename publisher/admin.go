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
	Tone    string // good, quiet or bad: the colour of Outcome
	Outcome string
	Code    nashra.Outcome // the same as the API and the documentation call it
	Error   string
	Paused  string // by whom and when; "": it is not
	Reason  string
	Fetched string // counts of the last fetch
	Items   int

	LastFetch, LastSuccess, NextDue time.Time
	Scheduled                       bool
	Failures                        int
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
	var p adminPage
	troubled := 0
	for _, st := range statuses {
		fetches, err := s.store.Fetches(r.Context(), st.Source.ID, 1)
		if err != nil {
			return err
		}
		row := s.adminRow(st, fetches)
		if row.Tone == "bad" {
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

func (s *Server) adminRow(st nashra.SourceStatus, fetches []nashra.Fetch) adminRow {
	row := adminRow{
		Source: st.Source, Path: sourcePath(st.Source.ID), Feed: nashra.RedactURL(st.Source.Feed),
		Outcome: outcome(st.State), Code: st.State.Outcome, Error: st.State.Error, Items: st.Items, Failures: st.State.ConsecutiveFailures,
		LastFetch: st.State.LastFetch, LastSuccess: st.State.LastSuccess,
		NextDue: nextDue(st), Scheduled: st.Pause == nil && !st.Source.Retired,
	}
	switch st.State.Outcome {
	case nashra.OutcomeOK, nashra.OutcomeNotModified:
		row.Tone = "good"
	case nashra.OutcomeFailed, nashra.OutcomeGone:
		row.Tone = "bad"
	default:
		row.Tone = "quiet"
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
