package publisher

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// encoding is a content coding (RFC 9110, section 8.4.1) that we can send.
type encoding int

// The encodings, by what we would rather send where a client likes them alike.
const (
	identity encoding = iota
	gzipped
	brotlied
	encodings int = iota
)

// brotliLevel packs better than gzip at its default level in about the same
// time; the levels above cost far more than they save.
const brotliLevel = 5

// coder is how an encoding is made. Its writers are large, so they are kept.
type coder struct {
	name    string // as Content-Encoding names it, and as entity tags end in
	writers *sync.Pool
}

// resettable is a packing writer that can begin anew.
type resettable interface {
	io.WriteCloser
	Reset(io.Writer)
}

var coders = [encodings]coder{
	gzipped:  {"gzip", &sync.Pool{New: func() any { return gzip.NewWriter(nil) }}},
	brotlied: {"br", &sync.Pool{New: func() any { return brotli.NewWriterLevel(nil, brotliLevel) }}},
}

// encode packs body. The same bytes of the same release give the same result.
func (e encoding) encode(body []byte) ([]byte, error) {
	if e == identity {
		return body, nil
	}
	c := coders[e]
	w := c.writers.Get().(resettable)
	defer c.writers.Put(w)
	var b bytes.Buffer
	w.Reset(&b)
	if _, err := w.Write(body); err != nil {
		return nil, fmt.Errorf("encode as %s: %w", c.name, err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("encode as %s: %w", c.name, err)
	}
	return bytes.Clone(b.Bytes()), nil // without the room that the buffer grew by
}

// negotiate reads Accept-Encoding (RFC 9110, section 12.5.3) and chooses of the
// encodings that are offered. Without one the identity form is sent: a client
// that can unpack says so. It reports false where the client refuses all.
func negotiate(lists []string, offered [encodings]bool) (encoding, bool) {
	if len(lists) == 0 {
		return identity, offered[identity]
	}
	best, most := identity, 0
	for e, weight := range weights(lists) {
		if weight > 0 && weight >= most && offered[e] {
			best, most = encoding(e), weight
		}
	}
	return best, most > 0
}

// weights are what lists give each encoding, in thousandths; 0 is refused.
func weights(lists []string) [encodings]int {
	const unnamed = -1
	named, others := [encodings]int{unnamed, unnamed, unnamed}, unnamed
	for _, list := range lists {
		for item := range strings.SplitSeq(list, ",") {
			coding, parameters, _ := strings.Cut(item, ";")
			coding = strings.TrimSpace(coding)
			weight := weightOf(parameters)
			switch {
			case strings.EqualFold(coding, "gzip"), strings.EqualFold(coding, "x-gzip"):
				named[gzipped] = weight
			case strings.EqualFold(coding, "br"):
				named[brotlied] = weight
			case strings.EqualFold(coding, "identity"):
				named[identity] = weight
			case coding == "*":
				others = weight
			}
		}
	}
	for e, weight := range named {
		switch {
		case weight != unnamed:
		case others != unnamed:
			named[e] = others
		case encoding(e) == identity:
			named[e] = 1 // acceptable, and after all that was asked for
		default:
			named[e] = 0
		}
	}
	return named
}

// weightOf is the weight among the parameters of a coding, in thousandths: 1000
// where there is none that can be read.
func weightOf(parameters string) int {
	for parameters != "" {
		var p string
		p, parameters, _ = strings.Cut(parameters, ";")
		name, value, _ := strings.Cut(p, "=")
		if !strings.EqualFold(strings.TrimSpace(name), "q") {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err == nil && q >= 0 && q <= 1 {
			return int(q * 1000)
		}
	}
	return 1000
}
