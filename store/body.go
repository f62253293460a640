package store

import (
	"errors"

	"github.com/klauspost/compress/zstd"

	"nashra"
)

// maxBody bounds a body as it is decoded. It came in a batch, so it is never
// larger than one.
const maxBody = nashra.MaxBatch

// bodyCodec packs and unpacks bodies: each a zstd frame of its own with a
// checksum. It may be used from several goroutines.
type bodyCodec struct {
	enc *zstd.Encoder
	dec *zstd.Decoder
}

func newBodyCodec() (*bodyCodec, error) {
	enc, err := zstd.NewWriter(nil,
		zstd.WithEncoderConcurrency(1),
		zstd.WithWindowSize(maxBody),
		zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, err
	}
	dec, err := zstd.NewReader(nil,
		zstd.WithDecoderConcurrency(0), // as many as there are processors
		zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxMemory(2*maxBody))
	if err != nil {
		return nil, err
	}
	return &bodyCodec{enc, dec}, nil
}

func (c *bodyCodec) close() {
	c.dec.Close()
}

// pack gives the bytes that the file holds of a body; nil for an empty one.
func (c *bodyCodec) pack(html string) []byte {
	if html == "" {
		return nil
	}
	return c.enc.EncodeAll([]byte(html), nil)
}

// unpack reads what pack gave.
func (c *bodyCodec) unpack(data []byte) (string, error) {
	if len(data) == 0 {
		return "", nil
	}
	html, err := c.dec.DecodeAll(data, nil)
	return string(html), err
}

// errOtherBody: the packed bytes are sound, and of another body.
var errOtherBody = errors.New("not the body that belongs here")

// body reads what pack gave of the HTML with that hash; a zero hash is of none.
func (c *bodyCodec) body(data []byte, want nashra.Hash) (string, error) {
	if want.IsZero() {
		return "", nil
	}
	html, err := c.unpack(data)
	if err == nil && nashra.HashOf(html) != want {
		err = errOtherBody
	}
	return html, err
}
