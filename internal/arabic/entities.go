package arabic

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxReference bounds a character reference, in characters; the longest name
// of the HTML standard has 31.
const maxReference = 40

// unescape undoes the escaping that is left in cells, and again while there is
// some, times times at most (T11). It counts times down.
func unescape(cells []cell, times *int) []cell {
	for *times > 0 {
		out, changed := unescapeOnce(cells)
		if !changed {
			return cells
		}
		cells = out
		*times--
	}
	return cells
}

func unescapeOnce(cells []cell) ([]cell, bool) {
	var out []cell
	from := 0
	for i := 0; i < len(cells); i++ {
		if cells[i].r != '&' || cells[i].code {
			continue
		}
		text, size := reference(cells[i:])
		if size == 0 {
			continue
		}
		out = append(out, cells[from:i]...)
		for _, r := range text {
			out = append(out, cell{r: r, run: cells[i].run})
		}
		i += size - 1
		from = i + 1
	}
	if from == 0 {
		return cells, false
	}
	return append(out, cells[from:]...), true
}

// reference reads the character reference at the head of cells: what it stands
// for and how many cells it takes, 0 where there is none.
func reference(cells []cell) (string, int) {
	var name []byte
	for i := 1; i < len(cells) && i < maxReference && !cells[i].code; i++ {
		r := cells[i].r
		if r == ';' {
			return referenceText(string(name)), referenceSize(string(name), i+1)
		}
		if r >= utf8.RuneSelf || r != '#' && !latin(r) && !digit(r) {
			break
		}
		name = append(name, byte(r))
	}
	return "", 0
}

func referenceSize(name string, size int) int {
	if referenceText(name) == "" {
		return 0
	}
	return size
}

// referenceText is what &name; stands for, "" where it is no reference.
func referenceText(name string) string {
	if number, ok := strings.CutPrefix(name, "#"); ok {
		base := 10
		if hex := strings.TrimLeft(number, "xX"); len(number)-len(hex) == 1 {
			number, base = hex, 16
		}
		n, err := strconv.ParseUint(number, base, 32)
		if err != nil || n == 0 || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
			return ""
		}
	} else if name == "" || digit(rune(name[0])) || strings.Contains(name, "#") {
		return ""
	}
	// The standard library has the tables of the HTML standard, and takes a
	// name without its semicolon too: then it leaves the semicolon behind.
	escaped := "&" + name + ";"
	text := html.UnescapeString(escaped)
	if text == escaped || strings.HasSuffix(text, ";") && text != ";" {
		return ""
	}
	return text
}
