package extractor

import "slices"

// Limits of what is learned of a source: 512 parts of 20 bytes, and a part is
// furniture that stood in three articles.
const (
	maxLearned      = 512
	learnedArticles = 3
)

// Furniture is what was learned of one source's pages: parts that the finder
// keeps and that stand in several articles, which makes them the site's and not
// an article's (see [Observation]). The zero value knows nothing. It forgets
// what it has seen once before what it has seen often, and the older before the
// newer.
//
// It may be read from several goroutines while none learns.
type Furniture struct {
	parts []learnedPart // the last seen last
}

// learnedPart is a part, by its key, and the articles, by the hashes of their
// addresses, in which it stood; 0 where there are fewer.
type learnedPart struct {
	key      uint64
	articles [learnedArticles]uint32
}

// Learn counts an observation. Its article counts once, however often it is
// observed.
func (f *Furniture) Learn(o Observation) {
	for _, key := range o.keys() {
		p := learnedPart{key: key}
		if at := slices.IndexFunc(f.parts, func(p learnedPart) bool { return p.key == key }); at >= 0 {
			p = f.parts[at]
			f.parts = slices.Delete(f.parts, at, at+1)
		}
		if free := slices.Index(p.articles[:], 0); free >= 0 && !slices.Contains(p.articles[:], o.article) {
			p.articles[free] = o.article
		}
		f.parts = append(f.parts, p)
	}
	for len(f.parts) > maxLearned {
		least := 0
		for i := range f.parts {
			if f.parts[i].seen() < f.parts[least].seen() {
				least = i
			}
		}
		f.parts = slices.Delete(f.parts, least, least+1)
	}
}

// seen is the number of articles that hold the part.
func (p *learnedPart) seen() int {
	if free := slices.Index(p.articles[:], 0); free >= 0 {
		return free
	}
	return learnedArticles
}

// keys are those of the parts that are furniture.
func (f *Furniture) keys() map[uint64]bool {
	keys := map[uint64]bool{}
	if f == nil {
		return keys
	}
	for i := range f.parts {
		if f.parts[i].seen() == learnedArticles {
			keys[f.parts[i].key] = true
		}
	}
	return keys
}
