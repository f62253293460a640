package config

import (
	"fmt"
	"strings"

	"nashra"
)

// Trying gives what stands under the nashra.TrialKeys of sub, those that are not
// empty. The selectors under remove have a line each.
func Trying(sub nashra.Subscription) map[string]string {
	values := map[string]string{nashra.KeyContent: string(sub.Content), nashra.KeyRemove: strings.Join(sub.Remove, "\n")}
	for _, sel := range sub.Selectors() {
		values[sel.Key] = sel.CSS
	}
	return values
}

// Try is sub with values under the nashra.TrialKeys, as Trying gives them, and the
// lines of its block that say so. They are read as config.yaml is: what is
// wrong with them gives [Problems].
func Try(sub nashra.Subscription, values map[string]string, checks Checks) (tried nashra.Subscription, lines string, err error) {
	lines = tryingLines(values)
	l := &loader{checks: checks}
	var root *node
	if lines != "" {
		root = l.parse([]byte(lines))
	}
	s := l.section("", 1, root)
	tried = sub
	tried.Content, tried.Remove = choice(s, nashra.KeyContent, nashra.ContentAuto, nashra.ContentFeed, nashra.ContentPage), nil
	s.selectors(&tried)
	s.done()
	if len(l.problems) > 0 {
		return sub, "", l.sorted()
	}
	return tried, lines, nil
}

func tryingLines(values map[string]string) string {
	var b strings.Builder
	for _, key := range nashra.TrialKeys {
		v := strings.TrimSpace(values[key])
		switch {
		case v == "" || key == nashra.KeyContent && v == string(nashra.ContentAuto): // the default
		case key == nashra.KeyRemove:
			var list []string
			for row := range strings.Lines(v) {
				if row = strings.TrimSpace(row); row != "" {
					list = append(list, Scalar(row))
				}
			}
			fmt.Fprintf(&b, "%s: [%s]\n", key, strings.Join(list, ", "))
		default:
			fmt.Fprintf(&b, "%s: %s\n", key, Scalar(v))
		}
	}
	return b.String()
}
