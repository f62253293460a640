package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

//go:generate go test . -run Configuration -update

// reference collects the keys that the readers of a file ask for.
type reference struct {
	keys  []string // in the order in which they are read
	types map[string]keyType
}

// keyType is what may stand behind a key.
type keyType struct{ kind, otherwise string }

// note describes a key, as its reader knows it. A reader that is made of another
// one describes it again.
func (s *section) note(name, kind string, otherwise any) {
	if s.reference == nil {
		return
	}
	key := strings.ReplaceAll(s.key(name), "[0]", "[]")
	if _, known := s.reference.types[key]; !known {
		s.reference.keys = append(s.reference.keys, key)
	}
	text := ""
	switch v := otherwise.(type) {
	case time.Duration:
		text = short(v)
	default:
		text = fmt.Sprint(v)
	}
	s.reference.types[key] = keyType{kind, text}
}

// complete has every key whose reading, or that of others, depends on its being
// there.
const complete = `site: {name: x, url: "http://x.example"}
alerts: {email: {server: "x.example:25", from: x@x.example, to: [x@x.example]}}
sources: [{id: x, name: x, feed: "http://x.example/", timezone: UTC}]
`

// Reference is docs/configuration.md: every key that this package reads, in its
// order, with what may stand there and what it means. The error names the keys
// of which nothing is said, and those that are said and not read.
func Reference() (string, error) {
	l := &loader{env: func(string) string { return "" }, reference: &reference{types: map[string]keyType{}}}
	if _, err := l.load([]byte(complete)); err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(referenceHead)
	said := maps.Clone(meanings)
	var silent []string
	source := false
	for _, key := range l.reference.keys {
		m, ok := said[key]
		if !ok {
			silent = append(silent, key)
			continue
		}
		delete(said, key)
		if name, of := strings.CutPrefix(key, "sources[]."); of {
			if !source {
				b.WriteString("\nOf each source in the list `sources`:\n\n" + referenceTable)
			}
			key, source = name, true
		}
		t := l.reference.types[key]
		if source {
			t = l.reference.types["sources[]."+key]
		}
		otherwise := m.otherwise
		if otherwise == "" && t.otherwise != "" {
			otherwise = "`" + t.otherwise + "`"
		}
		if t.kind == required {
			t.kind, otherwise = "text", "required"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", key, t.kind, otherwise, m.means)
	}
	unread := slices.Sorted(maps.Keys(said))
	if len(silent)+len(unread) > 0 {
		return "", fmt.Errorf("meanings.go says nothing of the keys %q, and speaks of %q, which are not read", silent, unread)
	}
	return b.String(), nil
}

const required = "required text"

const referenceTable = "| key | type | default | meaning |\n| --- | --- | --- | --- |\n"

const referenceHead = `# config.yaml, key by key

<!-- Written by the test of internal/config; its words are in internal/config/meanings.go. -->

The file is read strictly: an unknown or repeated key, a wrong type, an address,
duration, selector or template that cannot work is an error with its line, and all of
them are named at once (` + "`nashra check`" + `). Relative paths are relative to the working
directory. YAML's anchors, aliases and merge keys work. Secrets are never in the file:
they come from the environment or from a file that a ` + "`*_file`" + ` key names.

A duration is written as ` + "`30s`, `15m` or `1h30m`" + `, an age also as ` + "`365d`" + `, a size as ` + "`8MiB`, `512KB`" + ` or
plain bytes. [operating.md](operating.md) says how to run nashra with it, and ` + "`nashra init`" + `
writes a first one.

` + referenceTable
