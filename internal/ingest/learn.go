package ingest

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"nashra/extractor"
)

// heldBytes is how much of finished bodies is held back while the cycle learns
// from more pages: those of some 250 articles. So a cycle of common length
// learns from all of its pages before the first article is handed on; a longer
// one does so in stretches, each with what those before it taught.
const heldBytes = 1 << 20

// lessons are what a cycle learns of its source's pages. The zero value learns
// nothing.
type lessons struct {
	furniture *extractor.Furniture // nil: no page is read, or nothing is to be learned
	before    []byte               // its encoding before the cycle
}

// recall reads what the cycles before have learned, where works will need it.
func (r *run) recall(ctx context.Context, pending []*work) error {
	if !r.sub.Learn || !slices.ContainsFunc(pending, func(w *work) bool { return extractor.NeedsPage(r.sub, w.entry) }) {
		return nil
	}
	stored, err := r.g.cfg.Store.Furniture(ctx, r.sub.ID)
	if err != nil {
		return err
	}
	var known extractor.Furniture
	if stored != nil {
		if err := known.UnmarshalBinary(stored); err != nil {
			r.warn(fmt.Sprintf("what was learned of the site's pages is of no use and is learned anew: %v", err))
		}
	}
	r.lessons.furniture = &known
	r.lessons.before, err = known.MarshalBinary()
	return err
}

// news is what the closing batch brings; nil where nothing was learned.
func (l *lessons) news() ([]byte, error) {
	if l.furniture == nil {
		return nil, nil
	}
	data, err := l.furniture.MarshalBinary()
	if err != nil || bytes.Equal(data, l.before) {
		return nil, err
	}
	return data, nil
}

// stretch makes articles of the first pending works, and returns how many these
// are. All their pages are loaded; then, in the order of the works, it is
// learned what stands in several of them; then that is taken out of all. So it
// does not matter which page comes first.
//
// When ctx ends, what was loaded until then is finished. The error is the
// store's.
func (r *run) stretch(ctx context.Context, pending []*work) (n int, err error) {
	for held := 0; n < len(pending) && held < heldBytes; {
		part := pending[n:min(n+chunk, len(pending))]
		n += len(part)
		if err := r.extract(ctx, part); err != nil && ctx.Err() == nil {
			return n, err
		}
		if r.lessons.furniture == nil || ctx.Err() != nil {
			break
		}
		for _, w := range part {
			if w.put != nil && w.put.Content != nil {
				held += len(w.put.Content.HTML)
			}
		}
	}
	if r.lessons.furniture != nil {
		r.learn(pending[:n])
	}
	return n, nil
}

// learn counts what the pages of part have to teach, and takes what has been
// learned out of their articles.
func (r *run) learn(part []*work) {
	known := r.lessons.furniture
	for _, w := range part {
		if w.read != nil {
			known.Learn(w.read.Observed())
		}
	}
	for _, w := range part {
		if w.read != nil && w.put != nil {
			result := w.read.Without(known)
			w.read, w.put.Content = &result, &result.Content
		}
	}
}
