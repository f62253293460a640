package arabic

// dropTatweel takes the tatweel out of words and leaves one of a run elsewhere
// (T4). One that carries a mark stays.
func dropTatweel(cells []cell) []cell {
	out := cells[:0]
	inWord, until := false, 0 // what was found of the tatweels before until
	for i, c := range cells {
		if c.r != tatweel || c.code || c.alone {
			out = append(out, c)
			continue
		}
		if i >= until {
			until = tatweelsEnd(cells, i)
			inWord = letterBefore(out) && cells[until-1].dir == 0 &&
				until < len(cells) && Letter(cells[until].r)
		}
		next := i + 1
		switch {
		case next < len(cells) && mark(cells[next].r):
			out = append(out, c)
		case inWord:
		case c.dir == 0 && next < until && cells[next].r == tatweel:
			// The last of a run stands for it.
		default:
			out = append(out, c)
		}
	}
	return out
}

// tatweelsEnd is where the tatweels that begin at i end, their marks among
// them.
func tatweelsEnd(cells []cell, i int) int {
	for i++; i < len(cells) && cells[i-1].dir == 0; i++ {
		if !mark(cells[i].r) && (cells[i].r != tatweel || cells[i].code) {
			break
		}
	}
	return i
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
