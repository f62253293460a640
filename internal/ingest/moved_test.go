package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"nashra"
	"nashra/fetcher"
)

const (
	formerly = "https://a.example/feed" // as config.yaml has it
	nowAt    = "https://new.example/feed"
	later    = "https://later.example/feed"
)

// addresses is a partner whose feeds stand at several addresses. It notes
// which were asked.
type addresses struct {
	fakeSite
	at  map[string]fetcher.Feed
	err map[string]error
	ask []string
}

func newAddresses() *addresses {
	p := &addresses{at: map[string]fetcher.Feed{}, err: map[string]error{}}
	p.feed = func(sub nashra.Subscription, _ nashra.Validators) (fetcher.Feed, error) {
		u := sub.Feed
		if sub.MovedTo != "" {
			u = sub.MovedTo
		}
		p.ask = append(p.ask, strings.TrimSuffix(strings.TrimPrefix(u, "https://"), ".example/feed"))
		return p.at[u], p.err[u]
	}
	return p
}

func moved(to string) fetcher.Feed { return fetcher.Feed{Status: 200, Moved: to} }

var here = fetcher.Feed{Status: 200}

func TestMoveIsRememberedAfterThreeAgreeingCycles(t *testing.T) {
	broken := fetcher.Feed{Status: 500}
	tests := []struct {
		name   string
		cycles []fetcher.Feed // of the configured address; 500 is a failure
		want   string
	}{
		{"two", []fetcher.Feed{moved(nowAt), moved(nowAt)}, ""},
		{"three", []fetcher.Feed{moved(nowAt), moved(nowAt), moved(nowAt)}, nowAt},
		{"not modified counts", []fetcher.Feed{moved(nowAt), {Status: 304, NotModified: true, Moved: nowAt}, moved(nowAt)}, nowAt},
		{"another target", []fetcher.Feed{moved(nowAt), moved(nowAt), moved(later), moved(nowAt)}, ""},
		{"no redirect between", []fetcher.Feed{moved(nowAt), moved(nowAt), here, moved(nowAt)}, ""},
		{"an answer without one", []fetcher.Feed{moved(nowAt), moved(nowAt), broken, moved(nowAt)}, ""},
		{"no answer between", []fetcher.Feed{moved(nowAt), moved(nowAt), {}, moved(nowAt)}, nowAt},
		{"a failure does not count", []fetcher.Feed{moved(nowAt), moved(nowAt), {Status: 500, Moved: nowAt}}, ""},
		{"never", []fetcher.Feed{here, here, here, here}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newAddresses()
			g, s := open(t, &p.fakeSite, subscription("a"))
			for _, feed := range tt.cycles {
				p.at[formerly], p.err[formerly] = feed, nil
				if feed.Status == 500 || feed.Status == 0 {
					p.err[formerly] = errors.New("broken")
				}
				fetch(t, g, "a")
			}
			if got := status(t, s, "a").MovedTo(); got != tt.want {
				t.Errorf("moved to %q, want %q", got, tt.want)
			}
			p.ask = nil
			fetch(t, g, "a")
			want := "[a]"
			if tt.want != "" {
				want = "[new]"
			}
			if fmt.Sprint(p.ask) != want {
				t.Errorf("the next cycle asks %v, want %s", p.ask, want)
			}
		})
	}
}

func TestRememberedAddressIsLeftWhenTheFeedIsNotThere(t *testing.T) {
	refused := errors.New("connection refused")
	tests := []struct {
		name     string
		new, old error // of each of the cycles
		cycles   int
		asked    string
		movedTo  string
	}{
		{"it serves", nil, nil, 2, "[new new]", nowAt},
		{"not found", &fetcher.StatusError{Status: 404}, nil, 2, "[new a a]", ""},
		{"gone", &fetcher.StatusError{Status: 410}, nil, 1, "[new a]", ""},
		{"refused", refused, nil, 1, "[new a]", ""},
		{"no feed any more", nashra.ErrNotFeed, nil, 1, "[new a]", ""},
		{"forbidden by the guard", nashra.ErrForbiddenAddress, nil, 1, "[new a]", ""},
		{"nobody answers: the network's fault, or both theirs", refused, refused, 2, "[new a new a]", nowAt},
		{"a fault that passes", &fetcher.StatusError{Status: 502}, nil, 2, "[new new]", nowAt},
		{"too slow", context.DeadlineExceeded, nil, 2, "[new new]", nowAt},
		{"a fault that stays", &fetcher.StatusError{Status: 502}, nil, 3, "[new new new a]", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newAddresses()
			g, s := open(t, &p.fakeSite, subscription("a"))
			p.at[formerly] = moved(nowAt)
			for range 3 {
				fetch(t, g, "a")
			}
			p.ask = nil
			p.at[nowAt], p.err[nowAt] = here, tt.new
			p.at[formerly], p.err[formerly] = here, tt.old
			if tt.new != nil && !errors.Is(tt.new, nashra.ErrNotFeed) {
				p.at[nowAt] = fetcher.Feed{}
			}
			if tt.old != nil {
				p.at[formerly] = fetcher.Feed{}
			}
			var last nashra.Fetch
			for range tt.cycles {
				last = fetch(t, g, "a")
			}
			if got := fmt.Sprint(p.ask); got != tt.asked {
				t.Errorf("asked %s, want %s", got, tt.asked)
			}
			st := status(t, s, "a")
			if st.MovedTo() != tt.movedTo {
				t.Errorf("moved to %q, want %q", st.MovedTo(), tt.movedTo)
			}
			if tt.movedTo == "" && (last.Outcome != nashra.OutcomeOK || st.State.ConsecutiveFailures != 0) {
				t.Errorf("the configured address serves, and yet: %+v", last)
			}
		})
	}
}

func TestFeedThatMovesOnAndBackIsFollowed(t *testing.T) {
	p := newAddresses()
	g, s := open(t, &p.fakeSite, subscription("a"))
	cycles := func(n int) {
		for range n {
			fetch(t, g, "a")
		}
	}
	p.at[formerly], p.at[nowAt], p.at[later] = moved(nowAt), moved(later), here
	cycles(6)
	if got := status(t, s, "a").MovedTo(); got != later {
		t.Errorf("moved to %q, want %q", got, later)
	}
	p.at[later], p.at[formerly] = moved(formerly), here
	cycles(3)
	if got := status(t, s, "a").MovedTo(); got != "" {
		t.Errorf("moved back, and yet to %q", got)
	}
}

func TestAnotherFeedInTheConfigurationForgetsTheMove(t *testing.T) {
	p := newAddresses()
	g, s := open(t, &p.fakeSite, subscription("a"))
	p.at[formerly] = moved(nowAt)
	for range 3 {
		fetch(t, g, "a")
	}
	changed := subscription("a")
	changed.Feed = later
	g = reopen(t, s, &p.fakeSite, changed)
	if got := status(t, s, "a").MovedTo(); got != "" {
		t.Errorf("before the next fetch: moved to %q", got)
	}
	p.ask = nil
	fetch(t, g, "a")
	if got := fmt.Sprint(p.ask); got != "[later]" {
		t.Errorf("asked %s", got)
	}
}
