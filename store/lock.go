package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// OwnedError says that another process has the store, and which.
type OwnedError struct {
	Path string // of the store
	PID  int    // 0 where it could not be learned
}

func (e *OwnedError) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("store %q is in use by another process", e.Path)
	}
	return fmt.Sprintf("store %q is in use by process %d", e.Path, e.PID)
}

// takeLock makes this process the owner of the store at path, or says at once
// who is. The lock is a file of its own, so that the store's file can be
// replaced while it is owned; it is never removed, since whoever waits for a
// removed file would lock another one. The system releases it when the process
// ends in whatever way.
func takeLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("%w; the folder of the store must be writable", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		owned := &OwnedError{Path: path, PID: readPID(f)}
		return nil, errors.Join(owned, f.Close())
	}
	if err == nil {
		err = writePID(f)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %q: %w", f.Name(), err), f.Close())
	}
	return f, nil
}

// releaseLock lets the next owner in. The number goes first, so that nobody
// reads that of a process that has ended.
func releaseLock(f *os.File) error {
	return errors.Join(f.Truncate(0), f.Close())
}

func writePID(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

func readPID(f *os.File) int {
	text, err := io.ReadAll(io.LimitReader(f, 32))
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0
	}
	return pid
}
