package ingest_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"nashra"
	"nashra/fetcher"
)

// TestNoPartnerMakesABatchThatDoesNotFit: such a batch is an error of the
// store, which stops the other sources as well.
func TestNoPartnerMakesABatchThatDoesNotFit(t *testing.T) {
	escaped := func(n int) nashra.Entry { return entry(n, "<pre>"+strings.Repeat(`\`, 300_000)+"</pre>") }
	owed := func(n int) nashra.Entry {
		e := teaser(n)
		e.Link += "/" + strings.Repeat("x", 8000)
		e.Categories = []string{strings.Repeat("ق", 300_000)}
		return e
	}
	tests := []struct {
		name    string
		entries []nashra.Entry
		pageErr error
		feedErr error
		want    string
	}{
		{"a text that is twice as long when it is encoded", []nashra.Entry{escaped(1), entry(2, "متن")}, nil, nil,
			"ok new 1 updated 0 unchanged 0"},
		{"entries that are owed with all that belongs to them", []nashra.Entry{owed(1), owed(2), owed(3)}, &fetcher.StatusError{Status: 503}, nil,
			"ok new 0 updated 0 unchanged 0"},
		{"a large article beside warnings of long addresses", slices.Concat(
			[]nashra.Entry{entry(1, strings.Repeat("متن ", 50_000))}, many(20, owed)), errors.New(strings.Repeat("x", 40_000)), nil,
			"ok new 1 updated 0 unchanged 0"},
		{"a long error beside a large article", []nashra.Entry{entry(1, strings.Repeat("متن ", 50_000))}, nil, errors.New(strings.Repeat("x", 400_000)),
			"failed new 1 updated 0 unchanged 0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			site := &fakeSite{
				feed: func(sub nashra.Subscription, _ nashra.Validators) (fetcher.Feed, error) {
					if sub.ID == "b" {
						return fetcher.Feed{Status: 200, Entries: []nashra.Entry{entry(1, "")}}, nil
					}
					return fetcher.Feed{Status: 200, Entries: tt.entries}, tt.feedErr
				},
				page: func(string) (fetcher.Page, error) { return fetcher.Page{}, tt.pageErr },
			}
			g, _ := open(t, site, subscription("a"), subscription("b"))
			got := make(map[string]string)
			if err := g.Cycle(t.Context(), nashra.Selection{All: true}, func(f nashra.Fetch) { got[f.Source] = counts(f) }); err != nil {
				t.Fatal(err)
			}
			if got["a"] != tt.want || got["b"] != "ok new 1 updated 0 unchanged 0" {
				t.Errorf("got %v, want %s and the other source fetched", got, tt.want)
			}
		})
	}
}

func TestAnEntryWithoutANameIsLeftOut(t *testing.T) {
	nameless := entry(1, "متن")
	nameless.GUID, nameless.Title, nameless.Link = "", "", "http://xn--/"
	site := &fakeSite{feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
		return fetcher.Feed{Status: 200, Entries: []nashra.Entry{nameless, entry(2, "متن")}}, nil
	}}
	g, _ := open(t, site, subscription("a"))
	got := fetch(t, g, "a")
	if counts(got) != "ok new 1 updated 0 unchanged 0" || len(got.Warnings) != 1 {
		t.Errorf("got %s, warnings %q", counts(got), got.Warnings)
	}
}

func TestAnOwedEntryThatIsTooLargeLeavesTheOthersOwed(t *testing.T) {
	huge := teaser(2)
	huge.Categories = []string{strings.Repeat("ق", 300_000)}
	site := &fakeSite{
		feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
			return fetcher.Feed{Status: 200, Entries: []nashra.Entry{teaser(1), huge, teaser(3)}}, nil
		},
		page: func(string) (fetcher.Page, error) { return fetcher.Page{}, &fetcher.StatusError{Status: 503} },
	}
	g, s := open(t, site, subscription("a"))
	fetch(t, g, "a")
	status, err := s.Source(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	var guids []string
	for _, o := range status.State.Owed {
		guids = append(guids, o.Entry.GUID)
	}
	if got, want := fmt.Sprint(guids), "[1 3]"; got != want {
		t.Errorf("owed %s, want %s", got, want)
	}
}

func many(n int, make func(int) nashra.Entry) []nashra.Entry {
	var list []nashra.Entry
	for i := range n {
		list = append(list, make(100+i))
	}
	return list
}
