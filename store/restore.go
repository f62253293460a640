package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"nashra"
)

// keptMark stands in the name under which the store of before is kept.
const keptMark = ".replaced-"

// Restoring says which copy is to take the place of a store.
type Restoring struct {
	Path string // of the store; nothing need be there
	From string // the copy, as Backup writes it
	Sum  []byte // SHA-256 that the copy must have; nil: not known
}

// Restored says what a restore came to.
type Restored struct {
	Report
	Kept string // name of the store of before; empty where there was none
}

// Restore puts a copy in the place of the store at r.Path, which no process may
// own. The copy is written beside the store and checked there, as Check does;
// only a sound one takes the store's place, in one step, and the store of
// before, damaged or not, is kept under another name. After an error, as after
// a kill at any moment, the store is what it was.
//
// Errors are those of Open, of r.Path and of the copy.
func Restore(ctx context.Context, r Restoring) (Restored, error) {
	done, err := restore(ctx, r)
	if owned := (*OwnedError)(nil); errors.As(err, &owned) {
		return Restored{}, owned
	}
	if err != nil {
		return Restored{}, fmt.Errorf("restore store %q from %q: %w", r.Path, r.From, err)
	}
	return done, nil
}

func restore(ctx context.Context, r Restoring) (_ Restored, err error) {
	path, lock, err := own(r.Path)
	if err != nil {
		return Restored{}, err
	}
	defer func() { err = errors.Join(err, releaseLock(lock)) }()
	made := path + makingRestore
	defer func() {
		if removeErr := os.Remove(made); !errors.Is(removeErr, fs.ErrNotExist) {
			err = errors.Join(err, removeErr)
		}
	}()
	if err := copyIn(ctx, r, path, made); err != nil {
		return Restored{}, ofCopy(err)
	}
	report, err := examine(ctx, made)
	if err != nil {
		return Restored{}, ofCopy(err)
	}
	kept, err := keep(path)
	if err != nil {
		return Restored{}, fmt.Errorf("keep the present store: %w", err)
	}
	if err := os.Rename(made, path); err != nil {
		return Restored{}, errors.Join(err, remove(kept))
	}
	return Restored{report, kept}, syncFolder(filepath.Dir(path))
}

// ofCopy says of damage that it is the copy's.
func ofCopy(err error) error {
	if d := (*damage)(nil); errors.As(err, &d) {
		return fmt.Errorf("%w: the copy is damaged: %s; use another one, the store is as it was", nashra.ErrNotStore, d.text)
	}
	return err
}

// copyIn writes the copy to made, durably, and compares its checksum.
func copyIn(ctx context.Context, r Restoring, path, made string) error {
	from, err := os.Open(r.From)
	if err != nil {
		return err
	}
	defer from.Close() // it is only read
	info, err := from.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return foreign("it is no regular file but " + kindOf(info.Mode()))
	}
	if present, err := os.Stat(path); err == nil && os.SameFile(present, info) {
		return errors.New("this is the store itself; name a copy of it")
	}
	if err := checkHeader(from, info.Size()); err != nil {
		return err
	}
	if err := hasRoom(path, info.Size()); err != nil {
		return err
	}
	to, err := os.OpenFile(made, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	sum := sha256.New()
	_, err = io.Copy(io.MultiWriter(to, sum), readerFunc(func(p []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		return from.Read(p)
	}))
	if err = errors.Join(err, to.Sync(), to.Close()); err != nil {
		return err
	}
	if r.Sum != nil && !bytes.Equal(sum.Sum(nil), r.Sum) {
		return fmt.Errorf("its SHA-256 is %x, and was %x when it was made; it has been changed or cut since, use another copy", sum.Sum(nil), r.Sum)
	}
	return nil
}

// examine opens the copy as a store and checks it. Nobody else has it.
func examine(ctx context.Context, made string) (Report, error) {
	s, err := load(made, Options{})
	if err != nil {
		return Report{}, err
	}
	report, err := s.check(ctx, (*Report).pagesAlone)
	if err = errors.Join(err, s.Close()); err != nil {
		return Report{}, err
	}
	if n := len(report.Problems); n > 0 {
		return Report{}, damaged("%d problems, the first: %s", n+report.More, report.Problems[0].Text)
	}
	return report, nil
}

// keep gives the store a second name, so that it is never without one.
func keep(path string) (kept string, err error) {
	base := path + keptMark + time.Now().UTC().Format("20060102T150405Z")
	kept = base
	for n := 2; ; n++ {
		err := os.Link(path, kept)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return "", nil // there is no store
		case !errors.Is(err, fs.ErrExist):
			return kept, err
		}
		kept = base + "-" + strconv.Itoa(n)
	}
}

func remove(name string) error {
	if name == "" {
		return nil
	}
	return os.Remove(name)
}
