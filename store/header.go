package store

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"

	"nashra"
)

// bbolt trusts a file that it opens: it falls back to the older header page
// without a word, which would drop the last batch, and reads past the end of a
// file that was cut short. So the pages that everything hangs on are checked
// here first, by plain reading.

// The layout of bbolt's file format, version 2: a page header of 16 bytes (id,
// flags, count, overflow), and in pages 0 and 1 the meta that follows it.
const (
	boltMagic      = 0xED0CDAED
	boltVersion    = 2
	pageHeaderLen  = 16
	metaLen        = 64 // the last 8 bytes are the checksum of those before
	flagBranch     = 0x01
	flagLeaf       = 0x02
	flagFreelist   = 0x10
	noFreelist     = ^uint64(0)
	minPageSize    = 1 << 10
	maxPageSize    = 1 << 24
	hugeFreelist   = 0xFFFF // then the count stands in the first element
	firstDataPage  = 2
	freelistStride = 8
)

// boltMeta is what a header page says of the file.
type boltMeta struct {
	pageSize uint32
	root     uint64
	freelist uint64
	pages    uint64 // the file's high-water mark
	txid     uint64
}

// damage is something in the file that is not as it was written.
type damage struct{ text string }

func (d *damage) Error() string {
	return fmt.Sprintf("%v: %s; restore it from a backup", nashra.ErrNotStore, d.text)
}

func (d *damage) Unwrap() error { return nashra.ErrNotStore }

func damaged(format string, args ...any) error {
	return &damage{fmt.Sprintf(format, args...)}
}

func foreign(what string) error {
	return fmt.Errorf("%w: %s; set store in config.yaml to another path, or move this file away", nashra.ErrNotStore, what)
}

// checkHeader reads the header pages, the list of free pages and the root of
// the file, and says what is wrong with them.
func checkHeader(r io.ReaderAt, size int64) error {
	m, err := readHeader(r, size)
	if err != nil {
		return err
	}
	if m.pages > uint64(size)/uint64(m.pageSize) || size%int64(m.pageSize) != 0 {
		return damaged("it was cut short: %d bytes of %d or more", size, m.pages*uint64(m.pageSize))
	}
	if err := checkRoot(r, m); err != nil {
		return err
	}
	return checkFreelist(r, m)
}

// readHeader gives what the newer of the header pages says.
func readHeader(r io.ReaderAt, size int64) (boltMeta, error) {
	if size == 0 {
		return boltMeta{}, foreign("the file is empty")
	}
	m0, err := readMeta(r, 0)
	if err != nil {
		return boltMeta{}, err
	}
	m1, err := readMeta(r, int64(m0.pageSize))
	if err != nil {
		return boltMeta{}, damaged("its second header page is unreadable")
	}
	if m1.pageSize != m0.pageSize {
		return boltMeta{}, damaged("its header pages contradict each other")
	}
	if m1.txid > m0.txid {
		return m1, nil
	}
	return m0, nil
}

// readMeta reads the header page at off. At the file's beginning, what is no
// header page at all is taken for another program's file.
func readMeta(r io.ReaderAt, off int64) (boltMeta, error) {
	page := make([]byte, pageHeaderLen+metaLen)
	if _, err := r.ReadAt(page, off); err != nil && err != io.EOF {
		return boltMeta{}, fmt.Errorf("read its header: %w", err)
	}
	raw, order := page[pageHeaderLen:], binary.NativeEndian
	sum := fnv.New64a()
	sum.Write(raw[:metaLen-8])
	m := boltMeta{
		pageSize: order.Uint32(raw[8:]),
		root:     order.Uint64(raw[16:]),
		freelist: order.Uint64(raw[32:]),
		pages:    order.Uint64(raw[40:]),
		txid:     order.Uint64(raw[48:]),
	}
	switch {
	case order.Uint32(raw) != boltMagic:
		return boltMeta{}, foreign("the file is not a nashra store, or its first page is damaged")
	case sum.Sum64() != order.Uint64(raw[56:]):
		return boltMeta{}, damaged("its first header page is unreadable")
	case order.Uint32(raw[4:]) != boltVersion:
		return boltMeta{}, foreign("the file has another version of bbolt's format")
	case m.pageSize < minPageSize || m.pageSize > maxPageSize || m.pageSize&(m.pageSize-1) != 0:
		return boltMeta{}, damaged("its page size is %d", m.pageSize)
	}
	return m, nil
}

type boltPage struct {
	flags, count uint16
	overflow     uint32
}

func readPage(r io.ReaderAt, m boltMeta, id uint64) (boltPage, error) {
	var raw [pageHeaderLen]byte
	if id < firstDataPage || id >= m.pages {
		return boltPage{}, damaged("page %d is named and cannot be", id)
	}
	if _, err := r.ReadAt(raw[:], int64(id*uint64(m.pageSize))); err != nil {
		return boltPage{}, fmt.Errorf("read page %d: %w", id, err)
	}
	order := binary.NativeEndian
	if order.Uint64(raw[:]) != id {
		return boltPage{}, damaged("page %d is overwritten", id)
	}
	p := boltPage{order.Uint16(raw[8:]), order.Uint16(raw[10:]), order.Uint32(raw[12:])}
	if id+uint64(p.overflow) >= m.pages {
		return boltPage{}, damaged("page %d reaches past the end", id)
	}
	return p, nil
}

func checkRoot(r io.ReaderAt, m boltMeta) error {
	p, err := readPage(r, m, m.root)
	if err != nil {
		return err
	}
	if p.flags != flagBranch && p.flags != flagLeaf {
		return damaged("its root page %d is overwritten", m.root)
	}
	return nil
}

// checkFreelist verifies that the list of free pages names pages of this file
// in order: from a wrong one, bbolt would write over living pages.
func checkFreelist(r io.ReaderAt, m boltMeta) error {
	_, err := readFreelist(r, m)
	return err
}

// readFreelist gives the pages that are free, in order.
func readFreelist(r io.ReaderAt, m boltMeta) ([]uint64, error) {
	if m.freelist == noFreelist {
		return nil, nil
	}
	p, err := readPage(r, m, m.freelist)
	if err != nil {
		return nil, err
	}
	if p.flags != flagFreelist {
		return nil, damaged("its list of free pages, page %d, is overwritten", m.freelist)
	}
	room := (int64(p.overflow)+1)*int64(m.pageSize) - pageHeaderLen
	data := make([]byte, room)
	if _, err := r.ReadAt(data, int64(m.freelist*uint64(m.pageSize))+pageHeaderLen); err != nil {
		return nil, fmt.Errorf("read its list of free pages: %w", err)
	}
	count := uint64(p.count)
	if count == hugeFreelist {
		count, data = binary.NativeEndian.Uint64(data), data[freelistStride:]
	}
	if count > uint64(len(data)/freelistStride) {
		return nil, damaged("its list of free pages is longer than its page")
	}
	free := make([]uint64, count)
	var last uint64
	for i := range free {
		id := binary.NativeEndian.Uint64(data[i*freelistStride:])
		if id < firstDataPage || id >= m.pages || id <= last {
			return nil, damaged("its list of free pages names page %d", id)
		}
		free[i], last = id, id
	}
	return free, nil
}
