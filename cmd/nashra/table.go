package main

import (
	"io"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/bidi"
)

// style is how a terminal shows a cell, as the parameters of SGR (ECMA-48,
// 8.3.117); plain: as all else.
type style string

const (
	plain  style = ""
	bold   style = "1"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
)

// table is what a command lists: columns as wide as their widest cell, by the
// places that a terminal gives to each character and not by bytes or letters.
// What holds right-to-left text is isolated from the cells beside it, which
// would else change their places.
type table struct {
	rows   [][]cell
	indent string
	least  int // places of the first column, though its cells be shorter
	colour bool
}

type cell struct {
	text  string
	style style
}

// newTable is a table for stdout, in colour where that is a terminal that wants
// it.
func (a *app) newTable() *table {
	return &table{colour: isTerminal(a.stdout) && wantsColour(a.getenv)}
}

// wantsColour reports whether the terminal shows colours and its user wants
// them (no-color.org).
func wantsColour(getenv func(string) string) bool {
	return getenv("NO_COLOR") == "" && getenv("TERM") != "dumb"
}

// row adds a row of plain cells.
func (t *table) row(texts ...string) {
	cells := make([]cell, len(texts))
	for i, text := range texts {
		cells[i].text = text
	}
	t.cells(cells...)
}

// head adds the row of the columns' names.
func (t *table) head(names ...string) {
	t.row(names...)
	for i := range t.rows[len(t.rows)-1] {
		t.rows[len(t.rows)-1][i].style = bold
	}
}

func (t *table) cells(cells ...cell) {
	for i := range cells {
		cells[i].text = isolated(cells[i].text)
	}
	t.rows = append(t.rows, cells)
}

// write writes the table. Nothing stands behind the last cell of a row.
func (t *table) write(w io.Writer) error {
	widths := []int{t.least}
	for _, row := range t.rows {
		for i, c := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			if i < len(row)-1 {
				widths[i] = max(widths[i], uniseg.StringWidth(c.text))
			}
		}
	}
	const gap = 2
	var b strings.Builder
	for _, row := range t.rows {
		for len(row) > 0 && row[len(row)-1].text == "" {
			row = row[:len(row)-1]
		}
		b.WriteString(t.indent)
		for i, c := range row {
			b.WriteString(t.styled(c))
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]+gap-uniseg.StringWidth(c.text)))
			}
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (t *table) styled(c cell) string {
	if !t.colour || c.style == plain {
		return c.text
	}
	return "\x1b[" + string(c.style) + "m" + c.text + "\x1b[0m"
}

// The first strong isolate and its end (UAX #9): what is between them is laid
// out by itself, in the direction of its first letter.
const (
	isolate    = "\u2068"
	isolateEnd = "\u2069"
)

// isolated is s on one line, without what a terminal would obey, and isolated
// where it holds letters that run from right to left.
func isolated(s string) string {
	rtl := false
	s = strings.Map(func(r rune) rune {
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.R, bidi.AL, bidi.AN:
			rtl = true
		case bidi.LRO, bidi.RLO, bidi.LRE, bidi.RLE, bidi.PDF, bidi.LRI, bidi.RLI, bidi.FSI, bidi.PDI:
			return -1 // they would reach out of the cell
		}
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
	if s = oneLine(s); rtl {
		return isolate + s + isolateEnd
	}
	return s
}

// outcomeStyle is how an outcome of a fetch stands out, by its name.
func outcomeStyle(outcome string) style {
	switch outcome {
	case "ok", "not_modified":
		return green
	case "failed", "gone":
		return red
	case "throttled", "paused":
		return yellow
	}
	return plain
}
