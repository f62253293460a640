package search_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"nashra"
	"nashra/internal/search"
	"nashra/store"
)

// some fills an archive in several segments, with a revision and a removal.
func some(a *archive) {
	a.Helper()
	for round := range 3 {
		var contents []nashra.Content
		for i := range 10 {
			n := round*10 + i
			contents = append(contents, article(n, fmt.Sprint("خبر ", n), strings.Repeat(fmt.Sprintf("القاهرة كلمة%d ", n), 20)))
		}
		ids := a.fetch("ahram", contents...)
		a.check(a.index.CatchUp(a.Context()))
		a.apply(nashra.Batch{Removes: []nashra.Remove{{Article: ids[0], Reason: "test"}}})
	}
	a.fetch("ahram", article(15, "خبر 15", "الإسكندرية"))
	a.check(a.index.CatchUp(a.Context()))
}

func someTitles() (want []string) {
	for n := 29; n >= 0; n-- {
		if n%10 != 0 && n != 15 {
			want = append(want, fmt.Sprint("خبر ", n))
		}
	}
	return want
}

// reopen closes the index and opens it again.
func (a *archive) reopen() {
	a.Helper()
	a.check(a.index.Close())
	a.open()
}

func (a *archive) files() []string {
	a.Helper()
	files, err := filepath.Glob(filepath.Join(a.indexFolder(), "*"))
	a.check(err)
	return files
}

func TestAnIndexThatIsOpenedAgainGoesOn(t *testing.T) {
	a := newArchive(t)
	some(a)
	before := a.files()
	a.reopen()
	if got := pages(a, nashra.Search{Text: "القاهرة", Limit: 100}); !reflect.DeepEqual(got, someTitles()) {
		t.Errorf("found %q", got)
	}
	if after := a.files(); !reflect.DeepEqual(after, before) {
		t.Errorf("the index was written again: %q, before %q", after, before)
	}
}

func TestADamagedIndexIsMadeAnew(t *testing.T) {
	flip := func(at int) func(t *testing.T, name string, data []byte) {
		return func(t *testing.T, name string, data []byte) {
			data[len(data)*at/10] ^= 0x10
			if err := os.WriteFile(name, data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	damages := map[string]func(t *testing.T, name string, data []byte){
		"a bit at the beginning": flip(0), "a bit in the middle": flip(5), "a bit late": flip(8),
		"cut in half": func(t *testing.T, name string, data []byte) {
			if err := os.Truncate(name, int64(len(data)/2)); err != nil {
				t.Fatal(err)
			}
		},
		"emptied": func(t *testing.T, name string, _ []byte) {
			if err := os.Truncate(name, 0); err != nil {
				t.Fatal(err)
			}
		},
		"gone": func(t *testing.T, name string, _ []byte) {
			if err := os.Remove(name); err != nil {
				t.Fatal(err)
			}
		},
	}
	a := newArchive(t)
	some(a)
	edition := 0
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			for _, kind := range []string{"*.segment", "*.dead", "index.json"} {
				for _, while := range []string{"closed", "open"} {
					if while == "open" && strings.HasPrefix(name, "a bit") {
						continue // what was read once is trusted until it is opened again
					}
					a.check(a.index.Close())
					a.check(os.RemoveAll(a.indexFolder()))
					a.open()
					a.check(a.index.CatchUp(t.Context()))
					edition++ // a second segment, and what is dead in the first
					a.fetch("ahram", article(15, "خبر 15", fmt.Sprint("الإسكندرية ", edition)))
					a.check(a.index.CatchUp(t.Context()))
					files, err := filepath.Glob(filepath.Join(a.indexFolder(), kind))
					a.check(err)
					if len(files) == 0 {
						t.Fatalf("there is no %s", kind)
					}
					if while == "closed" {
						a.check(a.index.Close())
					}
					for _, file := range files {
						data, err := os.ReadFile(file)
						a.check(err)
						damage(t, file, data)
					}
					if while == "closed" {
						a.open()
					}
					for _, text := range []string{"القاهرة", `"القاهرة كلمة7"`, "كلمة7"} { // until what is damaged was read
						a.find(nashra.Search{Text: text, Limit: 100})
					}
					if got := pages(a, nashra.Search{Text: "القاهرة", Limit: 100}); !reflect.DeepEqual(got, someTitles()) {
						t.Errorf("%s, %s: found %d: %q", kind, while, len(got), got)
					}
				}
			}
		})
	}
}

func TestAnIndexOfAnotherStoreIsMadeAnew(t *testing.T) {
	for name, titles := range map[string][]string{"shorter": {"قصير"}, "of the same length": {"أ", "ب", "ج", "د"}} {
		t.Run(name, func(t *testing.T) {
			a, b := newArchive(t), newArchive(t)
			for i := range 4 {
				a.fetch("ahram", article(i, fmt.Sprint("خبر ", i), "القاهرة"))
			}
			a.check(a.index.CatchUp(t.Context()))
			a.check(a.index.Close())
			for i, title := range titles {
				b.fetch("ahram", article(100+i, title, "القاهرة"))
			}
			x, err := search.Open(a.indexFolder(), b.store, nil)
			a.check(err)
			t.Cleanup(func() { a.check(x.Close()) })
			b.index = x
			if got := pages(b, nashra.Search{Text: "القاهرة"}); len(got) != len(titles) || got[len(got)-1] != titles[0] {
				t.Errorf("found %q, want the other store's %q", got, titles)
			}
		})
	}
}

func TestCatchingUpGoesOnWhereItWasBrokenOff(t *testing.T) {
	a := newArchive(t)
	some(a)
	a.fetch("ahram", article(40, "خبر 40", "القاهرة"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := a.index.CatchUp(ctx); err == nil {
		t.Error("an ended context is not told of")
	}
	// What a process leaves that is killed while it writes.
	for _, name := range []string{"99.segment", "98.dead", "index.json.new"} {
		a.check(os.WriteFile(filepath.Join(a.indexFolder(), name), []byte("half"), 0o600))
	}
	a.reopen()
	if got, want := pages(a, nashra.Search{Text: "القاهرة", Limit: 100}), append([]string{"خبر 40"}, someTitles()...); !reflect.DeepEqual(got, want) {
		t.Errorf("found %q", got)
	}
	for _, file := range a.files() {
		if strings.Contains(file, "99.") || strings.HasSuffix(file, ".new") {
			t.Errorf("%s stayed", file)
		}
	}
}

func TestManySmallSegmentsBecomeFew(t *testing.T) {
	a := newArchive(t)
	var want []string
	for n := range 70 {
		a.fetch("ahram", article(n, fmt.Sprint("خبر ", n), strings.Repeat("القاهرة ", n%5+1)+fmt.Sprint("كلمة", n)))
		if n%7 == 0 {
			a.fetch("ahram", article(n/2, fmt.Sprint("خبر ", n/2), "القاهرة منقحة"))
		}
		a.check(a.index.CatchUp(t.Context()))
		want = append([]string{fmt.Sprint("خبر ", n)}, want...)
	}
	if n := len(a.files()); n > 40 {
		t.Errorf("%d files", n)
	}
	if got := pages(a, nashra.Search{Text: "القاهرة", Limit: 9}); !reflect.DeepEqual(got, want) {
		t.Errorf("found %q", got)
	}
	if got := pages(a, nashra.Search{Text: `"القاهرة كلمة69"`}); !reflect.DeepEqual(got, want[:1]) {
		t.Errorf("the phrase finds %q", got)
	}
	a.reopen()
	if got := pages(a, nashra.Search{Text: "قاهرة", Order: nashra.SearchBest, Limit: 100}); len(got) != len(want) {
		t.Errorf("opened again, found %d", len(got))
	}
}

func TestLongListsAreWalkedInBlocks(t *testing.T) {
	a := newArchive(t)
	var contents []nashra.Content
	for n := range 1200 {
		body := "القاهرة طنطا"
		if n%400 == 0 {
			body = "القاهرة وأسوان القاهرة أسوان"
		}
		contents = append(contents, article(n, fmt.Sprint("خبر ", n), body))
	}
	for from := 0; from < len(contents); from += 300 {
		a.fetch("ahram", contents[from:from+300]...)
	}
	for _, query := range []string{"أسوان القاهرة", `"القاهرة اسوان"`, `"وأسوان القاهرة"`} {
		if got, want := pages(a, nashra.Search{Text: query}), []string{"خبر 800", "خبر 400", "خبر 0"}; !reflect.DeepEqual(got, want) {
			t.Errorf("%s finds %q", query, got)
		}
	}
	if got := pages(a, nashra.Search{Text: "طنطا", Limit: 100}); len(got) != 1197 {
		t.Errorf("found %d", len(got))
	}
}

// Searches go on while articles come, are revised and hidden, and while the
// index is damaged under them.
func TestSearchingWhileIndexing(t *testing.T) {
	a := newArchive(t)
	some(a)
	done := make(chan struct{})
	var searching sync.WaitGroup
	for i := range 3 {
		searching.Go(func() {
			order := []nashra.SearchOrder{nashra.SearchNewest, nashra.SearchBest}[i%2]
			for {
				select {
				case <-done:
					return
				default:
				}
				f, err := a.index.Search(t.Context(), nashra.Search{Text: "القاهرة", Order: order, Limit: 100})
				if err != nil {
					t.Error(err)
					return
				}
				if len(f.Hits) < 26 && !f.Behind {
					t.Errorf("found %d", len(f.Hits))
					return
				}
			}
		})
	}
	for n := 100; n < 112; n++ {
		a.fetch("ahram", article(n, fmt.Sprint("خبر ", n), "القاهرة"), article(3, "خبر 3", fmt.Sprint("القاهرة ", n)))
		a.check(a.index.CatchUp(t.Context()))
		if n == 106 {
			for _, file := range a.files() {
				a.check(os.Truncate(file, 10))
			}
		}
	}
	close(done)
	searching.Wait()
	a.find(nashra.Search{Text: "القاهرة"})
	if got := len(pages(a, nashra.Search{Text: "القاهرة", Limit: 100})); got != 26+12 {
		t.Errorf("found %d in the end", got)
	}
}

func TestAFolderThatCannotBeUsedIsAnErrorOfItsOwn(t *testing.T) {
	s, err := store.Open(filepath.Join(t.TempDir(), "nashra.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := search.Open(file, s, nil); err == nil || !strings.HasPrefix(err.Error(), "open the search index: ") {
		t.Errorf("a file in place of the folder: %v", err)
	}
}

func TestWhatIsTooLongOrWrongIsSaid(t *testing.T) {
	a := newArchive(t)
	for name, q := range map[string]nashra.Search{
		"characters": {Text: strings.Repeat("ا", 201), Limit: 1}, "words": {Text: strings.Repeat("ا ", 13), Limit: 1},
		"no limit": {Text: "ا"}, "a large limit": {Text: "ا", Limit: 101}, "an order": {Text: "ا", Limit: 1, Order: "oldest"}, "a token": {Text: "ا", Limit: 1, After: "x"},
	} {
		if _, err := a.index.Search(t.Context(), q); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	some(a)
	f := a.find(nashra.Search{Text: "القاهرة", Limit: 1})
	if _, err := a.index.Search(t.Context(), nashra.Search{Text: "كلمة7", Limit: 1, After: f.Next}); err == nil {
		t.Error("a token of another search is taken")
	}
}

func FuzzSearchFindsWhatItShows(f *testing.F) {
	for _, s := range []string{`"رئيس الوزراء"`, "«", `" "" «»`, "وزير -القاهرة OR", "\xff", "ﷺ \u0640", "الكتاب وبالكتاب", "\x01ahram", strings.Repeat("و", 200)} {
		f.Add(s)
	}
	a := newArchive(f)
	a.fetch("ahram", article(1, "رئيس الوزراء", "في القاهرة ﷺ والكتاب <b>و</b>بالكتاب"), article(2, "وزير", "Google ٢٠٢٦ "+strings.Repeat("ووو ", 9)))
	a.check(a.index.CatchUp(f.Context()))
	f.Fuzz(func(t *testing.T, text string) {
		for _, order := range []nashra.SearchOrder{nashra.SearchNewest, nashra.SearchBest} {
			found, err := a.index.Search(context.Background(), nashra.Search{Text: text, Order: order, Limit: 10})
			if err != nil {
				continue
			}
			for _, h := range found.Hits {
				var title strings.Builder
				anything := false
				for _, p := range h.Title {
					title.WriteString(p.Text)
					anything = anything || p.Marked
				}
				for _, p := range h.Snippet {
					anything = anything || p.Marked
				}
				if title.String() != h.Article.Title || !anything {
					t.Errorf("%q finds %q with %v and %v", text, h.Article.Title, h.Title, h.Snippet)
				}
			}
		}
	})
}
