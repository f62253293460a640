package extractor

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Explanation says how an article was found, for those who write selectors.
type Explanation struct {
	Tried      []Attempt   `json:"tried"`      // the ways that were tried, in order
	Candidates []Candidate `json:"candidates"` // of the finder, the best first; none where it was not asked
	Dropped    []Dropped   `json:"dropped"`    // from the page and from the body, in the order of the rules
}

// Attempt is a way of finding the body and what came of it.
type Attempt struct {
	Way    string `json:"way"` // as in nashra.Content.Method
	Result string `json:"result"`
}

// Candidate is an element that the finder took for the body, more or less.
type Candidate struct {
	Element string  `json:"element"` // like a CSS selector: div#main.article-body
	Score   float64 `json:"score"`   // about the letters of its prose
	Text    string  `json:"text"`    // how it begins
}

// Dropped is a stretch of text that is not in the body, and the rule that says
// so.
type Dropped struct {
	Rule string `json:"rule"`
	Text string `json:"text"` // its beginning
}

// Explain is Read, and says how it came to its result; also where there is
// none.
func Explain(in Input) (Result, Explanation, error) {
	t := &trace{Explanation: Explanation{Tried: []Attempt{}, Candidates: []Candidate{}, Dropped: []Dropped{}}}
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
	Explanation
	before []bool // which runs were dropped when the last rule was done
}

// tried notes what came of a way.
func (t *trace) tried(way, result string) {
	if t != nil {
		t.Tried = append(t.Tried, Attempt{way, result})
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
	c := Candidate{Element: elementName(e.node), Score: score}
	if e.run < e.runEnd {
		c.Text = beginning(f.text(&f.runs[e.run]))
	}
	t.Candidates = append(t.Candidates, c)
	slices.SortStableFunc(t.Candidates, func(a, b Candidate) int { return cmp.Compare(b.Score, a.Score) })
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
		t.Dropped = append(t.Dropped, Dropped{rule, beginning(text)})
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
