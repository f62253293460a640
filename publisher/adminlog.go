package publisher

import (
	"net/http"
	"strconv"
	"time"
)

const adminDecisions = 100 // of a page of the log

// adminLogPage is a page of the audit log.
type adminLogPage struct {
	Lines []logLine
	pager
}

// logLine is one thing that somebody decided.
type logLine struct {
	At           time.Time
	By, Did, Why string
	What, Path   string // the item or the source, and its page at the desk
}

// adminLog serves GET /admin/log: what was decided at the desk, newest first,
// before the number that the query gives.
func (s *Server) adminLog(w http.ResponseWriter, r *http.Request) error {
	g := tongueFor(r)
	before, _ := strconv.ParseUint(r.URL.Query().Get("before"), 10, 64) // what is no number is the newest page
	decisions, err := s.store.Decisions(r.Context(), before, adminDecisions)
	if err != nil {
		return err
	}
	var p adminLogPage
	for _, d := range decisions {
		for _, m := range d.Marks {
			line := logLine{At: d.At, By: d.By, Did: g.decisions[string(m.Kind)], Why: m.Reason, What: m.Article, Path: adminItemPath(m.Article)}
			if m.Source != "" {
				line.What, line.Path = m.Source, adminSourcePath(m.Source)
			}
			p.Lines = append(p.Lines, line)
		}
		for _, removed := range d.Removes {
			did := "remove"
			if removed.Purge {
				did = "purge"
			}
			p.Lines = append(p.Lines, logLine{At: d.At, By: d.By, Did: g.decisions[did], Why: removed.Reason, What: removed.Article})
		}
	}
	if len(decisions) == adminDecisions {
		p.Older = "/admin/log?before=" + strconv.FormatUint(decisions[len(decisions)-1].Seq, 10)
	}
	return s.sendDesk(w, r, g, "log.html", deskFrame{Title: g.Log, Here: "/admin/log", Page: p})
}
