package arabic

import "strings"

// Run is a stretch of the text of one paragraph, as inline elements part it.
type Run struct {
	Text  string
	Depth int // how many inline elements stand around it; 0: the paragraph itself

	// Verbatim text, as in pre and code, has spaces and marks with a meaning of
	// their own: only its characters are mended (rules T1 to T3 and T12). Its
	// neighbours see it as ordinary visible text.
	Verbatim bool
}

// CleanRuns cleans the text that runs make together, as [Clean] does, so that
// a word, mark or space is seen whole across the borders of inline elements
// (rule H6).
//
// The result has one string a run: what is left of it. A space at a border
// counts once, and stands in the run of smallest depth that touches the border,
// empty runs included: a caller puts one between two elements that touch. A
// letter that several characters on both sides of a border become stands in
// the run of the first.
func CleanRuns(runs []Run) []string {
	if len(runs) == 1 && !runs[0].Verbatim {
		return []string{Clean(runs[0].Text)}
	}
	if out, ok := tidyRuns(runs); ok {
		return out
	}
	cells := clean(load(runs))
	if len(runs) > 1 {
		settleSpaces(cells, runs)
	}
	return unload(cells, len(runs))
}

// tidyRuns gives the texts of runs back with single spaces, if there is no more
// work for any rule in them and every space at a border stands where it should.
func tidyRuns(runs []Run) ([]string, bool) {
	out := make([]string, len(runs))
	for i, run := range runs {
		out[i] = run.Text
		if run.Verbatim {
			continue
		}
		spaced, ok := collapse(run.Text)
		if !ok || i > 0 && strings.HasPrefix(run.Text, noBreak) { // of the letter in the run before
			return nil, false
		}
		if i == 0 {
			spaced = strings.TrimPrefix(spaced, " ")
		}
		if i == len(runs)-1 {
			spaced = strings.TrimSuffix(spaced, " ")
		}
		out[i] = spaced
	}
	var t tidying
	for i, text := range out {
		if strings.HasPrefix(text, " ") && !outside(runs, out, i, i-1) ||
			strings.HasSuffix(text, " ") && !outside(runs, out, i, i+1) || !t.add(text) {
			return nil, false
		}
	}
	return out, t.end()
}

// outside reports whether a space of run i, whose texts are now these, at its
// border with the run beside is surely at its place.
func outside(runs []Run, texts []string, i, beside int) bool {
	if beside < 0 || beside == len(runs) {
		return true // then it stands at an end, and the text is not tidy
	}
	return texts[beside] != "" && runs[i].Depth <= runs[beside].Depth && !runs[i].Verbatim
}

// cell is a character of a paragraph on its way through the rules.
type cell struct {
	r     rune
	dir   rune  // the LRM, RLM or ALM after it, 0 for none: the rules look through these
	run   int32 // which run it belongs to
	code  bool  // in a verbatim run: not to be touched by T4 to T11
	alone bool  // in a token that T10 protects
}

func load(runs []Run) []cell {
	n := 0
	for _, run := range runs {
		n += len(run.Text)
	}
	cells := make([]cell, 0, n/2+n/8+8) // Arabic letters take two bytes, spaces one
	for i, run := range runs {
		for _, r := range run.Text {
			cells = append(cells, cell{r: r, run: int32(i), code: run.Verbatim})
		}
	}
	return cells
}

func unload(cells []cell, runs int) []string {
	out := make([]string, runs)
	var b strings.Builder
	for i := 0; i < len(cells); {
		run, end := cells[i].run, i+1
		for end < len(cells) && cells[end].run == run {
			end++
		}
		b.Reset()
		b.Grow(2 * (end - i))
		for ; i < end; i++ {
			b.WriteRune(cells[i].r)
			if cells[i].dir != 0 {
				b.WriteRune(cells[i].dir)
			}
		}
		out[run] = b.String()
	}
	return out
}

// settleSpaces moves every space that stands at a border of runs into the run
// of smallest depth that touches it.
func settleSpaces(cells []cell, runs []Run) {
	for i := range cells {
		if cells[i].r != ' ' || cells[i].code || i == 0 || i == len(cells)-1 {
			continue
		}
		best := cells[i].run
		for k := cells[i-1].run; k <= cells[i+1].run; k++ {
			if !runs[k].Verbatim && runs[k].Depth < runs[best].Depth {
				best = k
			}
		}
		cells[i].run = best
	}
}

// isSpace reports whether c is white space that the rules may change.
func (c *cell) isSpace() bool { return !c.code && white(c.r) }

// white reports whether c is white space, in code too.
func (c *cell) white() bool { return white(c.r) }
