package search

import (
	"bytes"
	"cmp"
	"container/heap"
	"context"
	"slices"
)

// mergeStep is how many terms are merged between two looks at the context.
const mergeStep = 1024

// merge writes the living articles of segments as one segment at path.
func merge(ctx context.Context, segments []*segment, path string) error {
	docs, numbers := mergedDocuments(segments)
	w, err := newSegmentWriter(path)
	if err != nil {
		return err
	}
	m := merging{w: w, numbers: numbers}
	for i, s := range segments {
		if c := newTermCursor(s, i); c.next() {
			m.cursors = append(m.cursors, c)
		}
	}
	heap.Init(&m)
	for n := 0; len(m.cursors) > 0; n++ {
		if n%mergeStep == 0 && ctx.Err() != nil {
			w.abort()
			return ctx.Err()
		}
		m.term()
	}
	if err := w.finish(docs); err != nil {
		w.abort()
		return err
	}
	return nil
}

// mergedDocuments brings the living articles of segments into one order, and
// gives of each segment the new numbers of its articles; noDoc where it is dead.
func mergedDocuments(segments []*segment) (docs []document, numbers [][]uint32) {
	type origin struct {
		document
		segment int
		doc     uint32
	}
	var all []origin
	for i, s := range segments {
		numbers = append(numbers, slices.Repeat([]uint32{noDoc}, int(s.docsCount)))
		for doc := range uint32(s.docsCount) {
			if !s.dead.has(doc) {
				all = append(all, origin{s.document(doc), i, doc})
			}
		}
	}
	slices.SortFunc(all, func(a, b origin) int { return a.place.compare(b.place) })
	docs = make([]document, len(all))
	for i, o := range all {
		docs[i] = o.document
		numbers[o.segment][o.doc] = uint32(i)
	}
	return docs, numbers
}

// termCursor walks the terms of a segment.
type termCursor struct {
	segment *segment
	index   int
	run     int
	entries []entry // of the run, from the present one on
}

func newTermCursor(s *segment, index int) *termCursor {
	return &termCursor{segment: s, index: index, run: -1}
}

func (c *termCursor) next() bool {
	if len(c.entries) > 0 {
		c.entries = c.entries[1:]
	}
	if len(c.entries) == 0 {
		if c.run++; c.run >= len(c.segment.table) {
			return false
		}
		c.segment.entriesOf(c.run, func(e entry) bool {
			e.term = bytes.Clone(e.term)
			c.entries = append(c.entries, e)
			return true
		})
	}
	return true
}

// merging is a heap of the segments' terms, the first on top.
type merging struct {
	w       *segmentWriter
	numbers [][]uint32
	cursors []*termCursor
	list    []mergedPosting
	words   []byte // positions, as they are encoded
}

type mergedPosting struct {
	doc      uint32
	times    uint32
	inTitle  bool
	from, to int // in words
}

// term writes the first term with its postings of all segments.
func (m *merging) term() {
	term := string(m.cursors[0].entries[0].term)
	m.list, m.words = m.list[:0], m.words[:0]
	for len(m.cursors) > 0 && string(m.cursors[0].entries[0].term) == term {
		c := m.cursors[0]
		m.take(c.segment.postingsOf(c.entries[0]), m.numbers[c.index])
		if c.next() {
			heap.Fix(m, 0)
		} else {
			heap.Pop(m)
		}
	}
	byDoc := func(a, b mergedPosting) int { return cmp.Compare(a.doc, b.doc) }
	if !slices.IsSortedFunc(m.list, byDoc) {
		slices.SortFunc(m.list, byDoc)
	}
	for _, p := range m.list {
		m.w.list.add(p.doc, p.inTitle, int(p.times), m.words[p.from:p.to])
	}
	m.w.term(term)
}

func (m *merging) take(p *postings, numbers []uint32) {
	for p.next(); p.doc != noDoc; p.next() {
		times, title := p.times, p.inTitle
		from := len(m.words)
		m.words = p.encoded(m.words)
		if doc := numbers[p.doc]; doc != noDoc {
			m.list = append(m.list, mergedPosting{doc, times, title, from, len(m.words)})
		} else {
			m.words = m.words[:from]
		}
	}
}

// Len, Less, Swap, Push and Pop are heap.Interface.

func (m *merging) Len() int { return len(m.cursors) }
func (m *merging) Less(i, j int) bool {
	return bytes.Compare(m.cursors[i].entries[0].term, m.cursors[j].entries[0].term) < 0
}
func (m *merging) Swap(i, j int) { m.cursors[i], m.cursors[j] = m.cursors[j], m.cursors[i] }
func (m *merging) Push(x any)    { m.cursors = append(m.cursors, x.(*termCursor)) }
func (m *merging) Pop() any {
	last := m.cursors[len(m.cursors)-1]
	m.cursors = m.cursors[:len(m.cursors)-1]
	return last
}
