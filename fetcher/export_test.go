package fetcher

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"nashra"
)

// What tests outside must see that nobody else may.

const (
	MaxEntries = maxEntries
	MaxDepth   = maxDepth
)

// ParseForTest parses body as Feed would.
func ParseForTest(body []byte, contentType string, from *url.URL, zone *time.Location, now time.Time) (Feed, error) {
	return ParseNewestForTest(body, contentType, from, zone, now, maxEntries)
}

// ParseNewestForTest parses body as Feed would where keep entries are kept.
func ParseNewestForTest(body []byte, contentType string, from *url.URL, zone *time.Location, now time.Time, keep int) (Feed, error) {
	var feed Feed
	err := parse(context.Background(), &feed, &document{body: body, contentType: contentType, url: from, zone: zone, now: now, keep: keep})
	return feed, err
}

// ParseWithinForTest parses body as long as ctx lasts.
func ParseWithinForTest(ctx context.Context, body []byte, from *url.URL) (Feed, error) {
	var feed Feed
	err := parse(ctx, &feed, &document{body: body, url: from, keep: maxEntries})
	return feed, err
}

// BothWaysForTest reads a feed twice, all of it by gofeed and with the simple
// items taken out before. simple is how many these are.
func BothWaysForTest(body []byte, from *url.URL, now time.Time) (byGofeed, mixed Feed, simple int, errs [2]error) {
	text, _, _ := toUTF8(body, "")
	read := func(feed *Feed, uncommon bool) error {
		r := &reading{feed: feed, document: document{url: from, now: now}}
		m := mend(text, from, maxEntries, func(_, _ string) time.Time { return time.Time{} })
		m.uncommon = m.uncommon || uncommon
		items, _ := takeSimple(context.Background(), m)
		for _, item := range items {
			if item != nil {
				simple++
			}
		}
		return r.gofeed(context.Background(), m)
	}
	errs[0], errs[1] = read(&byGofeed, true), read(&mixed, false)
	return byGofeed, mixed, simple, errs
}

// CheckAddress asks the guard.
func CheckAddress(addr netip.Addr, private bool, allow ...netip.Prefix) error {
	return guard{private: private, allow: allow}.check(addr)
}

// CheckURL is what is refused before a name is resolved.
func CheckURL(u *url.URL) error { return checkURL(u) }

// LocalName reports whether a name is refused behind a proxy.
func LocalName(host string) bool { return localName(host) }

// RetryAfter reads a Retry-After field.
func RetryAfter(value string, now time.Time) time.Time { return retryAfter(value, now) }

// Freshness reads the fields that say for how long an answer holds.
func Freshness(h http.Header, now time.Time) time.Duration { return freshness(h, now) }

// Links reads the Link fields: the targets, each with its relations.
func Links(h http.Header) (targets []string, rels [][]string) {
	for _, l := range linksOf(h) {
		targets, rels = append(targets, l.target), append(rels, l.rels)
	}
	return targets, rels
}

// ToUTF8 is the charset layer.
func ToUTF8(data []byte, header string) ([]byte, []string) {
	text, _, warnings := toUTF8(data, header)
	return text, warnings
}

// Mend is the layer before gofeed.
func Mend(text []byte) []byte {
	return mend(text, nil, maxEntries, func(_, _ string) time.Time { return time.Time{} }).text
}

// Hosts lets requests in by turns.
type Hosts struct{ h *hosts }

// NewHosts makes one without a client.
func NewHosts(perHost int, pause time.Duration) Hosts { return Hosts{newHosts(perHost, pause)} }

// Enter waits for a turn.
func (h Hosts) Enter(ctx context.Context, u *url.URL, page bool) (func(), error) {
	return h.h.enter(ctx, u, page, h.h.pause)
}

// CrawlDelay is what rules, a robots.txt of one group, come to.
func CrawlDelay(text string) time.Duration {
	var s rules
	s.hold(nashra.Robots{Rules: text})
	return s.delay
}

// IsFullForTest reports whether there is no room for a large body.
func (c *Client) IsFullForTest() bool {
	if !c.bodies.large.TryAcquire(1) {
		return true
	}
	c.bodies.large.Release(1)
	return false
}

// Clock gives an exchange its time.
type Clock struct{ c *clock }

// StartClockForTest starts one.
func StartClockForTest(left time.Duration, cancel context.CancelFunc) Clock {
	return Clock{startClock(left, cancel)}
}

// Hold stops it until resume is called.
func (c Clock) Hold() (resume func()) { return c.c.hold() }

// Blame says of an error that it was the time's, where it was.
func (c Clock) Blame(err error) error { return c.c.blame(err) }
