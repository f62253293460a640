package main_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// publishingHub is a WebSub hub that our feeds name: it notes of which feeds it
// is told, and what they hold in that moment.
type publishingHub struct {
	*httptest.Server
	t *testing.T

	mu     sync.Mutex
	down   int // requests that it still answers with 503
	topics map[string]string
}

func newPublishingHub(t *testing.T) *publishingHub {
	t.Helper()
	h := &publishingHub{t: t, topics: map[string]string{}}
	h.Server = httptest.NewServer(h)
	t.Cleanup(h.Close)
	return h
}

func (h *publishingHub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.down > 0 {
		h.down--
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	if r.Method != http.MethodPost || r.PostFormValue("hub.mode") != "publish" || len(r.PostForm["hub.url"]) != 1 {
		h.t.Errorf("a hub is asked %s %v", r.Method, r.PostForm)
		return
	}
	topic := r.PostForm.Get("hub.url")
	resp, body := get(h.t, topic)
	if link := resp.Header.Get("Link"); link != "<"+h.URL+`>; rel="hub", <`+topic+`>; rel="self"` {
		h.t.Errorf("%s has Link %q", topic, link)
	}
	if !strings.HasSuffix(topic, "ninjs.json") && !strings.Contains(body, h.URL) {
		h.t.Errorf("%s does not name the hub:\n%.1000s", topic, body)
	}
	h.topics[topic] = body
	w.WriteHeader(http.StatusNoContent)
}

// told gives the feeds that the hub was told of, by path, and forgets them.
func (h *publishingHub) told(base string) map[string]string {
	h.mu.Lock()
	defer h.mu.Unlock()
	topics := map[string]string{}
	for topic, body := range h.topics {
		topics[strings.TrimPrefix(topic, base)] = body
	}
	clear(h.topics)
	return topics
}

func (h *publishingHub) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.topics)
}

func TestTheHubOfOurFeedsIsToldOfEveryChange(t *testing.T) {
	p := newPartner(t, "rss", articles("fikra")...)
	h := newPublishingHub(t)
	sources := fmt.Sprintf("  - {id: fikrafann, name: جريدة فكرة فن, category: فن, feed: %s/feed}\n  - {id: other, name: أخرى, feed: %[1]s/feed}\n", p.URL)
	d := newDesk(t, sources+"websub: {hub: "+h.URL+"}\n")
	server := d.serve(t, "--no-schedule")
	defer server.stop(t)
	base := "http://" + d.listen
	const feeds = 3 * 4 // of the site, the source and its category, in four formats

	d.must(t, "fetch", "fikrafann") // the first cycle is quiet
	h.mu.Lock()
	h.down = 1 // and then the hub is away for a moment
	h.mu.Unlock()
	p.publish(titled(1))
	d.must(t, "fetch", "fikrafann")
	waitFor(t, "the hub to be told of a new item", func() bool { return h.count() == feeds })
	for path, body := range h.told(base) {
		if !strings.Contains(body, titled(1).title) {
			t.Errorf("%s does not have the new item when the hub asks for it", path)
		}
		if strings.Contains(path, "other") {
			t.Errorf("the hub is told of %s, in which nothing changed", path)
		}
	}

	id, _, _ := strings.Cut(d.must(t, "items", "--limit", "1", "--source", "fikrafann", "--json"), `","source"`)
	id = strings.TrimPrefix(id, `{"id":"`)
	for _, decision := range [][]string{{"items", "hide", id, "--reason", "خطأ"}, {"items", "restore", id}, {"items", "purge", id, "--reason", "حكم"}} {
		d.must(t, decision...)
		waitFor(t, "the hub to be told of "+decision[1], func() bool { return h.count() == feeds })
		for path, body := range h.told(base) {
			if shown := strings.Contains(body, titled(1).title); shown != (decision[1] == "restore") {
				t.Errorf("%s after %s: the item is shown: %v", path, decision[1], shown)
			}
		}
	}

	d.must(t, "fetch", "fikrafann") // brings nothing new: if it were told, then before what follows
	d.configure(t, strings.Replace(sources, "جريدة فكرة فن", "فكرة وفن", 1)+"websub: {hub: "+h.URL+"}\n")
	d.must(t, "reload")
	waitFor(t, "the hub to be told of a new name", func() bool { return h.count() == feeds })
}
