package main

import (
	"context"

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
