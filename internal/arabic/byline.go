package arabic

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// creditWords stand before an author's name, as folding keys.
var creditWords = map[string]bool{
	"كتب": true, "كتبت": true, "بقلم": true, "اعداد": true, "تحرير": true, "ترجمه": true,
}

// Byline cleans an author's line down to the name: rules T, without the words
// of credit before it («كتب:», «إعداد وتحرير /») and without e-mail addresses
// (rules M). It is "" where nobody is named: nothing is left, or only one of
// names (the site's and the partner's) or «admin». What has more than 4 KiB is
// no line, and only cleaned.
func Byline(raw string, names ...string) string {
	if clean := Clean(raw); len(clean) > maxTitle {
		return clean
	}
	keys := nameKeys(append([]string{"admin"}, names...))
	for range maxRounds {
		name := Clean(withoutCredit(withoutAddresses(Clean(raw))))
		if key := Key(name); key == "" || keys[key] {
			return ""
		}
		if name == raw {
			break
		}
		raw = name
	}
	return raw
}

// withoutCredit takes the words of credit off the head of s, and what parts
// them from the name.
func withoutCredit(s string) string {
	rest, found := s, false
	for {
		word, after := leadingWord(rest)
		key := Key(word)
		if !creditWords[key] && !(found && creditWords[strings.TrimPrefix(key, "و")]) {
			if found && key == "و" && startsWithCredit(after) {
				rest = after
				continue
			}
			return rest
		}
		found = true
		rest = strings.TrimLeft(after, " :-/–—ـ")
	}
}

func startsWithCredit(s string) bool {
	word, _ := leadingWord(strings.TrimLeft(s, " "))
	return creditWords[Key(word)]
}

// leadingWord parts s after its first word.
func leadingWord(s string) (word, rest string) {
	s = strings.TrimLeft(s, " ")
	for i, r := range s {
		if !unicode.IsLetter(r) && !unicode.Is(unicode.M, r) {
			return s[:i], s[i:]
		}
	}
	return s, ""
}

// withoutAddresses takes e-mail addresses out of s, with the brackets around
// them and a separator that then has nothing to part.
func withoutAddresses(s string) string {
	found := false
	for from := 0; ; {
		at := strings.IndexByte(s[from:], '@')
		if at < 0 {
			break
		}
		start, end := addressAround(s, from+at)
		if start == end {
			from += at + 1
			continue
		}
		found = true
		after := strings.TrimLeft(s[end:], " ")
		s = strings.TrimRight(s[:start], " ")
		if next, _ := utf8.DecodeRuneInString(after); next != ',' && next != ';' && !endMark(next) {
			s += " "
		}
		s += after
		from = 0
	}
	if !found {
		return s
	}
	s = strings.Trim(s, " -–—:/|،,؛;")
	if name, ok := strings.CutPrefix(s, "("); ok {
		if name, ok := strings.CutSuffix(name, ")"); ok && !strings.Contains(name, ")") {
			return name // «address (name)», as RSS 2.0 has it
		}
	}
	return s
}

// addressAround finds the address whose @ stands at s[at]; start is end where
// there is none, as in a handle.
func addressAround(s string, at int) (start, end int) {
	start, end = at, at+1
	for start > 0 && addressByte(s[start-1]) {
		start--
	}
	for end < len(s) && addressByte(s[end]) {
		end++
	}
	for end > at+1 && !alphanumeric(s[end-1]) {
		end--
	}
	if start == at || !strings.Contains(s[at+1:end], ".") {
		return at, at
	}
	if scheme := "mailto:"; strings.HasSuffix(strings.ToLower(s[:start]), scheme) {
		start -= len(scheme)
	}
	for {
		before, after := strings.TrimRight(s[:start], " "), strings.TrimLeft(s[end:], " ")
		if before == "" || after == "" {
			return start, end
		}
		kind := strings.IndexByte("([{<", before[len(before)-1])
		if kind < 0 || after[0] != ")]}>"[kind] {
			return start, end
		}
		start, end = len(before)-1, len(s)-len(after)+1
	}
}

func addressByte(b byte) bool {
	return alphanumeric(b) || strings.IndexByte("._%+-", b) >= 0
}

func alphanumeric(b byte) bool {
	return '0' <= b && b <= '9' || 'a' <= b|0x20 && b|0x20 <= 'z'
}
