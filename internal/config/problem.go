package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with the configuration.
type Problem struct {
	File    string // the path as it was given: config.yaml or a file that it names
	Line    int    // from 1; 0: not of a file's text
	Key     string // such as sources[1].every; empty for the file as a whole
	Message string // a sentence for the person who must mend it
}

// String is p on one line: "config.yaml:12: sources[1].every: …".
func (p Problem) String() string {
	var b strings.Builder
	if p.File != "" {
		b.WriteString(p.File)
		if p.Line > 0 {
			fmt.Fprintf(&b, ":%d", p.Line)
		}
		b.WriteString(": ")
	}
	if p.Key != "" {
		b.WriteString(p.Key + ": ")
	}
	b.WriteString(p.Message)
	return b.String()
}

// Problems is the error of a configuration that cannot be used: all that is
// wrong with it, in the file's order.
type Problems []Problem

// Error is one line: the first problem and how many follow.
func (p Problems) Error() string {
	switch len(p) {
	case 0:
		return "no problem"
	case 1:
		return p[0].String()
	case 2:
		return p[0].String() + " (and 1 more problem)"
	default:
		return fmt.Sprintf("%s (and %d more problems)", p[0], len(p)-1)
	}
}

// Lines gives each problem on a line of its own, without line ends.
func (p Problems) Lines() []string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return lines
}

// sorted gives the problems in the order of config.yaml's lines, those of
// other files behind them.
func (l *loader) sorted() Problems {
	foreign := func(p Problem) int {
		if p.File == l.file {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(l.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(foreign(a), foreign(b)), cmp.Compare(a.Line, b.Line))
	})
	return l.problems
}
