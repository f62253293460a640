package config_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"nashra"
	"nashra/internal/config"
)

func editor(path string) config.Editor {
	return config.Editor{Path: path, Env: func(string) string { return "" }}
}

// added is what the cases of testdata/edit add.
var added = nashra.Source{ID: "new", Name: `الجديد: "يومي"`, Feed: "https://new.example/feed"}

// just picks these sources whatever the file holds.
func just(sources ...nashra.Source) func(*config.Config) ([]nashra.Source, error) {
	return func(*config.Config) ([]nashra.Source, error) { return sources, nil }
}

// edited gives what an edit makes of content.
func edited(t *testing.T, content, what string) (string, error) {
	t.Helper()
	path := tempFile(t, content)
	var err error
	if id, ok := strings.CutPrefix(what, "remove "); ok {
		err = editor(path).Remove(t.Context(), id)
	} else {
		err = editor(path).Add(t.Context(), just(added))
	}
	got := read(t, path)
	if err != nil && got != content {
		t.Errorf("%s: refused (%v), and the file has changed:\n%s", what, err, got)
	}
	return got, err
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// A case is a file of sections: "-- before --", and for each edit what comes
// of it, or "! " and a part of the sentence that refuses it.
func TestEditsChangeTheLinesOfOneSourceAlone(t *testing.T) {
	names, err := filepath.Glob("testdata/edit/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			var before string
			for _, section := range strings.Split("\n"+read(t, name), "\n-- ")[1:] {
				what, content, ok := strings.Cut(section, " --\n")
				if !ok {
					t.Fatalf("no section: %q", section)
				}
				content = strings.TrimSuffix(content, "\n") + "\n"
				if what == "before" {
					before = content
					continue
				}
				for form, as := range map[string]func(string) string{
					"as it is":         func(s string) string { return s },
					"with CRLF":        func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
					"with a mark":      func(s string) string { return "\ufeff" + s },
					"without last end": func(s string) string { return strings.TrimSuffix(s, "\n") },
				} {
					got, err := edited(t, as(before), what)
					if refused, ok := strings.CutPrefix(content, "! "); ok {
						if err == nil || !strings.Contains(err.Error(), strings.TrimSpace(refused)) || strings.Contains(err.Error(), "\n") {
							t.Errorf("%s, %s: got %v, want %q", what, form, err, refused)
						}
						continue
					}
					want := as(content)
					if form == "without last end" { // a new last line has one
						got, want = strings.TrimSuffix(got, "\n"), strings.TrimSuffix(want, "\n")
					}
					if err != nil || got != want {
						t.Errorf("%s, %s: %v\n got %q\nwant %q", what, form, err, got, want)
					}
				}
			}
		})
	}
}

func TestWhatIsAddedAndRemovedAgainLeavesNoTrace(t *testing.T) {
	for name, content := range map[string]string{
		"the smallest":       smallest,
		"the shipped one":    read(t, "../../config.yaml"),
		"with Windows' ends": strings.ReplaceAll(read(t, "../../config.yaml"), "\n", "\r\n"),
	} {
		path := tempFile(t, content)
		if err := editor(path).Add(t.Context(), just(added)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := editor(path).Remove(t.Context(), "new"); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := read(t, path); got != content {
			t.Errorf("%s:\n got %q\nwant %q", name, got, content)
		}
	}
}

// hostile are names that partners give their feeds, and worse.
var hostile = []string{
	`a: b`, `- a`, `# a`, `"a" 'b' \c`, `{a}`, `[a]`, `*a`, `&a`, `!a`, `|`, `>`, `%a`, `@a`, "`a`", `? a`, `a #b`, `a:`, `~`, `null`, `No`,
	`true`, `1e5`, `0x10`, `1_000`, `2024-01-01`, `12:30`, `.inf`, `<<`, `=`, `a,b`, `---`, `...`, "\u200fأخبار\u200e", "أ\u202eب\u202c", "a\u2028b\u0085c",
	"صحيفة «الغد»، اليومية", "😀 news", "a\u00a0b", "a\\n", "\ufeffx", "\U000e0001x",
}

func TestEveryNameIsWrittenSoThatItIsReadAgain(t *testing.T) {
	for _, name := range hostile {
		path := tempFile(t, smallest)
		src := nashra.Source{ID: "0", Name: name, Feed: "https://u:p@x.example/?a=b&c=%20#d", Homepage: "https://x.example/", Category: name + "ب", Language: "fr", Index: nashra.IndexNone}
		if err := editor(path).Add(t.Context(), just(src)); err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		c := mustLoad(t, read(t, path), nil)
		got := c.Sources[1].Source
		got.Partner, got.Timezone = "", ""
		if !reflect.DeepEqual(got, src) {
			t.Errorf("%q\n got %+v\nwant %+v\n%s", name, got, src, read(t, path))
		}
	}
}

func TestAnUnusableSourceIsRefusedByItsKey(t *testing.T) {
	for want, src := range map[string]nashra.Source{
		"id: ":                 {ID: "A b", Name: "x", Feed: "https://x.example/"},
		"feed: ":               {ID: "a", Name: "x", Feed: "ftp://x.example/"},
		"category: ":           {ID: "a", Name: "x", Feed: "https://x.example/", Category: "…"},
		"language: ":           {ID: "a", Name: "x", Feed: "https://x.example/", Language: "xx-yy-zz"},
		"name: want one line":  {ID: "a", Name: "x\ny", Feed: "https://x.example/"},
		"homepage: readers wi": {ID: "a", Name: "x", Feed: "https://x.example/", Homepage: "https://u:p@x.example/"},
	} {
		path := tempFile(t, smallest)
		if err := editor(path).Add(t.Context(), just(src)); err == nil || !strings.HasPrefix(err.Error(), want) || read(t, path) != smallest {
			t.Errorf("%+v: got %v, want %q", src, err, want)
		}
	}
}

func TestAFileKeepsItsModeAndItsLink(t *testing.T) {
	path := tempFile(t, smallest)
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link.yaml")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	if err := editor(link).Add(t.Context(), just(added)); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is no link any more: %v, %v", info, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
	if n := len(mustLoad(t, read(t, path), nil).Sources); n != 2 {
		t.Errorf("%d sources, want 2", n)
	}
}

func TestAReadOnlyFileOrFolderIsLeftAlone(t *testing.T) {
	for name, mode := range map[string]struct{ file, folder os.FileMode }{"file": {0o444, 0o755}, "folder": {0o644, 0o555}} {
		path := tempFile(t, smallest)
		folder := filepath.Dir(path)
		if err := errors.Join(os.Chmod(path, mode.file), os.Chmod(folder, mode.folder)); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Chmod(folder, 0o755) }) // else TempDir's own clean-up tells
		if err := editor(path).Add(t.Context(), just(added)); err == nil || read(t, path) != smallest {
			t.Errorf("read-only %s: got %v", name, err)
		}
	}
}

func TestEditorsAtTheSameTimeLoseNothing(t *testing.T) {
	path := tempFile(t, smallest)
	const n = 8
	errs := make(chan error, n)
	for range n {
		go func() {
			errs <- editor(path).Add(t.Context(), func(c *config.Config) ([]nashra.Source, error) {
				src := added
				src.ID = fmt.Sprint("new-", len(c.Sources))
				return []nashra.Source{src}, nil
			})
		}()
	}
	for range n {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if got := len(mustLoad(t, read(t, path), nil).Sources); got != n+1 {
		t.Errorf("%d sources, want %d", got, n+1)
	}
}

func TestAnEditWaitsForAnotherAsLongAsItsContextLetsIt(t *testing.T) {
	path := tempFile(t, smallest)
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := editor(path).Add(ctx, just(added)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

// FuzzEdit: whatever loads is, after an edit, what it was and that one source,
// or the file is as it was.
func FuzzEdit(f *testing.F) {
	names, err := filepath.Glob("testdata/edit/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		_, content, _ := strings.Cut(string(data), "-- before --\n")
		content, _, _ = strings.Cut(content, "\n-- ")
		f.Add([]byte(content), "اسم: \"x\"\u200f")
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte, name string) {
		path := filepath.Join(dir, "config.yaml")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		e := editor(path)
		old, err := e.Load()
		if err != nil {
			return
		}
		src := nashra.Source{ID: "new", Name: name, Feed: "https://new.example/feed"}
		if err := e.Add(t.Context(), just(src)); err != nil {
			if got := read(t, path); got != string(data) {
				t.Errorf("refused (%v), and the file has changed: %q", err, got)
			}
			return
		}
		c, err := e.Load()
		if err != nil {
			t.Fatalf("does not load any more: %v\n%s", err, read(t, path))
		}
		if n := len(old.Sources); len(c.Sources) != n+1 || n > 0 && !reflect.DeepEqual(c.Sources[:n], old.Sources) || c.Sources[n].Name != name {
			t.Errorf("%q became %q", data, read(t, path))
		}
		for _, row := range strings.SplitAfter(string(data), "\n") {
			if !strings.Contains(row, "sources") && !strings.Contains(read(t, path), row) {
				t.Errorf("the row %q is gone", row)
			}
		}
		if len(old.Sources) == 0 {
			return
		}
		if err := e.Remove(t.Context(), "new"); err == nil {
			if c, err := e.Load(); err != nil || !reflect.DeepEqual(c.Sources, old.Sources) {
				t.Errorf("removed again: %v, %q", err, read(t, path))
			}
		}
	})
}
