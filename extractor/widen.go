package extractor

import (
	"slices"
	"strings"

	"golang.org/x/net/html/atom"
)

// minPartLetters is the least plain text of a further part of a body.
const minPartLetters = 60

// widen looks for further parts of the body beside element b: sites that put
// advertisements into an article part it, and the score of a large part is not
// mended by a small one. It returns the element that holds all parts, b itself
// where there is one, and the runs from the first part to the last.
func (f *finder) widen(b int32) (at, from, to int32) {
	from, to = f.elems[b].run, f.elems[b].runEnd
	parent := f.elems[b].parent
	if parent < 0 || f.elems[b].node.Parent == nil || isLeafTag(f.elems[parent].node.DataAtom) {
		return b, from, to
	}
	at = b
	for i := parent + 1; i < f.elems[parent].end; i = f.elems[i].end {
		if i != b && f.part(i, b) {
			at = parent
			from, to = min(from, f.elems[i].run), max(to, f.elems[i].runEnd)
		}
	}
	return at, from, to
}

// part reports whether element i, which stands beside body b, is marked up like
// it and holds nothing but prose below the title.
func (f *finder) part(i, b int32) bool {
	e, body := &f.elems[i], &f.elems[b]
	if !e.block || e.node.DataAtom == atom.Article || e.node.DataAtom != body.node.DataAtom || !sameClass(attr(e.node, "class"), attr(body.node, "class")) {
		return false
	}
	if f.effect[i] > hintBody || e.linked*5 > e.letters || e.letters-e.linked < minPartLetters || f.title >= e.run {
		return false
	}
	full := 0
	for j := e.run; j < e.runEnd; j++ {
		r := &f.runs[j]
		switch {
		case r.hint > hintBody:
		case prose(r) && r.ends:
			full++
		case r.heading == 0 && !prose(r):
			full--
		}
	}
	return full > 0
}

// sameClass reports whether two class attributes are the same, but for their
// order and for names that one of them has besides.
func sameClass(a, b string) bool {
	if a == b {
		return true
	}
	more, less := strings.Fields(a), strings.Fields(b)
	if len(more) < len(less) {
		more, less = less, more
	}
	for _, name := range less {
		if !slices.Contains(more, name) {
			return false
		}
	}
	return len(less) > 0
}
