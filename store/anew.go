package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"os"

	"go.etcd.io/bbolt"
)

// A file that is written anew has all its entries at hand in the order of their
// keys, so it is written from its beginning to its end, in bbolt's format
// (header.go, pages.go): nothing has to be looked up or changed, and no more than
// two pages of each level of a tree are in memory. By transactions of bbolt,
// which write each page by a call of its own, it takes three times as long, and
// cycles may wait for it.

const (
	// writtenAtOnce is how many bytes are given to the system at once.
	writtenAtOnce = 1 << 20

	// syncEvery is how many of these are brought to the disk together: little
	// enough that it takes no longer than a stop may.
	syncEvery = 64

	// leastOfBranch is how many pages a branch leads to. Keys are far shorter
	// than a page, so that two pages' worth of a level are always more.
	leastOfBranch = 2

	flagMeta  = 0x04
	headPages = firstDataPage
)

// writeAnew copies all buckets of a snapshot into a new file.
func writeAnew(ctx context.Context, snapshot *bbolt.Tx, made string) (err error) {
	file, err := os.OpenFile(made, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	w := &fileWriter{ctx: ctx, file: file, pageSize: os.Getpagesize(), pages: headPages}
	w.buffer = make([]byte, headPages*w.pageSize, writtenAtOnce+w.pageSize) // the header is written last
	defer func() {                                                          // also where the snapshot meets a damaged page
		err = errors.Join(err, w.settle(), file.Close())
	}()
	root := treeWriter{file: w, full: w.pageSize}
	err = snapshot.ForEach(func(name []byte, from *bbolt.Bucket) error {
		value, err := w.bucket(name, from)
		if err != nil {
			return err
		}
		return root.add(0, element{key: name, value: value, bucket: true})
	})
	if err != nil {
		return err
	}
	top, err := root.finish()
	if err != nil {
		return err
	}
	return w.finish(top)
}

// fileWriter writes the pages of a file. It is no store before finish.
type fileWriter struct {
	ctx      context.Context // of the one compaction
	file     *os.File
	pageSize int
	pages    uint64 // of the file so far
	buffer   []byte // the last of them
	handed   int    // how often it was given to the system
	syncing  chan error
}

// bucket writes the pages of a bucket and returns what leads to them; a small
// one stands there itself.
func (w *fileWriter) bucket(name []byte, from *bbolt.Bucket) (value []byte, err error) {
	if err := w.ctx.Err(); err != nil {
		return nil, err
	}
	t := treeWriter{file: w, full: int(fillOf(name) * float64(w.pageSize))}
	err = from.ForEach(func(key, value []byte) error {
		if value == nil {
			return damaged("a bucket %q lies in bucket %q", key, name)
		}
		return t.add(0, element{key: key, value: value})
	})
	if err != nil {
		return nil, err
	}
	value = make([]byte, bucketHeadLen)
	order := binary.NativeEndian
	order.PutUint64(value[8:], from.Sequence())
	if elements, size, small := t.inline(); small {
		value = append(value, make([]byte, size)...)
		fillPage(value[bucketHeadLen:], 0, flagLeaf, elements, 0)
		return value, nil
	}
	top, err := t.finish()
	order.PutUint64(value, top)
	return value, err
}

// page appends a page with these elements, and as many that follow it as it
// needs.
func (w *fileWriter) page(flags uint16, elements []element, size int) (id uint64, err error) {
	more := (size - 1) / w.pageSize
	at := len(w.buffer)
	w.buffer = append(w.buffer, make([]byte, (more+1)*w.pageSize)...)
	id = w.pages
	w.pages += uint64(more) + 1
	fillPage(w.buffer[at:], id, flags, elements, more)
	if len(w.buffer) < writtenAtOnce {
		return id, nil
	}
	return id, w.hand()
}

// fillPage writes a page whose bytes are zero yet.
func fillPage(page []byte, id uint64, flags uint16, elements []element, more int) {
	writePageHead(page, id, flags, len(elements), more)
	data := pageHeaderLen + len(elements)*elementLen
	for i, e := range elements {
		at := pageHeaderLen + i*elementLen
		e.write(page[at:], flags, data-at)
		data += copy(page[data:], e.key)
		data += copy(page[data:], e.value)
	}
}

func writePageHead(page []byte, id uint64, flags uint16, count, more int) {
	order := binary.NativeEndian
	order.PutUint64(page, id)
	order.PutUint16(page[8:], flags)
	order.PutUint16(page[10:], uint16(count))
	order.PutUint32(page[12:], uint32(more))
}

// hand gives the buffer to the system. Every now and then what it has got is
// brought to the disk, while the copying goes on.
func (w *fileWriter) hand() error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if _, err := w.file.Write(w.buffer); err != nil {
		return fmt.Errorf("write it anew: %w; make room on the disk or repair it, nothing has changed", err)
	}
	w.buffer = w.buffer[:0]
	if w.handed++; w.handed%syncEvery != 0 {
		return nil
	}
	if err := w.settle(); err != nil {
		return err
	}
	syncing := make(chan error, 1)
	w.syncing = syncing
	go func() { syncing <- w.file.Sync() }()
	return nil
}

// settle waits for what is being brought to the disk.
func (w *fileWriter) settle() error {
	if w.syncing == nil {
		return nil
	}
	err := <-w.syncing
	w.syncing = nil
	return err
}

// finish writes a list of no free pages and then, when all is on the disk, the
// header that makes the file a store.
func (w *fileWriter) finish(root uint64) error {
	freelist, err := w.page(flagFreelist, nil, pageHeaderLen)
	if err != nil {
		return err
	}
	if err := errors.Join(w.hand(), w.settle()); err != nil {
		return err
	}
	if err := w.file.Sync(); err != nil {
		return err
	}
	for txid := range uint64(headPages) {
		m := boltMeta{pageSize: uint32(w.pageSize), root: root, freelist: freelist, pages: w.pages, txid: txid}
		if _, err := w.file.WriteAt(m.encode(txid), int64(txid)*int64(w.pageSize)); err != nil {
			return fmt.Errorf("write it anew: %w", err)
		}
	}
	return w.file.Sync()
}

// encode is the header page id that says m.
func (m boltMeta) encode(id uint64) []byte {
	page := make([]byte, m.pageSize)
	writePageHead(page, id, flagMeta, 0, 0)
	raw, order := page[pageHeaderLen:pageHeaderLen+metaLen], binary.NativeEndian
	order.PutUint32(raw, boltMagic)
	order.PutUint32(raw[4:], boltVersion)
	order.PutUint32(raw[8:], m.pageSize)
	order.PutUint64(raw[16:], m.root)
	order.PutUint64(raw[32:], m.freelist)
	order.PutUint64(raw[40:], m.pages)
	order.PutUint64(raw[48:], m.txid)
	sum := fnv.New64a()
	sum.Write(raw[:metaLen-8])
	order.PutUint64(raw[56:], sum.Sum64())
	return page
}

// treeWriter writes the pages of one bucket.
type treeWriter struct {
	file   *fileWriter
	full   int         // bytes that a page is filled up to
	levels []treeLevel // the leaves first
}

// treeLevel is what is not written yet of a level. It is as much as two pages,
// so that enough is left over at the end.
type treeLevel struct {
	elements []element // their keys and values are the snapshot's
	size     int       // of one page with all of these
}

// add appends an element to a level; one of the leaves comes in the order of
// its key.
func (t *treeWriter) add(level int, e element) error {
	if level == len(t.levels) {
		t.levels = append(t.levels, treeLevel{size: pageHeaderLen})
	}
	l := &t.levels[level]
	l.elements = append(l.elements, e)
	l.size += e.size()
	// One element alone, however large, may be all that there is: a level never
	// runs empty, and so no branch leads to one page.
	for t.levels[level].size > 2*t.file.pageSize && len(t.levels[level].elements) > 1 {
		if err := t.write(level); err != nil {
			return err
		}
	}
	return nil
}

// write writes the first elements of a level that fill a page, and adds the
// page to the level above.
func (t *treeWriter) write(level int) error {
	l := &t.levels[level]
	least := 1
	if level > 0 {
		least = leastOfBranch
	}
	n, size := 0, pageHeaderLen
	for n < len(l.elements) && (n < least || size+l.elements[n].size() <= t.full) {
		size += l.elements[n].size()
		n++
	}
	if left := len(l.elements) - n; left > 0 && left < least {
		n--
		size -= l.elements[n].size()
	}
	id, err := t.file.page(flagOf(level), l.elements[:n], size)
	if err != nil {
		return err
	}
	first := l.elements[0].key
	l.elements = l.elements[:copy(l.elements, l.elements[n:])]
	l.size -= size - pageHeaderLen
	return t.add(level+1, element{key: first, child: id})
}

func flagOf(level int) uint16 {
	if level == 0 {
		return flagLeaf
	}
	return flagBranch
}

// inline gives all elements where they are so few that bbolt keeps them without
// a page of their own.
func (t *treeWriter) inline() (elements []element, size int, small bool) {
	switch len(t.levels) {
	case 0:
		return nil, pageHeaderLen, true
	case 1:
		l := t.levels[0]
		return l.elements, l.size, l.size <= t.file.pageSize/4
	}
	return nil, 0, false
}

// finish writes what is left, of which there is some, and returns the root.
func (t *treeWriter) finish() (root uint64, err error) {
	for level := 0; ; level++ {
		for t.levels[level].size > t.full && len(t.levels[level].elements) > 1 {
			if err := t.write(level); err != nil {
				return 0, err
			}
		}
		if level == len(t.levels)-1 {
			l := t.levels[level]
			return t.file.page(flagOf(level), l.elements, l.size)
		}
		if len(t.levels[level].elements) > 0 {
			if err := t.write(level); err != nil {
				return 0, err
			}
		}
	}
}

// size is what e takes of a page.
func (e *element) size() int { return elementLen + len(e.key) + len(e.value) }

// write writes what the page says of e, whose key and value lie at, counted
// from there.
func (e *element) write(to []byte, flags uint16, at int) {
	order := binary.NativeEndian
	if flags == flagBranch {
		order.PutUint32(to, uint32(at))
		order.PutUint32(to[4:], uint32(len(e.key)))
		order.PutUint64(to[8:], e.child)
		return
	}
	if e.bucket {
		order.PutUint32(to, bucketElement)
	}
	order.PutUint32(to[4:], uint32(at))
	order.PutUint32(to[8:], uint32(len(e.key)))
	order.PutUint32(to[12:], uint32(len(e.value)))
}
