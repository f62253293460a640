// Package alert tells the operator of sources that need somebody: those that
// fail again and again, and those that have fallen silent; and when they are
// well again.
//
// A desk with a hundred sources looks at no listing until a reader complains,
// and a programme that tells of every failure is soon not read either. So each
// alarm is told once, on each way that the operator named (a webhook, e-mail, a
// command), and its end once. What was told is kept in a small file, so that a
// restart repeats nothing and cron's cycles tell as serve does. What could not be
// delivered is tried again, more and more seldom, for as long as it holds.
//
// The package dials the addresses that the operator wrote, and none else. It
// fetches nothing and reads no store: what is known of the sources it is told
// through [Alerter.Look].
package alert

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"nashra"
)

// Config is what an Alerter needs. Without a way to tell anything it does
// nothing.
type Config struct {
	Site    Site
	After   int            // failures in a row that are an alarm; 0: 5
	Webhook string         // URL that messages are posted to; "": none
	Mail    *Mail          // nil: none
	Command []string       // program and arguments; none: no command
	RootCAs *x509.CertPool // certificate authorities of webhook and mail server; nil: the system's
}

// Site is who tells.
type Site struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

const defaultAfter = 5

// deliverWithin bounds one delivery on one way.
const deliverWithin = 10 * time.Second

// What is delivered in vain is tried again after so long, doubled each time up
// to the second.
const (
	retryFirst = 15 * time.Second
	retryMost  = time.Hour
)

// Event is what happened to a source or to all of them.
type Event string

const (
	Failing     Event = "failing"      // so many times in a row
	Silent      Event = "silent"       // nothing new for longer than its habit
	Recovered   Event = "recovered"    // neither any more
	NetworkDown Event = "network_down" // our own: no partner can be reached, and no source is to blame
	NetworkUp   Event = "network_up"
)

// Alert is one thing that is told.
type Alert struct {
	Event       Event          `json:"event"`
	Text        string         `json:"text"`                   // one line for a person
	Source      string         `json:"source,omitempty"`       // id; "" of the network
	Name        string         `json:"name,omitempty"`         // of the source
	Feed        string         `json:"feed,omitempty"`         // without credentials
	Was         Event          `json:"was,omitempty"`          // of recovered: which alarm is over
	Since       *time.Time     `json:"since,omitempty"`        // of failing: the last success; of silent: the newest item; of recovered: when the alarm was told
	Failures    int            `json:"failures,omitempty"`     // in a row
	Outcome     nashra.Outcome `json:"outcome,omitempty"`      // of the last fetch
	HTTPStatus  int            `json:"http_status,omitempty"`  // 0 without an answer
	Error       string         `json:"error,omitempty"`        // of the last fetch, a sentence
	LastSuccess *time.Time     `json:"last_success,omitempty"` // UTC
	LastItem    *time.Time     `json:"last_item,omitempty"`
}

// Message is what one delivery carries: all that is new since the last one.
type Message struct {
	Site   Site      `json:"site"`
	At     time.Time `json:"at"`   // UTC
	Text   string    `json:"text"` // the alerts' texts, a line each
	Alerts []Alert   `json:"alerts"`
}

// View is what an Alerter looks at.
type View struct {
	Sources []nashra.SourceStatus

	// Whether partners could be reached at the last attempt; neither: there was
	// none yet.
	NetworkDown, NetworkUp bool
}

// network stands for our own network where an alarm is of no source. It is no
// source's id.
const network = "(network)"

// Alerter tells what it sees, once.
type Alerter struct {
	cfg  Config
	file string // where it is kept what was told
	ways map[string]way

	mu      sync.Mutex // held while it looks
	unsaved *told      // that could not be kept; nil: the file has all of it
}

// way is one of telling.
type way interface {
	deliver(context.Context, Message) error
}

// New makes an Alerter that keeps what it told in file.
func New(cfg Config, file string) *Alerter {
	if cfg.After <= 0 {
		cfg.After = defaultAfter
	}
	a := &Alerter{cfg: cfg, file: file, ways: make(map[string]way)}
	if cfg.Webhook != "" {
		a.ways["webhook"] = newWebhook(cfg.Webhook, cfg.RootCAs)
	}
	if cfg.Mail != nil {
		a.ways["email"] = &mailer{Mail: *cfg.Mail, site: cfg.Site, roots: cfg.RootCAs}
	}
	if len(cfg.Command) > 0 {
		a.ways["command"] = command(cfg.Command)
	}
	return a
}

// Tells reports whether there is any way to tell something.
func (a *Alerter) Tells() bool { return len(a.ways) > 0 }

// Look compares v with what was told and tells the difference, on all ways at
// the same time, 10 seconds at most each. A way that failed is left alone for a
// while. The error says what could not be delivered or kept, and the next look
// tries it again.
func (a *Alerter) Look(ctx context.Context, v View, now time.Time) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	told := a.unsaved
	if told == nil {
		var err error
		if told, err = load(a.file); err != nil {
			return fmt.Errorf("alerts: %w", err)
		}
	}
	current := a.alarms(v)
	failed := make(chan error, len(a.ways))
	changed := a.unsaved != nil
	var deliveries sync.WaitGroup
	for name, w := range a.ways {
		p := told.way(name)
		alerts := p.news(v, current)
		if len(alerts) == 0 || p.Next.After(now) && p.Next.Sub(now) <= retryMost { // the clock may have been set back
			continue
		}
		changed = true
		message := newMessage(a.cfg.Site, alerts, now)
		deliveries.Go(func() {
			within, cancel := context.WithTimeout(ctx, deliverWithin)
			defer cancel()
			if err := w.deliver(within, message); err != nil {
				p.failed(now)
				failed <- fmt.Errorf("alerts: %s: %w", name, err)
				return
			}
			p.delivered(current, alerts, now)
		})
	}
	deliveries.Wait()
	close(failed)
	var problems []error
	for err := range failed {
		problems = append(problems, err)
	}
	if changed {
		a.unsaved = nil
		if err := told.save(a.file); err != nil {
			a.unsaved = told // else it would be told again at each look
			problems = append(problems, fmt.Errorf("alerts: %w", err))
		}
	}
	return errors.Join(problems...)
}

// alarms are those of v, by source.
func (a *Alerter) alarms(v View) map[string]Alert {
	current := make(map[string]Alert)
	for _, s := range v.Sources {
		if s.Source.Retired || s.Pause != nil {
			continue
		}
		switch {
		case s.State.ConsecutiveFailures >= a.cfg.After:
			current[s.Source.ID] = failing(s)
		// It is judged by the last time that the feed was read: what we could
		// not read, because our network or this machine was down, is nobody's
		// silence.
		case s.State.Rhythm.Silent(s.State.LastSuccess):
			current[s.Source.ID] = silent(s)
		}
	}
	if v.NetworkDown {
		current[network] = Alert{Event: NetworkDown, Text: "no partner can be reached; look at this machine's own network, its name servers and its proxy"}
	}
	return current
}

func about(s nashra.SourceStatus, e Event) Alert {
	return Alert{
		Event: e, Source: s.Source.ID, Name: s.Source.Name, Feed: nashra.RedactURL(s.Source.Feed),
		Failures: s.State.ConsecutiveFailures, Outcome: s.State.Outcome, HTTPStatus: s.State.Status, Error: s.State.Error,
		LastSuccess: instant(s.State.LastSuccess), LastItem: instant(s.State.Rhythm.Newest()),
	}
}

func failing(s nashra.SourceStatus) Alert {
	a := about(s, Failing)
	a.Since = a.LastSuccess
	a.Text = fmt.Sprintf("%s failed %d times in a row: %s", label(s.Source), a.Failures, a.Error)
	return a
}

func silent(s nashra.SourceStatus) Alert {
	a := about(s, Silent)
	a.Since = a.LastItem
	a.Text = fmt.Sprintf("%s has brought nothing new since %s, and usually does every %s",
		label(s.Source), stamp(s.State.Rhythm.Newest()), s.State.Rhythm.Usual().Round(time.Minute))
	return a
}

// recovered is the end of an alarm that was told at since.
func recovered(s nashra.SourceStatus, was Event, since time.Time) Alert {
	a := about(s, Recovered)
	a.Was, a.Since = was, instant(since)
	a.Text = fmt.Sprintf("%s is well again; it was %s", label(s.Source), was)
	return a
}

func label(s nashra.Source) string { return fmt.Sprintf("%s (%s)", s.Name, s.ID) }

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC().Truncate(time.Second)
	return &t
}

func newMessage(site Site, alerts []Alert, now time.Time) Message {
	lines := make([]string, len(alerts))
	for i, a := range alerts {
		lines[i] = a.Text
	}
	return Message{Site: site, At: now.UTC().Truncate(time.Second), Text: strings.Join(lines, "\n"), Alerts: alerts}
}

// news are what p has not been told of current, and what it was told that is
// over. Of a source that is paused nothing is said, and what is gone is gone.
func (p *progress) news(v View, current map[string]Alert) []Alert {
	var alerts []Alert
	for _, id := range slices.Sorted(maps.Keys(current)) {
		if alarm := current[id]; p.Told[id].Event != alarm.Event {
			alerts = append(alerts, alarm)
		}
	}
	for _, s := range v.Sources {
		was, told := p.Told[s.Source.ID]
		if _, still := current[s.Source.ID]; !told || still || s.Source.Retired || s.Pause != nil {
			continue
		}
		if s.State.ConsecutiveFailures > 0 {
			continue // an alarm that another After had made
		}
		alerts = append(alerts, recovered(s, was.Event, was.At))
	}
	if _, down := p.Told[network]; down && v.NetworkUp {
		alerts = append(alerts, Alert{Event: NetworkUp, Text: "partners can be reached again"})
	}
	return alerts
}
