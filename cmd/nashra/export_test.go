package main_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// exported are the files below the folder, but for those of the export itself.
func exported(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(folder), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == ".nashra" {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(folder, path))
		files[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestExportWritesTheSiteAsFiles(t *testing.T) {
	p := newPartner(t, "atom", manyArticles(3)...)
	d := newDesk(t, "  - {id: delta, name: بوابة الدلتا, feed: "+p.URL+"/feed}\n")
	d.must(t, "fetch")
	out := filepath.Join(d.folder, "out")
	d.must(t, "export", out)
	first := exported(t, out)
	for _, name := range []string{"index.html", "index.html.gz", "feed.xml", "feed.xml.gz", "source/delta/index.html", "robots.txt", "404.html"} {
		if first[name] == "" {
			t.Errorf("there is no %s", name)
		}
	}
	if again := d.must(t, "export", out); !strings.Contains(again, "nothing has changed") {
		t.Errorf("a second export says %q", again)
	}

	var id string
	for line := range strings.Lines(d.must(t, "items", "--json")) {
		var item struct{ ID, Title string }
		if err := json.Unmarshal([]byte(line), &item); err != nil {
			t.Fatal(err)
		}
		id = item.ID
	}
	page := "item/" + id + "/index.html"
	if first[page] == "" {
		t.Fatalf("there is no %s", page)
	}
	// Beside serve the command asks it.
	s := d.serve(t, "--no-schedule")
	d.must(t, "items", "hide", id, "--reason", "test")
	d.must(t, "export", out)
	s.stop(t)
	for name, text := range exported(t, out) {
		if strings.HasPrefix(name, page) || strings.Contains(text, "/item/"+id) {
			t.Errorf("%s still has the hidden item", name)
		}
	}
	if text, ok := exported(t, out)["item/"+id+".gone"]; !ok || text != "" {
		t.Errorf("nothing says that the item is gone, or it says %q", text)
	}
	d.must(t, "items", "restore", id)
	d.must(t, "export", out)
	files := exported(t, out)
	if _, ok := files["item/"+id+".gone"]; ok || files[page] == "" {
		t.Errorf("the restored item: it is gone still: %v; its page has %d bytes", ok, len(files[page]))
	}
}

func TestExportFinishesWhatAKilledOneBegan(t *testing.T) {
	p := newPartner(t, "atom", manyArticles(2)...)
	d := newDesk(t, "  - {id: delta, name: بوابة الدلتا, feed: "+p.URL+"/feed}\n")
	d.must(t, "fetch")
	out := filepath.Join(d.folder, "out")
	d.must(t, "export", out)
	// As if it had been killed after half of its list.
	own := filepath.Join(out, ".nashra")
	for name, text := range map[string]string{
		"new/1": "the new second", "commit": `{"staged":["gone-before.txt","second.txt"],"removed":["robots.txt"],"alone":["second.txt"]}`,
		"../second.txt.gz": "the old second",
	} {
		if err := os.WriteFile(filepath.Join(own, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d.must(t, "export", out)
	files := exported(t, out)
	if files["second.txt"] != "the new second" {
		t.Errorf("what was staged is %q", files["second.txt"])
	}
	if packed, ok := files["second.txt.gz"]; ok {
		t.Errorf("beside it there is %q, packed", packed)
	}
	if _, err := os.Stat(filepath.Join(own, "commit")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the list is there still: %v", err)
	}
}

func TestExportTouchesNobodyElsesFolder(t *testing.T) {
	d := newDesk(t, "  - {id: delta, name: بوابة الدلتا, feed: http://127.0.0.1:1/feed}\n")
	out := filepath.Join(d.folder, "mine")
	if err := os.Mkdir(out, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(out, "letter.txt"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := d.nashra(t, "export", out)
	if r.status != 1 || strings.Count(r.stderr, "\n") != 1 || !strings.Contains(r.stderr, "something else") {
		t.Errorf("status %d: %s", r.status, r.stderr)
	}
	if entries, _ := os.ReadDir(out); len(entries) != 1 || !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == "letter.txt" }) {
		t.Errorf("the folder holds %v", entries)
	}
	if r := d.nashra(t, "export"); r.status != 2 {
		t.Errorf("without a folder: status %d", r.status)
	}
}

func TestAnExportIsTheSiteAsItIsConfigured(t *testing.T) {
	p := newPartner(t, "atom", manyArticles(1)...)
	d := newDesk(t, "  - {id: delta, name: بوابة الدلتا, feed: "+p.URL+"/feed}\n")
	if err := os.Mkdir(filepath.Join(d.folder, "theme"), 0o755); err != nil {
		t.Fatal(err)
	}
	d.must(t, "fetch")
	out := filepath.Join(d.folder, "out")
	d.must(t, "export", out)
	d.write(t, "theme/footer.html", "<footer>{{.Site.Name}} ١</footer>")
	d.write(t, "config.yaml", d.read(t, "config.yaml")+"theme: theme\nwebsub: {hub: \"https://hub.example/\"}\n")
	d.must(t, "export", out)
	files := exported(t, out)
	if !strings.Contains(files["index.html"], "<footer>مصر اليوم ١</footer>") {
		t.Error("the front page has no footer of the theme")
	}
	if !strings.Contains(files["feed.xml"], "https://hub.example/") {
		t.Error("the feed does not name the hub")
	}
}
