package publisher

import (
	"fmt"
	"testing"
	"time"
)

// The cache cannot be seen from outside: what it loses is rendered again.

func TestTheCacheStaysWithinItsBytes(t *testing.T) {
	c := newCache(10_000)
	for i := range 100 {
		c.put(variant{path: fmt.Sprint("/", i)}, sized(500))
		if c.size > 10_000 {
			t.Fatalf("%d bytes after %d entries", c.size, i+1)
		}
	}
	if c.get(variant{path: "/99"}) == nil || c.get(variant{path: "/0"}) != nil {
		t.Error("what was used last went, or what was used first stayed")
	}
	if len(c.entries) != c.order.Len() || len(c.entries) == 0 {
		t.Errorf("%d entries, %d in order", len(c.entries), c.order.Len())
	}
}

func TestTheCacheKeepsWhatIsUsed(t *testing.T) {
	c := newCache(10_000)
	c.put(variant{path: "/used"}, sized(500))
	for i := range 100 {
		c.put(variant{path: fmt.Sprint("/", i)}, sized(500))
		if c.get(variant{path: "/used"}) == nil {
			t.Fatalf("gone after %d others", i+1)
		}
	}
}

func TestTheCacheReplaces(t *testing.T) {
	c := newCache(10_000)
	v := variant{"/", gzipped}
	for i := range 50 {
		c.put(v, sized(i))
	}
	if got := c.get(v); len(got.body) != 49 || c.size != cost(v, got) || len(c.entries) != 1 {
		t.Errorf("%d bytes in %d entries", c.size, len(c.entries))
	}
}

func TestTheCacheDoesNotKeepWhatWouldFillIt(t *testing.T) {
	c := newCache(10_000)
	c.put(variant{path: "/small"}, sized(500))
	c.put(variant{path: "/big"}, sized(9_000))
	if c.get(variant{path: "/big"}) != nil || c.get(variant{path: "/small"}) == nil {
		t.Error("a big one is kept in place of others")
	}
}

func TestTheCacheKeepsTheLaterState(t *testing.T) {
	c := newCache(10_000)
	v := variant{path: "/"}
	late, early := sized(10), sized(10)
	late.seq, early.seq = 8, 7
	c.put(v, late)
	c.put(v, early)
	if c.get(v) != late {
		t.Error("what took longer to render took the place of what is newer")
	}
	c.drop(v, early)
	if c.get(v) != late {
		t.Error("another one than was meant is dropped")
	}
	if c.drop(v, late); c.get(v) != nil || c.size != 0 {
		t.Errorf("it is not dropped, or %d bytes of it", c.size)
	}
}

func sized(n int) *representation { return &representation{document: document{body: make([]byte, n)}} }

func TestHowLongARepresentationHolds(t *testing.T) {
	at := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	const seq, recall = 9, 7
	tests := []struct {
		name          string
		seq           uint64
		until         time.Time
		fresh, usable bool
	}{
		{"the same state", 9, time.Time{}, true, true},
		{"a batch later", 8, time.Time{}, false, true},
		{"of the batch that took back", 7, time.Time{}, false, true},
		{"after a batch that took back", 6, time.Time{}, false, false},
		{"before the rights end", 9, at.Add(1), true, true},
		{"when the rights end", 9, at, false, false},
	}
	for _, tt := range tests {
		rep := &representation{document: document{until: tt.until}, seq: tt.seq}
		if rep.fresh(seq, at) != tt.fresh || rep.usable(recall, at) != tt.usable {
			t.Errorf("%s: fresh %v, usable %v", tt.name, rep.fresh(seq, at), rep.usable(recall, at))
		}
	}
}
