package main

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"
)

// app is what the commands of one call share.
type app struct {
	world
	configFile string
}

// run is the program: arguments and the world in, an error out.
func run(ctx context.Context, args []string, w world) error {
	a := &app{world: w}
	root := a.rootCommand()
	root.SetArgs(args)
	root.SetIn(w.stdin)
	root.SetOut(w.stdout)
	root.SetErr(w.stderr)

	// What goes wrong before a command runs is a wrong call of it.
	called := false
	root.PersistentPreRun = func(*cobra.Command, []string) { called = true }
	err := root.ExecuteContext(ctx)
	if err != nil && !called {
		return &exitError{statusUsage, err}
	}
	return err
}

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "nashra",
		Short: "Republish partners' news: feeds in, cleaned and credited articles out",
		Long: `nashra (نشرة, a bulletin) pulls the feeds of partner sites, extracts and cleans
the articles, credits their source, keeps them in one file and serves them to
readers as feeds and pages.

  nashra demo     shows all of it without a network
  nashra serve    is the site, with the scheduler inside
  nashra fetch    is one fetch cycle, for cron

A command that finds the store owned by a running nashra asks that one.`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.PersistentFlags().StringVar(&a.configFile, "config",
		cmp.Or(a.getenv("NASHRA_CONFIG"), "config.yaml"), "configuration `FILE` (environment: NASHRA_CONFIG)")
	root.AddCommand(
		a.initCommand(), a.doctorCommand(),
		a.serveCommand(), a.fetchCommand(), a.sourcesCommand(), a.itemsCommand(), a.logCommand(),
		a.extractCommand(), a.cleanCommand(), a.checkCommand(), a.exportCommand(), a.backupCommand(), a.restoreCommand(), a.compactCommand(), a.dumpCommand(), a.reloadCommand(),
		a.passwordCommand(), a.tokenCommand(),
		a.demoCommand(), a.versionCommand(), a.seedCommand(), a.manCommand(),
	)
	return root
}
