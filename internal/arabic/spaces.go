package arabic

// dropTatweel takes the tatweel out of words and leaves one of a run elsewhere
// (T4). One that carries a mark stays.
func dropTatweel(cells []cell) []cell {
	out := cells[:0]
	for i := 0; i < len(cells); i++ {
		c := cells[i]
		if c.r != tatweel || c.code || c.alone {
			out = append(out, c)
			continue
		}
		if carriesMark(cells, i) {
			out = append(out, c)
			continue
		}
		if stretched(cells, i) {
			continue
		}
		if c.dir == 0 && i+1 < len(cells) && cells[i+1].r == tatweel && !cells[i+1].code {
			continue // the last of a run stands for it
		}
		out = append(out, c)
	}
	return out
}

func carriesMark(cells []cell, i int) bool {
	return i+1 < len(cells) && mark(cells[i+1].r)
}

// stretched reports whether the tatweel at i, with the others around it and
// their marks, stands between two Arabic letters.
func stretched(cells []cell, i int) bool {
	part := func(k int) bool {
		return cells[k].r == tatweel && !cells[k].code || mark(cells[k].r)
	}
	from, to := i-1, i+1
	for from >= 0 && cells[from].dir == 0 && part(from) {
		from--
	}
	for to < len(cells) && cells[to-1].dir == 0 && part(to) {
		to++
	}
	return from >= 0 && to < len(cells) &&
		cells[from].dir == 0 && cells[to-1].dir == 0 &&
		Letter(cells[from].r) && Letter(cells[to].r)
}

// singleSpaces makes all white space single spaces, with none at an end (T5).
func singleSpaces(cells []cell) []cell {
	out := cells[:0]
	for i, c := range cells {
		if c.isSpace() {
			if i == 0 || len(out) == 0 || out[len(out)-1].isSpace() {
				continue
			}
			c.r = ' '
		}
		out = append(out, c)
	}
	if n := len(out); n > 0 && out[n-1].isSpace() {
		out = out[:n-1]
	}
	return out
}
