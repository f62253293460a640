package main

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"nashra/fetcher"
)

// shownEntries of a feed are printed for a person; --json has all.
const shownEntries = 20

// printDiagnosis prints d for a person.
func (a *app) printDiagnosis(d diagnosis) error {
	p := &report{app: a}
	p.title("SOURCE " + d.Source)
	p.facts("feed", d.Feed)
	p.stored(d.Stored)
	p.title("FETCH")
	p.trace(d.Fetch.Trace)
	p.trial(d.Fetch)
	p.entries(d.Entries)
	for i, r := range d.Articles {
		p.title(fmt.Sprintf("ARTICLE %d of the newest %d", i+1, len(d.Articles)))
		p.article(r)
	}
	return p.err
}

// report writes sections until something cannot be written.
type report struct {
	*app
	begun bool
	err   error
}

func (p *report) title(text string) {
	if p.begun {
		text = "\n" + text
	}
	p.begun = true
	p.line(text)
}

func (p *report) line(text string) {
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.stdout, text)
	}
}

func (p *report) table(t *table) {
	if p.err == nil {
		p.err = t.write(p.stdout)
	}
}

// facts are pairs of a name and a value; pairs without a value are left out.
func (p *report) facts(pairs ...string) {
	t := p.newTable()
	t.indent, t.least = "  ", len("last success")
	for pair := range slices.Chunk(pairs, 2) {
		if pair[1] != "" {
			t.row(pair...)
		}
	}
	p.table(t)
}

// list are further values of one name.
func (p *report) list(name string, values []string) {
	for _, v := range values {
		p.facts(name, v)
	}
}

func (p *report) stored(c *condition) {
	if c == nil {
		p.facts("in the store", "nothing yet")
		return
	}
	paused := ""
	if c.Paused != nil {
		paused = fmt.Sprintf("since %s by %s: %s", instant(c.Paused.At), c.Paused.By, cmp.Or(c.Paused.Reason, "no reason given"))
	}
	backoff := ""
	if c.Failures > 0 {
		backoff = fmt.Sprintf("%d failures in a row", c.Failures)
	}
	p.facts(
		"last fetch", when(c.LastFetch), "last success", when(c.LastSuccess),
		"outcome", string(c.Outcome), "error", c.Error, "backed off", backoff, "paused", paused, "next due", when(c.NextDue),
		"retry after", when(c.RetryAfter), "pages after", when(c.PagesAfter), "moved to", c.MovedTo,
		"gone", yesOnly(c.Gone), "silent", yesOnly(c.Silent), "items", strconv.Itoa(c.Items),
	)
	p.list("warning", c.Warnings)
	for _, o := range c.Owed {
		p.facts("page owed", fmt.Sprintf("%s, after %d tries: %s", o.Link, o.Attempts, o.Error))
	}
}

func when(t *time.Time) string {
	if t == nil {
		return ""
	}
	return instant(*t)
}

func yesOnly(v bool) string {
	if v {
		return "yes"
	}
	return ""
}

func (p *report) trace(t fetcher.Trace) {
	for _, h := range t.Hops {
		p.line("  GET " + isolated(h.URL))
		p.facts("proxy", h.Proxy)
		for _, addr := range h.Addresses {
			p.facts("address", addr.IP+", "+cmp.Or(addr.Refused, "allowed"))
		}
		p.headers("  > ", h.Request)
		if h.Status != 0 {
			p.line("  < " + h.Proto + " " + strconv.Itoa(h.Status) + " " + http.StatusText(h.Status) + join(", ", h.TLS))
		}
		p.headers("  < ", h.Response)
		p.facts("error", h.Error, "time", times(h))
	}
	if doc := t.Document; doc != (fetcher.Document{}) {
		size := fmt.Sprintf("%d bytes", doc.Bytes)
		if doc.Encoding != "" || doc.Wire != doc.Bytes {
			size += fmt.Sprintf(", sent as %d%s", doc.Wire, join(" of ", doc.Encoding))
		}
		charset := ""
		if doc.Charset != "" {
			charset = doc.Charset + ", known by " + doc.Known
		}
		p.facts("body", size, "charset", charset)
	}
}

// join is v behind what joins it to something; nothing where v is empty.
func join(by, v string) string {
	if v == "" {
		return ""
	}
	return by + v
}

func (p *report) headers(indent string, h http.Header) {
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			p.line(indent + isolated(name+": "+value))
		}
	}
}

func times(h fetcher.Hop) string {
	var parts []string
	for _, phase := range []struct {
		name string
		took time.Duration
	}{
		{"dns", h.Times.DNS}, {"connect", h.Times.Connect}, {"tls", h.Times.TLS}, {"first byte", h.Times.FirstByte}, {"total", h.Times.Total},
	} {
		if phase.took > 0 {
			parts = append(parts, phase.name+" "+phase.took.Round(10*time.Microsecond).String())
		}
	}
	if h.Reused {
		parts = append(parts, "connection of a request before")
	}
	return strings.Join(parts, ", ")
}

func (p *report) trial(t trial) {
	var hints []string
	if t.Interval > 0 {
		hints = append(hints, "every "+span(time.Duration(t.Interval)*time.Second))
	}
	if t.Fresh > 0 {
		hints = append(hints, "fresh for "+span(time.Duration(t.Fresh)*time.Second))
	}
	if len(t.SkipHours) > 0 {
		hints = append(hints, fmt.Sprintf("skip the hours %v (UTC)", t.SkipHours))
	}
	if len(t.SkipDays) > 0 {
		hints = append(hints, "skip "+strings.Join(t.SkipDays, ", "))
	}
	p.facts(
		"outcome", string(t.Outcome), "error", t.Error, "title", t.Title, "language", t.Language, "homepage", t.Homepage,
		"moved to", t.MovedTo, "hub", t.Hub, "hints", strings.Join(hints, ", "), "next due", join("if this had been a cycle: ", when(t.NextDue)),
	)
	p.list("warning", t.Warnings)
}

func (p *report) entries(entries []entryLine) {
	p.title(fmt.Sprintf("ENTRIES %d that a cycle takes, newest first", len(entries)))
	t := p.newTable()
	t.indent = "  "
	if len(entries) > 0 {
		t.head("PUBLISHED", "LETTERS", "OF", "TITLE", "LINK", "GUID")
	}
	for _, e := range entries[:min(shownEntries, len(entries))] {
		of := "summary"
		if e.Whole {
			of = "body"
		}
		guid := e.GUID
		if guid == e.Link {
			guid = "the link"
		}
		t.row(cmp.Or(when(e.Published), "-"), strconv.Itoa(e.Letters), of, orDash(e.Title), orDash(e.Link), orDash(guid))
	}
	p.table(t)
	if more := len(entries) - shownEntries; more > 0 {
		p.line(fmt.Sprintf("  and %d more; --json has them", more))
	}
}

func (p *report) article(r articleReport) {
	p.facts("link", r.Link, "robots.txt", r.Robots)
	if r.Page == nil {
		p.facts("page", "not needed")
	} else {
		p.trace(*r.Page)
	}
	found := ""
	if r.Method != "" {
		found = fmt.Sprintf("by %s, %d letters", r.Method, r.Letters)
	}
	p.facts("error", r.Error, "found", found, "title", r.Title, "partial", yesOnly(r.Partial), "suspect", r.Suspect,
		"next part", r.NextPart, "unmatched", strings.Join(r.Unmatched, ", "))
	for _, t := range p.explanationTables(r.Explain) {
		t.indent = "  "
		p.table(t)
	}
}
