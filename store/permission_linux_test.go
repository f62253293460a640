package store_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"nashra/store"
)

func TestOpenNamesWhoMustBeAllowed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nashra.db")
	if err := os.WriteFile(path, filled(t), 0o400); err != nil {
		t.Fatal(err)
	}
	asNobody(t, filepath.Dir(path))
	_, err := store.Open(path, store.Options{})
	if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "user that runs nashra") {
		t.Errorf("got %v", err)
	}
}

// asNobody takes the superuser's rights over files from this test's thread,
// see setfsuid(2), but for the folder. Anybody else has none anyway.
func asNobody(t *testing.T, folder string) {
	t.Helper()
	if os.Geteuid() != 0 {
		return
	}
	const nobody = 65534
	if err := errors.Join(os.Chown(folder, nobody, -1), os.Chmod(filepath.Dir(folder), 0o755)); err != nil {
		t.Fatal(err)
	}
	runtime.LockOSThread()
	if err := syscall.Setfsuid(nobody); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Setfsuid(0); err != nil {
			t.Fatal(err)
		}
		runtime.UnlockOSThread()
	})
}
