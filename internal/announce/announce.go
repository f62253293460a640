// Package announce tells a WebSub hub of what changed in our feeds.
//
// Who waits for news would rather be told than ask. The operator chooses a hub,
// the feeds name it, readers subscribe there, and the hub has to hear of every
// change: new articles, changed ones, and those that the desk takes back or
// gives free again. A hub may be down, and then nothing may be lost.
//
// [New] makes an [Announcer]. The store tells it of batches, [Announcer.Run] does
// the rest. The package knows neither feeds nor store, and dials what the
// operator wrote in config.yaml and nothing else.
package announce

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"nashra"
)

// Limits of what a hub is asked. The operator has chosen it, so it is trusted,
// but it may be down or slow like any other.
const (
	hubTimeout    = 15 * time.Second // of one request
	hubAtOnce     = 4                // requests
	hubGather     = time.Second      // changes of that time are told together: a cycle is several batches
	hubAgain      = 5 * time.Second  // before the first new try, twice as long before each further one
	hubAgainMost  = time.Hour        // also where the hub asks for more
	hubAnswerRead = 64 << 10         // bytes of an answer, so that the connection serves again
)

// Pages know the feeds that are published, and the hub that they name.
type Pages interface {
	Hub() string // "": none
	ChangedFeeds(ctx context.Context, sources, articles map[string]bool) ([]string, error)
}

// Announcer tells the hub that the feeds name what changed in them. It hears of
// every batch of the store, whoever made it.
type Announcer struct {
	pages  func() Pages
	client *http.Client
	log    *slog.Logger
	news   chan struct{} // holds a value where something was added

	mu       sync.Mutex
	sources  map[string]bool // ids of those that changed
	articles map[string]bool // ids of those that the desk or the rules of retention decided on
}

// New announces the feeds that pages gives at the time. Nil, or one that names no
// hub: nothing is announced.
func New(pages func() Pages, log *slog.Logger) *Announcer {
	return &Announcer{
		pages: pages, log: log, client: &http.Client{Timeout: hubTimeout, CheckRedirect: redirected}, news: make(chan struct{}, 1),
		sources: map[string]bool{}, articles: map[string]bool{},
	}
}

// redirected follows no redirect: it would make a GET of what is posted, whose
// answer says nothing of it.
func redirected(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Applied takes note of a batch, as store.Options.Applied asks. The first cycle
// of a source is quiet: what it brings is the past.
func (a *Announcer) Applied(b nashra.Batch, out nashra.Applied) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if b.Cycle.Number > 1 && out.New+out.Updated > 0 {
		a.sources[b.Source] = true
	}
	for _, src := range b.Sources {
		a.sources[src.ID] = true
	}
	for _, m := range b.Marks {
		if m.Kind == nashra.MarkHide || m.Kind == nashra.MarkRestore {
			a.articles[m.Article] = true
		}
	}
	for _, r := range b.Removes {
		a.articles[r.Article] = true
	}
	a.wake()
}

// wake has Run look where there is something to tell. It is called with mu held.
func (a *Announcer) wake() {
	if len(a.sources)+len(a.articles) > 0 {
		select {
		case a.news <- struct{}{}:
		default:
		}
	}
}

// Run announces until ctx ends. What the hub does not take is told again, ever
// more seldom, until it does, and together with what changed meanwhile; there
// is never more to tell than there are feeds.
func (a *Announcer) Run(ctx context.Context) {
	pending := map[string]bool{}
	failures, wait := 0, time.Duration(0)
	for {
		if failures == 0 {
			select {
			case <-ctx.Done():
				return
			case <-a.news:
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(max(wait, hubGather)):
		}
		after, err := a.announce(ctx, pending)
		if err == nil {
			failures, wait = 0, 0
			continue
		}
		if ctx.Err() != nil {
			return
		}
		failures++
		wait = max(after, min(hubAgain<<min(failures-1, 16), hubAgainMost))
		a.log.Warn("hub not told", "feeds", len(pending), "again", wait, "err", err)
	}
}

// announce tells the hub of what is pending and of what has changed since.
// What is worth a new try stays pending; then there is an error, and the time
// that the hub asks to be left alone.
func (a *Announcer) announce(ctx context.Context, pending map[string]bool) (time.Duration, error) {
	sources, articles := a.take()
	pages := a.pages()
	if pages == nil || pages.Hub() == "" {
		clear(pending)
		return 0, nil
	}
	topics, err := pages.ChangedFeeds(ctx, sources, articles)
	if err != nil {
		a.putBack(sources, articles)
		return 0, err
	}
	for _, t := range topics {
		pending[t] = true
	}
	var mu sync.Mutex
	var after time.Duration
	var later error
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(hubAtOnce)
	for _, topic := range slices.Sorted(maps.Keys(pending)) {
		group.Go(func() error {
			if within.Err() != nil {
				return within.Err()
			}
			pause, err := a.publish(within, pages.Hub(), topic)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case errors.Is(err, errHubAway):
				return err // nor would it take the others
			case errors.Is(err, errHubLater):
				after, later = max(after, pause), err
				return nil
			case err != nil:
				a.log.Warn("hub refuses a feed", "url", topic, "err", err)
			}
			delete(pending, topic)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return after, err
	}
	return after, later
}

func (a *Announcer) take() (sources, articles map[string]bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	sources, articles = a.sources, a.articles
	a.sources, a.articles = map[string]bool{}, map[string]bool{}
	return sources, articles
}

func (a *Announcer) putBack(sources, articles map[string]bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	maps.Copy(a.sources, sources)
	maps.Copy(a.articles, articles)
}

// Why a hub was not told.
var (
	errHubAway  = errors.New("the hub does not answer")
	errHubLater = errors.New("the hub does not take it now")
)

// publish tells the hub of one feed, as hubs commonly are told (the
// Recommendation leaves it open): by a form with hub.mode=publish and the feed
// as hub.url, one feed a request, because not every hub reads several. An error
// that wraps errHubAway or errHubLater is worth a new try, after the time that
// is given with it.
func (a *Announcer) publish(ctx context.Context, hub, topic string) (time.Duration, error) {
	form := url.Values{"hub.mode": {"publish"}, "hub.url": {topic}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, hub, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := a.client.Do(r)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", errHubAway, err)
	}
	defer resp.Body.Close()
	_, _ = io.CopyN(io.Discard, resp.Body, hubAnswerRead) // what it says does not matter
	switch {
	case resp.StatusCode/100 == 2:
		return 0, nil
	case resp.StatusCode/100 == 5, resp.StatusCode == http.StatusTooManyRequests, resp.StatusCode == http.StatusRequestTimeout:
		seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After")) // a date counts as none
		return min(time.Duration(max(seconds, 0))*time.Second, hubAgainMost), fmt.Errorf("%w: it answers %s", errHubLater, resp.Status)
	}
	return 0, fmt.Errorf("it answers %s", resp.Status)
}
