package search

import (
	"bufio"
	"encoding/binary"
	"hash/crc32"
	"os"
)

// segmentWriter writes a segment, term by term in byte order.
type segmentWriter struct {
	file   *os.File
	out    *bufio.Writer
	offset uint64
	sums   []byte // of the pages that are full
	page   uint32 // checksum of the page being filled

	runs    []byte // the table of runs
	entries []byte // of the run being written
	inRun   int
	runAt   uint64
	first   string // of the run
	before  string // the last term

	list postingsWriter
}

func newSegmentWriter(path string) (*segmentWriter, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return &segmentWriter{file: f, out: bufio.NewWriterSize(f, 256<<10)}, nil
}

// write appends to the file and keeps the checksums of its pages. Errors stay
// with the buffered writer until finish.
func (w *segmentWriter) write(b []byte) {
	_, _ = w.out.Write(b)
	for len(b) > 0 {
		n := min(pageSize-int(w.offset%pageSize), len(b))
		w.page = crc32.Update(w.page, castagnoli, b[:n])
		w.offset += uint64(n)
		if w.offset%pageSize == 0 {
			w.sums = binary.LittleEndian.AppendUint32(w.sums, w.page)
			w.page = 0
		}
		b = b[n:]
	}
}

// term writes the postings that were put into w.list as those of term.
func (w *segmentWriter) term(term string) {
	l := &w.list
	if l.count == 0 {
		return
	}
	l.endBlock()
	if w.inRun == 0 {
		w.runAt, w.first, w.before = w.offset, term, ""
	}
	shared := 0
	for shared < min(len(term), len(w.before)) && term[shared] == w.before[shared] {
		shared++
	}
	e := binary.AppendUvarint(w.entries, uint64(shared))
	e = binary.AppendUvarint(e, uint64(len(term)-shared))
	e = append(e, term[shared:]...)
	e = binary.AppendUvarint(e, uint64(l.count))
	if l.count > blockDocs {
		e = binary.AppendUvarint(e, uint64(len(l.blocks)))
		w.write(l.blocks)
	}
	e = binary.AppendUvarint(e, uint64(len(l.docs)))
	e = binary.AppendUvarint(e, uint64(len(l.positions)))
	w.write(l.docs)
	w.write(l.positions)
	w.entries, w.before = e, term
	if w.inRun++; w.inRun == runTerms {
		w.endRun()
	}
	l.reset()
}

func (w *segmentWriter) endRun() {
	if w.inRun == 0 {
		return
	}
	r := binary.AppendUvarint(w.runs, uint64(len(w.first)))
	r = append(r, w.first...)
	r = binary.AppendUvarint(r, w.runAt)
	r = binary.AppendUvarint(r, w.offset-w.runAt)
	r = binary.AppendUvarint(r, uint64(len(w.entries)))
	w.write(w.entries)
	w.runs, w.entries, w.inRun = r, w.entries[:0], 0
}

// finish writes what follows the terms and closes the file, which is then on
// disk. The documents are in their order in the segment.
func (w *segmentWriter) finish(docs []document) error {
	w.endRun()
	f := footer{runs: w.offset, runsSize: uint64(len(w.runs)), docsCount: uint64(len(docs))}
	w.write(w.runs)
	f.docs = w.offset
	var b []byte
	for _, d := range docs {
		f.words += uint64(d.length)
		b = d.append(b[:0])
		w.write(b)
	}
	f.sums = w.offset
	if w.offset%pageSize != 0 {
		w.sums = binary.LittleEndian.AppendUint32(w.sums, w.page)
	}
	w.sums = binary.LittleEndian.AppendUint32(w.sums, crc32.Checksum(w.sums, castagnoli))
	_, _ = w.out.Write(w.sums)
	_, _ = w.out.Write(f.append(nil))
	err := w.out.Flush()
	if err == nil {
		err = w.file.Sync()
	}
	if closed := w.file.Close(); err == nil {
		err = closed
	}
	return err
}

// abort closes the file, which is of no use.
func (w *segmentWriter) abort() {
	_ = w.file.Close()           // nothing of it is kept
	_ = os.Remove(w.file.Name()) // else the next opening removes it
}

// postingsWriter encodes the postings of one term. The order of articles is
// theirs in the segment.
type postingsWriter struct {
	blocks, docs, positions []byte
	count                   int
	last                    uint32 // article
	blockLast               uint32 // last article of the block before
	docsAt, positionsAt     int    // where the present block begins
}

// add appends an article in which the term stands times times, at positions
// that are encoded already.
func (l *postingsWriter) add(doc uint32, inTitle bool, times int, positions []byte) {
	if l.count > 0 && l.count%blockDocs == 0 {
		l.endBlock()
	}
	delta := doc - l.last // the first one's is its own number
	head := uint64(delta) << 2
	if inTitle {
		head |= 2
	}
	if times == 1 {
		head |= 1
	}
	l.docs = binary.AppendUvarint(l.docs, head)
	if times != 1 {
		l.docs = binary.AppendUvarint(l.docs, uint64(times))
	}
	l.positions = append(l.positions, positions...)
	l.last = doc
	l.count++
}

func (l *postingsWriter) endBlock() {
	l.blocks = binary.AppendUvarint(l.blocks, uint64(l.last-l.blockLast))
	l.blocks = binary.AppendUvarint(l.blocks, uint64(len(l.docs)-l.docsAt))
	l.blocks = binary.AppendUvarint(l.blocks, uint64(len(l.positions)-l.positionsAt))
	l.blockLast, l.docsAt, l.positionsAt = l.last, len(l.docs), len(l.positions)
}

func (l *postingsWriter) reset() {
	l.blocks, l.docs, l.positions = l.blocks[:0], l.docs[:0], l.positions[:0]
	l.count, l.last, l.blockLast, l.docsAt, l.positionsAt = 0, 0, 0, 0, 0
}
