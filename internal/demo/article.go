package demo

import (
	"cmp"
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
)

//go:embed articles
var articleFiles embed.FS

// article is one file of the folder articles: lines of "key: value", an empty
// line, then blocks parted by empty lines. A block that begins with "## " is a
// heading, one that begins with < is HTML as it stands, every other is the
// inside of a paragraph. The HTML is what a partner's program would write, so
// its faults (missing spaces, tatweel, double escapes) are meant.
type article struct {
	slug     string
	title    string
	author   string
	category string
	summary  string
	picture  string // file name; empty: none
	caption  string
	tags     []string
	blocks   []string
	when     time.Time
}

// readArticles reads the articles of one paper, newest first. Their age counts
// back from now.
func readArticles(paper string, now time.Time) ([]article, error) {
	dir := path.Join("articles", paper)
	files, err := articleFiles.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read the demo's articles: %w", err)
	}
	var all []article
	for _, f := range files {
		data, err := articleFiles.ReadFile(path.Join(dir, f.Name()))
		if err != nil {
			return nil, fmt.Errorf("read the demo's articles: %w", err)
		}
		a, err := parseArticle(string(data), now)
		if err != nil {
			return nil, fmt.Errorf("read the demo's article %s: %w", f.Name(), err)
		}
		_, slug, _ := strings.Cut(strings.TrimSuffix(f.Name(), ".txt"), "-")
		a.slug = slug
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b article) int { return cmp.Compare(b.when.Unix(), a.when.Unix()) })
	return all, nil
}

func parseArticle(data string, now time.Time) (article, error) {
	head, body, found := strings.Cut(data, "\n\n")
	if !found {
		return article{}, fmt.Errorf("no empty line after the head")
	}
	var a article
	for row := range strings.Lines(head) {
		key, value, _ := strings.Cut(row, ":")
		value = strings.TrimSpace(value)
		switch key {
		case "title":
			a.title = value
		case "author":
			a.author = value
		case "category":
			a.category = value
		case "summary":
			a.summary = value
		case "picture":
			a.picture = value
		case "caption":
			a.caption = value
		case "tags":
			a.tags = strings.Split(value, "، ")
		case "age":
			age, err := time.ParseDuration(value)
			if err != nil {
				return article{}, err
			}
			a.when = now.Add(-age)
		default:
			return article{}, fmt.Errorf("unknown key %q", key)
		}
	}
	for block := range strings.SplitSeq(strings.TrimSpace(body), "\n\n") {
		a.blocks = append(a.blocks, strings.TrimSpace(block))
	}
	return a, nil
}

// html is the body as a modern program writes it.
func (a article) html() string {
	var b strings.Builder
	for _, block := range a.blocks {
		switch {
		case strings.HasPrefix(block, "## "):
			b.WriteString("<h2>" + block[len("## "):] + "</h2>\n")
		case strings.HasPrefix(block, "<"):
			b.WriteString(block + "\n")
		default:
			b.WriteString("<p>" + block + "</p>\n")
		}
	}
	return b.String()
}

// oldHTML is the body as programs wrote it around the year 2000: no
// paragraphs, only line breaks.
func (a article) oldHTML() string {
	var b strings.Builder
	for i, block := range a.blocks {
		if i > 0 {
			b.WriteString("<br><br>\n")
		}
		if strings.HasPrefix(block, "## ") {
			block = "<b>" + block[len("## "):] + "</b>"
		}
		b.WriteString(block)
	}
	return b.String()
}
