package remote

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
)

// MaxPath is how many bytes the path of a Unix socket may have: sun_path of
// unix(7) without its closing zero byte.
const MaxPath = 107

// Listen makes the socket at path, open to this user alone (mode 0600) from
// its first moment. A socket that is there already was left by an owner that
// was killed and is replaced: only the holder of the store's lock may call
// this. Closing the listener removes it.
func Listen(path string) (net.Listener, error) {
	if err := checkPath(path); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	if info, err := os.Lstat(path); err == nil {
		if info.Mode().Type() != fs.ModeSocket {
			return nil, fmt.Errorf("listen at %q: a file that is no socket is in the way; set socket in config.yaml to another path", path)
		}
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("listen: %w", err)
		}
	}
	// On Linux bind(2) gives the file the mode that the socket has. Elsewhere
	// Fchmod refuses, and the mode is set right after.
	config := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		return c.Control(func(fd uintptr) { _ = syscall.Fchmod(int(fd), 0o600) })
	}}
	ln, err := config.Listen(context.Background(), "unix", path)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("listen: %w", err), ln.Close())
	}
	return ln, nil
}

func checkPath(path string) error {
	if len(path) > MaxPath {
		return fmt.Errorf("socket %q: its path has %d bytes, the system allows %d; set socket in config.yaml to a shorter one",
			path, len(path), MaxPath)
	}
	return nil
}
