package extractor

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Limits of a card: a linked title with a few words of another article, among
// others that look the same. Their words read as sentences, and together they
// often outweigh a short article.
const (
	minCards     = 3
	maxCardRuns  = 6
	maxCardWords = 50 // that are not linked
)

// findCards takes rows of cards for margins, whatever they are called.
func (f *finder) findCards() {
	type row struct {
		parent int32
		tag    atom.Atom
		class  string
	}
	rows := map[row][]int32{}
	for i := range f.elems {
		e := &f.elems[i]
		if n := e.runEnd - e.run; !e.block || n < 2 || n > maxCardRuns || e.parent < 0 || f.effect[i] > hintBody || !f.card(e) {
			continue
		}
		r := row{e.parent, e.node.DataAtom, attr(e.node, "class")}
		rows[r] = append(rows[r], int32(i))
	}
	for _, cards := range rows {
		if len(cards) < minCards {
			continue
		}
		for _, c := range cards {
			for i := c; i < f.elems[c].end; i++ {
				f.effect[i] = max(f.effect[i], hintAside)
			}
		}
	}
}

// card reports whether an element holds a linked title of the same site and
// few words besides.
func (f *finder) card(e *elem) bool {
	titled, plain := false, int32(0)
	for i := e.run; i < e.runEnd; i++ {
		r := &f.runs[i]
		if i == f.title {
			return false
		}
		if r.linked*2 <= r.letters {
			plain += r.words
			continue
		}
		if r.words >= 2 && f.staysOnSite(r) {
			titled = true
		}
	}
	return titled && plain >= minLineWords && plain <= maxCardWords
}

// staysOnSite reports whether the link around a run's first text leads to
// another page of the same site.
func (f *finder) staysOnSite(r *run) bool {
	var link *html.Node
	for n := f.texts[r.first].Parent; n != nil && !isBlockTag(n.DataAtom); n = n.Parent {
		if n.DataAtom == atom.A {
			link = n
		}
	}
	if link == nil {
		return false
	}
	href := strings.TrimSpace(attr(link, "href"))
	if href == "" || href[0] == '#' {
		return false
	}
	u, err := url.Parse(href)
	return err == nil && (u.Host == "" || f.host == "" || strings.TrimPrefix(u.Host, "www.") == f.host)
}
