package publisher_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"nashra"
	"nashra/publisher"
)

// subscriber stands in for who subscribes: it knows the source "known" alone, and notes what it is told.
type subscriber struct {
	verified  []nashra.Verification
	delivered []string
	fails     error
	begun     chan struct{} // nil: a delivery waits for nobody
	goOn      chan struct{}
}

func (s *subscriber) Verify(_ context.Context, source string, v nashra.Verification) error {
	if source != "known" {
		return fmt.Errorf("verify: %w", nashra.ErrNotFound)
	}
	s.verified = append(s.verified, v)
	return s.fails
}

func (s *subscriber) Deliver(_ context.Context, source string, d nashra.Delivery) error {
	if s.begun != nil {
		s.begun <- struct{}{}
		<-s.goOn
	}
	if source != "known" {
		return fmt.Errorf("deliver: %w", nashra.ErrNotFound)
	}
	body, err := io.ReadAll(d.Body)
	if err != nil {
		return fmt.Errorf("deliver: %w", err)
	}
	s.delivered = append(s.delivered, d.ContentType+" "+d.Signature+" "+string(body))
	return s.fails
}

func withHubs(s *subscriber) func(*publisher.Config) {
	return func(c *publisher.Config) { c.WebSub = publisher.WebSub{Subscriber: s, MaxBody: 100 << 10} }
}

func (w *world) hub(method, target, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/atom+xml")
	r.Header.Set("X-Hub-Signature", "sha256=00")
	recorder := httptest.NewRecorder()
	w.server.ServeHTTP(recorder, r)
	return recorder
}

func TestCallbackAnswersHubs(t *testing.T) {
	const question = "?hub.mode=subscribe&hub.topic=https%3A%2F%2Fa.example%2Ffeed%3Fx%3D1&hub.challenge=a%26b&hub.lease_seconds="
	verification := nashra.Verification{Mode: "subscribe", Topic: "https://a.example/feed?x=1"}
	leased := func(d time.Duration) *nashra.Verification {
		v := verification
		v.Lease = d
		return &v
	}
	tests := []struct {
		name, method, target, body string
		fails                      error
		status                     int
		answer                     string
		told                       *nashra.Verification
		delivered                  string
	}{
		{"a verification", "GET", "/websub/known" + question + "3600", "", nil, 200, "a&b", leased(time.Hour), ""},
		{"of an absurd lease", "GET", "/websub/known" + question + "99999999999999999999", "", nil, 200, "a&b", leased(0), ""},
		{"of a negative lease", "GET", "/websub/known" + question + "-5", "", nil, 200, "a&b", leased(0), ""},
		{"of no lease", "GET", "/websub/known" + question, "", nil, 200, "a&b", leased(0), ""},
		{"that is refused", "GET", "/websub/known" + question, "", nashra.ErrNotFound, 404, "", leased(0), ""},
		{"of another source", "GET", "/websub/unknown" + question, "", nil, 404, "", nil, ""},
		{"without a challenge", "GET", "/websub/known?hub.mode=subscribe&hub.topic=x", "", nil, 404, "", nil, ""},
		{"a denial", "GET", "/websub/known?hub.mode=denied&hub.topic=x&hub.reason=no", "", nil, 200, "", &nashra.Verification{Mode: "denied", Topic: "x", Reason: "no"}, ""},
		{"asked by HEAD", "HEAD", "/websub/known" + question, "", nil, 405, "", nil, ""},
		{"a delivery", "POST", "/websub/known", "<feed/>", nil, 202, "", nil, "application/atom+xml sha256=00 <feed/>"},
		{"an empty one", "POST", "/websub/known", "", nil, 202, "", nil, "application/atom+xml sha256=00 "},
		{"one of the largest size", "POST", "/websub/known", strings.Repeat("x", 100<<10), nil, 202, "", nil, "application/atom+xml sha256=00 " + strings.Repeat("x", 100<<10)},
		{"a larger one", "POST", "/websub/known", strings.Repeat("x", 100<<10+1), nil, 413, "", nil, ""},
		{"without a subscription", "POST", "/websub/unknown", "<feed/>", nil, 410, "", nil, ""},
		{"that cannot be taken now", "POST", "/websub/known", "<feed/>", errors.New("stopping"), 503, "", nil, "application/atom+xml sha256=00 <feed/>"},
		{"another method", "PUT", "/websub/known", "<feed/>", nil, 405, "", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &subscriber{fails: tt.fails}
			got := newWorld(t, withHubs(s)).hub(tt.method, tt.target, tt.body)
			if got.Code != tt.status || got.Body.String() != tt.answer {
				t.Errorf("status %d, body %q; want %d, %q", got.Code, got.Body, tt.status, tt.answer)
			}
			if kind := got.Header().Get("Content-Type"); kind != "text/plain; charset=utf-8" || got.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("header %v", got.Header())
			}
			if tt.told == nil && len(s.verified) > 0 || tt.told != nil && (len(s.verified) != 1 || s.verified[0] != *tt.told) {
				t.Errorf("told %+v, want %+v", s.verified, tt.told)
			}
			if strings.Join(s.delivered, "") != tt.delivered {
				t.Errorf("delivered %.200q, want %.200q", s.delivered, tt.delivered)
			}
		})
	}
}

func TestWithoutASubscriberThereIsNoCallback(t *testing.T) {
	w := newWorld(t)
	for _, method := range []string{"GET", "POST"} {
		if got := w.hub(method, "/websub/known?hub.mode=subscribe&hub.topic=x&hub.challenge=y", ""); got.Code != http.StatusNotFound {
			t.Errorf("%s: status %d", method, got.Code)
		}
	}
}

// TestADeliveryOfUnknownLengthIsBounded: it says how long it is only by ending.
func TestADeliveryOfUnknownLengthIsBounded(t *testing.T) {
	s := &subscriber{}
	server := httptest.NewServer(newWorld(t, withHubs(s)).server)
	defer server.Close()
	resp, err := http.Post(server.URL+"/websub/known", "text/xml", io.MultiReader(strings.NewReader(strings.Repeat("x", 200<<10))))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusRequestEntityTooLarge || len(s.delivered) > 0 {
		t.Errorf("status %d, delivered %d", resp.StatusCode, len(s.delivered))
	}
}

func TestFewDeliveriesAreReadAtOnce(t *testing.T) {
	s := &subscriber{begun: make(chan struct{}), goOn: make(chan struct{})}
	w := newWorld(t, withHubs(s))
	done := make(chan int, 8)
	for range cap(done) {
		go func() { done <- w.hub("POST", "/websub/unknown", "").Code }()
		<-s.begun
	}
	got := w.hub("POST", "/websub/known", "<feed/>")
	if got.Code != http.StatusServiceUnavailable || got.Header().Get("Retry-After") == "" {
		t.Errorf("the ninth was answered %d, %v", got.Code, got.Header())
	}
	close(s.goOn)
	for range cap(done) {
		<-done
	}
	s.begun = nil
	if got := w.hub("POST", "/websub/known", "<feed/>"); got.Code != http.StatusAccepted {
		t.Errorf("afterwards one was answered %d", got.Code)
	}
}
