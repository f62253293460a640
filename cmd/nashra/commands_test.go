package main_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestWrongUsageIsStatus2(t *testing.T) {
	rss := newPartner(t, "rss")
	d := newDesk(t, "  - {id: fikrafann, name: جريدة فكرة فن, feed: "+rss.URL+"/feed}\n")
	for _, args := range [][]string{
		{"nonsense"}, {"fetch", "--nonsense"}, {"fetch", "nobody"}, {"fetch", "--all", "fikrafann"},
		{"items", "--limit", "0"}, {"items", "hide", "x"}, {"extract"}, {"clean", "--kind", "x", "a"},
		{"restore"}, {"backup"}, {"check", "x"}, {"compact", "x"}, {"sources", "add"}, {"sources", "add", "x.example", "--id", "A b"}, {"sources", "remove"}, {"reload", "x"}, {"items", "purge", "x"},
	} {
		r := d.nashra(t, args...)
		if r.status != 2 || r.stderr == "" || r.stdout != "" {
			t.Errorf("nashra %q: exit status %d, stdout %q, stderr %q", args, r.status, r.stdout, r.stderr)
		}
	}
}

func TestHelpNamesEveryCommand(t *testing.T) {
	d := &desk{folder: t.TempDir()}
	help := d.must(t, "--help")
	for _, want := range []string{"serve", "fetch", "sources", "items", "extract", "clean", "check", "backup", "restore", "compact", "dump", "reload", "demo", "version"} {
		if !strings.Contains(help, "\n  "+want+" ") {
			t.Errorf("--help does not list %s", want)
		}
	}
}

func TestCleanRunsTheCorpusInBatch(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "internal", "arabic", "testdata", "arabic-cleaning.json"))
	if err != nil {
		t.Fatal(err)
	}
	var corpus struct{ Cases []map[string]any }
	if err := json.Unmarshal(data, &corpus); err != nil {
		t.Fatal(err)
	}
	var in strings.Builder
	for _, c := range corpus.Cases {
		line, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		in.Write(append(line, '\n'))
	}
	in.WriteString("no JSON\n{\"kind\":\"nonsense\",\"input\":\"\"}\n")
	d := &desk{folder: t.TempDir()}
	r := d.nashraIn(t, in.String(), "clean", "--batch")
	lines := bufio.NewScanner(strings.NewReader(r.stdout))
	lines.Buffer(nil, 1<<20)
	for _, c := range corpus.Cases {
		if !lines.Scan() {
			t.Fatalf("no line for %v", c["name"])
		}
		var got map[string]any
		if err := json.Unmarshal(lines.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if c["kind"] == "html" {
			continue // compared after parsing, by the extractor's tests
		}
		if !reflect.DeepEqual(got["got"], c["want"]) {
			t.Errorf("%v\n got %v\nwant %v", c["name"], got, c["want"])
		}
	}
	for range 2 {
		if !lines.Scan() || !strings.HasPrefix(lines.Text(), `{"error":`) {
			t.Errorf("a bad case gave %q, want an error line", lines.Text())
		}
	}
	if r.status != 0 {
		t.Errorf("exit status %d", r.status)
	}
}

func TestCleanTakesArgumentAndStdin(t *testing.T) {
	d := &desk{folder: t.TempDir()}
	if got := d.must(t, "clean", "في ليبيا،يأتي"); got != "في ليبيا، يأتي\n" {
		t.Errorf("argument: %q", got)
	}
	if got := d.nashraIn(t, "إقرأ أيضاً", "clean", "--kind", "key").stdout; got != "اقرا ايضا\n" {
		t.Errorf("stdin: %q", got)
	}
}

func TestExtractPrintsTheArticleOfAPage(t *testing.T) {
	p := newPartner(t, "atom", articles("delta")...)
	a := articles("delta")[0]
	d := newDesk(t, "  - {id: delta, name: بوابة الدلتا, feed: "+p.URL+"/feed}\n")
	d.write(t, "page.html", p.page(a))
	d.write(t, "empty.html", "<html><body></body></html>")

	keys := []string{"byline", "direction", "excerpt", "html", "image", "language", "method", "published", "text", "title", "url"}
	for name, args := range map[string][]string{
		"a file":     {"extract", "--json", "--url", p.link(a), "page.html"},
		"an address": {"extract", "--json", p.link(a)},
		"a source":   {"extract", "--json", "--source", "delta", "--url", p.link(a), "page.html"},
	} {
		t.Run(name, func(t *testing.T) {
			var got map[string]any
			if err := json.Unmarshal([]byte(d.must(t, args...)), &got); err != nil {
				t.Fatal(err)
			}
			for _, key := range keys {
				if _, ok := got[key]; !ok {
					t.Errorf("no key %q", key)
				}
			}
			if len(got) != len(keys) || got["title"] != a.title || got["url"] != p.link(a) || got["text"] != strings.Join(a.paragraphs, "\n\n") {
				t.Errorf("got %v", got)
			}
		})
	}
	for _, host := range []string{"127.0.0.1", "localhost"} { // typed by the operator, and so meant
		link := strings.Replace(p.link(a), "127.0.0.1", host, 1)
		if got := d.must(t, "--config", "none.yaml", "extract", "--json", link); !strings.Contains(got, link) {
			t.Errorf("%s: got %s", link, got)
		}
	}
	none := d.nashra(t, "extract", "--json", "empty.html")
	if none.status != 4 || !strings.HasPrefix(none.stdout, `{"error":`) {
		t.Errorf("no article: exit status %d, stdout %q", none.status, none.stdout)
	}
	batch := d.nashraIn(t, "page.html\t"+p.link(a)+"\t"+a.title+"\nempty.html\thttp://x.example/\nmissing.html\thttp://x.example/\n", "extract", "--batch")
	lines := strings.Split(strings.TrimSpace(batch.stdout), "\n")
	if len(lines) != 3 || !strings.Contains(lines[0], a.title) || !strings.Contains(lines[1], `"error"`) || !strings.Contains(lines[2], `"error"`) {
		t.Errorf("batch printed %q", lines)
	}
}

func TestExtractLearnsFurnitureOfABatch(t *testing.T) {
	const appeal = "تهدي البوابة قراءها الكرام خريطة المواسم الزراعية كاملة في جميع المكتبات."
	d := &desk{folder: t.TempDir()}
	list := ""
	for i := range 3 {
		body := ""
		for j := range 4 {
			body += fmt.Sprintf("<p>هذه هي الفقرة رقم %d من المقال رقم %d، وفيها ما يكفي من الكلمات لتكون فقرة.</p>", j, i)
			if j == 1 {
				body += "<p>" + appeal + "</p>"
			}
		}
		d.write(t, fmt.Sprintf("page%d.html", i), "<title>مقال</title><h1>مقال عن المواسم</h1><div>"+body+"</div>")
		list += fmt.Sprintf("page%d.html\thttps://partner.example/%d\n", i, i)
	}
	for flag, want := range map[string]int{"--batch": 3, "--learn": 0} {
		out := d.nashraIn(t, list, "extract", "--batch", flag).stdout
		if got := strings.Count(out, `"text":`); got != 3 {
			t.Errorf("%s: %d articles of 3: %s", flag, got, out)
		}
		if got := strings.Count(out, "<p>"+appeal); got != want {
			t.Errorf("%s: the site's line stands in %d articles, want %d", flag, got, want)
		}
	}
	if r := d.nashra(t, "extract", "--learn", "page0.html"); r.status != 2 {
		t.Errorf("--learn without --batch: exit status %d", r.status)
	}
}

func TestExtractExplainsItself(t *testing.T) {
	p := newPartner(t, "atom", articles("delta")...)
	a := articles("delta")[0]
	d := newDesk(t, "  - {id: delta, name: بوابة الدلتا, feed: "+p.URL+"/feed}\n")
	d.write(t, "page.html", p.page(a))
	d.write(t, "empty.html", "<html><body></body></html>")
	if out := d.must(t, "extract", "--explain", "page.html"); !strings.Contains(out, a.paragraphs[0]) || !strings.Contains(out, "\ngeneric  found\n") {
		t.Errorf("printed %s", out)
	}
	none := d.nashra(t, "extract", "--explain", "empty.html")
	if none.status != 4 || !strings.Contains(none.stdout, "too little prose") {
		t.Errorf("no article: exit status %d, stdout %q", none.status, none.stdout)
	}
	var got struct {
		Explain struct{ Tried, Dropped []map[string]string }
	}
	none = d.nashra(t, "extract", "--explain", "--json", "empty.html")
	if err := json.Unmarshal([]byte(none.stdout), &got); err != nil || len(got.Explain.Tried) != 2 || got.Explain.Dropped == nil {
		t.Errorf("no article: printed %q, %v", none.stdout, err)
	}
}

func TestPausedSourceIsNotAsked(t *testing.T) {
	p := newPartner(t, "rss", articles("fikra")...)
	d := newDesk(t, "  - {id: fikrafann, name: جريدة فكرة فن, feed: "+p.URL+"/feed}\n")
	d.must(t, "sources", "pause", "fikrafann", "--reason", "صيانة")
	line := fetched(t, d.must(t, "fetch", "fikrafann", "--json"))["fikrafann"]
	expectFetch(t, line, "paused", 0, 0, 0, 0)
	if line["next_due"] != nil {
		t.Errorf("next_due %v, want null", line["next_due"])
	}
	d.must(t, "sources", "resume", "fikrafann")
	expectFetch(t, fetched(t, d.must(t, "fetch", "--json"))["fikrafann"], "ok", 200, 3, 0, 0)
}

func TestBackupTakesThePlaceOfAnOlderOneOnly(t *testing.T) {
	rss := newPartner(t, "rss", articles("fikra")...)
	d := newDesk(t, "  - {id: fikrafann, name: جريدة فكرة فن, feed: "+rss.URL+"/feed}\n")
	d.must(t, "fetch")
	d.must(t, "backup", "copy.db")
	d.must(t, "backup", "copy.db")
	if err := os.Mkdir(filepath.Join(d.folder, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	before := d.must(t, "dump")
	for _, name := range []string{"data/nashra.db", "folder", "missing/copy.db"} {
		if r := d.nashra(t, "backup", name); r.status != 1 || r.stdout != "" || !strings.Contains(r.stderr, name) {
			t.Errorf("backup %s: exit status %d, stdout %q, stderr %q", name, r.status, r.stdout, r.stderr)
		}
	}
	if after := d.must(t, "dump"); after != before {
		t.Errorf("the store has changed:\n%s\nbecame\n%s", before, after)
	}
	left, err := filepath.Glob(filepath.Join(d.folder, ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %q, %v", left, err)
	}
}

func TestDecisionOnWhatIsUnknownSaysWhereToLook(t *testing.T) {
	rss := newPartner(t, "rss")
	d := newDesk(t, "  - {id: fikrafann, name: جريدة فكرة فن, feed: "+rss.URL+"/feed}\n")
	for want, args := range map[string][]string{
		"nashra: hide item \"x\": not found; `nashra items` lists them\n":           {"items", "hide", "x", "--reason", "r"},
		"nashra: restore item \"x\": not found; `nashra items` lists them\n":        {"items", "restore", "x"},
		"nashra: pause source \"nobody\": not found; `nashra sources` lists them\n": {"sources", "pause", "nobody"},
	} {
		if r := d.nashra(t, args...); r.status != 1 || r.stderr != want {
			t.Errorf("nashra %q: exit status %d\n got %q\nwant %q", args, r.status, r.stderr, want)
		}
	}
}

func TestCheckChangesNothing(t *testing.T) {
	p := newPartner(t, "rss", articles("fikra")...)
	d := newDesk(t, "  - {id: fikrafann, name: جريدة فكرة فن, feed: "+p.URL+"/feed}\n")
	d.must(t, "check")
	name := filepath.Join(d.folder, "data", "nashra.db")
	if _, err := os.Stat(name); err == nil {
		t.Error("check made a store")
	}
	d.must(t, "fetch")
	before, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	d.configure(t, "  - {id: other, name: أخرى, feed: "+p.URL+"/feed}\n")
	d.must(t, "check")
	if after, err := os.ReadFile(name); err != nil || !bytes.Equal(after, before) {
		t.Errorf("check changed the store (%v)", err)
	}
	if list := d.must(t, "sources"); !strings.Contains(list, "retired") || !strings.Contains(list, "other") {
		t.Errorf("the next command does not take up the configuration:\n%s", list)
	}
}
