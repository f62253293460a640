package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/term"
)

const (
	// passwordCost makes a verification take some hundred milliseconds.
	passwordCost = 12

	// passwordBytes is how many bcrypt looks at.
	passwordBytes = 72
)

func (a *app) passwordCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "password NAME",
		Short: "Hash a password, for the file that admin.users_file names",
		Long: `Password asks for a password twice, at the terminal without showing it, else as
two lines of stdin, and prints the line NAME:HASH (bcrypt). Put it into the file
that admin.users_file names, which nobody but nashra should read:

  (umask 077; nashra password salma >> /etc/nashra/users) && nashra reload`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			name := args[0]
			if name == "" || strings.HasPrefix(name, "#") || strings.ContainsAny(name, ":\r\n") || strings.TrimSpace(name) != name {
				return &exitError{statusUsage, fmt.Errorf("password: %q cannot be a user's name; it holds no colon and no line end, and does not begin with #", name)}
			}
			word, err := a.newPassword(cmd.Context())
			if err != nil {
				return fmt.Errorf("password: %w", err)
			}
			hash, err := bcrypt.GenerateFromPassword(word, passwordCost)
			if err != nil {
				return fmt.Errorf("password: %w", err)
			}
			_, err = fmt.Fprintf(a.stdout, "%s:%s\n", name, hash)
			return err
		},
	}
}

// newPassword reads a password twice.
func (a *app) newPassword(ctx context.Context) ([]byte, error) {
	ask := a.askLine(ctx, bufio.NewReader(a.stdin))
	first, err := ask("password: ")
	if err != nil {
		return nil, err
	}
	switch {
	case len(first) == 0:
		return nil, errors.New("it is empty")
	case len(first) > passwordBytes:
		return nil, fmt.Errorf("it has %d bytes, and bcrypt takes %d at most (36 Arabic letters)", len(first), passwordBytes)
	}
	again, err := ask("again: ")
	if err != nil {
		return nil, err
	}
	if string(first) != string(again) {
		return nil, errors.New("the two differ; nothing was made")
	}
	return first, nil
}

// askLine reads what somebody types without showing it, or lines of stdin where
// that is no terminal.
func (a *app) askLine(ctx context.Context, lines *bufio.Reader) func(prompt string) ([]byte, error) {
	if f, ok := a.stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return func(prompt string) ([]byte, error) {
			shown, err := term.GetState(int(f.Fd()))
			if err != nil {
				return nil, err
			}
			fmt.Fprint(a.stderr, prompt)
			defer fmt.Fprintln(a.stderr)
			// After a Ctrl-C the reading goes on, and would leave the terminal mute.
			defer term.Restore(int(f.Fd()), shown)
			return typed(ctx, func() ([]byte, error) { return term.ReadPassword(int(f.Fd())) })
		}
	}
	return func(string) ([]byte, error) {
		line, err := typed(ctx, func() (string, error) { return lines.ReadString('\n') })
		if errors.Is(err, io.EOF) && line == "" {
			return nil, errors.New("it must stand on two lines of stdin, the same on both")
		} else if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		return []byte(strings.TrimRight(line, "\r\n")), nil
	}
}
