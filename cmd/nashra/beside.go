package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// partialSuffix ends the names of files that are being made.
const partialSuffix = ".nashra-partial"

// partial is a file that is whole and on disk, and is to take the place of another
// by being renamed. As long as it is open it is locked, which tells it from one
// whose process was killed.
type partial struct{ *os.File }

// beside makes a file beside name. What killed processes have left half made in
// that folder is removed first.
func beside(name string, write func(io.Writer) error) (p partial, err error) {
	folder := filepath.Dir(name)
	removePartials(folder)
	for p.File == nil {
		f, err := os.CreateTemp(folder, "."+filepath.Base(name)+"-*"+partialSuffix)
		if err != nil {
			return p, err
		}
		if err := lockPartial(f); !errors.Is(err, errTaken) {
			p.File = f // on a disk that knows no locks, nothing is taken for left behind
		} else if err := f.Close(); err != nil {
			return p, err
		}
	}
	if err := errors.Join(write(p), p.Sync()); err != nil {
		if errors.Is(err, syscall.ENOSPC) {
			err = fmt.Errorf("%w; make room there, or name a file on another disk", err)
		}
		return partial{}, errors.Join(err, p.drop())
	}
	return p, nil
}

// drop gives the file up, and removes it unless it has been renamed.
func (p partial) drop() error {
	err := os.Remove(p.Name())
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, p.Close())
}

// removePartials removes what nobody is making any more. What cannot be removed
// stays: it harms nothing but takes room.
func removePartials(folder string) {
	names, _ := filepath.Glob(filepath.Join(folder, ".*"+partialSuffix)) // it fails on a folder whose name is a pattern, too
	for _, name := range names {
		f, err := os.OpenFile(name, os.O_RDWR, 0)
		if err != nil {
			continue
		}
		if lockPartial(f) == nil {
			_ = os.Remove(name)
		}
		_ = f.Close() // nothing was written
	}
}

// errTaken says that another process has a file, be it to make or to remove it.
var errTaken = errors.New("another process has it")

// lockPartial locks f, which must still have its name.
func lockPartial(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errTaken
	} else if err != nil {
		return err
	}
	mine, err := f.Stat()
	if err != nil {
		return err
	}
	if named, err := os.Stat(f.Name()); err != nil || !os.SameFile(mine, named) {
		return errTaken
	}
	return nil
}

// syncFolder makes the names in a folder durable.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
