package main

import (
	"strings"

	"github.com/spf13/cobra"
)

// completeSources offers the ids of config.yaml to a shell.
func (a *app) completeSources(_ *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	cfg, err := a.loadConfig()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var ids []string
	for _, sub := range cfg.Sources {
		if strings.HasPrefix(sub.ID, begun) {
			ids = append(ids, sub.ID+"\t"+sub.Name)
		}
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}
