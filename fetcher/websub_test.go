package fetcher_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"nashra"
	"nashra/fetcher"
)

func TestFeedNamesItsHub(t *testing.T) {
	const atomHead = `<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:x</id><title>خلاصة</title>`
	rss := func(links string) string {
		return `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>خلاصة</title><link>https://a.example/</link>` + links + rssItems(1) + rssTail
	}
	long := "https://hub.example/" + strings.Repeat("x", 3000)
	tests := []struct {
		name, path string
		link       []string
		body       string
		want       nashra.Hub // $ is the partner's address
	}{
		{"none", "/feed", nil, rssFeed(1), nashra.Hub{}},
		{"a name of its own and no hub", "/feed", []string{`<https://a.example/feed>; rel=self`}, rssFeed(1), nashra.Hub{}},
		{"in the header", "/feed", []string{`<https://hub.example/>; rel=hub, <https://a.example/feed>; rel=self`}, rssFeed(1), nashra.Hub{URL: "https://hub.example/", Topic: "https://a.example/feed"}},
		{"without a name of its own", "/feed?x=1", []string{`<https://hub.example/>; rel=hub`}, rssFeed(1), nashra.Hub{URL: "https://hub.example/", Topic: "$/feed?x=1"}},
		{"after a redirect", "/moved", nil, rss(`<atom:link rel="hub" href="https://hub.example/"/>`), nashra.Hub{URL: "https://hub.example/", Topic: "$/feed"}},
		{"in RSS", "/feed", nil, rss(`<atom:link rel="hub" href="https://hub.example/"/><atom:link rel="self" type="application/rss+xml" href="https://a.example/feed"/>`), nashra.Hub{URL: "https://hub.example/", Topic: "https://a.example/feed"}},
		{"in RSS under another prefix", "/feed", nil, strings.ReplaceAll(rss(`<atom:link rel="hub" href="https://hub.example/"/>`), "atom", "atom10"), nashra.Hub{URL: "https://hub.example/", Topic: "$/feed"}},
		{"in RDF", "/feed", nil, `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>خلاصة</title><atom:link rel="hub" href="https://hub.example/"/></channel><item><title>خبر</title><link>https://a.example/1</link></item></rdf:RDF>`, nashra.Hub{URL: "https://hub.example/", Topic: "$/feed"}},
		{"in Atom", "/feed", nil, atomHead + `<link rel="hub" href="https://hub.example/"/><link rel="self" href="https://a.example/feed"/></feed>`, nashra.Hub{URL: "https://hub.example/", Topic: "https://a.example/feed"}},
		{"in Atom, as one of several words", "/feed", nil, atomHead + `<link rel="Self HUB" href="https://hub.example/"/></feed>`, nashra.Hub{URL: "https://hub.example/", Topic: "https://hub.example/"}},
		{"a relative one", "/feed", nil, atomHead + `<link rel="hub" href="/hub"/><link rel="self" href="feed?a=1&amp;b=2"/></feed>`, nashra.Hub{URL: "$/hub", Topic: "$/feed?a=1&b=2"}},
		{"of an entry is none", "/feed", nil, atomHead + `<entry><id>1</id><title>خبر</title><link rel="hub" href="https://hub.example/"/></entry></feed>`, nashra.Hub{}},
		{"in JSON Feed", "/feed", nil, `{"version":"https://jsonfeed.org/version/1.1","title":"خلاصة","feed_url":"https://a.example/feed.json","hubs":[{"type":"rssCloud","url":"https://cloud.example/"},{"type":"WebSub","url":"https://hub.example/"}],"items":[]}`, nashra.Hub{URL: "https://hub.example/", Topic: "https://a.example/feed.json"}},
		{"in JSON Feed, of the wrong type", "/feed", nil, `{"version":"https://jsonfeed.org/version/1.1","title":"خلاصة","hubs":{"type":"WebSub"},"items":[]}`, nashra.Hub{}},
		{"the header goes before the document", "/feed", []string{`<https://one.example/>; rel=hub`}, rss(`<atom:link rel="hub" href="https://two.example/"/><atom:link rel="self" href="https://a.example/feed"/>`), nashra.Hub{URL: "https://one.example/", Topic: "https://a.example/feed"}},
		{"the first usable one of several", "/feed", []string{`<ftp://one.example/>; rel=hub`, `<mailto:x@y>; rel=hub`, `<` + long + `>; rel=hub`}, rss(`<atom:link rel="hub" href=""/><atom:link rel="hub" href="https://two.example/"/><atom:link rel="hub" href="https://three.example/"/>`), nashra.Hub{URL: "https://two.example/", Topic: "$/feed"}},
		{"with credentials, which are not kept", "/feed", []string{`<https://user:word@hub.example/>; rel=hub, <https://user:word@a.example/feed>; rel=self`}, rssFeed(1), nashra.Hub{URL: "https://hub.example/", Topic: "https://a.example/feed"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/moved" {
					http.Redirect(w, r, "/feed", http.StatusFound)
					return
				}
				w.Header()["Link"] = tt.link
				fmt.Fprint(w, tt.body)
			})
			sub.Feed = server.URL + tt.path
			feed, err := newClient(t).Feed(t.Context(), sub, nashra.Validators{})
			if err != nil {
				t.Fatal(err)
			}
			want := nashra.Hub{URL: strings.ReplaceAll(tt.want.URL, "$", server.URL), Topic: strings.ReplaceAll(tt.want.Topic, "$", server.URL)}
			if feed.Hub != want {
				t.Errorf("\n got %+v\nwant %+v", feed.Hub, want)
			}
		})
	}
}

// TestUnchangedFeedCanNameAnotherHub: the fields of an answer without a document
// count where they say it all; what they leave open only the document knows.
func TestUnchangedFeedCanNameAnotherHub(t *testing.T) {
	all := []string{`<https://hub.example/>; rel=hub, <https://a.example/feed>; rel=self`}
	for _, tt := range []struct {
		name string
		etag string
		link []string
		want nashra.Hub
	}{
		{"a 304", `"x"`, all, nashra.Hub{URL: "https://hub.example/", Topic: "https://a.example/feed"}},
		{"the same bytes", "", all, nashra.Hub{URL: "https://hub.example/", Topic: "https://a.example/feed"}},
		{"a hub without a topic", "", []string{`<https://hub.example/>; rel=hub`}, nashra.Hub{}},
		{"a topic without a hub", `"x"`, []string{`<https://a.example/feed>; rel=self`}, nashra.Hub{}},
		{"no fields", "", nil, nashra.Hub{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			asked := 0
			_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
				if asked++; asked > 1 {
					w.Header()["Link"] = tt.link
				}
				if w.Header().Set("ETag", tt.etag); tt.etag != "" && r.Header.Get("If-None-Match") == tt.etag {
					w.WriteHeader(http.StatusNotModified)
					return
				}
				fmt.Fprint(w, rssFeed(1))
			})
			c := newClient(t)
			first, err := c.Feed(t.Context(), sub, nashra.Validators{})
			if err != nil || first.Hub != (nashra.Hub{}) {
				t.Fatal(first.Hub, err)
			}
			again, err := c.Feed(t.Context(), sub, first.Validators)
			if err != nil || !again.NotModified || again.Hub != tt.want {
				t.Errorf("got %+v, not modified %v, %v; want %+v", again.Hub, again.NotModified, err, tt.want)
			}
		})
	}
}

// hub answers requests with handler and keeps what was posted.
type hub struct {
	*httptest.Server
	forms   []url.Values
	headers []http.Header
}

func newHub(t *testing.T, handler http.HandlerFunc) *hub {
	t.Helper()
	h := &hub{}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil || r.Method != http.MethodPost {
			t.Errorf("%s with a form that cannot be read: %v", r.Method, err)
		}
		h.forms, h.headers = append(h.forms, r.PostForm), append(h.headers, r.Header)
		handler(w, r)
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hub) request() fetcher.HubRequest {
	return fetcher.HubRequest{
		Hub: nashra.Hub{URL: h.URL + "/hub?a=1", Topic: "https://a.example/feed"}, Callback: "https://news.example/websub/a",
		Secret: "سر", Lease: 36 * time.Hour,
	}
}

func accepted(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) }

func TestHubIsAskedWithAForm(t *testing.T) {
	h := newHub(t, accepted)
	sub := subscription("http://user:word@" + strings.TrimPrefix(h.URL, "http://") + "/feed")
	sub.Header = http.Header{"X-Key": {"secret"}}
	r := h.request()
	if err := newClient(t).AskHub(t.Context(), sub, r); err != nil {
		t.Fatal(err)
	}
	r.Unsubscribe = true
	if err := newClient(t).AskHub(t.Context(), sub, r); err != nil {
		t.Fatal(err)
	}
	want := []url.Values{{
		"hub.mode": {"subscribe"}, "hub.topic": {"https://a.example/feed"}, "hub.callback": {"https://news.example/websub/a"},
		"hub.secret": {"سر"}, "hub.lease_seconds": {"129600"},
	}, {
		"hub.mode": {"unsubscribe"}, "hub.topic": {"https://a.example/feed"}, "hub.callback": {"https://news.example/websub/a"},
	}}
	if got, want := fmt.Sprint(h.forms), fmt.Sprint(want); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	for _, header := range h.headers {
		if header.Get("Content-Type") != "application/x-www-form-urlencoded" || header.Get("User-Agent") == "" {
			t.Errorf("header %v", header)
		}
		if header.Get("Authorization") != "" || header.Get("X-Key") != "" {
			t.Errorf("what is between the partner and us went to the hub: %v", header)
		}
	}
}

func TestHubsAnswerIsTakenByItsStatus(t *testing.T) {
	elsewhere := newHub(t, accepted)
	redirect := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", elsewhere.URL+"/other")
			w.WriteHeader(status)
		}
	}
	tests := []struct {
		name    string
		handler http.HandlerFunc
		want    string // in the error; "" for none
		status  int    // of a StatusError; 0 for none
		forms   int    // that the hub redirected to received
	}{
		{"taken", accepted, "", 0, 0},
		{"verified already, as before the standard", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }, "", 0, 0},
		{"refused with a reason", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "unknown\ntopic", http.StatusBadRequest) }, "(HTTP 400): “unknown topic”", 400, 0},
		{"broken", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, "(HTTP 500)", 500, 0},
		{"broken with a page", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadGateway)
			fmt.Fprint(w, strings.Repeat("x", 1<<20))
		}, "x…”", 502, 0},
		{"moved, keeping the method", redirect(http.StatusTemporaryRedirect), "", 0, 1},
		{"moved for good, keeping the method", redirect(http.StatusPermanentRedirect), "", 0, 1},
		{"moved, losing the request", redirect(http.StatusFound), "HTTP 302", 0, 0},
		{"moved in a circle", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.String(), http.StatusTemporaryRedirect)
		}, "circle", 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			elsewhere.forms = nil
			h := newHub(t, tt.handler)
			err := newClient(t).AskHub(t.Context(), subscription("https://a.example/feed"), h.request())
			var refused *fetcher.StatusError
			errors.As(err, &refused)
			switch {
			case tt.want == "" && err != nil, tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("got error %v, want %q", err, tt.want)
			case tt.status == 0 && refused != nil, tt.status != 0 && (refused == nil || refused.Status != tt.status):
				t.Errorf("got %v, want the status %d", err, tt.status)
			}
			if len(elsewhere.forms) != tt.forms || tt.forms > 0 && elsewhere.forms[0].Get("hub.secret") != "سر" {
				t.Errorf("the hub that it redirects to received %v", elsewhere.forms)
			}
		})
	}
}

func TestSecretIsNotSentFromHTTPSToHTTP(t *testing.T) {
	plain := newHub(t, accepted)
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, plain.URL, http.StatusTemporaryRedirect)
	}))
	t.Cleanup(secure.Close)
	r := plain.request()
	r.Hub.URL = secure.URL
	client := newClient(t, withRoots(secure))
	if err := client.AskHub(t.Context(), subscription("https://a.example/feed"), r); err == nil || len(plain.forms) > 0 {
		t.Errorf("error %v, and the other hub received %v", err, plain.forms)
	}
}

func TestHubOnAForbiddenAddressIsNotAsked(t *testing.T) {
	h := newHub(t, accepted)
	client := newClient(t, func(c *fetcher.Config) { c.AllowPrivate = false })
	sub := subscription("https://a.example/feed")
	if err := client.AskHub(t.Context(), sub, h.request()); !errors.Is(err, nashra.ErrForbiddenAddress) || len(h.forms) > 0 {
		t.Errorf("error %v, and the hub received %v", err, h.forms)
	}
	sub.Allow = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	if err := client.AskHub(t.Context(), sub, h.request()); err != nil {
		t.Errorf("the source's own key allows it: %v", err)
	}
}

func TestDeliveryIsReadLikeTheFeed(t *testing.T) {
	body := strings.ReplaceAll(rssFeed(3), "https://partner.example/1", "/1")
	server, sub := partner(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
	c := newClient(t)
	polled, err := c.Feed(t.Context(), sub, nashra.Validators{})
	if err != nil {
		t.Fatal(err)
	}
	delivered, err := c.Delivered(t.Context(), sub, server.URL+"/feed", "application/rss+xml", []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	got, _ := json.Marshal(delivered.Entries) // strings and times always encode
	want, _ := json.Marshal(polled.Entries)
	if string(got) != string(want) || delivered.Bytes != polled.Bytes {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	if delivered.Validators != (nashra.Validators{}) || delivered.Hub != (nashra.Hub{}) || delivered.Status != 0 {
		t.Errorf("a delivery says nothing of the feed's address: %+v", delivered)
	}
	if _, err := c.Delivered(t.Context(), sub, server.URL+"/feed", "text/plain", []byte("hello")); !errors.Is(err, nashra.ErrNotFeed) {
		t.Errorf("got %v for what is no feed", err)
	}
}

func TestPublicAddressesOfASite(t *testing.T) {
	var private []string
	for _, site := range []string{
		"https://news.example/", "http://1.1.1.1:8080/x", "https://[2606:4700::1111]/", "http://127.0.0.1:8080", "http://[::1]/",
		"http://10.1.2.3/", "http://192.168.1.5/", "http://localhost:8080", "http://newsroom/", "http://desk.local/", "http://[::ffff:127.0.0.1]/",
	} {
		u, err := url.Parse(site)
		if err != nil {
			t.Fatal(err)
		}
		if !fetcher.Public(u) {
			private = append(private, u.Hostname())
		}
	}
	want := []string{"127.0.0.1", "::1", "10.1.2.3", "192.168.1.5", "localhost", "newsroom", "desk.local", "::ffff:127.0.0.1"}
	if !slices.Equal(private, want) {
		t.Errorf("\n got %q\nwant %q", private, want)
	}
}
