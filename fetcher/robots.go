package fetcher

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/temoto/robotstxt"

	"nashra"
)

// robots keeps the rules of hosts in memory (RFC 9309). They are asked for
// once for all who wait for them.
type robots struct {
	client *Client
	agent  string // our product token

	mu   sync.Mutex
	kept map[string]*rules // by scheme and host
}

// rules are those of one host. Once ready is closed they do not change.
type rules struct {
	ready   chan struct{}
	until   time.Time // asked for again after it
	data    *robotstxt.RobotsData
	problem error // why there are none; the host is not read then
}

func newRobots(c *Client) *robots {
	agent, _, _ := strings.Cut(c.userAgent, "/")
	agent, _, _ = strings.Cut(agent, " ")
	return &robots{client: c, agent: agent, kept: map[string]*rules{}}
}

// check returns nil where the rules of u's host let us read u, an error
// wrapping ErrRobots where they do not, and another where they could not be had.
func (r *robots) check(ctx context.Context, sub nashra.Subscription, u *url.URL) error {
	found, err := r.of(ctx, sub, u)
	switch {
	case err != nil:
		return err
	case found.problem != nil:
		return fmt.Errorf("the robots.txt of %s could not be had, so its pages are left alone for now: %w", u.Host, found.problem)
	case !found.data.TestAgent(robotsPath(u), r.agent):
		return fmt.Errorf("the partner asks robots not to read this page: %w; robots: ignore reads it where the agreement covers it", ErrRobots)
	}
	return nil
}

func (r *robots) of(ctx context.Context, sub nashra.Subscription, u *url.URL) (*rules, error) {
	key := u.Scheme + "://" + u.Host
	for {
		r.mu.Lock()
		found := r.kept[key]
		mine := found == nil || found.over(r.client.now())
		if mine {
			r.makeRoom()
			found = &rules{ready: make(chan struct{})}
			r.kept[key] = found
		}
		r.mu.Unlock()
		if mine {
			r.read(ctx, sub, u, found)
			if ctx.Err() != nil {
				r.forget(key, found)
			}
			close(found.ready)
		}
		select {
		case <-found.ready:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case !found.until.IsZero():
			return found, nil
		}
		// Whoever asked was called off. We ask ourselves.
	}
}

// over reports whether the rules must be asked for again.
func (s *rules) over(now time.Time) bool {
	select {
	case <-s.ready:
		return !now.Before(s.until)
	default:
		return false
	}
}

func (r *robots) forget(key string, s *rules) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.kept[key] == s {
		delete(r.kept, key)
	}
}

// makeRoom keeps the memory bounded: what is over goes first, then whatever
// comes. r.mu is held.
func (r *robots) makeRoom() {
	if len(r.kept) < maxRobotsKept {
		return
	}
	now := r.client.now()
	for key, s := range r.kept {
		if s.over(now) {
			delete(r.kept, key)
		}
	}
	for key := range r.kept {
		if len(r.kept) < maxRobotsKept {
			return
		}
		delete(r.kept, key)
	}
}

// read fetches the rules of u's host into s. A status of 4xx means that there
// are none; anything else that is no file means that we must not read (RFC
// 9309, section 2.3.1).
func (r *robots) read(ctx context.Context, sub nashra.Subscription, u *url.URL, s *rules) {
	file := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"}
	data, err := r.fetch(ctx, sub, file)
	if ctx.Err() != nil {
		return
	}
	now := r.client.now()
	if err != nil {
		s.problem, s.until = err, now.Add(robotsRetry)
		return
	}
	s.data, s.until = data, now.Add(robotsLife)
}

func (r *robots) fetch(ctx context.Context, sub nashra.Subscription, file *url.URL) (*robotstxt.RobotsData, error) {
	a, err := r.client.ask(ctx, request{sub: sub, url: file, accept: "text/plain, */*;q=0.1", bare: true})
	if err != nil {
		return nil, err
	}
	defer a.close()
	switch {
	case a.StatusCode >= 400 && a.StatusCode < 500:
		return robotstxt.FromString("")
	case a.StatusCode != http.StatusOK:
		return nil, r.client.statusError(a.Response)
	}
	body, err := readBody(a.Response, maxRobots)
	if err != nil && len(body) < maxRobots {
		return nil, a.explain(err)
	}
	if looksLikeHTML(body) {
		return robotstxt.FromString("") // a site that answers every address with its front page
	}
	data, err := robotstxt.FromBytes(escapeRules(body))
	if err != nil {
		return robotstxt.FromString("")
	}
	return data, nil
}

// robotsPath is the path and query that rules are compared with.
func robotsPath(u *url.URL) string {
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	return string(escapeRules([]byte(path)))
}

// escapeRules writes every byte above 127 as an escape and every escape in
// upper case, so that Arabic paths compare equal however either side spelt
// them (RFC 9309, section 2.2.2).
func escapeRules(data []byte) []byte {
	const digits = "0123456789ABCDEF"
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	out := make([]byte, 0, len(data))
	for i, c := range data {
		switch {
		case c >= 0x80:
			out = append(out, '%', digits[c>>4], digits[c&15])
		case 'a' <= c && c <= 'f' && escaped(data, i):
			out = append(out, c-'a'+'A')
		default:
			out = append(out, c)
		}
	}
	return out
}

// escaped reports whether data[i] is a digit of a percent escape.
func escaped(data []byte, i int) bool {
	isHex := func(c byte) bool {
		return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
	}
	return i >= 1 && data[i-1] == '%' && i+1 < len(data) && isHex(data[i+1]) ||
		i >= 2 && data[i-2] == '%' && isHex(data[i-1])
}
