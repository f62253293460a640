package publisher

import (
	"context"
	"net/http"
	"time"

	"nashra"
	"nashra/store"
)

const (
	// What the readiness tells of as something that an operator should look at.
	overdueAfter = 15 * time.Minute // a source that nobody fetches
	staleAfter   = 6 * time.Hour    // no success of any source
	diskShare    = 20               // less than one part in so many of the disk is free
	diskLeast    = 512 << 20        // or less than so many bytes
)

// Vitals is how the process and its store's file fare.
type Vitals interface {
	Room() (store.Room, error)
	Stopping() bool // answers in progress are finished, and no others are begun
}

// healthz serves GET /healthz: the process answers. It asks nothing of the
// store, because a restart would not mend what is wrong there.
func (s *Server) healthz(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	s.send(w, r, http.StatusOK, "text/plain; charset=utf-8", []byte("ok\n"))
	return nil
}

// readiness is what GET /readyz answers: whether requests should be sent here,
// and what else an operator would want to know.
type readiness struct {
	Ready    bool     `json:"ready"`
	Reason   string   `json:"reason,omitempty"` // why not
	Warnings []string `json:"warnings"`         // no reason to send requests elsewhere
	faring
	Store *roomLeft `json:"store"` // null: not known
}

// faring is how fetching fares.
type faring struct {
	LastFetch   *time.Time  `json:"last_fetch"`   // of any source; null: never
	LastSuccess *time.Time  `json:"last_success"` // likewise
	Staleness   *int64      `json:"staleness_s"`  // seconds since the last success; null: there was none
	Overdue     int64       `json:"overdue_s"`    // for how long the source that has waited longest has been due
	Items       int         `json:"items"`
	Sources     sourceCount `json:"sources"`
}

// sourceCount counts the sources that are configured. Each is in one state.
type sourceCount struct {
	OK      int `json:"ok"`
	Failing int `json:"failing"`
	Silent  int `json:"silent"` // for longer than is usual with them
	Paused  int `json:"paused"`
	New     int `json:"new"` // never fetched yet
}

func (c sourceCount) byState() map[string]int {
	return map[string]int{"ok": c.OK, "failing": c.Failing, "silent": c.Silent, "paused": c.Paused, "new": c.New}
}

type roomLeft struct {
	Size     int64 `json:"size_bytes"` // of the file
	DiskFree int64 `json:"disk_free_bytes"`
	DiskSize int64 `json:"disk_size_bytes"`
}

// readyz serves GET /readyz. Only a store that cannot be read and a process that
// is stopping are reasons to send requests elsewhere: what partners do and how
// full the disk is would be the same there.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) error {
	ready := readiness{Ready: true, Warnings: []string{}}
	var err error
	if ready.faring, err = s.fares(r.Context()); err != nil {
		s.log.Error("not ready", "err", err)
		ready.Ready, ready.Reason = false, "the store cannot be read"
	}
	if s.vitals != nil {
		if s.vitals.Stopping() {
			ready.Ready, ready.Reason = false, "the process is stopping"
		}
		if room, err := s.vitals.Room(); err == nil {
			ready.Store = &roomLeft{room.File, room.Free, room.Disk}
		}
	}
	ready.warn()
	status := http.StatusOK
	if !ready.Ready {
		status = http.StatusServiceUnavailable
	}
	return s.sendResult(w, r, status, ready)
}

func (r *readiness) warn() {
	if r.Overdue > int64(overdueAfter/time.Second) {
		r.Warnings = append(r.Warnings, "sources are due and are not fetched")
	}
	if r.Staleness != nil && *r.Staleness > int64(staleAfter/time.Second) {
		r.Warnings = append(r.Warnings, "no source was fetched with success for hours")
	}
	if s := r.Store; s != nil && (s.DiskFree < diskLeast || s.DiskFree < s.DiskSize/diskShare) {
		r.Warnings = append(r.Warnings, "the store's disk is nearly full")
	}
}

// fares looks at all sources that are configured.
func (s *Server) fares(ctx context.Context) (faring, error) {
	var f faring
	statuses, _, err := s.store.Sources(ctx)
	if err != nil {
		return f, err
	}
	now := s.now()
	var fetch, success time.Time
	for _, st := range statuses {
		f.Items += st.Items
		if st.Source.Retired {
			continue
		}
		fetch, success = later(fetch, st.State.LastFetch), later(success, st.State.LastSuccess)
		if due := nextDue(st); !due.IsZero() {
			f.Overdue = max(f.Overdue, int64(now.Sub(due)/time.Second))
		}
		*f.Sources.of(st, now)++
	}
	f.LastFetch, f.LastSuccess = instant(fetch), instant(success)
	if !success.IsZero() {
		age := max(0, int64(now.Sub(success)/time.Second))
		f.Staleness = &age
	}
	return f, nil
}

// of is the count that st belongs to.
func (c *sourceCount) of(st nashra.SourceStatus, now time.Time) *int {
	switch {
	case st.Pause != nil:
		return &c.Paused
	case st.State.Outcome == "":
		return &c.New
	case st.State.Outcome == nashra.OutcomeFailed || st.State.Outcome == nashra.OutcomeGone:
		return &c.Failing
	case st.Silent(now):
		return &c.Silent
	}
	return &c.OK
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
