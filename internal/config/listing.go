package config

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml/ast"

	"nashra"
)

// listing is where the sources stand in the text of a config.yaml. Rows are
// its lines with their ends, counted from 0.
type listing struct {
	rows   []string
	root   string // what stands before each key of the file: mostly nothing
	key    int    // row of the key sources; -1 where there is none
	items  []int  // rows on which the sources begin, with a dash
	indent string // before each dash
	end    int    // row behind everything that may belong to the sources
}

// listing finds the sources in data, which was loaded before.
func (l *loader) listing(data []byte) (*listing, error) {
	file := l.parseYAML(plainLines(data))
	if file == nil {
		return nil, errors.New("the YAML cannot be read")
	}
	at := &listing{rows: rowsOf(data), key: -1}
	keys, err := rootKeys(file)
	if err != nil {
		return nil, err
	}
	t := tree{loader: l}
	for _, v := range keys {
		if t.key(v.Key) == "sources" {
			at.key = line(v.Key) - 1
			if err := at.find(v.Value); err != nil {
				return nil, err
			}
		}
	}
	at.root = leadingSpace(at.rows[line(keys[0].Key)-1])
	if at.items == nil {
		at.indent = at.root + "  "
	}
	at.end = at.documentEnd()
	for _, v := range keys {
		if row := line(v.Key) - 1; at.key >= 0 && row > at.key {
			at.end = min(at.end, row)
		}
	}
	return at, nil
}

// rootKeys are the keys of the whole file, at least one.
func rootKeys(file *ast.File) ([]*ast.MappingValueNode, error) {
	for _, doc := range file.Docs {
		switch body := unwrapped(doc.Body).(type) {
		case *ast.MappingValueNode:
			return []*ast.MappingValueNode{body}, nil
		case *ast.MappingNode:
			if body.IsFlowStyle {
				return nil, errors.New("the whole file is written as {…}; write each key on a line of its own, or change the file by hand")
			}
			return body.Values, nil
		}
	}
	return nil, errors.New("the file has no keys")
}

// unwrapped is n without an anchor or a tag around it.
func unwrapped(n ast.Node) ast.Node {
	for {
		switch v := n.(type) {
		case *ast.AnchorNode:
			n = v.Value
		case *ast.TagNode:
			n = v.Value
		default:
			return n
		}
	}
}

// find finds the items of the value of sources.
func (at *listing) find(value ast.Node) error {
	switch list := unwrapped(value).(type) {
	case nil, *ast.NullNode:
		return nil
	case *ast.AliasNode:
		return errors.New("sources is an alias; change the list that it names by hand")
	case *ast.SequenceNode:
		if list.IsFlowStyle {
			if len(list.Values) == 0 {
				return nil
			}
			return errors.New("sources is written as […]; write each source below the other, with a dash before it, or change the file by hand")
		}
		for i, entry := range list.Entries {
			row := line0(entry)
			if row < 0 || row >= len(at.rows) || !isItem(at.rows[row]) || i > 0 && leadingSpace(at.rows[row]) != at.indent {
				return fmt.Errorf("source %d is written in an uncommon way; change the file by hand", i+1)
			}
			at.indent = leadingSpace(at.rows[row])
			at.items = append(at.items, row)
		}
		return nil
	}
	return errors.New("sources is no list")
}

// line0 is the row of an entry's dash, -1 where the parser does not say.
func line0(entry *ast.SequenceEntryNode) int {
	if entry.Start == nil || entry.Start.Position == nil {
		return -1
	}
	return entry.Start.Position.Line - 1
}

func isItem(row string) bool {
	rest, ok := strings.CutPrefix(strings.TrimLeft(row, " "), "-")
	return ok && (rest == "" || strings.ContainsAny(rest[:1], " \r\n"))
}

// documentEnd is the row of the mark that ends the document, or the file's end.
func (at *listing) documentEnd() int {
	first := max(0, at.key)
	if len(at.items) > 0 {
		first = at.items[len(at.items)-1]
	}
	for i := first; i < len(at.rows); i++ {
		mark := strings.TrimRight(at.rows[i], " \t\r\n")
		if mark == "..." || i > first && (mark == "---" || strings.HasPrefix(mark, "--- ")) {
			return i
		}
	}
	return len(at.rows)
}

// emptyList is the key sources without a source: nothing, null or [].
var emptyList = regexp.MustCompile(`^(\x{FEFF}? *(?:sources|"sources"|'sources') *:)(?: *(?:\[ *\]|null|~))?((?: +#.*)?[\r\n]*)$`)

// with is the text with sources at the end of the list.
func (at *listing) with(sources []nashra.Source) ([]byte, error) {
	rows := slices.Clone(at.rows)
	place, head, apart := at.end, "", false
	switch {
	case len(at.items) > 0:
		last := len(at.items) - 1
		place = at.contentEnd(last)
		apart = last > 0 && isBlank(rows[at.head(last)-1])
	case at.key >= 0:
		m := emptyList.FindStringSubmatch(rows[at.key])
		if m == nil {
			return nil, errors.New("sources is empty in an uncommon way; write it as sources: and nothing behind it")
		}
		rows[at.key] = m[1] + m[2]
		place = at.key + 1
	default:
		head = at.root + "sources:\n"
	}
	text := head
	for i := range sources {
		if apart {
			text += "\n"
		}
		text += block(at.indent, sources[i])
	}
	eol := at.lineEnd()
	if before := rows[place-1]; strings.TrimRight(before, "\r\n") == before {
		rows[place-1] += eol
	}
	text = strings.ReplaceAll(text, "\n", eol)
	return []byte(strings.Join(slices.Insert(rows, place, text), "")), nil
}

// without is the text without the source that is the i-th of the list.
func (at *listing) without(i int) ([]byte, error) {
	if i >= len(at.items) {
		return nil, errors.New("the source is written in an uncommon way; take it out by hand")
	}
	from, to := at.head(i), at.contentEnd(i)
	if last := i == len(at.items)-1; last {
		for isBlank(at.rows[from-1]) {
			from--
		}
	} else {
		for to < len(at.rows) && isBlank(at.rows[to]) {
			to++
		}
	}
	rows := slices.Clone(at.rows)
	return []byte(strings.Join(slices.Delete(rows, from, to), "")), nil
}

// head is the row on which the i-th source begins, with the comments that
// belong to it.
func (at *listing) head(i int) int {
	row := at.items[i]
	for row-1 > at.key && isComment(at.rows[row-1]) && leadingSpace(at.rows[row-1]) == at.indent {
		row--
	}
	return row
}

// contentEnd is the row behind the i-th source. A comment that is indented more
// than the list is a part of the source above it; other comments stand alone.
func (at *listing) contentEnd(i int) int {
	limit := at.end
	if i+1 < len(at.items) {
		limit = at.head(i + 1)
	}
	for limit-1 > at.items[i] {
		row := at.rows[limit-1]
		if !isBlank(row) && !(isComment(row) && len(leadingSpace(row)) <= len(at.indent)) {
			break
		}
		limit--
	}
	return limit
}

// lineEnd is how the file ends its lines.
func (at *listing) lineEnd() string {
	first := at.rows[0]
	if end := first[len(strings.TrimRight(first, "\r\n")):]; end != "" {
		return end
	}
	return "\n"
}

// rowsOf parts data into lines, which keep their ends: \n, \r\n or \r.
func rowsOf(data []byte) []string {
	var rows []string
	text := string(data)
	for text != "" {
		n := strings.IndexAny(text, "\r\n") + 1
		switch {
		case n == 0:
			n = len(text)
		case strings.HasPrefix(text[n-1:], "\r\n"):
			n++
		}
		rows = append(rows, text[:n])
		text = text[n:]
	}
	return rows
}

func leadingSpace(row string) string { return row[:len(row)-len(strings.TrimLeft(row, " "))] }
func isBlank(row string) bool        { return strings.TrimSpace(row) == "" }
func isComment(row string) bool      { return strings.HasPrefix(strings.TrimLeft(row, " \t"), "#") }

// Block is sources as they are written into config.yaml, under sources.
func Block(sources ...nashra.Source) string {
	var b strings.Builder
	for _, src := range sources {
		b.WriteString(block("  ", src))
	}
	return b.String()
}

func block(indent string, src nashra.Source) string {
	var b strings.Builder
	lead := indent + "- "
	for _, pair := range [][2]string{
		{"id", src.ID}, {"name", src.Name}, {"feed", src.Feed}, {"homepage", src.Homepage},
		{"category", src.Category}, {"language", src.Language},
	} {
		if pair[1] == "" {
			continue
		}
		fmt.Fprintf(&b, "%s%s: %s\n", lead, pair[0], Scalar(pair[1]))
		lead = indent + "  "
	}
	return b.String()
}

var (
	// plainText and plainURL are what YAML reads as it stands, whatever the
	// version and the parser.
	plainText = regexp.MustCompile(`^\p{L}[\p{L}\p{M}\p{N}_/.-]*(?: [\p{L}\p{M}\p{N}_/.-]+)*$`)
	plainURL  = regexp.MustCompile(`^https?://[A-Za-z0-9._~:/?&=%+@-]*[A-Za-z0-9._~/=%+@-]$`)

	// reserved words are no text to some version of YAML.
	reserved = []string{"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
)

// Scalar writes v as a YAML scalar on one line: as it stands where that is
// safe, else in double quotes, with what cannot be seen escaped (YAML 1.2, 5.7).
func Scalar(v string) string {
	if plainURL.MatchString(v) || plainText.MatchString(v) && !slices.Contains(reserved, strings.ToLower(v)) {
		return v
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range v {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case unicode.IsGraphic(r) && (r == ' ' || !unicode.IsSpace(r)):
			b.WriteRune(r)
		case r <= 0xFFFF:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			fmt.Fprintf(&b, `\U%08X`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
