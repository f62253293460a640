package publisher_test

import (
	"bytes"
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"nashra/publisher"
)

// behind is a world whose proxies are on 10.0.0.0/8 and ::1.
func behind(t *testing.T, changes ...func(*publisher.Config)) *world {
	return newWorld(t, append(changes, func(c *publisher.Config) {
		c.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	})...)
}

func TestOnlyTLSIsKeptBehindTLS(t *testing.T) {
	w := behind(t)
	tests := []struct {
		name, peer, proto string
		tls, want         bool
	}{
		{"a proxy by TLS", "10.1.2.3:4000", "https", false, true},
		{"a proxy by IPv6", "[::1]:4000", "HTTPS", false, true},
		{"a proxy by IPv4 in IPv6", "[::ffff:10.1.2.3]:4000", "https", false, true},
		{"a proxy without TLS", "10.1.2.3:4000", "http", false, false},
		{"a proxy that does not say", "10.1.2.3:4000", "", false, false},
		{"somebody who says so", "192.0.2.1:4000", "https", false, false},
		{"nobody", "", "https", false, false},
		{"TLS to us", "192.0.2.1:4000", "", true, true},
	}
	for _, tt := range tests {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = tt.peer
		if tt.proto != "" {
			r.Header.Set("X-Forwarded-Proto", tt.proto)
		}
		if tt.tls {
			r.TLS = &tls.ConnectionState{}
		}
		if got := w.do(r).header.Get("Strict-Transport-Security"); (got != "") != tt.want {
			t.Errorf("%s: Strict-Transport-Security %q", tt.name, got)
		}
	}
}

func TestTheLogNamesTheClient(t *testing.T) {
	tests := []struct{ name, peer, forwarded, want string }{
		{"a reader", "192.0.2.1:4000", "", "192.0.2.1"},
		{"a reader who says to be another", "192.0.2.1:4000", "203.0.113.9", "192.0.2.1"},
		{"a proxy", "10.1.2.3:4000", "203.0.113.9", "203.0.113.9"},
		{"two proxies", "10.1.2.3:4000", "198.51.100.7, 203.0.113.9, 10.9.9.9", "203.0.113.9"},
		{"a proxy that says nothing", "10.1.2.3:4000", "", "10.1.2.3"},
		{"a proxy that passes on nonsense", "10.1.2.3:4000", "203.0.113.9, unknown", "10.1.2.3"},
	}
	for _, tt := range tests {
		var log bytes.Buffer
		w := behind(t, withLog(&log))
		if err := w.store.Close(); err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = tt.peer
		if tt.forwarded != "" {
			r.Header.Set("X-Forwarded-For", tt.forwarded)
		}
		if got := w.do(r).status; got != http.StatusInternalServerError {
			t.Fatalf("status %d", got)
		}
		if !strings.Contains(log.String(), `client=`+tt.want) && !strings.Contains(log.String(), `"client":"`+tt.want+`"`) {
			t.Errorf("%s: the log does not name %s: %s", tt.name, tt.want, log.String())
		}
	}
}

func TestTheHostOfARequestIsNotTrusted(t *testing.T) {
	w := behind(t)
	id := newsroom(w)
	for _, path := range append(cachedPaths(id), "/source/nile/", "/item/none") {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Host = "evil.example"
		r.RemoteAddr = "10.1.2.3:4000"
		r.Header.Set("X-Forwarded-Host", "evil.example")
		answer := w.do(r)
		if strings.Contains(answer.body, "evil.example") || strings.Contains(answer.header.Get("Location"), "evil.example") {
			t.Errorf("%s: the answer names the host of the request", path)
		}
	}
}
