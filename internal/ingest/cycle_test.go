package ingest_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nashra"
	"nashra/extractor"
	"nashra/fetcher"
	"nashra/internal/ingest"
	"nashra/store"
)

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
	announce := func(subs ...nashra.Subscription) {
		for range 2 { // the second time there is nothing to write
			g, err := ingest.New(ingest.Config{Subscriptions: subs, Store: s, Fetcher: site})
			if err != nil {
				t.Fatal(err)
			}
			if err := g.Announce(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	announce(subscription("b"))
	a, err := s.Source(t.Context(), "a")
	if err != nil || !a.Source.Retired || a.Items != 1 {
		t.Errorf("got %+v, %v; want retired, with its item", a, err)
	}
	announce(subscription("a"), subscription("b"))
	if a, err = s.Source(t.Context(), "a"); err != nil || a.Source.Retired {
		t.Errorf("back in the configuration: %+v, %v", a, err)
	}
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

func TestAnArticleHasTheSignatureOfItsBody(t *testing.T) {
	for _, tt := range []struct {
		name string
		page bool
	}{{"of the feed", false}, {"of its page", true}} {
		t.Run(tt.name, func(t *testing.T) {
			p := newPartner(t, story(1))
			if !tt.page {
				p.list[0].body = p.list[0].page
			}
			p.cycle("ok new 1 updated 0 unchanged 0")
			body := p.article(1).HTML
			want := extractor.Signature(body)
			if want == nil {
				t.Fatal("the body is too short")
			}
			var dump bytes.Buffer
			if err := p.store.Dump(t.Context(), &dump); err != nil {
				t.Fatal(err)
			}
			if line := fmt.Sprintf(`"signature":%q`, base64.StdEncoding.EncodeToString(want)); !strings.Contains(dump.String(), line) {
				t.Errorf("the store does not have the signature of %s:\n%s", body, dump.String())
			}
		})
	}
}
