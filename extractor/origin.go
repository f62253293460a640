package extractor

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"nashra/internal/arabic"
)

// Republished parts the paragraphs of an article from an earlier republisher's
// notes among the last three of them and from a «المصدر: X» at the end (rules
// R and F2). origin is whom the note nearest to the article names as its
// source, "" where there is no note or it names nobody. The paragraphs of body
// are as they were given.
func Republished(paragraphs []string) (body []string, origin string) {
	list := make([]*block, len(paragraphs))
	for i, p := range paragraphs {
		list[i] = &block{Block: Block{Kind: KindParagraph, Text: p}}
	}
	gone, origin := notes(list, furniture(list), true)
	body = []string{}
	for _, b := range list {
		if !gone[b] {
			body = append(body, b.Text)
		}
	}
	return body, origin
}

// notes finds among list, blocks of text, the notes of an earlier republication
// where also wanted, and the «المصدر: X» that is last but for furniture and
// notes. The first block of the article is never one.
func notes(list []*block, furniture map[*block]bool, republication bool) (gone map[*block]bool, origin string) {
	gone = map[*block]bool{}
	var article []*block
	for _, b := range list {
		if !furniture[b] {
			article = append(article, b)
		}
	}
	isNoteAt := map[*block]bool{}
	for i := max(1, len(article)-3); i < len(article); i++ {
		if b := article[i]; b.credit || b.mayBeNote() {
			b.read(true)
			isNoteAt[b] = b.credit || isNote(b.Text, b.words)
		}
	}
	end := len(article)
	for end > 1 && isNoteAt[article[end-1]] {
		end--
	}
	if end > 1 && isSourceLine(article[end-1]) {
		isNoteAt[article[end-1]] = true
		if !republication {
			gone[article[end-1]] = true
		}
	}
	if !republication {
		return gone, ""
	}
	for _, b := range article {
		if !isNoteAt[b] {
			continue
		}
		gone[b] = true
		if origin == "" {
			origin = originIn(b.Text, b.words)
		}
	}
	return gone, origin
}

// isSourceLine reports «المصدر: X» in 12 words or fewer.
func isSourceLine(b *block) bool {
	if !b.leads(sourceWords) {
		return false
	}
	b.read(true)
	n := begins(b.words, sourceLabel)
	return n > 0 && b.colonAfter(n) && len(b.words) > n && b.size() <= 12
}

// Keys of the first words of source lines and of labels of notes.
var (
	sourceWords = firstWords(sourceLabel)
	noteStarts  = firstWords(noteLabels)
)

// mayBeNote reports whether b begins as notes do or holds a phrase of theirs:
// the words of most blocks need not be read.
func (b *block) mayBeNote() bool {
	key := arabic.Key(b.Text)
	return b.leads(noteStarts) || slices.ContainsFunc(notePhrases, func(p phrase) bool { return strings.Contains(key, p.key()) })
}

// isNote reports the text of an earlier republisher's note.
func isNote(text string, ws []word) bool {
	if n := begins(ws, noteLabels); n > 0 && colonFollows(text, ws[n-1].end) {
		return true
	}
	held := 0
	for _, p := range notePhrases {
		if p.stands(ws) {
			held++
		}
	}
	return held >= 2 || held == 1 && begins(ws, remarkLabels) > 0
}

// originIn reads the name of the origin from a note, "" where it holds none.
func originIn(text string, ws []word) string {
	for _, end := range leadEnds(text, ws) {
		if name := nameAt(text, end, ws); name != "" {
			return name
		}
	}
	return ""
}

// leadEnds are the places, in bytes, where a lead to a name ends, in the order
// they are tried.
func leadEnds(text string, ws []word) []int {
	var ends []int
	each := func(list []phrase, holds func(start, end int) bool) {
		for i := range ws {
			if n := begins(ws[i:], list); n > 0 && holds(i, i+n) {
				ends = append(ends, ws[i+n-1].end)
			}
		}
	}
	always := func(int, int) bool { return true }
	each(labelLeads, func(_, end int) bool { return colonFollows(text, ws[end-1].end) })
	each(byLead, always)
	each(quoteLead, always)
	each(fromLead, func(start, _ int) bool {
		_, end := find(ws[max(0, start-4):start], fromWords)
		return end > 0
	})
	return ends
}

// Quotes that a name may stand in, opening to closing.
var nameQuotes = map[rune]rune{'«': '»', '“': '”', '‹': '›', '"': '"', '\'': '\'', '‘': '’', '„': '“'}

// nameAt reads the name that begins after the byte at of text: what its quotes
// hold, or the words up to a mark or a word that no name holds, six at most.
func nameAt(text string, at int, ws []word) string {
	rest := strings.TrimLeftFunc(text[at:], func(r rune) bool { return unicode.IsSpace(r) || r == ':' || r == '：' })
	from := len(text) - len(rest)
	if name, ok := quoted(rest); ok {
		return arabic.Clean(name)
	}
	to := nameLimit(text, from)
	words := 0
	for i, w := range ws {
		if w.start < from {
			continue
		}
		if w.start >= to {
			break
		}
		if words == 6 || begins(ws[i:], nameEnds) > 0 {
			to = w.start
			break
		}
		// A word that the key cuts in two, like أ.ش.أ, is one.
		if i == 0 || ws[i-1].start < from || strings.ContainsFunc(text[ws[i-1].end:max(w.start, ws[i-1].end)], unicode.IsSpace) {
			words++
		}
	}
	return trimName(arabic.Clean(text[from:to]))
}

// Brackets and quotes that may stand inside a name, closing to opening.
var nameBrackets = map[rune]rune{')': '(', ']': '[', '»': '«', '”': '“', '"': '"'}

// trimName takes the marks around a name away. A bracket or quote that closes
// inside the name is part of it: وكالة الأنباء السعودية (واس).
func trimName(s string) string {
	name := strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("-–—()[]/|«»“”\"*؟!", r)
	})
	for _, closing := range s[strings.Index(s, name)+len(name):] {
		opening, ok := nameBrackets[closing]
		open := strings.Count(name, string(opening)) - strings.Count(name, string(closing))
		if opening == closing {
			open = strings.Count(name, string(opening)) % 2
		}
		if !ok || open < 1 {
			break
		}
		name += string(closing)
	}
	return name
}

// quoted is what the quotes hold that s begins with.
func quoted(s string) (string, bool) {
	open, size := utf8.DecodeRuneInString(s)
	closing, ok := nameQuotes[open]
	if !ok {
		return "", false
	}
	depth := 1
	for i, r := range s[size:] {
		switch r {
		case closing:
			if depth--; depth == 0 {
				return s[size : size+i], true
			}
		case open:
			depth++
		}
	}
	return "", false
}

// nameLimit is the byte of text at which a name that begins at from ends at the
// latest: a mark that ends it. A dot inside a word (bbc.com, أ.ش.أ) is none, and
// neither is the colon of an address.
func nameLimit(text string, from int) int {
	for i, r := range text[from:] {
		at := from + i
		switch r {
		case ':':
			if !strings.HasPrefix(text[at:], "://") {
				return at
			}
		case '،', '؛', ';', ',', '\n':
			return at
		case '.', '…':
			next, _ := utf8.DecodeRuneInString(text[at+utf8.RuneLen(r):])
			if next == utf8.RuneError || !unicode.IsLetter(next) && !unicode.IsDigit(next) {
				return at
			}
		}
	}
	return len(text)
}
