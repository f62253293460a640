package fetcher_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"nashra"
	"nashra/fetcher"
)

func TestErrorsAreOfAKind(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	safe := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(safe.Close)
	at := func(handler http.HandlerFunc) nashra.Subscription {
		_, sub := partner(t, handler)
		return sub
	}
	tests := []struct {
		name   string
		sub    nashra.Subscription
		want   nashra.Trouble
		change func(*fetcher.Config)
	}{
		{"nothing listens", subscription(closed.URL + "/feed"), nashra.TroubleUnreachable, nil},
		{"no such host", subscription("http://nowhere.invalid/feed"), nashra.TroubleNoHost, nil},
		{"a certificate that nobody knows", subscription(safe.URL + "/feed"), nashra.TroubleEncryption, nil},
		{"no answer in time", at(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }), nashra.TroubleTimeout, func(c *fetcher.Config) { c.Timeout = 100 * time.Millisecond }},
		{"a circle of redirects", at(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/feed", http.StatusFound) }), nashra.TroubleRedirects, nil},
		{"an address that must not be dialled", at(http.NotFound), nashra.TroubleForbidden, func(c *fetcher.Config) { c.AllowPrivate = false }},
		{"a page", at(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html><title>دخول</title></html>") }), nashra.TroubleNotFeed, nil},
		{"too much", at(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat(" ", 5000)) }), nashra.TroubleTooLarge, func(c *fetcher.Config) { c.MaxBody = 1000 }},
		{"a connection that breaks", rawPartner(t, func(c net.Conn) { _ = c.Close() }), nashra.TroubleBroken, nil},
		{"a status", at(http.NotFound), "", nil},
	}
	for _, tt := range tests {
		if tt.change == nil {
			tt.change = func(*fetcher.Config) {}
		}
		_, err := newClient(t, tt.change).Feed(t.Context(), tt.sub, nashra.Validators{})
		if got := fetcher.TroubleOf(err); err == nil || got != tt.want {
			t.Errorf("%s: %v is of kind %q, want %q", tt.name, err, got, tt.want)
		}
	}
	if got := fetcher.TroubleOf(nil); got != "" {
		t.Errorf("of no error: %q", got)
	}
}
