package ingest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"nashra"
	"nashra/extractor"
)

const (
	// owedEntries is how many entries a source may owe: with that many pages
	// missing, the site has another trouble than a page.
	owedEntries = 50

	// owedBytes bounds them, encoded, since the closing batch must carry them.
	owedBytes = batchTarget

	// gaveUpKept bounds the entries that are not tried again. Whole feeds of
	// such are seldom, and forgetting one costs a request.
	gaveUpKept = 1000
)

// owe keeps an entry for the next cycle, or remembers that it was given up. One
// whose article is there all the same needs no memory when it is final.
func (r *run) owe(w *work) {
	o := nashra.Owed{Entry: w.entry, Attempts: w.owed.Attempts, Error: sentence(w.err.Error())}
	switch w.err {
	case errWait:
	case errEnough:
		o.Attempts++ // the pages before it have told why
	default:
		o.Attempts++
		r.warn(fmt.Sprintf("entry %q: %v", cmp.Or(w.entry.Link, w.entry.GUID, w.entry.Title), w.err))
	}
	switch {
	case !w.final:
		w.owed = o
		r.owed = append(r.owed, w)
	case w.put == nil:
		r.giveUp(w)
	}
}

// giveUp remembers that nothing can be made of an entry until it changes.
func (r *run) giveUp(w *work) {
	if !slices.Contains(r.gaveUp, w.entry.Hash) {
		r.gaveUp = append(r.gaveUp, w.entry.Hash)
	}
	r.gaveUp = r.gaveUp[max(0, len(r.gaveUp)-gaveUpKept):]
}

// settle brings what is owed within its bounds. Entries that are beyond them
// are asked for no longer, and become articles of what the feed has of them.
// Where that is nothing, the feed is read whole next time and brings them
// again.
func (r *run) settle(ctx context.Context) error {
	kept, beyond := bounded(r.owed)
	r.owed = kept
	for _, w := range beyond {
		if w.put != nil {
			continue // its article is there
		}
		content, err := extractor.Extract(r.fromFeed(w))
		if err != nil {
			r.behind = true
			continue
		}
		w.put = &nashra.Put{Identity: w.identity, EntryHash: w.entry.Hash, Content: &content}
		if err := r.hand(ctx, w); err != nil {
			return err
		}
		if w.put == nil { // too large for a batch
			r.giveUp(w)
		}
	}
	if len(beyond) > 0 { // said before what is said of the single pages
		most := fmt.Sprintf("the pages of %d entries are waited for no longer, because more are missing than can be kept", len(beyond))
		r.warnings = append([]string{most}, r.warnings[:min(len(r.warnings), warningsKept-1)]...)
	}
	return nil
}

// bounded parts list, what is owed from the oldest to the newest, into what is
// kept for the next cycle and what is not. Entries of which the feed itself has
// nothing to show go first, then the newest ones.
func bounded(list []*work) (kept, beyond []*work) {
	left, places := owedBytes, owedEntries
	keep := make(map[*work]bool, min(len(list), owedEntries))
	for _, bare := range []bool{true, false} {
		for _, w := range slices.Backward(list) {
			if w.bare() != bare || places == 0 {
				continue
			}
			if w.put != nil { // what the feed has is in the article
				w.owed.Entry.Body = short(w.owed.Entry.Body)
				w.owed.Entry.Summary = short(w.owed.Entry.Summary)
			}
			if size, err := encodedSize(w.owed); err == nil && size <= left {
				left -= size
				places--
				keep[w] = true
			}
		}
	}
	for _, w := range list {
		if keep[w] {
			kept = append(kept, w)
		} else {
			beyond = append(beyond, w)
		}
	}
	return kept, beyond
}

// bare reports whether there is neither an article of the entry nor a text in
// the feed to make one of.
func (w *work) bare() bool {
	return w.put == nil && strings.TrimSpace(w.entry.Body+w.entry.Summary) == ""
}

// short is text, or nothing where one owed entry would take a sixteenth of the
// room of all.
func short(text string) string {
	if len(text) > owedBytes/16 {
		return ""
	}
	return text
}
