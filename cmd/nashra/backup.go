package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

func (a *app) backupCommand() *cobra.Command {
	var answer func(any, string, ...any) error
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Write a consistent copy of the store to FILE, also while serve runs",
		Long: `Backup writes a consistent copy of the store to FILE, and its SHA-256 to
FILE.sha256, which sha256sum -c reads. It works while serve runs, and nobody waits for
it. A copy that breaks off never takes the place of an older, whole one.

nashra restore puts such a copy in the place of the store.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			return a.onDesk(cmd.Context(), cfg, ownOptions{}, func(ctx context.Context, d desk) error {
				if err := replaceable(args[0], cfg.Store); err != nil {
					return fmt.Errorf("backup to %s: %w", args[0], err)
				}
				bar := newByteProgress(a.stderr, "copying", sizeOf(cfg.Store))
				size, sum, err := backup(ctx, d, args[0], bar)
				bar.finish()
				if err != nil {
					return fmt.Errorf("backup to %s: %w", args[0], err)
				}
				return answer(struct {
					File   string `json:"file"`
					Bytes  int64  `json:"bytes"`
					SHA256 string `json:"sha256"`
				}{args[0], size, sum}, "%s: %d bytes", args[0], size)
			})
		},
	}
	answer = a.answers(cmd)
	return cmd
}

// sizeOf is a file's size in bytes, -1 where it is not known.
func sizeOf(name string) int64 {
	info, err := os.Stat(name)
	if err != nil {
		return -1
	}
	return info.Size()
}

// replaceable reports why a backup must not take the place of name: a device
// or a folder would be lost, and an owner would go on writing to a store that
// nobody can open any more.
func replaceable(name, store string) error {
	there, err := os.Stat(name)
	if err != nil {
		return nil // there is nothing, or making the file tells what is wrong
	}
	if !there.Mode().IsRegular() {
		return errors.New("what is there is no regular file; name another")
	}
	if own, err := os.Stat(store); err == nil && os.SameFile(own, there) {
		return errors.New("this is the store itself; name another file")
	}
	return nil
}

// sumSuffix is of the file with a backup's checksum.
const sumSuffix = ".sha256"

// backup writes the copy and its checksum, and bar what has come so far. In
// between, an old copy has its checksum or none, and so has the new one.
func backup(ctx context.Context, d desk, name string, bar io.Writer) (size int64, sha string, err error) {
	sum := sha256.New()
	copied, err := beside(name, func(f io.Writer) (err error) {
		size, err = d.Backup(ctx, io.MultiWriter(f, sum, bar))
		return err
	})
	if err != nil {
		return 0, "", err
	}
	defer func() { err = errors.Join(err, copied.drop()) }()
	summed, err := beside(name+sumSuffix, func(f io.Writer) error {
		_, err := fmt.Fprintf(f, "%x  %s\n", sum.Sum(nil), filepath.Base(name))
		return err
	})
	if err != nil {
		return 0, "", err
	}
	defer func() { err = errors.Join(err, summed.drop()) }()
	if err := os.Remove(name + sumSuffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, "", err
	}
	if err := os.Rename(copied.Name(), name); err != nil {
		return 0, "", err
	}
	if err := os.Rename(summed.Name(), name+sumSuffix); err != nil {
		return 0, "", err
	}
	return size, hex.EncodeToString(sum.Sum(nil)), syncFolder(filepath.Dir(name))
}
