package main_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// TestKilledCycleLeavesNoHalfOne kills real cycles at many moments. Whatever
// was acknowledged is there afterwards, and the next cycle makes the rest
// whole.
func TestKilledCycleLeavesNoHalfOne(t *testing.T) {
	const rounds = 25
	var many []article
	for i := range 40 {
		a := articles(fmt.Sprintf("fikra-%d", i))[0]
		a.title = fmt.Sprintf("افتتاح الفرع رقم %d", i)
		a.published = may.Add(time.Duration(i) * time.Minute)
		many = append(many, a)
	}
	p := newPartner(t, "atom", many...) // bodies come from pages: a cycle has many steps
	d := newDesk(t, "  - {id: fikrafann, name: جريدة فكرة فن, feed: "+p.URL+"/feed}\n")
	whole := duration(func() { d.must(t, "fetch", "fikrafann") })
	acknowledged := 0
	for round := range rounds {
		for _, a := range many {
			p.edit(a.slug, func(a *article) {
				a.paragraphs[0] = fmt.Sprintf("%s وهذه الطبعة رقم %d.", articles("x")[0].paragraphs[0], round)
				a.title = fmt.Sprintf("%s (الطبعة %d)", strings.SplitN(a.title, " (", 2)[0], round)
			})
		}
		cmd := d.command(t.Context(), "fetch", "fikrafann", "--json")
		out := &lockedBuffer{}
		cmd.Stdout = out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		kill := time.AfterFunc(time.Duration(rand.Int64N(int64(whole*5/4))), func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait() // killed or not
		kill.Stop()
		if strings.Contains(out.String(), `"outcome":"ok"`) {
			acknowledged++
			if n := len(items(t, d)); n != len(many) {
				t.Fatalf("round %d: an acknowledged cycle left %d items, want %d", round, n, len(many))
			}
		}
		expectNoHalfArticle(t, d.must(t, "dump"))
	}
	t.Logf("%d of %d cycles were acknowledged before the kill", acknowledged, rounds)
	if acknowledged == rounds {
		t.Error("no cycle was killed")
	}
	last := d.must(t, "fetch", "fikrafann", "--json")
	_ = fetched(t, last)
	got := items(t, d)
	if len(got) != len(many) {
		t.Fatalf("%d items, want %d", len(got), len(many))
	}
	for _, item := range got {
		if !strings.HasSuffix(item.Title, fmt.Sprintf("(الطبعة %d)", rounds-1)) {
			t.Errorf("%q is not the last revision", item.Title)
		}
	}
}

// expectNoHalfArticle checks that each title is of the same edition as its body.
func expectNoHalfArticle(t *testing.T, dump string) {
	t.Helper()
	for line := range strings.Lines(dump) {
		var record struct{ Article struct{ Title, HTML string } }
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatal(err)
		}
		_, edition, ok := strings.Cut(strings.TrimSuffix(record.Article.Title, ")"), "(الطبعة ")
		if ok && !strings.Contains(record.Article.HTML, "وهذه الطبعة رقم "+edition+".") {
			t.Errorf("half an article: %q with the body %q", record.Article.Title, record.Article.HTML)
		}
	}
}

func duration(f func()) time.Duration {
	began := time.Now()
	f()
	return time.Since(began)
}

type item struct {
	ID, Source, Title, Link string
	Hidden                  bool
}

func items(t *testing.T, d *desk) []item {
	t.Helper()
	var list []item
	for line := range strings.Lines(d.must(t, "items", "--limit", "1000", "--json")) {
		var i item
		if err := json.Unmarshal([]byte(line), &i); err != nil {
			t.Fatal(err)
		}
		list = append(list, i)
	}
	return list
}
