package main

import (
	"bufio"
	"cmp"
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/spf13/cobra"

	"nashra"
	"nashra/fetcher"
	"nashra/internal/config"
)

//go:embed init.tmpl
var initText string

var initTemplate = template.Must(template.New("config.yaml").Parse(initText))

// beginning is what init asks for: the first configuration, as the template
// takes it.
type beginning struct {
	Name, URL, User string // as YAML
	Listen          string
	PasswordFile    string
	Source          string // a block of the list of sources
}

// question is one that init asks, and a flag that answers it.
type question struct {
	flag, text string
	otherwise  string             // what an empty answer means
	check      func(string) error // nil: anything will do
}

func (a *app) initCommand() *cobra.Command {
	questions := []*question{
		{"name", "Name of your site, as readers see it", "نشرة", a.startsWith("site.name", func(b *beginning, v string) { b.Name = config.Scalar(v) })},
		{"url", "Its public address", "http://127.0.0.1:8080", a.startsWith("site.url", func(b *beginning, v string) { b.URL = config.Scalar(v) })},
		{"partner", "Your first partner's feed or site", "https://ar.globalvoices.org/feed/", a.startsWith("sources[0].feed", func(b *beginning, v string) {
			b.Source = config.Block(nashra.Source{ID: "first", Name: "first", Feed: webAddress(v)})
		})},
		{"admin", "User of the admin pages, - for none", "admin", a.startsWith("admin.user", func(b *beginning, v string) { b.User = config.Scalar(v) })},
	}
	answers := map[string]*string{}
	var yes bool
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Ask four questions and write a commented config.yaml",
		Long: `Init asks four questions and writes config.yaml, or the file that --config
names: with a comment on each key, and such that nashra check accepts it. A file
that is there already is never overwritten.

Each question can be answered by a flag, and --yes takes the defaults of those
that are left. An empty answer is the default too. The partner is asked once, to
find its feed; where it gives no answer, its address is written down as it is.

A user of the admin pages gets a password made by chance, in the file
admin-password beside config.yaml.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := vacant(a.configFile); err != nil {
				return err
			}
			in := bufio.NewReader(a.stdin)
			for _, q := range questions {
				answer := answers[q.flag]
				switch given := cmd.Flags().Changed(q.flag); {
				case given:
					if err := q.check(*answer); err != nil {
						return &exitError{statusUsage, fmt.Errorf("init: --%s %q: %w", q.flag, *answer, err)}
					}
				case yes:
					*answer = q.otherwise
				default:
					var err error
					if *answer, err = a.ask(cmd.Context(), in, q); err != nil {
						return err
					}
				}
			}
			return a.begin(cmd.Context(), *answers["name"], *answers["url"], *answers["partner"], *answers["admin"])
		},
	}
	for _, q := range questions {
		answers[q.flag] = cmd.Flags().String(q.flag, "", lowerFirst(q.text)+" (default: "+q.otherwise+")")
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "ask nothing: take the defaults of what no flag answers")
	return cmd
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// vacant reports that there is a file of that name already.
func vacant(name string) error {
	switch _, err := os.Lstat(name); {
	case err == nil:
		return fmt.Errorf("init: %s is there already and stays as it is; name another file with --config", name)
	case errors.Is(err, fs.ErrNotExist):
		return nil
	default:
		return fmt.Errorf("init: %w", err)
	}
}

// ask asks q until the answer will do.
func (a *app) ask(ctx context.Context, in *bufio.Reader, q *question) (string, error) {
	for {
		fmt.Fprintf(a.stderr, "%s [%s]: ", q.text, q.otherwise)
		line, err := typed(ctx, func() (string, error) { return in.ReadString('\n') })
		if err != nil && err != io.EOF {
			return "", fmt.Errorf("init: %w", err)
		}
		if !isTerminal(a.stdin) {
			fmt.Fprintln(a.stderr) // nobody's Enter has ended the line
		}
		answer := cmp.Or(strings.TrimSpace(line), q.otherwise)
		wrong := q.check(answer)
		if wrong == nil {
			return answer, nil
		}
		if err == io.EOF {
			return "", fmt.Errorf("init: %s: %q: %w", lowerFirst(q.text), answer, wrong)
		}
		fmt.Fprintf(a.stderr, "%q: %v\n", answer, wrong)
	}
}

// startsWith is a check of an answer: whether a configuration that is made with
// it has a problem with key.
func (a *app) startsWith(key string, put func(*beginning, string)) func(string) error {
	return func(answer string) error {
		b := beginning{
			Name: "x", URL: "http://site.example", Listen: "127.0.0.1:8080",
			Source: config.Block(nashra.Source{ID: "first", Name: "first", Feed: "https://partner.example/feed"}),
		}
		put(&b, answer)
		_, err := config.Parse(a.configFile, b.text(), a.getenv, checks)
		var problems config.Problems
		if errors.As(err, &problems) {
			for _, p := range problems {
				if p.Key == key {
					return errors.New(p.Message)
				}
			}
		}
		return nil
	}
}

func (b beginning) text() []byte {
	b.Source = strings.TrimRight(b.Source, "\n")
	var text strings.Builder
	_ = initTemplate.Execute(&text, b) // into memory, of plain strings
	return []byte(text.String())
}

// begin writes the configuration that the answers make.
func (a *app) begin(ctx context.Context, name, site, partner, user string) error {
	source, err := a.firstSource(ctx, webAddress(partner))
	if err != nil {
		return err
	}
	b := beginning{Name: config.Scalar(name), URL: config.Scalar(site), Listen: listenFor(site), Source: source}
	written := "nashra check accepts it; nashra serve runs the site"
	if user != "-" {
		b.User, b.PasswordFile = config.Scalar(user), filepath.Join(filepath.Dir(a.configFile), "admin-password")
		if err := writePassword(b.PasswordFile); err != nil {
			return fmt.Errorf("init: %w", err)
		}
		written += fmt.Sprintf(", its admin pages are for %s with the password in %s", user, b.PasswordFile)
		b.PasswordFile = config.Scalar(b.PasswordFile)
	}
	if _, err := config.Parse(a.configFile, b.text(), a.getenv, checks); err != nil {
		return err
	}
	if err := writeNew(a.configFile, b.text(), 0o644); err != nil {
		return fmt.Errorf("init: %w", err)
	}
	_, err = fmt.Fprintf(a.stdout, "written: %s\n%s\n", a.configFile, written)
	return err
}

// firstSource is the source of the partner at address, as it is written into the
// configuration.
func (a *app) firstSource(ctx context.Context, address string) (string, error) {
	fetching := config.Fetching(a.getenv)
	u, err := url.Parse(address)
	private := err == nil && !fetcher.Public(u)
	fetching.AllowPrivate = private // the operator names it, and so means it
	client, err := newFetcher(fetching, "", slog.New(slog.DiscardHandler))
	if err != nil {
		return "", err
	}
	book := newBook(&config.Config{Site: config.Site{Language: "ar"}}, a.editor())
	source, feed := nashra.Source{Feed: address}, fetcher.Feed{}
	found, err := client.Discover(ctx, address)
	switch {
	case ctx.Err() != nil:
		return "", context.Cause(ctx)
	case err == nil && len(found.Feeds) > 0:
		source.Feed, source.Homepage, feed = found.Feeds[0].URL, found.Homepage, found.Feeds[0].Feed
	case err == nil:
		err = fmt.Errorf("no feed was found; tried %s", attempts(found.Tried))
	}
	source = book.describe(source, feed)
	if err != nil {
		fmt.Fprintf(a.stderr, "nashra: warning: %s; the address is written down as the feed all the same, and `nashra doctor %s` says what it answers\n",
			oneLine(err.Error()), source.ID)
	}
	block := config.Block(source)
	if private {
		var allow []string
		for _, prefix := range meant(address) {
			allow = append(allow, config.Scalar(prefix.String()))
		}
		block += fmt.Sprintf("    allow: [%s]\n", strings.Join(allow, ", "))
	}
	return block, nil
}

// listenFor is where a site with that address listens: on its own port where it
// names one of this machine's, else where a proxy finds it.
func listenFor(site string) string {
	const otherwise = "127.0.0.1:8080"
	u, err := url.Parse(site)
	if err != nil || u.Port() == "" || len(meant(site)) == 0 {
		return otherwise
	}
	if ip := net.ParseIP(u.Hostname()); ip != nil {
		if !ip.IsLoopback() {
			return otherwise
		}
		return net.JoinHostPort(ip.String(), u.Port())
	}
	return net.JoinHostPort("127.0.0.1", u.Port())
}

// writePassword writes a password made by chance, where there is none yet.
func writePassword(name string) error {
	err := writeNew(name, []byte(rand.Text()+"\n"), 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil // of a try before
	}
	return err
}

// writeNew writes a file that is not there yet: whole, or not at all.
func writeNew(name string, data []byte, mode fs.FileMode) error {
	made, err := beside(name, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
	if err != nil {
		return err
	}
	// Unlike a renaming, a link never takes the place of another file.
	return errors.Join(made.Chmod(mode), os.Link(made.Name(), name), made.drop(), syncFolder(filepath.Dir(name)))
}
