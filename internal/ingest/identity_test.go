package ingest_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"nashra"
	"nashra/fetcher"
	"nashra/internal/ingest"
	"nashra/store"
)

// TestArticlesKeepTheirIdentity fetches documents of partners whose guids
// change, repeat or are missing, that moved to https, or whose feeds overlap.
func TestArticlesKeepTheirIdentity(t *testing.T) {
	type step struct{ source, document, want string }
	tests := []struct {
		name     string
		steps    []step
		articles int
	}{
		{"a guid that changes", []step{
			{"front", "guid-changes-before.xml", "ok new 1 updated 0 unchanged 0"},
			{"front", "guid-changes-after.xml", "ok new 0 updated 1 unchanged 0"},
		}, 1},
		{"a move to https", []step{
			{"front", "moved-to-https-before.xml", "ok new 1 updated 0 unchanged 0"},
			{"front", "moved-to-https-after.xml", "ok new 0 updated 1 unchanged 0"},
		}, 1},
		{"a guid on several entries", []step{
			{"front", "guid-repeats.xml", "ok new 2 updated 0 unchanged 0"},
			{"front", "no-guid.xml", "ok new 1 updated 2 unchanged 0"}, // the same links
		}, 3},
		{"no guids", []step{
			{"front", "no-guid.xml", "ok new 3 updated 0 unchanged 0"},
			{"sport", "no-guid.xml", "ok new 0 updated 0 unchanged 3"},
		}, 3},
		{"a page on several entries", []step{{"front", "link-repeats.xml", "ok new 2 updated 0 unchanged 0"}}, 2},
		{"an entry twice", []step{{"front", "entry-repeats.xml", "ok new 1 updated 0 unchanged 0"}}, 1},
		{"two feeds that overlap", []step{
			{"front", "overlap-front.xml", "ok new 2 updated 0 unchanged 0"},
			{"sport", "overlap-sport.xml", "ok new 1 updated 0 unchanged 1"},
			{"front", "overlap-front.xml", "not_modified new 0 updated 0 unchanged 0"},
		}, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var document atomic.Value
			partner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = w.Write(document.Load().([]byte)) // a client that has gone is no matter
			}))
			defer partner.Close()
			client, err := fetcher.New(fetcher.Config{AllowPrivate: true})
			if err != nil {
				t.Fatal(err)
			}
			s, err := store.Open(filepath.Join(t.TempDir(), "nashra.db"), store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			var subs []nashra.Subscription
			for _, id := range []string{"front", "sport"} {
				sub := subscription(id)
				sub.Partner, sub.Feed, sub.Content = "partner", partner.URL+"/"+id, nashra.ContentFeed
				subs = append(subs, sub)
			}
			g, err := ingest.New(ingest.Config{Subscriptions: subs, Store: s, Fetcher: client})
			if err != nil {
				t.Fatal(err)
			}
			if err := g.Announce(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, step := range tt.steps {
				body, err := os.ReadFile("../../fetcher/testdata/feeds/identity/" + step.document)
				if err != nil {
					t.Fatal(err)
				}
				document.Store(body)
				f := fetch(t, g, step.source)
				if got := counts(f); got != step.want {
					t.Errorf("%s of %s: got %s (%s), want %s", step.document, step.source, got, f.Error, step.want)
				}
			}
			page, err := s.Articles(t.Context(), nashra.Query{Limit: 100})
			if err != nil || len(page.Records) != tt.articles {
				t.Errorf("got %d articles, %v, want %d", len(page.Records), err, tt.articles)
			}
		})
	}
}
