package main

import (
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"nashra/internal/token"
)

func (a *app) tokenCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Make, list and revoke tokens of the API",
		Long: `Token is for scripts and programs that use the API, so that none of
them holds a person's password. A token is sent as "Authorization: Bearer TOKEN".
A running serve knows of it at once, and of its end.

Tokens are kept hashed in the file that admin.tokens_file names (the store's path
with .tokens), and not in the store: a backup holds none, and no restore brings
back one that was revoked.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.tokenCreateCommand(), a.tokenListCommand(), a.tokenRevokeCommand())
	return cmd
}

func (a *app) tokens() (*token.File, error) {
	cfg, err := a.loadConfig()
	if err != nil {
		return nil, err
	}
	return token.Open(cfg.Admin.Tokens), nil
}

func (a *app) tokenCreateCommand() *cobra.Command {
	var scope string
	cmd := &cobra.Command{
		Use:   "create NAME --scope read|write",
		Short: "Make a token and print it, this once",
		Args: func(cmd *cobra.Command, args []string) error {
			if scope != string(token.Read) && scope != string(token.Write) {
				return errors.New("token create: --scope is read, or write for who may also change something")
			}
			return cobra.ExactArgs(1)(cmd, args)
		},
		RunE: func(_ *cobra.Command, args []string) error {
			file, err := a.tokens()
			if err != nil {
				return err
			}
			secret, err := file.Create(args[0], token.Scope(scope), time.Now())
			if err != nil {
				return err
			}
			fmt.Fprintln(a.stderr, "nashra: keep it now: it is not shown again")
			_, err = fmt.Fprintln(a.stdout, secret)
			return err
		},
	}
	cmd.Flags().StringVar(&scope, "scope", "", "what it lets its holder do: `read` or write")
	return cmd
}

func (a *app) tokenListCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List tokens, and what each lets its holder do",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			file, err := a.tokens()
			if err != nil {
				return err
			}
			list, err := file.List()
			if err != nil {
				return err
			}
			if asJSON {
				return a.tokensAsJSON(list)
			}
			table := tabwriter.NewWriter(a.stdout, 0, 8, 2, ' ', 0)
			fmt.Fprintln(table, "TOKEN\tSCOPE\tCREATED")
			for _, t := range list {
				fmt.Fprintf(table, "%s\t%s\t%s\n", t.Name, t.Scope, instant(t.Created))
			}
			return table.Flush()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line")
	return cmd
}

func (a *app) tokensAsJSON(list []token.Token) error {
	for _, t := range list {
		if err := writeJSON(a.stdout, struct {
			Name    string      `json:"name"`
			Scope   token.Scope `json:"scope"`
			Created time.Time   `json:"created"`
		}{t.Name, t.Scope, t.Created}); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) tokenRevokeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "revoke NAME",
		Short: "End a token, at once",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			file, err := a.tokens()
			if err != nil {
				return err
			}
			if err := file.Revoke(args[0]); errors.Is(err, token.ErrUnknown) {
				return fmt.Errorf("%w; `nashra token list` lists them", err)
			} else if err != nil {
				return err
			}
			_, err = fmt.Fprintf(a.stdout, "%s revoked\n", args[0])
			return err
		},
	}
}
