package search

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"nashra"
	"nashra/internal/arabic"
)

// What a query may cost: each word is sought in some ten forms.
const (
	maxText  = 200 // characters
	maxWords = 12
)

// query is a text that is searched for: all clauses must be found.
type query struct {
	clauses []clause
}

// clause is a word, or the words of a phrase in their order.
type clause []word

// quotes are the pairs that a phrase stands in.
var quotes = map[rune]string{'"': `"`, '«': "»", '“': "”", '”': "“", '„': "“"}

// parse reads what a reader typed. A quote that is not closed is none. A text
// without any word gives a query without clauses; one that is too long wraps
// nashra.ErrTooLarge.
func parse(text string) (query, error) {
	if n := utf8.RuneCountInString(text); n > maxText {
		return query{}, fmt.Errorf("search for %d characters, at most %d: %w", n, maxText, nashra.ErrTooLarge)
	}
	var q query
	words := 0
	for text != "" {
		plain, quoted, rest := cutQuoted(text)
		for _, key := range keys(plain) {
			words++
			if !q.has(key) {
				q.clauses = append(q.clauses, clause{newWord(key)})
			}
		}
		if phrase := keys(quoted); len(phrase) > 0 {
			words += len(phrase)
			c := make(clause, len(phrase))
			for i, key := range phrase {
				c[i] = word{key: key, quoted: true, first: i == 0}
			}
			q.clauses = append(q.clauses, c)
		}
		text = rest
	}
	if words > maxWords {
		return query{}, fmt.Errorf("search for %d words, at most %d: %w", words, maxWords, nashra.ErrTooLarge)
	}
	return q, nil
}

// cutQuoted parts text around the first phrase in quotes.
func cutQuoted(text string) (plain, quoted, rest string) {
	for i, r := range text {
		closing, ok := quotes[r]
		if !ok {
			continue
		}
		after := text[i+utf8.RuneLen(r):]
		if phrase, rest, ok := strings.Cut(after, closing); ok {
			return text[:i], phrase, rest
		}
	}
	return text, "", ""
}

func keys(text string) []string {
	var out []string
	arabic.Terms(text, func(key []byte, _, _ int) bool {
		out = append(out, string(clipKey(key)))
		return true
	})
	return out
}

// has reports whether the word stands in the query already.
func (q *query) has(key string) bool {
	for _, c := range q.clauses {
		if len(c) == 1 && c[0].key == key && !c[0].quoted {
			return true
		}
	}
	return false
}
