package fetcher

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
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
	ready         chan struct{}
	nashra.Robots // Until is zero where whoever asked was called off
	group         *robotstxt.Group
	delay         time.Duration // between two pages, as the host asks
	problem       error         // why there are none; the host is not read then
}

func newRobots(c *Client) *robots {
	agent, _, _ := strings.Cut(c.userAgent, "/")
	agent, _, _ = strings.Cut(agent, " ")
	return &robots{client: c, agent: agent, kept: map[string]*rules{}}
}

// check returns nil where the rules let us read u of their host, an error
// wrapping ErrRobots where they do not, and another where they could not be had.
func (s *rules) check(u *url.URL) error {
	switch {
	case s.problem != nil:
		return fmt.Errorf("the robots.txt of %s could not be had, so its pages are left alone for now: %w", u.Host, s.problem)
	case !s.group.Test(robotsPath(u)):
		return fmt.Errorf("the partner asks robots not to read this page: %w; robots: ignore reads it where the agreement covers it", ErrRobots)
	}
	return nil
}

// hold makes s the rules of found, which is their text among other things.
func (s *rules) hold(found nashra.Robots) {
	s.Robots = found
	data, err := robotstxt.FromString(found.Rules)
	if err != nil { // no line that significant lets through is one
		data, _ = robotstxt.FromString("")
	}
	s.group = data.FindGroup("*")
	s.delay = min(s.group.CrawlDelay, maxCrawlDelay)
}

// recall takes over what is remembered of earlier days, where nothing newer is
// known. What is over is kept for its validators.
func (r *robots) recall(list []nashra.Robots) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, old := range list {
		if latest := r.client.now().Add(robotsLife); old.Until.After(latest) {
			old.Until = latest // the clock was set back
		}
		if _, known := r.kept[old.Host]; known || old.Until.IsZero() {
			continue
		}
		s := &rules{ready: make(chan struct{})}
		s.hold(old)
		close(s.ready)
		r.makeRoom()
		r.kept[old.Host] = s
	}
}

// of returns the rules of u's host.
func (r *robots) of(ctx context.Context, sub nashra.Subscription, u *url.URL) (*rules, error) {
	key := u.Scheme + "://" + u.Host
	for {
		r.mu.Lock()
		found := r.kept[key]
		mine := found == nil || found.over(r.client.now())
		if mine {
			old := found
			r.makeRoom()
			found = &rules{ready: make(chan struct{})}
			r.kept[key] = found
			r.mu.Unlock()
			r.read(ctx, sub, key, old, found)
			if ctx.Err() != nil {
				r.forget(key, found)
			}
			close(found.ready)
		} else {
			r.mu.Unlock()
		}
		select {
		case <-found.ready:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case !found.Until.IsZero():
			return found, nil
		}
		// Whoever asked was called off. We ask ourselves.
	}
}

// over reports whether the rules must be asked for again.
func (s *rules) over(now time.Time) bool {
	select {
	case <-s.ready:
		return !now.Before(s.Until)
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

// read fetches the rules of a host into s. A status of 4xx means that there
// are none; anything else that is no file means that we must not read (RFC
// 9309, section 2.3.1). The request is conditional on old, which may be nil.
func (r *robots) read(ctx context.Context, sub nashra.Subscription, host string, old, s *rules) {
	var last nashra.Robots
	if old != nil && old.problem == nil {
		last = old.Robots
	}
	found, err := r.fetch(ctx, sub, host, last)
	if ctx.Err() != nil {
		return
	}
	now := r.client.now().UTC()
	if err != nil {
		s.problem, s.Until = err, now.Add(robotsRetry)
		return
	}
	found.Host, found.Until = host, now.Add(robotsLife)
	s.hold(found)
}

// fetch returns the text and the validators of a host's rules.
func (r *robots) fetch(ctx context.Context, sub nashra.Subscription, host string, last nashra.Robots) (nashra.Robots, error) {
	var none nashra.Robots
	file, err := url.Parse(host + "/robots.txt")
	if err != nil {
		return none, errors.New("its address cannot be read as a URL")
	}
	a, err := r.client.ask(ctx, request{sub: sub, url: file, accept: "text/plain, */*;q=0.1", bare: true, last: last.Validators})
	if err != nil {
		return none, err
	}
	defer a.close()
	switch {
	case a.StatusCode == http.StatusNotModified && a.conditional:
		return nashra.Robots{Rules: last.Rules, Validators: refreshed(last.Validators, a.Header)}, nil
	case a.StatusCode >= 400 && a.StatusCode < 500:
		drain(a.Body)
		return none, nil
	case a.StatusCode != http.StatusOK:
		return none, r.client.statusError(a.Response)
	}
	body, err := readBody(a.Response, maxRobots, nil) // which is below largeBody
	if err != nil && len(body) < maxRobots {
		return none, a.explain(err)
	}
	if len(body) >= maxRobots {
		body = body[:bytes.LastIndexByte(body, '\n')+1] // half a path forbids more than the whole one
	}
	if looksLikeHTML(body) {
		return none, nil // a site that answers every address with its front page
	}
	return nashra.Robots{
		Rules:      significant(escapeRules(body), r.agent),
		Validators: newValidators(a.target, a.Header, nashra.Hash{}),
	}, nil
}

// significant is what a robots.txt says to agent, as a robots.txt of one
// group: the rules of all groups that name it, else of those for everybody (RFC
// 9309, section 2.2.1). Those that allow come first, since of two rules that
// match equally that one counts. "" where there are no rules.
func significant(file []byte, agent string) string {
	type group struct {
		named         bool
		allow, others []string
	}
	var ours, everybodys group
	var present []*group // that the next rules are of
	inRules := false
	for line := range bytes.FieldsFuncSeq(file, func(c rune) bool { return c == '\n' || c == '\r' }) {
		text, _, _ := strings.Cut(string(line), "#")
		key, value, _ := strings.Cut(text, ":")
		key, value = strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
		switch key {
		case "user-agent", "useragent":
			if inRules {
				present, inRules = nil, false
			}
			name, _, _ := strings.Cut(value, "/") // without a version
			switch {
			case name == "*":
				present = append(present, &everybodys)
			case strings.EqualFold(strings.TrimSpace(name), agent):
				ours.named = true
				present = append(present, &ours)
			}
		case "allow", "disallow", "crawl-delay", "crawldelay":
			inRules = true
			for _, g := range present {
				switch {
				case value == "": // a path that nothing begins with
				case key == "allow":
					g.allow = append(g.allow, "Allow: "+value)
				case key == "disallow":
					g.others = append(g.others, "Disallow: "+value)
				default:
					if seconds, err := strconv.ParseFloat(value, 64); err == nil && seconds > 0 && seconds <= 1e6 {
						g.others = append(g.others, "Crawl-delay: "+value)
					}
				}
			}
		}
	}
	holds := ours
	if !ours.named {
		holds = everybodys
	}
	lines := append(holds.allow, holds.others...)
	if len(lines) == 0 {
		return ""
	}
	return "User-agent: *\n" + strings.Join(lines, "\n") + "\n"
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
