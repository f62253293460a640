package search

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"

	"nashra"
	"nashra/internal/arabic"
)

// builder collects articles in memory and writes them as one segment.
type builder struct {
	terms  map[string]uint32 // to numbers, in the order of arrival
	names  []string
	docs   []buildDoc
	tokens []token // of all articles, each one's together and in their order
}

type buildDoc struct {
	document
	from, to int // in tokens
}

// token is one word of an article.
type token struct {
	term     uint32
	position uint32 // its lowest bit: it stands in the title
}

func newBuilder() *builder { return &builder{terms: map[string]uint32{}} }

// size is about how many bytes of memory b takes.
func (b *builder) size() int { return len(b.tokens)*20 + len(b.names)*120 + len(b.docs)*200 }

func (b *builder) number(key []byte) uint32 {
	n, ok := b.terms[string(key)]
	if !ok {
		n = uint32(len(b.names))
		b.names = append(b.names, string(key))
		b.terms[b.names[n]] = n
	}
	return n
}

// add takes an article, with its body.
func (b *builder) add(a *nashra.Article) error {
	p, err := placeOf(a)
	if err != nil {
		return err
	}
	d := buildDoc{document: document{place: p, seq: a.Seq}, from: len(b.tokens)}
	b.tokens = append(b.tokens, token{b.number(append([]byte(sourceTerm), a.Source...)), 0})
	position, count := uint32(0), 0
	for i, block := range blocksOf(a) {
		var title uint32
		if i == 0 {
			title = 1
		}
		arabic.Terms(block, func(key []byte, _, _ int) bool {
			b.tokens = append(b.tokens, token{b.number(clipKey(key)), position<<1 | title})
			position++
			count++
			return count < maxTokens
		})
		position += gap
	}
	d.length, d.to = uint16(min(count, math.MaxUint16)), len(b.tokens)
	b.docs = append(b.docs, d)
	return nil
}

// write writes the segment at path. An article that was added twice stands in
// it as it was added last.
func (b *builder) write(path string) error {
	docs := b.inOrder()
	byTerm, starts := b.invert(docs)
	order := make([]uint32, len(b.names))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(x, y uint32) int { return cmp.Compare(b.names[x], b.names[y]) })
	w, err := newSegmentWriter(path)
	if err != nil {
		return err
	}
	var positions []byte
	for _, term := range order {
		list := byTerm[starts[term]:starts[term+1]]
		for len(list) > 0 {
			doc, n, title, last := list[0].doc, 0, false, uint32(0)
			positions = positions[:0]
			for ; n < len(list) && list[n].doc == doc; n++ {
				at := list[n].position
				title = title || at&1 == 1
				positions = binary.AppendUvarint(positions, uint64(at>>1-last))
				last = at >> 1
			}
			w.list.add(doc, title, n, positions)
			list = list[n:]
		}
		w.term(b.names[term])
	}
	out := make([]document, len(docs))
	for i, d := range docs {
		out[i] = d.document
	}
	if err := w.finish(out); err != nil {
		w.abort()
		return err
	}
	return nil
}

// inOrder are the articles newest first, each once.
func (b *builder) inOrder() []buildDoc {
	docs := slices.Clone(b.docs)
	slices.Reverse(docs)
	slices.SortStableFunc(docs, func(x, y buildDoc) int { return x.place.compare(y.place) })
	return slices.CompactFunc(docs, func(x, y buildDoc) bool { return x.place == y.place })
}

// occurrence is one word of an article, under its term.
type occurrence struct{ doc, position uint32 }

// invert sorts the tokens of docs by their terms; those of term t are from
// starts[t] to starts[t+1].
func (b *builder) invert(docs []buildDoc) (byTerm []occurrence, starts []int) {
	starts = make([]int, len(b.names)+1)
	total := 0
	for _, d := range docs {
		for _, t := range b.tokens[d.from:d.to] {
			starts[t.term+1]++
		}
		total += d.to - d.from
	}
	for i := range b.names {
		starts[i+1] += starts[i]
	}
	byTerm = make([]occurrence, total)
	next := slices.Clone(starts)
	for i, d := range docs {
		for _, t := range b.tokens[d.from:d.to] {
			byTerm[next[t.term]] = occurrence{uint32(i), t.position}
			next[t.term]++
		}
	}
	return byTerm, starts
}
