// Package fetcher is the way out to the world: it asks partners for their
// feeds and pages, and it is the only package that dials an address that a
// partner chose.
//
// A partner's site may be slow, broken, moved, lying about its charset, or in
// the hands of somebody who wants to see our inner network. So every exchange
// is bounded in time, size and memory, every address is checked after its name is
// resolved (guard.go), and every document is mended before it is parsed
// (charset.go, mend.go). Towards partners the package is polite: it asks
// conditionally, keeps few connections to a host, pauses between pages and
// heeds robots.txt.
//
// Begin with [New], [Client.Feed] and [Client.Page]. The package decides no
// schedule and keeps nothing on disk: what to remember between two fetches is
// in [Feed.Validators], [Feed.Hints] and [Page], when to ask again is the
// caller's, by these, [Feed.Fresh] and [Backoff].
package fetcher

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"nashra"
)

// Config says how a Client behaves. The zero value of each field is a sound
// default but for UserAgent, which partners should know us by.
type Config struct {
	UserAgent    string           // as RFC 9110, section 10.1.5; "" is "nashra"
	Timeout      time.Duration    // of one request, from dial to the last byte, redirects included; 0: 30 s
	MaxBody      int64            // bytes of one body after decompression; 0: 8 MiB
	PerHost      int              // requests at a time to one host; 0: 2
	Pause        time.Duration    // between two pages of one host; 0: none
	AllowPrivate bool             // loopback, private and link-local addresses may be dialled
	Proxy        *url.URL         // outbound proxy; nil: HTTPS_PROXY and its kin of the environment, as New finds them
	RootCAs      *x509.CertPool   // certificate authorities; nil: the system's
	Now          func() time.Time // nil: time.Now
	Logger       *slog.Logger     // nil: silent
}

// Client asks partners. It is safe for use by many goroutines.
type Client struct {
	userAgent string
	timeout   time.Duration
	maxBody   int64
	now       func() time.Time
	log       *slog.Logger

	hosts      *hosts
	robots     *robots
	transports *transports
	bodies     *bodies
}

// New returns a Client that behaves as cfg says. It refuses a config that
// cannot work.
func New(cfg Config) (*Client, error) {
	switch {
	case cfg.Timeout < 0 || cfg.MaxBody < 0 || cfg.PerHost < 0 || cfg.Pause < 0:
		return nil, errors.New("fetcher: a negative timeout, size, number or pause")
	case strings.ContainsAny(cfg.UserAgent, "\r\n\x00"):
		return nil, errors.New("fetcher: the user agent holds a line break")
	}
	if p := cfg.Proxy; p != nil {
		switch p.Scheme {
		case "http", "https", "socks5", "socks5h":
		default:
			return nil, fmt.Errorf("fetcher: a proxy by scheme %q; use http, https or socks5", p.Scheme)
		}
		if p.Hostname() == "" {
			return nil, errors.New("fetcher: a proxy without a host")
		}
	}
	c := &Client{
		userAgent: cfg.UserAgent,
		timeout:   cfg.Timeout,
		maxBody:   cfg.MaxBody,
		now:       cfg.Now,
		log:       cfg.Logger,
	}
	if c.userAgent == "" {
		c.userAgent = "nashra"
	}
	if c.timeout == 0 {
		c.timeout = defaultTimeout
	}
	if c.maxBody == 0 {
		c.maxBody = defaultMaxBody
	}
	if cfg.PerHost == 0 {
		cfg.PerHost = defaultPerHost
	}
	if c.now == nil {
		c.now = time.Now
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	c.bodies = newBodies()
	c.hosts = newHosts(cfg.PerHost, cfg.Pause)
	c.robots = newRobots(c)
	c.transports = newTransports(cfg, c.timeout)
	return c, nil
}

// Feed is what one fetch of a feed brought.
type Feed struct {
	Status      int               // of the last answer; 0 where there was none
	NotModified bool              // the same as at the last fetch; there are no entries then
	Validators  nashra.Validators // to be given to the next fetch, whatever came of this one
	Moved       string            `json:",omitempty"` // where the feed moved for good by the redirects (301, 308) at the beginning, as far as they go; "": nowhere
	Title       string            // of the feed, as it came
	Homepage    string            // absolute, "" where the feed names none
	Language    string            // as the feed says, often wrong
	Entries     []nashra.Entry    // in the feed's order
	Hints       nashra.Hints      `json:",omitzero"` // of the document; none where NotModified, those of before hold then
	Fresh       time.Duration     `json:",omitzero"` // for how long the answer, a 304 too, says that it holds (RFC 9111, section 4.2); 0: it does not say
	Bytes       int64             // of the body, decompressed
	Warnings    []string          // what was wrong without failing the fetch: sentences for an editor
	Header      []string          `json:",omitempty"` // of the answer, what tells an editor something: lines "Name: value"; none of a 304
	Hub         nashra.Hub        `json:",omitzero"`  // that the answer or the document names; where NotModified and zero, that of before holds

	links []link // of the document, to what has to do with its hub
}

// Feed fetches and parses the feed of sub.
//
// The request is conditional (RFC 9110, section 13) on last as soon as it
// reaches the URL that last holds for. A 304, and a body that is the same as
// at the last fetch, are NotModified and no error. A redirect is followed up
// to ten times. The first address asked is sub.MovedTo where there is one;
// credentials and headers still go to the host of sub.Feed alone.
//
// A Feed is returned beside an error too. It then holds what is known: the
// status, and of a transfer that was cut short, that was too large or whose
// document broke off, the entries that came whole. Its Validators are new only
// where the feed was read to its end without fault.
//
// Entries are the newest of the feed by date, see [Newest], 1,000 of them or
// ten times sub.Limit if that is more, and 10,000 at most; they keep the feed's
// order. Their strings are valid UTF-8, their links absolute, their times UTC
// and zero where the feed gives none that can be read.
//
// A body over 1 MiB may have to wait for others of that kind, which does not
// count towards Config.Timeout: see bodies.go.
//
// Errors are sentences for an editor and hold no credentials. They wrap
// *StatusError where the partner answered with a status of refusal or failure,
// nashra.ErrNotFeed, nashra.ErrTooLarge, nashra.ErrForbiddenAddress, and
// context.DeadlineExceeded or ctx's own error where time ran out.
func (c *Client) Feed(ctx context.Context, sub nashra.Subscription, last nashra.Validators) (Feed, error) {
	feed, err := c.feed(ctx, sub, last)
	if err != nil {
		return feed, fmt.Errorf("get %s: %w", nashra.RedactURL(cmp.Or(sub.MovedTo, sub.Feed)), err)
	}
	return feed, nil
}

func (c *Client) feed(ctx context.Context, sub nashra.Subscription, last nashra.Validators) (Feed, error) {
	feed := Feed{Validators: last}
	start, err := url.Parse(strings.TrimSpace(cmp.Or(sub.MovedTo, sub.Feed)))
	if err != nil {
		return feed, errors.New("the feed's address cannot be read as a URL")
	}
	a, err := c.ask(ctx, request{sub: sub, url: start, accept: acceptFeed, last: last})
	if err != nil {
		var led *redirectError
		if errors.As(err, &led) {
			feed.Status, feed.Moved = led.status, led.moved
		}
		return feed, err
	}
	defer a.close()
	feed.Status, feed.Moved = a.StatusCode, a.moved

	switch {
	case a.StatusCode == http.StatusNotModified && a.conditional:
		feed.NotModified = true
		feed.Validators = refreshed(last, a.Header)
		feed.Hub = hubOfAnswer(a.Header, a.url)
		feed.Fresh = freshness(a.Header, c.now())
		return feed, nil
	}
	feed.Header = telling(a.Header)
	switch {
	case a.StatusCode == http.StatusNoContent || a.StatusCode == http.StatusResetContent:
		return feed, fmt.Errorf("the answer is empty (HTTP %d): %w", a.StatusCode, nashra.ErrNotFeed)
	case a.StatusCode != http.StatusOK && a.StatusCode != http.StatusNonAuthoritativeInfo:
		return feed, c.statusError(a.Response)
	}

	feed.Fresh = freshness(a.Header, c.now())
	body, share, readErr := c.body(ctx, a)
	defer share.shrink(0)
	feed.Bytes = int64(len(body))
	if readErr != nil && len(body) == 0 {
		return feed, readErr
	}
	hash := nashra.HashOfBytes(body)
	if readErr == nil && a.target == last.URL && hash == last.BodyHash {
		feed.NotModified = true
		feed.Validators = newValidators(a.target, a.Header, hash)
		feed.Hub = hubOfAnswer(a.Header, a.url)
		return feed, nil
	}
	doc := document{
		body:        body,
		contentType: a.Header.Get("Content-Type"),
		url:         a.url,
		noLength:    a.ContentLength < 0 && len(a.TransferEncoding) == 0 && a.ProtoMajor == 1,
		zone:        sub.Zone,
		now:         c.now(),
		keep:        kept(sub.Limit),
	}
	leave, err := c.bodies.enter(ctx, len(body))
	if err != nil {
		return feed, err
	}
	err = parse(ctx, &feed, &doc)
	leave()
	switch {
	case readErr != nil && len(feed.Entries) > 0:
		return feed, fmt.Errorf("%w; %s", readErr, came(len(feed.Entries)))
	case readErr != nil:
		return feed, readErr // why the document broke off, if it did
	case err != nil:
		return feed, err
	}
	feed.Validators = newValidators(a.target, a.Header, hash)
	feed.Hub = hub(a.Header, feed.links, a.url)
	return feed, nil
}

// body reads a's body and ends a. The share must be shrunk to nothing when the
// body is done with.
func (c *Client) body(ctx context.Context, a *answer) (body []byte, held *share, err error) {
	held = &share{of: c.bodies}
	wire := &countedBody{ReadCloser: a.Body}
	a.Body = wire
	body, err = readBody(a.Response, c.maxBody, func() error {
		defer a.clock.hold()()
		return held.grow(ctx, c.maxBody)
	})
	if err != nil {
		err = a.explain(err)
	}
	a.close()
	recorderOf(ctx).read(a.Response, wire.n, body)
	held.shrink(len(body))
	return body, held, err
}

// countedBody counts the bytes that came of a body.
type countedBody struct {
	io.ReadCloser
	n int64
}

func (b *countedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.n += int64(n)
	return n, err
}

const acceptFeed = "application/rss+xml, application/atom+xml, application/feed+json;q=0.9, application/rdf+xml;q=0.9, " +
	"application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.5, */*;q=0.1"
