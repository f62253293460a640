package config

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Limits of the file: far above what a desk with thousands of sources writes,
// and far below what makes the YAML parser slow.
const (
	maxFile  = 8 << 20 // bytes
	maxDepth = 64      // levels of nesting
)

// kind is what a node of the file is.
type kind int

const (
	null kind = iota
	text
	number
	boolean
	mapping
	list
)

func (k kind) String() string {
	return [...]string{"nothing", "text", "a number", "true or false", "a block of keys", "a list"}[k]
}

// node is a value of the file with aliases and merge keys resolved. Nodes are
// shared where the file uses an alias, so an alias bomb stays small.
type node struct {
	kind  kind
	line  int
	text  string  // of a scalar, as it is written
	pairs []pair  // of a mapping, each key once
	items []*node // of a list
}

type pair struct {
	key   string
	line  int
	value *node
}

// parse reads data as YAML. nil: it cannot be read at all, and the problems
// say why.
func (l *loader) parse(data []byte) *node {
	data = plainLines(data)
	if !utf8.Valid(data) {
		l.report(lineOf(data, firstInvalid(data)), "", "not UTF-8; save the file in that encoding")
		return nil
	}
	before := len(l.problems)
	l.checkShape(data)
	if len(l.problems) > before {
		return nil
	}
	file := l.parseYAML(data)
	if file == nil {
		return nil
	}
	var root *node
	t := tree{loader: l, anchors: map[string]*node{}}
	for _, doc := range file.Docs {
		switch {
		case doc.Body == nil:
		case root != nil:
			l.report(line(doc.Body), "", "a second YAML document begins here; a configuration is one")
		default:
			root = t.node(doc.Body, 0)
		}
	}
	switch {
	case root == nil || root.kind == null:
		l.report(1, "", "the file is empty; it needs at least site and sources")
		return nil
	case root.kind != mapping:
		l.report(root.line, "", "want keys such as site and sources, got %s", root.kind)
		return nil
	}
	return root
}

// plainLines is data as the parser takes it: without a byte order mark, and
// with one kind of line ends. The lines keep their numbers.
func plainLines(data []byte) []byte {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(data, []byte("\r"), []byte("\n")) // a line break too (YAML 1.2, 5.4)
}

// checkShape reports what the parser would misread (tabs as indentation, which
// it takes for a part of the key) or choke on (nesting without end).
func (l *loader) checkShape(data []byte) {
	open := 0
	for i, row := range strings.Split(string(data), "\n") {
		if strings.HasPrefix(row, "\t") && strings.TrimSpace(row) != "" {
			l.report(i+1, "", "the line is indented with a tab; YAML allows only spaces")
			continue
		}
		open += strings.Count(row, "[") + strings.Count(row, "{") - strings.Count(row, "]") - strings.Count(row, "}")
		if open > 4*maxDepth || leading(row, " -?:") > 4*maxDepth || strings.Count(row, "!") > maxDepth || strings.Count(row, "&") > maxDepth {
			l.report(i+1, "", "nested too deeply")
			return
		}
		open = max(open, 0)
	}
}

// leading is the number of bytes at the beginning of row that are in set.
func leading(row, set string) int {
	return len(row) - len(strings.TrimLeft(row, set))
}

// parseYAML calls the parser. Duplicate keys are let through, since the parser
// would stop at the first; they are reported by the tree.
func (l *loader) parseYAML(data []byte) (file *ast.File) {
	defer func() {
		// The parser's own bugs must not take a running server down when it
		// reads its configuration again.
		if p := recover(); p != nil {
			l.report(1, "", "the YAML cannot be read: %v", p)
			file = nil
		}
	}()
	file, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
	if err == nil {
		return file
	}
	at, message := 1, err.Error()
	var syntax yaml.Error
	if errors.As(err, &syntax) {
		message = syntax.GetMessage()
		if tk := syntax.GetToken(); tk != nil && tk.Position != nil {
			at = tk.Position.Line
		}
	}
	first, _, _ := strings.Cut(message, "\n")
	l.report(at, "", "not valid YAML: %s", first)
	return nil
}

// tree builds nodes from the parser's.
type tree struct {
	*loader
	anchors map[string]*node
}

func (t *tree) node(n ast.Node, depth int) *node {
	if n == nil {
		return &node{kind: null}
	}
	at := line(n)
	if depth > maxDepth {
		t.report(at, "", "nested too deeply")
		return &node{kind: null, line: at}
	}
	switch n := n.(type) {
	case *ast.AnchorNode:
		v := t.node(n.Value, depth+1)
		t.anchors[name(n.Name)] = v
		return v
	case *ast.AliasNode:
		if v := t.anchors[name(n.Value)]; v != nil {
			return v
		}
		t.report(at, "", "no anchor &%s stands before this alias", name(n.Value))
	case *ast.TagNode:
		return t.tagged(n, depth)
	case *ast.MappingNode:
		return t.mapping(n.Values, at, depth)
	case *ast.MappingValueNode:
		return t.mapping([]*ast.MappingValueNode{n}, at, depth)
	case *ast.SequenceNode:
		v := &node{kind: list, line: at}
		for _, item := range n.Values {
			v.items = append(v.items, t.node(item, depth+1))
		}
		return v
	case *ast.StringNode:
		return &node{kind: text, line: at, text: n.Value}
	case *ast.LiteralNode:
		return &node{kind: text, line: at, text: n.Value.Value}
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return &node{kind: number, line: at, text: n.GetToken().Value}
	case *ast.BoolNode:
		return &node{kind: boolean, line: at, text: n.GetToken().Value}
	case *ast.NullNode:
	default:
		t.report(at, "", "a %s is not understood here", n.Type())
	}
	return &node{kind: null, line: at}
}

// tagged reads a value with a tag. Only !!str changes what a value is.
func (t *tree) tagged(n *ast.TagNode, depth int) *node {
	v := t.node(n.Value, depth+1)
	switch tag := n.Start.Value; tag {
	case "!!str":
		if v.kind == number || v.kind == boolean || v.kind == null {
			return &node{kind: text, line: v.line, text: v.text}
		}
	case "!!int", "!!float", "!!bool", "!!null", "!!map", "!!seq", "!!timestamp":
	default:
		t.report(line(n), "", "the tag %s is not understood", tag)
	}
	return v
}

// mapping collects keys; those of a merge key (<<) come behind the mapping's
// own, which win.
func (t *tree) mapping(values []*ast.MappingValueNode, at, depth int) *node {
	m := &node{kind: mapping, line: at}
	seen := map[string]int{}
	var merged []*node
	for i, v := range values {
		if i == 0 {
			m.line = line(v.Key)
		}
		value := t.node(v.Value, depth+1)
		if v.Key.IsMergeKey() {
			merged = append(merged, t.merged(value)...)
			continue
		}
		p := pair{key: t.key(v.Key), line: line(v.Key), value: value}
		if value.line == 0 {
			value.line = p.line
		}
		if strings.HasPrefix(p.key, "\t") {
			t.report(p.line, "", "the line is indented with a tab; YAML allows only spaces")
			continue
		}
		if first, again := seen[p.key]; again {
			t.report(p.line, p.key, "the key stands twice, the first time on line %d", first)
			continue
		}
		seen[p.key] = p.line
		m.pairs = append(m.pairs, p)
	}
	for _, from := range merged {
		for _, p := range from.pairs {
			if _, own := seen[p.key]; !own {
				seen[p.key] = p.line
				m.pairs = append(m.pairs, p)
			}
		}
	}
	return m
}

// merged gives the mappings that a merge key names.
func (t *tree) merged(v *node) []*node {
	from := []*node{v}
	if v.kind == list {
		from = v.items
	}
	for _, m := range from {
		if m.kind != mapping {
			t.report(m.line, "<<", "want an alias of a block of keys, got %s", m.kind)
			return nil
		}
	}
	return from
}

// key is a mapping key as text.
func (t *tree) key(k ast.MapKeyNode) string {
	var n ast.Node = k
	for {
		switch v := n.(type) {
		case *ast.MappingKeyNode:
			n = v.Value
		case *ast.AnchorNode:
			n = v.Value
		case *ast.StringNode:
			return v.Value
		default:
			if tk := n.GetToken(); tk != nil {
				return tk.Value
			}
			return fmt.Sprint(n)
		}
	}
}

// name is the name of an anchor or alias.
func name(n ast.Node) string {
	if n == nil || n.GetToken() == nil {
		return ""
	}
	return n.GetToken().Value
}

// line is where n begins, 1 where the parser does not say.
func line(n ast.Node) int {
	if n == nil {
		return 1
	}
	if tk := n.GetToken(); tk != nil && tk.Position != nil && tk.Position.Line > 0 {
		return tk.Position.Line
	}
	return 1
}

func firstInvalid(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size <= 1 {
			return i
		}
		i += size
	}
	return len(data)
}

// lineOf is the line, from 1, that holds the byte at offset.
func lineOf(data []byte, offset int) int {
	return 1 + bytes.Count(data[:offset], []byte("\n"))
}
