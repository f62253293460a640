package publisher_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"nashra"
)

// followed reads a feed from the document that is subscribed to back to its
// beginning, and returns the ids in it by document.
func (w *world) followed(path string) (documents []string, ids map[string][]string) {
	w.Helper()
	ids = map[string][]string{}
	subscribed := path
	for path != "" {
		if ids[path] != nil || len(documents) > 500 {
			w.Fatalf("%s leads in a circle: %q", subscribed, documents)
		}
		documents = append(documents, path)
		body, next := w.get(path).ok().body, ""
		switch {
		case strings.HasSuffix(path, ".json"):
			var feed struct {
				FeedURL string `json:"feed_url"`
				NextURL string `json:"next_url"`
				Items   []struct{ ID string }
				Nashra  struct{ Archive bool } `json:"_nashra"`
			}
			if err := json.Unmarshal([]byte(body), &feed); err != nil {
				w.Fatal(err)
			}
			if feed.FeedURL != siteURL+subscribed || feed.Nashra.Archive != (path != subscribed) {
				w.Errorf("%s is of the feed %s, archive: %v", path, feed.FeedURL, feed.Nashra.Archive)
			}
			next = feed.NextURL
			for _, item := range feed.Items {
				ids[path] = append(ids[path], item.ID)
			}
		default:
			root, id, guid := parseXML(w.TB.(*testing.T), body), "atom:entry", "atom:id"
			if root.name == "rss" {
				checkRSS(w.TB.(*testing.T), body, siteURL+path)
				root, id, guid = root.children[0], "item", "guid"
			} else {
				checkAtom(w.TB.(*testing.T), body, siteURL+path)
			}
			for _, l := range root.all("atom:link") {
				switch href := l.attributes["href"]; l.attributes["rel"] {
				case "prev-archive":
					next = href
				case "current":
					if href != siteURL+subscribed {
						w.Errorf("%s belongs to %s", path, href)
					}
				}
			}
			for _, entry := range root.all(id) {
				ids[path] = append(ids[path], entry.all(guid)[0].text)
			}
		}
		path = strings.TrimPrefix(next, siteURL)
	}
	return documents, ids
}

func everything(documents []string, ids map[string][]string) []string {
	all := map[string]bool{}
	for _, d := range documents {
		for _, id := range ids[d] {
			all[id] = true
		}
	}
	var list []string
	for id := range all {
		list = append(list, id)
	}
	slices.Sort(list)
	return list
}

// archived fills w with more than a feed holds, and gives the ids by source.
func archived(w *world) map[string][]string {
	w.Helper()
	w.configure(fikra, nile, courier)
	ids := map[string][]string{}
	for round := range 4 {
		for _, source := range []string{"fikrafann", "nile"} {
			var contents []nashra.Content
			for i := range 40 {
				at := began.Add(-time.Duration(round*i) * time.Hour)
				contents = append(contents, content(fmt.Sprintf("خبر %d من %d", i, round), fmt.Sprintf("https://%s.example/%d/%d", source, round, i), at))
			}
			ids[source] = append(ids[source], w.fetch(source, contents...)...)
		}
	}
	ids["courier"] = w.fetch("courier", french())
	return ids
}

func urns(lists ...[]string) []string {
	var all []string
	for _, list := range lists {
		for _, id := range list {
			all = append(all, nashra.URN(id))
		}
	}
	slices.Sort(all)
	return all
}

func TestANewReaderFindsEverythingBehindAFeed(t *testing.T) {
	w := newWorld(t)
	ids := archived(w)
	for below, want := range map[string][]string{
		"":                urns(ids["fikrafann"], ids["nile"], ids["courier"]),
		"/source/nile":    urns(ids["nile"]),
		"/source/courier": urns(ids["courier"]),
		"/category/%D8%B3%D9%8A%D8%A7%D8%B3%D9%87": urns(ids["fikrafann"]),
	} {
		for _, path := range feedPaths(below)[:3] {
			documents, found := w.followed(path)
			if got := everything(documents, found); !slices.Equal(got, want) {
				t.Errorf("%s leads to %d articles in %d documents, want %d", path, len(got), len(documents), len(want))
			}
		}
	}
}

func TestAnArchiveHoldsTheSameForEver(t *testing.T) {
	w := newWorld(t)
	archived(w)
	before := map[string][]string{}
	for _, below := range []string{"", "/source/nile"} {
		for _, path := range feedPaths(below)[:3] {
			documents, ids := w.followed(path)
			for _, d := range documents[1:] {
				before[d] = ids[d]
			}
		}
	}
	late := content("خبر متأخر", "https://nile.example/late", began.Add(-20*time.Hour))
	w.fetch("nile", late)
	for path, want := range before {
		if ids := w.idsIn(path); !slices.Equal(ids, want) {
			t.Errorf("%s held %d articles and now %d", path, len(want), len(ids))
		}
	}
	documents, ids := w.followed("/source/nile/atom.xml")
	hidden := strings.TrimPrefix(ids[documents[2]][0], "urn:nashra:")
	w.mark(nashra.Mark{Kind: nashra.MarkHide, Article: hidden})
	if now := w.idsIn(documents[2]); !slices.Equal(now, ids[documents[2]][1:]) {
		t.Error("the archive is not what it was without the hidden article")
	}
}

// idsIn gives the ids of the articles in one document of an archive.
func (w *world) idsIn(path string) (ids []string) {
	w.Helper()
	body := w.get(path).ok().body
	for _, mark := range []string{`<id>urn:nashra:`, `<guid isPermaLink="false">urn:nashra:`, `"id":"urn:nashra:`} {
		for _, part := range strings.Split(body, mark)[1:] {
			ids = append(ids, "urn:nashra:"+part[:26])
		}
	}
	return ids
}

func TestAFeedThatHoldsEverythingSaysSo(t *testing.T) {
	w := newWorld(t)
	archived(w)
	for path, want := range map[string]bool{"/source/courier/feed.xml": true, "/source/courier/atom.xml": true, "/feed.xml": false, "/source/nile/atom.xml": false} {
		if got := strings.Contains(w.get(path).ok().body, "<fh:complete/>"); got != want {
			t.Errorf("%s is complete: %v, want %v", path, got, want)
		}
	}
}

func TestWhatIsNoArchiveIsNotFound(t *testing.T) {
	w := newWorld(t)
	archived(w)
	for _, path := range []string{
		"/archive/0-100000/feed.xml", "/archive/0-1000/atom.xml", "/archive/1-50/feed.xml", "/archive/00-100/feed.xml", "/archive/0/feed.xml",
		"/archive/0-+10/feed.json", "/archive/a-b/feed.xml", "/archive/0-18446744073709551616/feed.xml", "/source/nobody/archive/0-100/feed.xml",
	} {
		if r := w.get(path); r.status != http.StatusNotFound {
			t.Errorf("%s answers %d, want 404", path, r.status)
		}
	}
}

func TestReadersAreToldWhatWasTakenBack(t *testing.T) {
	w := newWorld(t)
	w.configure(nile, fikra)
	ids := w.fetch("nile", content("أ", "https://nile.example/1", began), content("ب", "https://nile.example/2", began), content("ج", "https://nile.example/3", began))
	other := w.fetch("fikrafann", meeting())[0]
	w.now = w.now.Add(time.Hour)
	w.mark(nashra.Mark{Kind: nashra.MarkHide, Article: ids[0], Reason: "سر بيننا"})
	w.now = w.now.Add(time.Hour)
	w.apply(nashra.Batch{By: "desk", Removes: []nashra.Remove{{Article: ids[1], Reason: "سر بيننا", Purge: true}}})
	w.apply(nashra.Batch{By: "sweep", Sweep: &nashra.Sweep{}, Removes: []nashra.Remove{{Article: other, Reason: "age"}}})
	deleted := func(path string) map[string]string {
		body := w.get(path).ok().body
		checkAtom(t, body, siteURL+path)
		if strings.Contains(body, "سر بيننا") {
			t.Errorf("%s tells the desk's reason", path)
		}
		found := map[string]string{}
		for _, n := range parseXML(t, body).all("at:deleted-entry") {
			found[strings.TrimPrefix(n.attributes["ref"], "urn:nashra:")] = n.attributes["when"]
		}
		return found
	}
	all := deleted("/atom.xml")
	if len(all) != 3 || all[ids[0]] != "2026-11-23T09:00:00Z" || all[ids[1]] != "2026-11-23T10:00:00Z" || all[other] == "" {
		t.Errorf("the feed tells of %v", all)
	}
	if narrowed := deleted("/source/fikrafann/atom.xml"); len(narrowed) != 1 || narrowed[other] == "" {
		t.Errorf("the source's feed tells of %v", narrowed)
	}
	w.mark(nashra.Mark{Kind: nashra.MarkRestore, Article: ids[0]})
	if all := deleted("/atom.xml"); len(all) != 2 || all[ids[0]] != "" {
		t.Errorf("after one was restored, the feed tells of %v", all)
	}
}
