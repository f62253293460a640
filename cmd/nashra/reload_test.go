package main_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
)

// get gives what the site answers, for the admin user.
func (d *desk) get(t *testing.T, path string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+d.listen+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth("admin", password)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.Status + "\n" + string(body)
}

func (d *desk) replace(t *testing.T, old, with string) {
	t.Helper()
	text := d.read(t, "config.yaml")
	if !strings.Contains(text, old) {
		t.Fatalf("config.yaml holds no %q", old)
	}
	d.write(t, "config.yaml", strings.Replace(text, old, with, 1))
}

func TestReloadBringsTheWholeConfigurationIntoForce(t *testing.T) {
	rss, delta := newPartner(t, "rss", articles("fikra")...), newPartner(t, "rss", articles("delta")...)
	d := newDesk(t, fmt.Sprintf("  - {id: fikrafann, name: جريدة فكرة فن, feed: %s/feed}\n", rss.URL))
	server := d.serve(t)
	waitFor(t, "the first source", func() bool { return strings.Contains(d.get(t, "/feed.xml"), "fikra-1") })

	d.replace(t, "name: مصر اليوم", "name: مصر الغد")
	d.replace(t, "name: جريدة فكرة فن", "name: فكرة جديدة")
	d.replace(t, "timezone: Africa/Cairo", "timezone: Africa/Cairo\n  disclaimer: \"نقلها {{.Site}} عن {{.Source}}\"")
	d.write(t, "config.yaml", d.read(t, "config.yaml")+fmt.Sprintf("  - {id: delta, name: دلتا, feed: %s/feed}\n", delta.URL))
	warned := d.nashra(t, "items")
	if !strings.Contains(warned.stderr, "`nashra reload`") {
		t.Errorf("another configuration: stderr %q; want the command that helps", warned.stderr)
	}
	if out := d.must(t, "reload"); !strings.Contains(out, fmt.Sprint(server.cmd.Process.Pid)) {
		t.Errorf("reload printed %q", out)
	}
	if r := d.nashra(t, "items"); r.stderr != "" {
		t.Errorf("after the reload: stderr %q", r.stderr)
	}
	feed := d.get(t, "/feed.xml")
	for _, want := range []string{"<title>مصر الغد</title>", "نقلها مصر الغد عن فكرة جديدة"} {
		if !strings.Contains(feed, want) {
			t.Errorf("the feed does not say %q at once:\n%s", want, feed)
		}
	}
	waitFor(t, "the new source, by the scheduler", func() bool { return strings.Contains(d.get(t, "/feed.xml"), "delta-1") })

	// A hangup does the same.
	d.replace(t, fmt.Sprintf("  - {id: fikrafann, name: فكرة جديدة, feed: %s/feed}\n", rss.URL), "")
	if err := server.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the source to be retired", func() bool { return strings.Contains(d.must(t, "sources"), "retired") })
	if !strings.Contains(d.get(t, "/feed.xml"), "fikra-1") {
		t.Error("what a retired source brought is gone")
	}
	server.stop(t)
}

func TestAfterAReloadNoCacheIsToldThatNothingChanged(t *testing.T) {
	rss := newPartner(t, "rss", articles("fikra")...)
	d := newDesk(t, fmt.Sprintf("  - {id: fikrafann, name: جريدة فكرة فن, feed: %s/feed}\n", rss.URL))
	d.must(t, "fetch")
	server := d.serve(t, "--no-schedule")
	defer server.stop(t)
	ask := func(name, value string) *http.Response {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+d.listen+"/feed.xml", nil)
		if err != nil {
			t.Fatal(err)
		}
		if value != "" {
			req.Header.Set(name, value)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp
	}
	before := ask("", "").Header
	d.replace(t, "name: مصر اليوم", "name: مصر الغد")
	d.must(t, "reload")
	// Often within the second in which the first version was rendered.
	for name, value := range map[string]string{"If-Modified-Since": before.Get("Last-Modified"), "If-None-Match": before.Get("ETag")} {
		if status := ask(name, value).StatusCode; value == "" || status != http.StatusOK {
			t.Errorf("%s: %q after the reload: status %d, want 200", name, value, status)
		}
	}
}

func TestABadReloadChangesNothingAndSaysWhy(t *testing.T) {
	rss := newPartner(t, "rss", articles("fikra")...)
	d := newDesk(t, fmt.Sprintf("  - {id: fikrafann, name: جريدة فكرة فن, feed: %s/feed}\n", rss.URL))
	d.must(t, "fetch")
	good := d.read(t, "config.yaml")
	server := d.serve(t, "--no-schedule")
	before := d.get(t, "/feed.xml")

	d.replace(t, "every: 15m", "every: 15")
	d.replace(t, "timeout: 5s", "timeuot: 5s")
	r := d.nashra(t, "reload")
	if r.status != 1 || r.stdout != "" || strings.Count(r.stderr, "\n") != 2 || !strings.Contains(r.stderr, "config.yaml:9: fetch.every") || !strings.Contains(r.stderr, "config.yaml:10: fetch.timeuot") {
		t.Errorf("two problems: exit status %d, stdout %q, stderr %q", r.status, r.stdout, r.stderr)
	}
	if err := server.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the log to name both problems", func() bool {
		log := server.stderr.String()
		return strings.Contains(log, "fetch.every") && strings.Contains(log, "fetch.timeuot")
	})
	d.write(t, "config.yaml", strings.Replace(good, "listen: "+d.listen, "listen: 127.0.0.1:1", 1))
	if r := d.nashra(t, "reload"); r.status != 1 || !strings.Contains(r.stderr, "cannot change listen from "+d.listen) || !strings.Contains(r.stderr, "restart") {
		t.Errorf("another listen: exit status %d, stderr %q", r.status, r.stderr)
	}
	d.write(t, "config.yaml", strings.Replace(good, "nashra.db", "other.db", 1))
	if r := d.nashra(t, "reload"); r.status != 1 || !strings.Contains(r.stderr, "restart") {
		t.Errorf("another store: exit status %d, stderr %q", r.status, r.stderr)
	}
	d.write(t, "config.yaml", good)
	d.must(t, "reload")
	if after := d.get(t, "/feed.xml"); after != before {
		t.Errorf("the feed has changed:\n%s\nbecame\n%s", before, after)
	}
	server.stop(t)
	if r := d.nashra(t, "reload"); r.status != 1 || !strings.Contains(r.stderr, "no nashra serve") {
		t.Errorf("nobody serves: exit status %d, stderr %q", r.status, r.stderr)
	}
}

func TestReloadLeavesCyclesInFlightAlone(t *testing.T) {
	slow := newPartner(t, "rss", articles("fikra")...)
	asked, release := make(chan struct{}, 1), make(chan struct{})
	slow.fail(func(w http.ResponseWriter, _ *http.Request) {
		asked <- struct{}{}
		<-release
		body, kind := slow.feed()
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(body) // else the test fails by itself
	})
	d := newDesk(t, fmt.Sprintf("  - {id: slow, name: موقع بطيء, feed: %s/feed}\n  - {id: other, name: آخر, feed: http://127.0.0.1:1/}\n", slow.URL))
	server := d.serve(t)
	<-asked
	d.must(t, "sources", "remove", "slow")
	d.must(t, "reload")
	close(release)
	waitFor(t, "the items of the removed source", func() bool { return len(items(t, d)) == 3 })
	server.stop(t)
}

func TestReloadOfAOneShotCommandSaysThatItEnds(t *testing.T) {
	slow := newPartner(t, "rss")
	asked := make(chan struct{}, 1)
	slow.fail(func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-r.Context().Done()
	})
	d := newDesk(t, fmt.Sprintf("  - {id: slow, name: موقع بطيء, feed: %s/feed}\n", slow.URL))
	cron := d.start(t, "fetch")
	<-asked
	if r := d.nashra(t, "reload"); r.status != 1 || !strings.Contains(r.stderr, fmt.Sprintf("process %d has the store for one command", cron.cmd.Process.Pid)) {
		t.Errorf("exit status %d, stderr %q", r.status, r.stderr)
	}
}
