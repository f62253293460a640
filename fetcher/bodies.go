package fetcher

import (
	"bytes"
	"context"
	"io"
	"sync"

	"golang.org/x/sync/semaphore"
)

// bodies bounds the memory of the bodies that are in it at the same time.
//
// Most feeds are small, and as many as are asked at once may be held at once. A
// body that grows over largeBody waits for its share of maxLarge before it is
// read on, so that a hundred sources that all send their archive do not add
// up. The wait is ours and not the partner's, so its time stands still
// meanwhile; and as a share is taken in one piece, never by two waits, those
// who hold one cannot wait for each other. A partner that drips holds no more
// than its own share until its time is up: the others' are left.
//
// Parsing takes several times a body's size. So many at once are parsed that
// they have largeBody bytes together, and a larger one alone.
type bodies struct {
	large   *semaphore.Weighted // bytes of the bodies over largeBody
	parsing *semaphore.Weighted // bytes of what is being parsed
}

func newBodies() *bodies {
	return &bodies{large: semaphore.NewWeighted(maxLarge), parsing: semaphore.NewWeighted(largeBody)}
}

// enter waits until there is room for a body of size bytes at the parser, or
// ctx ends. leave must be called once it is parsed.
func (b *bodies) enter(ctx context.Context, size int) (leave func(), err error) {
	weight := int64(min(size, largeBody))
	if err := b.parsing.Acquire(ctx, weight); err != nil {
		return nil, err
	}
	return func() { b.parsing.Release(weight) }, nil
}

// share is the part that one body has in bodies.large.
type share struct {
	of   *bodies
	held int64
}

// grow waits until the body may have up to most bytes. It does nothing for one
// that may have them already.
func (s *share) grow(ctx context.Context, most int64) error {
	if most = min(most, maxLarge); s.held >= most {
		return nil
	}
	if err := s.of.large.Acquire(ctx, most); err != nil {
		return err
	}
	s.held = most
	return nil
}

// shrink gives back what a body of size bytes does not need.
func (s *share) shrink(size int) {
	need := int64(0)
	if size > largeBody {
		need = int64(size)
	}
	if s.held > need {
		s.of.large.Release(s.held - need)
		s.held = need
	}
}

// commonBodies are buffers for the bodies that do not say how long they are, as
// compressed ones never do. Most fit into one and are copied from it once their
// length is known, so that growing does not leave as much garbage again.
var commonBodies = sync.Pool{New: func() any { return new([commonBody]byte) }}

// readAll reads r to its end, to limit bytes or to an error, beside which it
// returns what came. expected is how much should come, 0 for not known. large is
// called before more than largeBody bytes are held; its error ends the reading.
func readAll(r io.Reader, expected, limit int64, large func() error) ([]byte, error) {
	if expected > largeBody {
		if err := large(); err != nil {
			return nil, err
		}
	}
	if expected > 0 {
		return readInto(make([]byte, 0, expected+1), r, limit, large)
	}
	common := commonBodies.Get().(*[commonBody]byte)
	defer commonBodies.Put(common)
	data, err := readInto(common[:0], r, limit, large)
	if len(data) <= commonBody {
		data = bytes.Clone(data)
	}
	return data, err
}

// readInto is readAll into data as long as that has room.
func readInto(data []byte, r io.Reader, limit int64, large func() error) ([]byte, error) {
	for int64(len(data)) < limit {
		if len(data) == cap(data) {
			room := 2 * int64(cap(data))
			if room > largeBody {
				// All that may come at once, of which only what does come is
				// ever touched: growing on would hold the body twice over.
				if err := large(); err != nil {
					return data, err
				}
				room = limit
			}
			data = append(make([]byte, 0, room), data...)
		}
		n, err := r.Read(data[len(data):min(int64(cap(data)), limit)])
		data = data[:len(data)+n]
		switch {
		case err == io.EOF:
			return data, nil
		case err != nil:
			return data, err
		}
	}
	return data, nil
}
