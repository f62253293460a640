package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/spf13/cobra"

	"nashra"
	"nashra/internal/demo"
)

// demoConfig is the configuration of the demo: a file like any operator's, so
// that the demo runs what serve runs.
var demoConfig = template.Must(template.New("config.yaml").Parse(`site:
  name: نشرة الصباح
  url: http://{{.Listen}}
  language: ar
  timezone: Africa/Cairo
listen: {{.Listen}}
store: {{.Folder}}/nashra.db
admin:
  user: admin
fetch:
  every: 1m
  pause: 0s
  allow_private: true
sources:
{{- range .Sources}}
  - id: {{.ID}}
    name: {{.Name}}
    feed: {{.Feed}}
    homepage: {{.Homepage}}
    category: {{.Category}}
    content: {{.Content}}
{{- end}}
`))

func (a *app) demoCommand() *cobra.Command {
	var listen string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Show the whole of it without a network: built-in partners, one cycle, then serve",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.demo(cmd.Context(), listen)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "address to serve on; where it is taken, a free port is used")
	return cmd
}

func (a *app) demo(ctx context.Context, listen string) (err error) {
	partners, err := demo.Start(ctx)
	if err != nil {
		return fmt.Errorf("demo: start the partner sites: %w", err)
	}
	defer partners.Close()
	folder, err := os.MkdirTemp("", "nashra-demo-")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	listener, err := listenNear(listen)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	var text strings.Builder
	if err := demoConfig.Execute(&text, map[string]any{
		"Listen": listener.Addr().String(), "Folder": folder, "Sources": partners.Sources(),
	}); err != nil {
		return errors.Join(err, listener.Close())
	}
	a.configFile = filepath.Join(folder, "config.yaml")
	if err := os.WriteFile(a.configFile, []byte(text.String()), 0o600); err != nil {
		return errors.Join(fmt.Errorf("demo: %w", err), listener.Close())
	}
	password := rand.Text()[:12]
	environment := a.getenv
	a.getenv = func(key string) string {
		if key == "NASHRA_ADMIN_PASSWORD" {
			return password
		}
		return environment(key)
	}
	cfg, err := a.loadConfig()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	hangups, stop := notifyHangups()
	defer stop()
	logger := a.logger(slog.LevelWarn) // what the cycles do is printed, not logged
	o, err := a.ownForServing(ctx, cfg, logger)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	out := newFetchPrinter(a.world, false, len(cfg.Sources))
	err = o.Cycle(ctx, nashra.Selection{All: true}, out.print)
	out.finish()
	if err = cmp.Or(err, out.err); err != nil {
		return errors.Join(err, o.Close(), listener.Close())
	}
	fmt.Fprintf(a.stdout, `
  for readers  %[1]s/
  the feed     %[1]s/feed.xml
  admin        %[1]s/admin/   (user %[2]s, password %[3]s)

Everything is in %[4]s and goes with Ctrl-C.
`, cfg.Site.URL, cfg.Admin.User, password, folder)
	return errors.Join(o.serve(ctx, []door{readersDoor(listener)}, true, hangups), o.Close())
}

// listenNear listens on address or, where that is taken, on a free port of the
// same host.
func listenNear(address string) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	if err == nil {
		return listener, nil
	}
	host, _, splitErr := net.SplitHostPort(address)
	if splitErr != nil {
		return nil, err
	}
	return net.Listen("tcp", net.JoinHostPort(host, "0"))
}
