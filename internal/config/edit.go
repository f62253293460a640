package config

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"time"

	"nashra"
)

// Editor puts sources into config.yaml and takes them out.
//
// The file is its operator's own: the lines of a source come or go, and every
// other byte stays, comments and line ends included. What is to be written is
// read as [Load] would read it first, and refused unless it says the same as
// the file before and exactly that change. A refusal leaves the file alone.
type Editor struct {
	Path   string // of config.yaml; where it is a symbolic link, its target is edited
	Env    func(string) string
	Checks Checks
}

// An edit takes a moment; another one waits for it so long, looking so often.
const (
	lockWait  = 5 * time.Second
	lockAgain = 10 * time.Millisecond
)

// Load is like the function Load, and also takes a file that has no source yet.
func (e Editor) Load() (*Config, error) {
	data, err := readConfig(e.Path)
	if err != nil {
		return nil, err
	}
	return e.load(data)
}

func (e Editor) load(data []byte) (*Config, error) {
	return e.loader().load(data)
}

func (e Editor) loader() *loader {
	return &loader{file: e.Path, env: e.Env, checks: e.Checks, sparse: true}
}

// Check reports what is wrong with sources that shall be added to c. Of a
// source its ID, Name, Feed, Homepage, Category and Language are written, those
// that are not empty.
func (e Editor) Check(c *Config, sources ...nashra.Source) error {
	_, err := e.subscriptions(c, sources)
	return err
}

// subscriptions are what c would hold of sources.
func (e Editor) subscriptions(c *Config, sources []nashra.Source) ([]nashra.Subscription, error) {
	l := e.loader()
	root := l.parse([]byte("sources:\n" + Block(sources...)))
	var subs []nashra.Subscription
	if root != nil {
		subs = l.section("", 1, root).sources(c)
	}
	if len(l.problems) > 0 {
		p := l.problems[0] // its line is one of the block's
		_, key, _ := strings.Cut(p.Key, ".")
		return nil, fmt.Errorf("%s: %s", key, p.Message)
	}
	if len(subs) != len(sources) {
		return nil, errors.New("the source cannot be written as YAML")
	}
	for i, sub := range subs {
		if src := sources[i]; sub.ID != src.ID || sub.Name != src.Name || sub.Feed != src.Feed || sub.Homepage != src.Homepage || sub.Category != src.Category {
			return nil, fmt.Errorf("source %q cannot be written as YAML: it would be read as another", src.ID)
		}
	}
	return subs, nil
}

// Add writes sources at the end of the list: those that pick chooses when it is
// given the configuration, in which no other Editor changes anything until Add
// returns. None is no change. The error is pick's, or a sentence that says why
// it cannot be done; the file is then as it was.
func (e Editor) Add(ctx context.Context, pick func(*Config) ([]nashra.Source, error)) error {
	return e.edit(ctx, func(old *Config, at *listing) ([]nashra.Subscription, []byte, error) {
		sources, err := pick(old)
		if err != nil || len(sources) == 0 {
			return nil, nil, err
		}
		added, err := e.subscriptions(old, sources)
		if err != nil {
			return nil, nil, err
		}
		text, err := at.with(sources)
		return append(old.Sources[:len(old.Sources):len(old.Sources)], added...), text, err
	})
}

// Remove takes the source out, together with the comments that stand directly
// above it at its indentation. One that is not there wraps nashra.ErrNotFound.
func (e Editor) Remove(ctx context.Context, id string) error {
	return e.edit(ctx, func(old *Config, at *listing) ([]nashra.Subscription, []byte, error) {
		var left []nashra.Subscription
		gone := -1
		for i, sub := range old.Sources {
			if sub.ID == id {
				gone = i
			} else {
				left = append(left, sub)
			}
		}
		switch {
		case gone < 0:
			return nil, nil, fmt.Errorf("source %q: %w in %s", id, nashra.ErrNotFound, e.Path)
		case len(left) == 0:
			return nil, nil, fmt.Errorf("source %q is the last one, and a configuration needs at least one; add another first", id)
		}
		text, err := at.without(gone)
		return left, text, err
	})
}

// edit changes the file by change, which says what the sources are afterwards
// and gives the new text; nil: the file is right as it is.
func (e Editor) edit(ctx context.Context, change func(*Config, *listing) ([]nashra.Subscription, []byte, error)) error {
	path, err := filepath.EvalSymlinks(e.Path)
	if err != nil {
		return fmt.Errorf("edit the configuration: %w", err)
	}
	f, err := openLocked(ctx, path)
	if err != nil {
		return fmt.Errorf("edit the configuration: %w", err)
	}
	defer f.Close() // it was read; closing gives up the lock
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return fmt.Errorf("edit the configuration: %w", err)
	}
	old, err := e.load(data)
	if err != nil {
		return err
	}
	at, err := e.loader().listing(data)
	if err != nil {
		return fmt.Errorf("edit %s: %w", e.Path, err)
	}
	sources, text, err := change(old, at)
	if err != nil || text == nil {
		return err
	}
	if len(text) > maxFile {
		return fmt.Errorf("edit %s: it would have more than %d bytes", e.Path, maxFile)
	}
	if err := e.verify(text, old, sources); err != nil {
		return fmt.Errorf("edit %s: %w", e.Path, err)
	}
	if err := replace(f, path, text); err != nil {
		return fmt.Errorf("edit %s: %w", e.Path, err)
	}
	return nil
}

// verify reports why text is not old with these sources.
func (e Editor) verify(text []byte, old *Config, sources []nashra.Subscription) error {
	after, err := e.load(text)
	var problems Problems
	if errors.As(err, &problems) {
		return fmt.Errorf("the file would not load any more, on line %d: %s", problems[0].Line, problems[0].Message)
	} else if err != nil {
		return err
	}
	want, got := *old, *after
	want.Sources = sources
	want.Digest, got.Digest = "", ""
	want.Lines, got.Lines = nil, nil
	pools := want.Fetch.RootCAs.Equal(got.Fetch.RootCAs)
	want.Fetch.RootCAs, got.Fetch.RootCAs = nil, nil
	if !pools || !reflect.DeepEqual(want, got) {
		return errors.New("more would change than this source; change the file by hand")
	}
	return nil
}

// openLocked opens the file at path for reading, alone among editors. One that
// was replaced while it waited is opened again.
func openLocked(ctx context.Context, path string) (*os.File, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, lockWait, fmt.Errorf("%s is being edited by another process; try again", path))
	defer cancel()
	for {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil && isAt(f, path) {
			return f, nil
		}
		if err := errors.Join(f.Close(), passing(err)); err != nil {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(lockAgain):
		}
	}
}

// passing is err without what is over in a moment: another one's lock.
func passing(err error) error {
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil
	}
	return err
}

func isAt(f *os.File, path string) bool {
	opened, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(opened, there)
}

// replace puts a file with that text in the place of f, in one step and with
// the same mode and owner. A file or folder that nobody may write to is left
// alone, even where the system would let us.
func replace(f *os.File, path string, text []byte) (err error) {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	folder := filepath.Dir(path)
	if err := writable(path, folder, info); err != nil {
		return err
	}
	temp, err := os.CreateTemp(folder, "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, temp.Close(), os.Remove(temp.Name()))
		}
	}()
	if _, err = temp.Write(text); err != nil {
		return err
	}
	if err = keepOwner(temp, info); err != nil {
		return err
	}
	if err = temp.Chmod(info.Mode().Perm()); err != nil { // after the owner, whose change may clear bits
		return err
	}
	if err = temp.Sync(); err != nil {
		return err
	}
	if err = os.Rename(temp.Name(), path); err != nil {
		return err
	}
	return temp.Close()
}

const anyWrite = 0o222

func writable(path, folder string, info fs.FileInfo) error {
	in, err := os.Stat(folder)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&anyWrite == 0 || in.Mode().Perm()&anyWrite == 0 {
		return fmt.Errorf("%s or its folder is read-only", path)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return f.Close()
}

// keepOwner gives temp the owner and the group of the file that it replaces.
func keepOwner(temp *os.File, info fs.FileInfo) error {
	made, err := temp.Stat()
	if err != nil {
		return err
	}
	was, ok := info.Sys().(*syscall.Stat_t)
	now, ok2 := made.Sys().(*syscall.Stat_t)
	if !ok || !ok2 || was.Uid == now.Uid && was.Gid == now.Gid {
		return nil
	}
	return temp.Chown(int(was.Uid), int(was.Gid))
}
