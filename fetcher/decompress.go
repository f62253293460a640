package fetcher

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/net/html/charset"

	"nashra"
)

// acceptEncoding is what decompress can read, the cheapest to read first.
const acceptEncoding = "gzip, br, zstd"

// readBody reads the whole body of resp, decompressed. The bytes are what
// could be had, also beside an error: io.ErrUnexpectedEOF and the like where
// the transfer was cut short, nashra.ErrTooLarge where more than limit bytes
// came. Memory is bounded by limit and the decoder's window. large is called
// before a body is read on that has more than largeBody bytes; its error ends
// the reading.
func readBody(resp *http.Response, limit int64, large func() error) ([]byte, error) {
	counted := &io.LimitedReader{R: resp.Body, N: limit + compressedSlack}
	codings := resp.Header.Values("Content-Encoding")
	decoded, closeDecoder, err := decompress(counted, codings)
	if err != nil {
		return nil, err
	}
	defer closeDecoder()

	expected := int64(0)
	if n := resp.ContentLength; n <= limit && len(codings) == 0 {
		expected = max(0, n)
	}
	data, err := readAll(decoded, expected, limit+1, large)
	switch {
	case int64(len(data)) > limit:
		return data[:limit], fmt.Errorf("more than %s: %w; fetch.max_body sets the limit", size(limit), nashra.ErrTooLarge)
	case counted.N <= 0:
		return data, fmt.Errorf("more than %s of compressed bytes: %w; fetch.max_body sets the limit", size(limit), nashra.ErrTooLarge)
	case err != nil:
		return data, cutShort(err)
	}
	if bytes.HasPrefix(data, gzipMagic) {
		return gunzip(data, limit, large)
	}
	return data, nil
}

var gzipMagic = []byte{0x1f, 0x8b, 0x08}

// gunzip reads a body that is a .gz file by itself, as some servers send a
// stored feed.gz without saying so.
func gunzip(data []byte, limit int64, large func() error) ([]byte, error) {
	zr, err := newMembers(bytes.NewReader(data))
	if err != nil {
		return data, nil
	}
	defer zr.close()
	out, err := readAll(zr, 0, limit+1, large)
	if int64(len(out)) > limit {
		return out[:limit], fmt.Errorf("more than %s: %w; fetch.max_body sets the limit", size(limit), nashra.ErrTooLarge)
	}
	if err != nil {
		return out, cutShort(err)
	}
	return out, nil
}

// errCutShort marks an error after which the bytes before it are still good.
var errCutShort = errors.New("the transfer was cut short")

func cutShort(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fmt.Errorf("%w: %w", errCutShort, err)
}

// decompress undoes the codings of a Content-Encoding header (RFC 9110,
// section 8.4), the last applied first.
func decompress(r io.Reader, header []string) (io.Reader, func(), error) {
	var codings []string
	for _, coding := range strings.Split(strings.Join(header, ","), ",") {
		coding = strings.ToLower(strings.TrimSpace(coding))
		if coding != "" && coding != "identity" && !mislabelled(coding) {
			codings = append(codings, coding)
		}
	}
	if len(codings) > maxEncodings {
		return nil, nil, tell(nashra.TroubleBroken, nil, "the answer is compressed %d times over", len(codings))
	}
	closers := []func(){}
	closeAll := func() {
		for _, c := range closers {
			c()
		}
	}
	for i := len(codings) - 1; i >= 0; i-- {
		next, closer, err := decoder(r, codings[i])
		if err != nil {
			closeAll()
			return nil, nil, err
		}
		if closer != nil {
			closers = append(closers, closer)
		}
		r = next
	}
	return r, closeAll, nil
}

// mislabelled reports whether a coding says what a Content-Encoding does not: a
// charset, as programs write that confuse the two, or that there is none.
func mislabelled(coding string) bool {
	if coding == "none" {
		return true
	}
	enc, _ := charset.Lookup(coding)
	return enc != nil
}

// members reads a gzip stream, whose members follow each other (RFC 1952,
// section 2.2). What follows the last one and is none is padding, as it is to
// every browser.
type members struct {
	from *bufio.Reader
	zr   *gzip.Reader
}

// unused are members that have nothing to read: each has 50 KB of tables and
// windows.
var unused = sync.Pool{New: func() any { return &members{from: bufio.NewReader(nil), zr: new(gzip.Reader)} }}

// newMembers begins to read r. close must be called when nothing more is read.
func newMembers(r io.Reader) (m *members, err error) {
	m = unused.Get().(*members)
	m.from.Reset(r)
	if err := m.next(); err != nil {
		m.close()
		return nil, err
	}
	return m, nil
}

func (m *members) close() {
	m.from.Reset(nil)
	unused.Put(m)
}

// next begins with a member.
func (m *members) next() error {
	if err := m.zr.Reset(m.from); err != nil {
		return err
	}
	m.zr.Multistream(false)
	return nil
}

func (m *members) Read(p []byte) (int, error) {
	n, err := m.zr.Read(p)
	if err != io.EOF {
		return n, err
	}
	if head, _ := m.from.Peek(len(gzipMagic)); !bytes.Equal(head, gzipMagic) {
		return n, io.EOF
	}
	return n, m.next()
}

func decoder(r io.Reader, coding string) (io.Reader, func(), error) {
	switch coding {
	case "gzip", "x-gzip":
		zr, err := newMembers(r)
		if errors.Is(err, io.EOF) {
			return bytes.NewReader(nil), nil, nil // an empty body
		}
		if err != nil {
			return nil, nil, tell(nashra.TroubleBroken, err, "the answer says it is gzip and is not")
		}
		return zr, zr.close, nil
	case "br":
		return brotli.NewReader(r), nil, nil
	case "zstd":
		zr, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, nil, tell(nashra.TroubleBroken, err, "the answer says it is zstd and is not")
		}
		return zr, zr.Close, nil
	case "deflate":
		// Never asked for. Some servers mean zlib (RFC 1950) by it, as the
		// standard says, and some the bare stream.
		br := bufio.NewReader(r)
		if head, err := br.Peek(2); err == nil && head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
			zr, err := zlib.NewReader(br)
			if err != nil {
				return nil, nil, tell(nashra.TroubleBroken, err, "the answer says it is deflate and is not")
			}
			return zr, nil, nil
		}
		return flate.NewReader(br), nil, nil
	}
	return nil, nil, tell(nashra.TroubleBroken, nil, "the answer is compressed as %s, which we did not ask for and cannot read", quote(coding))
}

// size is n bytes as the config writes it.
func size(n int64) string {
	switch {
	case n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	case n%(1<<10) == 0:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}
