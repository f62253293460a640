package ingest_test

import (
	"strings"
	"testing"

	"nashra"
	"nashra/fetcher"
	"nashra/internal/ingest"
)

func TestAWatchedCycleTellsItsSteps(t *testing.T) {
	var feed fetcher.Feed
	var feedErr error
	site := &fakeSite{
		feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) { return feed, feedErr },
		page: func(link string) (fetcher.Page, error) {
			return fetcher.Page{URL: link, ContentType: "text/html", Body: []byte("<article>" + strings.Repeat(paragraph, 4) + "</article>")}, nil
		},
	}
	g, _ := open(t, site, subscription("a"))
	for _, tt := range []struct {
		name string
		feed fetcher.Feed
		err  error
		want []nashra.Progress
	}{
		{"entries with and without pages", fetcher.Feed{Status: 200, Entries: []nashra.Entry{teaser(1), entry(2, ""), teaser(3)}}, nil, []nashra.Progress{
			{Stage: nashra.StageAsked},
			{Stage: nashra.StageAnswered, Outcome: nashra.OutcomeOK, Status: 200, Entries: 3},
			{Stage: nashra.StagePages, Of: 2}, {Stage: nashra.StagePages, Done: 1, Of: 2}, {Stage: nashra.StagePages, Done: 2, Of: 2},
			{Stage: nashra.StageApplied, Applied: nashra.Applied{New: 3}},
		}},
		{"nothing new", fetcher.Feed{Status: 304, NotModified: true}, nil, []nashra.Progress{
			{Stage: nashra.StageAsked},
			{Stage: nashra.StageAnswered, Outcome: nashra.OutcomeNotModified, Status: 304},
			{Stage: nashra.StageApplied},
		}},
		{"a refusal", fetcher.Feed{}, &fetcher.StatusError{Status: 403}, []nashra.Progress{
			{Stage: nashra.StageAsked},
			{Stage: nashra.StageAnswered, Outcome: nashra.OutcomeFailed, Status: 403},
			{Stage: nashra.StageApplied},
		}},
	} {
		feed, feedErr = tt.feed, tt.err
		var got []nashra.Progress
		ctx := ingest.Watched(t.Context(), func(p nashra.Progress) { got = append(got, p) })
		if err := g.Cycle(ctx, nashra.Selection{Sources: []string{"a"}}, func(nashra.Fetch) {}); err != nil {
			t.Fatal(err)
		}
		if len(got) != len(tt.want) {
			t.Errorf("%s: got %+v, want %+v", tt.name, got, tt.want)
			continue
		}
		for i := range got {
			if got[i] != tt.want[i] {
				t.Errorf("%s: step %d: got %+v, want %+v", tt.name, i, got[i], tt.want[i])
			}
		}
	}
}

func TestAWatchedCycleSaysThatItWaitsForAnother(t *testing.T) {
	asked, answer := make(chan struct{}, 2), make(chan struct{})
	site := &fakeSite{feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
		asked <- struct{}{}
		<-answer
		return fetcher.Feed{Status: 304, NotModified: true}, nil
	}}
	g, _ := open(t, site, subscription("a"))
	first := make(chan error, 1)
	named := nashra.Selection{Sources: []string{"a"}}
	go func() { first <- g.Cycle(t.Context(), named, func(nashra.Fetch) {}) }()
	<-asked
	var stages []nashra.Stage
	ctx := ingest.Watched(t.Context(), func(p nashra.Progress) {
		if stages = append(stages, p.Stage); p.Stage == nashra.StageWaiting {
			close(answer)
		}
	})
	if err := g.Cycle(ctx, named, func(nashra.Fetch) {}); err != nil {
		t.Fatal(err)
	}
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	if len(stages) != 4 || stages[0] != nashra.StageWaiting || stages[1] != nashra.StageAsked {
		t.Errorf("the stages are %v", stages)
	}
}
