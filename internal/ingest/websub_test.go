package ingest_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"log/slog"
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"nashra"
	"nashra/fetcher"
	"nashra/internal/ingest"
	"nashra/store"
)

var theHub = nashra.Hub{URL: "https://hub.example/", Topic: "https://a.example/feed"}

// newsroom is a source whose feed names a hub, in a bubble of time. Its feed is
// what entries holds; the hub answers as answer says and delivers entries as
// JSON.
type newsroom struct {
	*testing.T
	*ingest.Ingester
	store *store.Store
	log   bytes.Buffer

	mu      sync.Mutex // for what a test changes while something runs
	entries []nashra.Entry
	polls   []time.Time
	busy    time.Duration // of a poll
	answer  func(fetcher.HubRequest) error
	asked   []time.Time
	forms   []fetcher.HubRequest

	stop func()
}

// inNewsroom runs test with the source polled once, the hub found, and nobody
// subscribed yet.
func inNewsroom(t *testing.T, test func(*newsroom)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s, err := store.Open(filepath.Join(t.TempDir(), "nashra.db"), store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		n := &newsroom{T: t, store: s, entries: []nashra.Entry{entry(1, "متن")}, answer: func(fetcher.HubRequest) error { return nil }}
		n.start()
		n.poll()
		defer func() { n.stop() }()
		test(n)
	})
}

// start makes an Ingester, as a new process does.
func (n *newsroom) start() {
	n.Helper()
	g, err := ingest.New(ingest.Config{
		Subscriptions: []nashra.Subscription{subscription("a")}, Store: n.store, Fetcher: n, Hubs: n,
		Callback: "https://news.example/websub/", Logger: slog.New(slog.NewTextHandler(&n.log, nil)),
	})
	if err != nil {
		n.Fatal(err)
	}
	if err := g.Announce(n.Context()); err != nil {
		n.Fatal(err)
	}
	n.Ingester, n.stop = g, func() {}
}

// run starts what serve runs.
func (n *newsroom) run(parts ...func(context.Context) error) {
	ctx, cancel := context.WithCancel(n.Context())
	done := make(chan error, len(parts))
	for _, part := range parts {
		go func() { done <- part(ctx) }()
	}
	n.stop = func() {
		cancel()
		for range parts {
			if err := <-done; err != nil {
				n.Error(err)
			}
		}
		n.stop = func() {}
	}
	synctest.Wait()
}

func (n *newsroom) Feed(context.Context, nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
	n.mu.Lock()
	n.polls = append(n.polls, time.Now())
	busy, feed := n.busy, fetcher.Feed{Status: 200, Entries: n.entries, Hub: theHub, Validators: nashra.Validators{URL: theHub.Topic, ETag: fmt.Sprint(len(n.polls))}}
	n.mu.Unlock()
	time.Sleep(busy)
	return feed, nil
}

func (n *newsroom) Page(context.Context, nashra.Subscription, string, fetcher.Remembered) (fetcher.Page, error) {
	return fetcher.Page{}, errors.New("no page")
}

func (n *newsroom) AskHub(_ context.Context, _ nashra.Subscription, r fetcher.HubRequest) error {
	n.mu.Lock()
	n.asked, n.forms = append(n.asked, time.Now()), append(n.forms, r)
	answer := n.answer
	n.mu.Unlock()
	return answer(r)
}

func (n *newsroom) Delivered(_ context.Context, _ nashra.Subscription, _, _ string, body []byte) (feed fetcher.Feed, err error) {
	feed.Bytes = int64(len(body))
	if err := json.Unmarshal(body, &feed.Entries); err != nil {
		return feed, nashra.ErrNotFeed
	}
	return feed, nil
}

func (n *newsroom) poll() { fetch(n.T, n.Ingester, "a") }

// wait lets time pass in the bubble.
func (n *newsroom) wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (n *newsroom) verify(mode string, lease time.Duration) error {
	return n.Subscriber().Verify(n.Context(), "a", nashra.Verification{Mode: mode, Topic: theHub.Topic, Lease: lease})
}

// hubAnswers has the hub answer requests so from now on.
func (n *newsroom) hubAnswers(answer func(fetcher.HubRequest) error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.answer = answer
}

// publishes adds an entry to the feed.
func (n *newsroom) publishes(e nashra.Entry) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.entries = append(n.entries, e)
}

// replaces has the feed hold nothing but an entry.
func (n *newsroom) replaces(e nashra.Entry) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.entries = []nashra.Entry{e}
}

// forget counts polls anew.
func (n *newsroom) forget() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.polls = nil
}

// takes has a poll take so long.
func (n *newsroom) takes(busy time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.busy = busy
}

// polled is when the feed was asked for.
func (n *newsroom) polled() []time.Time {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.polls)
}

// hubAsked is when the hub was asked.
func (n *newsroom) hubAsked() []time.Time {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.asked)
}

// requests are what the hub was asked.
func (n *newsroom) requests() []fetcher.HubRequest {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.forms)
}

// verified has each request confirmed at once.
func (n *newsroom) verified(lease time.Duration) {
	n.hubAnswers(func(r fetcher.HubRequest) error {
		mode := nashra.HubSubscribe
		if r.Unsubscribe {
			mode = nashra.HubUnsubscribe
		}
		if err := n.verify(mode, lease); err != nil {
			n.Error(err)
		}
		return nil
	})
}

func signed(name string, method func() hash.Hash, secret string, body []byte) string {
	mac := hmac.New(method, []byte(secret))
	mac.Write(body)
	return name + "=" + hex.EncodeToString(mac.Sum(nil))
}

// deliver sends body signed as the hub of the last request signs.
func (n *newsroom) deliver(body []byte) error {
	all := n.requests()
	secret := all[len(all)-1].Secret
	return n.Subscriber().Deliver(n.Context(), "a", nashra.Delivery{
		ContentType: "application/json", Signature: signed("sha256", sha256.New, secret, body), Body: bytes.NewReader(body),
	})
}

func (n *newsroom) deliverEntries(entries ...nashra.Entry) {
	n.Helper()
	body, err := json.Marshal(entries)
	if err == nil {
		err = n.deliver(body)
	}
	if err != nil {
		n.Fatal(err)
	}
	synctest.Wait()
}

func (n *newsroom) state() nashra.State {
	n.Helper()
	status, err := n.store.Source(n.Context(), "a")
	if err != nil {
		n.Fatal(err)
	}
	return status.State
}

// bodies are the bodies of the stored articles, newest first.
func (n *newsroom) bodies() string {
	n.Helper()
	page, err := n.store.Articles(n.Context(), nashra.Query{Limit: 10})
	if err != nil {
		n.Fatal(err)
	}
	var all []string
	for _, r := range page.Records {
		record, err := n.store.Article(n.Context(), r.Article.ID)
		if err != nil {
			n.Fatal(err)
		}
		all = append(all, record.Article.HTML)
	}
	return strings.Join(all, "\n")
}

func gaps(times []time.Time) (list []time.Duration) {
	for i := 1; i < len(times); i++ {
		list = append(list, times[i].Sub(times[i-1]))
	}
	return list
}

func TestLeaseIsRenewedBeforeItEnds(t *testing.T) {
	day := 24 * time.Hour
	tests := []struct {
		name           string
		granted        time.Duration
		earliest, last time.Duration // between two requests
	}{
		{"as asked", 7 * day, 7 * day * 13 / 20, 7 * day * 3 / 4},
		{"shorter", 6 * time.Hour, 6 * time.Hour * 13 / 20, 6 * time.Hour * 3 / 4},
		{"ten seconds", 10 * time.Second, 6500 * time.Millisecond, 7500 * time.Millisecond},
		{"five seconds", 5 * time.Second, 3250 * time.Millisecond, 3750 * time.Millisecond},
		{"one second, which no renewal can keep", time.Second, 3 * time.Second, 3 * time.Second},
		{"not said", 0, 7 * day * 13 / 20, 7 * day * 3 / 4},
		{"for ever", math.MaxInt64, 7 * day * 13 / 20, 7 * day * 3 / 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inNewsroom(t, func(n *newsroom) {
				n.verified(tt.granted)
				n.run(n.Subscriber().Run)
				renewals := 4
				if tt.granted > time.Hour || tt.granted == 0 {
					renewals = 1
				}
				n.wait(time.Duration(renewals) * tt.last)
				if len(n.hubAsked()) <= renewals {
					t.Fatalf("asked %d times", len(n.hubAsked()))
				}
				for i, gap := range gaps(n.hubAsked()) {
					if gap < tt.earliest || gap > tt.last+10*time.Millisecond {
						t.Errorf("renewal %d came after %s, want %s to %s", i+1, gap, tt.earliest, tt.last)
					}
				}
				first := n.requests()[0]
				if first.Hub != theHub || first.Callback != "https://news.example/websub/a" || first.Lease < day || first.Unsubscribe {
					t.Errorf("asked with %+v", first)
				}
				for _, r := range n.requests() {
					if r != first {
						t.Errorf("the same subscription was asked for with\n%+v and with\n%+v", first, r)
					}
				}
			})
		})
	}
}

func TestHubThatFailsIsAskedMoreAndMoreSeldom(t *testing.T) {
	silent := func(fetcher.HubRequest) error { return nil }
	broken := func(fetcher.HubRequest) error { return &fetcher.StatusError{Status: 500} }
	tests := []struct {
		name   string
		answer func(fetcher.HubRequest) error
		first  []time.Duration
	}{
		{"it answers 500", broken, []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute}},
		{"it never verifies", silent, []time.Duration{11 * time.Minute, 12 * time.Minute, 14 * time.Minute}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inNewsroom(t, func(n *newsroom) {
				n.hubAnswers(tt.answer)
				n.run(n.Subscriber().Run)
				n.wait(7 * 24 * time.Hour)
				got := gaps(n.hubAsked())
				if len(got) < 10 || len(got) > 20 {
					t.Fatalf("asked %d times in a week", len(got)+1)
				}
				for i, want := range tt.first {
					if over := got[i] - want; over < 0 || over > time.Second {
						t.Errorf("asked again after %s, want %s", got[i], want)
					}
				}
				if last := got[len(got)-1]; last < 24*time.Hour || last > 25*time.Hour {
					t.Errorf("in the end it is asked every %s", last)
				}
				if warned := strings.Count(n.log.String(), "hub failed"); warned != 1 {
					t.Errorf("the log was told %d times:\n%s", warned, n.log.String())
				}
				if n.verify(nashra.HubSubscribe, time.Hour) == nil {
					t.Error("a verification was confirmed long after the request")
				}

				n.verified(time.Hour)
				n.wait(25 * time.Hour)
				if log := n.log.String(); !strings.Contains(log, "hub subscribed") {
					t.Errorf("it works again, and the log does not say so:\n%s", log)
				}
			})
		})
	}
}

func TestHubsRetryAfterIsHeeded(t *testing.T) {
	inNewsroom(t, func(n *newsroom) {
		n.hubAnswers(func(fetcher.HubRequest) error {
			return &fetcher.StatusError{Status: 503, RetryAfter: time.Now().Add(3 * time.Hour)}
		})
		n.run(n.Subscriber().Run)
		n.wait(7 * time.Hour)
		if got := gaps(n.hubAsked()); len(got) != 2 || got[0] < 3*time.Hour || got[1] < 3*time.Hour {
			t.Errorf("asked again after %s", got)
		}
	})
}

func TestDenialHoldsForADay(t *testing.T) {
	inNewsroom(t, func(n *newsroom) {
		n.hubAnswers(func(fetcher.HubRequest) error {
			return n.Subscriber().Verify(n.Context(), "a", nashra.Verification{Mode: nashra.HubDenied, Topic: theHub.Topic, Reason: "not ours"})
		})
		n.run(n.Subscriber().Run)
		n.wait(49 * time.Hour)
		if got := gaps(n.hubAsked()); len(got) != 2 || got[0] < 24*time.Hour || got[1] < 24*time.Hour {
			t.Errorf("asked again after %s", got)
		}
		if log := n.log.String(); strings.Count(log, "hub denied") != 1 || !strings.Contains(log, "not ours") {
			t.Errorf("the log:\n%s", log)
		}
	})
}

func TestPollsSlowDownWhileTheHubWorks(t *testing.T) {
	inNewsroom(t, func(n *newsroom) {
		n.verified(6 * time.Hour)
		n.run(n.Subscriber().Run, n.Ingester.Run)
		n.wait(10 * time.Hour)
		slow := func(when string, want time.Duration) {
			t.Helper()
			n.forget()
			n.wait(5 * time.Hour)
			for _, gap := range gaps(n.polled())[1:] {
				if gap != want {
					t.Errorf("%s, polls are %s apart, want %s", when, gap, want)
				}
			}
		}
		slow("while the hub works", time.Hour)

		n.publishes(entry(2, "متن"))
		n.deliverEntries(entry(2, "متن"))
		slow("while the hub delivers", time.Hour)

		n.publishes(entry(3, "متن"))
		n.wait(time.Hour)
		slow("after the hub kept an item back", 15*time.Minute)
		if log := n.log.String(); strings.Count(log, "hub did not deliver") != 1 {
			t.Errorf("the log:\n%s", log)
		}

		n.publishes(entry(4, "متن"))
		n.deliverEntries(entry(4, "متن"))
		slow("after the hub delivered again", time.Hour)

		n.hubAnswers(func(fetcher.HubRequest) error { return &fetcher.StatusError{Status: 500} })
		n.wait(8 * time.Hour)
		slow("after the lease ended", 15*time.Minute)
	})
}

// TestHubThatLostTheSubscriptionIsAskedAnew: what should have been delivered
// and was not is reason enough.
func TestHubThatLostTheSubscriptionIsAskedAnew(t *testing.T) {
	inNewsroom(t, func(n *newsroom) {
		n.verified(7 * 24 * time.Hour)
		n.run(n.Subscriber().Run, n.Ingester.Run)
		n.wait(5 * time.Hour)
		n.publishes(entry(2, "متن"))
		n.wait(time.Hour + time.Second)
		if len(n.hubAsked()) != 2 {
			t.Errorf("asked %d times", len(n.hubAsked()))
		}
	})
}

func TestDeliveryLeavesWhatPollsRemember(t *testing.T) {
	inNewsroom(t, func(n *newsroom) {
		n.verified(time.Hour)
		n.run(n.Subscriber().Run)
		n.wait(time.Minute)
		before := n.state()
		n.deliverEntries(entry(2, "متن"), entry(1, "متن مصحح"))
		after := n.state()
		if !after.LastSuccess.After(before.LastSuccess) || after.Cycle != before.Cycle+1 {
			t.Errorf("the cycle of a delivery left %+v", after)
		}
		after.LastSuccess, after.Cycle, after.Run, after.Rhythm = before.LastSuccess, before.Cycle, before.Run, before.Rhythm
		if !reflect.DeepEqual(after, before) {
			t.Errorf("a delivery changed the state\nfrom %+v\nto   %+v", before, after)
		}
		records, err := n.store.Fetches(n.Context(), "a", 1)
		if err != nil || len(records) != 1 {
			t.Fatal(records, err)
		}
		if got := records[0]; counts(got) != "ok new 1 updated 1 unchanged 0" || !got.Delivered || got.Entries != 2 || got.Bytes == 0 || !got.NextDue.Equal(before.NextDue) {
			t.Errorf("recorded as %+v", got)
		}
		if len(n.polled()) != 1 {
			t.Errorf("polled %d times", len(n.polled()))
		}
	})
}

func TestDeliveryIsSignedByAnyMethodOfTheStandard(t *testing.T) {
	inNewsroom(t, func(n *newsroom) {
		n.verified(time.Hour)
		n.run(n.Subscriber().Run)
		secret := n.requests()[0].Secret
		at := 10
		for name, method := range map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "SHA512": sha512.New} {
			for _, right := range []bool{true, false} {
				at++
				body, err := json.Marshal([]nashra.Entry{entry(at, "متن "+name)})
				if err != nil {
					t.Fatal(err)
				}
				sent := bytes.Clone(body)
				if !right {
					sent = bytes.Replace(sent, []byte("متن"), []byte("متم"), 1)
				}
				if err := n.Subscriber().Deliver(n.Context(), "a", nashra.Delivery{Signature: signed(name, method, secret, body), Body: bytes.NewReader(sent)}); err != nil {
					t.Error(err)
				}
				synctest.Wait()
				records, err := n.store.Fetches(n.Context(), "a", 1)
				if err != nil || (records[0].Entries == 1 && records[0].Delivered) != right {
					t.Errorf("%s, right %v: last record %+v, %v", name, right, records, err)
				}
				n.poll()
			}
		}
		if log := n.log.String(); strings.Count(log, "delivery ignored") != 1 {
			t.Errorf("the log is to be told once:\n%s", log)
		}
	})
}

func TestOldDeliveryThatComesAgainUndoesNothing(t *testing.T) {
	inNewsroom(t, func(n *newsroom) {
		n.verified(time.Hour)
		n.run(n.Subscriber().Run)
		n.deliverEntries(entry(1, "الصيغة الثانية"))
		n.deliverEntries(entry(1, "الصيغة الثانية")) // the hub did not hear our answer
		if len(n.polled()) != 1 {
			t.Errorf("a delivery that came twice had the feed polled")
		}
		n.deliverEntries(entry(1, "الصيغة الثالثة"))
		n.replaces(entry(1, "الصيغة الثالثة"))
		n.deliverEntries(entry(1, "الصيغة الثانية"))
		if body := n.bodies(); !strings.Contains(body, "الصيغة الثالثة") {
			t.Errorf("the article is back at %s", body)
		}
		if len(n.polled()) != 2 {
			t.Errorf("polled %d times, want the feed asked for what holds", len(n.polled()))
		}
		for range 10 {
			n.deliverEntries(entry(1, "الصيغة الثانية"))
		}
		if len(n.polled()) != 2 {
			t.Errorf("polled %d times within a moment", len(n.polled()))
		}
		n.wait(2 * time.Minute)
		if len(n.polled()) != 3 {
			t.Errorf("polled %d times after a minute, want once more", len(n.polled()))
		}
	})
}

func TestDeliveriesBeyondTheBoundHaveTheFeedPolled(t *testing.T) {
	inNewsroom(t, func(n *newsroom) {
		n.verified(time.Hour)
		n.run(n.Subscriber().Run)
		n.takes(time.Minute)
		go n.poll() // is in flight while they come
		synctest.Wait()
		n.forget()
		for i := range 8 {
			n.deliverEntries(entry(10+i, "متن"))
			n.publishes(entry(10+i, "متن"))
		}
		n.wait(10 * time.Minute)
		if page, err := n.store.Articles(n.Context(), nashra.Query{Limit: 20}); err != nil || len(page.Records) != 9 {
			t.Errorf("%d articles, %v; want all 9", len(page.Records), err)
		}
		if len(n.polled()) != 1 {
			t.Errorf("polled %d times", len(n.polled()))
		}
		if n.verify(nashra.HubSubscribe, time.Hour); strings.Contains(n.log.String(), "hub did not deliver") {
			t.Error("the hub is blamed for what we could not hold")
		}
	})
}

func TestPausedSourceLeavesItsHubAndTakesNothing(t *testing.T) {
	inNewsroom(t, func(n *newsroom) {
		n.verified(24 * time.Hour)
		n.run(n.Subscriber().Run)
		mark := func(kind nashra.MarkKind) {
			if _, err := n.store.Apply(n.Context(), nashra.Batch{ID: string(kind), At: time.Now(), By: "desk", Marks: []nashra.Mark{{Kind: kind, Source: "a"}}}); err != nil {
				t.Fatal(err)
			}
		}
		mark(nashra.MarkPause)
		cycle := n.state().Cycle
		n.deliverEntries(entry(2, "متن")) // before anybody looked
		if n.state().Cycle != cycle {
			t.Error("a paused source took a delivery")
		}
		n.wait(time.Minute)
		if last := n.requests()[len(n.requests())-1]; len(n.requests()) != 2 || !last.Unsubscribe || last.Hub != theHub {
			t.Errorf("the hub was asked with %+v", last)
		}
		if err := n.deliver([]byte("[]")); !errors.Is(err, nashra.ErrNotFound) {
			t.Errorf("a delivery after the end was taken: %v", err)
		}
		mark(nashra.MarkResume)
		n.wait(time.Minute)
		if last := n.requests()[len(n.requests())-1]; len(n.requests()) != 3 || last.Unsubscribe || last.Secret == n.requests()[0].Secret {
			t.Errorf("the hub was asked with %+v, first with %+v", last, n.requests()[0])
		}
	})
}

// TestNewProcessCatchesUp: what was published while nobody was subscribed is
// found in the turn that the source would have had without its hub.
func TestNewProcessCatchesUp(t *testing.T) {
	for _, down := range []time.Duration{5 * time.Minute, 40 * time.Minute} {
		t.Run(down.String(), func(t *testing.T) {
			inNewsroom(t, func(n *newsroom) {
				n.verified(24 * time.Hour)
				n.run(n.Subscriber().Run, n.Ingester.Run)
				n.wait(10 * time.Hour)
				n.wait(time.Until(n.state().NextDue) + time.Second) // a poll has just been
				n.stop()
				n.publishes(entry(2, "متن"))
				last := n.polled()[len(n.polled())-1]
				time.Sleep(down)
				n.forget()
				n.start()
				n.run(n.Subscriber().Run, n.Ingester.Run)
				n.wait(30 * time.Minute)
				if len(n.polled()) != 1 || n.polled()[0].Sub(last) > max(down, 15*time.Minute)+time.Minute || n.polled()[0].Sub(last) < 15*time.Minute {
					t.Errorf("polled %v, the last process polled at %s", n.polled(), last)
				}
				if log := n.log.String(); strings.Contains(log, "hub did not deliver") {
					t.Errorf("the hub is blamed for what came while we were away:\n%s", log)
				}
			})
		})
	}
}

func TestNothingIsTakenWhileTheProcessStops(t *testing.T) {
	inNewsroom(t, func(n *newsroom) {
		n.verified(time.Hour)
		n.run(n.Subscriber().Run)
		n.stop()
		if err := n.deliver([]byte(`[{"guid":"x"}]`)); err == nil || errors.Is(err, nashra.ErrNotFound) {
			t.Errorf("got %v, want an error that has the hub come again", err)
		}
	})
}

// TestDeliveryForgetsNothingThatWasGivenUp: a delivery shows a part of the feed, so
// that what is not in it may well be in the feed.
func TestDeliveryForgetsNothingThatWasGivenUp(t *testing.T) {
	inNewsroom(t, func(n *newsroom) {
		bare := teaser(7)
		bare.Summary = ""
		n.publishes(bare)
		n.poll()
		n.poll()
		n.poll()
		n.poll()
		before := n.state().GivenUp
		if len(before) != 1 {
			t.Fatalf("given up: %v; owed: %+v", before, n.state().Owed)
		}
		n.verified(time.Hour)
		n.run(n.Subscriber().Run)
		n.deliverEntries(entry(2, "متن"))
		if got := n.state().GivenUp; !reflect.DeepEqual(got, before) {
			t.Errorf("\n got %+v\nwant %+v", got, before)
		}
	})
}
