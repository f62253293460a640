package arabic

import "strings"

// titleSeparators part a title from the name of its site, with a space on both
// sides.
var titleSeparators = []string{"|", "-", "–", "—", ":", "::", "›", "«", "»"}

const (
	// maxTitle bounds, in bytes, what is taken for a title or a byline: names
	// are sought in nothing longer, because each one found costs a pass.
	maxTitle = 4 << 10

	// maxName bounds what is compared with the names of a site, in bytes.
	maxName = 500
)

// Title cleans a title: rules T, entities unescaped, and the name of the site
// taken off either end, where one of names has the same folding key and
// stands behind or before one of the usual separators (rules M). A title that
// is nothing but the name stays. Of more than 4 KiB nothing is taken off.
func Title(raw string, names ...string) string {
	if clean := Clean(raw); len(clean) > maxTitle {
		return clean
	}
	keys := nameKeys(names)
	for range maxRounds {
		// Separators are told from a sentence's own marks by their spaces,
		// which the rest of the cleaning may take away.
		title := Clean(withoutNames(spaced(raw), keys))
		if title == raw {
			break
		}
		raw = title
	}
	return raw
}

// nameKeys are the folding keys of names, without empty ones.
func nameKeys(names []string) map[string]bool {
	keys := make(map[string]bool, len(names))
	for _, name := range names {
		if key := Key(name); key != "" {
			keys[key] = true
		}
	}
	return keys
}

// spaced is s with its characters cleaned and its spaces single, its marks
// left where they stand: the rules T up to T5.
func spaced(s string) string {
	if tidy(s) {
		return s
	}
	unescapes := maxUnescapes
	cells := unescape(unmojibake(load([]Run{{Text: s}})), &unescapes)
	cells = compose(dropJoiners(dropInvisible(baseForms(cells))))
	return unload(singleSpaces(attachDirections(cells)), 1)[0]
}

// withoutNames takes parts off the ends of title as long as one of them is a
// name and another part is left.
func withoutNames(title string, keys map[string]bool) string {
	if len(keys) == 0 {
		return title
	}
	for {
		shorter := withoutName(title, keys)
		if shorter == title {
			return title
		}
		title = shorter
	}
}

func withoutName(title string, keys map[string]bool) string {
	for i := 0; i < len(title); i++ {
		if title[i] != ' ' {
			continue
		}
		for _, separator := range titleSeparators {
			rest, ok := strings.CutPrefix(title[i+1:], separator)
			if !ok || !strings.HasPrefix(rest, " ") {
				continue
			}
			before, after := strings.TrimSpace(title[:i]), strings.TrimSpace(rest)
			switch {
			case quoted(separator, before, after):
			case len(after) <= maxName && keys[Key(after)] && Words(before) > 0:
				return before
			case len(before) <= maxName && keys[Key(before)] && Words(after) > 0:
				return after
			}
		}
	}
	return title
}

// quoted reports whether separator is half of a pair of quotes that stand
// around words of the title.
func quoted(separator, before, after string) bool {
	return separator == "«" && strings.Contains(after, "»") ||
		separator == "»" && strings.Contains(before, "«")
}
