package ingest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"nashra"
)

const (
	// batchTarget is when a batch is sent. What encoding adds (escaped quotes,
	// names of fields) fits between it and nashra.MaxBatch.
	batchTarget = nashra.MaxBatch / 2

	// maxContent is the largest article, by the estimate of size: it must fit
	// into a batch alone.
	maxContent = nashra.MaxBatch * 3 / 4

	// putOverhead covers the names and small fields of an encoded put.
	putOverhead = 1 << 10

	// maxOwed bounds what is kept of owed entries in a source's state, which
	// the closing batch must carry. A page's title and summary stay useful
	// without the feed's body.
	maxOwed = batchTarget
)

// batcher collects the puts of one cycle into batches, each complete in
// itself, and sums up what they came to.
type batcher struct {
	store Store
	head  nashra.Batch // what all batches of the cycle have in common

	puts  []nashra.Put
	size  int
	count int // of batches sent
	total nashra.Applied
}

// add takes p into the present batch, after sending that if p does not fit.
// A put too large for any batch is refused with nashra.ErrTooLarge.
func (b *batcher) add(ctx context.Context, p nashra.Put) error {
	size := sizeOf(p)
	if size > maxContent {
		return fmt.Errorf("article of some %d KiB, at most %d: %w", size>>10, maxContent>>10, nashra.ErrTooLarge)
	}
	if len(b.puts) > 0 && b.size+size > batchTarget {
		if err := b.flush(ctx); err != nil {
			return err
		}
	}
	b.puts = append(b.puts, p)
	b.size += size
	return nil
}

// flush applies the present batch, if it holds anything.
func (b *batcher) flush(ctx context.Context) error {
	if len(b.puts) == 0 {
		return nil
	}
	return b.send(ctx, nil, nil)
}

// close applies the closing batch and returns what the whole cycle came to.
func (b *batcher) close(ctx context.Context, fetch nashra.Fetch, state nashra.State) (nashra.Applied, error) {
	// The state may be large (owed entries): it does not share a batch.
	if b.size > 0 && len(state.Owed) > 0 {
		if err := b.flush(ctx); err != nil {
			return nashra.Applied{}, err
		}
	}
	if err := b.send(ctx, &fetch, &state); err != nil {
		return nashra.Applied{}, err
	}
	return b.total, nil
}

func (b *batcher) send(ctx context.Context, fetch *nashra.Fetch, state *nashra.State) error {
	batch := b.head
	// The instant of the cycle, not of the sending: an article's first seen
	// then does not depend on how its cycle was cut into batches.
	batch.At = b.head.Cycle.Began
	batch.ID = fmt.Sprintf("%s/%d/%s/%d", b.head.Source, b.head.Cycle.Number, b.head.Cycle.Began.Format(time.RFC3339Nano), b.count)
	batch.Puts, batch.Fetch, batch.State = b.puts, fetch, state

	if ctx.Err() != nil { // a cycle that is being cancelled still keeps what it finished
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), lastWrite)
		defer cancel()
	}
	applied, err := b.store.Apply(ctx, batch)
	if err != nil {
		return err
	}
	b.count++
	b.puts, b.size = nil, 0
	b.total.New += applied.New
	b.total.Updated += applied.Updated
	b.total.Unchanged += applied.Unchanged
	return nil
}

// sizeOf estimates the encoded size of p, in bytes.
func sizeOf(p nashra.Put) int {
	n := putOverhead + len(p.Identity.GUID) + len(p.Identity.Link) + len(p.Identity.Title)
	if c := p.Content; c != nil {
		n += len(c.HTML) + strings.Count(c.HTML, `"`) + len(c.Title) + len(c.Excerpt) + len(c.Link) + len(c.Image)
		for _, s := range c.Categories {
			n += len(s) + 4
		}
		for _, e := range c.Enclosures {
			n += len(e.URL) + len(e.Type) + 40
		}
	}
	return n
}

// bounded is list without what would not fit into a closing batch: bodies
// first, then the entries that were owed longest.
func bounded(list []nashra.Owed) []nashra.Owed {
	out := make([]nashra.Owed, 0, len(list))
	size := 0
	for _, o := range slices.Backward(list) {
		if len(o.Entry.Body) > maxOwed/16 || o.GivenUp {
			o.Entry.Body = ""
		}
		if len(o.Entry.Summary) > maxOwed/16 || o.GivenUp {
			o.Entry.Summary = ""
		}
		size += putOverhead + 2*(len(o.Entry.Body)+len(o.Entry.Summary)) + len(o.Entry.Title) + len(o.Entry.Link) + len(o.Entry.GUID) + len(o.Error)
		if size > maxOwed {
			break
		}
		out = append(out, o)
	}
	slices.Reverse(out)
	return out
}
