package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"nashra"
)

// Options say how a store is opened.
type Options struct {
	// Logger hears of damage that is met while the store is open. Nil: nobody.
	Logger *slog.Logger

	// Applied hears of every batch that changed the store, in their order and
	// once it is on disk. It must return at once, and not call the store: the
	// next batch waits. Nil: nobody.
	Applied func(nashra.Batch, nashra.Applied)
}

// growth is by how much a file grows when its size bytes are full: little
// enough that a file cut short is seen to be, and that a small store is a
// small file; enough that a large one grows seldom.
func growth(db *bbolt.DB, size int64) int {
	page := db.Info().PageSize
	return max(int(min(size/32, 4<<20))/page, 4) * page
}

// mapped is how much of the address space is set aside for the file, so that
// it grows without being mapped anew: for that bbolt waits until every reader
// has ended, and a backup reads for long. It is no memory.
const mapped = 8 << 30

// Open opens the store at path and makes this process its owner; the file and
// its folder are created where they are missing, readable by nobody else.
//
// A store that another process owns is an [*OwnedError], at once and without
// waiting. A file that is not a store or is damaged wraps nashra.ErrNotStore,
// one that a newer program wrote nashra.ErrNewerStore, and neither is touched.
func Open(path string, o Options) (*Store, error) {
	s, err := open(path, o)
	if owned := (*OwnedError)(nil); errors.As(err, &owned) {
		return nil, owned
	}
	if err != nil {
		return nil, fmt.Errorf("open store %q: %w", path, err)
	}
	return s, nil
}

func open(path string, o Options) (_ *Store, err error) {
	path, lock, err := own(path)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, releaseLock(lock))
		}
	}()
	if err := ensureFile(path); err != nil {
		return nil, err
	}
	s, err := load(path, o)
	if err != nil {
		return nil, err
	}
	s.lock = lock
	return s, nil
}

// own takes the lock of the store at path, by the one name that it has, and
// removes what was left beside it by a process that was killed.
func own(path string) (real string, lock *os.File, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", nil, err
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // one file has one lock, by whatever name it is opened
	}
	if lock, err = takeLock(path); err != nil {
		return "", nil, err
	}
	if err := removeLeftovers(path); err != nil {
		return "", nil, errors.Join(err, releaseLock(lock))
	}
	return path, lock, nil
}

// Names of what lies beside a store while it is made.
const (
	makingNew     = ".new"
	makingCompact = ".compact"
	makingRestore = ".restore"
)

// removeLeftovers removes files that were being made beside the store when
// their process was killed, and second names of the store itself: one that a
// restore had given it before the copy took its place.
func removeLeftovers(path string) error {
	left := []string{path + makingNew, path + makingCompact, path + makingRestore}
	folder := filepath.Dir(path)
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	present, presentErr := os.Stat(path)
	for _, e := range entries {
		if ok, err := filepath.Match(spoolName(path), e.Name()); ok && err == nil {
			left = append(left, filepath.Join(folder, e.Name()))
		}
		if !strings.HasPrefix(e.Name(), filepath.Base(path)+keptMark) || presentErr != nil {
			continue
		}
		if info, err := e.Info(); err == nil && os.SameFile(info, present) {
			left = append(left, filepath.Join(folder, e.Name()))
		}
	}
	for _, name := range left {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove what was left half made: %w", err)
		}
	}
	return nil
}

// load opens the file of a store, which this process owns.
func load(path string, o Options) (*Store, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if err := verify(path); err != nil {
		return nil, err
	}
	db, err := openBolt(path, bboltOptions)
	if err != nil {
		return nil, err
	}
	bodies, err := newBodyCodec()
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := migrate(db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s := &Store{file: db, path: path, log: o.Logger, applied: o.Applied, bodies: bodies, writer: make(chan struct{}, 1)}
	if err := s.refresh(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// bboltOptions are those of a file in use.
var bboltOptions = bbolt.Options{InitialMmapSize: mapped, FreelistType: bbolt.FreelistMapType}

// ensureFile makes an empty store where there is none. It is made under
// another name and renamed when it is whole, so that a store that was never
// begun and one whose making was broken off look the same.
func ensureFile(path string) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	making := path + makingNew
	db, err := openBolt(making, bbolt.Options{InitialMmapSize: mapped})
	if err != nil {
		return err
	}
	if err := errors.Join(db.Update(createBuckets), db.Close()); err != nil {
		return errors.Join(err, os.Remove(making))
	}
	if err := os.Rename(making, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func createBuckets(tx *bbolt.Tx) error {
	for _, name := range allBuckets {
		if _, err := tx.CreateBucket(name); err != nil {
			return err
		}
	}
	meta := tx.Bucket(bucketMeta)
	return errors.Join(
		meta.Put(metaMagic, []byte(magic)),
		meta.Put(metaSchema, binary.BigEndian.AppendUint32(nil, schema)),
	)
}

// syncFolder makes the names in a folder durable.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// verify looks at the file as far as opening it for writing relies on it, and
// writes nothing.
func verify(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return foreign("it is no regular file but " + kindOf(info.Mode()))
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w; the file must be readable and writable for the user that runs nashra", err)
	}
	if err != nil {
		return err
	}
	defer f.Close() // nothing was written
	if err := checkHeader(f, info.Size()); err != nil {
		return err
	}
	db, err := openBolt(path, bbolt.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	return errors.Join(contain(func() error { return db.view(checkSchema) }), db.Close())
}

func kindOf(m fs.FileMode) string {
	if m.IsDir() {
		return "a folder"
	}
	return "of another kind (" + m.Type().String() + ")"
}

// checkSchema tells our file from another program's, and a version that this
// program knows from a newer one.
func checkSchema(tx *bbolt.Tx) error {
	meta := tx.Bucket(bucketMeta)
	if meta == nil || string(meta.Get(metaMagic)) != magic {
		return foreign("it is a bbolt file of another program")
	}
	version := meta.Get(metaSchema)
	if len(version) != 4 {
		return damaged("it names no version of its schema")
	}
	v := binary.BigEndian.Uint32(version)
	if v > schema {
		return fmt.Errorf("%w: its schema has version %d, this program knows %d; run the newer nashra", nashra.ErrNewerStore, v, schema)
	} else if v == 0 {
		return damaged("its schema has version 0")
	}
	for _, name := range bucketsOf(v) {
		if tx.Bucket(name) == nil {
			return damaged("its bucket %q is missing", name)
		}
	}
	return nil
}

// file is an open bbolt file and who reads it.
type file struct {
	*bbolt.DB
	handle  *os.File // bbolt's own; for reading
	readers sync.WaitGroup
}

// errHeaderGone says that writers have gone on so fast that the header of a
// snapshot has been written over before it was read.
var errHeaderGone = errors.New("neither of its header pages belongs to the snapshot")

// header is the header that the snapshot tx was made from.
func (f *file) header(tx *bbolt.Tx) (boltMeta, error) {
	size := int64(f.Info().PageSize)
	for _, off := range []int64{0, size} {
		if m, err := readMeta(f.handle, off); err == nil && m.txid == uint64(tx.ID()) {
			return m, nil
		}
	}
	return boltMeta{}, errHeaderGone
}

// openBolt opens a bbolt file without waiting for whoever has it.
func openBolt(path string, o bbolt.Options) (*file, error) {
	f := &file{}
	o.Timeout = time.Nanosecond // bbolt tries once; zero would wait for ever
	o.OpenFile = func(name string, flag int, mode os.FileMode) (*os.File, error) {
		var err error
		f.handle, err = os.OpenFile(name, flag, mode)
		return f.handle, err
	}
	err := contain(func() (err error) {
		f.DB, err = bbolt.Open(path, 0o600, &o)
		return err
	})
	if err == nil {
		f.AllocSize = growth(f.DB, 0)
		return f, nil
	}
	if fault := (*pageFault)(nil); errors.As(err, &fault) && f.handle != nil {
		f.handle.Close() // bbolt left it open, with its lock
	}
	if errors.Is(err, berrors.ErrTimeout) {
		return nil, &OwnedError{Path: path}
	}
	return nil, err
}
