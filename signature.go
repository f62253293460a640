package nashra

import (
	"encoding/binary"
	"fmt"
)

// Signature is the MinHash (Broder, 1997) of a body's text: 128 numbers, of
// which two texts share as large a part as they share of their 4-word
// sequences. So wire copy is found again without comparing texts. Nil is none:
// of a short body it would say nothing.
//
// Its first byte is the version of how it was made, the numbers follow with 4
// bytes each, big endian.
type Signature []byte

// SignatureSize is how many numbers a signature has.
const SignatureSize = 128

const signatureLen = 1 + 4*SignatureSize

// NewSignature is the signature of numbers that were made in the way of that
// version, which is not 0.
func NewSignature(version byte, numbers [SignatureSize]uint32) Signature {
	s := make(Signature, 1, signatureLen)
	s[0] = version
	for _, n := range numbers {
		s = binary.BigEndian.AppendUint32(s, n)
	}
	return s
}

// Check reports what is wrong with the form of s.
func (s Signature) Check() error {
	if s != nil && (len(s) != signatureLen || s[0] == 0) {
		return fmt.Errorf("a signature of %d bytes, not %d with a version", len(s), signatureLen)
	}
	return nil
}

// Similarity estimates the Jaccard similarity of two texts, 0 to 1, with a
// standard error of 0.04 about the middle and less at the ends. ok is false
// where it cannot be known: one of them is none, or they were made in different
// ways.
func (s Signature) Similarity(other Signature) (part float64, ok bool) {
	if len(s) != signatureLen || len(other) != signatureLen || s[0] != other[0] {
		return 0, false
	}
	same := 0
	for i := 1; i < signatureLen; i += 4 {
		if [4]byte(s[i:]) == [4]byte(other[i:]) {
			same++
		}
	}
	return float64(same) / SignatureSize, true
}
