package disclaimer

import (
	"bytes"
	"strings"
)

// markLinks replaces the brackets of every [label](address) of a template by
// the characters that stand for them. Both parts may hold actions; brackets
// inside actions are not looked at, and parentheses of an address that come in
// pairs are part of it.
func markLinks(text string) string {
	b := []byte(strings.NewReplacer(linkStart, "", linkMiddle, "", linkEnd, "").Replace(text))
	open, middle, inside := -1, -1, 0
	for i := 0; i < len(b); i++ {
		switch {
		case strings.HasPrefix(string(b[i:min(len(b), i+2)]), "{{"):
			i = actionEnd(b, i) - 1
		case b[i] == '[' && middle < 0:
			open = i
		case b[i] == ']' && open >= 0 && middle < 0:
			if i+1 < len(b) && b[i+1] == '(' {
				middle, inside = i, 0
				i++
			} else {
				open = -1
			}
		case b[i] == '(' && middle >= 0:
			inside++
		case b[i] == ')' && middle >= 0 && inside > 0:
			inside--
		case b[i] == ')' && middle >= 0:
			b[open], b[middle], b[i] = linkStart[0], linkMiddle[0], linkEnd[0]
			b[middle+1] = linkMiddle[0]
			open, middle = -1, -1
		case isSpace(b[i]) && middle >= 0:
			// An address has no space: these were brackets and no link.
			open, middle = -1, -1
		}
	}
	return strings.ReplaceAll(string(b), linkMiddle+linkMiddle, linkMiddle)
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// actionEnd is the place after the action that begins at b[i]; strings and
// comments in it may hold its closing braces.
func actionEnd(b []byte, i int) int {
	if comment := bytes.TrimLeft(bytes.TrimPrefix(b[i+2:], []byte("-")), " \t\r\n"); bytes.HasPrefix(comment, []byte("/*")) {
		if n := bytes.Index(comment[2:], []byte("*/")); n >= 0 {
			i = len(b) - len(comment) + 2 + n
		}
	}
	quote := byte(0)
	for j := i + 2; j < len(b); j++ {
		switch {
		case quote != 0:
			if b[j] == '\\' && quote != '`' {
				j++
			} else if b[j] == quote {
				quote = 0
			}
		case b[j] == '"' || b[j] == '`' || b[j] == '\'':
			quote = b[j]
		case b[j] == '}' && j+1 < len(b) && b[j+1] == '}':
			return j + 2
		}
	}
	return len(b)
}
