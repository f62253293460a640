package fetcher_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"nashra"
	"nashra/fetcher"
)

func TestOnlyThePermanentRedirectsAtTheBeginningAreAMove(t *testing.T) {
	tests := []struct {
		name  string
		chain []int
		want  string // path
	}{
		{"none", nil, ""},
		{"301", []int{301}, "/1"},
		{"308", []int{308}, "/1"},
		{"302", []int{302}, ""},
		{"303", []int{303}, ""},
		{"307", []int{307}, ""},
		{"two permanent ones", []int{301, 308}, "/2"},
		{"a temporary one behind", []int{301, 302}, "/1"},
		{"a permanent one behind that", []int{308, 307, 301}, "/1"},
		{"a temporary one before", []int{302, 301}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
				var n int
				_, _ = fmt.Sscanf(r.URL.Path, "/%d", &n) // 0 for the feed's own path
				if n < len(tt.chain) {
					http.Redirect(w, r, fmt.Sprintf("/%d", n+1), tt.chain[n])
					return
				}
				w.Header().Set("ETag", `"1"`)
				if r.Header.Get("If-None-Match") != "" {
					w.WriteHeader(http.StatusNotModified)
					return
				}
				fmt.Fprint(w, rssFeed(1))
			})
			want := tt.want
			if want != "" {
				want = server.URL + want
			}
			c := newClient(t)
			var last nashra.Validators
			for _, what := range []string{"a feed", "an unchanged one"} {
				feed, err := c.Feed(t.Context(), sub, last)
				if err != nil || feed.Moved != want {
					t.Errorf("%s: moved to %q, %v, want %q", what, feed.Moved, err, want)
				}
				last = feed.Validators
			}
		})
	}
}

func TestFeedThatMovedAndFailsThereSaysSo(t *testing.T) {
	server, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/feed":
			http.Redirect(w, r, "/dead", http.StatusMovedPermanently)
		case "/far":
			http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusMovedPermanently)
		default:
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	feed, err := newClient(t).Feed(t.Context(), sub, nashra.Validators{})
	if err == nil || feed.Moved != server.URL+"/dead" {
		t.Errorf("an answer of failure: moved to %q, %v", feed.Moved, err)
	}
	sub.Feed = server.URL + "/far"
	feed, err = newClient(t).Feed(t.Context(), sub, nashra.Validators{})
	if err == nil || feed.Moved != "http://127.0.0.1:1/" || feed.Status != http.StatusMovedPermanently {
		t.Errorf("no answer: moved to %q, status %d, %v", feed.Moved, feed.Status, err)
	}
}

func TestRememberedAddressIsAskedWithoutTheOldHop(t *testing.T) {
	var seen []string
	note := func(r *http.Request) {
		_, password, _ := r.BasicAuth()
		seen = append(seen, fmt.Sprint(r.Host, r.URL.Path, " ", password, r.Header.Get("X-Key"), r.Header.Get("If-None-Match")))
	}
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		note(r)
		w.Header().Set("ETag", `"1"`)
		fmt.Fprint(w, rssFeed(1))
	}))
	defer elsewhere.Close()
	server, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
		note(r)
		fmt.Fprint(w, rssFeed(1))
	})
	sub.Feed = strings.Replace(sub.Feed, "://", "://desk:secret@", 1)
	sub.Header = http.Header{"X-Key": {"k"}}
	c := newClient(t)
	var last nashra.Validators
	for _, to := range []string{elsewhere.URL + "/x", elsewhere.URL + "/x", server.URL + "/y"} {
		sub.MovedTo = to
		feed, err := c.Feed(t.Context(), sub, last)
		if err != nil || feed.Validators.URL != to || feed.Moved != "" {
			t.Errorf("%s: %+v, %v", to, feed.Validators, err)
		}
		last = feed.Validators
	}
	host, own := strings.TrimPrefix(elsewhere.URL, "http://"), strings.TrimPrefix(server.URL, "http://")
	if want := []string{host + "/x ", host + `/x "1"`, own + "/y secretk"}; fmt.Sprint(seen) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", seen, want)
	}
	sub.MovedTo = "http://10.0.0.1/feed"
	if _, err := newClient(t, func(c *fetcher.Config) { c.AllowPrivate = false }).Feed(t.Context(), sub, last); !errors.Is(err, nashra.ErrForbiddenAddress) || !strings.Contains(err.Error(), "10.0.0.1") {
		t.Errorf("the guard does not hold: %v", err)
	}
}
