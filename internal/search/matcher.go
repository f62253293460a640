package search

import (
	"cmp"
	"math/bits"
	"slices"
)

// windowDocs is how many articles of a segment are matched together at most:
// their sets and weights fit into the processor's first cache. The first window
// is smaller, since of most segments only the newest matches are wanted.
const (
	windowDocs  = 4096
	firstWindow = 256
)

// matcher finds the articles of one segment that a query holds for, newest
// first.
type matcher struct {
	segment *segment
	terms   []matchTerm // all must be there; the rarest first
	phrases []*matchPhrase
	only    *postings   // of the source that is asked for; nil: any
	without []*postings // of sources that are out of sight
	ranking *ranking    // nil: nothing is weighed

	at    uint32 // where the next window begins
	size  uint32 // of the next window
	found []match
}

// matchTerm is one word of the query in a segment: its forms.
type matchTerm struct {
	forms  []*postings
	count  int
	weight float32 // of the word in the whole index
}

// matchPhrase is a phrase in a segment.
type matchPhrase struct {
	words [][]*postings // of each of its words the forms

	ends, here []uint32 // positions of the present article, see holds
}

// ranking is how far a search best first has come.
type ranking struct {
	least uint64 // what would have a lower rank is not wanted any more
	left  int    // how many articles with all words are looked at still
}

// drops reports whether m is not wanted.
func (r *ranking) drops(m match) bool {
	if rankOf(m) >= r.least {
		return false
	}
	r.left--
	return true
}

// match is an article of a segment.
type match struct {
	doc   uint32
	exact int     // how many words stand in it as they were typed
	score float32 // by the words' weights; both 0 where nothing is weighed
}

// newMatcher prepares q for s, from the article from on. It is nil where a word
// of q does not occur in s at all. With a ranking its matches are weighed, and those
// that are not wanted left out before their phrases are looked for.
func newMatcher(s *segment, q *query, from uint32, ranking *ranking) *matcher {
	m := &matcher{segment: s, at: from, size: firstWindow, ranking: ranking}
	for _, c := range q.clauses {
		phrase := &matchPhrase{}
		for i := range c {
			entries, exact := s.forms(&c[i])
			if len(entries) == 0 {
				return nil
			}
			t := matchTerm{}
			var places []*postings
			for i, e := range entries {
				p := s.postingsOf(e)
				p.exact = exact[i]
				t.forms = append(t.forms, p)
				t.count += e.count
				if len(c) > 1 {
					places = append(places, s.postingsOf(e))
				}
			}
			m.terms = append(m.terms, t)
			phrase.words = append(phrase.words, places)
		}
		if len(c) > 1 {
			m.phrases = append(m.phrases, phrase)
		}
	}
	return m
}

// order puts the rarest word first: it decides which windows are looked at.
func (m *matcher) order() {
	slices.SortStableFunc(m.terms, func(a, b matchTerm) int { return cmp.Compare(a.count, b.count) })
}

// next gives the next match; false at the end.
func (m *matcher) next() (match, bool) {
	for len(m.found) == 0 {
		if uint64(m.at) >= m.segment.docsCount {
			return match{}, false
		}
		m.window()
	}
	first := m.found[0]
	m.found = m.found[1:]
	return first, true
}

// window matches the next articles from one on in which the rarest word occurs.
func (m *matcher) window() {
	first := uint32(noDoc)
	if m.ranking != nil && m.ranking.left <= 0 {
		m.at = uint32(m.segment.docsCount)
		return
	}
	for _, p := range m.terms[0].forms {
		p.seek(m.at)
		first = min(first, p.doc)
	}
	if first == noDoc {
		m.at = uint32(m.segment.docsCount)
		return
	}
	start := max(m.at, first)
	end := uint32(min(uint64(start)+uint64(m.size), m.segment.docsCount))
	m.at, m.size = end, min(2*m.size, windowDocs)
	var in, seen windowSet
	in.fill(end - start)
	var weights [windowDocs]float32
	var exact [windowDocs]uint8
	var sum [windowDocs]float32
	var lengths lengths
	if m.ranking != nil {
		lengths = m.segment.lengths(start, end)
	}
	for i := range m.terms {
		t := &m.terms[i]
		seen = windowSet{}
		for _, p := range t.forms {
			for p.seek(start); p.doc < end; p.next() {
				at := p.doc - start
				if !in.has(at) {
					continue
				}
				if m.ranking != nil {
					if !seen.has(at) {
						weights[at] = 0
					}
					weights[at] += frequency(p)
					if p.exact {
						exact[at]++
					}
				}
				seen.set(at)
			}
		}
		in.and(&seen)
		if in.empty() {
			return
		}
		if m.ranking != nil {
			in.each(func(at uint32) { sum[at] += t.weight * saturated(weights[at], lengths.of(at)) })
		}
	}
	if m.only != nil {
		seen = windowSet{}
		seen.take(m.only, start, end)
		in.and(&seen)
	}
	for _, p := range m.without {
		seen = windowSet{}
		seen.take(p, start, end)
		in.andNot(&seen)
	}
	in.each(func(at uint32) {
		found := match{start + at, int(exact[at]), sum[at]}
		switch {
		case m.segment.dead.has(found.doc):
		case m.ranking != nil && m.ranking.drops(found):
		case !m.holdsPhrases(found.doc):
			if m.ranking != nil {
				m.ranking.left--
			}
		default:
			m.found = append(m.found, found)
		}
	})
}

// How a word's weight in an article grows with its occurrences (BM25 with its
// usual constants); one in the title counts as three more, another form of the
// word as a half.
const (
	saturation = 1.2
	byLength   = 0.75
	usualWords = 400
)

func frequency(p *postings) float32 {
	f := float32(p.times)
	if p.inTitle {
		f += 3
	}
	if !p.exact {
		f /= 2
	}
	return f
}

func saturated(frequency, length float32) float32 {
	return frequency * (saturation + 1) / (frequency + saturation*(1-byLength+byLength*length/usualWords))
}

func (m *matcher) holdsPhrases(doc uint32) bool {
	for _, phrase := range m.phrases {
		if !phrase.holds(doc) {
			return false
		}
	}
	return true
}

// holds reports whether the words of the phrase follow each other in doc.
func (p *matchPhrase) holds(doc uint32) bool {
	for i, forms := range p.words {
		here, of := p.here[:0], 0
		for _, f := range forms {
			if f.seek(doc); f.doc == doc {
				here = f.positions(here)
				of++
			}
		}
		if of > 1 {
			slices.Sort(here)
		}
		if i > 0 {
			here = following(p.ends, here)
		}
		p.ends, p.here = here, p.ends
		if len(here) == 0 {
			return false
		}
	}
	return true
}

// following keeps of here what comes directly after one of ends. Both ascend.
func following(ends, here []uint32) []uint32 {
	kept := here[:0]
	for _, at := range here {
		for len(ends) > 0 && ends[0]+1 < at {
			ends = ends[1:]
		}
		if len(ends) > 0 && ends[0]+1 == at {
			kept = append(kept, at)
		}
	}
	return kept
}

// windowSet is a set of articles of a window.
type windowSet [windowDocs / 64]uint64

func (s *windowSet) has(at uint32) bool { return s[at/64]>>(at%64)&1 == 1 }
func (s *windowSet) set(at uint32)      { s[at/64] |= 1 << (at % 64) }

// fill puts the first n articles in.
func (s *windowSet) fill(n uint32) {
	for i := range n / 64 {
		s[i] = ^uint64(0)
	}
	if n%64 != 0 {
		s[n/64] = 1<<(n%64) - 1
	}
}

func (s *windowSet) take(p *postings, start, end uint32) {
	for p.seek(start); p.doc < end; p.next() {
		s.set(p.doc - start)
	}
}

func (s *windowSet) and(o *windowSet) {
	for i := range s {
		s[i] &= o[i]
	}
}

func (s *windowSet) andNot(o *windowSet) {
	for i := range s {
		s[i] &^= o[i]
	}
}

func (s *windowSet) empty() bool { return *s == windowSet{} }

func (s *windowSet) each(yield func(at uint32)) {
	for i, word := range s {
		for ; word != 0; word &= word - 1 {
			yield(uint32(i*64 + bits.TrailingZeros64(word)))
		}
	}
}
