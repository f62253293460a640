package search

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
	"math/bits"
	"os"
	"slices"
	"sort"
	"sync/atomic"
	"syscall"
)

// segment is an open segment file. Its bytes are mapped and verified page by
// page as they are first read: a damaged one is a panic with errDamaged, which
// contain catches.
type segment struct {
	name string
	data []byte
	footer
	sums     []byte
	verified []atomic.Uint64 // a bit a page

	names []byte // the first terms of the runs, one after the other
	table []run

	dead bitmap // articles that are no longer there or stand in a newer segment
}

type run struct {
	nameAt   uint32
	nameLen  uint16
	at       uint64
	postings uint32 // length; the entries follow
	entries  uint32
}

// openSegment maps the file at path.
func openSegment(path, name string) (_ *segment, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // the mapping stays
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() < footerSize || info.Size() > math.MaxInt {
		return nil, errDamaged
	}
	data, err := syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, err
	}
	s := &segment{name: name, data: data}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	return s, contain(s.load)
}

func (s *segment) close() error { return syscall.Munmap(s.data) }

// load reads the tables that stay in memory.
func (s *segment) load() error {
	end := uint64(len(s.data) - footerSize)
	var err error
	if s.footer, err = readFooter(s.data[end:]); err != nil {
		return err
	}
	pages := (s.footer.sums + pageSize - 1) / pageSize
	if s.footer.sums+pages*4+4 != end || s.docs+s.docsCount*docSize != s.footer.sums || s.runs+s.runsSize != s.docs || s.docsCount >= math.MaxUint32 {
		return errDamaged
	}
	s.sums = s.data[s.footer.sums:end]
	n := len(s.sums) - 4
	if crc32.Checksum(s.sums[:n], castagnoli) != binary.LittleEndian.Uint32(s.sums[n:]) {
		return errDamaged
	}
	s.verified = make([]atomic.Uint64, (pages+63)/64)
	s.dead = newBitmap(s.docsCount)
	r := reader(s.bytes(s.runs, s.runsSize))
	for len(r) > 0 {
		name := r.take(r.uvarint())
		t := run{nameAt: uint32(len(s.names)), nameLen: uint16(len(name)), at: r.uvarint()}
		t.postings, t.entries = uint32(r.uvarint()), uint32(r.uvarint())
		s.names = append(s.names, name...)
		s.table = append(s.table, t)
	}
	s.names, s.table = slices.Clip(s.names), slices.Clip(s.table)
	return nil
}

// bytes are n bytes of the file at off, verified.
func (s *segment) bytes(off, n uint64) []byte {
	if off > s.footer.sums || n > s.footer.sums-off {
		panic(errDamaged)
	}
	if n > 0 {
		for page := off / pageSize; page <= (off+n-1)/pageSize; page++ {
			s.verify(page)
		}
	}
	return s.data[off : off+n : off+n]
}

func (s *segment) verify(page uint64) {
	bit := uint64(1) << (page % 64)
	if s.verified[page/64].Load()&bit != 0 {
		return
	}
	body := s.data[page*pageSize : min((page+1)*pageSize, s.footer.sums)]
	if crc32.Checksum(body, castagnoli) != binary.LittleEndian.Uint32(s.sums[page*4:]) {
		panic(errDamaged)
	}
	s.verified[page/64].Or(bit)
}

func (s *segment) document(doc uint32) document {
	return readDocument(s.bytes(s.docs+uint64(doc)*docSize, docSize))
}

func (s *segment) place(doc uint32) place {
	return place(s.bytes(s.docs+uint64(doc)*docSize, placeSize))
}

// lengths are those of the articles from start to end.
func (s *segment) lengths(start, end uint32) lengths {
	return lengths(s.bytes(s.docs+uint64(start)*docSize, uint64(end-start)*docSize))
}

// lengths are documents as they stand in a segment.
type lengths []byte

// of is how many words the article at has, counted from the first of l.
func (l lengths) of(at uint32) float32 {
	return float32(binary.LittleEndian.Uint16(l[int(at)*docSize+placeSize+8:]))
}

// from is the first article that stands at p or after it: is as old or older.
func (s *segment) from(p place) uint32 {
	return uint32(sort.Search(int(s.docsCount), func(i int) bool { return s.place(uint32(i)).compare(p) >= 0 }))
}

// entry is a term and where its postings are.
type entry struct {
	term                    []byte // good until the next entry is read
	count                   int
	at                      uint64
	blocks, docs, positions uint64 // lengths
}

// runAfter reports whether run i begins with a term after term.
func (s *segment) runAfter(i int, term string) bool {
	t := s.table[i]
	return string(s.names[t.nameAt:t.nameAt+uint32(t.nameLen)]) > term
}

// entriesOf reads run i.
func (s *segment) entriesOf(i int, yield func(entry) bool) bool {
	t := s.table[i]
	r := reader(s.bytes(t.at+uint64(t.postings), uint64(t.entries)))
	at := t.at
	term := make([]byte, 0, maxKey)
	for len(r) > 0 {
		shared := r.uvarint()
		term = append(term[:shared], r.take(r.uvarint())...)
		e := entry{term: term, count: int(r.uvarint()), at: at}
		if e.count > blockDocs {
			e.blocks = r.uvarint()
		}
		e.docs, e.positions = r.uvarint(), r.uvarint()
		at += e.blocks + e.docs + e.positions
		if !yield(e) {
			return false
		}
	}
	return true
}

// scan yields the entries of all terms from the first that is not before start.
func (s *segment) scan(start string, yield func(entry) bool) {
	first := sort.Search(len(s.table), func(i int) bool { return s.runAfter(i, start) }) - 1
	for i := max(first, 0); i < len(s.table); i++ {
		if !s.entriesOf(i, func(e entry) bool { return string(e.term) < start || yield(e) }) {
			return
		}
	}
}

// maxForms bounds the forms of one word in a segment, and maxScan the terms
// that are looked at for each beginning of one: the rest of what begins with
// three common letters is not looked at.
const (
	maxForms = 128
	maxScan  = 4096
)

// forms are the entries of all forms of w, the most frequent first.
func (s *segment) forms(w *word) (found []entry, exact []bool) {
	type form struct {
		entry
		exact bool
	}
	var all []form
	for _, start := range w.starts() {
		looked := 0
		s.scan(start.text, func(e entry) bool {
			if looked++; !bytes.HasPrefix(e.term, []byte(start.text)) || looked > maxScan {
				return false
			}
			if is, exact := w.form(string(e.term)); is && (!start.whole || len(e.term) == len(start.text)) {
				e.term = bytes.Clone(e.term)
				all = append(all, form{e, exact})
			}
			return !start.whole
		})
	}
	slices.SortFunc(all, func(a, b form) int {
		return cmp.Or(b2i(b.exact)-b2i(a.exact), b.count-a.count, bytes.Compare(a.term, b.term))
	})
	for i, f := range all {
		if i == maxForms {
			break
		}
		found, exact = append(found, f.entry), append(exact, f.exact)
	}
	return found, exact
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// term is the entry of exactly this term.
func (s *segment) term(term string) (found entry, ok bool) {
	s.scan(term, func(e entry) bool {
		found, ok = e, string(e.term) == term
		return false
	})
	return found, ok
}

// reader reads numbers and bytes off verified data; what is cut short is a
// panic with errDamaged.
type reader []byte

func (r *reader) uvarint() uint64 {
	if b := *r; len(b) > 0 && b[0] < 0x80 { // so short that it costs no call
		*r = b[1:]
		return uint64(b[0])
	}
	return r.longer()
}

func (r *reader) longer() uint64 {
	if b := *r; len(b) > 1 && b[1] < 0x80 {
		*r = b[2:]
		return uint64(b[0]&0x7F) | uint64(b[1])<<7
	}
	v, n := binary.Uvarint(*r)
	if n <= 0 {
		panic(errDamaged)
	}
	*r = (*r)[n:]
	return v
}

// skip passes over n numbers.
func (r *reader) skip(n uint64) {
	b := *r
	for n >= 8 && len(b) >= 8 {
		n -= uint64(bits.OnesCount64(^binary.LittleEndian.Uint64(b) & highBits)) // each ends with a byte below 0x80
		b = b[8:]
	}
	for ; n > 0; b = b[1:] {
		if len(b) == 0 {
			panic(errDamaged)
		}
		if b[0] < 0x80 {
			n--
		}
	}
	*r = b
}

// highBits are those of eight bytes.
const highBits = 0x8080_8080_8080_8080

func (r *reader) take(n uint64) []byte {
	if n > uint64(len(*r)) {
		panic(errDamaged)
	}
	b := (*r)[:n]
	*r = (*r)[n:]
	return b
}

// bitmap is a set of articles of a segment.
type bitmap []uint64

func newBitmap(n uint64) bitmap { return make(bitmap, (n+63)/64) }

func (b bitmap) has(doc uint32) bool { return b[doc/64]>>(doc%64)&1 == 1 }
func (b bitmap) set(doc uint32)      { b[doc/64] |= 1 << (doc % 64) }
