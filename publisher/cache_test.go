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
		c.put(variant{path: fmt.Sprint("/", i)}, &representation{body: make([]byte, 500)})
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
	c.put(variant{path: "/used"}, &representation{body: make([]byte, 500)})
	for i := range 100 {
		c.put(variant{path: fmt.Sprint("/", i)}, &representation{body: make([]byte, 500)})
		if c.get(variant{path: "/used"}) == nil {
			t.Fatalf("gone after %d others", i+1)
		}
	}
}

func TestTheCacheReplaces(t *testing.T) {
	c := newCache(10_000)
	v := variant{"/", "gzip"}
	for i := range 50 {
		c.put(v, &representation{body: make([]byte, i)})
	}
	if got := c.get(v); len(got.body) != 49 || c.size != cost(v, got) || len(c.entries) != 1 {
		t.Errorf("%d bytes in %d entries", c.size, len(c.entries))
	}
}

func TestTheCacheDoesNotKeepWhatWouldFillIt(t *testing.T) {
	c := newCache(10_000)
	c.put(variant{path: "/small"}, &representation{body: make([]byte, 500)})
	c.put(variant{path: "/big"}, &representation{body: make([]byte, 9_000)})
	if c.get(variant{path: "/big"}) != nil || c.get(variant{path: "/small"}) == nil {
		t.Error("a big one is kept in place of others")
	}
}

func TestARepresentationIsFreshUntilSomethingChanges(t *testing.T) {
	at := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	tests := []struct {
		name string
		rep  representation
		want bool
	}{
		{"the same state", representation{seq: 7}, true},
		{"a batch later", representation{seq: 6}, false},
		{"before the rights end", representation{seq: 7, until: at.Add(1)}, true},
		{"when the rights end", representation{seq: 7, until: at}, false},
	}
	for _, tt := range tests {
		if got := tt.rep.fresh(7, at); got != tt.want {
			t.Errorf("%s: fresh is %v", tt.name, got)
		}
	}
}
