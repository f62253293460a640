package extractor

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"nashra"
)

// Explain is Read, and says how it came to its result; also where there is
// none.
func Explain(in Input) (Result, nashra.Explanation, error) {
	t := &trace{Explanation: nashra.Explanation{Tried: []nashra.Attempt{}, Candidates: []nashra.Candidate{}, Dropped: []nashra.Dropped{}}}
	result, err := read(in, t)
	return result, t.Explanation, err
}

// Limits of an explanation: those who read it want to see what went wrong, not
// the page again.
const (
	maxCandidates = 8
	maxExcerpt    = 120 // bytes of a text's beginning
)

// trace collects an explanation. On a nil trace, which is what Extract has, all
// of its methods do nothing.
type trace struct {
	nashra.Explanation
	before []bool // which runs were dropped when the last rule was done
}

// tried notes what came of a way.
func (t *trace) tried(way, result string) {
	if t != nil {
		t.Tried = append(t.Tried, nashra.Attempt{Way: way, Result: result})
	}
}

// weighing begins a new list of candidates.
func (t *trace) weighing() {
	if t != nil {
		t.Candidates = t.Candidates[:0]
	}
}

// candidate notes that element i of the page has a score.
func (t *trace) candidate(f *finder, i int32, score float64) {
	if t == nil || score <= 0 {
		return
	}
	e := &f.elems[i]
	c := nashra.Candidate{Element: elementName(e.node), Score: score}
	if e.run < e.runEnd {
		c.Text = beginning(f.text(&f.runs[e.run]))
	}
	t.Candidates = append(t.Candidates, c)
	slices.SortStableFunc(t.Candidates, func(a, b nashra.Candidate) int { return cmp.Compare(b.Score, a.Score) })
	t.Candidates = t.Candidates[:min(len(t.Candidates), maxCandidates)]
}

// pruned notes the runs that were dropped since it was last called.
func (t *trace) pruned(rule string, p *pruner) {
	if t == nil {
		return
	}
	for j := range p.drop {
		if p.drop[j] && (j >= len(t.before) || !t.before[j]) {
			t.dropped(rule, p.f.text(&p.f.runs[p.first+int32(j)]))
		}
	}
	t.before = slices.Clone(p.drop)
}

// dropped notes a text that a rule took out.
func (t *trace) dropped(rule, text string) {
	if t != nil {
		t.Dropped = append(t.Dropped, nashra.Dropped{Rule: rule, Text: beginning(text)})
	}
}

func elementName(n *html.Node) string {
	name := n.Data
	if id := attr(n, "id"); id != "" {
		name += "#" + id
	}
	for class := range strings.FieldsSeq(attr(n, "class")) {
		name += "." + class
	}
	return beginning(name)
}

// beginning is as many whole words of a text as an explanation shows.
func beginning(s string) string {
	if len(s) <= maxExcerpt {
		return s
	}
	cut := strings.LastIndexByte(s[:maxExcerpt], ' ')
	if cut <= 0 {
		return strings.ToValidUTF8(s[:maxExcerpt], "") + "…"
	}
	return s[:cut] + "…"
}
