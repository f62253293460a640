package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"nashra"
	"nashra/fetcher"
	"nashra/internal/ingest"
	"nashra/store"
)

// fakeSite stands in for the network: the feeds and pages of partners.
type fakeSite struct {
	mu    sync.Mutex
	feed  func(sub nashra.Subscription, last nashra.Validators) (fetcher.Feed, error)
	page  func(link string) (fetcher.Page, error)
	asked []time.Time
	pages int
}

func (f *fakeSite) Feed(_ context.Context, sub nashra.Subscription, last nashra.Validators) (fetcher.Feed, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, time.Now())
	return f.feed(sub, last)
}

func (f *fakeSite) Page(_ context.Context, _ nashra.Subscription, link string) (fetcher.Page, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pages++
	return f.page(link)
}

func subscription(id string) nashra.Subscription {
	return nashra.Subscription{
		Source:  nashra.Source{ID: id, Partner: id, Name: "جريدة " + id, Feed: "https://" + id + ".example/feed", Language: "ar", Timezone: "Africa/Cairo"},
		Every:   15 * time.Minute,
		Content: nashra.ContentAuto,
		Limit:   50,
		Robots:  nashra.RobotsObey,
		Zone:    time.UTC,
	}
}

func open(t *testing.T, site *fakeSite, subs ...nashra.Subscription) (*ingest.Ingester, *store.Store) {
	t.Helper()
	s, err := store.Open(filepath.Join(t.TempDir(), "nashra.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	g, err := ingest.New(ingest.Config{Subscriptions: subs, Store: s, Fetcher: site})
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Announce(t.Context()); err != nil {
		t.Fatal(err)
	}
	return g, s
}

// fetch runs a cycle over one source by name.
func fetch(t *testing.T, g *ingest.Ingester, id string) nashra.Fetch {
	t.Helper()
	var got []nashra.Fetch
	if err := g.Cycle(t.Context(), nashra.Selection{Sources: []string{id}}, func(f nashra.Fetch) { got = append(got, f) }); err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 {
		t.Fatalf("%d outcomes", len(got))
	}
	return got[0]
}

func counts(f nashra.Fetch) string {
	return fmt.Sprintf("%s new %d updated %d unchanged %d", f.Outcome, f.New, f.Updated, f.Unchanged)
}

const paragraph = "<p>أعلنت هيئة المكتبات العامة افتتاح فرعها الجديد في المدينة القديمة، بعد أعمال ترميم استمرت عامين وشملت القاعات والمخازن والواجهة الحجرية.</p>"

// entry with a whole body; text makes it differ.
func entry(n int, text string) nashra.Entry {
	return nashra.Entry{
		GUID: fmt.Sprint(n), Link: fmt.Sprintf("https://a.example/news/%d", n), Title: fmt.Sprintf("الخبر رقم %d", n),
		Body:      strings.Repeat(paragraph, 3) + "<p>" + text + "</p>",
		Published: time.Date(2025, 5, 3, 9, n, 0, 0, time.UTC),
		Hash:      nashra.HashOf(fmt.Sprint(n), text),
	}
}

// teaser is an entry whose body is on its page.
func teaser(n int) nashra.Entry {
	e := entry(n, "")
	e.Body, e.Summary = "", "أعلنت هيئة المكتبات العامة افتتاح فرعها الجديد…"
	return e
}

func TestChangeIsJudgedByWhatThePartnerSent(t *testing.T) {
	entries := []nashra.Entry{entry(2, "الأول"), entry(1, "الثاني")}
	site := &fakeSite{feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
		return fetcher.Feed{Status: 200, Entries: entries}, nil
	}}
	g, _ := open(t, site, subscription("a"))
	for _, step := range []struct {
		name, want string
		change     func()
	}{
		{"first cycle", "ok new 2 updated 0 unchanged 0", func() {}},
		{"the same again", "ok new 0 updated 0 unchanged 2", func() {}},
		{"a correction", "ok new 0 updated 1 unchanged 1", func() { entries[1] = entry(1, "الثاني بعد تصحيحه") }},
		{"a new guid for a known link", "ok new 0 updated 1 unchanged 1", func() {
			entries[0].GUID, entries[0].Hash = "tag:2", nashra.HashOf("other")
		}},
		{"the feed shrinks", "ok new 0 updated 0 unchanged 1", func() { entries = entries[:1] }},
	} {
		step.change()
		if got := counts(fetch(t, g, "a")); got != step.want {
			t.Errorf("%s: got %s, want %s", step.name, got, step.want)
		}
	}
}

func TestEntryTwiceInAFeedIsOneArticle(t *testing.T) {
	site := &fakeSite{feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
		return fetcher.Feed{Status: 200, Entries: []nashra.Entry{entry(1, "الطبعة الأخيرة"), entry(1, "الطبعة الأولى")}}, nil
	}}
	g, _ := open(t, site, subscription("a"))
	for i, want := range []string{"ok new 1 updated 0 unchanged 0", "ok new 0 updated 0 unchanged 1"} {
		if got := counts(fetch(t, g, "a")); got != want {
			t.Errorf("cycle %d: got %s, want %s", i+1, got, want)
		}
	}
}

func TestRepeatedGUIDsAreNotTrusted(t *testing.T) {
	var entries []nashra.Entry
	for n := range 3 {
		e := entry(n, "متن")
		e.GUID = "0"
		entries = append(entries, e)
	}
	site := &fakeSite{feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
		return fetcher.Feed{Status: 200, Entries: entries}, nil
	}}
	g, _ := open(t, site, subscription("a"))
	if got, want := counts(fetch(t, g, "a")), "ok new 3 updated 0 unchanged 0"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	entries = entries[:1] // alone in the feed the guid looks honest again
	entries[0].Link += "9"
	entries[0].Hash = nashra.HashOf("new link")
	if got, want := counts(fetch(t, g, "a")), "ok new 1 updated 0 unchanged 0"; got != want {
		t.Errorf("later: got %s, want %s", got, want)
	}
}

func TestDurationAndDueTimeFollowTheClockThatJumpedBack(t *testing.T) {
	now := time.Date(2025, 5, 3, 12, 0, 0, 0, time.UTC)
	site := &fakeSite{feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
		return fetcher.Feed{Status: 200}, nil
	}}
	s, err := store.Open(filepath.Join(t.TempDir(), "nashra.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	g, err := ingest.New(ingest.Config{
		Subscriptions: []nashra.Subscription{subscription("a")}, Store: s, Fetcher: site, Now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Announce(t.Context()); err != nil {
		t.Fatal(err)
	}
	fetch(t, g, "a")
	now = now.Add(-3 * time.Hour)
	if f := fetch(t, g, "a"); f.Duration < 0 || f.NextDue.Sub(now) > 30*time.Minute {
		t.Errorf("took %s, next due %s after the fetch", f.Duration, f.NextDue.Sub(now))
	}
}

func TestBrokenTransferAppliesItsWholeItems(t *testing.T) {
	site := &fakeSite{feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
		return fetcher.Feed{Status: 200, Validators: nashra.Validators{ETag: `"half"`}, Entries: []nashra.Entry{entry(1, "متن")}}, errors.New("transfer cut short")
	}}
	g, s := open(t, site, subscription("a"))
	if got := counts(fetch(t, g, "a")); got != "failed new 1 updated 0 unchanged 0" {
		t.Errorf("got %s", got)
	}
	status, err := s.Source(t.Context(), "a")
	if err != nil || status.State.Validators.ETag != "" {
		t.Errorf("validators of a broken transfer were kept: %+v, %v", status.State.Validators, err)
	}
}

func TestLimitTakesTheNewestByDate(t *testing.T) {
	undated := func(n int) nashra.Entry {
		e := entry(n, "متن")
		e.Published = time.Time{}
		return e
	}
	dated := func(n int) nashra.Entry { return entry(n, "متن") }
	tests := []struct {
		name    string
		entries []nashra.Entry
		want    []int
	}{
		{"not in order", []nashra.Entry{dated(3), dated(9), dated(1), dated(7)}, []int{9, 7}},
		{"no dates: the feed's order", []nashra.Entry{undated(1), undated(2), undated(3)}, []int{1, 2}},
		{"an undated one stands with the one before it", []nashra.Entry{dated(9), undated(1), dated(7)}, []int{9, 1}},
		{"at the head with the one after it", []nashra.Entry{undated(1), dated(9), dated(7)}, []int{1, 9}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			site := &fakeSite{feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
				return fetcher.Feed{Status: 200, Entries: tt.entries}, nil
			}}
			sub := subscription("a")
			sub.Limit = 2
			g, s := open(t, site, sub)
			fetch(t, g, "a")
			page, err := s.Articles(t.Context(), nashra.Query{Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			got, want := map[string]bool{}, map[string]bool{}
			for _, r := range page.Records {
				got[r.Article.Title] = true
			}
			for _, n := range tt.want {
				want[fmt.Sprintf("الخبر رقم %d", n)] = true
			}
			if !maps.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestOutcomes(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want nashra.Outcome
	}{
		{"a server error", &fetcher.StatusError{Status: 500}, nashra.OutcomeFailed},
		{"forbidden", &fetcher.StatusError{Status: 403}, nashra.OutcomeFailed},
		{"gone", &fetcher.StatusError{Status: http.StatusGone}, nashra.OutcomeGone},
		{"too many requests", &fetcher.StatusError{Status: 429}, nashra.OutcomeThrottled},
		{"busy until", &fetcher.StatusError{Status: 503, RetryAfter: time.Now().Add(time.Hour)}, nashra.OutcomeThrottled},
		{"busy", &fetcher.StatusError{Status: 503}, nashra.OutcomeFailed},
		{"no feed", nashra.ErrNotFeed, nashra.OutcomeFailed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			site := &fakeSite{feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) { return fetcher.Feed{}, tt.err }}
			g, _ := open(t, site, subscription("a"))
			got := fetch(t, g, "a")
			if got.Outcome != tt.want || got.Error == "" {
				t.Errorf("got %s (%q), want %s", got.Outcome, got.Error, tt.want)
			}
		})
	}
}

func TestRetryAfterIsLeftAloneUnlessNamed(t *testing.T) {
	site := &fakeSite{feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
		return fetcher.Feed{}, &fetcher.StatusError{Status: 429, RetryAfter: time.Now().Add(time.Hour)}
	}}
	g, _ := open(t, site, subscription("a"))
	fetch(t, g, "a")
	var all []nashra.Fetch
	if err := g.Cycle(t.Context(), nashra.Selection{All: true}, func(f nashra.Fetch) { all = append(all, f) }); err != nil {
		t.Fatal(err)
	}
	if len(all) != 1 || all[0].Outcome != nashra.OutcomeThrottled || len(site.asked) != 1 {
		t.Errorf("--all: %+v, asked %d times", all, len(site.asked))
	}
	fetch(t, g, "a")
	if len(site.asked) != 2 {
		t.Errorf("a named source was asked %d times, want 2", len(site.asked))
	}
}

func TestUnknownSourceIsAnError(t *testing.T) {
	g, _ := open(t, &fakeSite{}, subscription("a"))
	err := g.Cycle(t.Context(), nashra.Selection{Sources: []string{"nobody"}}, func(nashra.Fetch) {})
	if !errors.Is(err, nashra.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestStoredRecordHoldsNoCredentials(t *testing.T) {
	sub := subscription("a")
	sub.Feed = "https://desk:secret@a.example/feed"
	_, s := open(t, &fakeSite{}, sub)
	status, err := s.Source(t.Context(), "a")
	if want := "https://a.example/feed"; err != nil || status.Source.Feed != want {
		t.Errorf("got %q, %v, want %q", status.Source.Feed, err, want)
	}
}

func TestSourceGoneFromTheConfigurationIsRetired(t *testing.T) {
	site := &fakeSite{feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
		return fetcher.Feed{Status: 200, Entries: []nashra.Entry{entry(1, "متن")}}, nil
	}}
	g, s := open(t, site, subscription("a"), subscription("b"))
	fetch(t, g, "a")
	without, err := ingest.New(ingest.Config{Subscriptions: []nashra.Subscription{subscription("b")}, Store: s, Fetcher: site})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time there is nothing to write
		if err := without.Announce(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	a, err := s.Source(t.Context(), "a")
	if err != nil || !a.Source.Retired || a.Items != 1 {
		t.Errorf("got %+v, %v; want retired, with its item", a, err)
	}
	if err := g.Announce(t.Context()); err != nil {
		t.Fatal(err)
	}
	if a, err = s.Source(t.Context(), "a"); err != nil || a.Source.Retired {
		t.Errorf("back in the configuration: %+v, %v", a, err)
	}
}

func TestSchedulerKeepsTurnsAndBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failing := false
		site := &fakeSite{feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
			if failing {
				return fetcher.Feed{}, errors.New("connection refused")
			}
			return fetcher.Feed{Status: 200, Entries: []nashra.Entry{entry(1, "متن")}}, nil
		}}
		g, s := open(t, site, subscription("a"))
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- g.Run(ctx) }()

		time.Sleep(61 * time.Minute) // of the bubble's clock
		synctest.Wait()
		if n := len(site.asked); n != 5 {
			t.Errorf("asked %d times in the first hour, want 5", n)
		}
		for i := 1; i < len(site.asked); i++ {
			if gap := site.asked[i].Sub(site.asked[i-1]); gap != 15*time.Minute {
				t.Errorf("turn %d came after %s", i, gap)
			}
		}
		site.mu.Lock()
		failing, site.asked = true, nil
		site.mu.Unlock()
		time.Sleep(48 * time.Hour)
		synctest.Wait()
		for i := 2; i < len(site.asked); i++ {
			if gap, before := site.asked[i].Sub(site.asked[i-1]), site.asked[i-1].Sub(site.asked[i-2]); gap < before && gap < 24*time.Hour {
				t.Errorf("failure %d was tried again after %s, the one before after %s", i, gap, before)
			}
		}
		if n := len(site.asked); n < 4 || n > 20 {
			t.Errorf("a dead partner was asked %d times in two days", n)
		}
		site.mu.Lock()
		failing = false
		site.mu.Unlock()
		fetch(t, g, "a")
		status, err := s.Source(t.Context(), "a")
		if err != nil || status.State.ConsecutiveFailures != 0 || time.Until(status.State.NextDue) > 15*time.Minute {
			t.Errorf("one success resets the back-off: %+v, %v", status.State, err)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestHostThatHangsLeavesWorkersToTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var subs []nashra.Subscription
		for n := range 20 {
			sub := subscription(fmt.Sprintf("hangs-%d", n))
			sub.Feed = "https://hangs.example/" + fmt.Sprint(n)
			subs = append(subs, sub)
		}
		subs = append(subs, subscription("good"))
		began := time.Now()
		hang := fetcherFunc(func(ctx context.Context, sub nashra.Subscription) (fetcher.Feed, error) {
			if sub.ID != "good" {
				time.Sleep(time.Minute)
				return fetcher.Feed{}, errors.New("no answer")
			}
			return fetcher.Feed{Status: 200}, nil
		})
		s, err := store.Open(filepath.Join(t.TempDir(), "nashra.db"), store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		g, err := ingest.New(ingest.Config{Subscriptions: subs, Store: s, Fetcher: hang, Concurrency: 4})
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Announce(t.Context()); err != nil {
			t.Fatal(err)
		}
		reported := 0
		err = g.Cycle(t.Context(), nashra.Selection{}, func(f nashra.Fetch) {
			reported++
			if f.Source == "good" && time.Since(began) > time.Minute {
				t.Errorf("the good source waited %s", time.Since(began))
			}
		})
		if err != nil || reported != len(subs) {
			t.Errorf("%d outcomes of %d sources, %v", reported, len(subs), err)
		}
	})
}

// fetcherFunc is a site without pages.
type fetcherFunc func(context.Context, nashra.Subscription) (fetcher.Feed, error)

func (f fetcherFunc) Feed(ctx context.Context, sub nashra.Subscription, _ nashra.Validators) (fetcher.Feed, error) {
	return f(ctx, sub)
}

func (fetcherFunc) Page(context.Context, nashra.Subscription, string) (fetcher.Page, error) {
	return fetcher.Page{}, errors.New("no page")
}

func TestTurnThatAnotherCycleTookIsNotTakenAgain(t *testing.T) {
	var g *ingest.Ingester
	asked := 0
	site := fetcherFunc(func(ctx context.Context, sub nashra.Subscription) (fetcher.Feed, error) {
		if asked++; asked > 1 {
			return fetcher.Feed{Status: 200}, nil
		}
		// While the first of both sources is asked, somebody asks the other.
		other := map[string]string{"a": "b", "b": "a"}[sub.ID]
		if err := g.Cycle(ctx, nashra.Selection{Sources: []string{other}}, func(nashra.Fetch) {}); err != nil {
			t.Error(err)
		}
		return fetcher.Feed{Status: 200}, nil
	})
	s, err := store.Open(filepath.Join(t.TempDir(), "nashra.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	g, err = ingest.New(ingest.Config{
		Subscriptions: []nashra.Subscription{subscription("a"), subscription("b")}, Store: s, Fetcher: site, Concurrency: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Announce(t.Context()); err != nil {
		t.Fatal(err)
	}
	reported := 0
	if err := g.Cycle(t.Context(), nashra.Selection{}, func(nashra.Fetch) { reported++ }); err != nil {
		t.Fatal(err)
	}
	if asked != 2 || reported != 1 {
		t.Errorf("asked %d times, reported %d, want each source once and one by this cycle", asked, reported)
	}
}

func TestOneSourceHasOneCycleInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		running, most := 0, 0
		var mu sync.Mutex
		site := &slowSite{work: func() {
			mu.Lock()
			running++
			most = max(most, running)
			mu.Unlock()
			time.Sleep(time.Minute)
			mu.Lock()
			running--
			mu.Unlock()
		}}
		s, err := store.Open(filepath.Join(t.TempDir(), "nashra.db"), store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		g, err := ingest.New(ingest.Config{Subscriptions: []nashra.Subscription{subscription("a")}, Store: s, Fetcher: site})
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Announce(t.Context()); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if err := g.Cycle(t.Context(), nashra.Selection{Sources: []string{"a"}}, func(nashra.Fetch) {}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if most != 1 {
			t.Errorf("%d cycles of one source at a time", most)
		}
	})
}

type slowSite struct{ work func() }

func (s *slowSite) Feed(context.Context, nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
	s.work()
	return fetcher.Feed{Status: 200}, nil
}

func (s *slowSite) Page(context.Context, nashra.Subscription, string) (fetcher.Page, error) {
	return fetcher.Page{}, errors.New("no page")
}

func TestTwoFeedsOfOnePartnerShareAnArticle(t *testing.T) {
	short := entry(1, "")
	short.Body = strings.Repeat(paragraph, 4)
	short.Hash = nashra.HashOf("the same article as the other feed shows it")
	site := &fakeSite{feed: func(sub nashra.Subscription, _ nashra.Validators) (fetcher.Feed, error) {
		if sub.ID == "b" {
			return fetcher.Feed{Status: 200, Entries: []nashra.Entry{short}}, nil
		}
		return fetcher.Feed{Status: 200, Entries: []nashra.Entry{entry(1, "متن")}}, nil
	}}
	a, b := subscription("a"), subscription("b")
	b.Partner = "a"
	g, _ := open(t, site, a, b)
	for i, step := range []struct{ source, want string }{
		{"a", "ok new 1 updated 0 unchanged 0"},
		{"b", "ok new 0 updated 0 unchanged 1"},
		{"a", "ok new 0 updated 0 unchanged 1"},
		{"b", "ok new 0 updated 0 unchanged 1"},
	} {
		if got := counts(fetch(t, g, step.source)); got != step.want {
			t.Errorf("cycle %d, source %s: got %s, want %s", i+1, step.source, got, step.want)
		}
	}
}

func TestEntriesThatShareALinkStayApart(t *testing.T) {
	var entries []nashra.Entry // a live blog: one page, an anchor an entry
	for n := range 3 {
		e := entry(n, fmt.Sprintf("الفقرة %d", n))
		e.Link = fmt.Sprintf("https://a.example/live#post-%d", n)
		entries = append(entries, e)
	}
	site := &fakeSite{feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
		return fetcher.Feed{Status: 200, Entries: entries}, nil
	}}
	g, _ := open(t, site, subscription("a"))
	for i, want := range []string{"ok new 3 updated 0 unchanged 0", "ok new 0 updated 0 unchanged 3"} {
		if got := counts(fetch(t, g, "a")); got != want {
			t.Errorf("cycle %d: got %s, want %s", i+1, got, want)
		}
	}
}

// offline is a machine without a network: nobody answers.
func offline(ids ...string) (site *fakeSite, subs []nashra.Subscription) {
	site = &fakeSite{feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
		return fetcher.Feed{}, errors.New("there is no such host")
	}}
	for _, id := range ids {
		subs = append(subs, subscription(id))
	}
	return site, subs
}

func TestOwnNetworkIsNoPartnersFailure(t *testing.T) {
	site, subs := offline("a", "b", "c")
	g, s := open(t, site, subs...)
	reported := 0
	err := g.Cycle(t.Context(), nashra.Selection{}, func(nashra.Fetch) { reported++ })
	if !errors.Is(err, ingest.ErrNetwork) || reported != 0 {
		t.Errorf("got %v and %d outcomes; want ErrNetwork, once", err, reported)
	}
	for _, sub := range subs {
		status, err := s.Source(t.Context(), sub.ID)
		if err != nil || status.State.ConsecutiveFailures != 0 || !status.State.NextDue.IsZero() {
			t.Errorf("source %s: %+v, %v; want no trace, and due at once", sub.ID, status.State, err)
		}
	}
	if got := fetch(t, g, "a"); got.Outcome != nashra.OutcomeFailed {
		t.Errorf("one source alone: %s", got.Outcome)
	}
}

func TestTwoCyclesWithoutANetworkDoNotWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		site, subs := offline("a", "b", "c", "d")
		g, _ := open(t, site, subs...)
		var cycles sync.WaitGroup
		for range 4 {
			cycles.Go(func() {
				if err := g.Cycle(t.Context(), nashra.Selection{All: true}, func(nashra.Fetch) {}); err != nil && !errors.Is(err, ingest.ErrNetwork) {
					t.Error(err)
				}
			})
		}
		cycles.Wait() // the bubble ends the test where they do
	})
}

func TestSchedulerRestsWhileTheNetworkIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		site, subs := offline("a", "b", "c")
		g, s := open(t, site, subs...)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- g.Run(ctx) }()
		time.Sleep(10*time.Minute - time.Second) // of the bubble's clock
		synctest.Wait()
		if n := len(site.asked); n != 30 {
			t.Errorf("asked %d times in ten minutes, want each of three once a minute", n)
		}
		site.mu.Lock()
		site.feed = func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
			return fetcher.Feed{Status: 200, Entries: []nashra.Entry{entry(1, "متن")}}, nil
		}
		site.mu.Unlock()
		time.Sleep(time.Minute)
		synctest.Wait()
		status, err := s.Source(t.Context(), "a")
		if err != nil || status.State.Outcome != nashra.OutcomeOK {
			t.Errorf("the network is back: %+v, %v", status.State, err)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
