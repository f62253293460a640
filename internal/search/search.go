// Package search finds articles by their words, in Arabic first.
//
// A desk's archive is searched by people who type a word without its article
// and its hamza, and mean every form of it; who expect what came today on top;
// and who must never see what the desk took down. So texts are compared by
// folding keys, words are sought in the forms that Arabic gives them
// (forms.go), the newest articles are looked at first and no more of them than
// are shown, and what is found is read from the store before it is shown:
// nashra.Visible decides as everywhere, and an article that no longer holds
// the words is none.
//
// The index is derived. It lies in a folder of its own beside the store,
// follows it by the numbers of its changes ([Index.CatchUp], [Index.Follow]),
// and is made anew when it is lost, damaged, of another version or of another
// store. No backup needs it, and nothing that befalls it concerns the store.
// Begin with [Open]. layout.go has the drawing of the files; why they are our
// own says docs/decisions/0010-a-search-index-of-our-own.md.
package search

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"

	"nashra"
)

// Store is what the index asks of the store that it is of.
type Store interface {
	// Article returns an article with its body, hidden or not.
	Article(ctx context.Context, id string) (nashra.Record, error)
	Source(ctx context.Context, id string) (nashra.SourceStatus, error)
	// Changes returns what became of articles after a number, and how far that
	// reaches.
	Changes(ctx context.Context, after uint64, limit int) (list []nashra.Change, upto uint64, err error)
	// Seq is the number of the last batch.
	Seq(ctx context.Context) (last, recall uint64, err error)
}

// Index is the search index of one store. Its methods may be called from
// several goroutines; one process at a time may have it.
type Index struct {
	folder string
	store  Store
	log    *slog.Logger
	slots  chan struct{} // one for each search under way

	writing chan struct{} // holds one token: whoever has it changes the index

	mu       sync.RWMutex
	manifest manifest
	segments []*segment // as the manifest names them
	caught   bool       // the store was caught up with since the index was opened or made anew
	broken   bool       // something in it is damaged: whoever writes next begins anew
	closed   bool
}

// searches is how many searches are under way at once: more would only wait
// for the same processors.
const searches = 4

// Open opens the index of s in folder, which need not exist. What is there and
// unusable is dropped and made anew; logger, if there is one, hears of it. An
// error says that the folder cannot be used at all.
func Open(folder string, s Store, logger *slog.Logger) (*Index, error) {
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	x := &Index{folder: folder, store: s, log: logger, slots: make(chan struct{}, searches), writing: make(chan struct{}, 1)}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("open the search index: %w", err)
	}
	err := x.load()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		x.log.Warn("search index is made anew", "store", folder, "err", err)
	}
	if err != nil {
		x.drop()
	}
	if err := clean(folder, x.manifest); err != nil {
		return nil, fmt.Errorf("open the search index: %w", err)
	}
	return x, nil
}

// load opens what the manifest names.
func (x *Index) load() (err error) {
	if x.manifest, err = readManifest(x.folder); err != nil {
		return err
	}
	for _, f := range x.manifest.Segments {
		s, err := openSegment(filepath.Join(x.folder, f.Name), f.Name)
		if err != nil {
			return err
		}
		x.segments = append(x.segments, s)
		if f.Dead != "" {
			if err := s.readDead(filepath.Join(x.folder, f.Dead)); err != nil {
				return err
			}
		}
	}
	return nil
}

// drop forgets all that is indexed; the caller may write and has mu. Files go
// when the next state is written, but the manifest at once, so that a process
// that ends here begins anew.
func (x *Index) drop() {
	for _, s := range x.segments {
		x.release(s)
	}
	x.segments, x.manifest, x.caught, x.broken = nil, manifest{Made: x.manifest.Made}, false, false
	if err := os.Remove(filepath.Join(x.folder, manifestName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		x.log.Warn("damaged search index not removed", "store", x.folder, "err", err)
	}
}

// release gives back the memory of a segment that nobody reads any more.
func (x *Index) release(s *segment) {
	if err := s.close(); err != nil {
		x.log.Warn("segment of the search index not closed", "store", s.name, "err", err)
	}
}

// Close waits for what is under way and gives the files back.
func (x *Index) Close() error {
	x.writing <- struct{}{}
	defer func() { <-x.writing }()
	x.mu.Lock()
	defer x.mu.Unlock()
	var err error
	for _, s := range x.segments {
		err = errors.Join(err, s.close())
	}
	x.segments, x.closed = nil, true
	return err
}

var errClosed = errors.New("the search index is closed")

// damaged notes that err says that the index, as it was seen, is damaged. It is
// made anew by whoever writes to it next.
func (x *Index) damaged(err error, seen []*segment) {
	if !errors.Is(err, errDamaged) {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed || x.broken || !slices.Equal(seen, x.segments) {
		return // another one has noticed it before
	}
	x.log.Warn("search index is made anew", "store", x.folder, "err", err)
	x.broken = true
}

// newName is the name of the next file of a kind.
func (x *Index) newName(m *manifest, kind string) string {
	m.Made++
	return strconv.FormatUint(m.Made, 10) + "." + kind
}

// contain turns what reading a damaged file does, a panic or a read outside
// its mapping, into an error that wraps errDamaged.
func contain(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p == errDamaged {
			err = errDamaged
		} else if p != nil {
			err = fmt.Errorf("%w (%v)", errDamaged, p)
		}
	}()
	return fn()
}
