package nashra

// TrialKeys are the keys of a source in config.yaml that can be tried out on its
// pages, in the order in which the documentation lists them.
var TrialKeys = []string{KeyContent, SelectorBody, KeyRemove, SelectorTitle, SelectorByline, SelectorDate, SelectorImage}

// Two of them, beside those of selectors. Under remove stand several.
const (
	KeyContent = "content"
	KeyRemove  = "remove"
)

// Trial is what came of trying a source with settings that are not in force.
// Nothing of it is stored.
type Trial struct {
	Problems []string // of the settings, in sentences; with any, the partner was not asked
	Lines    string   // of the source's block in config.yaml that would bring them into force
	Feed     Fetch    // as a cycle would record it, but for its counts
	Entries  []Tried  // the newest ones
}

// Tried is an entry and what was made of it and its page.
type Tried struct {
	Entry       Entry
	Error       string   // why there is no page or no article; "": there is nothing to say
	Content     *Content // nil: no article
	Unmatched   []string // keys of the selectors that match nothing on the page
	Explanation Explanation
}

// Explanation says how an article was found, for those who write selectors.
type Explanation struct {
	Tried      []Attempt   `json:"tried"`      // the ways that were tried, in order
	Candidates []Candidate `json:"candidates"` // of the finder, the best first; none where it was not asked
	Dropped    []Dropped   `json:"dropped"`    // from the page and from the body, in the order of the rules
}

// Attempt is a way of finding the body and what came of it.
type Attempt struct {
	Way    string `json:"way"`    // as in Content.Method
	Result string `json:"result"` // one of the sentences below
}

// What comes of a way, as Attempt.Result.
const (
	TriedFound    = "found"
	TriedOver     = "passed over: the feed has the whole body"
	TriedNoText   = "matches no text"
	TriedNoBody   = "has no whole body"
	TriedNotWhole = "articleBody is not whole, or not on the page"
	TriedLittle   = "too little prose for an article"
	TriedNothing  = "cleaning leaves nothing"
)

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
