package browsertest

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// axe-core is Deque's checker of accessible pages (MPL 2.0). It is not part of
// the repository: npm fetches it once, into .cache at its root.
const (
	axeVersion = "4.14.1"
	axeSum     = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c" // SHA-256 of axe.min.js
)

// axeRules are the rules that Violations goes by: WCAG 2.2 in its levels A and
// AA, and what the makers of axe-core take for good practice.
const axeRules = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]`

// Axe returns the script of axe-core, for Violations. Where it is neither in
// the cache nor to be had of npm, the test is skipped, and fails with CI=true.
func Axe(t testing.TB) string {
	t.Helper()
	folder := filepath.Join(root(t), ".cache")
	packed := filepath.Join(folder, "axe-core-"+axeVersion+".tgz")
	if _, err := os.Stat(packed); err != nil {
		fetchAxe(t, folder, packed)
	}
	script, err := readAxe(packed)
	if err != nil {
		t.Fatalf("read %s: %v; delete it", packed, err)
	}
	if sum := sha256.Sum256(script); hex.EncodeToString(sum[:]) != axeSum {
		t.Fatalf("%s holds another axe.min.js than the one that is known; delete it", packed)
	}
	return string(script)
}

func fetchAxe(t testing.TB, folder, packed string) {
	t.Helper()
	npm, err := exec.LookPath("npm")
	if err != nil {
		missing(t, "axe-core is missing and so is npm, which fetches it; apt-get install npm")
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	own, err := os.MkdirTemp(folder, "npm") // two packages' tests may both fetch it
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(own)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, npm, "pack", "--silent", "axe-core@"+axeVersion)
	cmd.Dir = own
	if out, err := cmd.CombinedOutput(); err != nil {
		missing(t, "axe-core is missing, and npm does not fetch it: "+err.Error()+"\n"+string(out))
	}
	if err := os.Rename(filepath.Join(own, filepath.Base(packed)), packed); err != nil {
		t.Fatal(err)
	}
}

// readAxe takes the script out of a package of npm.
func readAxe(packed string) ([]byte, error) {
	f, err := os.Open(packed)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	for files := tar.NewReader(z); ; {
		h, err := files.Next()
		if err != nil {
			return nil, err
		}
		if h.Name == "package/axe.min.js" {
			return io.ReadAll(files)
		}
	}
}

// Violations is what axe finds on the page that the browser shows, each with
// its rule and the first element of it.
func Violations(t testing.TB, ctx context.Context, axe string) []string {
	t.Helper()
	Do(t, ctx, chromedp.Evaluate[bool](axe+"; true"))
	return Do(t, ctx, chromedp.Evaluate[[]string](`axe.run({runOnly: {type: "tag", values: `+axeRules+`}, resultTypes: ["violations"]})
		.then(r => r.violations.map(v => v.id + ": " + v.nodes[0].html.slice(0, 200) + " (" + v.nodes.length + ")"))`, chromedp.EvalAwaitPromise))
}

// Keep writes a picture of what the browser shows to the folder that the
// variable SCREENSHOTS of the environment names, for a person to look at.
func Keep(t testing.TB, ctx context.Context, name string) {
	t.Helper()
	folder := os.Getenv("SCREENSHOTS")
	if folder == "" {
		return
	}
	picture := Do(t, ctx, chromedp.CaptureScreenshot())
	err := errors.Join(os.MkdirAll(folder, 0o755), os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o644))
	if err != nil {
		t.Fatal(err)
	}
}

// root is the folder of the module.
func root(t testing.TB) string {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		above := filepath.Dir(folder)
		if above == folder {
			t.Fatal("the test runs outside the module")
		}
		folder = above
	}
}
