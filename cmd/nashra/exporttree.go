package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"nashra/publisher"
)

// exportTree is the folder of an export. What was made of it is known from a
// state beside it, in the folder .nashra, where new files are written first. Once
// all of them are whole they take their places together, down a list that a run
// which was killed meanwhile leaves to the next: readers find the old or the new.
type exportTree struct {
	dir  string
	lock *os.File

	had     map[string]string // key by file, as the last export left it
	state   publisher.ExportState
	now     map[string]string
	staged  []string // names; the nth is staged under the number n
	removed []string
	alone   []string // names that have no packed file beside them
}

const (
	exportOwn    = ".nashra"
	exportStaged = "new"
	exportCommit = "commit"
	exportState  = "state"
)

// openExportTree begins an export into dir, which is made where it is missing.
func openExportTree(dir string) (*exportTree, error) {
	t := &exportTree{dir: dir, had: map[string]string{}, now: map[string]string{}}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(t.own("")); len(entries) > 0 && err != nil {
		return nil, errors.New("the folder holds something else; name an empty or a new one")
	}
	if err := os.MkdirAll(t.own(exportStaged), 0o700); err != nil {
		return nil, err
	}
	if t.lock, err = os.OpenFile(t.own("lock"), os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(t.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(errors.New("another export writes into the folder; wait for it"), t.lock.Close())
	}
	if err := t.begin(); err != nil {
		return nil, errors.Join(err, t.lock.Close())
	}
	return t, nil
}

func (t *exportTree) own(name string) string   { return filepath.Join(t.dir, exportOwn, name) }
func (t *exportTree) place(name string) string { return filepath.Join(t.dir, filepath.FromSlash(name)) }
func (t *exportTree) stage(n int) string {
	return filepath.Join(t.own(exportStaged), strconv.Itoa(n))
}

// begin finishes what a killed run has left and reads the state.
func (t *exportTree) begin() error {
	if err := t.finish(); err != nil {
		return err
	}
	if err := os.RemoveAll(t.own(exportStaged)); err != nil {
		return err
	}
	if err := os.Mkdir(t.own(exportStaged), 0o700); err != nil {
		return err
	}
	f, err := os.Open(t.own(exportState))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	if lines.Scan() && json.Unmarshal(lines.Bytes(), &t.state) != nil {
		t.state = publisher.ExportState{} // all is looked at again
	}
	for lines.Scan() {
		if key, name, ok := strings.Cut(lines.Text(), " "); ok {
			t.had[name] = key
		}
	}
	return lines.Err()
}

// Keeps is of publisher.Folder.
func (t *exportTree) Keeps(name, key string) bool {
	if t.had[name] != key {
		return false
	}
	if _, err := os.Lstat(t.place(name)); err != nil {
		return false
	}
	t.now[name] = key
	return true
}

// Put is of publisher.Folder.
func (t *exportTree) Put(name, key string, body, packed []byte) error {
	if t.Keeps(name, key) {
		return nil
	}
	if !filepath.IsLocal(filepath.FromSlash(name)) || strings.HasPrefix(name, ".") || strings.Contains(name, "\n") {
		return fmt.Errorf("%q cannot be the name of a file", name)
	}
	for _, part := range []struct {
		suffix string
		data   []byte
	}{{".gz", packed}, {"", body}} {
		if part.data == nil {
			continue
		}
		if err := os.WriteFile(t.stage(len(t.staged)), part.data, 0o644); err != nil {
			return err
		}
		t.staged = append(t.staged, name+part.suffix)
	}
	if packed == nil {
		t.alone = append(t.alone, name)
	}
	t.now[name] = key
	return nil
}

// exportList is what commit does, as the next run can do it again.
type exportList struct {
	Staged  []string `json:"staged"`
	Removed []string `json:"removed"`
	Alone   []string `json:"alone,omitempty"`
}

// commit puts everything into its place. written and removed count files
// without what lies packed beside them.
func (t *exportTree) commit(state publisher.ExportState) (written, removed int, err error) {
	for _, name := range t.staged {
		if !strings.HasSuffix(name, ".gz") {
			written++
		}
	}
	for name := range t.had {
		if _, ok := t.now[name]; !ok {
			t.removed = append(t.removed, name)
		}
	}
	// What the state names must be on the disk before it is: one call for all
	// files, since one for each would wait for each.
	syscall.Sync()
	if err := t.writeState(state); err != nil {
		return 0, 0, err
	}
	list, err := json.Marshal(exportList{t.staged, t.removed, t.alone})
	if err != nil {
		return 0, 0, err
	}
	err = durably(t.own(exportCommit), func(w *bufio.Writer) error {
		_, err := w.Write(list)
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	return written, len(t.removed), t.finish()
}

// writeState writes the state beside the one in force, whose place finish gives
// it.
func (t *exportTree) writeState(state publisher.ExportState) error {
	return durably(t.own(exportState+".new"), func(w *bufio.Writer) error {
		if err := json.NewEncoder(w).Encode(state); err != nil {
			return err
		}
		for name, key := range t.now {
			if _, err := fmt.Fprintf(w, "%s %s\n", key, name); err != nil {
				return err
			}
		}
		return nil
	})
}

// finish goes down the list of a commit, if there is one.
func (t *exportTree) finish() error {
	data, err := os.ReadFile(t.own(exportCommit))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var list exportList
	if err := json.Unmarshal(data, &list); err != nil {
		return fmt.Errorf("read %s: %w; remove it, and the next export makes everything anew", t.own(exportCommit), err)
	}
	for _, name := range list.Alone { // before the new file: an older packed one is another text
		if err := os.Remove(t.place(name) + ".gz"); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	for n, name := range list.Staged {
		if err := os.MkdirAll(filepath.Dir(t.place(name)), 0o755); err != nil {
			return err
		}
		if err := os.Rename(t.stage(n), t.place(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err // one that is not there has been put into its place
		}
	}
	for _, name := range list.Removed {
		for _, file := range []string{t.place(name), t.place(name) + ".gz"} {
			if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
		// A folder that holds more stays.
		_ = os.Remove(filepath.Dir(t.place(name)))
	}
	if err := os.Rename(t.own(exportState+".new"), t.own(exportState)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Remove(t.own(exportCommit))
}

// durably writes a file that is whole on the disk, or not there.
func durably(name string, write func(*bufio.Writer) error) error {
	made, err := beside(name, func(w io.Writer) error {
		buffered := bufio.NewWriter(w)
		return errors.Join(write(buffered), buffered.Flush())
	})
	if err != nil {
		return err
	}
	return errors.Join(os.Rename(made.Name(), name), made.drop(), syncFolder(filepath.Dir(name)))
}

// Close lets the next export in.
func (t *exportTree) Close() error { return t.lock.Close() }
