// Package docs has no code: its test keeps what is written from leading nowhere.
package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	code    = regexp.MustCompile("(?s)```.*?```|`[^`\n]*`")
)

// anchor is what a heading is linked to by.
func anchor(title string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '-' || r == '_':
			return unicode.ToLower(r)
		}
		return -1
	}, strings.TrimSpace(title))
}

func anchors(t *testing.T, name string) []string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, m := range heading.FindAllStringSubmatch(string(data), -1) {
		list = append(list, anchor(m[1]))
	}
	return list
}

func TestLinksLeadSomewhere(t *testing.T) {
	var pages []string
	for _, pattern := range []string{"../*.md", "*.md", "decisions/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, found...)
	}
	links := 0
	for _, page := range pages {
		data, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(code.ReplaceAllString(string(data), ""), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			links++
			path, fragment, _ := strings.Cut(m[1], "#")
			target := page
			if path != "" {
				target = filepath.Join(filepath.Dir(page), path)
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s links to %s: %v", page, m[1], err)
			} else if fragment != "" && !slices.Contains(anchors(t, target), fragment) {
				t.Errorf("%s links to %s, and there is no such heading", page, m[1])
			}
		}
	}
	if links < 20 {
		t.Errorf("%d links were found", links)
	}
}

// The Arabic README says what the English one says.
func TestBothReadmesNameTheSameCommandsAndPages(t *testing.T) {
	english, arabic := readme(t, "../README.md"), readme(t, "../README.ar.md")
	for _, pattern := range []string{`(?m)^\| .*nashra[^|]*`, `(?m)^(?:\./nashra|go run|go build|make)[^#\n]*`, `\]\([^)\s]+\)`} {
		re := regexp.MustCompile(pattern)
		names := func(text string) []string {
			var list []string
			for _, m := range re.FindAllString(text, -1) {
				m = strings.TrimSpace(strings.NewReplacer(" و`", ", `", "(README.md)", "", "(README.ar.md)", "").Replace(m))
				if m != "]" {
					list = append(list, m)
				}
			}
			slices.Sort(list)
			return slices.Compact(list)
		}
		if got, want := names(arabic), names(english); !slices.Equal(got, want) {
			t.Errorf("README.ar.md has\n%q\nand README.md\n%q", got, want)
		}
	}
}

func readme(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
