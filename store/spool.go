package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
)

const (
	// patience is how long a snapshot that is copied out waits for whoever
	// takes the copy, all waits together. As long as a snapshot lives no page
	// that it shows is written anew, and the file grows.
	patience = 10 * time.Second

	// spoolPiece and spoolPieces bound what is on its way in memory.
	spoolPiece  = 64 << 10
	spoolPieces = 16
)

// stream writes to w what produce makes of a snapshot. The snapshot lives as
// long as produce works and at most patience more, however slow w is: what w
// has not taken by then waits in a file of its own.
func (s *Store) stream(ctx context.Context, w io.Writer, produce func(tx *bbolt.Tx, w io.Writer) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p := &spool{ctx: ctx, folder: filepath.Dir(s.path), name: spoolName(s.path), left: patience, pieces: make(chan []byte, spoolPieces)}
	produced := make(chan error, 1)
	go func() {
		defer close(p.pieces)
		produced <- s.view(ctx, func(tx *bbolt.Tx) error { return produce(tx, p) })
	}()
	var failed error
	for piece := range p.pieces {
		if failed != nil {
			continue
		}
		if _, failed = w.Write(piece); failed != nil {
			cancel() // produce has nobody to work for
		}
	}
	err := <-produced
	if failed == nil && err == nil {
		err = p.rest(w)
	}
	if failed != nil {
		err = failed
	}
	return errors.Join(err, p.close())
}

// spoolName is the pattern of the files in which copies wait. They have no
// name any more as soon as they are open; what a kill leaves in that moment is
// removed when the store is opened.
func spoolName(path string) string { return filepath.Base(path) + ".spool-*" }

// spool hands pieces over to who takes them, and keeps them in a file from the
// moment on in which that one is too slow.
type spool struct {
	ctx          context.Context // of the one call that the spool is for
	folder, name string
	left         time.Duration // of the patience
	pieces       chan []byte
	file         *os.File // nil: not needed yet
}

// Write takes p. It never waits once the patience is at its end.
func (s *spool) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		piece := rest[:min(len(rest), spoolPiece)]
		if err := s.put(piece); err != nil {
			return 0, err
		}
		rest = rest[len(piece):]
	}
	return len(p), nil
}

func (s *spool) put(piece []byte) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	if s.file != nil {
		return s.keep(piece)
	}
	piece = bytes.Clone(piece) // the producer uses its buffer again
	select {
	case s.pieces <- piece:
		return nil
	default:
	}
	began := time.Now()
	timer := time.NewTimer(s.left)
	defer timer.Stop()
	select {
	case s.pieces <- piece:
		s.left -= time.Since(began)
		return nil
	case <-s.ctx.Done():
		return s.ctx.Err()
	case <-timer.C:
		return s.keep(piece)
	}
}

func (s *spool) keep(piece []byte) error {
	if s.file == nil {
		f, err := os.CreateTemp(s.folder, s.name)
		if err != nil {
			return fmt.Errorf("keep a copy for a slow reader: %w", err)
		}
		s.file = f
		if err := os.Remove(f.Name()); err != nil {
			return err
		}
	}
	if _, err := s.file.Write(piece); err != nil {
		return fmt.Errorf("keep a copy for a slow reader beside the store: %w; make room on the disk, or write to a faster one", err)
	}
	return nil
}

// rest writes to w what is in the file.
func (s *spool) rest(w io.Writer) error {
	if s.file == nil {
		return nil
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := io.CopyBuffer(w, readerFunc(func(p []byte) (int, error) {
		if err := s.ctx.Err(); err != nil {
			return 0, err
		}
		return s.file.Read(p)
	}), make([]byte, spoolPiece))
	return err
}

func (s *spool) close() error {
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}

// readerFunc is a Read method.
type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
