package nashra_test

import (
	"slices"
	"testing"

	"nashra"
)

func TestSelectorThatNoLongerMatchesIsNamedUntilItMatches(t *testing.T) {
	sub := nashra.Subscription{Select: ".entry-content", SelectByline: ".by"}
	body, byline := sub.Selectors()[0], sub.Selectors()[1]
	var list []nashra.Unmatched
	steps := []struct {
		name   string
		missed []nashra.Selector
		want   []string
	}{
		{"both match", nil, nil},
		{"one page without a body; an unsigned one is no news", []nashra.Selector{body, byline}, []string{`select ".entry-content" matched nothing on the page read; the bodies were found without it`}},
		{"two", []nashra.Selector{body, byline}, []string{`select ".entry-content" matched none of the 2 pages read; the bodies were found without it`}},
		{"the third without a byline", []nashra.Selector{body, byline}, []string{
			`select ".entry-content" matched none of the 3 pages read; the bodies were found without it`,
			`select_byline ".by" matched none of the 3 pages read; the bylines were looked for without it`,
		}},
		{"the body matches again", []nashra.Selector{byline}, []string{`select_byline ".by" matched none of the 4 pages read; the bylines were looked for without it`}},
	}
	for _, step := range steps {
		list = nashra.AfterPage(list, step.missed)
		if got := nashra.UnmatchedWarnings(list); !slices.Equal(got, step.want) {
			t.Errorf("%s:\n got %q\nwant %q", step.name, got, step.want)
		}
	}
	if got := nashra.InForce(list, sub); len(got) != 1 {
		t.Errorf("the same selectors: %+v", got)
	}
	sub.SelectByline = ".author"
	if got := nashra.InForce(list, sub); len(got) != 0 {
		t.Errorf("another selector: %+v", got)
	}
}
