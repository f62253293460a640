package nashra

import (
	"fmt"
	"slices"
)

// Selector is a CSS selector of a source's pages, under its key in config.yaml.
type Selector struct {
	Key string `json:"key"`
	CSS string `json:"css"`
}

// The keys of selectors in config.yaml.
const (
	SelectorBody   = "select"
	SelectorTitle  = "select_title"
	SelectorByline = "select_byline"
	SelectorDate   = "select_date"
	SelectorImage  = "select_image"
)

// Selectors are those that s has, in the order of their constants. Removing
// ones are not among them: what they match may be absent.
func (s Subscription) Selectors() []Selector {
	all := []Selector{
		{SelectorBody, s.Select}, {SelectorTitle, s.SelectTitle}, {SelectorByline, s.SelectByline},
		{SelectorDate, s.SelectDate}, {SelectorImage, s.SelectImage},
	}
	return slices.DeleteFunc(all, func(sel Selector) bool { return sel.CSS == "" })
}

// Unmatched counts the pages in a row on which a selector matched nothing: the
// partner may have redesigned its site.
type Unmatched struct {
	Selector
	Pages int `json:"pages"`
}

// selected says what a selector is for, and after how many pages without a
// match it is worth a warning: an unsigned article or one without a picture is
// no redesign.
var selected = map[string]struct {
	what  string
	pages int
}{
	SelectorBody:   {"bodies were found", 1},
	SelectorTitle:  {"titles were found", 1},
	SelectorByline: {"bylines were looked for", 3},
	SelectorDate:   {"dates were looked for", 1},
	SelectorImage:  {"pictures were looked for", 3},
}

// Doubtful reports whether there were enough pages for a warning.
func (u Unmatched) Doubtful() bool { return u.Pages >= selected[u.Key].pages }

// UnmatchedWarnings are sentences for the operator about the selectors that no
// longer match.
func UnmatchedWarnings(list []Unmatched) []string {
	var warnings []string
	for _, u := range list {
		s := selected[u.Key]
		switch {
		case !u.Doubtful():
		case u.Pages == 1:
			warnings = append(warnings, fmt.Sprintf("%s %q matched nothing on the page read; the %s without it", u.Key, u.CSS, s.what))
		default:
			warnings = append(warnings, fmt.Sprintf("%s %q matched none of the %d pages read; the %s without it", u.Key, u.CSS, u.Pages, s.what))
		}
	}
	return warnings
}

// AfterPage is list after one more page was read with the selectors in force,
// of which these matched nothing.
func AfterPage(list []Unmatched, missed []Selector) []Unmatched {
	var after []Unmatched
	for _, sel := range missed {
		u := Unmatched{Selector: sel, Pages: 1}
		if i := slices.IndexFunc(list, func(u Unmatched) bool { return u.Selector == sel }); i >= 0 {
			u.Pages += list[i].Pages
		}
		after = append(after, u)
	}
	return after
}

// InForce is list without the selectors that s does not have any more.
func InForce(list []Unmatched, s Subscription) []Unmatched {
	present := s.Selectors()
	return slices.DeleteFunc(slices.Clone(list), func(u Unmatched) bool { return !slices.Contains(present, u.Selector) })
}
