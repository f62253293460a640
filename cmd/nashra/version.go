package main

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// release is the version; a build of a tagged commit sets it by -ldflags.
var release = "0.1.0-dev"

// commit is what the binary was built from, as far as the go command knew.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	revision, changed := "unknown", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = "+changes"
		}
	}
	return revision + changed
}

func (a *app) versionCommand() *cobra.Command {
	var answer func(any, string, ...any) error
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print version, commit and Go version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return answer(struct {
				Version string `json:"version"`
				Commit  string `json:"commit"`
				Go      string `json:"go"`
			}{release, commit(), runtime.Version()}, "nashra %s (commit %s, %s)", release, commit(), runtime.Version())
		},
	}
	answer = a.answers(cmd)
	return cmd
}
