package publisher_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"nashra"
)

// read is an article as a program for readers understood it.
type read struct {
	ID, Title, Link, Content string
	Published                int64 // seconds since 1970
}

// clients are programs that read feeds, with the formats that they know. Each
// gives what it read of the feed at an address.
var clients = []struct {
	name  string
	files []string
	read  func(t *testing.T, address, body string) []read
}{
	{"gofeed", []string{"feed.xml", "atom.xml", "feed.json"}, byGofeed},
	{"feedparser", []string{"feed.xml", "atom.xml"}, byFeedparser},
	{"sfeed", []string{"feed.xml", "atom.xml"}, bySfeed},
	{"newsboat", []string{"feed.xml", "atom.xml"}, byNewsboat},
}

func TestProgramsForReadersLoseNothing(t *testing.T) {
	w := newWorld(t)
	newsroom(w)
	tricky := content("\"اقتباس\" & رموز: 3 < 5 > 2، \u200fR&D، 😀", "https://nile.example/tricky?a=1&b=2", began.Add(-time.Minute))
	tricky.HTML = `<p>سطر<br/>آخر &amp;amp; ثم ]]&gt; وبعده &lt;script&gt; نصًّا.</p><pre>a	b</pre>`
	w.fetch("nile", tricky, hostile())
	w.fetch("courier", content("L’été, déjà", "https://courier.example/8", began))
	server := httptest.NewServer(w.server)
	defer server.Close()
	want := wanted(t, w)
	for _, c := range clients {
		for _, file := range c.files {
			t.Run(c.name+" "+file, func(t *testing.T) {
				got := map[string]read{}
				for _, r := range c.read(t, server.URL+"/"+file, w.get("/"+file).ok().body) {
					got[r.ID] = r
				}
				if len(got) != len(want) {
					t.Errorf("%d articles, want %d", len(got), len(want))
				}
				for _, r := range want {
					if got[r.ID] != r {
						t.Errorf("%s\n got %+v\nwant %+v", r.ID, got[r.ID], r)
					}
				}
			})
		}
	}
}

// clean takes out what XML cannot hold.
var clean = strings.NewReplacer("\x00", "", "\x0b", "", "\x0c", "", "\x1f", "", "\ufffe", "").Replace

// wanted is what stands in the feed. What XML cannot hold is left out of it.
func wanted(t *testing.T, w *world) []read {
	t.Helper()
	var list []read
	for _, item := range checkJSONFeed(t, w.get("/feed.json").ok().body, siteURL+"/feed.json") {
		at, err := time.Parse(time.RFC3339, item.DatePublished)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, read{item.ID, strings.TrimSpace(clean(item.Title)), item.URL, clean(item.ContentHTML), at.Unix()})
	}
	return list
}

func byGofeed(t *testing.T, _, body string) []read {
	feed, err := gofeed.NewParser().ParseString(body)
	if err != nil {
		t.Fatal(err)
	}
	var list []read
	for _, item := range feed.Items {
		list = append(list, read{item.GUID, strings.TrimSpace(clean(item.Title)), item.Link, clean(item.Content), item.PublishedParsed.Unix()})
	}
	return list
}

// installed finds a program, or skips the test; with CI=true it fails.
func installed(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		lacking(t, program+" is not installed")
	}
	return path
}

func lacking(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// run gives what a program prints.
func run(t *testing.T, stdin string, program string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "LC_ALL=C.UTF-8")
	cmd.Stdin = strings.NewReader(stdin)
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", program, err, problems.Bytes())
	}
	return out.String()
}

// python is Debian's, whose packages are what CI installs.
func python(t *testing.T, stdin, script string, args ...string) []read {
	t.Helper()
	var list []read
	out := run(t, stdin, "/usr/bin/python3", append([]string{"-c", script}, args...)...)
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		t.Fatalf("%v in %.1000s", err, out)
	}
	return list
}

func byFeedparser(t *testing.T, _, body string) []read {
	if err := exec.Command("/usr/bin/python3", "-c", "import feedparser").Run(); err != nil {
		lacking(t, "python3-feedparser is not installed")
	}
	return python(t, body, `
import calendar, feedparser, json, sys
feed = feedparser.parse(sys.stdin.buffer.read(), sanitize_html=False, resolve_relative_uris=False)
if feed.bozo:
    sys.exit("not well-formed: %s" % feed.bozo_exception)
print(json.dumps([{
    "ID": e.id, "Title": e.title, "Link": e.link, "Content": e.content[0].value,
    "Published": calendar.timegm(e.published_parsed),
} for e in feed.entries]))`)
}

// bySfeed reads sfeed's lines (sfeed(5)).
func bySfeed(t *testing.T, _, body string) []read {
	out := run(t, body, installed(t, "sfeed"))
	var list []read
	unescape := strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\\`, `\`)
	for line := range strings.Lines(out) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) < 9 {
			t.Fatalf("%d fields in %q", len(fields), line)
		}
		at, err := strconv.ParseInt(fields[0], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, read{fields[5], fields[1], fields[2], unescape.Replace(fields[3]), at})
	}
	return list
}

func byNewsboat(t *testing.T, address, _ string) []read {
	newsboat := installed(t, "newsboat")
	folder := t.TempDir()
	urls, config, cache := filepath.Join(folder, "urls"), filepath.Join(folder, "config"), filepath.Join(folder, "cache.db")
	for file, text := range map[string]string{urls: address + "\n", config: ""} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run(t, "", newsboat, "-u", urls, "-C", config, "-c", cache, "-x", "reload")
	return python(t, "", `
import json, sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute("select guid, title, url, content, pubDate from rss_item")
print(json.dumps([dict(zip(("ID", "Title", "Link", "Content", "Published"), row)) for row in rows]))`, cache)
}

func TestNoTextBreaksAFeed(t *testing.T) {
	w := newWorld(t)
	w.configure(nile)
	random := rand.New(rand.NewPCG(7, 42))
	pieces := []string{"]]>", "<![CDATA[", "&", "<", ">", `"`, "'", "-->", "<?", "\x00", "\x0b", "\r", "\n", "\u0085", "\u2028", "\ufffe", "\uffff", "\xff", "\xc3", "\xed\xa0\x80", "نص", "😀", "\U0010ffff"}
	soup := func() string {
		var b strings.Builder
		for range random.IntN(12) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		return b.String()
	}
	var contents []nashra.Content
	for i := range 50 {
		c := content(soup(), fmt.Sprintf("https://nile.example/%d", i), began)
		c.Byline, c.Excerpt, c.Image, c.Categories = soup(), soup(), "https://nile.example/"+soup(), []string{soup(), soup()}
		c.HTML = "<p>" + strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(soup()) + "</p>"
		c.Credit.Origin = soup()
		contents = append(contents, c)
	}
	w.fetch("nile", contents...)
	if items := checkRSS(t, w.get("/feed.xml").ok().body, siteURL+"/feed.xml"); len(items) != 50 {
		t.Errorf("%d items, want 50", len(items))
	}
	checkAtom(t, w.get("/atom.xml").ok().body, siteURL+"/atom.xml")
	checkJSONFeed(t, w.get("/feed.json").ok().body, siteURL+"/feed.json")
	checkNinjs(t, w.get("/ninjs.json").ok().body, siteURL+"/ninjs.json")
}

// FuzzFeedsAreWellFormed puts anything at all into every text of an article and
// reads all formats again.
func FuzzFeedsAreWellFormed(f *testing.F) {
	f.Add("خبر", "نص", "https://nile.example/1")
	f.Add("]]>", "<![CDATA[ ]]> &#0; \x00\x0b\ufffe\uffff\xff\xed\xa0\x80", "https://nile.example/?a=1&b=%zz\"<>")
	f.Add("</title><item>", "--> <?xml ?> <!DOCTYPE a [<!ENTITY b \"c\">]> &b;", "javascript:alert(1)")
	f.Fuzz(func(t *testing.T, title, words, link string) {
		if len(title)+len(words)+len(link) > 10_000 {
			t.Skip("longer texts are no other ones")
		}
		w := newWorld(t)
		w.configure(nile)
		c := content(title, "https://nile.example/1", began)
		c.Byline, c.Excerpt, c.Image, c.Categories = words, words, link, []string{words, title}
		c.HTML = "<p>" + strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(words) + "</p>" // as the extractor leaves it
		c.Enclosures = []nashra.Enclosure{{URL: link, Type: words, Length: 1}}
		c.Credit = nashra.Credit{Link: link, Origin: words}
		w.fetch("nile", c)
		checkRSS(t, w.get("/feed.xml").ok().body, siteURL+"/feed.xml")
		checkAtom(t, w.get("/atom.xml").ok().body, siteURL+"/atom.xml")
		checkJSONFeed(t, w.get("/feed.json").ok().body, siteURL+"/feed.json")
		checkNinjs(t, w.get("/ninjs.json").ok().body, siteURL+"/ninjs.json")
	})
}
