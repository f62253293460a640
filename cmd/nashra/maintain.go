package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

func (a *app) dumpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "dump",
		Short: "Print the logical content of the store, one JSON line a record",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withDesk(cmd.Context(), func(ctx context.Context, d desk) error {
				return d.Dump(ctx, a.stdout)
			})
		},
	}
}

func (a *app) backupCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Write a consistent copy of the store to FILE, also while serve runs",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			return a.onDesk(cmd.Context(), cfg, ownOptions{}, func(ctx context.Context, d desk) error {
				if err := replaceable(args[0], cfg.Store); err != nil {
					return fmt.Errorf("backup to %s: %w", args[0], err)
				}
				size, err := backup(ctx, d, args[0])
				if err != nil {
					return fmt.Errorf("backup to %s: %w", args[0], err)
				}
				_, err = fmt.Fprintf(a.stdout, "%s: %d bytes\n", args[0], size)
				return err
			})
		},
	}
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

// backup writes beside name first: a copy that breaks off never takes the
// place of an older, whole one.
func backup(ctx context.Context, d desk, name string) (size int64, err error) {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close(), os.Remove(f.Name()))
		}
	}()
	if size, err = d.Backup(ctx, f); err != nil {
		return 0, err
	}
	if err = f.Sync(); err != nil {
		return 0, err
	}
	if err = os.Rename(f.Name(), name); err != nil {
		return 0, err
	}
	return size, f.Close()
}

func (a *app) checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Verify the configuration and the store; change neither",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			if _, err := os.Stat(cfg.Store); errors.Is(err, fs.ErrNotExist) {
				_, err := fmt.Fprintf(a.stdout, "configuration is right, there is no store yet at %s\n", cfg.Store)
				return err
			}
			return a.onDesk(cmd.Context(), cfg, ownOptions{asIs: true}, a.checkStore)
		},
	}
}

func (a *app) checkStore(ctx context.Context, d desk) error {
	if err := d.Dump(ctx, io.Discard); err != nil { // reads every record
		return err
	}
	sources, _, err := d.Sources(ctx)
	if err != nil {
		return err
	}
	items := 0
	for _, s := range sources {
		items += s.Items
	}
	_, err = fmt.Fprintf(a.stdout, "configuration is right, every record of the store can be read: %d sources, %d items\n", len(sources), items)
	return err
}
