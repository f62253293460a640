package store

import (
	"fmt"
	"path/filepath"
	"syscall"
)

// hasRoom says where the disk of path has not need bytes free for us.
func hasRoom(path string, need int64) error {
	var st syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(path), &st); err != nil {
		return fmt.Errorf("look at the disk of %q: %w", path, err)
	}
	if free := int64(st.Bavail) * int64(st.Bsize); free < need {
		return fmt.Errorf("the disk of %q has %d MiB free, and %d are needed; make room on it, nothing has changed", path, free>>20, (need+1<<20-1)>>20)
	}
	return nil
}
