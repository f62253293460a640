package publisher

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"nashra"
)

const (
	// watchers is how many browsers may watch fetches at the same time: each
	// holds a connection. More see what a fetch came to when it is over.
	watchers = 32

	// heartbeat keeps a stream that has nothing to tell from being cut by a
	// proxy, most of which wait for a minute.
	heartbeat = 15 * time.Second

	// watchIdle is how long a stream waits for a fetch to begin. A page asks for
	// both at once.
	watchIdle = time.Minute

	// eventStream is the type of a stream of events (HTML standard).
	eventStream = "text/event-stream"

	// eventTimeout is for one event to be taken by the browser.
	eventTimeout = 10 * time.Second
)

// step is what an event of a fetch under way tells.
type step struct {
	Stage nashra.Stage `json:"stage"`
	Text  string       `json:"text"`
}

// ended is the last event.
type ended struct {
	Said string `json:"said"` // as the page that shows the outcome is asked to say it; "": nothing
	Text string `json:"text"`
}

// adminEvents serves GET /admin/source/{source}/events: how the fetch goes that
// the desk has asked for, or asks for next, as a stream of events
// (text/event-stream of the HTML standard): "idle" where there is none yet, "step"
// for each step, and "ended". It asks for no fetch by itself.
func (s *Server) adminEvents(w http.ResponseWriter, r *http.Request) error {
	id, g := r.PathValue("source"), tongueFor(r)
	// A page of another site cannot read it, but could take all of the places.
	if from := r.Header.Get("Sec-Fetch-Site"); from == "cross-site" || from == "same-site" {
		return &refusal{errForbidden, "a page of another site asks for this"}
	}
	if _, err := s.store.Source(r.Context(), id); err != nil {
		return err
	}
	select {
	case s.watched <- struct{}{}:
		defer func() { <-s.watched }()
	default:
		w.Header().Set("Retry-After", "10")
		return nashra.ErrBusy
	}
	h := w.Header()
	h.Set("Content-Type", eventStream)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would hold events back
	if r.Method == http.MethodHead {
		return nil
	}
	out := newEvents(w)

	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	steps := make(chan nashra.Progress)
	var fetch nashra.Fetch
	watching, ctx := errgroup.WithContext(ctx)
	watching.Go(func() (err error) {
		defer close(steps)
		fetch, err = s.desk.WatchFetch(ctx, id, func(p nashra.Progress) {
			select {
			case steps <- p:
			case <-ctx.Done():
			}
		})
		return err
	})
	if s.tellSteps(out, g, steps) {
		if e, ok := g.ended(fetch, watching.Wait()); ok {
			out.send("ended", e)
		}
		return nil
	}
	cancel()
	_ = watching.Wait() // it was called off
	return nil
}

// tellSteps sends steps as events and reports whether they came to their end,
// before the browser was gone or nothing had begun for too long.
func (s *Server) tellSteps(out *events, g *tongue, steps <-chan nashra.Progress) bool {
	idle := time.NewTimer(watchIdle)
	defer idle.Stop()
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		var err error
		select {
		case p, open := <-steps:
			switch {
			case !open:
				return true
			case p.Stage == nashra.StageIdle:
				err = out.send("idle", struct{}{})
			default:
				idle.Stop()
				err = out.send("step", step{p.Stage, g.step(p)})
			}
		case <-beat.C:
			err = out.write(": still here\n\n")
		case <-idle.C:
			return false
		}
		if err != nil {
			return false
		}
	}
}

// ended says what a fetch came to; ok is false where nothing is known, because
// we are stopping or the browser has gone.
func (g *tongue) ended(fetch nashra.Fetch, err error) (e ended, ok bool) {
	switch {
	case errors.Is(err, context.Canceled):
		return e, false
	case errors.Is(err, nashra.ErrNetwork):
		return ended{"network", g.done["network"]}, true
	case err != nil:
		return ended{}, true // the request that asked for it tells and logs it
	}
	return ended{"fetched", g.outcome(fetch.Outcome, fetch.Status, fetch.Trouble) + g.Comma + g.counts(fetch)}, true
}

// step says what a step of a fetch is.
func (g *tongue) step(p nashra.Progress) string {
	switch p.Stage {
	case nashra.StageWaiting:
		return g.Waiting
	case nashra.StageAsked:
		return g.Asked
	case nashra.StageAnswered:
		return fmt.Sprintf(g.Answered, g.outcome(p.Outcome, p.Status, p.Trouble), g.entry.count(p.Entries))
	case nashra.StagePages:
		return fmt.Sprintf(g.Pages, p.Done, p.Of)
	case nashra.StageApplied:
		a := p.Applied
		return fmt.Sprintf(g.Applied, fmt.Sprintf(g.CountsOf, a.New, a.Updated, a.Unchanged))
	}
	return ""
}

// events is a stream of them to one browser.
type events struct {
	w    http.ResponseWriter
	ctrl *http.ResponseController
}

func newEvents(w http.ResponseWriter) *events {
	e := &events{w, http.NewResponseController(w)}
	// The server's limit for a whole request is too short. Writers that know no
	// deadlines are a test's recorders.
	_ = e.ctrl.SetReadDeadline(time.Time{})
	return e
}

// send sends one event with v as JSON.
func (e *events) send(event string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return e.write("event: " + event + "\ndata: " + string(data) + "\n\n")
}

func (e *events) write(text string) error {
	_ = e.ctrl.SetWriteDeadline(time.Now().Add(eventTimeout)) // see newEvents
	if _, err := e.w.Write([]byte(text)); err != nil {
		return err
	}
	return e.ctrl.Flush()
}
