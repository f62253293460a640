package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"nashra"
)

func TestChangedEntryAsksForItsPageConditionally(t *testing.T) {
	p := newPartner(t, story(1), story(2))
	p.cycle("ok new 2 updated 0 unchanged 0")
	was := p.article(1)
	if was.Method == "feed" || was.PageValidators.ETag == "" || was.PageValidators.URL != p.URL+"/news/1" {
		t.Fatalf("got method %q, validators %+v", was.Method, was.PageValidators)
	}
	p.requests()
	p.change(func() {
		p.list[0].title, p.list[0].summary, p.list[0].author = "افتتاح الفرع الأول", "ملخص آخر…", "سعاد عبد الرحمن"
	})
	p.open()
	p.cycle("ok new 0 updated 1 unchanged 1")
	if got, want := fmt.Sprint(p.requests()), fmt.Sprintf("[/news/1 %s]", was.PageValidators.ETag); got != want {
		t.Errorf("asked for %s, want %s", got, want)
	}
	is := p.article(1)
	want := was
	want.Title, want.Byline = "افتتاح الفرع الأول", "سعاد عبد الرحمن"
	want.EntryHash, want.Revised, want.Revision = is.EntryHash, is.Revised, 1
	if fmt.Sprintf("%+v", is) != fmt.Sprintf("%+v", want) {
		t.Errorf("\n got %+v\nwant %+v", is, want)
	}

	p.change(func() {
		p.list[0].page += "<p>وأضافت الهيئة في بيان لاحق أن الافتتاح تأجل إلى الشهر المقبل بسبب أعمال الصيانة.</p>"
	})
	p.cycle("not_modified new 0 updated 0 unchanged 0")
	if got := p.requests(); len(got) != 0 {
		t.Errorf("the entry did not change, and yet %q was asked for", got)
	}
	p.change(func() { p.list[0].title = "تأجيل افتتاح الفرع الأول" })
	p.cycle("ok new 0 updated 1 unchanged 1")
	if got := p.article(1); !strings.Contains(got.HTML, "في بيان لاحق") || got.PageHash == was.PageHash || got.PageValidators == was.PageValidators {
		t.Errorf("the page changed as well: got %+v", got)
	}
}

// TestUnchangedPageGivesWhatReadingItAgainGives: with 304 and with the same
// page sent again, an article comes to the same.
func TestUnchangedPageGivesWhatReadingItAgainGives(t *testing.T) {
	for name, edit := range map[string]func(*news){
		"another title":   func(n *news) { n.title += "، مصحح" },
		"another summary": func(n *news) { n.summary = "ملخص آخر للخبر…" },
		"an author":       func(n *news) { n.author = "سعاد عبد الرحمن" },
		"a short body":    func(n *news) { n.body = "<p>ملخص في موضع المتن…</p>" },
		"a whole body":    func(n *news) { n.body = strings.Repeat(paragraph, 3) },
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, conditional := range []bool{true, false} {
				p := newPartner(t, story(1))
				p.cycle("ok new 1 updated 0 unchanged 0")
				if !conditional {
					p.change(func() {
						p.fault = func(_ http.ResponseWriter, r *http.Request) bool { r.Header.Del("If-None-Match"); return false }
					})
				}
				p.change(func() { edit(&p.list[0]) })
				p.cycle("ok new 0 updated 1 unchanged 0")
				got = append(got, strings.ReplaceAll(fmt.Sprintf("%+v", p.article(1).Content), p.URL, ""))
			}
			if got[0] != got[1] {
				t.Errorf("with 304:\n%s\nread again:\n%s", got[0], got[1])
			}
		})
	}
}

func TestValidatorsAreSentOnlyWhereTheBodyIsThePages(t *testing.T) {
	tests := []struct {
		name  string
		setup func(*partner)
		after func(*partner)
	}{
		{"the page held no article", func(p *partner) { p.list[0].page = "" }, func(*partner) {}},
		{"a selector was set since", func(*partner) {}, func(p *partner) { p.sub.Select = "article" }},
		{"a selector was taken away since", func(p *partner) { p.sub.Select = "article" }, func(p *partner) { p.sub.Select = "" }},
		{"the entry links to another page", func(*partner) {}, func(p *partner) { p.list[0].link = "/moved" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPartner(t, story(1))
			p.change(func() { tt.setup(p) })
			p.open()
			p.cycle("ok new 1 updated 0 unchanged 0")
			p.requests()
			p.change(func() { tt.after(p); p.list[0].title += "، مصحح" })
			p.open()
			p.cycle("ok new 0 updated 1 unchanged 0")
			if got := p.requests(); len(got) != 1 || strings.Contains(got[0], `"`) {
				t.Errorf("asked for %q, want one request without a condition", got)
			}
		})
	}
}

func TestPageThatCannotBeReadAgainLeavesItsBody(t *testing.T) {
	p := newPartner(t, story(1))
	p.cycle("ok new 1 updated 0 unchanged 0")
	was := p.article(1)
	p.change(func() {
		p.list[0].title = "افتتاح الفرع الأول"
		p.list[0].body = "<p>ملخص في موضع المتن…</p>"
	})
	p.refuse(http.StatusServiceUnavailable)
	p.cycle("ok new 0 updated 1 unchanged 0")
	is := p.article(1)
	if is.Title != "افتتاح الفرع الأول" || is.HTML != was.HTML || is.PageValidators != was.PageValidators || len(p.state().Owed) != 1 {
		t.Errorf("got %+v", is)
	}
	p.requests()
	p.change(func() { p.fault = nil })
	p.cycle("not_modified new 0 updated 0 unchanged 1")
	if got, want := fmt.Sprint(p.requests()), fmt.Sprintf("[/news/1 %s]", was.PageValidators.ETag); got != want || len(p.state().Owed) != 0 {
		t.Errorf("asked for %s, want %s; %d owed", got, want, len(p.state().Owed))
	}
	if again := p.article(1); again.Revision != 1 || again.HTML != was.HTML {
		t.Errorf("the page is the same: got %+v", again)
	}

	p.change(func() { p.list[0].title += "، مصحح" })
	p.refuse(http.StatusGone)
	p.cycle("ok new 0 updated 1 unchanged 0")
	if got := p.article(1); got.Method != "feed" || got.PageValidators != (nashra.Validators{}) {
		t.Errorf("the page is gone, and its body is not: %+v", got)
	}
}

// TestPageThatWasReadBeforeAnInterruptionIsNotReadAgain: the state still says
// that it is owed.
func TestPageThatWasReadBeforeAnInterruptionIsNotReadAgain(t *testing.T) {
	p := newPartner(t, stories(1, 12)...)
	p.refuse(http.StatusServiceUnavailable)
	p.cycle("ok new 0 updated 0 unchanged 0")
	ctx, interrupt := context.WithCancel(t.Context())
	p.change(func() {
		p.fault = func(_ http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/news/10" {
				interrupt()
				return true
			}
			return false
		}
	})
	if err := p.g.Cycle(ctx, nashra.Selection{All: true}, func(nashra.Fetch) {}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if n := len(p.state().Owed); n != 12 {
		t.Fatalf("%d owed after an interrupted cycle, want all 12", n)
	}
	p.change(func() { p.fault = nil })
	p.open()
	p.requests()
	got := fetch(t, p.g, "a")
	if got.New > 4 || got.Unchanged < 8 || got.New+got.Unchanged != 12 {
		t.Errorf("got %s, want what was finished to stay", counts(got))
	}
	conditional := 0
	for _, a := range p.requests() {
		if strings.Contains(a, `"`) {
			conditional++
		}
	}
	if conditional != got.Unchanged || p.article(1).Revision != 0 {
		t.Errorf("%d conditional requests, want %d; article 1 at revision %d", conditional, got.Unchanged, p.article(1).Revision)
	}
}

func TestRobotsIsAskedForOnceADayByAllProcesses(t *testing.T) {
	p := newPartner(t, story(1))
	p.change(func() { p.robots = "User-agent: *\nDisallow: /news/2" })
	for n := 2; n <= 4; n++ {
		fetch(t, p.g, "a")
		p.change(func() { p.list = append(p.list, story(n)) })
		p.open()
	}
	var robots, forbidden int
	for _, a := range p.asked {
		switch a {
		case "/robots.txt":
			robots++
		case "/news/2":
			forbidden++
		}
	}
	if robots != 1 || forbidden != 0 {
		t.Errorf("robots.txt was asked for %d times by three processes, want 1; the forbidden page %d times", robots, forbidden)
	}
	if got := p.state().Robots; len(got) != 1 || got[0].Host != p.URL || got[0].Rules != "User-agent: *\nDisallow: /news/2\n" {
		t.Errorf("got %+v", got)
	}
}
