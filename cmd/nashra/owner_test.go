package main_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestCommandsPrintTheSameWhetherServeRunsOrNot(t *testing.T) {
	rss := newPartner(t, "rss", articles("fikra")...)
	d := newDesk(t, "  - {id: fikrafann, name: جريدة فكرة فن, feed: "+rss.URL+"/feed}\n")
	d.must(t, "fetch")
	first := items(t, d)[0].ID
	commands := [][]string{
		{"items"}, {"items", "--json"}, {"items", "show", first}, {"items", "show", first, "--json"},
		{"sources"}, {"sources", "--json"}, {"dump"}, {"items", "--source", "nobody"}, {"items", "show", "nothing"},
		{"check"},
	}
	alone := make([]result, len(commands))
	for i, args := range commands {
		alone[i] = d.nashra(t, args...)
	}
	server := d.serve(t, "--no-schedule")
	for i, args := range commands {
		if got := d.nashra(t, args...); got != alone[i] {
			t.Errorf("nashra %q\n   alone %+v\nbeside serve %+v", args, alone[i], got)
		}
	}
	d.must(t, "backup", "copy.db")
	server.stop(t)
	d.must(t, "backup", "copy2.db")
	for _, name := range []string{"copy.db", "copy2.db"} {
		restored := &desk{folder: d.folder, listen: d.listen, env: d.env}
		text, err := os.ReadFile(filepath.Join(d.folder, "config.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		restored.write(t, "config.yaml", strings.Replace(string(text), "data/nashra.db", name, 1))
		if got := restored.must(t, "dump"); got != alone[6].stdout {
			t.Errorf("%s opens to another content", name)
		}
		restored.write(t, "config.yaml", string(text))
	}
}

func TestSecondServeNamesTheFirst(t *testing.T) {
	rss := newPartner(t, "rss", articles("fikra")...)
	d := newDesk(t, "  - {id: fikrafann, name: جريدة فكرة فن, feed: "+rss.URL+"/feed}\n")
	server := d.serve(t, "--no-schedule")
	defer server.stop(t)
	began := time.Now()
	r := d.nashra(t, "serve")
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the second serve took %s to give up, at most 5 s are promised", took)
	}
	if r.status != 1 || !strings.Contains(r.stderr, fmt.Sprint(server.cmd.Process.Pid)) {
		t.Errorf("exit status %d, stderr %q; want 1 and the pid %d", r.status, r.stderr, server.cmd.Process.Pid)
	}
}

func TestNothingWaitsForAnOwnerThatHangs(t *testing.T) {
	rss := newPartner(t, "rss", articles("fikra")...)
	d := newDesk(t, "  - {id: fikrafann, name: جريدة فكرة فن, feed: "+rss.URL+"/feed}\n")
	server := d.serve(t, "--no-schedule")
	if err := server.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	for command, limit := range map[string]time.Duration{"sources": 12 * time.Second, "serve": 6 * time.Second} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			r := d.nashra(t, command)
			if took := time.Since(began); took > limit {
				t.Errorf("gave up after %s, at most %s are promised", took, limit)
			}
			if r.status != 1 || !strings.Contains(r.stderr, fmt.Sprint(server.cmd.Process.Pid)) {
				t.Errorf("exit status %d, stderr %q; want 1 and the pid %d", r.status, r.stderr, server.cmd.Process.Pid)
			}
		})
	}
}

func TestServeWaitsForACycleOfCron(t *testing.T) {
	rss := newPartner(t, "rss", articles("fikra")...)
	asked, release := make(chan struct{}, 1), make(chan struct{})
	rss.fail(func(w http.ResponseWriter, _ *http.Request) {
		asked <- struct{}{}
		<-release
		w.WriteHeader(http.StatusInternalServerError)
	})
	d := newDesk(t, "  - {id: fikrafann, name: جريدة فكرة فن, feed: "+rss.URL+"/feed}\n")
	cron := d.start(t, "fetch")
	<-asked
	server := d.start(t, "serve", "--no-schedule")
	// A third command is answered by the cycle's process in the meantime.
	d.must(t, "sources")
	select {
	case err := <-server.done:
		t.Fatalf("serve ended (%v) while cron's cycle ran: %s", err, server.stderr)
	default:
	}
	close(release)
	<-cron.done
	waitFor(t, "serve to answer", func() bool {
		resp, err := http.Get("http://" + d.listen + "/healthz")
		if err == nil {
			resp.Body.Close()
		}
		return err == nil
	})
	server.stop(t)
}

func TestFetchGoesOnWhenTheOwnerEnds(t *testing.T) {
	for name, end := range map[string]os.Signal{"stopped": syscall.SIGTERM, "killed": syscall.SIGKILL} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			quick := newPartner(t, "rss", articles("fikra")...)
			slow := newPartner(t, "rss", articles("delta")...)
			asked := make(chan struct{})
			again := false
			slow.fail(func(w http.ResponseWriter, r *http.Request) {
				if again {
					body, kind := slow.feed()
					w.Header().Set("Content-Type", kind)
					_, _ = w.Write(body) // else the test fails by itself
					return
				}
				again = true
				close(asked)
				<-r.Context().Done()
			})
			d := newDesk(t, fmt.Sprintf("  - {id: quick, name: جريدة فكرة فن, feed: %s/feed}\n  - {id: slow, name: موقع بطيء, feed: %s/feed}\n", quick.URL, slow.URL))
			server := d.serve(t, "--no-schedule")
			cron := make(chan result, 1)
			go func() { cron <- d.nashra(t, "fetch", "--all", "--json") }()
			<-asked
			if err := server.cmd.Process.Signal(end); err != nil {
				t.Fatal(err)
			}
			r := <-cron
			lines := fetched(t, r.stdout)
			if r.status != 0 || r.stderr != "" || len(lines) != 2 || strings.Count(r.stdout, "\n") != 2 {
				t.Errorf("exit status %d, stdout %q, stderr %q; want both sources once", r.status, r.stdout, r.stderr)
			}
			if n := len(items(t, d)); n != 6 {
				t.Errorf("%d items, want 6", n)
			}
		})
	}
}

func TestSignalEndsACycleAndKeepsWhatIsFinished(t *testing.T) {
	slow := newPartner(t, "rss")
	asked := make(chan struct{}, 1)
	slow.fail(func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-r.Context().Done()
	})
	quick := newPartner(t, "rss", articles("fikra")...)
	d := newDesk(t, fmt.Sprintf("  - {id: quick, name: جريدة فكرة فن, feed: %s/feed}\n  - {id: slow, name: موقع بطيء, feed: %s/feed}\n", quick.URL, slow.URL))
	cycle := d.start(t, "fetch")
	<-asked
	waitFor(t, "the quick source", func() bool { return len(items(t, d)) == 3 })
	began := time.Now()
	cycle.stop(t)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the cycle took %s to end", took)
	}
	if status := cycle.cmd.ProcessState.ExitCode(); status != 130 {
		t.Errorf("exit status %d, want 130", status)
	}
	if n := len(items(t, d)); n != 3 {
		t.Errorf("%d items after the interruption, want the 3 of the quick source", n)
	}
}
