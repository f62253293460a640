package fetcher

import (
	"slices"
	"strings"
	"time"
)

// Newest gives the places of the n newest of a feed's entries, newest first.
// dates are when they were published, in the feed's order. An undated entry
// stands where the feed has it: it takes the date of the one before it, at the
// feed's head that of the first one dated. n of 0 or less: all of them.
func Newest(dates []time.Time, n int) []int {
	order := make([]int, len(dates))
	taken := make([]time.Time, len(dates))
	var last time.Time
	if dated := slices.IndexFunc(dates, func(t time.Time) bool { return !t.IsZero() }); dated >= 0 {
		last = dates[dated]
	}
	for i, date := range dates {
		if !date.IsZero() {
			last = date
		}
		taken[i], order[i] = last, i
	}
	slices.SortStableFunc(order, func(a, b int) int { return taken[b].Compare(taken[a]) })
	if n > 0 && len(order) > n {
		order = order[:n]
	}
	return order
}

// kept is how many entries of a feed are parsed for a source whose cycle takes
// limit of them, 0 for all.
func kept(limit int) int {
	if limit <= 0 {
		return maxEntries
	}
	return min(max(limit*keptPerTaken, minKept), maxEntries)
}

// stay marks the n newest of dates.
func stay(dates []time.Time, n int) []bool {
	marks := make([]bool, len(dates))
	for _, i := range Newest(dates, n) {
		marks[i] = true
	}
	return marks
}

// extent is where an item stands in the output.
type extent struct {
	start, end int
	published  string // as the item says; "" once date is known
	updated    string
	date       time.Time
	dated      bool // date is known, or known not to be there
	cost       budget
}

// took notes an item that has come whole.
func (m *mender) took(e element) {
	m.report.items++
	if len(m.stack) != 2 || !strings.EqualFold(m.stack[0].name, "rss") || !strings.EqualFold(m.stack[1].name, "channel") {
		m.report.uncommon = true
	}
	m.entries = append(m.entries, extent{
		start: e.start, end: len(m.out), published: m.dates[0], updated: m.dates[1],
		cost: budget{m.budget.elements - m.before.elements, m.budget.work - m.before.work},
	})
	if len(m.entries) >= 2*m.keep {
		m.prune()
	}
}

// prune takes all items out of the output but the newest. What the others cost
// is given back, for the parser will not see them.
func (m *mender) prune() {
	dates := make([]time.Time, len(m.entries))
	for i := range m.entries {
		s := &m.entries[i]
		if !s.dated {
			s.date, s.dated = m.date(s.published, s.updated), true
			s.published, s.updated = "", ""
		}
		dates[i] = s.date
	}
	stay := stay(dates, m.keep)
	kept, from := m.entries[:0], m.entries[0].start
	to, gone := from, []extent(nil)
	for i, s := range m.entries {
		to += copy(m.out[to:], m.out[from:s.start]) // what stands between items
		from = s.end
		if !stay[i] {
			m.report.beyond++
			m.report.items--
			m.budget.elements -= s.cost.elements
			m.budget.work -= s.cost.work
			gone = append(gone, s)
			continue
		}
		n := copy(m.out[to:], m.out[s.start:s.end])
		s.start, s.end = to, to+n
		kept, to = append(kept, s), to+n
	}
	to += copy(m.out[to:], m.out[from:])
	m.entries, m.out = kept, m.out[:to]
	// Containers may have begun behind an item, in a document of several.
	moved := func(at int) int {
		for _, s := range slices.Backward(gone) {
			if s.end <= at {
				at -= s.end - s.start
			}
		}
		return at
	}
	for i := range m.stack {
		e := &m.stack[i]
		e.start, e.extension = moved(e.start), moved(e.extension)
	}
}

// dateElements are the elements of an item that date it, and where the mender
// keeps them.
var dateElements = map[string]int{
	"pubdate": 1, "published": 1, "issued": 1, "date": 1, "created": 1,
	"updated": 2, "modified": 2,
}
