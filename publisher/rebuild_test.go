package publisher_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"nashra"
	"nashra/publisher"
)

// gate is a store whose listings can be held back and made to fail.
type gate struct {
	publisher.Reader
	closed  atomic.Bool
	arrived chan struct{} // a value for each listing that is held back
	open    chan error    // lets one through, or fails it
	asked   atomic.Int32
}

func (g *gate) Articles(ctx context.Context, q nashra.Query) (nashra.Page, error) {
	g.asked.Add(1)
	page, err := g.Reader.Articles(ctx, q)
	if g.closed.Load() {
		g.arrived <- struct{}{}
		if err := <-g.open; err != nil {
			return nashra.Page{}, err
		}
	}
	return page, err
}

// newGated is a world with two articles, whose feed was read in all encodings.
func newGated(t *testing.T) (*world, *gate, []string) {
	g := &gate{arrived: make(chan struct{}, 100), open: make(chan error)}
	w := newWorld(t, func(c *publisher.Config) {
		g.Reader = c.Store
		c.Store = g
	})
	w.configure(nile)
	ids := w.fetch("nile", content("الأول", "https://nile.example/1", began), content("الثاني", "https://nile.example/2", began))
	for _, accept := range accepted {
		w.get("/feed.xml", "Accept-Encoding", accept).ok()
	}
	return w, g, ids
}

var accepted = []string{"identity", "gzip", "br"}

// later asks in another goroutine.
func (w *world) later(path, accept string) <-chan response {
	answer := make(chan response, 1)
	go func() {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Accept-Encoding", accept)
		recorder := httptest.NewRecorder()
		w.server.ServeHTTP(recorder, r)
		answer <- response{w.TB, recorder.Code, recorder.Header(), recorder.Body.String(), recorder.Body.Len()}
	}()
	return answer
}

func TestAfterABatchReadersGetTheLastBytesWhileOneRebuilds(t *testing.T) {
	for _, accept := range accepted {
		t.Run(accept, func(t *testing.T) {
			w, g, _ := newGated(t)
			before := w.get("/feed.xml", "Accept-Encoding", accept).ok()
			w.fetch("nile", content("الثالث", "https://nile.example/3", began))
			g.closed.Store(true)
			first := w.later("/feed.xml", accept)
			<-g.arrived
			for range 3 {
				if r := w.get("/feed.xml", "Accept-Encoding", accept).ok(); r.header.Get("ETag") != before.header.Get("ETag") {
					t.Error("another reader does not get the last bytes")
				}
			}
			g.closed.Store(false)
			g.open <- nil
			if r := <-first; r.status != 200 || r.header.Get("ETag") == before.header.Get("ETag") {
				t.Errorf("the one who rebuilt got %d and %s", r.status, r.header.Get("ETag"))
			}
			if r := w.get("/feed.xml", "Accept-Encoding", accept).ok(); !strings.Contains(r.body, "الثالث") {
				t.Error("the next reader does not see the new article")
			}
		})
	}
}

func TestAfterAMarkNobodyGetsTheLastBytes(t *testing.T) {
	changes := map[string]func(w *world, id string){
		"a mark": func(w *world, id string) { w.mark(nashra.Mark{Kind: nashra.MarkHide, Article: id}) },
		"a removal": func(w *world, id string) {
			w.apply(nashra.Batch{By: "desk", Removes: []nashra.Remove{{Article: id, Reason: "test"}}})
		},
		"the end of the rights": func(w *world, _ string) {
			src := nile
			src.Rights.Until = began.Add(-time.Hour)
			w.configure(src)
		},
	}
	for name, change := range changes {
		for _, accept := range accepted {
			t.Run(name+" "+accept, func(t *testing.T) {
				w, g, ids := newGated(t)
				before := w.get("/feed.xml", "Accept-Encoding", accept).ok().header.Get("ETag")
				// A rebuilding for an ordinary batch is under way, and has read
				// the store already, when the article is taken back.
				w.fetch("nile", content("الثالث", "https://nile.example/3", began))
				g.closed.Store(true)
				early := w.later("/feed.xml", accept)
				<-g.arrived
				g.closed.Store(false)
				change(w, ids[0])
				answers := []<-chan response{w.later("/feed.xml", accept), w.later("/feed.xml", accept)}
				for _, answer := range answers {
					if r := <-answer; r.status != 200 || r.header.Get("ETag") == before {
						t.Errorf("status %d, the bytes of before: %v", r.status, r.header.Get("ETag") == before)
					}
				}
				g.open <- nil
				<-early
				if r := w.get("/feed.xml", "Accept-Encoding", accept).ok(); strings.Contains(r.body, ids[0]) {
					t.Error("the rebuilding that had begun before took the place of the newer one")
				}
			})
		}
	}
}

func TestAColdFeedIsRenderedOnce(t *testing.T) {
	w, g, _ := newGated(t)
	w.mark(nashra.Mark{Kind: nashra.MarkPause, Source: "nile"}) // what is kept cannot be used
	g.asked.Store(0)
	g.closed.Store(true)
	var answers []<-chan response
	for i := range 30 {
		answers = append(answers, w.later("/feed.xml", accepted[i%3]))
	}
	<-g.arrived
	g.closed.Store(false)
	g.open <- nil
	for _, answer := range answers {
		if r := <-answer; r.status != 200 {
			t.Errorf("status %d", r.status)
		}
	}
	if got := g.asked.Load(); got != 1 {
		t.Errorf("rendered %d times", got)
	}
}

func TestAFailedRebuildingLeavesNoOldBytes(t *testing.T) {
	for _, accept := range accepted {
		w, g, _ := newGated(t)
		w.fetch("nile", content("الثالث", "https://nile.example/3", began))
		g.closed.Store(true)
		for range 2 {
			answer := w.later("/feed.xml", accept)
			<-g.arrived
			g.open <- errors.New("the disk is gone")
			if r := <-answer; r.status != http.StatusInternalServerError {
				t.Errorf("%s: status %d, want 500", accept, r.status)
			}
		}
		g.closed.Store(false)
		if r := w.get("/feed.xml", "Accept-Encoding", accept).ok(); !strings.Contains(r.body, "الثالث") {
			t.Errorf("%s: the feed is not the present one", accept)
		}
	}
}

func TestWhileBatchFollowsBatchFewReadersWait(t *testing.T) {
	w, g, _ := newGated(t)
	g.asked.Store(0)
	batch := func(n int) {
		w.fetch("nile", content(fmt.Sprint("خبر ", n), fmt.Sprint("https://nile.example/more/", n), began))
		w.get("/feed.xml").ok()
	}
	for n := range 20 {
		batch(n)
	}
	if got := g.asked.Load(); got < 2 || got > 5 {
		t.Errorf("rendered %d times for 20 batches in a moment", got)
	}
	w.now = w.now.Add(2 * time.Second)
	if !strings.Contains(w.get("/feed.xml").ok().body, "خبر 19") {
		t.Error("two seconds later it still has the bytes of before")
	}
	// Nobody waits for a turn after a mark.
	for n := range 6 {
		batch(100 + n)
	}
	page, err := w.store.Articles(t.Context(), nashra.Query{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	id := page.Records[0].Article.ID
	w.mark(nashra.Mark{Kind: nashra.MarkHide, Article: id})
	if r := w.get("/feed.xml").ok(); strings.Contains(r.body, id) {
		t.Error("after a mark a reader got the bytes of before")
	}
}
