package main_test

import (
	"bufio"
	"context"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"

	"nashra/internal/browsertest"
)

var update = flag.Bool("update", false, "write the screenshots of the README anew")

// picture is what the browser shows, for the README with -update.
func picture(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	if !*update {
		return
	}
	shot := browsertest.Do(t, ctx, chromedp.CaptureScreenshot())
	if err := os.WriteFile(filepath.Join("..", "..", "docs", name), shot, 0o644); err != nil {
		t.Fatal(err)
	}
}

// startDemo runs nashra demo and returns what it printed once it serves.
func startDemo(t *testing.T) (output, site string) {
	t.Helper()
	d := &desk{folder: t.TempDir()}
	cmd := d.command(context.Background(), "demo", "--listen", freeAddress(t))
	stderr := &lockedBuffer{}
	cmd.Stderr = stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
		if err := cmd.Wait(); err != nil && cmd.ProcessState.ExitCode() != 130 {
			t.Errorf("demo: %v\n%s", err, stderr)
		}
	})
	var all strings.Builder
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		all.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), "Ctrl-C") {
			break
		}
	}
	match := regexp.MustCompile(`for readers\s+(http://\S+)/`).FindStringSubmatch(all.String())
	if match == nil {
		t.Fatalf("demo printed no address for readers:\n%s\n%s", &all, stderr)
	}
	waitFor(t, "the demo to answer", func() bool {
		resp, err := http.Get(match[1] + "/healthz")
		if err == nil {
			resp.Body.Close()
		}
		return err == nil
	})
	return all.String(), match[1]
}

func TestDemoRunsTheMainJobWithoutANetwork(t *testing.T) {
	output, site := startDemo(t)
	if strings.Count(output, " ok ") != 3 {
		t.Errorf("want three sources fetched:\n%s", output)
	}
	admin := regexp.MustCompile(`admin\s+(\S+)\s+\(user (\S+), password (\S+)\)`).FindStringSubmatch(output)
	if admin == nil {
		t.Fatalf("no address and password of the admin:\n%s", output)
	}
	for path, want := range map[string]int{"/": 200, "/feed.xml": 200, "/atom.xml": 200, "/feed.json": 200, "/healthz": 200, "/admin/": 401} {
		if resp, _ := get(t, site+path); resp.StatusCode != want {
			t.Errorf("%s: status %d, want %d", path, resp.StatusCode, want)
		}
	}
	req, err := http.NewRequest(http.MethodGet, admin[1], nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(admin[2], admin[3])
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("admin with its password: status %d", resp.StatusCode)
	}
}

func TestBrowserShowsFrontPageAndItem(t *testing.T) {
	ctx := browsertest.Open(t)
	_, site := startDemo(t)

	type page struct {
		Dir, Lang, Title, Heading, Body, Last string
		Notes                                 int
		Wide                                  bool
	}
	const read = `(() => {
		const body = document.querySelector("article .body, .body");
		return {
			dir: getComputedStyle(document.documentElement).direction,
			lang: document.documentElement.lang,
			title: document.title,
			heading: document.querySelector("h1").innerText,
			body: body ? body.innerText : "",
			last: body && body.lastElementChild ? body.lastElementChild.className : "",
			notes: document.querySelectorAll("aside.disclaimer").length,
			wide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
		};
	})()`
	browsertest.Do(t, ctx, chromedp.Navigate(site+"/"))
	front := browsertest.Do(t, ctx, chromedp.Evaluate[page](read))
	links := browsertest.Do(t, ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll('a[href*="/item/"]')].map(a => a.href)`))
	if front.Dir != "rtl" || front.Lang != "ar" || !strings.Contains(front.Title, "نشرة الصباح") || front.Wide {
		t.Errorf("front page: %+v", front)
	}
	if len(links) < 10 {
		t.Fatalf("the front page links to %d items", len(links))
	}
	picture(t, ctx, "front-page.png")
	browsertest.Do(t, ctx, chromedp.EmulateViewport(390, 844))
	browsertest.Do(t, ctx, chromedp.Navigate(links[0]))
	item := browsertest.Do(t, ctx, chromedp.Evaluate[page](read))
	picture(t, ctx, "item-page.png")
	if item.Dir != "rtl" || item.Heading == "" || !strings.Contains(item.Title, item.Heading) || item.Wide {
		t.Errorf("item page: %+v", item)
	}
	if len([]rune(item.Body)) < 300 || item.Notes != 1 || item.Last != "disclaimer" || !strings.Contains(item.Body, "ولا يعبّر عن وجهة نظر «نشرة الصباح»") {
		t.Errorf("item page: %d disclaimers, last element %q, body %q", item.Notes, item.Last, item.Body)
	}
}
