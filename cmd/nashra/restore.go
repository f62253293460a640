package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"nashra/store"
)

func (a *app) restoreCommand() *cobra.Command {
	var answer func(any, string, ...any) error
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup in the place of the store; nobody may use it meanwhile",
		Long: `Restore puts a backup in the place of the store. No process may have the store:
stop serve first.

The copy is verified before anything changes: against FILE.sha256 where that is
there, then its pages, records, bodies, indexes and counts. The store of before is
kept beside the new one, under the name that is printed; delete it when all is
well. Whatever breaks off a restore, the store is the old one or the new one.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			sum, err := readSum(args[0] + sumSuffix)
			if err != nil {
				return fmt.Errorf("restore %s: %w", args[0], err)
			}
			idle := a.busy("verifying and restoring")
			done, err := store.Restore(cmd.Context(), store.Restoring{Path: cfg.Store, From: args[0], Sum: sum})
			idle()
			if owned := (*store.OwnedError)(nil); errors.As(err, &owned) {
				return fmt.Errorf("restore %s: %w; stop it first", args[0], owned)
			}
			if err != nil {
				return err
			}
			kept := ""
			if done.Kept != "" {
				kept = "\nthe store of before is kept as " + done.Kept
			}
			return answer(struct {
				Store   string `json:"store"`
				File    string `json:"file"`
				Sources int    `json:"sources"`
				Items   int    `json:"items"`
				Kept    string `json:"kept"` // the store of before; "": there was none
			}{cfg.Store, args[0], done.Sources, done.Articles, done.Kept},
				"%s is %s now: %d sources, %d items%s", cfg.Store, args[0], done.Sources, done.Articles, kept)
		},
	}
	answer = a.answers(cmd)
	return cmd
}

// readSum reads a checksum as sha256sum writes it; nil where there is none.
func readSum(name string) ([]byte, error) {
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	first, _, _ := strings.Cut(string(text), " ")
	sum, err := hex.DecodeString(strings.TrimSpace(first))
	if err != nil || len(sum) != 32 {
		return nil, fmt.Errorf("%s holds no SHA-256; remove it to restore without one", name)
	}
	return sum, nil
}
