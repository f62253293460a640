package fetcher_test

import (
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"nashra"
	"nashra/fetcher"
)

func TestNewestByDate(t *testing.T) {
	at := func(hour int) time.Time { return time.Date(2025, 6, 1, hour, 0, 0, 0, time.UTC) }
	var none time.Time
	tests := []struct {
		name  string
		dates []time.Time
		n     int
		want  []int
	}{
		{"all", []time.Time{at(3), at(2)}, 0, []int{0, 1}},
		{"newest first", []time.Time{at(3), at(2), at(1)}, 2, []int{0, 1}},
		{"oldest first", []time.Time{at(1), at(2), at(3)}, 2, []int{2, 1}},
		{"undated: the feed's order", []time.Time{none, none, none}, 2, []int{0, 1}},
		{"an undated one stands with the one before it", []time.Time{at(9), none, at(7)}, 2, []int{0, 1}},
		{"at the head with the one after it", []time.Time{none, at(9), at(7)}, 2, []int{0, 1}},
		{"fewer than wanted", []time.Time{at(1)}, 5, []int{0}},
		{"none", nil, 5, []int{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := fetcher.Newest(tt.dates, tt.n); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// long is a feed of n entries, in which entry i is i minutes old and stands at
// place(i).
func long(t *testing.T, n int, place func(i int) int, write func(b *strings.Builder, i int, date time.Time)) string {
	t.Helper()
	items := make([]string, n)
	for i := range n {
		var b strings.Builder
		write(&b, i, now.Add(-time.Duration(i)*time.Minute))
		items[place(i)] = b.String()
	}
	return strings.Join(items, "")
}

func TestNewestOfALongFeedWhateverItsOrder(t *testing.T) {
	const n, limit = 2500, 50
	orders := map[string]func(int) int{
		"newest first": func(i int) int { return i },
		"oldest first": func(i int) int { return n - 1 - i },
		"shuffled":     func(i int) int { return i * 999 % n }, // 999 and n have no common factor
	}
	formats := map[string]func(*testing.T, func(int) int) string{
		"RSS": func(t *testing.T, place func(int) int) string {
			return rssHead + long(t, n, place, func(b *strings.Builder, i int, date time.Time) {
				fmt.Fprintf(b, `<item><title>خبر %d</title><guid isPermaLink="false">%d</guid><pubDate>%s</pubDate></item>`, i, i, date.Format(time.RFC1123Z))
			}) + rssTail
		},
		"Atom": func(t *testing.T, place func(int) int) string {
			return `<feed xmlns="http://www.w3.org/2005/Atom"><title>مرصد</title>` + long(t, n, place, func(b *strings.Builder, i int, date time.Time) {
				fmt.Fprintf(b, `<entry><id>%d</id><title>خبر %d</title><updated>%s</updated></entry>`, i, i, date.Format(time.RFC3339))
			}) + `</feed>`
		},
		"JSON": func(t *testing.T, place func(int) int) string {
			items := long(t, n, place, func(b *strings.Builder, i int, date time.Time) {
				fmt.Fprintf(b, `{"id":"%d","title":"خبر %d","date_published":"%s"},`, i, i, date.Format(time.RFC3339))
			})
			return `{"version":"https://jsonfeed.org/version/1.1","items":[` + strings.TrimSuffix(items, ",") + `]}`
		},
	}
	for format, document := range formats {
		for order, place := range orders {
			t.Run(format+", "+order, func(t *testing.T) {
				body := document(t, place)
				_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, body) })
				sub.Limit = limit
				c := newClient(t, func(cfg *fetcher.Config) { cfg.Now = func() time.Time { return now } })
				feed, err := c.Feed(t.Context(), sub, nashra.Validators{})
				if err != nil {
					t.Fatal(err)
				}
				want := map[string]bool{}
				for i := range 1000 {
					want[fmt.Sprint(i)] = true
				}
				last := -1
				for _, e := range feed.Entries {
					i := 0
					if _, err := fmt.Sscan(e.GUID, &i); err != nil {
						t.Fatal(err)
					}
					if place(i) < last {
						t.Fatalf("entry %d is not in the feed's order", i)
					}
					last = place(i)
					delete(want, e.GUID)
				}
				if len(feed.Entries) != 1000 || len(want) > 0 {
					t.Errorf("got %d entries, %d of the newest 1000 are not there", len(feed.Entries), len(want))
				}
				if len(feed.Warnings) != 1 || !strings.Contains(feed.Warnings[0], "holds 2500 entries; the newest 1000") {
					t.Errorf("got warnings %q", feed.Warnings)
				}
			})
		}
	}
}

func TestLongFeedWithoutDatesKeepsItsHead(t *testing.T) {
	_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, rssFeed(3000)) })
	feed, err := newClient(t).Feed(t.Context(), sub, nashra.Validators{})
	if err != nil || len(feed.Entries) != 1000 || feed.Entries[0].GUID != "g0" || feed.Entries[999].GUID != "g999" {
		t.Fatalf("got %d entries, %v", len(feed.Entries), err)
	}
}

func TestLimitAboveWhatIsKeptIsReached(t *testing.T) {
	_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, rssFeed(3000)) })
	sub.Limit = 250
	feed, err := newClient(t).Feed(t.Context(), sub, nashra.Validators{})
	if err != nil || len(feed.Entries) != 2500 {
		t.Fatalf("got %d entries, %v", len(feed.Entries), err)
	}
}

// TestContainersBetweenLongLists moves what begins behind entries that go.
func TestContainersBetweenLongLists(t *testing.T) {
	body := `<rss version="2.0"><channel><title>أول</title>` + rssItems(1500) + `</channel><x:y>` + `<channel>` + rssItems(1500) + `</channel></x:y><item><title>`
	_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, body) })
	feed, err := newClient(t).Feed(t.Context(), sub, nashra.Validators{})
	if err == nil || len(feed.Entries) != 1000 || feed.Title != "أول" {
		t.Errorf("got %q with %d entries, %v", feed.Title, len(feed.Entries), err)
	}
}

func TestALongFeedCostsNoMoreThanWhatIsKept(t *testing.T) {
	item := func(b *strings.Builder, i int, date time.Time) {
		fmt.Fprintf(b, `<item><title>خبر %d</title><link>https://partner.example/%d</link><pubDate>%s</pubDate><description>%s</description></item>`,
			i, i, date.Format(time.RFC1123Z), strings.Repeat("جملة من الخبر. ", 25))
	}
	cost := func(n int) uint64 {
		body := rssHead + long(t, n, func(i int) int { return i }, item) + rssTail
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		feed, err := fetcher.ParseNewestForTest([]byte(body), "", nil, time.UTC, now, 1000)
		runtime.ReadMemStats(&after)
		if err != nil || len(feed.Entries) != min(n, 1000) {
			t.Fatalf("got %d entries, %v", len(feed.Entries), err)
		}
		return after.TotalAlloc - before.TotalAlloc - uint64(len(body)) // the copy made here
	}
	short, full := cost(2000), cost(8000)
	if full > 2*short {
		t.Errorf("8,000 entries allocate %d MiB, 2,000 of them %d MiB", full>>20, short>>20)
	}
}
