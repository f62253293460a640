package ingest

import (
	"sync"
	"time"

	"nashra"
)

const (
	// outageRow is how many sources of a large configuration make a row that
	// speaks of our own network; of a small one it is silentPercent of them.
	outageRow = 6

	// outageWithin is how long ago the first of a row may have been asked.
	outageWithin = 5 * time.Minute
)

// outage tells our own network's silence from partners' where sources are asked
// by ones and twos, as the scheduler does once their turns are spread: by
// itself no such round is large enough for a verdict. Rounds in which nobody
// answered are counted together, up to the first answer. On nil nothing is.
type outage struct {
	sources int // that are fetched at all
	now     func() time.Time

	mu   sync.Mutex
	row  map[string]unheard // by source
	down bool               // until somebody answers
}

// unheard is a source that did not answer.
type unheard struct {
	at   time.Time
	host string
}

func newOutage(g *Ingester) *outage {
	return &outage{sources: len(g.cfg.Subscriptions), now: g.now, row: make(map[string]unheard)}
}

// answered ends the row.
func (o *outage) answered() {
	if o == nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	clear(o.row)
	o.down = false
}

// missed adds sub to the row and reports whether the silence is our own, as it
// is where the verdict of its round says so.
func (o *outage) missed(sub nashra.Subscription, verdict bool) (ours bool) {
	if o == nil {
		return verdict
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	now := o.now()
	o.row[sub.ID] = unheard{now, hostOf(sub)}
	hosts := make(map[string]bool)
	for id, m := range o.row {
		if now.Sub(m.at) > outageWithin {
			delete(o.row, id)
			continue
		}
		hosts[m.host] = true
	}
	o.down = o.down || verdict || len(o.row) >= silentSources && len(hosts) >= silentHosts &&
		len(o.row)*100 >= silentPercent*min(o.sources, outageRow)
	return o.down
}
