package fetcher

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"nashra"
)

// Trace is what happened on the way of one [Client.Feed] or [Client.Page], for
// a person who wants to know why a partner's site answers as it does. It holds
// no secrets: what headers_file says, credentials and cookies are masked.
type Trace struct {
	Hops     []Hop    `json:"hops"`               // each request in its order, those for robots.txt too
	Document Document `json:"document,omitempty"` // that the last answer brought; the zero value: none
}

// Hop is one request and its answer.
type Hop struct {
	URL       string      `json:"url"`
	Proxy     string      `json:"proxy,omitempty"` // that was asked in place of the host; "": none
	Addresses []Address   `json:"addresses"`       // of the host, as it was resolved or tried; none through a proxy
	Reused    bool        `json:"reused"`          // the connection of a request before
	TLS       string      `json:"tls,omitempty"`   // version; "": not encrypted
	Proto     string      `json:"proto,omitempty"`
	Status    int         `json:"http_status"` // 0: no answer
	Request   http.Header `json:"request"`
	Response  http.Header `json:"response"`
	Error     string      `json:"error,omitempty"` // why there is no answer

	Times Times `json:"times"`
}

// Address is one that a host's name leads to.
type Address struct {
	IP      string `json:"ip"`
	Refused string `json:"refused,omitempty"` // why the guard keeps us from it; "": it may be dialled
}

// Times are how long the phases of a hop took, in nanoseconds; 0 for those that
// there were not.
type Times struct {
	DNS       time.Duration `json:"dns_ns"`
	Connect   time.Duration `json:"connect_ns"`
	TLS       time.Duration `json:"tls_ns"`
	FirstByte time.Duration `json:"first_byte_ns"` // from the sent request
	Total     time.Duration `json:"total_ns"`      // with the body
}

// Document is a body as it was read.
type Document struct {
	Wire        int64  `json:"wire_bytes"` // as it was sent
	Encoding    string `json:"encoding,omitempty"`
	Bytes       int64  `json:"bytes"` // decompressed
	ContentType string `json:"content_type,omitempty"`
	Charset     string `json:"charset,omitempty"`
	Known       string `json:"charset_known_by,omitempty"`
}

// Traced is a ctx under which a call of Feed or Page, one, is traced. What it
// came to is what trace returns when the call has returned.
func Traced(ctx context.Context) (traced context.Context, trace func() Trace) {
	r := &recorder{}
	return context.WithValue(ctx, recorderKey{}, r), r.trace
}

type recorderKey struct{}

// recorder collects a Trace. On a nil one, which is what an untraced call has,
// all of its methods do nothing.
type recorder struct {
	mu       sync.Mutex // a dial may go on after its request has ended
	hops     []*recordedHop
	document Document
}

func recorderOf(ctx context.Context) *recorder {
	r, _ := ctx.Value(recorderKey{}).(*recorder)
	return r
}

func (r *recorder) trace() Trace {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := Trace{Document: r.document}
	for _, h := range r.hops {
		hop := h.Hop
		hop.Addresses = slices.Clone(hop.Addresses)
		t.Hops = append(t.Hops, hop)
	}
	return t
}

// recordedHop is a hop while it lasts.
type recordedHop struct {
	Hop
	of    *recorder
	guard guard
	began time.Time

	dns, connect, handshake, sent time.Time // when these began
}

// begin notes a request and gives it a context that tells of its phases.
func (r *recorder) begin(req *http.Request, source request, g guard) (*http.Request, *recordedHop) {
	if r == nil {
		return req, nil
	}
	h := &recordedHop{of: r, guard: g, began: time.Now()}
	h.URL = nashra.RedactURL(req.URL.String())
	h.Request = masked(req.Header, source.sub.Header)
	r.mu.Lock()
	r.hops = append(r.hops, h)
	r.mu.Unlock()
	return req.WithContext(httptrace.WithClientTrace(req.Context(), h.client())), h
}

func (h *recordedHop) client() *httptrace.ClientTrace {
	note := func(f func()) {
		h.of.mu.Lock()
		defer h.of.mu.Unlock()
		f()
	}
	return &httptrace.ClientTrace{
		DNSStart: func(httptrace.DNSStartInfo) { note(func() { h.dns = time.Now() }) },
		DNSDone: func(done httptrace.DNSDoneInfo) {
			note(func() {
				h.Times.DNS = since(h.dns)
				if h.Proxy != "" {
					return // they are the proxy's
				}
				for _, addr := range done.Addrs {
					if ip, ok := netip.AddrFromSlice(addr.IP); ok {
						h.address(ip)
					}
				}
			})
		},
		ConnectStart: func(_, address string) {
			note(func() {
				h.connect = time.Now()
				if ap, err := netip.ParseAddrPort(address); err == nil && h.Proxy == "" {
					h.address(ap.Addr())
				}
			})
		},
		ConnectDone:       func(_, _ string, _ error) { note(func() { h.Times.Connect = since(h.connect) }) },
		TLSHandshakeStart: func() { note(func() { h.handshake = time.Now() }) },
		TLSHandshakeDone: func(tls.ConnectionState, error) {
			note(func() { h.Times.TLS = since(h.handshake) })
		},
		GotConn: func(got httptrace.GotConnInfo) {
			note(func() {
				h.Reused = got.Reused
				if ap, err := netip.ParseAddrPort(got.Conn.RemoteAddr().String()); err == nil && h.Proxy == "" {
					h.address(ap.Addr())
				}
			})
		},
		WroteRequest:         func(httptrace.WroteRequestInfo) { note(func() { h.sent = time.Now() }) },
		GotFirstResponseByte: func() { note(func() { h.Times.FirstByte = since(h.sent) }) },
	}
}

// since is the time from began, which may never have been.
func since(began time.Time) time.Duration {
	if began.IsZero() {
		return 0
	}
	return time.Since(began)
}

// address notes an address once, with the guard's word on it.
func (h *recordedHop) address(ip netip.Addr) {
	a := Address{IP: ip.Unmap().String()}
	if slices.ContainsFunc(h.Addresses, func(b Address) bool { return b.IP == a.IP }) {
		return
	}
	if err := h.guard.check(ip); err != nil {
		a.Refused = err.Error()
	}
	h.Addresses = append(h.Addresses, a)
}

func (h *recordedHop) through(proxy *url.URL) {
	if h == nil || proxy == nil {
		return
	}
	h.of.mu.Lock()
	defer h.of.mu.Unlock()
	h.Proxy = nashra.RedactURL(proxy.String())
}

func (h *recordedHop) failed(err error) {
	if h == nil {
		return
	}
	h.of.mu.Lock()
	defer h.of.mu.Unlock()
	h.Error, h.Times.Total = err.Error(), time.Since(h.began)
}

func (h *recordedHop) answered(resp *http.Response) {
	if h == nil {
		return
	}
	h.of.mu.Lock()
	defer h.of.mu.Unlock()
	h.Status, h.Proto, h.Response = resp.StatusCode, resp.Proto, masked(resp.Header, nil)
	if resp.TLS != nil {
		h.TLS = tls.VersionName(resp.TLS.Version)
	}
}

func (h *recordedHop) ended() {
	if h == nil {
		return
	}
	h.of.mu.Lock()
	defer h.of.mu.Unlock()
	h.Times.Total = time.Since(h.began)
}

// read notes the body of an answer, of which so many bytes came over the wire.
func (r *recorder) read(resp *http.Response, wire int64, body []byte) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.document = Document{
		Wire: wire, Encoding: strings.Join(resp.Header.Values("Content-Encoding"), ", "),
		Bytes: int64(len(body)), ContentType: resp.Header.Get("Content-Type"),
	}
}

// decoded notes the charset that the body was read by.
func (r *recorder) decoded(by readAs) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.document.Charset, r.document.Known = by.charset, by.known
}

// mask is shown in place of what is nobody's business.
const mask = "(masked)"

// masked is header without what is secret in it: credentials, cookies, and the
// fields of own, which an operator keeps in a file of their own.
func masked(header, own http.Header) http.Header {
	shown := header.Clone()
	for name := range shown {
		_, secret := own[name]
		switch name {
		case "Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie":
			secret = true
		case "Location", "Content-Location", "Refresh":
			for i, v := range shown[name] {
				shown[name][i] = nashra.RedactURL(v)
			}
		}
		if secret {
			shown[name] = []string{mask}
		}
	}
	return shown
}
