package extractor

import (
	"unicode"

	"golang.org/x/net/html"
)

// promoteHeadings makes a heading of every paragraph of the body that is one in
// all but markup (rule P2). It comes after furniture and notes are gone, since
// it looks at what is first, last and next in list.
func promoteHeadings(root *html.Node, list []*block) {
	for i := 1; i+1 < len(list); i++ {
		b, next := list[i], list[i+1]
		if b.Kind != KindParagraph || b.parent.Data != "p" || b.parent.Parent != root || b.media {
			continue
		}
		if longer(b.Text, 80) || b.letters() == 0 || b.letters() > 80 || b.size() > 12 || hasTag(b.parent, "br") {
			continue
		}
		if next.Kind != KindParagraph || !longer(next.Text, 3*length(b.Text)-1) {
			continue
		}
		strong := loneEmphasis(b)
		if strong == nil && endsWithAny(b.Text, ".،؛:!…-–—―ـ»”’›\"',;") {
			continue
		}
		b.parent.Data, b.Kind = "h2", KindHeading
		if strong != nil {
			around := strong.Parent
			moveChildren(around, strong)
			around.RemoveChild(strong)
		}
	}
}

// length counts the characters of s as a reader does: without marks.
func length(s string) int {
	n := 0
	for _, r := range s {
		if stands(r) {
			n++
		}
	}
	return n
}

// stands reports whether r is a character by itself and no mark.
func stands(r rune) bool {
	return 0x20 <= r && r < 0x7F || isLetter(r) || !unicode.IsMark(r) && !unicode.Is(unicode.Cf, r)
}

// longer reports whether s has a greater length than n, and looks no further
// than it must.
func longer(s string, n int) bool {
	for _, r := range s {
		if stands(r) {
			if n--; n < 0 {
				return true
			}
		}
	}
	return false
}

// loneEmphasis is the strong or b that holds the whole text of b, or nil.
func loneEmphasis(b *block) *html.Node {
	for n := b.parent.FirstChild; n != nil && n.NextSibling == nil; n = n.FirstChild {
		if n.Data == "strong" || n.Data == "b" {
			return n
		}
	}
	return nil
}
