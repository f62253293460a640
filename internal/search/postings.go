package search

import "math"

// noDoc is the article after the last one of a list.
const noDoc = math.MaxUint32

// postings walks the articles of one term, forwards.
type postings struct {
	blocks reader // those not begun yet
	docs   reader // of the present block
	rest   []byte // of the articles, after the present block
	words  reader // positions from the present article on, or from one before it
	later  []byte // positions of the blocks after

	left      int    // articles of the present block that follow
	remaining int    // articles of later blocks
	blockLast uint32 // of the present block, where the list has blocks
	skipped   uint64 // positions in words that belong to articles before the present one

	doc     uint32 // present article, noDoc at the end
	inTitle bool
	times   uint32

	begun bool // doc is an article of the list, or noDoc

	exact bool // the term is the word as it was typed
}

// postingsOf begins before the first article of e.
func (s *segment) postingsOf(e entry) *postings {
	p := &postings{rest: s.bytes(e.at+e.blocks, e.docs), later: s.bytes(e.at+e.blocks+e.docs, e.positions), remaining: e.count}
	if e.blocks > 0 {
		p.blocks = s.bytes(e.at, e.blocks)
	}
	return p
}

// nextBlock makes the following block the present one, without reading any of
// its articles.
func (p *postings) nextBlock() bool {
	if p.remaining == 0 {
		p.doc = noDoc
		return false
	}
	if len(p.blocks) == 0 { // the only one
		p.docs, p.words, p.rest, p.later = p.rest, p.later, nil, nil
		p.left, p.remaining = p.remaining, 0
		p.doc, p.blockLast, p.skipped, p.times = 0, noDoc, 0, 0
		return true
	}
	last := p.blockLast // zero before the first
	p.doc = last
	p.blockLast += uint32(p.blocks.uvarint())
	docs, words := p.blocks.uvarint(), p.blocks.uvarint()
	if docs > uint64(len(p.rest)) || words > uint64(len(p.later)) {
		panic(errDamaged)
	}
	p.docs, p.rest = p.rest[:docs], p.rest[docs:]
	p.words, p.later = p.later[:words], p.later[words:]
	p.left = min(blockDocs, p.remaining)
	p.remaining -= p.left
	p.skipped, p.times = 0, 0
	return true
}

// next moves to the following article.
func (p *postings) next() {
	p.begun = true
	if p.left == 0 && !p.nextBlock() {
		return
	}
	p.skipped += uint64(p.times)
	head := p.docs.uvarint()
	p.doc += uint32(head >> 2)
	p.inTitle = head&2 != 0
	p.times = 1
	if head&1 == 0 {
		p.times = uint32(p.docs.uvarint())
	}
	p.left--
}

// seek moves to the first article that is not before doc. It never moves back.
func (p *postings) seek(doc uint32) {
	if p.begun && p.doc >= doc {
		return
	}
	for p.left == 0 || p.blockLast < doc {
		if !p.nextBlock() {
			p.begun = true
			return
		}
	}
	p.next()
	for p.doc < doc {
		p.next()
	}
}

// positions are those of the term in the present article, appended to out.
// They may be asked for once an article.
func (p *postings) positions(out []uint32) []uint32 {
	p.words.skip(p.skipped)
	p.skipped = 0
	var at uint32
	words := p.words
	for range p.times {
		at += uint32(words.uvarint())
		out = append(out, at)
	}
	p.words = words
	p.times = 0 // so that the next article skips none of them
	return out
}

// encoded appends the positions of the present article as they stand in the
// segment. Like positions, it may be called once an article, and only for
// every one of a list.
func (p *postings) encoded(out []byte) []byte {
	n, rest := 0, int(p.times)
	for ; rest > 0; n++ {
		if n == len(p.words) {
			panic(errDamaged)
		}
		if p.words[n] < 0x80 {
			rest--
		}
	}
	out = append(out, p.words[:n]...)
	p.words = p.words[n:]
	p.times = 0
	return out
}
