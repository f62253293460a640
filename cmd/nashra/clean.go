package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"nashra/extractor"
	"nashra/internal/arabic"
)

// defaultExcerpt is the length of an excerpt where none is asked for, in
// grapheme clusters.
const defaultExcerpt = 300

// maxCase bounds one case of clean --batch, in bytes.
const maxCase = 16 << 20

// cleanCase is a text and the rules that it is to be run through, in the form
// of the case files.
type cleanCase struct {
	Kind  string          `json:"kind"`
	Input json.RawMessage `json:"input"` // a string; for republished a list of strings
	Site  string          `json:"site"`
	Page  string          `json:"page"`
	Zone  string          `json:"zone"`
	Now   string          `json:"now"` // RFC 3339
	Max   int             `json:"max"`
}

// republished is the result of the kind of that name.
type republished struct {
	Body   []string `json:"body"`
	Origin string   `json:"origin"`
}

// cleaners are the kinds of cases and what each calls.
var cleaners = map[string]func(c cleanCase) (any, error){
	"text": onText(func(s string, _ cleanCase) (any, error) { return arabic.Clean(s), nil }),
	"key":  onText(func(s string, _ cleanCase) (any, error) { return arabic.Key(s), nil }),
	"html": onText(func(s string, c cleanCase) (any, error) { return extractor.CleanHTML(s, c.Page) }),
	"paragraphs": onText(func(s string, c cleanCase) (any, error) {
		blocks, err := extractor.Paragraphs(s, c.Page)
		lines := make([]string, len(blocks))
		for i, b := range blocks {
			lines[i] = b.String()
		}
		return lines, err
	}),
	"title":   onText(func(s string, c cleanCase) (any, error) { return arabic.Title(s, c.Site), nil }),
	"byline":  onText(func(s string, c cleanCase) (any, error) { return arabic.Byline(s, c.Site), nil }),
	"date":    onText(cleanDate),
	"excerpt": onText(func(s string, c cleanCase) (any, error) { return arabic.Excerpt(s, c.Max), nil }),
	"republished": func(c cleanCase) (any, error) {
		var paragraphs []string
		if err := json.Unmarshal(c.Input, &paragraphs); err != nil {
			return nil, errors.New("input is not a list of strings")
		}
		body, origin := extractor.Republished(paragraphs)
		return republished{append([]string{}, body...), origin}, nil
	},
}

func onText(clean func(string, cleanCase) (any, error)) func(cleanCase) (any, error) {
	return func(c cleanCase) (any, error) {
		var s string
		if err := json.Unmarshal(c.Input, &s); err != nil {
			return nil, errors.New("input is not a string")
		}
		return clean(s, c)
	}
}

func cleanDate(s string, c cleanCase) (any, error) {
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		return nil, fmt.Errorf("zone: %w", err)
	}
	now := time.Now()
	if c.Now != "" {
		if now, err = time.Parse(time.RFC3339, c.Now); err != nil {
			return nil, fmt.Errorf("now: %w", err)
		}
	}
	date, ok := arabic.Date(s, zone, now)
	if !ok {
		return "", nil
	}
	return date.UTC().Format(time.RFC3339), nil
}

func (c cleanCase) clean() (any, error) {
	clean, ok := cleaners[c.Kind]
	if !ok {
		return nil, fmt.Errorf("kind %q is none of %s", c.Kind, strings.Join(kinds(), ", "))
	}
	if c.Max <= 0 {
		c.Max = defaultExcerpt
	}
	return clean(c)
}

func kinds() []string {
	var list []string
	for kind := range cleaners {
		list = append(list, kind)
	}
	slices.Sort(list)
	return list
}

func (a *app) cleanCommand() *cobra.Command {
	var c cleanCase
	var batch bool
	cmd := &cobra.Command{
		Use:   "clean [--kind KIND] [TEXT]",
		Short: "Run the rules of Arabic text on TEXT or stdin; nothing is stored",
		Long: `Clean runs one kind of rules: text, key, html, paragraphs, title, byline, date,
excerpt or republished (which takes a paragraph a line).

With --batch it reads JSON lines {"kind","input",...} from stdin (also site,
page, zone, now, max, where a kind needs them) and prints {"got"} or {"error"}
lines, in order.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if batch {
				return a.cleanBatch(cmd)
			}
			if _, ok := cleaners[c.Kind]; !ok {
				return &exitError{statusUsage, fmt.Errorf("clean: kind %q is none of %s", c.Kind, strings.Join(kinds(), ", "))}
			}
			return a.cleanOne(c, args)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&c.Kind, "kind", "text", "which rules: "+strings.Join(kinds(), ", "))
	flags.StringVar(&c.Site, "site", "", "title, byline: the site's name")
	flags.StringVar(&c.Page, "page", "", "html, paragraphs: the page's address")
	flags.StringVar(&c.Zone, "zone", "UTC", "date: the time zone where the text has none")
	flags.StringVar(&c.Now, "now", "", "date: the present instant (RFC 3339)")
	flags.IntVar(&c.Max, "max", defaultExcerpt, "excerpt: length in characters as readers count them")
	flags.BoolVar(&batch, "batch", false, "JSON lines in, JSON lines out")
	return cmd
}

func (a *app) cleanOne(c cleanCase, args []string) error {
	var text string
	if len(args) == 1 {
		text = args[0]
	} else {
		data, err := io.ReadAll(io.LimitReader(a.stdin, maxCase))
		if err != nil {
			return fmt.Errorf("clean: read stdin: %w", err)
		}
		text = string(data)
	}
	var input any = text
	if c.Kind == "republished" {
		input = strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	}
	raw, err := json.Marshal(input)
	if err != nil {
		return err
	}
	c.Input = raw
	got, err := c.clean()
	if err != nil {
		return fmt.Errorf("clean: %w", err)
	}
	switch got := got.(type) {
	case string:
		_, err = fmt.Fprintln(a.stdout, got)
	case []string:
		_, err = fmt.Fprintln(a.stdout, strings.Join(got, "\n"))
	default:
		err = writeJSON(a.stdout, got)
	}
	return err
}

func (a *app) cleanBatch(cmd *cobra.Command) error {
	lines := bufio.NewScanner(a.stdin)
	lines.Buffer(nil, maxCase)
	read := func() ([]byte, bool) {
		for lines.Scan() {
			if line := bytes.TrimSpace(lines.Bytes()); len(line) > 0 {
				return bytes.Clone(line), true
			}
		}
		return nil, false
	}
	type result struct {
		Got any `json:"got"`
	}
	type failure struct {
		Error string `json:"error"`
	}
	err := inOrder(cmd.Context(), runtime.GOMAXPROCS(0), read, func(line []byte) any {
		var c cleanCase
		if err := json.Unmarshal(line, &c); err != nil {
			return failure{"not a case: " + err.Error()}
		}
		got, err := c.clean()
		if err != nil {
			return failure{err.Error()}
		}
		return result{got}
	}, func(r any) error { return writeJSON(a.stdout, r) })
	if err != nil {
		return err
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("clean: read stdin: %w", err)
	}
	return nil
}
