package arabic

// opening is the kind of quote or bracket that r opens, from 1; 0 for none.
func opening(r rune) int {
	switch r {
	case '«':
		return 1
	case '(':
		return 2
	case '[':
		return 3
	case '{':
		return 4
	case '“':
		return 5
	case '‹':
		return 6
	}
	return 0
}

// closing is the kind of quote or bracket that r closes, from 1; 0 for none.
func closing(r rune) int {
	switch r {
	case '»':
		return 1
	case ')':
		return 2
	case ']':
		return 3
	case '}':
		return 4
	case '”':
		return 5
	case '›':
		return 6
	}
	return 0
}

// tidyQuotes takes the spaces out of quotes and brackets at their ends and
// puts one between them and the words they are glued to (T8).
func tidyQuotes(cells []cell) ([]cell, bool) {
	cells, changed := noSpaceInside(cells)
	var at []int
	for i := range max(0, len(cells)-1) {
		c, next := &cells[i], &cells[i+1]
		switch {
		case (next.r == '«' || next.r == '(') && !next.code && !next.alone && wordBefore(cells, i+1) > 2,
			(c.r == '»' || c.r == ')') && !c.code && !c.alone && Letter(next.r):
			at = append(at, i)
		}
	}
	return insertSpaces(cells, at), changed || len(at) > 0
}

func noSpaceInside(cells []cell) ([]cell, bool) {
	found := false
	for i := 1; i < len(cells) && !found; i++ {
		before, c := &cells[i-1], &cells[i]
		found = opening(before.r) != 0 && c.isSpace() || closing(c.r) != 0 && before.isSpace()
	}
	if !found {
		return cells, false
	}
	inside := quoteEnds(cells)
	changed := false
	out := make([]cell, 0, len(cells))
	for i, c := range cells {
		if c.isSpace() &&
			(i > 0 && inside[i-1] && opening(cells[i-1].r) != 0 ||
				i+1 < len(cells) && inside[i+1] && closing(cells[i+1].r) != 0) {
			changed = true
			continue
		}
		out = append(out, c)
	}
	return out, changed
}

// quoteEnds tells for every cell whether it is a quote or bracket that surely
// opens or closes: one of a pair, or one that a neighbouring paragraph
// completes. Where both directions lack their other half (» نص «), somebody
// wrote them the wrong way round, and none is sure.
func quoteEnds(cells []cell) []bool {
	sure := make([]bool, len(cells))
	var open [7][]int
	var lone [7][]int // closers without an opener
	for i, c := range cells {
		if c.code {
			continue
		}
		if kind := opening(c.r); kind != 0 {
			open[kind] = append(open[kind], i)
		} else if kind := closing(c.r); kind != 0 {
			if n := len(open[kind]); n > 0 {
				sure[open[kind][n-1]], sure[i] = !cells[open[kind][n-1]].alone, !c.alone
				open[kind] = open[kind][:n-1]
			} else {
				lone[kind] = append(lone[kind], i)
			}
		}
	}
	for kind := range open {
		if len(open[kind]) > 0 && len(lone[kind]) > 0 {
			continue
		}
		for _, i := range append(open[kind], lone[kind]...) {
			sure[i] = !cells[i].alone
		}
	}
	return sure
}
