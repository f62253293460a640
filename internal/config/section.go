package config

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// loader reads one configuration and collects what is wrong with it.
type loader struct {
	file      string
	env       func(string) string
	checks    Checks
	sparse    bool // a configuration without any source is good enough
	problems  Problems
	reference *reference // collects the keys; nil: nobody wants them
	contents  [][]byte   // of config.yaml and the files it names, for the digest

	lines map[string]int // on which each key stands, by its full name
}

func (l *loader) report(line int, key, format string, args ...any) {
	l.problems = append(l.problems, Problem{File: l.file, Line: line, Key: key, Message: fmt.Sprintf(format, args...)})
}

// section is a block of keys. Its readers return the default where the key is
// left out or empty, and also after they have reported a problem. The keys that
// were asked for are the known ones: done reports all others.
type section struct {
	*loader
	path  string // "" for the whole file
	line  int
	pairs []pair
	known []string
}

// section reads n as a block of keys; nil and null are one without keys.
func (l *loader) section(path string, line int, n *node) *section {
	s := &section{loader: l, path: path, line: line}
	switch {
	case n == nil || n.kind == null:
	case n.kind == mapping:
		s.pairs = n.pairs
		if l.lines == nil {
			l.lines = make(map[string]int)
		}
		for _, p := range n.pairs {
			if p.value.kind != null {
				l.lines[s.key(p.key)] = p.line
			}
		}
	default:
		l.report(n.line, path, "want a block of keys, got %s", n.kind)
	}
	return s
}

// key is the full name of one of s's keys.
func (s *section) key(name string) string {
	if s.path == "" {
		return name
	}
	return s.path + "." + name
}

// at is the line of a key, the section's own where the key is left out.
func (s *section) at(name string) int {
	for _, p := range s.pairs {
		if p.key == name {
			return p.value.line
		}
	}
	return s.line
}

func (s *section) reportAt(name, format string, args ...any) {
	s.report(s.at(name), s.key(name), format, args...)
}

// value gives the value of a key that is of kind k; nil where it is left out
// or, with a problem reported, of another kind.
func (s *section) value(name string, k kind) *node {
	n := s.raw(name)
	if n == nil || n.kind == k {
		return n
	}
	hint := ""
	if k == text && (n.kind == number || n.kind == boolean) {
		hint = "; put it in quotes"
	}
	s.reportAt(name, "want %s, got %s%s", k, n.kind, hint)
	return nil
}

// raw gives the value of a key whatever it is; nil where it is left out or
// empty.
func (s *section) raw(name string) *node {
	s.known = append(s.known, name)
	for _, p := range s.pairs {
		if p.key == name && p.value.kind != null {
			return p.value
		}
	}
	return nil
}

// sub is the block of keys under name.
func (s *section) sub(name string) *section {
	s.known = append(s.known, name)
	for _, p := range s.pairs {
		if p.key == name {
			return s.section(s.key(name), p.line, p.value)
		}
	}
	return s.section(s.key(name), s.line, nil)
}

// text is a string on one line, without space around it.
func (s *section) text(name, otherwise string) string {
	s.note(name, "text", otherwise)
	n := s.value(name, text)
	if n == nil {
		return otherwise
	}
	v := strings.TrimSpace(n.text)
	if strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		s.reportAt(name, "want one line without control characters")
		return otherwise
	}
	if v == "" {
		return otherwise
	}
	return v
}

// required is text that must be there.
func (s *section) required(name string) string {
	before := len(s.problems)
	v := s.text(name, "")
	s.note(name, required, "")
	if v == "" && len(s.problems) == before {
		s.reportAt(name, "missing")
	}
	return v
}

// checked is text that parse accepts; an empty one is not looked at.
func (s *section) checked(name, v string, parse func(string) error) bool {
	if v == "" {
		return false
	}
	if err := parse(v); err != nil {
		s.reportAt(name, "%v", err)
		return false
	}
	return true
}

// duration is a length of time between least and most.
func (s *section) duration(name string, otherwise, least, most time.Duration) time.Duration {
	s.note(name, fmt.Sprintf("duration, %s to %s", short(least), short(most)), otherwise)
	n := s.raw(name)
	if n == nil {
		return otherwise
	}
	if n.kind != text && n.kind != number {
		s.reportAt(name, "want a duration such as 15m or 1h30m, got %s", n.kind)
		return otherwise
	}
	d, err := time.ParseDuration(strings.TrimSpace(n.text))
	switch {
	case err != nil && n.kind == number:
		s.reportAt(name, "%s has no unit; write %ss, %sm or %sh", n.text, n.text, n.text, n.text)
	case err != nil:
		s.reportAt(name, "%q is no duration; write one such as 30s, 15m or 1h30m", n.text)
	case d < least || d > most:
		s.reportAt(name, "%s is out of range; want %s to %s", n.text, short(least), short(most))
	default:
		return d
	}
	return otherwise
}

// age is a length of time in days, or as duration reads it, an hour at least; 0
// is none.
func (s *section) age(name string, otherwise time.Duration) time.Duration {
	const day, most = 24 * time.Hour, 36500 // a hundred years
	s.note(name, "age, `1h` at least", "")
	n := s.raw(name)
	if n == nil {
		return otherwise
	}
	if n.kind != text && n.kind != number {
		s.reportAt(name, "want an age such as 365d, got %s", n.kind)
		return otherwise
	}
	v := strings.TrimSpace(n.text)
	if v == "0" {
		return 0
	}
	days, isDays := strings.CutSuffix(v, "d")
	if !isDays {
		return s.duration(name, otherwise, time.Hour, most*day)
	}
	count, err := strconv.Atoi(days)
	switch {
	case err != nil:
		s.reportAt(name, "%q is no age; write one such as 365d or 48h, or 0 for ever", v)
	case count < 1 || count > most:
		s.reportAt(name, "%s is out of range; want 1h to %dd", v, most)
	default:
		return time.Duration(count) * day
	}
	return otherwise
}

// short is d without the zero units that time.Duration prints.
func short(d time.Duration) string {
	v := d.String()
	if strings.HasSuffix(v, "m0s") {
		v = strings.TrimSuffix(v, "0s")
	}
	if strings.HasSuffix(v, "h0m") {
		v = strings.TrimSuffix(v, "0m")
	}
	return v
}

// integer is a whole number between least and most.
func (s *section) integer(name string, otherwise, least, most int) int {
	s.note(name, fmt.Sprintf("whole number, %d to %d", least, most), otherwise)
	n := s.value(name, number)
	if n == nil {
		return otherwise
	}
	v, err := strconv.Atoi(n.text)
	if err != nil || v < least || v > most {
		s.reportAt(name, "want a whole number from %d to %d, got %s", least, most, n.text)
		return otherwise
	}
	return v
}

// share is a part of a whole, from 0.1 to 1.
func (s *section) share(name string, otherwise float64) float64 {
	s.note(name, "share, 0.1 to 1", otherwise)
	n := s.value(name, number)
	if n == nil {
		return otherwise
	}
	v, err := strconv.ParseFloat(n.text, 64)
	if err != nil || !(v >= 0.1 && v <= 1) {
		s.reportAt(name, "want a share from 0.1 to 1, got %s", n.text)
		return otherwise
	}
	return v
}

// size is a number of bytes, from 1 to most.
func (s *section) size(name string, otherwise, most int64) int64 {
	s.note(name, fmt.Sprintf("size, %d MiB at most", most>>20), fmt.Sprintf("%dMiB", otherwise>>20))
	n := s.raw(name)
	if n == nil {
		return otherwise
	}
	if n.kind != text && n.kind != number {
		s.reportAt(name, "want a size such as 8MiB, got %s", n.kind)
		return otherwise
	}
	v, err := parseSize(n.text)
	switch {
	case err != nil:
		s.reportAt(name, "%v", err)
	case v < 1 || v > most:
		s.reportAt(name, "%s is out of range; want 1 byte to %d MiB", n.text, most>>20)
	default:
		return v
	}
	return otherwise
}

// boolean is true or false.
func (s *section) boolean(name string, otherwise bool) bool {
	s.note(name, "true or false", otherwise)
	n := s.value(name, boolean)
	if n == nil {
		return otherwise
	}
	return strings.EqualFold(n.text, "true")
}

// choice is one of the words of values, of which the first is the default.
func choice[T ~string](s *section, name string, values ...T) T {
	v := T(s.text(name, string(values[0])))
	words := make([]string, len(values))
	for i, w := range values {
		words[i] = string(w)
	}
	s.note(name, "`"+strings.Join(words, "`, `")+"`", values[0])
	if slices.Contains(values, v) {
		return v
	}
	s.reportAt(name, "want %s, got %q%s", strings.Join(words, " or "), string(v), didYouMean(string(v), words))
	return values[0]
}

// texts is a list of strings; each is given with its own section, so that a
// problem names its place in the list.
func (s *section) texts(name string, use func(v string, report func(format string, args ...any))) {
	s.note(name, "list of text", "")
	n := s.value(name, list)
	if n == nil {
		return
	}
	for i, item := range n.items {
		report := func(format string, args ...any) {
			s.report(item.line, fmt.Sprintf("%s[%d]", s.key(name), i), format, args...)
		}
		switch v := strings.TrimSpace(item.text); {
		case item.kind != text:
			report("want text, got %s", item.kind)
		case v == "":
			report("empty")
		default:
			use(v, report)
		}
	}
}

// prefixes is a list of CIDRs.
func (s *section) prefixes(name string) []netip.Prefix {
	var list []netip.Prefix
	s.texts(name, func(cidr string, report func(string, ...any)) {
		p, err := parsePrefix(cidr)
		if err != nil {
			report("%v", err)
		}
		list = append(list, p)
	})
	return list
}

// done reports the keys that nobody asked for.
func (s *section) done() {
	for _, p := range s.pairs {
		if !slices.Contains(s.known, p.key) {
			s.report(p.line, s.key(p.key), "unknown key%s", didYouMean(p.key, s.known))
		}
	}
}
