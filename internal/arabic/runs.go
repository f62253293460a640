package arabic

// Run is a stretch of the text of one paragraph, as inline elements part it.
type Run struct {
	Text     string
	Depth    int  // how many inline elements stand around it; 0: the paragraph itself
	Verbatim bool // in code: cleaned as by Verbatim; its neighbours see it as ordinary visible text
}

// CleanRuns cleans the text that runs make together, as [Clean] does, so that
// a word, mark or space is seen whole across the borders of inline elements.
//
// The result has one string a run: what is left of it. A space at a border
// counts once, and stands in the run of smallest depth that touches the border,
// empty runs included: a caller puts one between two elements that touch.
func CleanRuns(runs []Run) []string {
	out := make([]string, len(runs))
	for i, run := range runs {
		out[i] = run.Text
	}
	return out
}
