package arabic

import (
	"math/bits"
	"strings"
)

// MinHashVersion is the version of what MinHash and Key give together. Numbers
// of two versions cannot be compared, so whatever changes them changes it.
const MinHashVersion = 1

const (
	minHashWords   = 30 // a shorter text is like many others by chance
	minHashShingle = 4  // words in a row
)

// MinHash gives the 128 numbers by which texts are compared, of a text's
// folding key: each is the least that one of 128 hash functions gives for any 4
// words in a row. The part of the numbers that two texts share estimates the
// part of such words in a row that they share (Broder, "On the resemblance and
// containment of documents", 1997). ok is false for a text under 30 words.
func MinHash(key string) (least [128]uint32, ok bool) {
	words := make([]uint64, 0, len(key)/8)
	for word := range strings.FieldsSeq(key) {
		words = append(words, hashWord(word))
	}
	if len(words) < minHashWords {
		return least, false
	}
	shingles := words[:len(words)-minHashShingle+1]
	for i := range shingles {
		h := uint64(0)
		for _, w := range words[i : i+minHashShingle] {
			h = mix(bits.RotateLeft64(h, 21) ^ w)
		}
		shingles[i] = h // its word is not needed again
	}
	for i, f := range &minHashFunctions {
		smallest := ^uint64(0)
		for _, h := range shingles {
			smallest = min(smallest, f.times*h+f.plus)
		}
		least[i] = uint32(smallest >> 32)
	}
	return least, true
}

// minHashFunction is h → the upper half of times·h + plus, a universal hash
// (Dietzfelbinger and others, 1997).
type minHashFunction struct{ times, plus uint64 }

var minHashFunctions = func() (list [128]minHashFunction) {
	for i := range list {
		list[i] = minHashFunction{mix(uint64(2*i+1)) | 1, mix(uint64(2*i + 2))}
	}
	return list
}()

// hashWord is FNV-1a, whose weak upper bits mix makes up for.
func hashWord(word string) uint64 {
	h := uint64(0xcbf29ce484222325)
	for i := range len(word) {
		h = (h ^ uint64(word[i])) * 0x100000001b3
	}
	return mix(h)
}

// mix is the output function of SplitMix64: every bit of the result depends on
// all of h.
func mix(h uint64) uint64 {
	h += 0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
