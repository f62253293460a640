package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// manyArticles whose bodies are on their pages, the oldest first.
func manyArticles(n int) []article {
	var list []article
	for i := range n {
		a := articles("delta")[0]
		a.slug, a.title = "delta-"+string(rune('a'+i)), "افتتاح الفرع "+string(rune('أ'+i))
		a.published = may.Add(time.Duration(i) * time.Minute)
		list = append(list, a)
	}
	return list
}

// pagesDesk has one source, whose pages may take longer than the test.
func pagesDesk(t *testing.T, p *partner) *desk {
	t.Helper()
	d := newDesk(t, "  - {id: delta, name: بوابة الدلتا, feed: "+p.URL+"/feed}\n")
	config, err := os.ReadFile(filepath.Join(d.folder, "config.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	d.write(t, "config.yaml", strings.Replace(string(config), "timeout: 5s", "timeout: 60s", 1))
	return d
}

func TestProcessesOfCronRememberPagesAndRobots(t *testing.T) {
	p := newPartner(t, "atom", manyArticles(3)...)
	d := pagesDesk(t, p)
	expectFetch(t, fetched(t, d.must(t, "fetch", "delta", "--json"))["delta"], "ok", 200, 3, 0, 0)
	p.edit("delta-a", func(a *article) { a.published = a.published.Add(time.Second) })
	expectFetch(t, fetched(t, d.must(t, "fetch", "delta", "--json"))["delta"], "ok", 200, 0, 1, 2)
	if n, _ := p.asked("/robots.txt"); n != 1 {
		t.Errorf("robots.txt was asked for %d times by two processes, want 1", n)
	}
	if asked, same := p.asked("/news/delta-a.html"); asked != 2 || same != 1 {
		t.Errorf("the page of the changed entry was asked for %d times and unchanged %d times, want 2 and 1", asked, same)
	}
	if n, _ := p.asked("/news/delta-b.html"); n != 1 {
		t.Errorf("the page of an unchanged entry was asked for %d times, want 1", n)
	}
}

// TestInterruptedFetchKeepsWhatItFinished: a page that hangs holds no process
// that is asked to end.
func TestInterruptedFetchKeepsWhatItFinished(t *testing.T) {
	for _, signal := range []os.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			p := newPartner(t, "atom", manyArticles(12)...)
			reached := p.hang("delta-k") // in the second handful
			d := pagesDesk(t, p)
			cycle := d.start(t, "fetch")
			<-reached
			began := time.Now()
			if err := cycle.cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			<-cycle.done
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("it took %s to end, at most 5 s are promised", took)
			}
			if status := cycle.cmd.ProcessState.ExitCode(); status != 130 {
				t.Errorf("exit status %d, want 130\n%s", status, cycle.stderr)
			}
			if n := len(items(t, d)); n < 8 || n > 11 {
				t.Errorf("%d items after the interruption, want those that were finished", n)
			}
			p.heal()
			d.must(t, "fetch", "delta")
			if n := len(items(t, d)); n != 12 {
				t.Errorf("%d items after the next cycle, want 12", n)
			}
		})
	}
}

// TestOwedPagesOutliveAKill: also when the feed says that nothing changed.
func TestOwedPagesOutliveAKill(t *testing.T) {
	p := newPartner(t, "atom", manyArticles(12)...)
	d := pagesDesk(t, p)
	p.breakPages()
	expectFetch(t, fetched(t, d.must(t, "fetch", "delta", "--json"))["delta"], "ok", 200, 0, 0, 0)
	p.heal()
	reached := p.hang("delta-k")
	cycle := d.start(t, "fetch", "delta")
	<-reached
	if err := cycle.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-cycle.done
	p.heal()
	d.must(t, "fetch", "delta")
	if _, n := p.asked("/feed"); n != 2 {
		t.Errorf("the feed was unchanged %d times, want twice", n)
	}
	list := items(t, d)
	if len(list) != 12 {
		t.Errorf("%d items, want 12", len(list))
	}
	if dump := d.must(t, "dump"); strings.Count(dump, `"method":"feed"`) > 0 || strings.Contains(dump, `"owed"`) {
		t.Errorf("some page was not read:\n%s", dump)
	}
}
