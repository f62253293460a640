package main_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// hub is a WebSub hub on loopback: it takes subscriptions, asks the callback
// whether they are meant, and delivers signed documents.
type hub struct {
	*httptest.Server
	t     *testing.T
	lease time.Duration // granted whatever was asked for; 0: as asked
	deny  string        // reason for which it denies; "" for none

	asking sync.WaitGroup

	mu            sync.Mutex
	requests      []url.Values
	subscriptions map[string]url.Values // by callback and topic
	refused       int                   // verifications that the callback did not confirm
}

func newHub(t *testing.T) *hub {
	t.Helper()
	h := &hub{t: t, subscriptions: map[string]url.Values{}}
	h.Server = httptest.NewServer(h)
	t.Cleanup(func() {
		h.Close()
		h.asking.Wait()
	})
	return h
}

func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil || r.Method != http.MethodPost {
		http.Error(w, "a form is needed", http.StatusBadRequest)
		return
	}
	h.mu.Lock()
	h.requests = append(h.requests, r.PostForm)
	h.mu.Unlock()
	w.WriteHeader(http.StatusAccepted)
	h.asking.Go(func() { h.verify(r.PostForm) })
}

// verify asks the callback whether it wants what form says, and does it then.
func (h *hub) verify(form url.Values) {
	const challenge = "challenge <1> & ü"
	question := url.Values{"hub.mode": form["hub.mode"], "hub.topic": form["hub.topic"], "hub.challenge": {challenge}}
	switch {
	case h.deny != "":
		question = url.Values{"hub.mode": {"denied"}, "hub.topic": form["hub.topic"], "hub.reason": {h.deny}}
	case form.Get("hub.mode") == "subscribe":
		question["hub.lease_seconds"] = form["hub.lease_seconds"]
		if h.lease > 0 {
			question.Set("hub.lease_seconds", strconv.Itoa(int(h.lease.Seconds())))
		}
	}
	status, body := h.ask(form.Get("hub.callback"), question)
	h.mu.Lock()
	defer h.mu.Unlock()
	key := form.Get("hub.callback") + " " + form.Get("hub.topic")
	switch {
	case h.deny != "":
	case status/100 != 2 || body != challenge:
		h.refused++
	case form.Get("hub.mode") == "subscribe":
		h.subscriptions[key] = form
	default:
		delete(h.subscriptions, key)
	}
}

// ask sends a question to a callback.
func (h *hub) ask(callback string, question url.Values) (status int, body string) {
	resp, err := http.Get(callback + "?" + question.Encode())
	if err != nil {
		return 0, err.Error() // nashra has ended
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<20)) // a body that breaks off is no echo
	return resp.StatusCode, string(text)
}

func (h *hub) subscribed() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.subscriptions)
}

func (h *hub) asked(mode string) (times int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, form := range h.requests {
		if form.Get("hub.mode") == mode {
			times++
		}
	}
	return times
}

// deliver sends body to all subscribers, signed, and returns the last status.
func (h *hub) deliver(body []byte, kind string) (status int) {
	h.t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, form := range h.subscriptions {
		status = post(h.t, form.Get("hub.callback"), kind, sign("sha256", sha256.New, form.Get("hub.secret"), body), body)
	}
	return status
}

func sign(name string, method func() hash.Hash, secret string, body []byte) string {
	mac := hmac.New(method, []byte(secret))
	mac.Write(body)
	return name + "=" + hex.EncodeToString(mac.Sum(nil))
}

func post(t *testing.T, callback, kind, signature string, body []byte) (status int) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, callback, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	if signature != "" {
		req.Header.Set("X-Hub-Signature", signature)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

// polls is how often the feed was asked for.
func (p *partner) polls() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.requests["/feed"]
}

// publish adds an article, and returns the document that a hub would deliver.
func (p *partner) publish(a article) (body []byte, kind string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.articles = append(p.articles, a)
	return p.feed()
}

func titled(n int) article {
	a := articles("fikra")[0]
	a.slug, a.title = fmt.Sprintf("fikra-new-%d", n), fmt.Sprintf("خبر عاجل رقم %d", n)
	a.published = may.Add(time.Duration(n) * 24 * time.Hour)
	return a
}

// shows waits until our feed has an article of that title.
func shows(t *testing.T, d *desk, title string) {
	t.Helper()
	waitFor(t, title+" in our feed", func() bool {
		_, body := get(t, "http://"+d.listen+"/feed.xml")
		return strings.Contains(body, title)
	})
}

const withHub = "  - {id: fikrafann, name: جريدة فكرة فن, feed: %s/feed}\n"

func TestHubDeliversInPlaceOfPolls(t *testing.T) {
	p := newPartner(t, "rss", articles("fikra")...)
	h := newHub(t)
	p.hub = h.URL
	d := newDesk(t, fmt.Sprintf(withHub, p.URL))
	d.must(t, "fetch")
	if h.asked("subscribe") != 0 {
		t.Fatal("a one-shot fetch subscribed, which nobody could deliver to")
	}
	server := d.serve(t)
	defer server.stop(t)
	waitFor(t, "the subscription", func() bool { return h.subscribed() == 1 })
	callback := "http://" + d.listen + "/websub/fikrafann"
	form := h.requests[0]
	if form.Get("hub.topic") != p.URL+"/feed" || form.Get("hub.callback") != callback || len(form.Get("hub.secret")) < 16 || len(form.Get("hub.secret")) >= 200 {
		t.Errorf("asked with %v", form)
	}
	polls := p.polls()
	body, kind := p.publish(titled(1))

	// What is not signed with the secret is taken and ignored.
	forged := bytes.ReplaceAll(body, []byte("خبر عاجل رقم 1"), []byte("خبر مزور"))
	for name, signature := range map[string]string{
		"none":         "",
		"wrong":        sign("sha256", sha256.New, "another secret", forged),
		"of the other": sign("sha256", sha256.New, form.Get("hub.secret"), body),
		"unknown":      sign("md5", sha256.New, form.Get("hub.secret"), forged),
		"cut short":    sign("sha256", sha256.New, form.Get("hub.secret"), forged)[:20],
		"empty":        "sha256=",
	} {
		if status := post(t, callback, kind, signature, forged); status != http.StatusAccepted {
			t.Errorf("signature %s: status %d", name, status)
		}
	}
	if status := post(t, callback, kind, sign("sha512", sha512.New, form.Get("hub.secret"), body), body); status != http.StatusAccepted {
		t.Errorf("a delivery was answered %d", status)
	}
	shows(t, d, "خبر عاجل رقم 1")
	if p.polls() != polls {
		t.Errorf("the feed was polled %d times meanwhile", p.polls()-polls)
	}
	if list := d.must(t, "items", "--json"); strings.Contains(list, "مزور") || strings.Count(list, "\n") != 4 {
		t.Errorf("items:\n%s", list)
	}
	if !strings.Contains(server.stderr.String(), "source delivered") {
		t.Errorf("the log does not tell of the delivery:\n%s", server.stderr)
	}
	var listing struct{ Sources []map[string]any }
	if err := json.Unmarshal([]byte(d.must(t, "sources", "--json")), &listing); err != nil || listing.Sources[0]["hub"] != h.URL {
		t.Errorf("sources --json: %v, %v", listing.Sources, err)
	}

	// The next poll finds nothing new, under the validators of the poll before,
	// and the one after it is an hour away.
	line := fetched(t, d.must(t, "fetch", "fikrafann", "--json"))["fikrafann"]
	expectFetch(t, line, "ok", 200, 0, 0, 4)
	due, err := time.Parse(time.RFC3339, line["next_due"].(string))
	if wait := time.Until(due); err != nil || wait < 40*time.Minute || wait > 70*time.Minute {
		t.Errorf("with a hub at work the next poll is in %s, %v", wait, err)
	}
}

func TestCallbackAnswersOnlyWhatWasAskedFor(t *testing.T) {
	p, quiet := newPartner(t, "rss", articles("fikra")...), newPartner(t, "rss", articles("quiet")...)
	h := newHub(t)
	p.hub = h.URL
	d := newDesk(t, fmt.Sprintf(withHub+"  - {id: quiet, name: صحيفة النيل, feed: %s/feed}\n", p.URL, quiet.URL))
	server := d.serve(t)
	defer server.stop(t)
	waitFor(t, "the subscription", func() bool { return h.subscribed() == 1 })
	base := "http://" + d.listen + "/websub/"
	topic := p.URL + "/feed"
	for _, tt := range []struct {
		name, source string
		question     url.Values
		want         int
	}{
		{"the request again", "fikrafann", url.Values{"hub.mode": {"subscribe"}, "hub.topic": {topic}, "hub.challenge": {"x"}}, 200},
		{"another topic", "fikrafann", url.Values{"hub.mode": {"subscribe"}, "hub.topic": {topic + "2"}, "hub.challenge": {"x"}}, 404},
		{"no topic", "fikrafann", url.Values{"hub.mode": {"subscribe"}, "hub.challenge": {"x"}}, 404},
		{"no challenge", "fikrafann", url.Values{"hub.mode": {"subscribe"}, "hub.topic": {topic}}, 404},
		{"an end that nobody asked for", "fikrafann", url.Values{"hub.mode": {"unsubscribe"}, "hub.topic": {topic}, "hub.challenge": {"x"}}, 404},
		{"an unknown mode", "fikrafann", url.Values{"hub.mode": {"publish"}, "hub.topic": {topic}, "hub.challenge": {"x"}}, 404},
		{"a source without a hub", "quiet", url.Values{"hub.mode": {"subscribe"}, "hub.topic": {quiet.URL + "/feed"}, "hub.challenge": {"x"}}, 404},
		{"a source that is not there", "nobody", url.Values{"hub.mode": {"subscribe"}, "hub.topic": {topic}, "hub.challenge": {"x"}}, 404},
		{"nothing", "fikrafann", nil, 404},
		{"a denial of another topic", "fikrafann", url.Values{"hub.mode": {"denied"}, "hub.topic": {topic + "2"}}, 404},
	} {
		if status, body := h.ask(base+tt.source, tt.question); status != tt.want || (body == "x") != (tt.want == 200) {
			t.Errorf("%s: status %d, body %q", tt.name, status, body)
		}
	}
	if status := post(t, base+"quiet", "text/xml", "sha256=00", []byte("<rss/>")); status != http.StatusGone {
		t.Errorf("a delivery without a subscription was answered %d", status)
	}
	if status := post(t, base+"fikrafann", "text/xml", "sha256="+strings.Repeat("0", 64), make([]byte, 2<<20)); status != http.StatusRequestEntityTooLarge {
		t.Errorf("a delivery over fetch.max_body was answered %d", status)
	}
	resp, _ := get(t, base+"fikrafann?"+url.Values{"hub.mode": {"subscribe"}, "hub.topic": {topic}, "hub.challenge": {"<script>"}}.Encode())
	if got := resp.Header.Get("Content-Type"); got != "text/plain; charset=utf-8" || resp.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("a challenge is echoed as %q", got)
	}
}

func TestDeliveryThatIsNoFeedHasTheFeedPolled(t *testing.T) {
	p := newPartner(t, "rss", articles("fikra")...)
	h := newHub(t)
	p.hub = h.URL
	d := newDesk(t, fmt.Sprintf(withHub, p.URL))
	server := d.serve(t, "--no-schedule")
	defer server.stop(t)
	d.must(t, "fetch")
	waitFor(t, "the subscription", func() bool { return h.subscribed() == 1 })
	p.publish(titled(1))
	if status := h.deliver([]byte("\x00 there is news"), "text/plain"); status != http.StatusAccepted {
		t.Errorf("status %d", status)
	}
	shows(t, d, "خبر عاجل رقم 1")
}

func TestFeedThatNamesAnotherHubLeavesTheFirst(t *testing.T) {
	p := newPartner(t, "rss", articles("fikra")...)
	h := newHub(t)
	p.hub = h.URL
	d := newDesk(t, fmt.Sprintf(withHub, p.URL))
	server := d.serve(t)
	defer server.stop(t)
	waitFor(t, "the subscription", func() bool { return h.subscribed() == 1 })
	second := newHub(t)
	p.mu.Lock()
	p.hub = second.URL
	p.mu.Unlock()
	d.must(t, "fetch", "fikrafann")
	waitFor(t, "the other hub", func() bool { return second.subscribed() == 1 && h.subscribed() == 0 })
	if second.requests[0].Get("hub.secret") == h.requests[0].Get("hub.secret") {
		t.Error("two hubs know the same secret")
	}
}

func TestHubThatDeniesIsToldOf(t *testing.T) {
	p := newPartner(t, "rss", articles("fikra")...)
	h := newHub(t)
	p.hub, h.deny = h.URL, "this topic is not ours"
	d := newDesk(t, fmt.Sprintf(withHub, p.URL))
	server := d.serve(t)
	defer server.stop(t)
	waitFor(t, "the warning", func() bool {
		log := server.stderr.String()
		return strings.Contains(log, "hub denied") && strings.Contains(log, h.deny)
	})
}

func TestSubscriptionOutlivesAReloadAndEndsWithItsSource(t *testing.T) {
	p, other := newPartner(t, "rss", articles("fikra")...), newPartner(t, "rss", articles("quiet")...)
	h := newHub(t)
	p.hub = h.URL
	source, rest := fmt.Sprintf(withHub, p.URL), fmt.Sprintf("  - {id: quiet, name: صحيفة النيل, feed: %s/feed}\n", other.URL)
	d := newDesk(t, source+rest)
	server := d.serve(t)
	defer server.stop(t)
	waitFor(t, "the subscription", func() bool { return h.subscribed() == 1 })

	d.configure(t, strings.Replace(source, "فكرة فن", "فكرة وفن", 1)+rest)
	d.must(t, "reload")
	h.deliver(p.publish(titled(1)))
	shows(t, d, "خبر عاجل رقم 1")
	if times := h.asked("subscribe"); times != 1 {
		t.Errorf("subscribed %d times", times)
	}

	d.configure(t, rest)
	d.must(t, "reload")
	waitFor(t, "the end of the subscription", func() bool { return h.subscribed() == 0 })
	if times := h.asked("unsubscribe"); times != 1 || h.refused > 0 {
		t.Errorf("unsubscribed %d times, %d verifications were refused", times, h.refused)
	}
}
