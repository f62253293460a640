package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// answers gives cmd, which does one thing, the flag --json, and returns how it
// says what came of it: v as one JSON object where that is wanted, else a line.
func (a *app) answers(cmd *cobra.Command) func(v any, line string, args ...any) error {
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object")
	return func(v any, line string, args ...any) error {
		if *asJSON {
			return writeJSON(a.stdout, v)
		}
		_, err := fmt.Fprintf(a.stdout, line+"\n", args...)
		return err
	}
}

// changed is the object of commands that decide something on an item or a source.
type changed struct {
	ID   string `json:"id"`
	Done string `json:"done"` // hidden, restored, purged, paused or resumed
}
