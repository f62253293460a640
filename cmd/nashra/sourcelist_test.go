package main_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// site is a front page that names the feeds of a partner: the one of comments
// first.
func site(t *testing.T, feed string) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<!doctype html><link rel="alternate" type="application/rss+xml" title="تعليقات" href="/comments">
<link rel="alternate" type="application/rss+xml" href="%s">`, feed)
	})
	mux.HandleFunc("/comments", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<rss version="2.0"><channel><title>تعليقات</title></channel></rss>`)
	})
	mux.HandleFunc("/hostile", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "<rss version=\"2.0\"><channel><title>\u202e- &amp;a: \"b\" #c\n\n{d}\u200f \\</title><language>fr</language><link>javascript:x</link><item><title>Le port a rouvert \x1b[31m</title></item></channel></rss>")
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

const first = "  - id: first\n    name: الأول\n    feed: http://127.0.0.1:1/feed\n"

func (d *desk) read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(d.folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestAddFindsTheFeedOfASiteAndWritesIt(t *testing.T) {
	rss := newPartner(t, "rss", articles("fikra")...)
	front := site(t, rss.URL+"/feed")
	d := newDesk(t, first)
	before := d.read(t, "config.yaml")

	dry := d.must(t, "sources", "add", front.URL, "--dry-run")
	if d.read(t, "config.yaml") != before {
		t.Error("--dry-run has written")
	}
	block := fmt.Sprintf("  - id: \"127-0-0-1\"\n    name: جريدة فكرة فن\n    feed: %s/feed\n    homepage: %s/\n", rss.URL, rss.URL)
	if !strings.Contains(dry, block) {
		t.Errorf("--dry-run does not show the block:\n%s", dry)
	}
	out := d.must(t, "sources", "add", front.URL, "--category", "فنون")
	for _, want := range []string{rss.URL + "/feed\n", "جريدة فكرة فن", "items     3, from 2025-05-03T09:00:00Z to 2025-05-03T11:00:00Z", "افتتاح مكتبة المدينة القديمة", front.URL + "/comments  (readers' comments)"} {
		if !strings.Contains(out, want) {
			t.Errorf("it does not show %q:\n%s", want, out)
		}
	}
	if got, want := d.read(t, "config.yaml"), before+block+"    category: فنون\n"; got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	expectFetch(t, fetched(t, d.must(t, "fetch", "127-0-0-1", "--json"))["127-0-0-1"], "ok", 200, 3, 0, 0)

	again := d.nashra(t, "sources", "add", front.URL)
	if again.status != 1 || !strings.Contains(again.stderr, `"127-0-0-1" already`) {
		t.Errorf("a second time: exit status %d, stderr %q", again.status, again.stderr)
	}
	taken := d.nashra(t, "sources", "add", front.URL+"/comments", "--id", "first")
	if taken.status != 2 || !strings.Contains(taken.stderr, `"first" is taken`) {
		t.Errorf("a taken id: exit status %d, stderr %q", taken.status, taken.stderr)
	}
	d.must(t, "sources", "add", front.URL+"/hostile", "--id", "hostile")
	if out := d.must(t, "sources", "export"); !strings.Contains(out, `text="- &amp;a: &#34;b&#34; #c {d} \"`) || !strings.Contains(out, `language="fr"`) {
		t.Errorf("a hostile title became %s", out)
	}
}

func TestAddOfNothingSaysWhatWasTried(t *testing.T) {
	empty := httptest.NewServer(http.NotFoundHandler())
	defer empty.Close()
	d := newDesk(t, first)
	before := d.read(t, "config.yaml")
	r := d.nashra(t, "sources", "add", empty.URL)
	if r.status != 1 || r.stdout != "" || strings.Count(r.stderr, "\n") != 1 ||
		!strings.Contains(r.stderr, empty.URL+"/feed.xml") || !strings.Contains(r.stderr, "HTTP 404") {
		t.Errorf("exit status %d, stdout %q, stderr %q", r.status, r.stdout, r.stderr)
	}
	d.write(t, "config.yaml", strings.Replace(before, "allow_private: true", "allow_private: false", 1))
	if r := d.nashra(t, "sources", "add", empty.URL); r.status != 1 || !strings.Contains(r.stderr, "allow_private") {
		t.Errorf("a private address: exit status %d, stderr %q", r.status, r.stderr)
	}
}

func TestAddToAFileThatCannotBeWrittenPrintsTheBlock(t *testing.T) {
	rss := newPartner(t, "rss", articles("fikra")...)
	d := newDesk(t, first)
	name := filepath.Join(d.folder, "config.yaml")
	if err := os.Chmod(name, 0o444); err != nil {
		t.Fatal(err)
	}
	before := d.read(t, "config.yaml")
	r := d.nashra(t, "sources", "add", rss.URL+"/feed", "--id", "fikra")
	if r.status != 1 || !strings.HasSuffix(r.stdout, "  - id: fikra\n    name: جريدة فكرة فن\n    feed: "+rss.URL+"/feed\n    homepage: "+rss.URL+"/\n") ||
		!strings.Contains(r.stderr, "read-only") || d.read(t, "config.yaml") != before {
		t.Errorf("exit status %d, stdout %q, stderr %q", r.status, r.stdout, r.stderr)
	}
}

func TestRemoveRetiresASourceAndHidesItsItemsWhereAsked(t *testing.T) {
	for _, served := range []bool{false, true} {
		t.Run(fmt.Sprintf("beside serve %t", served), func(t *testing.T) {
			t.Parallel()
			rss := newPartner(t, "rss", articles("fikra")...)
			delta := newPartner(t, "atom", articles("delta")...)
			d := newDesk(t, fmt.Sprintf("  # first of all\n  - {id: a, name: أ, feed: %s/feed}\n  - {id: b, name: ب, feed: %s/feed}\n  - {id: c, name: ج, feed: http://127.0.0.1:1/}\n", rss.URL, delta.URL))
			d.must(t, "fetch", "a", "b")
			if served {
				defer d.serve(t, "--no-schedule").stop(t)
			}
			d.must(t, "sources", "remove", "a")
			if served {
				d.must(t, "reload")
			}
			if list := d.must(t, "sources"); !strings.Contains(list, "a       retired") || len(items(t, d)) != 6 {
				t.Errorf("a is not retired, or its items are gone:\n%s", list)
			}
			out := d.must(t, "sources", "remove", "b", "--hide")
			if !strings.HasSuffix(out, "3 items hidden\n") {
				t.Errorf("remove --hide printed %q", out)
			}
			for _, item := range items(t, d) {
				if item.Hidden != (item.Source == "b") {
					t.Errorf("item %+v", item)
				}
			}
			if served {
				if n := strings.Count(d.get(t, "/feed.xml"), "<item>"); n != 3 {
					t.Errorf("the feed has %d items, want those of a", n)
				}
			}
			// After an interruption the same command goes on.
			d.must(t, "items", "restore", items(t, d)[0].ID)
			if out := d.must(t, "sources", "remove", "b", "--hide"); !strings.HasSuffix(out, "items hidden\n") {
				t.Errorf("a second time printed %q", out)
			}
			if strings.Contains(d.read(t, "config.yaml"), "first of all") {
				t.Error("the comment of a stays behind")
			}
			for want, args := range map[string][]string{
				"is the last one": {"sources", "remove", "c"}, "not found": {"sources", "remove", "z"}, "lists them": {"sources", "remove", "z", "--hide"},
			} {
				if r := d.nashra(t, args...); r.status != 1 || !strings.Contains(r.stderr, want) || r.stdout != "" {
					t.Errorf("nashra %q: exit status %d, stdout %q, stderr %q; want %q", args, r.status, r.stdout, r.stderr, want)
				}
			}
		})
	}
}

func TestImportAddsTheFeedsOfAList(t *testing.T) {
	d := newDesk(t, first)
	before := d.read(t, "config.yaml")
	const list = `<?xml version="1.0" encoding="%s"?><OPML version="1.0"><head><title>x</title></head><body>
<outline text="سياسة"><outline text="الغد &amp; اليوم" xmlurl="https://www.alghad.example/feed?a=1&amp;b=2" htmlUrl="https://alghad.example/" type="rss"/>
 <outline text="…"><outline title="Le Port" language="fr" xmlUrl="https://news.port.example/rss"></outline></outline></outline>
<outline text="الأول من جديد" xmlUrl="https://127.0.0.1:1/feed/"/><outline text="الغد" xmlUrl="http://alghad.example/feed?a=1&b=2&utm_source=x"/>
<outline text="" xmlUrl="https://alghad.example/other"/><outline text="x" xmlUrl="mailto://x"/><outline text="no feed"/>
</body></OPML>`
	want := before + `  - id: alghad
    name: "الغد & اليوم"
    feed: https://www.alghad.example/feed?a=1&b=2
    homepage: https://alghad.example/
    category: سياسة
  - id: port
    name: Le Port
    feed: https://news.port.example/rss
    language: fr
  - id: alghad-example
    name: alghad.example
    feed: https://alghad.example/other
`
	d.write(t, "list.opml", "\ufeff"+fmt.Sprintf(list, "UTF-8"))
	r := d.nashra(t, "sources", "import", "list.opml")
	if r.status != 0 || !strings.HasSuffix(r.stdout, "3 added, 2 there already, 1 unusable\n") || !strings.Contains(r.stderr, "mailto://x left out") {
		t.Errorf("exit status %d, stdout %q, stderr %q", r.status, r.stdout, r.stderr)
	}
	if got := d.read(t, "config.yaml"); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	if out := d.must(t, "sources", "import", "list.opml"); !strings.HasSuffix(out, "0 added, 5 there already, 1 unusable\n") || d.read(t, "config.yaml") != want {
		t.Errorf("a second time printed %q", out)
	}
	for name, bad := range map[string]string{
		"cut short": list[:300], "no OPML": "<html><outline xmlUrl='https://x.example/'></html>", "empty": "", "binary": "\x00\x01\x02",
		"without a feed": "<opml><body/></opml>", "nested without end": "<opml><body>" + strings.Repeat("<outline>", 100_000), "too large": "<opml>" + strings.Repeat(" ", 9<<20),
	} {
		d.write(t, "bad.opml", bad)
		if r := d.nashra(t, "sources", "import", "bad.opml"); r.status != 1 || strings.Count(r.stderr, "\n") != 1 || !strings.Contains(r.stderr, "bad.opml") || d.read(t, "config.yaml") != want {
			t.Errorf("%s: exit status %d, stderr %q", name, r.status, r.stderr)
		}
	}
}

func TestWhatIsExportedIsImportedAgain(t *testing.T) {
	d := newDesk(t, `  - {id: a, name: "أ & <ب>", feed: "https://desk:secret@a.example/f?x=1&y=2", category: علوم, homepage: "https://a.example/"}
  - {id: b, name: B, feed: "https://b.example/f", language: fr}
  - {id: c, name: ج, feed: "http://c.example:8080/f", category: علوم}
`)
	list := d.must(t, "sources", "export")
	if strings.Contains(list, "secret") {
		t.Errorf("credentials are exported: %s", list)
	}
	fresh := newDesk(t, "")
	if r := fresh.nashraIn(t, list, "sources", "import", "-"); r.status != 0 || !strings.HasSuffix(r.stdout, "3 added, 0 there already, 0 unusable\n") {
		t.Errorf("exit status %d, stdout %q, stderr %q", r.status, r.stdout, r.stderr)
	}
	if got := fresh.must(t, "sources", "export"); got != list {
		t.Errorf("\n got %s\nwant %s", got, list)
	}
}
