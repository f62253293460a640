package publisher

import (
	"container/list"
	"sync"
)

const (
	cacheSize     = 24 << 20 // bytes of all that is kept
	entryOverhead = 512      // what an entry costs beside its bytes
)

// variant names a representation: a document's path and how it is encoded.
type variant struct {
	path     string
	encoding encoding
}

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

// get returns what is kept for v, whatever its state, or nil.
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

// put keeps rep in place of what was kept for v, unless that is of a later state
// of the store. What would fill more than a half of the cache is not kept.
func (c *cache) put(v variant, rep *representation) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.entries[v]; e != nil {
		if e.Value.(*cached).rep.seq > rep.seq {
			return
		}
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

// bytes is what all that is kept costs.
func (c *cache) bytes() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.size
}

// drop forgets rep, if it is still what is kept for v.
func (c *cache) drop(v variant, rep *representation) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.entries[v]; e != nil && e.Value.(*cached).rep == rep {
		c.remove(e)
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
