package store

import (
	"encoding/binary"

	"go.etcd.io/bbolt"
)

// maxRootPages bounds the pages in which the buckets stand: they are a few
// dozen, and one that stands there itself takes a quarter of a page at most.
const maxRootPages = 64

// checkBuckets looks whether the buckets of tx stand within their pages. It
// must be asked before bbolt is asked for any of them.
//
// What bbolt makes of a damaged page is a panic or a read outside of the file's
// mapping, and contain catches both. But a small bucket stands in the page of its
// parent, and from there bbolt copies it into Go's own memory when its place is an
// odd one. Where a damaged one says that its elements are, there may be anything,
// and when the collector meets such a pointer, or the race detector does, the
// process ends. A look at the one page of the root takes two microseconds.
func (f *file) checkBuckets(tx *bbolt.Tx) error {
	pages := 0
	return f.checkBucketsAt(uint64(tx.Cursor().Bucket().Root()), &pages)
}

// checkBucketsAt looks at page id and those it leads to; pages counts them.
func (f *file) checkBucketsAt(id uint64, pages *int) error {
	size := f.Info().PageSize
	page := make([]byte, size)
	for {
		if *pages++; *pages > maxRootPages {
			return damaged("the pages of its buckets have no end")
		}
		if _, err := f.handle.ReadAt(page, int64(id)*int64(size)); err != nil {
			return damaged("page %d, of its buckets, is unreadable (%v)", id, err)
		}
		more := int64(binary.NativeEndian.Uint32(page[12:]))
		if more == int64(len(page)/size-1) {
			break
		}
		if more >= maxRootPages {
			return damaged("page %d, of its buckets, says that %d follow it", id, more)
		}
		page = make([]byte, (more+1)*int64(size))
	}
	flags, elements, ok := elementsOf(page)
	if !ok {
		return damaged("page %d, of its buckets, is not what was written", id)
	}
	for _, e := range elements {
		if flags == flagBranch {
			if err := f.checkBucketsAt(e.child, pages); err != nil {
				return err
			}
		} else if e.bucket && !isBucket(e.value) {
			return damaged("page %d: bucket %q is not what was written", id, e.key)
		}
	}
	return nil
}

// isBucket reports whether a small bucket is whole; of any other there is no
// more than where it is.
func isBucket(value []byte) bool {
	if len(value) < bucketHeadLen {
		return false
	}
	if root := binary.NativeEndian.Uint64(value); root != 0 {
		return true
	}
	flags, elements, ok := elementsOf(value[bucketHeadLen:])
	for _, e := range elements {
		ok = ok && !e.bucket
	}
	return ok && flags == flagLeaf
}

// elementsOf reads the elements of a page; ok says that all lie in it.
func elementsOf(page []byte) (flags uint16, elements []element, ok bool) {
	if len(page) < pageHeaderLen {
		return 0, nil, false
	}
	order := binary.NativeEndian
	flags, count := order.Uint16(page[8:]), int(order.Uint16(page[10:]))
	if flags != flagBranch && flags != flagLeaf || pageHeaderLen+count*elementLen > len(page) {
		return 0, nil, false
	}
	elements = make([]element, count)
	for i := range elements {
		if elements[i], ok = readElement(page[pageHeaderLen+i*elementLen:], flags); !ok {
			return 0, nil, false
		}
	}
	return flags, elements, true
}
