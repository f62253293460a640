package publisher

import (
	"container/list"
	"sync"
	"time"
)

const (
	cacheSize     = 24 << 20 // bytes of all that is kept
	entryOverhead = 512      // what an entry costs beside its bytes
)

// representation is one rendering of one path in one encoding.
type representation struct {
	body        []byte
	contentType string
	encoding    string // "" or "gzip"
	robots      string // X-Robots-Tag; "": none
	etag        string // strong
	modified    time.Time
	made        string // etag of the identity form that an encoded form was made from

	seq   uint64    // of the store when it was rendered
	until time.Time // from then on it is out of date by itself; zero: never
}

// fresh reports whether r may still be sent. A mark, a removal and a change of
// rights each move the store's seq, so they show at once.
func (r *representation) fresh(seq uint64, now time.Time) bool {
	return r.seq == seq && (r.until.IsZero() || now.Before(r.until))
}

// variant names a representation.
type variant struct{ path, encoding string }

// cache keeps the representations used last, up to a number of bytes.
type cache struct {
	limit int64

	mu      sync.Mutex
	size    int64
	order   *list.List // of *cached, used last first
	entries map[variant]*list.Element
}

type cached struct {
	variant variant
	rep     *representation
}

func newCache(limit int64) *cache {
	return &cache{limit: limit, order: list.New(), entries: map[variant]*list.Element{}}
}

// get returns what is kept for v, fresh or not, or nil.
func (c *cache) get(v variant) *representation {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.entries[v]
	if e == nil {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*cached).rep
}

// put keeps rep in place of what was kept for v. What would fill more than a
// half of the cache is not kept.
func (c *cache) put(v variant, rep *representation) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.entries[v]; e != nil {
		c.remove(e)
	}
	if cost(v, rep) > c.limit/2 {
		return
	}
	c.entries[v] = c.order.PushFront(&cached{v, rep})
	c.size += cost(v, rep)
	for c.size > c.limit {
		c.remove(c.order.Back())
	}
}

// remove is called with mu held.
func (c *cache) remove(e *list.Element) {
	entry := c.order.Remove(e).(*cached)
	delete(c.entries, entry.variant)
	c.size -= cost(entry.variant, entry.rep)
}

func cost(v variant, r *representation) int64 {
	return int64(len(v.path)+len(r.body)) + entryOverhead
}
