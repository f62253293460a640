package ingest

import (
	"context"
	"time"

	"nashra"
	"nashra/fetcher"
)

// Trial asks for the feed of sub as the cycle that follows on before would, but
// unconditionally, and stores nothing. It returns the feed with its error, and
// what the cycle would record of them, but for what is decided of single entries:
// the outcome and when the source would be asked again.
func Trial(ctx context.Context, client Fetcher, sub nashra.Subscription, before nashra.State, now time.Time) (fetcher.Feed, nashra.Fetch, error) {
	g := &Ingester{cfg: Config{Fetcher: client, Now: func() time.Time { return now }}}
	before.Validators = nashra.Validators{}
	r := newRun(g, sub, before, now)
	feed, err := r.ask(ctx)
	for _, e := range feed.Entries {
		if r.dated(e) {
			r.came = append(r.came, e.Published)
		}
	}
	fetch, _ := r.conclude(feed, err)
	return feed, fetch, err
}
