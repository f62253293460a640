package ingest_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"nashra"
	"nashra/fetcher"
)

func TestOwedPageIsWorkedOffWhenTheFeedIsUnchanged(t *testing.T) {
	down := true
	site := &fakeSite{
		feed: func(_ nashra.Subscription, last nashra.Validators) (fetcher.Feed, error) {
			if last.ETag != "" {
				return fetcher.Feed{Status: 304, NotModified: true, Validators: last}, nil
			}
			return fetcher.Feed{Status: 200, Validators: nashra.Validators{ETag: `"1"`}, Entries: []nashra.Entry{teaser(1)}}, nil
		},
		page: func(link string) (fetcher.Page, error) {
			if down {
				return fetcher.Page{}, &fetcher.StatusError{Status: 503}
			}
			return fetcher.Page{URL: link, ContentType: "text/html; charset=utf-8", Body: []byte("<html><body><article>" + strings.Repeat(paragraph, 4) + "</article></body></html>")}, nil
		},
	}
	g, s := open(t, site, subscription("a"))
	first := fetch(t, g, "a")
	if got := counts(first); got != "ok new 0 updated 0 unchanged 0" || len(first.Warnings) != 1 {
		t.Errorf("page down: %s, warnings %q; a summary does not take the place of a body that may come", got, first.Warnings)
	}
	down = false
	if got := counts(fetch(t, g, "a")); got != "not_modified new 1 updated 0 unchanged 0" {
		t.Errorf("page up again: %s", got)
	}
	if got := counts(fetch(t, g, "a")); got != "not_modified new 0 updated 0 unchanged 0" || site.pages != 2 {
		t.Errorf("afterwards: %s, %d pages asked for", got, site.pages)
	}
	status, err := s.Source(t.Context(), "a")
	if err != nil || len(status.State.Owed) != 0 {
		t.Errorf("still owed: %v, %v", status.State.Owed, err)
	}
}

func TestBodyOfTheFeedStandsInUntilThePageComes(t *testing.T) {
	short := entry(1, "")
	short.Body = "<p>أعلنت الهيئة افتتاح الفرع اليوم.</p>"
	down := true
	site := &fakeSite{
		feed: func(_ nashra.Subscription, last nashra.Validators) (fetcher.Feed, error) {
			if last.ETag != "" {
				return fetcher.Feed{Status: 304, NotModified: true, Validators: last}, nil
			}
			return fetcher.Feed{Status: 200, Validators: nashra.Validators{ETag: `"1"`}, Entries: []nashra.Entry{short}}, nil
		},
		page: func(link string) (fetcher.Page, error) {
			if down {
				return fetcher.Page{}, &fetcher.StatusError{Status: 503}
			}
			return fetcher.Page{URL: link, ContentType: "text/html; charset=utf-8", Body: []byte("<html><body><article>" + strings.Repeat(paragraph, 4) + "</article></body></html>")}, nil
		},
	}
	g, s := open(t, site, subscription("a"))
	for _, step := range []struct {
		down bool
		want string
	}{
		{true, "ok new 1 updated 0 unchanged 0"},
		{true, "not_modified new 0 updated 0 unchanged 1"},
		{false, "not_modified new 0 updated 1 unchanged 0"},
		{false, "not_modified new 0 updated 0 unchanged 0"},
	} {
		down = step.down
		if got := counts(fetch(t, g, "a")); got != step.want {
			t.Errorf("got %s, want %s", got, step.want)
		}
	}
	page, err := s.Articles(t.Context(), nashra.Query{Limit: 2, Bodies: true})
	if err != nil || len(page.Records) != 1 || !strings.Contains(page.Records[0].Article.HTML, "أعمال ترميم") {
		t.Errorf("got %+v, %v, want one article with the page's body", page.Records, err)
	}
	if site.pages != 3 {
		t.Errorf("asked for %d pages, want 3", site.pages)
	}
}

func TestInterruptedPageIsAskedForAgain(t *testing.T) {
	short := entry(1, "")
	short.Body = "<p>أعلنت الهيئة افتتاح الفرع اليوم.</p>"
	ctx, interrupt := context.WithCancel(t.Context())
	site := &fakeSite{
		feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
			return fetcher.Feed{Status: 200, Entries: []nashra.Entry{short}}, nil
		},
		page: func(string) (fetcher.Page, error) {
			interrupt()
			return fetcher.Page{}, context.Canceled
		},
	}
	g, _ := open(t, site, subscription("a"))
	if err := g.Cycle(ctx, nashra.Selection{All: true}, func(nashra.Fetch) {}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	fetch(t, g, "a")
	if site.pages != 2 {
		t.Errorf("asked for %d pages, want 2", site.pages)
	}
}

func TestSiteThatGivesNoAnswerIsNotAskedForEveryPage(t *testing.T) {
	var entries []nashra.Entry
	for n := range 12 {
		entries = append(entries, teaser(n))
	}
	down := true
	site := &fakeSite{
		feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
			return fetcher.Feed{Status: 200, Entries: entries}, nil
		},
		page: func(link string) (fetcher.Page, error) {
			if down {
				return fetcher.Page{}, context.DeadlineExceeded
			}
			return fetcher.Page{URL: link, ContentType: "text/html; charset=utf-8", Body: []byte("<html><body><article>" + strings.Repeat(paragraph, 4) + "</article></body></html>")}, nil
		},
	}
	for name, tt := range map[string]struct {
		cycles int
		want   string
	}{
		"and comes back": {3, "ok new 12 updated 0 unchanged 0"},
		"in four cycles": {4, "ok new 0 updated 0 unchanged 12"}, // with the fourth the feed's text was taken
	} {
		t.Run(name, func(t *testing.T) {
			g, _ := open(t, site, subscription("a"))
			down = true
			for range tt.cycles {
				site.pages = 0
				fetch(t, g, "a")
				if site.pages < 3 || site.pages > 4 { // the fourth is under way when the third fails
					t.Errorf("asked for %d pages, want the first 3", site.pages)
				}
			}
			down = false
			if got := counts(fetch(t, g, "a")); got != tt.want {
				t.Errorf("the site is back: %s, want %s", got, tt.want)
			}
		})
	}
}

func TestPartnerThatAsksUsToWaitIsAskedForNoMorePages(t *testing.T) {
	for name, refusal := range map[string]*fetcher.StatusError{
		"too many requests":          {Status: 429},
		"under repair until an hour": {Status: 503, RetryAfter: time.Date(2025, 5, 3, 12, 0, 0, 0, time.UTC)},
	} {
		t.Run(name, func(t *testing.T) {
			var entries []nashra.Entry
			for n := range 12 {
				entries = append(entries, teaser(n))
			}
			site := &fakeSite{
				feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
					return fetcher.Feed{Status: 200, Entries: entries}, nil
				},
				page: func(string) (fetcher.Page, error) { return fetcher.Page{}, refusal },
			}
			g, s := open(t, site, subscription("a"))
			fetch(t, g, "a")
			status, err := s.Source(t.Context(), "a")
			if err != nil || site.pages > 2 || len(status.State.Owed) != len(entries) { // the second is under way when the first fails
				t.Errorf("asked for %d pages, %d of %d owed, %v", site.pages, len(status.State.Owed), len(entries), err)
			}
		})
	}
}

func TestFileBehindALinkIsAskedForOnce(t *testing.T) {
	site := &fakeSite{
		feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
			return fetcher.Feed{Status: 200, Entries: []nashra.Entry{teaser(1)}}, nil
		},
		page: func(string) (fetcher.Page, error) { return fetcher.Page{}, fetcher.ErrNotPage },
	}
	g, _ := open(t, site, subscription("a"))
	for range 3 {
		fetch(t, g, "a")
	}
	if site.pages != 1 {
		t.Errorf("asked for it %d times, want 1", site.pages)
	}
}

func TestPageThatNeverComesIsGivenUp(t *testing.T) {
	unchanged := false
	site := &fakeSite{
		feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
			if unchanged {
				return fetcher.Feed{Status: 304, NotModified: true}, nil
			}
			return fetcher.Feed{Status: 200, Entries: []nashra.Entry{teaser(1)}}, nil
		},
		page: func(string) (fetcher.Page, error) { return fetcher.Page{}, &fetcher.StatusError{Status: 500} },
	}
	g, s := open(t, site, subscription("a"))
	for i := range 12 {
		unchanged = i%2 == 1
		fetch(t, g, "a")
	}
	if site.pages != 4 {
		t.Errorf("the page was asked for %d times, want 4", site.pages)
	}
	page, err := s.Articles(t.Context(), nashra.Query{Limit: 2})
	if err != nil || len(page.Records) != 1 {
		t.Errorf("%d articles, %v: the item was lost with its page", len(page.Records), err)
	}
}

func TestWhatThePageCannotGiveIsTakenFromTheFeed(t *testing.T) {
	short := entry(1, "")
	short.Body = "<p>أعلنت الهيئة افتتاح الفرع اليوم.</p>"
	linkless := entry(2, "")
	linkless.Link, linkless.Body, linkless.Summary = "", "", "أعلنت الهيئة افتتاح الفرع اليوم."
	bare := entry(5, "")
	bare.Body = ""
	empty := func(link string) (fetcher.Page, error) {
		return fetcher.Page{URL: link, ContentType: "text/html; charset=utf-8", Body: []byte("<html><body><nav>الرئيسية</nav></body></html>")}, nil
	}
	missing := func(string) (fetcher.Page, error) { return fetcher.Page{}, &fetcher.StatusError{Status: 404} }
	down := func(string) (fetcher.Page, error) { return fetcher.Page{}, &fetcher.StatusError{Status: 503} }
	const taken, owed = "ok new 1 updated 0 unchanged 0", "ok new 0 updated 0 unchanged 0"
	tests := []struct {
		name  string
		mode  nashra.ContentMode
		entry nashra.Entry
		page  func(string) (fetcher.Page, error)
		want  string
	}{
		{"a short body, the page is missing", nashra.ContentAuto, short, missing, taken},
		{"a short body, the page holds no article", nashra.ContentAuto, short, empty, taken},
		{"a short body, the page may come later", nashra.ContentAuto, short, down, taken},
		{"a whole body where the page is wanted and missing", nashra.ContentPage, entry(3, "متن"), missing, taken},
		{"an entry without a link is complete in itself", nashra.ContentAuto, linkless, missing, taken},
		{"a summary, the page is missing", nashra.ContentAuto, teaser(4), missing, taken},
		{"a summary, the page holds no article", nashra.ContentAuto, teaser(4), empty, taken},
		{"a summary, the page may come later", nashra.ContentAuto, teaser(4), down, owed},
		{"nothing but a title", nashra.ContentAuto, bare, missing, owed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			site := &fakeSite{page: tt.page, feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
				return fetcher.Feed{Status: 200, Entries: []nashra.Entry{tt.entry}}, nil
			}}
			sub := subscription("a")
			sub.Content = tt.mode
			g, _ := open(t, site, sub)
			if got := counts(fetch(t, g, "a")); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
