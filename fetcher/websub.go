package fetcher

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"nashra"
)

// named takes over a link of the feed's own document that has to do with its
// hub, and passes over any other. rel may hold several words.
func (r *reading) named(rel, href string) {
	rels := strings.Fields(strings.ToLower(rel))
	if (slices.Contains(rels, "hub") || slices.Contains(rels, "self")) && len(r.feed.links) < maxListed {
		r.feed.links = append(r.feed.links, link{rels, href})
	}
}

// hub is the first usable hub that a feed names, by the Link fields of its
// answer before its document, and the topic under which that hub knows it: what
// the feed calls itself, else where it was found (WebSub, section 4).
func hub(h http.Header, document []link, from *url.URL) nashra.Hub {
	links := slices.Concat(linksOf(h), document)
	address := relation(links, "hub", from)
	if address == "" {
		return nashra.Hub{}
	}
	topic := relation(links, "self", from)
	if topic == "" {
		topic = from.String()
	}
	return nashra.Hub{URL: address, Topic: topic}
}

// hubOfAnswer is hub where there is no document beside the answer: the zero Hub
// unless its fields say all that there is to say.
func hubOfAnswer(h http.Header, from *url.URL) nashra.Hub {
	if relation(linksOf(h), "self", from) == "" {
		return nashra.Hub{}
	}
	return hub(h, nil, from)
}

// relation is the first link of that relation that is an http or https URL of
// bounded length, "" for none.
func relation(links []link, rel string, base *url.URL) string {
	r := reading{document: document{url: base}}
	for _, l := range links {
		if !slices.Contains(l.rels, rel) {
			continue
		}
		if target := r.absolute(l.target); target != "" && len(target) <= maxHubAddress {
			return target
		}
	}
	return ""
}

// HubRequest asks a hub to deliver a feed, or to end that (WebSub, section
// 5.1).
type HubRequest struct {
	Hub         nashra.Hub
	Unsubscribe bool
	Callback    string        // where the hub asks back and delivers
	Secret      string        // by which it signs; less than 200 bytes
	Lease       time.Duration // for which it is asked to deliver
}

// AskHub sends r on behalf of sub. The address guard, the timeout and the
// bounds are those of [Client.Feed]; neither credentials nor headers of the
// source go along. Redirects are followed as far as they keep the method (307,
// 308) and do not leave https.
//
// nil means that the hub took the request. Whether it holds is told by the
// verification that follows. An error is a sentence for the operator, and wraps
// *StatusError where the hub answered with a refusal.
func (c *Client) AskHub(ctx context.Context, sub nashra.Subscription, r HubRequest) error {
	if err := c.askHub(ctx, sub, r); err != nil {
		return fmt.Errorf("ask the hub %s: %w", nashra.RedactURL(r.Hub.URL), err)
	}
	return nil
}

func (c *Client) askHub(ctx context.Context, sub nashra.Subscription, r HubRequest) error {
	to, err := url.Parse(r.Hub.URL)
	if err != nil {
		return fmt.Errorf("its address cannot be read as a URL")
	}
	form := url.Values{
		"hub.mode":     {nashra.HubSubscribe},
		"hub.topic":    {r.Hub.Topic},
		"hub.callback": {r.Callback},
	}
	if r.Unsubscribe {
		form.Set("hub.mode", nashra.HubUnsubscribe)
	} else {
		form.Set("hub.secret", r.Secret)
		form.Set("hub.lease_seconds", strconv.FormatInt(int64(r.Lease/time.Second), 10))
	}
	a, err := c.ask(ctx, request{sub: sub, url: to, accept: "*/*", bare: true, form: form})
	if err != nil {
		return err
	}
	defer a.close()
	switch {
	case a.StatusCode/100 == 2: // hubs of the time before the standard answer 204
		return nil
	case isRedirect(a.StatusCode):
		return fmt.Errorf("it redirects with HTTP %d, which would lose the request; only 307 and 308 keep it", a.StatusCode)
	}
	said, _ := io.ReadAll(io.LimitReader(a.Body, maxHubReason)) // as far as it came
	if words := clip(string(said)); words != "" {
		return fmt.Errorf("%w: %s", c.statusError(a.Response), quote(words))
	}
	return c.statusError(a.Response)
}

// Delivered parses what a hub delivered of the feed of sub. from is the feed's
// own address, to which relative links in it are resolved. The Feed holds no
// status, no validators and no hub; all else is as with [Client.Feed], and of
// the entries there may be only those that are new.
func (c *Client) Delivered(ctx context.Context, sub nashra.Subscription, from, contentType string, body []byte) (Feed, error) {
	feed := Feed{Bytes: int64(len(body))}
	base, err := url.Parse(from)
	if err != nil {
		return feed, fmt.Errorf("the feed's address cannot be read as a URL")
	}
	leave, err := c.bodies.enter(ctx, len(body))
	if err != nil {
		return feed, err
	}
	defer leave()
	err = parse(ctx, &feed, &document{body: body, contentType: contentType, url: bare(base), zone: sub.Zone, now: c.now(), keep: kept(sub.Limit)})
	return feed, err
}

// Public reports whether others may be able to reach u, as far as its form
// tells: its host is no private address and no local name.
func Public(u *url.URL) bool {
	if addr, err := netip.ParseAddr(u.Hostname()); err == nil {
		kind, _ := classify(addr)
		return kind == ""
	}
	return !localName(u.Hostname())
}
