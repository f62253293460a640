package arabic

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// presentationForm reports whether r is a glyph of an Arabic letter, ligature
// or mark that rule T1 turns into what it shows. The signs that are read as
// one (ﷺ ﷻ ﷼ ﷽) are none.
func presentationForm(r rune) bool {
	switch {
	case r < 0xFB50 || r > 0xFEFC, r > 0xFDFF && r < 0xFE70:
		return false
	case r >= 0xFDFA && r <= 0xFDFD:
		return false
	}
	return true
}

// baseForms turns Arabic presentation forms into their letters (T1).
func baseForms(cells []cell) []cell {
	found := false
	for _, c := range cells {
		if presentationForm(c.r) {
			found = true
			break
		}
	}
	if !found {
		return cells
	}
	out := make([]cell, 0, len(cells)+8)
	for _, c := range cells {
		if !presentationForm(c.r) {
			out = append(out, c)
			continue
		}
		// An isolated mark decomposes to a space that carries it.
		for _, r := range strings.TrimPrefix(norm.NFKD.String(string(c.r)), " ") {
			c.r = r
			out = append(out, c)
		}
	}
	return out
}

// compose brings cells into NFC (T1).
func compose(cells []cell) []cell {
	if !mayCompose(cells) {
		return cells
	}
	var b strings.Builder
	for _, c := range cells {
		b.WriteRune(c.r)
	}
	s := b.String()
	if norm.NFC.IsNormalString(s) {
		return cells
	}
	out := make([]cell, 0, len(cells))
	for i := 0; s != ""; {
		size := norm.NFC.NextBoundaryInString(s, true)
		segment := s[:size]
		s = s[size:]
		first := cells[i]
		if norm.NFC.IsNormalString(segment) {
			for range segment {
				out = append(out, cells[i])
				i++
			}
			continue
		}
		for range segment {
			i++
		}
		for _, r := range norm.NFC.String(segment) {
			first.r = r
			out = append(out, first)
		}
	}
	return out
}

// mayCompose reports whether cells hold something that NFC could change: it
// knows the texts that cannot, which are almost all.
func mayCompose(cells []cell) bool {
	marked := false
	for _, c := range cells {
		switch {
		case c.r < 0x0300:
			marked = false
		case c.r >= 0x0600 && c.r <= 0x06FF:
			if !mark(c.r) {
				marked = false
			} else if marked || c.r >= 0x0653 && c.r <= 0x0655 {
				return true
			} else {
				marked = true
			}
		case c.r >= 0x2010 && c.r <= 0x203A:
			marked = false
		default:
			return true
		}
	}
	return false
}
