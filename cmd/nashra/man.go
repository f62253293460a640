package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// manCommand writes the manual from the commands' own help, so that there is
// nothing to keep in step.
func (a *app) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "man FOLDER",
		Short:  "Write the manual's pages into a folder",
		Hidden: true, // for packagers
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return fmt.Errorf("man: %w", err)
			}
			for _, c := range documented(cmd.Root()) {
				if err := os.WriteFile(filepath.Join(args[0], manName(c)+".1"), []byte(manPage(c)), 0o644); err != nil {
					return fmt.Errorf("man: %w", err)
				}
			}
			return nil
		},
	}
}

// documented are cmd and the commands below it that help shows.
func documented(cmd *cobra.Command) []*cobra.Command {
	list := []*cobra.Command{cmd}
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			list = append(list, documented(c)...)
		}
	}
	return list
}

func manName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// manPage is the page of one command in the macros of man(7). It has no date, so
// that the same program has the same page.
func manPage(cmd *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH %q 1 \"\" %q %q\n", strings.ToUpper(manName(cmd)), "nashra "+release, "nashra")
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", roff(manName(cmd)), roff(cmd.Short))
	fmt.Fprintf(&b, ".SH SYNOPSIS\n.B %s\n", roff(cmd.UseLine()))
	b.WriteString(".SH DESCRIPTION\n" + roffText(cmp.Or(cmd.Long, cmd.Short+".")))
	roffFlags(&b, "OPTIONS", cmd.NonInheritedFlags())
	roffFlags(&b, "GLOBAL OPTIONS", cmd.InheritedFlags())
	var also []string
	if cmd.HasParent() {
		also = append(also, manName(cmd.Parent()))
	} else {
		b.WriteString(".SH EXIT STATUS\n")
		for _, s := range statuses {
			fmt.Fprintf(&b, ".TP\n%d\n%s\n", s.status, roff(s.meaning))
		}
		b.WriteString(".SH ENVIRONMENT\n")
		for _, v := range variables {
			fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", roff(v[0]), roff(v[1]))
		}
	}
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			also = append(also, manName(c))
		}
	}
	for i, name := range also {
		also[i] = "\\fB" + roff(name) + "\\fR(1)"
	}
	if len(also) > 0 {
		fmt.Fprintf(&b, ".SH SEE ALSO\n%s\n", strings.Join(also, ", "))
	}
	return b.String()
}

// statuses are the exit statuses as the manual has them.
var statuses = []struct {
	status  int
	meaning string
}{
	{0, "done; of fetch: every source was fetched or unchanged"},
	{statusFailed, "nothing could be done"},
	{statusUsage, "wrong usage"},
	{statusSomeFailed, "fetch, doctor: some source failed"},
	{statusNoArticle, "extract: the page holds no article"},
	{statusInterrupted, "interrupted"},
}

// variables of the environment that are read.
var variables = [][2]string{
	{"NASHRA_CONFIG", "the configuration file, where --config does not name it"},
	{"NASHRA_ADMIN_PASSWORD", "the admin user's password, before admin.password_file"},
	{"NASHRA_ALERT_WEBHOOK", "the address of the webhook, before alerts.webhook_file"},
	{"NASHRA_SMTP_PASSWORD", "the mail server's password, before alerts.email.password_file"},
	{"HTTPS_PROXY, HTTP_PROXY, NO_PROXY", "the outbound proxy, where fetch.proxy names none"},
	{"NO_COLOR, TERM=dumb", "listings without colours"},
}

func roffFlags(b *strings.Builder, title string, flags *pflag.FlagSet) {
	if !flags.HasAvailableFlags() {
		return
	}
	fmt.Fprintf(b, ".SH %s\n", title)
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		name := "\\fB" + roff("--"+f.Name) + "\\fR"
		if f.Shorthand != "" {
			name = "\\fB" + roff("-"+f.Shorthand) + "\\fR, " + name
		}
		if value != "" {
			name += " \\fI" + roff(value) + "\\fR"
		}
		if f.DefValue != "" && !slices.Contains([]string{"false", "0", "[]"}, f.DefValue) {
			usage += " (default " + f.DefValue + ")"
		}
		fmt.Fprintf(b, ".TP\n%s\n%s\n", name, roff(usage))
	})
}

// roffText is a help text: its paragraphs are filled, lines that are indented
// stay as they are.
func roffText(text string) string {
	var b strings.Builder
	kept := false // in lines that stay as they are
	for _, line := range strings.Split(text, "\n") {
		switch keep := strings.HasPrefix(line, "  "); {
		case line == "" && !kept:
			b.WriteString(".PP\n")
			continue
		case keep && !kept:
			b.WriteString(".nf\n")
			kept = true
		case !keep && kept:
			b.WriteString(".fi\n")
			kept = false
			if line == "" {
				b.WriteString(".PP\n")
				continue
			}
		}
		b.WriteString(roff(line) + "\n")
	}
	if kept {
		b.WriteString(".fi\n")
	}
	return b.String()
}

// roff is text without what troff would obey, on one line. A hyphen that is
// typed stays one, also where the page is copied from.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "\n", " ").Replace(text)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		return `\&` + text
	}
	return text
}
