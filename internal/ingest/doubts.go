package ingest

import (
	"cmp"
	"fmt"
	"slices"

	"nashra"
	"nashra/extractor"
)

// doubts are what a cycle finds out about the pages it reads, beside the
// articles in them.
type doubts struct {
	habit     nashra.Habit
	unmatched []nashra.Unmatched
	found     nashra.Doubts // but for the sentences
	wrong     []string      // sentences about pages that hold no article, or one that looks wrong
	left      int           // more of them than sentences are kept
}

// doubtsKept of one cycle: the first ones, which mostly tell of the rest.
const doubtsKept = 8

// judge looks at the articles that part made of pages, in the feed's order. One
// that looks wrong is made of what the feed has, or stays where that is
// nothing, and bears the reason.
func (r *run) judge(part []*work) {
	d := &r.doubts
	var readings []extractor.Reading
	var read []*work
	for _, w := range part {
		switch {
		case w.none && w.put != nil:
			d.note(w, "its page holds no article; the feed's own text is published")
		case w.none: // its error says so
		case w.read == nil || w.put == nil:
			continue
		}
		d.found.Pages++
		if w.read == nil {
			continue
		}
		d.unmatched = nashra.AfterPage(d.unmatched, w.read.Unmatched)
		if w.read.Method == "feed" {
			continue // the feed's body was the better one
		}
		if w.read.Partial {
			d.found.Partial++
		}
		readings = append(readings, extractor.Reading{Article: nashra.HashOf(articleKey(w.identity)), Entry: w.entry, Result: *w.read})
		read = append(read, w)
	}
	var verdicts []*nashra.Suspicion
	verdicts, d.habit = extractor.Judge(r.sub, d.habit, readings)
	for i, verdict := range verdicts {
		if verdict != nil {
			r.suspect(read[i], verdict)
		}
	}
}

// suspect puts what the feed has of an entry in the place of a body that looks
// wrong.
func (r *run) suspect(w *work, verdict *nashra.Suspicion) {
	content, err := extractor.Extract(r.fromFeed(w))
	if err != nil {
		content = *w.put.Content
		r.doubts.note(w, verdict.Reason+"; it is published all the same, because the feed has no text")
	} else {
		w.put.PageValidators = nashra.Validators{}
		r.doubts.note(w, verdict.Reason+"; the feed's own text is published")
	}
	r.doubts.found.Suspect++
	content.Suspect = verdict
	w.put.Content = &content
}

func (d *doubts) note(w *work, doubt string) {
	if len(d.wrong) == doubtsKept {
		d.left++
		return
	}
	d.wrong = append(d.wrong, sentence(fmt.Sprintf("entry %q: %s", cmp.Or(w.entry.Link, w.entry.GUID, w.entry.Title), doubt)))
}

// state is what the closing batch keeps: of a cycle that read no page, what one
// before it found.
func (d *doubts) state(before nashra.Doubts) nashra.Doubts {
	if d.found.Pages == 0 {
		return before
	}
	state := d.found
	state.Sentences = d.sentences()
	return state
}

func (d *doubts) sentences() []string {
	list := slices.Clone(d.wrong)
	if d.left > 0 {
		list = append(list, fmt.Sprintf("so it is with %d more of the %d pages read", d.left, d.found.Pages))
	}
	if d.found.Partial > 0 {
		list = append(list, fmt.Sprintf("of the %d pages read, %d had only the beginning of an article (a paywall, a teaser, or a part that could not be had)", d.found.Pages, d.found.Partial))
	}
	return list
}

// news are the warnings of this cycle; none where it read no page.
func (d *doubts) news() []string {
	if d.found.Pages == 0 {
		return nil
	}
	return slices.Concat(nashra.UnmatchedWarnings(d.unmatched), d.sentences())
}
