package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"nashra"
)

func (a *app) itemPurgeCommand() *cobra.Command {
	var reason string
	var answer func(any, string, ...any) error
	cmd := &cobra.Command{
		Use:   "purge ID",
		Short: "Destroy an item for ever: its body and all its revisions",
		Long: `Purge takes an item out of the store, with its body and all its revisions, and
nothing brings it back: not "items restore", and not the partner's feed. Its page
answers 410. What is kept is that it was there, when it was purged, by whom and
why. Also an item that the rules of keep have removed can be purged.

Backups that were made before hold it still. The store's file holds its bytes as
free space, until they are written over or "nashra compact" leaves them out.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if strings.TrimSpace(reason) == "" {
				return errors.New("purge: --reason is missing; say why, for the record")
			}
			return cobra.ExactArgs(1)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			batch := decision(operator())
			batch.Removes = []nashra.Remove{{Article: args[0], Reason: reason, Purge: true}}
			return a.withDesk(cmd.Context(), func(ctx context.Context, d desk) error {
				_, err := d.Apply(ctx, batch)
				if errors.Is(err, nashra.ErrNotFound) {
					return fmt.Errorf("purge item %q: %w; `nashra items` lists them", args[0], nashra.ErrNotFound)
				} else if err != nil {
					return err
				}
				return answer(changed{args[0], "purged"}, "%s purged", args[0])
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, for the record")
	answer = a.answers(cmd)
	return cmd
}
