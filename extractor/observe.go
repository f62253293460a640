package extractor

import (
	"cmp"
	"hash/fnv"
	"maps"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nashra"
	"nashra/internal/arabic"
)

// maxLearnedShare is how much of a body's letters what was learned may take: a
// text that several addresses have in whole is an article that was sent again.
const maxLearnedShare = 0.3

// Observation is what one article has to teach of its site: the parts of its
// body. They are of two kinds.
//
//   - A block is known by its text, as it folds.
//   - A box is known by its path, since its text changes from page to page: a
//     headline that is a link to another page of the site, with the few words
//     that announce it. A path alone would be no evidence, as the paragraphs of
//     all articles have one; and of what is nothing but links the finder keeps
//     nothing, so that there is nothing to learn.
//
// The zero value teaches nothing. So it is where the body is the feed's, the
// structured data's or the selector's, in which nothing is furniture.
type Observation struct {
	article uint32
	blocks  []observedBlock
	boxes   []box
}

type observedBlock struct {
	key     uint64
	letters int // 0 where it is no prose
}

// box is an element that announces another page.
type box struct {
	path  uint64
	holds []uint64 // keys of its text and its pictures
}

// Observe reads what a page has to teach; nothing where it has no article, or
// must not be used.
func Observe(in Input) Observation {
	in.Furniture = nil
	r, err := Read(in)
	if err != nil {
		return Observation{}
	}
	return r.Observed()
}

// Observed is what the article has to teach, whatever was taken out of it.
func (r *Result) Observed() Observation {
	if r.observed == nil {
		r.observed = r.observe()
	}
	return *r.observed
}

func (r *Result) observe() *Observation {
	if r.Method != "generic" && r.Method != "microdata" {
		return &Observation{}
	}
	o := &Observation{article: articleKey(r.Link), boxes: r.boxes}
	for _, b := range r.body.Blocks[:min(len(r.body.Blocks), maxLearned)] {
		if arabic.Words(b.Text) < 2 {
			continue
		}
		block := observedBlock{key: textKey(b.Text)}
		if b.Kind != KindHeading {
			block.letters = countLetters(b.Text)
		}
		o.blocks = append(o.blocks, block)
	}
	return o
}

// keys are what the parts are known by.
func (o *Observation) keys() []uint64 {
	keys := make([]uint64, 0, len(o.blocks)+len(o.boxes))
	for i := range o.blocks {
		keys = append(keys, o.blocks[i].key)
	}
	for i := range o.boxes {
		keys = append(keys, o.boxes[i].path)
	}
	return keys
}

// furniture are the keys of the text and the pictures that are furniture. Where
// they would be too much of the article, there are none; the boxes' first, as
// they are known by less.
func (o *Observation) furniture(known map[uint64]bool) map[uint64]bool {
	gone := map[uint64]bool{}
	for _, b := range o.blocks {
		if known[b.key] {
			gone[b.key] = true
		}
	}
	if o.tooMuch(gone) {
		return nil
	}
	all := maps.Clone(gone)
	for _, b := range o.boxes {
		if known[b.path] {
			for _, key := range b.holds {
				all[key] = true
			}
		}
	}
	if o.tooMuch(all) {
		return gone
	}
	return all
}

func (o *Observation) tooMuch(gone map[uint64]bool) bool {
	lost, all := 0, 0
	for _, b := range o.blocks {
		all += b.letters
		if gone[b.key] {
			lost += b.letters
		}
	}
	return float64(lost) > maxLearnedShare*float64(all)
}

// Without is the article without what f knows as furniture.
func (r *Result) Without(f *Furniture) Result { return r.without(f, nil) }

func (r *Result) without(f *Furniture, t *trace) Result {
	known := f.keys()
	if len(known) == 0 {
		return *r
	}
	o := r.Observed()
	gone := o.furniture(known)
	if len(gone) == 0 {
		return *r
	}
	root, err := parseHTML(r.HTML)
	if err != nil {
		return *r // it was written by us, so it parses
	}
	var stay []*block
	for _, b := range blocksOf(root) {
		switch {
		case b.Kind != "" && gone[textKey(b.Text)]:
			t.dropped("stands in other articles too", b.Text)
			b.remove(root)
		case b.Kind != "":
			stay = append(stay, b)
		}
	}
	for _, n := range slices.Collect(root.Descendants()) {
		if n.Type == html.ElementNode && n.Data == "img" && gone[hashOf(pictureKey(n))] {
			remove(root, n)
		}
	}
	text, err := serialise(root)
	if err != nil || len(stay) == 0 {
		return *r
	}
	out := *r
	out.body.HTML, out.body.Blocks, out.body.Text = text, plainBlocks(stay), textIn(root)
	out.HTML, out.Excerpt = text, excerpt(out.body.Blocks)
	return out
}

// boxes are the elements that announce another page of the site, of which
// something is kept. A class that elsewhere in the body holds a paragraph is no
// name of boxes.
func (p *pruner) boxes() []box {
	f := p.f
	type name struct {
		tag   atom.Atom
		class string
	}
	var found []int32
	var names []name
	plain := map[name]bool{}
	for i := p.body + 1; i < f.elems[p.body].end && len(found) < maxBoxes; i++ {
		e := &f.elems[i]
		if p.gone[i-p.body] {
			i = e.end - 1
			continue
		}
		if !e.block || e.runEnd == e.run || !isBoxTag(e.node.DataAtom) {
			continue
		}
		n := name{e.node.DataAtom, attr(e.node, "class")}
		if n.class == "" {
			continue
		}
		switch first := &f.runs[e.run]; {
		case first.linked*2 <= first.letters:
			plain[n] = plain[n] || e.worth > 0
		case e.runEnd-e.run >= 2 && e.runEnd-e.run <= maxCardRuns && f.card(e) && slices.Contains(p.drop[e.run-p.first:e.runEnd-p.first], false):
			found, names = append(found, i), append(names, n)
		}
	}
	var boxes []box
	for k, i := range found {
		if !plain[names[k]] {
			boxes = append(boxes, p.box(i))
		}
	}
	return boxes
}

// maxBoxes bounds the boxes of one body.
const maxBoxes = 64

func (p *pruner) box(i int32) box {
	f := p.f
	b := box{path: f.pathKey(i)}
	e := &f.elems[i]
	for j := e.run; j < e.runEnd; j++ {
		if !p.drop[j-p.first] {
			b.holds = append(b.holds, textKey(f.raw(&f.runs[j])))
		}
	}
	for _, in := range f.elems[i:e.end] {
		if in.node.DataAtom != atom.Img {
			continue
		}
		if img := image(f.page, in.node, nil); img != nil {
			b.holds = append(b.holds, hashOf(pictureKey(img)))
		}
	}
	return b
}

func isBoxTag(a atom.Atom) bool {
	switch a {
	case atom.Div, atom.Section, atom.Aside, atom.Article, atom.Table, atom.Ul, atom.Ol, atom.Figure:
		return true
	}
	return false
}

// pathKey knows element i by the tags of the elements around it and by its own
// tag and class, without the numbers in them, which are often the article's.
func (f *finder) pathKey(i int32) uint64 {
	h := fnv.New64a()
	h.Write([]byte(withoutDigits(attr(f.elems[i].node, "class"))))
	for ; i >= 0; i = f.elems[i].parent {
		h.Write([]byte{'>'})
		h.Write([]byte(f.elems[i].node.Data))
	}
	return h.Sum64()
}

func withoutDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return -1
		}
		return r
	}, s)
}

func textKey(text string) uint64 { return hashOf(arabic.Key(text)) }

func hashOf(s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s))
	return h.Sum64()
}

// articleKey knows an article by its address; it is never 0.
func articleKey(link string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(cmp.Or(nashra.LinkKey(link), link)))
	return max(1, h.Sum32())
}
