package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"nashra/extractor"
)

// keptBytes is how much of pages that were read and of articles that were made
// is kept while the cycle learns from more of them. Packed, a page has some 12
// KB and its article 4, so that a cycle of a hundred pages learns from all of
// them before any article is finished. A longer one does so in stretches, each
// with what those before it taught.
const keptBytes = 2 << 20

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
// learned what stands in several of them; then those articles are made again in
// which that is furniture. So it does not matter which page comes first.
//
// When ctx ends, what was loaded until then is finished. The error is the
// store's.
func (r *run) stretch(ctx context.Context, pending []*work) (n int, err error) {
	for size := 0; n < len(pending) && size < keptBytes; {
		part := pending[n:min(n+chunk, len(pending))]
		n += len(part)
		if err := r.extract(ctx, part); err != nil && ctx.Err() == nil {
			return n, err
		}
		if r.lessons.furniture == nil || ctx.Err() != nil {
			break
		}
		for _, w := range part {
			size += w.size()
		}
	}
	if r.lessons.furniture == nil {
		return n, nil
	}
	return n, r.learn(pending[:n])
}

// learn counts what the pages of part have to teach, and makes those articles
// again that would be others with it.
func (r *run) learn(part []*work) error {
	for _, w := range part {
		if w.read != nil {
			r.lessons.furniture.Learn(w.read.Observed)
		}
	}
	var group errgroup.Group
	group.SetLimit(r.g.cfg.PerHost)
	for _, w := range part {
		if w.kept != nil && w.put != nil && !w.read.Observed.Stands(r.lessons.furniture) {
			group.Go(func() error { return r.again(w) })
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for _, w := range part {
		w.kept = nil
	}
	return nil
}

// kept is what w was made of, until the cycle has learned from the pages after
// it: the bodies, packed, of the pages of in, which are without.
type kept struct {
	in     extractor.Input
	bodies [][]byte
}

// keep keeps what w was made of, where that has something to teach.
func (r *run) keep(w *work, in extractor.Input) {
	if w.read.Observed.Empty() {
		return
	}
	w.kept = &kept{}
	w.kept.in = replaced(in, func(_ int, body []byte) []byte {
		w.kept.bodies = append(w.kept.bodies, r.g.packer.pack(body))
		return nil
	})
}

// again makes the article of w again, with what has been learned since. Where
// it then comes to nothing, it stays as it was.
func (r *run) again(w *work) error {
	var failed error
	in := replaced(w.kept.in, func(i int, _ []byte) []byte {
		body, err := r.g.packer.unpack(w.kept.bodies[i])
		failed = errors.Join(failed, err)
		return body
	})
	if failed != nil {
		return failed
	}
	if result, err := extractor.Read(in); err == nil {
		w.read = &result
		w.made(result.Content)
	}
	return nil
}

// replaced is in with other bodies of its pages, the first page's first.
func replaced(in extractor.Input, body func(i int, was []byte) []byte) extractor.Input {
	first := *in.Page
	first.Body = body(0, first.Body)
	in.Page, in.Parts = &first, slices.Clone(in.Parts)
	for i := range in.Parts {
		in.Parts[i].Body = body(i+1, in.Parts[i].Body)
	}
	return in
}

// size is what w takes up until it is handed on.
func (w *work) size() int {
	n := 0
	if w.kept != nil {
		for _, body := range w.kept.bodies {
			n += len(body)
		}
	}
	if w.put != nil && w.put.Content != nil {
		n += len(w.put.Content.HTML)
	}
	return n
}
