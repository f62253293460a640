package search

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"nashra"
)

// The index is a folder of files that are written once and never changed:
// segments, lists of what in them is dead, and the manifest, which is replaced
// and says which of them are in force. Numbers are little endian or varints.
//
// A segment holds some articles, the newest first, so that every list of
// articles in it begins with the newest:
//
//	terms      runs of up to 32 terms in byte order: the postings of each, then
//	           their entries: shared prefix with the term before, rest,
//	           number of articles, lengths of the parts of the postings
//	runs       of each run: its first term, where it begins, where its entries do
//	documents  of each article: its place, its number in the store, its length
//	checksums  CRC-32C of every page of 32 KiB before
//	footer     where the parts begin, their sizes, and a checksum of the footer
//
// Postings of more than 128 articles begin with a table of their blocks of
// 128: last article, lengths. Then come the articles, as differences, each
// with whether the term stands in the title and how often in all; then its
// positions, as differences. A term is a folding key; the term that begins
// with byte 1 holds the articles of a source, without meaning to its position.
const (
	// formatVersion changes with the format, the folding, the parting of
	// texts: an index of another version is made anew.
	formatVersion = 1

	runTerms   = 32
	blockDocs  = 128
	pageSize   = 32 << 10
	docSize    = placeSize + 8 + 2
	footerSize = 6*8 + 4 + 4

	// gap is what lies between the positions of two blocks of text.
	gap = 8

	sourceTerm = "\x01"
)

// errDamaged says that a file of the index is not what was written. The index
// is then made anew.
var errDamaged = errors.New("the search index is damaged")

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// place is where an article stands in listings and segments, in bytes that
// compare backwards: sort time and id, newest first.
type place [placeSize]byte

const placeSize = 8 + 4 + idSize

// idSize is the length of an article's id as it is written.
const idSize = 26

func placeOf(a *nashra.Article) (place, error) {
	var p place
	if len(a.ID) != idSize {
		return p, fmt.Errorf("article id %q is not %d letters", a.ID, idSize)
	}
	binary.BigEndian.PutUint64(p[:], uint64(a.Sort.Unix())^1<<63)
	binary.BigEndian.PutUint32(p[8:], uint32(a.Sort.Nanosecond()))
	copy(p[12:], a.ID)
	return p, nil
}

func (p place) id() string { return string(p[12:]) }

// compare orders places newest first.
func (p place) compare(q place) int { return bytes.Compare(q[:], p[:]) }

// document is what a segment keeps of an article beside its words.
type document struct {
	place  place
	seq    uint64
	length uint16 // in words
}

func (d document) append(b []byte) []byte {
	b = append(b, d.place[:]...)
	b = binary.LittleEndian.AppendUint64(b, d.seq)
	return binary.LittleEndian.AppendUint16(b, d.length)
}

func readDocument(b []byte) document {
	var d document
	copy(d.place[:], b)
	d.seq = binary.LittleEndian.Uint64(b[placeSize:])
	d.length = binary.LittleEndian.Uint16(b[placeSize+8:])
	return d
}

// footer says where the parts of a segment are.
type footer struct {
	runs, runsSize, docs, docsCount, sums, words uint64
}

func (f footer) append(b []byte) []byte {
	start := len(b)
	for _, n := range []uint64{f.runs, f.runsSize, f.docs, f.docsCount, f.sums, f.words} {
		b = binary.LittleEndian.AppendUint64(b, n)
	}
	b = binary.LittleEndian.AppendUint32(b, formatVersion)
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b[start:], castagnoli))
}

func readFooter(b []byte) (footer, error) {
	n := len(b) - 4
	if crc32.Checksum(b[:n], castagnoli) != binary.LittleEndian.Uint32(b[n:]) || binary.LittleEndian.Uint32(b[n-4:]) != formatVersion {
		return footer{}, errDamaged
	}
	var f footer
	for i, at := range []*uint64{&f.runs, &f.runsSize, &f.docs, &f.docsCount, &f.sums, &f.words} {
		*at = binary.LittleEndian.Uint64(b[i*8:])
	}
	return f, nil
}
