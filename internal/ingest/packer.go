package ingest

import (
	"fmt"
	"runtime"

	"github.com/klauspost/compress/zstd"
)

// packer packs pages, to an eighth of their size in a small part of the time
// that it takes to parse them. It may be used from several goroutines.
type packer struct {
	enc *zstd.Encoder
	dec *zstd.Decoder
}

func newPacker() (*packer, error) {
	enc, err := zstd.NewWriter(nil,
		zstd.WithEncoderLevel(zstd.SpeedFastest),
		zstd.WithEncoderConcurrency(runtime.GOMAXPROCS(0)),
		zstd.WithWindowSize(256<<10), // what repeats on a page is near
		zstd.WithEncoderCRC(false),   // it never leaves our memory
		zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, fmt.Errorf("make a packer of pages: %w", err)
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, fmt.Errorf("make a packer of pages: %w", err)
	}
	return &packer{enc, dec}, nil
}

func (p *packer) pack(page []byte) []byte { return p.enc.EncodeAll(page, nil) }

func (p *packer) unpack(packed []byte) ([]byte, error) {
	page, err := p.dec.DecodeAll(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("unpack a page: %w", err)
	}
	return page, nil
}
