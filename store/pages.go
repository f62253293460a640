package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
)

// What an element of a page says of its key and value, in bbolt's file format:
// 16 bytes each, with offsets counted from the element's own beginning.
const (
	elementLen     = 16
	bucketElement  = 0x01 // a flag of a leaf's element: its value is a bucket
	bucketHeadLen  = 16   // the root page (zero: the page follows in the value) and a sequence
	maxElementPage = 64 << 20
)

// pageCheck walks over all pages that belong to one header: each is led to
// once or is free, holds what it says it holds, and its keys are in order.
//
// bbolt has a check of its own, but it reads the list of free pages that the
// writer is changing, so it can run beside no writer, and on damaged pages it
// recurses until the process dies. This one reads the file, as the header of a
// snapshot leads through it. Nothing it reads is believed, so it ends whatever the
// file holds. Where nobody writes, bbolt's is asked after it.
type pageCheck struct {
	ctx   context.Context // of the one check
	file  io.ReaderAt
	meta  boltMeta
	used  []uint64 // a bit a page
	found func(format string, args ...any)
}

// checkPages tells found what is wrong with the pages of the file. The caller
// keeps the snapshot that meta belongs to.
func checkPages(ctx context.Context, file io.ReaderAt, meta boltMeta, found func(format string, args ...any)) error {
	p := pageCheck{ctx: ctx, file: file, meta: meta, used: make([]uint64, meta.pages/64+1), found: found}
	free, err := readFreelist(file, meta)
	if err != nil {
		found("%v", err)
		return nil
	}
	if meta.freelist != noFreelist {
		list, err := readPage(file, meta, meta.freelist)
		if err != nil {
			found("%v", err)
			return nil
		}
		p.use(meta.freelist, list.overflow)
	}
	if err := p.tree(meta.root, nil, nil); err != nil {
		return err
	}
	for _, id := range free {
		if !p.use(id, 0) {
			found("page %d is in use and listed as free", id)
		}
	}
	for id := uint64(firstDataPage); id < meta.pages; id++ {
		if p.used[id/64]&(1<<(id%64)) == 0 {
			found("page %d is neither in use nor listed as free", id)
		}
	}
	return nil
}

// use marks a page and those that follow it as used, and reports whether none
// was before.
func (p *pageCheck) use(id uint64, overflow uint32) bool {
	once := true
	for ; ; id++ {
		bit := uint64(1) << (id % 64)
		once = once && p.used[id/64]&bit == 0
		p.used[id/64] |= bit
		if overflow == 0 {
			return once
		}
		overflow--
	}
}

// tree checks the page id and all that it leads to. The keys there are at
// least from and less than to; nil is no bound. It fails where there is no use
// in going on.
func (p *pageCheck) tree(id uint64, from, to []byte) error {
	if err := p.ctx.Err(); err != nil {
		return err
	}
	head, err := readPage(p.file, p.meta, id)
	if err != nil {
		p.found("%v", err)
		return nil
	}
	if !p.use(id, head.overflow) {
		p.found("page %d is used twice", id)
		return nil // it may lead to itself
	}
	size := (int64(head.overflow) + 1) * int64(p.meta.pageSize)
	if size > maxElementPage {
		p.found("page %d says that it has %d bytes", id, size)
		return nil
	}
	data := make([]byte, size)
	if _, err := p.file.ReadAt(data, int64(id)*int64(p.meta.pageSize)); err != nil {
		return fmt.Errorf("read page %d: %w", id, err)
	}
	return p.page(id, head.flags, int(head.count), data, from, to)
}

// page checks one page whose bytes are data. A bucket that is small stands as
// a page in the value of its element.
func (p *pageCheck) page(id uint64, flags uint16, count int, data, from, to []byte) error {
	if flags != flagBranch && flags != flagLeaf {
		p.found("page %d is of no kind that could be here", id)
		return nil
	}
	if pageHeaderLen+count*elementLen > len(data) {
		p.found("page %d says that it has %d elements", id, count)
		return nil
	}
	if flags == flagBranch && count == 0 {
		p.found("page %d leads nowhere", id)
	}
	elements := make([]element, count)
	for i := range elements {
		e, ok := readElement(data[pageHeaderLen+i*elementLen:], flags)
		if !ok {
			p.found("page %d: element %d reaches past its end", id, i)
			return nil
		}
		if i > 0 && bytes.Compare(elements[i-1].key, e.key) >= 0 ||
			i == 0 && from != nil && bytes.Compare(e.key, from) < 0 ||
			to != nil && bytes.Compare(e.key, to) >= 0 {
			p.found("page %d: key %d is out of order", id, i)
		}
		elements[i] = e
	}
	for i, e := range elements {
		var err error
		switch {
		case flags == flagBranch && i+1 < count:
			err = p.tree(e.child, e.key, elements[i+1].key)
		case flags == flagBranch:
			err = p.tree(e.child, e.key, to)
		case e.bucket:
			err = p.bucket(id, e.value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *pageCheck) bucket(id uint64, value []byte) error {
	if len(value) < bucketHeadLen {
		p.found("page %d: a bucket has %d bytes", id, len(value))
		return nil
	}
	order := binary.NativeEndian
	if root := order.Uint64(value); root != 0 {
		return p.tree(root, nil, nil)
	}
	inline := value[bucketHeadLen:]
	if len(inline) < pageHeaderLen {
		p.found("page %d: a bucket has %d bytes", id, len(value))
		return nil
	}
	return p.page(id, order.Uint16(inline[8:]), int(order.Uint16(inline[10:])), inline, nil, nil)
}

// element is one entry of a page.
type element struct {
	key, value []byte
	child      uint64 // of a branch
	bucket     bool
}

// readElement reads the element that data begins with; keys and values lie
// further on.
func readElement(data []byte, flags uint16) (e element, ok bool) {
	order := binary.NativeEndian
	if flags == flagBranch {
		at, size := uint64(order.Uint32(data)), uint64(order.Uint32(data[4:]))
		if at+size > uint64(len(data)) {
			return e, false
		}
		return element{key: data[at : at+size], child: order.Uint64(data[8:])}, true
	}
	at, keySize, valueSize := uint64(order.Uint32(data[4:])), uint64(order.Uint32(data[8:])), uint64(order.Uint32(data[12:]))
	if at+keySize+valueSize > uint64(len(data)) {
		return e, false
	}
	return element{
		key:    data[at : at+keySize],
		value:  data[at+keySize : at+keySize+valueSize],
		bucket: order.Uint32(data)&bucketElement != 0,
	}, true
}
