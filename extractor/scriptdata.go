package extractor

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// scriptedValues are the data in a page's scripts: JSON in a script of its own
// (Next.js, and Nuxt, whose values are listed once and refer to each other),
// in assignments to variables (Redux, Apollo and their like), and in what
// Next.js sends in pieces.
func scriptedValues(scripts []scriptText) []any {
	var values []any
	var flight strings.Builder
	for _, s := range scripts {
		switch {
		case s.id == "__NUXT_DATA__":
			for _, v := range decodeJSON(s.text) {
				values = append(values, unflatten(v))
			}
		case strings.EqualFold(s.kind, "application/json"):
			values = append(values, decodeJSON(s.text)...)
		case strings.Contains(s.text, "__next_f"):
			readFlight(&flight, s.text)
		default:
			values = append(values, assigned(s.text)...)
		}
	}
	return append(values, flightValues(flight.String())...)
}

// assignment is one of an object, a list or a parsed text to a variable.
var assignment = regexp.MustCompile(`(?:\b(?:window|self|globalThis)\s*(?:\.\s*[\w$]+|\[\s*["'][^"']+["']\s*\])|\b(?:var|let|const)\s+[\w$]+)\s*=\s*(JSON\.parse\(\s*"|[{\[]\s*["{\[])`)

// maxAssignments is the most assignments that are read of a script.
const maxAssignments = 50

// assigned are the values that a script assigns to variables.
func assigned(script string) []any {
	var values []any
	for range maxAssignments {
		at := assignment.FindStringSubmatchIndex(script)
		if at == nil {
			break
		}
		rest := script[at[2]:]
		parsed := strings.HasPrefix(rest, "JSON.parse")
		if parsed {
			rest = rest[strings.IndexByte(rest, '"'):]
		}
		var v any
		dec := json.NewDecoder(strings.NewReader(rest))
		err := dec.Decode(&v)
		if text, ok := v.(string); parsed && ok {
			err = json.Unmarshal([]byte(text), &v)
		}
		if err == nil {
			values = append(values, v)
			script = rest[dec.InputOffset():]
			continue
		}
		script = script[at[1]:]
	}
	return values
}

// unflatten joins the values of a list that refer to each other by their places
// in it; the first one holds the others.
func unflatten(v any) any {
	list, ok := v.([]any)
	if !ok || len(list) == 0 {
		return v
	}
	left := maxScriptedValues
	return unflattenAt(list, 0, 0, &left)
}

func unflattenAt(list []any, at, depth int, left *int) any {
	if *left--; *left < 0 || depth > maxScriptedDepth || at < 0 || at >= len(list) {
		return nil
	}
	place := func(v any) int {
		if n, ok := v.(float64); ok {
			return int(n)
		}
		return -1
	}
	switch v := list[at].(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for _, key := range slices.Sorted(maps.Keys(v)) { // what is left is always left for the same ones
			out[key] = unflattenAt(list, place(v[key]), depth+1, left)
		}
		return out
	case []any:
		if len(v) == 2 {
			if _, wrapped := v[0].(string); wrapped { // ["Reactive", place]
				return unflattenAt(list, place(v[1]), depth+1, left)
			}
		}
		out := make([]any, 0, len(v))
		for _, e := range v {
			out = append(out, unflattenAt(list, place(e), depth+1, left))
		}
		return out
	default:
		return v
	}
}

// readFlight adds the pieces of text that a script of Next.js pushes:
// self.__next_f.push([1,"…"]).
func readFlight(b *strings.Builder, script string) {
	for {
		_, rest, ok := strings.Cut(script, "__next_f.push(")
		if !ok {
			return
		}
		script = rest
		var pushed []any
		if json.NewDecoder(strings.NewReader(rest)).Decode(&pushed) != nil || len(pushed) < 2 || pushed[0] != 1.0 {
			continue
		}
		if s, ok := pushed[1].(string); ok && b.Len()+len(s) <= maxScripted {
			b.WriteString(s)
		}
	}
}

// flightValues are the rows of such a text, each a number in hexadecimal, a colon
// and either JSON up to the line's end or T, a length, a comma and so many bytes
// of text. A value "$" with a number means the row of text.
func flightValues(s string) []any {
	texts := map[string]string{}
	var values []any
	for s != "" {
		id, rest, ok := strings.Cut(s, ":")
		if !ok {
			break
		}
		if n, text, ok := flightText(rest); ok {
			texts["$"+strings.TrimSpace(id)], s = text[:n], text[n:]
			continue
		}
		line, after, _ := strings.Cut(rest, "\n")
		s = after
		var v any
		if json.Unmarshal([]byte(line), &v) == nil {
			values = append(values, v)
		}
	}
	if len(texts) > 0 {
		for i := range values {
			values[i] = withTexts(values[i], texts, 0)
		}
	}
	return values
}

// flightText reads the length of a row of text, and returns what begins with it.
func flightText(row string) (n int, text string, ok bool) {
	const digits = 8 // of a length, more than a page has bytes
	row, ok = strings.CutPrefix(row, "T")
	comma := strings.IndexByte(row[:min(len(row), digits+1)], ',')
	if !ok || comma < 0 {
		return 0, "", false
	}
	size, err := strconv.ParseUint(row[:comma], 16, 31)
	text = row[comma+1:]
	return int(size), text, err == nil && int(size) <= len(text)
}

// withTexts is v with the rows of text in the places of what means them.
func withTexts(v any, texts map[string]string, depth int) any {
	if depth > maxScriptedDepth {
		return v
	}
	switch v := v.(type) {
	case string:
		if text, ok := texts[v]; ok {
			return text
		}
	case []any:
		for i := range v {
			v[i] = withTexts(v[i], texts, depth+1)
		}
	case map[string]any:
		for key := range v {
			v[key] = withTexts(v[key], texts, depth+1)
		}
	}
	return v
}
