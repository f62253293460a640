package store

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// Room is what a store's file takes, and what its disk has, in bytes.
type Room struct {
	File int64
	Free int64 // that this user may still take
	Disk int64
}

// Room looks at the file and its disk.
func (s *Store) Room() (Room, error) {
	info, err := os.Stat(s.path)
	if err != nil {
		return Room{}, fmt.Errorf("look at the store's file: %w", err)
	}
	free, disk, err := diskOf(s.path)
	return Room{info.Size(), free, disk}, err
}

func diskOf(path string) (free, size int64, err error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(path), &st); err != nil {
		return 0, 0, fmt.Errorf("look at the disk of %q: %w", path, err)
	}
	return int64(st.Bavail) * int64(st.Bsize), int64(st.Blocks) * int64(st.Bsize), nil
}

// hasRoom says where the disk of path has not need bytes free for us.
func hasRoom(path string, need int64) error {
	free, _, err := diskOf(path)
	if err != nil {
		return err
	}
	if free < need {
		return fmt.Errorf("the disk of %q has %d MiB free, and %d are needed; make room on it, nothing has changed", path, free>>20, (need+1<<20-1)>>20)
	}
	return nil
}
