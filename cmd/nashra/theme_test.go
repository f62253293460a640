package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestABrokenThemeIsFoundBeforeReadersMeetIt(t *testing.T) {
	p := newPartner(t, "rss", articles("fikra")...)
	d := newDesk(t, fmt.Sprintf("  - {id: fikrafann, name: جريدة فكرة فن, feed: %s/feed}\n", p.URL))
	if err := os.Mkdir(filepath.Join(d.folder, "theme"), 0o755); err != nil {
		t.Fatal(err)
	}
	d.write(t, "theme/footer.html", "<footer>{{.Site.Name}} ١</footer>")
	d.write(t, "config.yaml", d.read(t, "config.yaml")+"theme: "+filepath.Join(d.folder, "theme")+"\n")
	d.must(t, "check")
	d.serve(t)
	if page := d.get(t, "/"); !strings.Contains(page, "<footer>مصر اليوم ١</footer>") {
		t.Errorf("the front page has no footer of the theme:\n%s", page)
	}
	for _, command := range []string{"check", "reload"} {
		d.write(t, "theme/footer.html", "<footer>{{.Nothing}}</footer>")
		if r := d.nashra(t, command); r.status != 1 || !strings.Contains(r.stderr, "theme") || !strings.Contains(r.stderr, "footer.html:1") {
			t.Errorf("%s with a broken part: status %d, stderr %q", command, r.status, r.stderr)
		}
	}
	if page := d.get(t, "/nowhere"); !strings.Contains(page, "<footer>مصر اليوم ١</footer>") {
		t.Errorf("after a refused reload:\n%s", page)
	}
	d.write(t, "theme/footer.html", "<footer>{{.Site.Name}} ٢</footer>")
	d.must(t, "reload")
	if page := d.get(t, "/nowhere"); !strings.Contains(page, "<footer>مصر اليوم ٢</footer>") {
		t.Errorf("after a reload of the theme alone:\n%s", page)
	}
}
