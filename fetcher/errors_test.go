package fetcher_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"nashra"
	"nashra/fetcher"
)

// raw answers a request with these bytes and closes the connection.
func raw(head, body string) func(net.Conn) {
	return func(conn net.Conn) { fmt.Fprint(conn, head, body) }
}

func TestFailedExchangeIsASentenceWithoutTheNetworksWords(t *testing.T) {
	body := rssHead + rssItems(2)
	tests := []struct {
		name  string
		serve func(net.Conn)
		want  string // with HOST for the partner's address
		is    error
	}{
		{"closed at once", func(net.Conn) {}, "HOST closed the connection without an answer", nil},
		{"reset at once", func(c net.Conn) { _ = c.(*net.TCPConn).SetLinger(0) }, "HOST closed the connection without an answer", nil},
		{"another protocol", raw("220 mail.example ESMTP\r\n\r\n", ""), "HOST does not answer in HTTP", nil},
		{"no answer", func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }, "HOST gave no whole answer within 100ms", context.DeadlineExceeded},
		{"cut short", raw("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", body), "the transfer was cut short; 2 entries came whole", io.ErrUnexpectedEOF},
		{"cut short in the first entry", raw("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", rssHead+"<item>"), "the transfer was cut short", io.ErrUnexpectedEOF},
		{"broken chunks", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"+fmt.Sprintf("%x\r\n%s\r\nZZ\r\n", len(body), body), ""), "the transfer was cut short: invalid byte in chunk length; 2 entries came whole", nil},
		{"no gzip", raw("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n", body), "the answer says it is gzip and is not", nil},
		{"half a document", raw("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", rssHead+rssItems(1)), "the feed breaks off in the middle; 1 entry came whole", io.ErrUnexpectedEOF},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sub := rawPartner(t, tt.serve)
			c := newClient(t, func(cfg *fetcher.Config) { cfg.Timeout = 100 * time.Millisecond })
			_, err := c.Feed(t.Context(), sub, nashra.Validators{})
			host := strings.TrimSuffix(strings.TrimPrefix(sub.Feed, "http://"), "/feed")
			want := "get " + sub.Feed + ": " + strings.ReplaceAll(tt.want, "HOST", host)
			if err == nil || err.Error() != want {
				t.Errorf("\n got %v\nwant %s", err, want)
			}
			if tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("%v does not wrap %v", err, tt.is)
			}
		})
	}
}

func TestCertificateOfAnotherHostOrAnUnknownAuthority(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		host, want string
		client     *fetcher.Client
	}{
		{"127.0.0.1", "signed by an authority that is not known here; fetch.ca_file adds one", newClient(t)},
		{"localhost", "is not valid: it was given to another host", newClient(t, withRoots(server))},
	} {
		_, err := tt.client.Feed(t.Context(), subscription("https://"+net.JoinHostPort(tt.host, port)+"/feed"), nashra.Validators{})
		if err == nil || !strings.HasSuffix(err.Error(), tt.want) {
			t.Errorf("%s:\n got %v\nwant …%s", tt.host, err, tt.want)
		}
	}
}

func TestFaultOfTheProxyIsNotThePartners(t *testing.T) {
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	defer refusing.Close()
	dead := httptest.NewServer(nil)
	dead.Close()
	for proxy, want := range map[string]string{
		refusing.URL: "the outbound proxy does not connect us (HTTP 403)",
		dead.URL:     "the outbound proxy cannot be reached; fetch.proxy or HTTPS_PROXY names it",
	} {
		address, err := url.Parse(proxy)
		if err != nil {
			t.Fatal(err)
		}
		c := newClient(t, func(cfg *fetcher.Config) { cfg.Proxy = address })
		_, err = c.Feed(t.Context(), subscription("https://93.184.215.14/feed"), nashra.Validators{})
		if err == nil || err.Error() != "get https://93.184.215.14/feed: "+want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
