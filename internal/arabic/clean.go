package arabic

import (
	"slices"
	"strings"
)

// maxUnescapes is how many times over a text may have been escaped (T11).
const maxUnescapes = 4

// maxRounds bounds how often the rules are applied again because one of them
// made work for another. Texts of partners take two, the second to see that
// nothing is left.
const maxRounds = 12

// Clean mends the text of one paragraph by the rules T of the project's page
// on Arabic text, in their order: mojibake (T12), entities escaped twice, four
// times over at most (T11), characters (T1 to T3), tatweel (T4), white space
// (T5), marks and quotes (T9, T6, T8, T7), and leaves alone what T10 and T13
// name. A newline is a space. Clean of what is clean is the same string.
func Clean(s string) string {
	if tidy(s) {
		return s
	}
	if spaced, ok := collapse(s); ok {
		if spaced = strings.Trim(spaced, " "); tidy(spaced) {
			return spaced
		}
	}
	return unload(clean(load([]Run{{Text: s}})), 1)[0]
}

// clean applies the rules in their order. Where a later rule may have uncovered
// work for the first two (an entity that an invisible character cut in two),
// all of them are applied again.
func clean(cells []cell) []cell {
	unescapes := maxUnescapes
	var before []cell
	for range maxRounds {
		cells = cleanOnce(cells, &unescapes)
		if !mayRecur(cells) || slices.EqualFunc(before, cells, sameCharacter) {
			break
		}
		before = cells
		cells = detachDirections(cells) // a copy
	}
	return cells
}

func cleanOnce(cells []cell, unescapes *int) []cell {
	cells = unmojibake(cells)
	cells = unescape(cells, unescapes)
	cells = baseForms(cells)
	if slices.ContainsFunc(cells, shapeless) {
		cells = dropInvisible(cells)
		cells = dropJoiners(cells)
		cells = compose(cells)
		cells = attachDirections(cells)
	} else {
		cells = compose(cells)
	}
	protect(cells)
	cells = dropTatweel(cells)
	cells = singleSpaces(cells)
	return tidyMarks(cells)
}

// shapeless reports whether c is a character of rules T2 and T3, which show
// nothing by themselves. Most texts have none.
func shapeless(c cell) bool {
	if ' ' <= c.r && c.r < 0x7F || 0x0620 <= c.r && c.r <= 0x06FF {
		return false
	}
	return invisible(c.r) || joiner(c.r) || direction(c.r)
}

// mayRecur reports whether rules T11 or T12 could find work in cells.
func mayRecur(cells []cell) bool {
	return slices.ContainsFunc(cells, func(c cell) bool { return c.r == '&' }) || mayBeMojibake(cells)
}

func sameCharacter(a, b cell) bool { return a.r == b.r && a.dir == b.dir }
