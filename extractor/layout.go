package extractor

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nashra/internal/arabic"
)

// layout is what one walk over a page leaves for the finder: its elements in
// document order, and its text parted into runs where a browser would begin a
// new block.
type layout struct {
	elems  []elem
	runs   []run
	texts  []*html.Node
	places []int32 // of each text, the element it stands in
	head   pageHead
	title  int32 // the run that shows the title, -1 where none does
	body   int32 // the first run of the body, -1 where none was found
}

// elem is an element of the page. Its descendants are elems[i+1:end], the
// runs that begin in it runs[run:runEnd].
type elem struct {
	node        *html.Node
	parent      int32
	end         int32
	run, runEnd int32
	hint        hint
	block       bool
	marked      bool    // it is said to be a property, of microdata or RDFa, or the author
	pictures    int32   // img elements in it
	letters     int32   // of its text
	linked      int32   // of these in links
	worth       float64 // sum of what its runs are worth
}

// run is a stretch of text between two block boundaries, texts[first:last].
type run struct {
	elem        int32 // the innermost block that holds it
	first, last int32
	letters     int32
	linked      int32
	words       int32
	digits      int32
	stops       int32 // sentence and clause marks inside and at the end
	ends        bool  // its last character ends a sentence
	colon       bool  // its last character is a colon
	heading     uint8 // 1 to 6 in a heading
	after       bool  // stands after the page's title
	hint        hint  // of the elements around it, the gravest
	worth       float64
	folded      string // see key; "" where nobody asked, or it has none
}

// isBlockTag reports whether a browser begins a new block with the element.
func isBlockTag(a atom.Atom) bool {
	switch a {
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Caption, atom.Center, atom.Dd, atom.Details,
		atom.Dialog, atom.Dir, atom.Div, atom.Dl, atom.Dt, atom.Fieldset, atom.Figcaption, atom.Figure, atom.Footer, atom.Form,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Header, atom.Hgroup, atom.Hr, atom.Html, atom.Legend, atom.Li,
		atom.Main, atom.Menu, atom.Nav, atom.Ol, atom.P, atom.Pre, atom.Search, atom.Section, atom.Summary, atom.Table, atom.Tbody,
		atom.Td, atom.Tfoot, atom.Th, atom.Thead, atom.Tr, atom.Ul:
		return true
	}
	return false
}

// isSilentTag reports whether an element holds nothing that a reader reads.
func isSilentTag(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Svg, atom.Math, atom.Object, atom.Embed, atom.Select,
		atom.Textarea, atom.Button, atom.Canvas, atom.Iframe, atom.Audio, atom.Video, atom.Map, atom.Datalist, atom.Input:
		return true
	}
	return false
}

// maxExpected bounds the elements that room is made for before they are seen.
const maxExpected = 1 << 14

// survey walks the page once. tags is about how many tags it has.
func survey(root *html.Node, tags int) *layout {
	elems := min(tags/2, maxExpected)
	s := &surveyor{l: &layout{
		elems: make([]elem, 0, elems), runs: make([]run, 0, elems/4), texts: make([]*html.Node, 0, elems/2), places: make([]int32, 0, elems/2), title: -1, body: -1,
	}, hints: make(map[string]hint, elems/8)}
	s.element(root, -1, 0, false)
	s.flush()
	s.l.sum()
	return s.l
}

type surveyor struct {
	l       *layout
	hints   map[string]hint // of class and id strings seen, which repeat
	cur     run
	open    bool
	inWord  bool
	marked  bool // the element that hint read last is marked
	lastBr  bool // only white space since the last br
	lastEnd rune
}

func (s *surveyor) element(n *html.Node, parent int32, heading uint8, linked bool) {
	l := s.l
	if n.Type == html.ElementNode {
		switch n.DataAtom {
		case atom.Head:
			l.head.read(n)
			return
		case atom.Script:
			l.head.script(n)
			return
		case atom.Br:
			if s.lastBr {
				s.flush()
			}
			s.lastBr = true
			s.inWord = false
			return
		case atom.Meta, atom.Link:
			l.head.element(n)
			return
		}
		if isSilentTag(n.DataAtom) {
			return
		}
	}
	at := parent
	block := false
	if n.Type == html.ElementNode {
		at = int32(len(l.elems))
		block = isBlockTag(n.DataAtom)
		s.marked = false
		own := s.hint(n)
		if n.DataAtom == atom.Img {
			for i := parent; i >= 0; i = l.elems[i].parent {
				l.elems[i].pictures++
			}
		}
		if block {
			s.flush()
			s.lastBr = false
		}
		l.elems = append(l.elems, elem{node: n, parent: parent, run: int32(len(l.runs)), hint: own, block: block, marked: s.marked})
		if h := headingLevel(n.DataAtom); h > 0 {
			heading = h
		}
		linked = linked || n.DataAtom == atom.A && !(heading > 0 && strings.HasPrefix(attr(n, "href"), "#"))
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			s.text(c, at, heading, linked)
		case html.ElementNode, html.DocumentNode:
			s.element(c, at, heading, linked)
		}
	}
	if n.Type == html.ElementNode {
		if block {
			s.flush()
			s.lastBr = false
		}
		l.elems[at].end = int32(len(l.elems))
		l.elems[at].runEnd = int32(len(l.runs))
		if !block && s.open && s.cur.elem >= at {
			// The run goes on outside of this inline element.
			l.elems[at].runEnd++
		}
	}
}

// text adds a text node to the run that is open. It counts bytes, not runes:
// letters are ASCII letters and digits, and every first byte of a longer
// sequence that is not general or Arabic punctuation.
func (s *surveyor) text(n *html.Node, parent int32, heading uint8, linked bool) {
	t := n.Data
	i := 0
	for i < len(t) && (t[i] == ' ' || t[i] == '\n' || t[i] == '\t' || t[i] == '\r') {
		i++
	}
	if i == len(t) {
		if i > 0 {
			s.inWord = false
		}
		return
	}
	s.lastBr = false
	l := s.l
	if !s.open {
		e := parent
		for e > 0 && !l.elems[e].block {
			e = l.elems[e].parent
		}
		if e < 0 {
			e = 0
		}
		s.cur = run{elem: e, first: int32(len(l.texts)), heading: heading}
		s.open = true
		s.inWord = false
	}
	if i > 0 {
		s.inWord = false
	}
	l.texts = append(l.texts, n)
	l.places = append(l.places, max(parent, 0))
	var letters, words, digits, stops int32
	var last rune
	inWord := s.inWord
	for ; i < len(t); i++ {
		b := t[i]
		switch {
		case b < 0x80:
			switch {
			case 'a' <= b|0x20 && b|0x20 <= 'z':
				letters++
				last = 'a'
				if !inWord {
					words++
					inWord = true
				}
			case '0' <= b && b <= '9':
				letters++
				digits++
				last = 'a'
				if !inWord {
					words++
					inWord = true
				}
			case b == ' ' || b == '\n' || b == '\t' || b == '\r':
				inWord = false
			default:
				last = rune(b)
				if b == '.' || b == ',' || b == '!' || b == '?' || b == ';' {
					stops++
				}
			}
		case b < 0xC0: // inside a sequence
		case b == 0xC2 && i+1 < len(t): // U+0080 to U+00BF
			switch t[i+1] {
			case 0xA0:
				inWord = false
			case 0xAB:
			case 0xBB:
				last = '»'
			}
		case b == 0xE2 && i+2 < len(t) && (t[i+1] == 0x80 || t[i+1] == 0x81): // general punctuation
			if t[i+1] == 0x80 && t[i+2] == 0xA6 {
				last = '…'
			} else if t[i+1] == 0x80 && t[i+2] == 0x9D {
				last = '”'
			}
		case b == 0xD8 && i+1 < len(t) && (t[i+1] == 0x8C || t[i+1] == 0x9B || t[i+1] == 0x9F): // ، ؛ ؟
			stops++
			last = '،'
			if t[i+1] == 0x9F {
				last = '?'
			}
			inWord = false
		case b == 0xDB && i+1 < len(t) && t[i+1] == 0x94: // ۔
			stops++
			last = '.'
		default:
			if i+1 < len(t) && (b == 0xD9 && '\xA0' <= t[i+1] && t[i+1] <= '\xA9' || b == 0xDB && '\xB0' <= t[i+1] && t[i+1] <= '\xB9') {
				digits++ // ٠ to ٩, ۰ to ۹
			}
			letters++
			last = 'a'
			if !inWord {
				words++
				inWord = true
			}
		}
	}
	s.inWord = inWord
	s.cur.letters += letters
	s.cur.words += words
	s.cur.digits += digits
	s.cur.stops += stops
	if linked {
		s.cur.linked += letters
	}
	if last != 0 {
		s.lastEnd = last
	}
}

func (s *surveyor) flush() {
	if !s.open {
		return
	}
	s.open = false
	s.cur.last = int32(len(s.l.texts))
	switch s.lastEnd {
	case '.', '!', '?', '…', '»', '”', '"':
		s.cur.ends = true
	case ':':
		s.cur.colon = true
	}
	s.lastEnd = 0
	s.l.runs = append(s.l.runs, s.cur)
}

// sum gives every element the letters of its runs.
func (l *layout) sum() {
	for i := range l.runs {
		r := &l.runs[i]
		e := &l.elems[r.elem]
		e.letters += r.letters
		e.linked += r.linked
	}
	for i := len(l.elems) - 1; i > 0; i-- {
		e := &l.elems[i]
		if e.parent >= 0 {
			p := &l.elems[e.parent]
			p.letters += e.letters
			p.linked += e.linked
		}
	}
}

// raw is the text of a run as it stands.
func (l *layout) raw(r *run) string {
	if r.last-r.first == 1 {
		return l.texts[r.first].Data
	}
	var b strings.Builder
	for _, n := range l.texts[r.first:r.last] {
		b.WriteString(n.Data)
	}
	return b.String()
}

// key is the folding key of a run.
func (l *layout) key(r *run) string {
	if r.folded == "" {
		r.folded = arabic.Key(l.raw(r))
	}
	return r.folded
}

// beginsKey reports whether a folding key begins with the words of another.
func beginsKey(key, words string) bool {
	rest, ok := strings.CutPrefix(key, words)
	return ok && (rest == "" || rest[0] == ' ')
}

// holdsKey reports whether the words of another key stand in a folding key.
func holdsKey(key, words string) bool {
	for from := 0; words != ""; {
		at := strings.Index(key[from:], words)
		if at < 0 {
			break
		}
		at += from
		end := at + len(words)
		if (at == 0 || key[at-1] == ' ') && (end == len(key) || key[end] == ' ') {
			return true
		}
		from = at + 1
	}
	return false
}

// tokens are the words of a run's key.
func (l *layout) tokens(r *run) []string { return keyWords(l.key(r)) }

// text is the words of a run, with single spaces.
func (l *layout) text(r *run) string { return oneLine(l.raw(r)) }

// within reports whether element i is e or lies in it.
func (l *layout) within(i, e int32) bool { return i >= e && i < l.elems[e].end }

// above is where the text of the article begins, title or body; -1 where neither
// was found.
func (l *layout) above() int32 {
	if l.title >= 0 {
		return l.title
	}
	return l.body
}

func headingLevel(a atom.Atom) uint8 {
	switch a {
	case atom.H1:
		return 1
	case atom.H2:
		return 2
	case atom.H3:
		return 3
	case atom.H4:
		return 4
	case atom.H5:
		return 5
	case atom.H6:
		return 6
	}
	return 0
}
