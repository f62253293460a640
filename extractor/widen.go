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
		if i != b && (f.part(i, b) || f.introduces(i, b)) {
			at = parent
			from, to = min(from, f.elems[i].run), max(to, f.elems[i].runEnd)
		}
	}
	if at == b {
		if at, from, to = f.gather(b); at == b && f.elems[parent].run == from && f.elems[parent].runEnd == to {
			return f.widen(parent) // which holds nothing else
		}
	}
	return at, from, to
}

// maxScattered is how many levels above body its scattered parts are looked for.
const maxScattered = 8

// gather looks for further parts of body b that stand as deep in the page as it
// does, each in elements of its own: page builders and newsletters set every
// section so. What it returns is as widen has it.
func (f *finder) gather(b int32) (at, from, to int32) {
	body := &f.elems[b]
	at, from, to = b, body.run, body.runEnd
	if attr(body.node, "class") == "" {
		return at, from, to
	}
	above, depth := b, 0
	for ; depth < maxScattered; depth++ {
		e := &f.elems[above]
		if e.parent < 0 || e.node.DataAtom == atom.Article || e.node.DataAtom == atom.Main || isLeafTag(f.elems[e.parent].node.DataAtom) {
			break
		}
		above = e.parent
		if depth == 0 {
			continue // widen has looked there
		}
		found := 0.0
		first, last := from, to
		for i := above + 1; i < f.elems[above].end; i++ {
			e := &f.elems[i]
			if i == b || e.worth < minWorth || f.within(b, i) || !f.part(i, b) || !f.alikePaths(i, b, above) {
				continue
			}
			found += e.worth
			first, last = min(first, e.run), max(last, e.runEnd)
			i = e.end - 1
		}
		if (found > minScattered*body.worth || found > 0 && body.hint == hintBody) && !f.anotherTitle(first, last) {
			at, from, to = above, first, last
		}
	}
	return at, from, to
}

// minScattered is the least worth of scattered parts that nothing calls the body,
// against that of the largest.
const minScattered = 0.2

// alikePaths reports whether the elements between i and above are of the same
// tags as those between b and above.
func (f *finder) alikePaths(i, b, above int32) bool {
	for i != above && b != above {
		i, b = f.elems[i].parent, f.elems[b].parent
		if f.elems[i].node.DataAtom != f.elems[b].node.DataAtom {
			return false
		}
	}
	return i == b
}

// anotherTitle reports whether one of the runs begins another article: a heading
// of the first level, or one that is a link to another page of the site.
func (f *finder) anotherTitle(from, to int32) bool {
	for i := from; i < to; i++ {
		if r := &f.runs[i]; r.heading == 1 || r.heading > 1 && r.hint <= hintBody && r.linked*2 > r.letters && f.staysOnSite(r) {
			return true
		}
	}
	return false
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
	return f.sentences(e) > 0
}

// introduces reports whether element i, which stands between the title and body b
// and may be marked up otherwise, holds paragraphs that begin it.
func (f *finder) introduces(i, b int32) bool {
	e, body := &f.elems[i], &f.elems[b]
	if f.title < 0 || f.title >= e.run || e.runEnd > body.run || !e.block || isLeafTag(e.node.DataAtom) || e.node.DataAtom == atom.Article {
		return false
	}
	return f.effect[i] <= hintBody && e.linked*10 <= e.letters && f.sentences(e) > 1 && !f.anotherTitle(e.run, body.run)
}

// sentences is how many more runs of e are sentences than lines that are none,
// headings and tables aside.
func (f *finder) sentences(e *elem) int {
	full := 0
	for j := e.run; j < e.runEnd; j++ {
		r := &f.runs[j]
		switch {
		case r.hint > hintBody:
		case prose(r) && r.ends:
			full++
		case r.heading == 0 && !prose(r) && !f.inTable(r.elem, 0):
			full--
		}
	}
	return full
}

// sameClass reports whether two class attributes are the same, but for their
// order, for names that one of them has besides, and for numbers.
func sameClass(a, b string) bool {
	if a == b {
		return true
	}
	more, less := strings.Fields(withoutDigits(a)), strings.Fields(withoutDigits(b))
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
