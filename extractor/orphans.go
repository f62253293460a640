package extractor

import "golang.org/x/net/html/atom"

// headings drops a heading below which everything was dropped up to the next
// one: it belonged to the links, the button or the form that stood there. One
// above a picture stays.
func (p *pruner) headings() {
	runs := p.runs()
	for j := range runs {
		level := runs[j].heading
		if level < 2 || p.drop[j] {
			continue
		}
		next := j + 1
		for next < len(runs) && p.drop[next] {
			next++
		}
		if next == j+1 || next == len(runs) || runs[next].heading == 0 || runs[next].heading > level {
			continue // tail sees to what stands last
		}
		if !p.f.pictured(runs[j].elem, runs[next].elem) {
			p.drop[j] = true
		}
	}
}

// pictured reports whether a picture stands between two elements of the page.
func (f *finder) pictured(from, to int32) bool {
	for i := from + 1; i < to; i++ {
		if f.elems[i].node.DataAtom == atom.Img {
			return true
		}
	}
	return false
}
