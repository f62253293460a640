package remote

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Kinds of frames.
const (
	kindHello   = 'H' // both sides: JSON Hello
	kindRequest = 'Q' // client: JSON request
	kindData    = 'D' // server: a piece of the result
	kindReport  = 'R' // server: JSON nashra.Fetch
	kindAlive   = 'A' // server: nothing, but it is alive
	kindEnd     = 'E' // server: JSON ending
)

const frameHead = 5

var errFrame = errors.New("not what a nashra would send")

// writeFrame sends a frame in one write, so that frames of several goroutines
// do not mix where writes do not.
func writeFrame(w io.Writer, kind byte, payload []byte) error {
	frame := make([]byte, frameHead, frameHead+len(payload))
	frame[0] = kind
	binary.BigEndian.PutUint32(frame[1:], uint32(len(payload)))
	_, err := w.Write(append(frame, payload...))
	return err
}

func writeJSON(w io.Writer, kind byte, v any) error {
	payload, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return writeFrame(w, kind, payload)
}

// readFrame reads a frame with a payload of at most limit bytes.
func readFrame(r io.Reader, limit uint32) (kind byte, payload []byte, err error) {
	var head [frameHead]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	n := binary.BigEndian.Uint32(head[1:])
	if n > limit {
		return 0, nil, fmt.Errorf("%w: a frame of %d bytes, at most %d", errFrame, n, limit)
	}
	payload = make([]byte, n)
	if _, err := io.ReadFull(r, payload); err != nil {
		return 0, nil, fmt.Errorf("a frame cut short: %w", err)
	}
	return head[0], payload, nil
}

// readJSON reads a frame that must be of one kind.
func readJSON(r io.Reader, kind byte, limit uint32, into any) error {
	got, payload, err := readFrame(r, limit)
	if err != nil {
		return err
	}
	if got != kind {
		return fmt.Errorf("%w: a frame of kind %q, not %q", errFrame, got, kind)
	}
	if err := json.Unmarshal(payload, into); err != nil {
		return fmt.Errorf("%w: %w", errFrame, err)
	}
	return nil
}
