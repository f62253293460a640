package extractor

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// furnitureVersion is the first byte of encoded Furniture. The number grows
// with its form and with what keys are made of: keys that no page gives any
// more would only take up room.
const furnitureVersion = 1

// learnedSize is the size of an encoded part in bytes: its key and the hashes
// of its articles.
const learnedSize = 8 + 4*learnedArticles

// MarshalBinary gives the bytes of f, 10,241 at most and the same for the same
// knowledge: the version, then the parts, the last seen last, in big endian. The
// error is always nil.
func (f *Furniture) MarshalBinary() ([]byte, error) {
	data := make([]byte, 0, 1+learnedSize*len(f.parts))
	data = append(data, furnitureVersion)
	for i := range f.parts {
		data = binary.BigEndian.AppendUint64(data, f.parts[i].key)
		for _, article := range f.parts[i].articles {
			data = binary.BigEndian.AppendUint32(data, article)
		}
	}
	return data, nil
}

// UnmarshalBinary reads what MarshalBinary gave. Anything else, what another
// version gave too, is an error and leaves f as it is.
func (f *Furniture) UnmarshalBinary(data []byte) error {
	switch {
	case len(data) == 0:
		return errors.New("decode furniture: there are no bytes")
	case data[0] != furnitureVersion:
		return fmt.Errorf("decode furniture: version %d, this program reads %d", data[0], furnitureVersion)
	}
	data = data[1:]
	n := len(data) / learnedSize
	if len(data)%learnedSize != 0 || n > maxLearned {
		return fmt.Errorf("decode furniture: %d bytes are no list of at most %d parts", len(data), maxLearned)
	}
	parts := make([]learnedPart, n)
	seen := make(map[uint64]bool, n)
	for i := range parts {
		p := &parts[i]
		p.key, data = binary.BigEndian.Uint64(data), data[8:]
		for j := range p.articles {
			p.articles[j], data = binary.BigEndian.Uint32(data), data[4:]
		}
		if seen[p.key] || !p.sound() {
			return fmt.Errorf("decode furniture: part %d is damaged", i)
		}
		seen[p.key] = true
	}
	f.parts = parts
	return nil
}

// sound reports whether the part could have been learned: it stood in one
// article at least, and in each of them once.
func (p *learnedPart) sound() bool {
	n := p.seen()
	for i, article := range p.articles {
		if (article == 0) != (i >= n) {
			return false
		}
		for _, other := range p.articles[:i] {
			if article != 0 && other == article {
				return false
			}
		}
	}
	return n > 0
}
