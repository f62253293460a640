// Package walls has no code: its test keeps the walls between the other
// packages, so that the table in CONTRIBUTING.md cannot become a wish.
package walls_test

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "nashra"

// allowed says which packages of ours each one may import. "*" is all.
var allowed = map[string][]string{
	"":                     {},
	"internal/arabic":      {},
	"internal/config":      {""},
	"fetcher":              {"", "internal/arabic"},
	"extractor":            {"", "internal/arabic"},
	"extractor/disclaimer": {""},
	"store":                {"", "internal/arabic"},
	"store/remote":         {"", "store"},
	"store/storetest":      {"", "store"},
	"internal/ingest":      {"", "fetcher", "extractor", "store"},
	"internal/alert":       {""},
	"internal/announce":    {""},
	"internal/retention":   {""},
	"internal/release":     {},
	"internal/token":       {},
	"internal/background":  {},
	"internal/seed":        {"", "extractor"},
	"internal/search":      {"", "internal/arabic"},
	"publisher":            {"", "internal/arabic", "store", "extractor/disclaimer"},
	"internal/demo":        {},
	"internal/browsertest": {},
	"internal/evaluation":  {"internal/arabic"},
	"internal/walls":       {},
	"deploy":               {},
	"docs":                 {},
	"cmd/nashra":           {"*"},
}

// pure are the packages in the middle: values in, values out.
var pure = []string{"", "internal/arabic", "extractor", "extractor/disclaimer"}

// pkg is what "go list" tells of a package, without its tests.
type pkg struct {
	ImportPath string
	Dir        string
	Imports    []string
	GoFiles    []string
}

// name is the path within the module.
func (p pkg) name() string { return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/") }

func packages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Dir,Imports,GoFiles", module+"/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		// A passed test is repeated from the cache unless a folder that this
		// process itself has read changed; what go list reads does not count.
		for _, dir := range []string{p.Dir, filepath.Dir(p.Dir)} {
			if _, err := os.ReadDir(dir); err != nil {
				t.Fatal(err)
			}
		}
		all = append(all, p)
	}
}

func TestPackagesImportOnlyWhatTheirJobNeeds(t *testing.T) {
	for _, p := range packages(t) {
		may, known := allowed[p.name()]
		if !known {
			t.Errorf("%s is in no row of the table; say there what it may import", p.ImportPath)
		}
		for _, path := range p.Imports {
			if path != module && !strings.HasPrefix(path, module+"/") || slices.Contains(may, "*") {
				continue
			}
			if i := (pkg{ImportPath: path}); !slices.Contains(may, i.name()) {
				t.Errorf("%s imports %s", p.ImportPath, path)
			}
		}
	}
}

func TestOnlyTheStoreKnowsBbolt(t *testing.T) {
	for _, p := range packages(t) {
		for _, path := range p.Imports {
			if strings.HasPrefix(path, "go.etcd.io/bbolt") && p.name() != "store" {
				t.Errorf("%s imports %s", p.ImportPath, path)
			}
		}
	}
}

func TestTheMiddleIsPure(t *testing.T) {
	for _, p := range packages(t) {
		if !slices.Contains(pure, p.name()) {
			continue
		}
		for _, path := range p.Imports {
			// The root speaks of request headers, and reads no request.
			if path == "os" || path == "net" || strings.HasPrefix(path, "os/") || path == "net/http" && p.name() != "" {
				t.Errorf("%s imports %s", p.ImportPath, path)
			}
		}
		uses(t, p, "time", "Now", "Since", "Until", "After", "Sleep")
	}
}

// Only the fetcher dials what partners name; store/remote dials the owner's
// socket, and internal/alert, internal/announce and cmd/nashra what the operator
// wrote.
func TestOnlyTheFetcherDialsPartners(t *testing.T) {
	for _, p := range packages(t) {
		switch p.name() {
		case "fetcher", "store/remote", "internal/alert", "internal/announce", "cmd/nashra":
			continue
		}
		uses(t, p, "net/http", "Get", "Head", "Post", "PostForm", "Client", "DefaultClient", "Transport", "DefaultTransport")
		uses(t, p, "net", "Dial", "DialTimeout", "Dialer")
	}
}

func TestOnlyMainEndsTheProcess(t *testing.T) {
	for _, p := range packages(t) {
		uses(t, p, "log", "Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Panicln")
		if p.name() != "cmd/nashra" && p.name() != "internal/release" {
			uses(t, p, "os", "Exit")
		}
		if slices.Contains(p.Imports, "testing") && !strings.HasSuffix(p.name(), "test") {
			t.Errorf("%s imports testing outside a test", p.ImportPath)
		}
	}
}

// uses reports where p's own files speak of one of names in the package at
// path.
func uses(t *testing.T, p pkg, path string, names ...string) {
	t.Helper()
	if !slices.Contains(p.Imports, path) {
		return
	}
	fset := token.NewFileSet()
	for _, file := range p.GoFiles {
		f, err := parser.ParseFile(fset, filepath.Join(p.Dir, file), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		local := localName(f, path)
		ast.Inspect(f, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok || !slices.Contains(names, sel.Sel.Name) {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == local {
				t.Errorf("%s: %s.%s does not belong in %s", fset.Position(n.Pos()), path, sel.Sel.Name, p.ImportPath)
			}
			return true
		})
	}
}

// localName is the name under which f imports path; "" where it does not.
func localName(f *ast.File, path string) string {
	for _, i := range f.Imports {
		if p, err := strconv.Unquote(i.Path.Value); err != nil || p != path {
			continue
		}
		if i.Name != nil {
			return i.Name.Name
		}
		return path[strings.LastIndex(path, "/")+1:]
	}
	return ""
}
