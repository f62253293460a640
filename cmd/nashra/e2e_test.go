package main_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/mmcdole/gofeed"
)

// fetched are the lines of fetch --json by source.
func fetched(t *testing.T, stdout string) map[string]map[string]any {
	t.Helper()
	lines := map[string]map[string]any{}
	for line := range strings.Lines(stdout) {
		var v map[string]any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("fetch --json printed %q: %v", line, err)
		}
		for _, key := range []string{"source", "outcome", "http_status", "new", "updated", "unchanged", "error", "duration_ms", "next_due"} {
			if _, ok := v[key]; !ok {
				t.Errorf("no %q in %s", key, line)
			}
		}
		if len(v) != 9 {
			t.Errorf("%d keys in %s", len(v), line)
		}
		lines[v["source"].(string)] = v
	}
	return lines
}

func expectFetch(t *testing.T, got map[string]any, outcome string, status, fresh, updated, unchanged int) {
	t.Helper()
	want := fmt.Sprintf("%s %d new %d updated %d unchanged %d", outcome, status, fresh, updated, unchanged)
	have := fmt.Sprintf("%v %v new %v updated %v unchanged %v", got["outcome"], got["http_status"], got["new"], got["updated"], got["unchanged"])
	if have != want {
		t.Errorf("got %s, want %s (%v)", have, want, got)
	}
}

func get(t *testing.T, url string) (*http.Response, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

func TestPartnersFeedBecomesOurFeed(t *testing.T) {
	rss := newPartner(t, "rss", articles("fikra")...)
	atom := newPartner(t, "atom", articles("delta")...)
	old := newPartner(t, "cp1256", articles("nil")...)
	d := newDesk(t, fmt.Sprintf(`
  - id: fikrafann
    name: جريدة فكرة فن
    feed: %s/feed
    homepage: %[1]s/
    category: ثقافة
  - id: delta
    name: بوابة الدلتا
    feed: %s/feed
    category: محليات
  - id: nil
    name: صحيفة النيل
    feed: %s/feed
`, rss.URL, atom.URL, old.URL))

	first := fetched(t, d.must(t, "fetch", "--json"))
	for _, id := range []string{"fikrafann", "delta", "nil"} {
		expectFetch(t, first[id], "ok", 200, 3, 0, 0)
	}
	if again := d.must(t, "fetch", "--json"); again != "" {
		t.Errorf("nothing is due, and yet fetch printed %s", again)
	}
	for id, line := range fetched(t, d.must(t, "fetch", "--all", "--json")) {
		t.Run("unchanged "+id, func(t *testing.T) { expectFetch(t, line, "not_modified", 304, 0, 0, 0) })
	}
	before := d.must(t, "dump")

	server := d.serve(t)
	defer server.stop(t)
	base := "http://" + d.listen
	ids := map[string]string{} // by title and source
	for _, feed := range []struct{ path, source string }{
		{"/source/fikrafann/feed.xml", "fikra"}, {"/source/delta/atom.xml", "delta"}, {"/source/nil/feed.json", "nil"},
		{"/source/fikrafann/atom.xml", "fikra"}, {"/source/nil/feed.xml", "nil"}, {"/source/delta/feed.json", "delta"},
	} {
		t.Run(feed.path, func(t *testing.T) {
			_, body := get(t, base+feed.path)
			parsed, err := gofeed.NewParser().ParseString(body)
			if err != nil {
				t.Fatal(err)
			}
			if len(parsed.Items) != 3 {
				t.Fatalf("%d items, want 3", len(parsed.Items))
			}
			for i, item := range parsed.Items {
				want := articles(feed.source)[2-i] // newest first
				if item.Title != want.title || !strings.HasSuffix(item.Link, "/news/"+want.slug+".html") {
					t.Errorf("item %d is %q at %s", i, item.Title, item.Link)
				}
				if !strings.HasPrefix(item.GUID, "urn:nashra:") {
					t.Errorf("id %q", item.GUID)
				}
				if known, ok := ids[want.slug]; ok && known != item.GUID {
					t.Errorf("%s has two ids: %s and %s", want.slug, known, item.GUID)
				}
				ids[want.slug] = item.GUID
				expectWhole(t, item.Content, want, item.Link)
			}
		})
	}
	for _, path := range []string{"/feed.xml", "/atom.xml", "/feed.json"} {
		_, body := get(t, base+path)
		parsed, err := gofeed.NewParser().ParseString(body)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if len(parsed.Items) != 9 {
			t.Errorf("%s has %d items, want 9", path, len(parsed.Items))
		}
	}

	// The partner corrects an article; serve runs the cycle that fetch asks for.
	rss.edit("fikra-2", func(a *article) { a.paragraphs[1] += " وأضافت أن الافتتاح يوم الأحد." })
	corrected := fetched(t, d.must(t, "fetch", "fikrafann", "--json"))
	expectFetch(t, corrected["fikrafann"], "ok", 200, 0, 1, 2)
	_, body := get(t, base+"/feed.xml")
	parsed, err := gofeed.NewParser().ParseString(body)
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range parsed.Items {
		if item.GUID == ids["fikra-2"] && !strings.Contains(item.Content, "وأضافت أن الافتتاح يوم الأحد.") {
			t.Error("the correction is not in the feed under the id the article had")
		}
	}
	if after := d.must(t, "dump"); after == before {
		t.Error("the dump is the same before and after a correction")
	}

	// A partner that fails keeps what it published.
	rss.fail(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	failed := d.nashra(t, "fetch", "--all", "--json")
	if failed.status != 3 || !strings.Contains(failed.stderr, "fikrafann") {
		t.Errorf("exit status %d, stderr %q", failed.status, failed.stderr)
	}
	lines := fetched(t, failed.stdout)
	expectFetch(t, lines["fikrafann"], "failed", 500, 0, 0, 0)
	expectFetch(t, lines["delta"], "not_modified", 304, 0, 0, 0)
	if _, body := get(t, base+"/source/fikrafann/feed.xml"); strings.Count(body, "<item>") != 3 {
		t.Error("a failing source lost items")
	}
}

// expectWhole checks a body as it is published: every paragraph, nothing of
// the site around it, our note last and once.
func expectWhole(t *testing.T, content string, want article, link string) {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	notes := doc.Find("aside.disclaimer")
	if notes.Length() != 1 || doc.Find("body").Children().Last().Filter("aside.disclaimer").Length() != 1 {
		t.Errorf("%s: %d disclaimers, want one, last:\n%s", want.slug, notes.Length(), content)
	}
	if href, _ := notes.Find("a").Attr("href"); href != link {
		t.Errorf("%s: the disclaimer links to %q, the original is %s", want.slug, href, link)
	}
	notes.Remove()
	var got []string
	doc.Find("p, li, h2, h3").Each(func(_ int, s *goquery.Selection) { got = append(got, strings.TrimSpace(s.Text())) })
	if strings.Join(got, "\n") != strings.Join(want.paragraphs, "\n") {
		t.Errorf("%s: body\n got %q\nwant %q", want.slug, got, want.paragraphs)
	}
}

func TestChangedTemplateShowsOnStoredItems(t *testing.T) {
	rss := newPartner(t, "rss", articles("fikra")...)
	source := "  - {id: fikrafann, name: جريدة فكرة فن, feed: " + rss.URL + "/feed}\n"
	d := newDesk(t, source)
	d.must(t, "fetch")
	d.configure(t, strings.TrimSuffix(source, "}\n")+", disclaimer: 'نقلا عن {{.Source}}: [الأصل]({{.Link}})'}\n")
	server := d.serve(t, "--no-schedule")
	defer server.stop(t)
	_, body := get(t, "http://"+d.listen+"/feed.xml")
	if got := strings.Count(body, "نقلا عن جريدة فكرة فن: "); got != 3 {
		t.Errorf("the new template stands on %d of 3 items", got)
	}
}
