package extractor

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// furniture finds the blocks that are not the article (rules F1, F3 and F4).
// The thirds are those of list, before anything is dropped. Lines of media
// between a label and the links that belong to it go with them.
func furniture(list []*block) map[*block]bool {
	gone := map[*block]bool{}
	texts := textBlocks(list)
	for _, b := range texts {
		if b.leads(tellingWords) {
			b.read(false)
		}
	}
	after := list // what stands behind the present block
	// How much of after an earlier label has taken already, and what label: one
	// like it there would take the same again.
	covered := 0
	var coveredList *html.Node
	var coveredTags, coveredAlone bool
	drop := func(label *block, tags, alone bool) {
		if covered >= 0 && label.list == coveredList && tags == coveredTags && alone == coveredAlone {
			return
		}
		coveredList, coveredTags, coveredAlone = label.list, tags, alone
		covered = dropAfter(after, label, gone, func(next *block) bool { return next.isLink() || tags && next.isTags(alone) })
	}
	for i, b := range texts {
		at := slices.Index(after, b) + 1
		after = after[at:]
		covered -= at
		first := 3*i < len(texts)
		last := 3*(i+1) > 2*len(texts)
		switch {
		case b.isRelated():
			gone[b] = true
			drop(b, false, false)
		case last && b.isFirstAppeared():
			// WordPress ends it with a full stop, which does not make it text
			// where its links are lost.
			gone[b] = true
		case b.sentence():
		case b.isLabel(first, last):
			gone[b] = true
		case last && begins(b.words, tagLabels) > 0 && (b.short() || b.isTagList()):
			gone[b] = true
			drop(b, true, equals(b.words, tagLabels))
		case last && b.isInvitation():
			gone[b] = true
		case last && b.isShareRow():
			// A single word is a button among buttons, not a heading.
			if len(b.words) > 1 || b.Kind == KindItem || b.allLinks() || i > 0 && texts[i-1].isShareRow() || i+1 < len(texts) && texts[i+1].isShareRow() {
				gone[b] = true
			}
		}
	}
	return gone
}

// tellingWords are the keys that begin a phrase of furniture or are one.
var tellingWords = func() map[string]bool {
	set := firstWords(relatedPhrases, perhapsPhrases, invitations, tagLabels, postLead, advertising, buttons, counters)
	maps.Copy(set, shareWords)
	maps.Copy(set, countedWords)
	return set
}()

// dropAfter drops what belongs to label: the blocks right after it that are
// like links, and in the list that label or the first of them is in, every
// item with a link. list is what stands behind label. It returns how many
// blocks of list it looked at and took for such.
func dropAfter(list []*block, label *block, gone map[*block]bool, like func(*block) bool) int {
	var media []*block
	for i, b := range list {
		if b.Kind == "" {
			media = append(media, b)
			continue
		}
		sameList := b.list != nil && b.list == label.list && b.linked > 0
		if !like(b) && !sameList {
			return i
		}
		gone[b] = true
		for _, m := range media {
			gone[m] = true
		}
		media = nil
	}
	return len(list)
}

// isLink reports a block that is a link to something else.
func (b *block) isLink() bool { return b.allLinks() }

// isTags reports a list of tags: hashtags, or right after a label that stands
// alone a few words parted by commas, or a short item.
func (b *block) isTags(afterLabel bool) bool {
	if hashtags(b.Text) {
		return true
	}
	if !afterLabel || b.sentence() || !b.short() {
		return false
	}
	return b.Kind == KindItem || strings.ContainsAny(b.Text, "،,|#")
}

// isTagList reports a label of tags with tags after it, however many.
func (b *block) isTagList() bool {
	_, list, found := strings.Cut(b.Text, ":")
	tags := strings.FieldsFunc(list, func(r rune) bool { return strings.ContainsRune("،,|#؛;", r) })
	for _, tag := range tags {
		if len(strings.Fields(tag)) > 4 {
			return false
		}
	}
	return found && len(tags) > 1
}

// isRelated reports the label of links to other articles, with or without the
// first of them in the same block (F1).
func (b *block) isRelated() bool {
	if begins(b.words, relatedPhrases) > 0 {
		return b.short()
	}
	return begins(b.words, perhapsPhrases) > 0 && b.short() && !b.sentence()
}

// isInvitation reports what asks the reader to follow, share or subscribe, and
// rows of hashtags (F3).
func (b *block) isInvitation() bool {
	return hashtags(b.Text) || begins(b.words, invitations) > 0 && b.short()
}

// isFirstAppeared reports both halves of what WordPress adds to its feeds (F3).
func (b *block) isFirstAppeared() bool {
	if begins(b.words, postLead) == 0 {
		return false
	}
	b.read(true)
	return begins(b.words, firstAppeared) > 0
}

func (b *block) isShareRow() bool { return b.whole && only(b.words, shareWords) }

// hashtags reports a text of nothing but hashtags.
func hashtags(s string) bool {
	fields := strings.Fields(s)
	for _, f := range fields {
		if !strings.HasPrefix(f, "#") || len(f) < 2 {
			return false
		}
	}
	return len(fields) > 0
}

// isLabel reports a label or a counter of the page (F4); first and last say in
// which thirds it stands.
func (b *block) isLabel(first, last bool) bool {
	if equals(b.words, advertising) {
		return true
	}
	if (first || last) && equals(b.words, buttons) {
		return true
	}
	if !first {
		return false
	}
	if n := begins(b.words, counters); n > 0 && b.short() {
		return b.colonAfter(n) || n < len(b.words) && isNumber(b.words[n].key)
	}
	return b.whole && isCount(b.words)
}

// isCount reports a number beside a word for views or comments.
func isCount(ws []word) bool {
	numbers, counted := 0, 0
	for _, w := range ws {
		switch {
		case isNumber(w.key):
			numbers++
		case countedWords[w.key]:
			counted++
		default:
			return false
		}
	}
	return numbers > 0 && counted > 0
}

func isNumber(s string) bool {
	for _, r := range s {
		if !unicode.IsDigit(r) {
			return false
		}
	}
	return s != ""
}

// colonAfter reports whether a colon follows the first n words of the block.
func (b *block) colonAfter(n int) bool { return colonFollows(b.Text, b.words[n-1].end) }

// colonFollows reports a colon at the byte at of s, space aside.
func colonFollows(s string, at int) bool {
	rest := strings.TrimLeftFunc(s[at:], unicode.IsSpace)
	r, _ := utf8.DecodeRuneInString(rest)
	return r == ':' || r == '：'
}
