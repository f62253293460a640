package fetcher_test

import (
	"bytes"
	"crypto/x509"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"nashra"
	"nashra/fetcher"
)

// newClient returns a client for partners on loopback.
func newClient(tb testing.TB, change ...func(*fetcher.Config)) *fetcher.Client {
	tb.Helper()
	cfg := fetcher.Config{UserAgent: "nashra/test (+https://bulletin.example/)", Timeout: 30 * time.Second, AllowPrivate: true}
	for _, c := range change {
		c(&cfg)
	}
	c, err := fetcher.New(cfg)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// partner serves handler and returns a subscription to its /feed.
func partner(tb testing.TB, handler http.HandlerFunc) (*httptest.Server, nashra.Subscription) {
	tb.Helper()
	server := httptest.NewServer(handler)
	tb.Cleanup(server.Close)
	return server, subscription(server.URL + "/feed")
}

func subscription(feed string) nashra.Subscription {
	cairo, err := time.LoadLocation("Africa/Cairo")
	if err != nil {
		panic(err) // the zones are compiled in
	}
	return nashra.Subscription{
		Source:  nashra.Source{ID: "partner", Partner: "partner", Feed: feed},
		Every:   15 * time.Minute,
		Content: nashra.ContentAuto,
		Limit:   50,
		Robots:  nashra.RobotsObey,
		Zone:    cairo,
	}
}

const (
	rssHead = `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>جريدة فكرة فن</title><link>https://partner.example/</link>`
	rssTail = `</channel></rss>`
)

// rssItems are n whole items.
func rssItems(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<item><title>خبر رقم %d</title><link>https://partner.example/%d</link><guid isPermaLink="false">g%d</guid><description>نص الخبر</description></item>`, i, i, i)
	}
	return b.String()
}

func rssFeed(n int) string { return rssHead + rssItems(n) + rssTail }

func titles(entries []nashra.Entry) (list []string) {
	for _, e := range entries {
		list = append(list, e.Title)
	}
	return list
}

func TestFeedBringsEntriesAndValidators(t *testing.T) {
	server, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `W/"x y"`)
		w.Header().Set("Last-Modified", "Mon,  2 Jun 2025 10:00:00 +0300")
		fmt.Fprint(w, rssFeed(3))
	})
	feed, err := newClient(t).Feed(t.Context(), sub, nashra.Validators{})
	if err != nil {
		t.Fatal(err)
	}
	if feed.Status != 200 || feed.NotModified || len(feed.Entries) != 3 || feed.Bytes != int64(len(rssFeed(3))) {
		t.Errorf("got %+v", feed)
	}
	if feed.Title != "جريدة فكرة فن" || feed.Homepage != "https://partner.example/" {
		t.Errorf("got title %q, homepage %q", feed.Title, feed.Homepage)
	}
	want := nashra.Validators{URL: server.URL + "/feed", ETag: `W/"x y"`, LastModified: "Mon,  2 Jun 2025 10:00:00 +0300", BodyHash: nashra.HashOf(rssFeed(3))}
	if feed.Validators != want {
		t.Errorf("\n got %+v\nwant %+v", feed.Validators, want)
	}
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	for name, cfg := range map[string]fetcher.Config{
		"a negative timeout":          {Timeout: -1},
		"a line break for the header": {UserAgent: "a\nb"},
	} {
		if _, err := fetcher.New(cfg); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// withRoots trusts the certificate of server.
func withRoots(server *httptest.Server) func(*fetcher.Config) {
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return func(cfg *fetcher.Config) { cfg.RootCAs = roots }
}

// wellFormed reads a document strictly to its end.
func wellFormed(text []byte) error {
	dec := xml.NewDecoder(bytes.NewReader(text))
	for {
		if _, err := dec.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}
