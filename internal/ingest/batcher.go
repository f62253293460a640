package ingest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"nashra"
)

const (
	// batchTarget is when a batch is sent, by the encoded size of its puts.
	// What else is in a batch fits between it and nashra.MaxBatch.
	batchTarget = nashra.MaxBatch / 2

	// maxPut is the largest put, encoded: it must fit into a batch alone.
	maxPut = nashra.MaxBatch * 3 / 4

	// maxSentence bounds, in bytes, a warning or an error that the closing
	// batch carries. Those of a fetch hold addresses as long as partners make
	// them.
	maxSentence = 2 << 10
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
	size, err := encodedSize(p)
	if err != nil {
		return err
	}
	if size > maxPut {
		return fmt.Errorf("article of %d KiB, at most %d: %w", size>>10, maxPut>>10, nashra.ErrTooLarge)
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
	return b.send(ctx, nashra.Batch{})
}

// close applies the closing batch, learned with it, and returns what the whole
// cycle came to.
func (b *batcher) close(ctx context.Context, fetch nashra.Fetch, state nashra.State, learned []byte) (nashra.Applied, error) {
	// The state may be large (owed entries): it does not share a batch.
	if b.size > 0 && len(state.Owed) > 0 {
		if err := b.flush(ctx); err != nil {
			return nashra.Applied{}, err
		}
	}
	if err := b.send(ctx, nashra.Batch{Fetch: &fetch, State: &state, Furniture: learned}); err != nil {
		return nashra.Applied{}, err
	}
	return b.total, nil
}

// send applies the present puts, and what closing has of a closing batch.
func (b *batcher) send(ctx context.Context, closing nashra.Batch) error {
	batch := b.head
	// The instant of the cycle, not of the sending: an article's first seen
	// then does not depend on how its cycle was cut into batches.
	batch.At = b.head.Cycle.Began
	batch.ID = fmt.Sprintf("%s/%d/%s/%d", b.head.Source, b.head.Cycle.Number, b.head.Cycle.Began.Format(time.RFC3339Nano), b.count)
	batch.Puts, batch.Fetch, batch.State, batch.Furniture = b.puts, closing.Fetch, closing.State, closing.Furniture

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
	watcherOf(ctx).tell(nashra.Progress{Stage: nashra.StageApplied, Applied: b.total})
	return nil
}

// encodedSize is how many bytes v takes in a batch. It is not estimated: a
// partner's text of backslashes has twice its length there, and a batch over
// its limit would stop the cycle.
func encodedSize(v any) (int, error) {
	var n byteCount
	enc := json.NewEncoder(&n)
	enc.SetEscapeHTML(false) // as nashra.EncodeBatch
	err := enc.Encode(v)
	return int(n), err
}

type byteCount int

func (n *byteCount) Write(p []byte) (int, error) {
	*n += byteCount(len(p))
	return len(p), nil
}

// sentence is s, cut to maxSentence.
func sentence(s string) string {
	if len(s) <= maxSentence {
		return s
	}
	return strings.ToValidUTF8(s[:maxSentence], "") + "…"
}
