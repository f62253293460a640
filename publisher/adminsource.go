package publisher

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"nashra"
)

const (
	adminFetches = 50  // records on a source's page: all that are kept in full
	adminNewest  = 15  // articles on it
	adminLooked  = 500 // articles that are looked at for what a fetch brought
)

// adminSourcePage is all that the desk knows of one source.
type adminSourcePage struct {
	adminRow
	Page       string // path of its page for readers
	Active     bool   // it can be fetched now
	Settings   []nashra.Setting
	Fetches    []adminFetch
	Items      []adminItemRow
	ItemsPath  string
	FetchPath  string
	EventsPath string
	TryPath    string // "": there is nothing to try
	PausePath  string
	ResumePath string
}

// adminFetch is a fetch record as the desk sees it.
type adminFetch struct {
	nashra.Fetch
	Words  string // its outcome
	Counts string
	Took   string
	Size   string

	Line          string         // of the log, as text
	Came, Changed []adminItemRow // what was new and what was updated, as far as it is among the source's newest
}

// logLineOf writes the line of the log that tells of a fetch.
func logLineOf(f nashra.Fetch) string {
	level, message, attrs := f.LogLine()
	record := slog.NewRecord(f.At.Add(f.Duration).UTC(), level, message, 0)
	record.Add(attrs...)
	var b strings.Builder
	_ = slog.NewTextHandler(&b, nil).Handle(context.Background(), record) // a builder takes everything
	return strings.TrimSpace(b.String())
}

// adminSource serves GET /admin/source/{source}.
func (s *Server) adminSource(w http.ResponseWriter, r *http.Request) error {
	p, g, err := s.adminSourcePage(r)
	if err != nil {
		return err
	}
	return s.sendDesk(w, r, g, "source.html", deskFrame{Title: p.Source.Name, Here: "/admin/", Said: g.said(r), Page: p})
}

func (s *Server) adminSourcePage(r *http.Request) (adminSourcePage, *tongue, error) {
	ctx, g, id := r.Context(), tongueFor(r), r.PathValue("source")
	status, err := s.store.Source(ctx, id)
	if err != nil {
		return adminSourcePage{}, g, err
	}
	row, err := s.adminRow(ctx, g, status, s.now())
	if err != nil {
		return adminSourcePage{}, g, err
	}
	path := adminSourcePath(id)
	p := adminSourcePage{
		adminRow: row, Page: sourcePath(id), Active: !status.Source.Retired && status.Pause == nil,
		ItemsPath: adminItemsPath(id), FetchPath: path + "/fetch", EventsPath: path + "/events", PausePath: path + "/pause",
		ResumePath: path + "/resume",
	}
	if _, ok := s.desk.Selectors(id); ok {
		p.TryPath = path + "/try"
	}
	if s.settings != nil {
		p.Settings = s.settings(id)
	}
	fetches, err := s.store.Fetches(ctx, id, adminFetches)
	if err != nil {
		return p, g, err
	}
	articles, err := s.store.Articles(ctx, nashra.Query{Source: id, Limit: adminLooked})
	if err != nil {
		return p, g, err
	}
	for _, f := range fetches {
		came, changed := broughtBy(f, articles.Records)
		p.Fetches = append(p.Fetches, adminFetch{
			Line: logLineOf(f), Came: came, Changed: changed,
			Fetch: f, Words: g.outcome(f.Outcome, f.Status, f.Trouble), Counts: g.counts(f),
			Took: f.Duration.Round(time.Millisecond).String(), Size: fmt.Sprintf("%.1f KB", float64(f.Bytes)/1000),
		})
	}
	for _, record := range articles.Records[:min(adminNewest, len(articles.Records))] {
		p.Items = append(p.Items, adminItemRowOf(record))
	}
	return p, g, nil
}

// broughtBy are the articles that a fetch brought, and those that it changed
// last. What it applied bears the instant of its beginning.
func broughtBy(f nashra.Fetch, records []nashra.Record) (came, changed []adminItemRow) {
	for _, r := range records {
		switch a := r.Article; {
		case f.New > 0 && a.FirstSeen.Equal(f.At):
			came = append(came, adminItemRowOf(r))
		case f.Updated > 0 && a.Revised.Equal(f.At):
			changed = append(changed, adminItemRowOf(r))
		}
	}
	return came, changed
}

// adminFetchNow serves POST /admin/source/{source}/fetch, and leads back to the
// source's page when the fetch is over, or takes longer than a browser should
// wait.
func (s *Server) adminFetchNow(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("source")
	_, under, err := s.fetchNow(r, id)
	said := "fetched"
	switch {
	case errors.Is(err, nashra.ErrNetwork):
		said = "network"
	case err != nil:
		return err
	case under:
		said = "fetching"
	}
	return s.back(w, r, adminSourcePath(id), said)
}

// adminMarkSource serves POST /admin/source/{source}/pause and …/resume.
func (s *Server) adminMarkSource(kind nashra.MarkKind) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id := r.PathValue("source")
		reason, err := formReason(r, false)
		if err == nil {
			err = s.desk.Decide(r.Context(), actor(r), nashra.Mark{Kind: kind, Source: id, Reason: reason})
		}
		if err != nil {
			return err
		}
		return s.back(w, r, adminSourcePath(id), string(kind))
	}
}

// formReason is the reason that a form gives.
func formReason(r *http.Request, required bool) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", invalid("the form cannot be read: %v", err)
	}
	return checkedReason(r.PostForm.Get("reason"), required)
}

// back leads a browser from what it did to a page that says so.
func (s *Server) back(w http.ResponseWriter, r *http.Request, path, said string) error {
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, s.local(path)+"?said="+said, http.StatusSeeOther)
	return nil
}

// said is what the page tells of the action that led to it; "" for none.
func (g *tongue) said(r *http.Request) string { return g.done[r.URL.Query().Get("said")] }
