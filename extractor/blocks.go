package extractor

import (
	"iter"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"

	"nashra/internal/arabic"
)

// Kinds of a [Block].
const (
	KindHeading   = "h"
	KindParagraph = "p"
	KindItem      = "li"
	KindQuote     = "q"
)

// Block is a piece of a body's text that stands by itself: a heading, a
// paragraph, an item of a list or a paragraph of a quote. A row of a table
// counts as a paragraph where its cells hold no more than a line each; captions
// and pictures are no blocks.
type Block struct {
	Kind string
	Text string // one line, cleaned; in pre as it was written
}

// String is the block as the cases of the rules write it: "p:…".
func (b Block) String() string { return b.Kind + ":" + b.Text }

// block is a Block with its place in the tree and what the rules of furniture
// ask about it.
type block struct {
	Block
	parent *html.Node   // of the line
	nodes  []*html.Node // that go when the block goes
	list   *html.Node   // nearest list around it; nil: none
	broken string       // the text with its line breaks; "": it has none
	linked int          // letters inside links
	link   bool         // it holds a link, be it of a picture
	media  bool         // pictures stand in the line
	credit bool         // in a note that nashra wrote
	words  []word       // of the text or, where that is long, its beginning; see read
	whole  bool         // words are those of the whole text
}

// blocksOf lists the blocks below root, in order. Lines of media alone are
// listed too, with the kind "", for the rules that look at what stands between
// two blocks.
func blocksOf(root *html.Node) []*block {
	var list []*block
	var row *html.Node // of the line before
	plain := false
	lines(root, func(parent *html.Node, line []*html.Node) {
		if ancestor(root, parent, "figcaption", "caption") != nil {
			return
		}
		tr := ancestor(root, parent, "tr")
		again := tr == row
		if !again {
			row, plain = tr, tr != nil && isRow(tr)
		}
		switch {
		case !plain:
			list = append(list, newBlock(root, parent, line))
		case !again:
			list = append(list, newBlock(root, tr.Parent, []*html.Node{tr}))
		}
	})
	return list
}

// isRow reports a row that reads as one: no cell holds more than a line. In
// other tables, which only arrange the page, each line stands by itself.
func isRow(tr *html.Node) bool {
	for cell := tr.FirstChild; cell != nil; cell = cell.NextSibling {
		count := 0
		lines(cell, func(*html.Node, []*html.Node) { count++ })
		if count > 1 || hasTag(cell, "table") || hasTag(cell, "li") {
			return false
		}
	}
	return true
}

func newBlock(root, parent *html.Node, nodes []*html.Node) *block {
	b := &block{parent: parent, nodes: nodes, list: ancestor(root, parent, "ul", "ol", "dl")}
	for _, n := range nodes {
		b.measure(n, false)
	}
	b.Text = textOfLine(nodes)
	switch {
	case parent.Data == "pre":
		b.Text = strings.Trim(b.Text, "\n")
	case strings.Contains(b.Text, "\n"):
		b.broken = b.Text
		b.Text = oneLine(b.Text)
	case b.media || b.isRow():
		b.Text = oneLine(b.Text)
	}
	switch near := ancestor(root, parent, "h2", "h3", "h4", "li", "blockquote"); {
	case b.Text == "":
	case near == nil:
		b.Kind = KindParagraph
	case near.Data == "li":
		b.Kind = KindItem
	case near.Data == "blockquote":
		b.Kind = KindQuote
	default:
		b.Kind = KindHeading
	}
	return b
}

// textOfLine is the text of a line or a row.
func textOfLine(nodes []*html.Node) string {
	if len(nodes) == 1 && nodes[0].Type == html.TextNode {
		return nodes[0].Data
	}
	var b strings.Builder
	for _, n := range nodes {
		writeLine(&b, n)
	}
	return b.String()
}

// writeLine is writeText with the cells of a row parted by a space.
func writeLine(b *strings.Builder, n *html.Node) {
	if n.Data == "tr" || n.Data == "td" || n.Data == "th" || !inLine(n) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			writeLine(b, c)
			b.WriteByte(' ')
		}
		return
	}
	writeText(b, n)
}

func (b *block) measure(n *html.Node, linked bool) {
	switch {
	case n.Type == html.TextNode:
		if linked {
			b.linked += countLetters(n.Data)
		}
	case isMedia(n):
		b.media = true
	default:
		b.link = b.link || linked || n.Data == "a"
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			b.measure(c, linked || n.Data == "a")
		}
	}
}

func countLetters(s string) int {
	n := 0
	for _, r := range s {
		if isLetter(r) && r != '\u0640' {
			n++
		}
	}
	return n
}

// isLetter is unicode.IsLetter, with the letters first that most text is of.
func isLetter(r rune) bool { return 0x620 <= r && r <= 0x64A || unicode.IsLetter(r) }

// longText is the size in bytes from which a block is none of what is known by
// all of its words. Keys are dear, so only the first so many bytes are read.
const longText = 240

// read fills in the words of b.
func (b *block) read(whole bool) {
	if b.whole || b.words != nil && !whole {
		return
	}
	text := b.Text
	b.whole = true
	if !whole && len(text) > longText {
		b.whole = false
		text = text[:strings.LastIndexByte(text[:longText], ' ')+1]
	}
	b.words = slices.Collect(wordsOf(text))
}

// letters is the number of letters of b.
func (b *block) letters() int { return countLetters(b.Text) }

// size is the number of words as rules count them.
func (b *block) size() int { return arabic.Words(b.Text) }

// allLinks reports a block nearly all of whose letters are in links.
func (b *block) allLinks() bool { return b.linked > 0 && b.linked*5 >= b.letters()*4 }

// short is how rule F understands the word.
func (b *block) short() bool { return b.size() <= 12 || b.allLinks() }

// sentence reports a block that ends as a sentence does and holds no link: it
// is text, whatever it begins with.
func (b *block) sentence() bool {
	return !b.link && endsWithAny(b.Text, ".؟!?")
}

func endsWithAny(s, runes string) bool {
	for _, r := range runes {
		if strings.HasSuffix(s, string(r)) {
			return true
		}
	}
	return false
}

// remove takes the block out of the tree under root.
func (b *block) remove(root *html.Node) {
	for _, n := range b.nodes {
		if n.Parent != nil {
			remove(root, n)
		}
	}
}

// isRow reports a block that is a row of a table.
func (b *block) isRow() bool { return len(b.nodes) == 1 && b.nodes[0].Data == "tr" }

// textBlocks are the blocks without the lines of media.
func textBlocks(list []*block) []*block {
	var out []*block
	for _, b := range list {
		if b.Kind != "" {
			out = append(out, b)
		}
	}
	return out
}

func plainBlocks(list []*block) []Block {
	out := make([]Block, len(list))
	for i, b := range list {
		out[i] = b.Block
	}
	return out
}

// word is a word of a text with its folding key.
type word struct {
	key        string
	start, end int // bytes of the text
}

// wordsOf cuts s where its folding key has a space, so that a phrase can be
// searched in keys and read back from the text.
func wordsOf(s string) iter.Seq[word] {
	return func(yield func(word) bool) {
		start := -1
		add := func(end int) bool {
			if start < 0 {
				return true
			}
			from := start
			start = -1
			for key := range strings.FieldsSeq(arabic.Key(s[from:end])) {
				if !yield(word{key, from, end}) {
					return false
				}
			}
			return true
		}
		for i, r := range s {
			switch {
			case isLetter(r), unicode.IsNumber(r), unicode.IsMark(r), unicode.Is(unicode.Cf, r):
				if start < 0 {
					start = i
				}
			default:
				if !add(i) {
					return
				}
			}
		}
		add(len(s))
	}
}
