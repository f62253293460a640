package ingest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"nashra"
)

// TestMorePagesAreOwedThanCanBeKept: the newest are waited for, the others are
// taken as the feed has them, and none is lost though the feed answers 304 for
// ever.
func TestMorePagesAreOwedThanCanBeKept(t *testing.T) {
	p := newPartner(t, stories(1, 120)...)
	p.refuse(http.StatusInternalServerError)
	if got := p.cycle("ok new 70 updated 0 unchanged 0"); !strings.Contains(fmt.Sprint(got.Warnings), "70 entries are waited for no longer") {
		t.Errorf("warnings %q", got.Warnings)
	}
	owed := p.state().Owed
	if len(owed) != 50 || owed[0].Entry.GUID != "71" || owed[49].Entry.GUID != "120" || owed[0].Attempts != 1 || owed[0].Error == "" {
		t.Fatalf("%d owed, %+v", len(owed), owed)
	}
	for n := 2; n <= 4; n++ {
		p.requests()
		want := "not_modified new 0 updated 0 unchanged 0"
		if n == 4 {
			want = "not_modified new 50 updated 0 unchanged 0"
		}
		p.open()
		p.cycle(want)
		if got := len(p.requests()); got != 50 {
			t.Errorf("cycle %d asked for %d pages, want the 50 that are owed", n, got)
		}
	}
	p.cycle("not_modified new 0 updated 0 unchanged 0")
	if state := p.state(); len(p.requests()) != 0 || len(state.Owed) != 0 || len(state.GivenUp) != 0 {
		t.Errorf("afterwards: %+v", state)
	}
	for _, n := range []int{1, 70, 71, 120} {
		if a := p.article(n); !strings.Contains(a.HTML, "أعلنت هيئة المكتبات") {
			t.Errorf("article %d: %+v", n, a)
		}
	}
}

// TestOwedEntriesOfWhichTheFeedHasNothingGoFirst: what is nowhere else must be
// kept, and what cannot be kept must be seen again.
func TestOwedEntriesOfWhichTheFeedHasNothingGoFirst(t *testing.T) {
	list := stories(1, 100)
	for i := range list[:60] {
		list[i].summary = ""
	}
	p := newPartner(t, list...)
	p.refuse(http.StatusBadGateway)
	p.cycle("ok new 40 updated 0 unchanged 0")
	state := p.state()
	if len(state.Owed) != 50 || state.Owed[0].Entry.GUID != "11" || state.Owed[49].Entry.GUID != "60" {
		t.Errorf("%d owed, from %s", len(state.Owed), state.Owed[0].Entry.GUID)
	}
	if state.Validators != (nashra.Validators{}) {
		t.Errorf("ten are nowhere but in the feed, which must be read again: %+v", state.Validators)
	}
	p.change(func() { p.fault = nil })
	p.cycle("ok new 60 updated 0 unchanged 40")
	if state := p.state(); len(state.Owed) != 0 || state.Validators.ETag == "" {
		t.Errorf("afterwards: %+v", state)
	}
}

// TestWhatNothingCanBeMadeOfIsNotAskedForAgain: until it changes or leaves the
// feed.
func TestWhatNothingCanBeMadeOfIsNotAskedForAgain(t *testing.T) {
	list := stories(1, 80)
	for i := range list {
		list[i].summary = ""
	}
	p := newPartner(t, list...)
	p.refuse(http.StatusNotFound)
	p.cycle("ok new 0 updated 0 unchanged 0")
	if got := p.state(); len(got.GivenUp) != 80 || len(got.Owed) != 0 || len(p.requests()) != 80 {
		t.Errorf("%d given up, %d owed", len(got.GivenUp), len(got.Owed))
	}
	p.cycle("not_modified new 0 updated 0 unchanged 0")
	p.change(func() { p.list = p.list[1:] })
	p.open()
	p.cycle("ok new 0 updated 0 unchanged 0")
	if got := p.state(); len(got.GivenUp) != 79 || len(p.requests()) != 0 {
		t.Errorf("%d given up after one left the feed, want 79", len(got.GivenUp))
	}
	p.change(func() { p.list[0].title += "، مصحح" })
	p.cycle("ok new 0 updated 0 unchanged 0")
	if got := p.requests(); len(got) != 1 {
		t.Errorf("asked for %q, want the one that changed", got)
	}
}

// TestBodyThatStoodInOutlivesItsOwedEntry: the state keeps no long bodies, and
// the last attempt must not put the summary in their place.
func TestBodyThatStoodInOutlivesItsOwedEntry(t *testing.T) {
	long := story(1)
	long.body = strings.Repeat(paragraph, 120)
	p := newPartner(t, long)
	p.sub.Content = nashra.ContentPage
	p.open()
	p.refuse(http.StatusServiceUnavailable)
	p.cycle("ok new 1 updated 0 unchanged 0")
	was := p.article(1)
	if owed := p.state().Owed; len(owed) != 1 || owed[0].Entry.Body != "" {
		t.Errorf("owed: %+v", owed)
	}
	for range 3 {
		p.cycle("not_modified new 0 updated 0 unchanged 1")
	}
	p.cycle("not_modified new 0 updated 0 unchanged 0")
	if is := p.article(1); is.HTML != was.HTML || is.Revision != 0 || len(p.state().Owed) != 0 {
		t.Errorf("got revision %d with %d bytes of %d", is.Revision, len(is.HTML), len(was.HTML))
	}
}

// TestPagesAreLeftAloneAsLongAsThePartnerAsks: by the cycles to come as well,
// and meanwhile the item is there as the feed has it.
func TestPagesAreLeftAloneAsLongAsThePartnerAsks(t *testing.T) {
	p := newPartner(t, story(1), story(2))
	p.change(func() {
		p.fault = func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusServiceUnavailable)
			return true
		}
	})
	all := func() nashra.Fetch {
		t.Helper()
		var got nashra.Fetch
		if err := p.g.Cycle(t.Context(), nashra.Selection{All: true}, func(f nashra.Fetch) { got = f }); err != nil {
			t.Fatal(err)
		}
		return got
	}
	all()
	if p.state().PagesAfter.IsZero() {
		t.Error("the state does not say until when")
	}
	p.requests()
	p.open()
	for _, want := range []string{"not_modified new 2 updated 0 unchanged 0", "not_modified new 0 updated 0 unchanged 2"} {
		if got := counts(all()); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := p.requests(); len(got) != 0 || len(p.state().Owed) != 2 || p.state().Owed[0].Attempts > 1 {
		t.Errorf("asked for %q, owed %+v", got, p.state().Owed)
	}
	p.change(func() { p.fault = nil })
	p.cycle("not_modified new 0 updated 2 unchanged 0") // asked for by name
	if got := p.article(1); got.Method == "feed" || len(p.state().Owed) != 0 {
		t.Errorf("got %+v", got)
	}
}
