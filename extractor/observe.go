package extractor

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strings"

	"golang.org/x/net/html/atom"

	"nashra"
	"nashra/internal/arabic"
)

// maxLearnedShare is how much of a body's prose what was learned may take: a
// text that several addresses have in whole is an article that was sent again.
const maxLearnedShare = 0.3

// Observation is what one page has to teach of its site: its article, and the
// parts of it that the finder would keep. They are of two kinds.
//
//   - A block is known by its text, as it folds.
//   - A box is known by its path, since its text changes from page to page: a
//     headline that is a link to another page of the site, with the few words
//     that announce it. Its place alone would be no evidence, as the paragraphs
//     of all articles have one; and of what is links and nothing else the
//     finder keeps nothing, so that there is nothing to learn.
//
// The zero value teaches nothing. So it is where the body is the feed's or the
// page's structured data's, in which nothing is furniture.
type Observation struct {
	article uint32
	worth   []float64 // of the blocks, as prose
	parts   []part    // the blocks, then the boxes
	taken   []bool    // of the parts: it was taken for furniture

	more []Observation // of the pages that hold the rest of the article
}

// part is a part of a page: blocks[first:last].
type part struct {
	key         uint64
	first, last int
}

// Observe reads what a page has to teach. It is nothing where the page has no
// article, or must not be used.
func Observe(in Input) Observation {
	in.Furniture = &Furniture{}
	x := newExtraction(in, nil)
	if err := x.readPage(); err != nil || x.page == nil {
		return Observation{}
	}
	if f, at, _ := x.locate(); at >= 0 && f.article(at) {
		f.judge(at)
		return f.observed
	}
	return Observation{}
}

// Stands reports whether what was made of the page would be made of it with f
// too.
func (o *Observation) Stands(f *Furniture) bool { return o.Empty() || o.stands(f.keys()) }

func (o *Observation) stands(known map[uint64]bool) bool {
	return slices.Equal(o.taken, o.furniture(known)) &&
		!slices.ContainsFunc(o.more, func(more Observation) bool { return !more.stands(known) })
}

// Empty reports whether the page has nothing to teach.
func (o *Observation) Empty() bool { return len(o.parts) == 0 && len(o.more) == 0 }

// join adds what another page of the same article, which is at link, has to
// teach.
func (o *Observation) join(more Observation, link string) {
	if !more.Empty() {
		more.article = articleKey(link)
		o.more = append(o.more, more)
	}
}

// furniture says of each part whether it is furniture. Where that would be too
// much of the article, it is none; the boxes first, as they are known by less.
func (o *Observation) furniture(known map[uint64]bool) []bool {
	taken := make([]bool, len(o.parts))
	if len(known) == 0 {
		return taken
	}
	all := 0.0
	for _, w := range o.worth {
		all += w
	}
	blocks := len(o.worth)
	gone := make([]bool, blocks)
	lost := 0.0
	for _, kind := range [][2]int{{0, blocks}, {blocks, len(o.parts)}} {
		for i := kind[0]; i < kind[1]; i++ {
			p := &o.parts[i]
			if !known[p.key] {
				continue
			}
			taken[i] = true
			for j := p.first; j < p.last; j++ {
				if !gone[j] {
					gone[j] = true
					lost += o.worth[j]
				}
			}
		}
		if lost > maxLearnedShare*all {
			clear(taken[kind[0]:])
			break
		}
	}
	return taken
}

// learned drops what stands in other articles of the source too, and leaves
// what the page has to teach. Of a structured body it does neither.
func (p *pruner) learned() {
	f := p.f
	if f.furniture == nil || f.matched != nil {
		return
	}
	o := Observation{article: f.address}
	runs := p.runs()
	var kept []int // runs
	for j := range runs {
		if r := &runs[j]; !p.drop[j] && r.words > 1 && len(kept) < maxLearned {
			o.worth = append(o.worth, max(0, r.worth))
			o.parts = append(o.parts, part{textKey(f.raw(r)), len(kept), len(kept) + 1})
			kept = append(kept, j)
		}
	}
	boxes := p.boxes()
	for _, i := range boxes {
		e := &f.elems[i]
		first, _ := slices.BinarySearch(kept, int(e.run-p.first))
		last, _ := slices.BinarySearch(kept, int(e.runEnd-p.first))
		o.parts = append(o.parts, part{f.pathKey(i), first, last})
	}
	o.taken = o.furniture(f.furniture.keys())
	for k, taken := range o.taken {
		switch {
		case !taken:
		case k < len(kept):
			p.drop[kept[k]] = true
		default:
			p.dropElement(boxes[k-len(kept)])
		}
	}
	f.observed = o
}

// boxes are the elements that announce another page of the site, of which
// something is kept still. A class that elsewhere in the body holds a paragraph
// is no name of boxes.
func (p *pruner) boxes() []int32 {
	f := p.f
	type name struct {
		tag   atom.Atom
		class string
	}
	var boxes []int32
	var names []name
	plain := map[name]bool{}
	for i := p.body + 1; i < f.elems[p.body].end && len(boxes) < maxLearned/4; i++ {
		e := &f.elems[i]
		if p.gone[i-p.body] {
			i = e.end - 1
			continue
		}
		n := name{e.node.DataAtom, attr(e.node, "class")}
		if !e.block || n.class == "" || !isBoxTag(n.tag) || e.runEnd == e.run {
			continue
		}
		switch first := &f.runs[e.run]; {
		case first.linked*2 <= first.letters:
			plain[n] = plain[n] || e.worth > 0
		case e.runEnd-e.run >= 2 && e.runEnd-e.run <= maxCardRuns && f.card(e) && slices.Contains(p.drop[e.run-p.first:e.runEnd-p.first], false):
			boxes, names = append(boxes, i), append(names, n)
		}
	}
	kept := boxes[:0]
	for k, i := range boxes {
		if !plain[names[k]] {
			kept = append(kept, i)
		}
	}
	return kept
}

func isBoxTag(a atom.Atom) bool {
	switch a {
	case atom.Div, atom.Section, atom.Aside, atom.Article, atom.Table, atom.Ul, atom.Ol, atom.Figure:
		return true
	}
	return false
}

func textKey(text string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(arabic.Key(text)))
	return h.Sum64()
}

// pathKey knows element i by the tags of the elements around it and by its own
// tag and class, without the numbers in them, which are often the article's.
func (f *finder) pathKey(i int32) uint64 {
	h := fnv.New64a()
	h.Write([]byte(strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return -1
		}
		return r
	}, attr(f.elems[i].node, "class"))))
	for ; i >= 0; i = f.elems[i].parent {
		h.Write([]byte{'>'})
		h.Write([]byte(f.elems[i].node.Data))
	}
	return h.Sum64()
}

// articleKey knows an article by its address; it is never 0.
func articleKey(link string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(cmp.Or(nashra.LinkKey(link), link)))
	return max(1, h.Sum32())
}
