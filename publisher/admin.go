package publisher

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"nashra"
	"nashra/internal/arabic"
)

const (
	// adminRows is how many sources a page of the listing shows: each one's
	// pictures take a millisecond to read.
	adminRows = 50

	// mixOf is over how many of a source's newest articles it is told how their
	// bodies were found.
	mixOf = 30

	// shortBody is a body, in letters, that an editor should look at: what is
	// left of an excerpt's length when there is hardly an article.
	shortBody = 140
)

// adminRow is a source as the desk's listing shows it.
type adminRow struct {
	Source  nashra.Source
	Path    string // of its page at the desk
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

	Health, Days chart
	Made         mix
}

// mix is how the bodies of a source's newest articles were found.
type mix struct {
	Ways  []way
	Short string // how many of them are short or empty; "": none
}

type way struct {
	Method string // as nashra.Content has it
	Count  int
}

// choice is a value of a filter or an order, for a menu.
type choice struct {
	Value, Words string
	Chosen       bool
}

type adminPage struct {
	Summary        string
	Filters, Sorts []choice
	Words          string // that were searched for
	Rows           []adminRow
	Any            bool // there is a source at all
	pager
}

// pager leads to the pages of a list beside one.
type pager struct {
	Newer, Older string // paths; "": there is no such page
	Position     string // which page of how many; "": not told
}

// adminFilters are the filters of the listing, by their value in the query.
var adminFilters = []struct {
	value string
	shows func(nashra.SourceStatus, time.Time) bool
}{
	{"", func(nashra.SourceStatus, time.Time) bool { return true }},
	{"failing", func(st nashra.SourceStatus, _ time.Time) bool { return troubled(st) }},
	{"silent", func(st nashra.SourceStatus, now time.Time) bool { return st.Silent(now) }},
	{"paused", func(st nashra.SourceStatus, _ time.Time) bool { return st.Pause != nil }},
	{"doubtful", func(st nashra.SourceStatus, _ time.Time) bool { return len(arabicDesk.doubts(st.State)) > 0 }},
}

type adminSort struct {
	value   string
	compare func(a, b nashra.SourceStatus) int
}

// adminSorts are its orders, of sources that are as nashra.Listed has them.
var adminSorts = []adminSort{
	{"", func(a, b nashra.SourceStatus) int { return cmp.Compare(need(a), need(b)) }},
	{"name", func(a, b nashra.SourceStatus) int {
		return strings.Compare(arabic.Key(a.Source.Name), arabic.Key(b.Source.Name))
	}},
	{"category", func(a, b nashra.SourceStatus) int {
		return strings.Compare(arabic.Key(a.Source.Category), arabic.Key(b.Source.Category))
	}},
	{"fetch", func(a, b nashra.SourceStatus) int { return b.State.LastFetch.Compare(a.State.LastFetch) }},
	{"success", func(a, b nashra.SourceStatus) int { return a.State.LastSuccess.Compare(b.State.LastSuccess) }},
	{"items", func(a, b nashra.SourceStatus) int { return cmp.Compare(b.Items, a.Items) }},
	{"due", func(a, b nashra.SourceStatus) int { return nextDue(a).Compare(nextDue(b)) }},
}

// need ranks what an editor should look at first.
func need(st nashra.SourceStatus) int {
	switch {
	case st.Gone():
		return 0
	case troubled(st):
		return 1
	case len(st.State.Doubts.Sentences) > 0:
		return 2
	}
	return 3
}

// troubled reports whether a source that is to be fetched cannot be.
func troubled(st nashra.SourceStatus) bool {
	return fetched(st) && (st.State.Outcome == nashra.OutcomeFailed || st.State.Outcome == nashra.OutcomeGone)
}

// fetched reports whether a source is fetched by itself.
func fetched(st nashra.SourceStatus) bool { return st.Pause == nil && !st.Source.Retired }

// adminSources serves GET /admin/: every source and how it fares, narrowed by
// show (a filter) and q (words of its name, id or address) and in the order
// sort. What the query asks for and is not known is as if it were not there.
func (s *Server) adminSources(w http.ResponseWriter, r *http.Request) error {
	statuses, _, err := s.store.Sources(r.Context())
	if err != nil {
		return err
	}
	g, now, query := tongueFor(r), s.now(), r.URL.Query()
	p := adminPage{Any: len(statuses) > 0, Words: query.Get("q")}
	shows := adminFilters[0].shows
	for _, f := range adminFilters {
		chosen := f.value == query.Get("show")
		if chosen {
			shows = f.shows
		}
		p.Filters = append(p.Filters, choice{f.value, g.filters[f.value], chosen})
	}
	sought := arabic.Key(p.Words)
	listed := nashra.Listed(statuses)
	inTrouble := 0
	for _, st := range listed {
		if troubled(st) || fetched(st) && st.Silent(now) {
			inTrouble++
		}
	}
	p.Summary = g.summary(len(listed), inTrouble)
	listed = slices.DeleteFunc(listed, func(st nashra.SourceStatus) bool {
		src := st.Source
		return !shows(st, now) || !strings.Contains(arabic.Key(src.Name+" "+src.ID+" "+nashra.RedactURL(src.Feed)), sought)
	})
	order := slices.IndexFunc(adminSorts, func(o adminSort) bool { return o.value == query.Get("sort") })
	slices.SortStableFunc(listed, adminSorts[max(0, order)].compare)
	for i, o := range adminSorts {
		p.Sorts = append(p.Sorts, choice{o.value, g.sorts[o.value], i == max(0, order)})
	}
	listed = p.turn(g, query, listed)
	for _, st := range listed {
		row, err := s.adminRow(r.Context(), g, st, now)
		if err != nil {
			return err
		}
		p.Rows = append(p.Rows, row)
	}
	return s.sendDesk(w, r, g, "sources.html", deskFrame{Title: g.Sources, Here: "/admin/", Page: p})
}

// turn keeps the page of the listing that the query asks for, and links the
// ones beside it.
func (p *adminPage) turn(g *tongue, query url.Values, listed []nashra.SourceStatus) []nashra.SourceStatus {
	pages := (len(listed) + adminRows - 1) / adminRows
	number, err := strconv.Atoi(query.Get("page"))
	if err != nil || number < 1 || number > pages {
		number = 1
	}
	to := func(n int) string {
		kept := url.Values{}
		for _, name := range []string{"show", "sort", "q"} {
			if v := query.Get(name); v != "" {
				kept.Set(name, v)
			}
		}
		kept.Set("page", strconv.Itoa(n))
		return "/admin/?" + kept.Encode()
	}
	if number > 1 {
		p.Newer = to(number - 1)
	}
	if number < pages {
		p.Older = to(number + 1)
	}
	if pages > 1 {
		p.Position = g.pageOf(number, pages)
	}
	return listed[min(len(listed), (number-1)*adminRows):min(len(listed), number*adminRows)]
}

func (s *Server) adminRow(ctx context.Context, g *tongue, st nashra.SourceStatus, now time.Time) (adminRow, error) {
	row := adminRow{
		Source: st.Source, Path: adminSourcePath(st.Source.ID), Feed: nashra.RedactURL(st.Source.Feed),
		Outcome: g.outcome(st.State.Outcome, st.State.Status, st.State.Trouble), Code: st.State.Outcome, Error: st.State.Error, Items: st.Items, Failures: st.State.ConsecutiveFailures,
		LastFetch: st.State.LastFetch, LastSuccess: st.State.LastSuccess,
		NextDue: nextDue(st), Scheduled: fetched(st),
		Moved: st.MovedTo(), Warnings: st.Warnings(), Doubts: g.doubts(st.State),
	}
	if usual := st.State.Rhythm.Usual(); usual > 0 {
		row.Rhythm = g.publishesEvery(usual)
	}
	if st.Gone() {
		row.Gone = g.GoneDaily
	}
	if len(row.Warnings) > 0 {
		row.Warned = g.warning.count(len(row.Warnings))
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
		row.Silence = g.silentFor(now.Sub(st.State.Rhythm.Newest()))
		if row.Tone == "good" {
			row.Tone = "silent"
		}
	}
	if st.Pause != nil {
		row.Paused = g.pausedBy(st.Pause.By, g.date(st.Pause.At, s.site.Zone))
		row.Reason = st.Pause.Reason
	}
	if !row.Scheduled {
		row.Tone = "quiet"
	}
	fetches, err := s.store.Fetches(ctx, st.Source.ID, barsOfFetches)
	if err != nil {
		return row, err
	}
	if len(fetches) > 0 {
		row.Fetched = g.counts(fetches[0])
	}
	days, err := s.store.FetchDays(ctx, st.Source.ID)
	if err != nil {
		return row, err
	}
	row.Health, row.Days = g.fetchChart(fetches), g.dayChart(days, now)
	articles, err := s.store.Articles(ctx, nashra.Query{Source: st.Source.ID, Limit: mixOf})
	if err != nil {
		return row, err
	}
	row.Made = g.mix(articles.Records)
	return row, nil
}

// mix counts how bodies were found, the most usual way first. The excerpt of a
// short body is all of it.
func (g *tongue) mix(records []nashra.Record) mix {
	var m mix
	short := 0
	for _, rec := range records {
		a := rec.Article
		i := slices.IndexFunc(m.Ways, func(w way) bool { return w.Method == a.Method })
		if i < 0 {
			i = len(m.Ways)
			m.Ways = append(m.Ways, way{Method: a.Method})
		}
		m.Ways[i].Count++
		if utf8.RuneCountInString(a.Excerpt) < shortBody {
			short++
		}
	}
	slices.SortStableFunc(m.Ways, func(a, b way) int { return b.Count - a.Count })
	if short > 0 {
		m.Short = g.shortOf(short, len(records))
	}
	return m
}

func adminSourcePath(id string) string { return "/admin/source/" + url.PathEscape(id) }
