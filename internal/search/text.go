package search

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nashra"
)

const (
	// maxKey bounds a word of the index; what is longer is no word but some
	// code, and is cut.
	maxKey = 80 // bytes

	// maxTokens bounds what is indexed of one article.
	maxTokens = 50_000
)

// clipKey cuts key to maxKey bytes, at a character.
func clipKey(key []byte) []byte {
	if len(key) <= maxKey {
		return key
	}
	n := maxKey
	for n > 0 && !utf8.RuneStart(key[n]) {
		n--
	}
	return key[:n]
}

// blocksOf are the texts of an article in which words are sought, as they are
// displayed: the title first, then its byline, then the paragraphs of its body,
// or its excerpt where it has no body. Phrases do not reach from one to the
// next.
func blocksOf(a *nashra.Article) []string {
	blocks := []string{a.Title, a.Byline}
	if a.HTML == "" {
		return append(blocks, a.Excerpt)
	}
	return appendBlocks(blocks, a.HTML)
}

// bodyBlocks says which of blocksOf a snippet is made of.
const bodyBlocks = 2

// appendBlocks appends the text of each block element of a sanitised body.
func appendBlocks(blocks []string, body string) []string {
	z := html.NewTokenizer(strings.NewReader(body))
	var b strings.Builder
	flush := func() {
		if text := strings.Join(strings.Fields(b.String()), " "); text != "" {
			blocks = append(blocks, text)
		}
		b.Reset()
	}
	for {
		switch z.Next() {
		case html.ErrorToken: // the end, or what no sanitised body holds
			flush()
			return blocks
		case html.TextToken:
			b.Write(z.Text())
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			if !inline[atom.Lookup(name)] {
				flush()
			}
		}
	}
}

// inline are the elements that do not part words.
var inline = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.B: true, atom.Bdi: true, atom.Bdo: true, atom.Cite: true, atom.Code: true, atom.Del: true,
	atom.Em: true, atom.I: true, atom.Ins: true, atom.Q: true, atom.Ruby: true, atom.S: true, atom.Small: true, atom.Span: true,
	atom.Strong: true, atom.Sub: true, atom.Sup: true, atom.Time: true, atom.U: true, atom.Mark: true,
}
