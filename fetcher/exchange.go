package fetcher

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/http/httpproxy"

	"nashra"
)

// request is one question to a partner, redirects included.
type request struct {
	sub    nashra.Subscription
	url    *url.URL
	accept string
	page   bool                // a page of an article: robots.txt and the pause hold
	bare   bool                // neither credentials nor headers of the source go along
	last   nashra.Validators   // of what was read before
	heeds  func(nashra.Robots) // is told the rules of each host of a page; nil where it is none
	form   url.Values          // is posted; nil: a GET
}

// answer is the partner's last answer. Its body has not been read; close ends
// it and must be called.
type answer struct {
	*http.Response
	url         *url.URL // the one that answered, without credentials
	target      string   // url as a string
	conditional bool     // the request held validators
	moved       string   // where the permanent redirects at the beginning led; "": there were none
	began       time.Time
	clock       *clock // that ends it
	close       func()
	explain     func(error) error // makes a sentence of an error of the transfer
}

// drain reads a body that nobody wants, so that its connection can be used
// again, if it is worth it.
func drain(body io.Reader) { _, _ = io.CopyN(io.Discard, body, drained) }

// ask sends r and follows redirects. Waiting for a turn with a host does not
// count towards the timeout, everything else does.
//
// Redirects are followed here and not by http.Client, because each hop has
// rules of its own: the guard, robots.txt, a host's turn, what may be sent
// along, and which validators hold.
func (c *Client) ask(ctx context.Context, r request) (*answer, error) {
	left := c.timeout
	u := bare(r.url)
	seen := map[string]bool{}
	last := 0  // the status of the redirect that led here
	host := "" // that sent it
	moved, permanent := "", true
	astray := func(err error) error { return &redirectError{last, moved, err} }
	for hop := 0; ; hop++ {
		target := u.String()
		switch {
		case seen[target]:
			return nil, astray(tell(nashra.TroubleRedirects, nil, "it redirects in a circle, back to %s; some servers do so to visitors without cookies", target))
		case hop > maxRedirects:
			return nil, astray(tell(nashra.TroubleRedirects, nil, "it redirects more than %d times", maxRedirects))
		}
		seen[target] = true
		a, err := c.send(ctx, r, u, left, hostKey(u) != host)
		host = hostKey(u)
		if err != nil && hop > 0 {
			return nil, astray(fmt.Errorf("redirected to %s: %w", u, err))
		}
		if err != nil {
			return nil, err
		}
		location := a.Header.Get("Location")
		if !isRedirect(a.StatusCode) || location == "" || r.form != nil && !keepsMethod(a.StatusCode) {
			a.moved = moved
			return a, nil
		}
		last = a.StatusCode
		drain(a.Body)
		a.close()
		left -= time.Since(a.began)
		next, err := u.Parse(location)
		if err != nil {
			return nil, astray(tell(nashra.TroubleRedirects, nil, "it redirects to %s, which is no URL", quote(location)))
		}
		if r.form != nil && u.Scheme == "https" && strings.EqualFold(next.Scheme, "http") {
			return nil, astray(fmt.Errorf("it redirects to %s, which is not encrypted: %w", bare(next), nashra.ErrForbiddenAddress))
		}
		u = bare(next)
		permanent = permanent && (last == http.StatusMovedPermanently || last == http.StatusPermanentRedirect)
		if permanent {
			moved = u.String()
		}
	}
}

// redirectError is a failure on the way that an answer of the partner's led.
type redirectError struct {
	status int    // of that answer
	moved  string // as that of an answer
	error
}

func (e *redirectError) Unwrap() error { return e.error }

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// keepsMethod reports whether a redirect asks for the same request, and not for
// a GET in its place (RFC 9110, section 15.4).
func keepsMethod(status int) bool {
	return status == http.StatusTemporaryRedirect || status == http.StatusPermanentRedirect
}

// bare is u without credentials and fragment, which are never part of what is
// asked for.
func bare(u *url.URL) *url.URL {
	v := *u
	v.User, v.Fragment, v.RawFragment = nil, "", ""
	v.Scheme = strings.ToLower(v.Scheme)
	return &v
}

// send makes one hop, which may take as long as left. A redirect on the host
// that sent it is no page of its own and keeps no pause.
func (c *Client) send(ctx context.Context, r request, u *url.URL, left time.Duration, newHost bool) (*answer, error) {
	if err := checkURL(u); err != nil {
		return nil, err
	}
	pause := time.Duration(0)
	if r.page {
		var err error
		if pause, err = c.allowed(ctx, r, u); err != nil {
			return nil, err
		}
	}
	leave, err := c.hosts.enter(ctx, u, r.page && newHost, pause)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	hopCtx, cancel := context.WithCancel(ctx)
	clock := startClock(left, cancel)
	explain := func(err error) error { return explain(ctx, clock.blame(err), u, c.timeout) }

	method, body := http.MethodGet, io.Reader(nil)
	if r.form != nil {
		method, body = http.MethodPost, strings.NewReader(r.form.Encode())
	}
	req, err := http.NewRequestWithContext(hopCtx, method, u.String(), body)
	if err != nil {
		clock.stop()
		leave()
		return nil, errors.New("the address cannot be asked for")
	}
	conditional := c.fill(req, r)
	req, hop := recorderOf(ctx).begin(req, r, c.transports.guard(r.sub.Allow))
	resp, err := c.transports.roundTrip(req, r.sub.Allow, hop)
	if err != nil {
		clock.stop()
		leave()
		err = explain(err)
		hop.failed(err)
		return nil, err
	}
	hop.answered(resp)
	return &answer{
		Response:    resp,
		url:         u,
		target:      u.String(),
		conditional: conditional,
		began:       began,
		clock:       clock,
		explain:     explain,
		close: sync.OnceFunc(func() {
			_ = resp.Body.Close() // what we wanted of it has been read
			clock.stop()
			leave()
			hop.ended()
		}),
	}, nil
}

// allowed returns how far apart u's host wants its pages to be read, or why
// robots.txt lets us read u at no time.
func (c *Client) allowed(ctx context.Context, r request, u *url.URL) (pause time.Duration, err error) {
	if r.sub.Robots == nashra.RobotsIgnore {
		return c.hosts.pause, nil
	}
	rules, err := c.robots.of(ctx, r.sub, u)
	if err != nil {
		return 0, err
	}
	if rules.problem == nil && len(rules.Rules) <= maxRobotsText {
		r.heeds(rules.Robots)
	}
	return max(c.hosts.pause, rules.delay), rules.check(u)
}

// fill sets the header of req and reports whether that made it conditional.
// Credentials and the source's own headers go to the host of its feed alone.
func (c *Client) fill(req *http.Request, r request) (conditional bool) {
	req.Header.Set("User-Agent", c.userAgent)
	req.Header.Set("Accept", r.accept)
	if r.form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	} else {
		req.Header.Set("Accept-Encoding", acceptEncoding)
	}
	if feed, err := url.Parse(strings.TrimSpace(r.sub.Feed)); err == nil && !r.bare && sameSite(feed, req.URL) {
		if feed.User != nil {
			password, _ := feed.User.Password()
			req.SetBasicAuth(feed.User.Username(), password)
		}
		for name, values := range r.sub.Header {
			req.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	if r.last.URL == req.URL.String() {
		return condition(req.Header, r.last)
	}
	return false
}

// sameSite reports whether what is secret between us and a may be told to b:
// the same host and port, or the same host's https in place of its http.
func sameSite(a, b *url.URL) bool {
	if !strings.EqualFold(a.Hostname(), b.Hostname()) || strings.EqualFold(a.Scheme, "https") && b.Scheme != "https" {
		return false
	}
	return port(a) == port(b) || port(a) == "80" && port(b) == "443"
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case strings.EqualFold(u.Scheme, "https"):
		return "443"
	}
	return "80"
}

// transports holds the connections. Sources share them, except that one with
// addresses of its own to allow has its own: a connection that was allowed to
// one source must not be used by another.
type transports struct {
	cfg     Config
	timeout time.Duration
	proxyOf func(*url.URL) (*url.URL, error)

	mu   sync.Mutex
	kept map[string]*http.Transport
}

func newTransports(cfg Config, timeout time.Duration) *transports {
	t := &transports{cfg: cfg, timeout: timeout, kept: map[string]*http.Transport{}}
	if p := cfg.Proxy; p != nil {
		t.proxyOf = func(*url.URL) (*url.URL, error) { return p, nil }
	} else {
		t.proxyOf = httpproxy.FromEnvironment().ProxyFunc()
	}
	return t
}

func (t *transports) guard(allow []netip.Prefix) guard {
	return guard{private: t.cfg.AllowPrivate, allow: allow}
}

// roundTrip sends req, directly through the guarded dialer or through a proxy.
func (t *transports) roundTrip(req *http.Request, allow []netip.Prefix, hop *recordedHop) (*http.Response, error) {
	g := t.guard(allow)
	proxy, err := t.proxyOf(req.URL)
	if err != nil {
		return nil, errors.New("the proxy of the environment cannot be read as a URL")
	}
	if proxy == nil {
		return t.direct(g).RoundTrip(req)
	}
	if err := g.checkTarget(req.Context(), req.URL.Hostname()); err != nil {
		return nil, err
	}
	hop.through(proxy)
	return t.through(proxy).RoundTrip(req)
}

func (t *transports) direct(g guard) *http.Transport {
	return t.keep(fmt.Sprint("direct ", g.allow), func(tr *http.Transport, d *net.Dialer) { d.ControlContext = g.control })
}

// through is a transport that dials nothing but the proxy, which the operator
// chose: its address is not the guard's business.
func (t *transports) through(proxy *url.URL) *http.Transport {
	return t.keep("proxy "+proxy.String(), func(tr *http.Transport, _ *net.Dialer) {
		tr.Proxy = http.ProxyURL(proxy)
		tr.OnProxyConnectResponse = refusedByProxy
	})
}

// refusedByProxy is an http.Transport's OnProxyConnectResponse.
func refusedByProxy(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	switch answer.StatusCode {
	case http.StatusOK:
		return nil
	case http.StatusProxyAuthRequired:
		return tell(nashra.TroubleProxy, nil, "the outbound proxy asks for a password (HTTP 407)")
	}
	return tell(nashra.TroubleProxy, nil, "the outbound proxy does not connect us (HTTP %d)", answer.StatusCode)
}

func (t *transports) keep(key string, adapt func(*http.Transport, *net.Dialer)) *http.Transport {
	t.mu.Lock()
	defer t.mu.Unlock()
	if tr, found := t.kept[key]; found {
		return tr
	}
	dialer := &net.Dialer{Timeout: t.timeout, KeepAlive: keepAlive}
	tr := &http.Transport{
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{RootCAs: t.cfg.RootCAs, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    t.timeout,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // decompress.go does it, within bounds
		MaxIdleConns:           idleConnections,
		MaxIdleConnsPerHost:    max(idleConnectionsPerHost, t.cfg.PerHost),
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: maxResponseHeader,
	}
	adapt(tr, dialer)
	t.kept[key] = tr
	return tr
}
