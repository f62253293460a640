package search

import (
	"strings"

	"nashra"
	"nashra/internal/arabic"
)

// A snippet is some words around those that were found.
const (
	snippetWords  = 36
	snippetBefore = 8 // of them before the first that was found
)

// textWord is a word of a displayed text.
type textWord struct {
	key        string
	start, end int // bytes
	clauses    uint32
}

// hit makes a hit of an article with its body, where it still holds all of q.
func (q *query) hit(r nashra.Record) (nashra.Hit, bool) {
	var h nashra.Hit
	var held uint32
	var body strings.Builder
	var inBody []textWord
	for i, block := range blocksOf(&r.Article) {
		words, in := q.find(block)
		held |= in
		if i == 0 {
			h.Title = pieces(block, words)
		}
		if i < bodyBlocks {
			continue
		}
		if body.Len() > 0 {
			body.WriteByte(' ')
		}
		for _, w := range words {
			w.start, w.end = w.start+body.Len(), w.end+body.Len()
			inBody = append(inBody, w)
		}
		body.WriteString(block)
	}
	if held != 1<<len(q.clauses)-1 {
		return h, false
	}
	if len(inBody) > 0 {
		h.Snippet = snippet(body.String(), inBody)
	}
	r.Article.HTML = ""
	h.Record = r
	return h, true
}

// find gives the words of a text, each with the clauses that hold of it, and
// all of these together.
func (q *query) find(text string) (words []textWord, in uint32) {
	arabic.Terms(text, func(key []byte, start, end int) bool {
		words = append(words, textWord{key: string(clipKey(key)), start: start, end: end})
		return true
	})
	for i := range words {
		for c := range q.clauses {
			if n := q.clauses[c].at(words[i:]); n > 0 {
				in |= 1 << c
				for j := i; j < i+n; j++ {
					words[j].clauses |= 1 << c
				}
			}
		}
	}
	return words, in
}

// at reports of how many words the clause is, where words begin with it; else 0.
func (c clause) at(words []textWord) int {
	if len(words) < len(c) {
		return 0
	}
	for i := range c {
		if is, _ := c[i].form(words[i].key); !is {
			return 0
		}
	}
	return len(c)
}

// snippet is the part of text with the most of what was found.
func snippet(text string, words []textWord) []nashra.Piece {
	first, most := 0, -1
	for i := range words {
		if words[i].clauses == 0 && i > 0 {
			continue
		}
		var in uint32
		for _, w := range words[i:min(i+snippetWords-snippetBefore, len(words))] {
			in |= w.clauses
		}
		if n := ones(in); n > most {
			first, most = i, n
		}
	}
	from := max(0, min(first-snippetBefore, len(words)-snippetWords))
	to := min(from+snippetWords, len(words))
	start, end := words[from].start, words[to-1].end
	before, after := "…", "…"
	if from == 0 {
		start, before = 0, ""
	}
	if to == len(words) {
		end, after = len(text), ""
	}
	part := make([]textWord, to-from)
	for i, w := range words[from:to] {
		w.start, w.end = w.start-start, w.end-start
		part[i] = w
	}
	out := pieces(text[start:end], part)
	if before != "" {
		out = append([]nashra.Piece{{Text: before}}, out...)
	}
	if after != "" {
		out = append(out, nashra.Piece{Text: after})
	}
	return out
}

// pieces parts text into what was found and the rest. Words of one phrase are
// one piece.
func pieces(text string, words []textWord) []nashra.Piece {
	var out []nashra.Piece
	done := 0
	for i := 0; i < len(words); i++ {
		w := words[i]
		if w.clauses == 0 || w.end <= done {
			continue
		}
		end := w.end
		for i+1 < len(words) && words[i+1].clauses&w.clauses != 0 && words[i+1].start >= end && strings.TrimSpace(text[end:words[i+1].start]) == "" {
			i++
			end = words[i].end
		}
		if w.start > done {
			out = append(out, nashra.Piece{Text: text[done:w.start]})
		}
		out = append(out, nashra.Piece{Text: text[w.start:end], Marked: true})
		done = end
	}
	if done < len(text) {
		out = append(out, nashra.Piece{Text: text[done:]})
	}
	return out
}

func ones(set uint32) (n int) {
	for ; set != 0; set &= set - 1 {
		n++
	}
	return n
}
