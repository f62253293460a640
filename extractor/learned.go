package extractor

import (
	"hash/fnv"
	"slices"

	"nashra/internal/arabic"
)

// Limits of what is learned of a source: 512 blocks of 20 bytes, and a block is
// furniture that stood in three articles.
const (
	maxLearned      = 512
	learnedArticles = 3
)

// maxLearnedShare is how much of a body's prose what was learned may take: a
// text that several addresses have in whole is an article that was sent again.
const maxLearnedShare = 0.3

// Furniture is what was learned of one source's pages: blocks of text that the
// finder keeps and that stand in several articles, which makes them the site's
// words and not an article's. The zero value knows nothing. It forgets what it
// has seen once before what it has seen often, and the older before the newer.
type Furniture struct {
	blocks []learnedBlock // the last seen last
}

// learnedBlock is a block, by the hash of its folding key, and the articles, by
// the hashes of their addresses, in which it stood; 0 where there are fewer.
type learnedBlock struct {
	key      uint64
	articles [learnedArticles]uint32
}

// Observation is what one page has to teach: an article and its blocks.
type Observation struct {
	article uint32
	keys    []uint64
}

// Observe reads the blocks of a page as the generic finder keeps them. There
// are none where the page has no article, or must not be used.
func Observe(in Input) Observation {
	x := newExtraction(in, nil)
	if err := x.readPage(); err != nil || x.page == nil {
		return Observation{}
	}
	f := x.finder()
	if f.at < 0 || !f.article(f.at) {
		return Observation{}
	}
	h := fnv.New32a()
	h.Write([]byte(x.link()))
	o := Observation{article: max(1, h.Sum32())}
	p := f.judge(f.at)
	for j := range p.runs() {
		if r := &p.runs()[j]; !p.drop[j] && r.words > 1 && len(o.keys) < maxLearned {
			o.keys = append(o.keys, blockKey(f.raw(r)))
		}
	}
	return o
}

func blockKey(text string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(arabic.Key(text)))
	return h.Sum64()
}

// Learn counts an observation. Its article counts once, however often it is
// observed.
func (f *Furniture) Learn(o Observation) {
	for _, key := range o.keys {
		b := learnedBlock{key: key}
		if at := slices.IndexFunc(f.blocks, func(b learnedBlock) bool { return b.key == key }); at >= 0 {
			b = f.blocks[at]
			f.blocks = slices.Delete(f.blocks, at, at+1)
		}
		if free := slices.Index(b.articles[:], 0); free >= 0 && !slices.Contains(b.articles[:], o.article) {
			b.articles[free] = o.article
		}
		f.blocks = append(f.blocks, b)
	}
	for len(f.blocks) > maxLearned {
		least := 0
		for i := range f.blocks {
			if f.blocks[i].seen() < f.blocks[least].seen() {
				least = i
			}
		}
		f.blocks = slices.Delete(f.blocks, least, least+1)
	}
}

// seen is the number of articles that hold the block.
func (b *learnedBlock) seen() int {
	if free := slices.Index(b.articles[:], 0); free >= 0 {
		return free
	}
	return learnedArticles
}

// furniture are the keys of the blocks that are furniture.
func (f *Furniture) furniture() map[uint64]bool {
	keys := map[uint64]bool{}
	if f == nil {
		return keys
	}
	for i := range f.blocks {
		if f.blocks[i].seen() == learnedArticles {
			keys[f.blocks[i].key] = true
		}
	}
	return keys
}

// learned drops what stands in other articles of the source too. What a
// structured body holds stays.
func (p *pruner) learned() {
	if len(p.f.learned) == 0 || p.f.matched != nil {
		return
	}
	runs := p.runs()
	var all, taken float64
	var found []int
	for j := range runs {
		if p.drop[j] || runs[j].words < 2 {
			continue
		}
		all += max(0, runs[j].worth)
		if p.f.learned[blockKey(p.f.raw(&runs[j]))] {
			found = append(found, j)
			taken += max(0, runs[j].worth)
		}
	}
	if taken > maxLearnedShare*all {
		return
	}
	for _, j := range found {
		p.drop[j] = true
	}
}
