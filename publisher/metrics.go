package publisher

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// collectTimeout bounds what a scrape asks of the store.
const collectTimeout = 5 * time.Second

// Metrics are counted by all Servers of a process, one after the other.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec // by route of routes.go and status: both are few
	duration prometheus.Histogram
	cached   *prometheus.CounterVec
}

// What the cache gave.
const (
	cacheHit   = "hit"   // the bytes as they are now
	cacheStale = "stale" // the last ones, while somebody rebuilds them
	cacheMiss  = "miss"
)

// NewMetrics registers metrics in registry, which /metrics shows then, with all
// else that is registered there.
func NewMetrics(registry *prometheus.Registry) *Metrics {
	m := &Metrics{
		registry: registry,
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "nashra_http_requests_total", Help: "Requests answered, by route and status.",
		}, []string{"route", "code"}),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "nashra_http_request_duration_seconds", Help: "Time from a request's headers to the end of its answer.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 60},
		}),
		cached: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "nashra_cache_requests_total", Help: "Feeds and pages asked of the cache of rendered bytes, by what it gave: hit, stale or miss.",
		}, []string{"result"}),
	}
	for _, result := range []string{cacheHit, cacheStale, cacheMiss} {
		m.cached.WithLabelValues(result)
	}
	registry.MustRegister(m.requests, m.duration, m.cached)
	return m
}

// metrics serves /metrics: what the process counts, and how its store fares.
func (s *Server) metrics() handler {
	gauges := prometheus.NewRegistry()
	gauges.MustRegister(gaugesOf{s})
	h := promhttp.HandlerFor(prometheus.Gatherers{s.counted.registry, gauges}, promhttp.HandlerOpts{
		ErrorLog: gatherLog{s}, ErrorHandling: promhttp.ContinueOnError, // one part that fails must not hide the others
	})
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Cache-Control", "no-store")
		h.ServeHTTP(w, r)
		return nil
	}
}

// gatherLog tells the log what could not be gathered.
type gatherLog struct{ *Server }

func (g gatherLog) Println(v ...any) {
	for _, said := range v {
		if err, ok := said.(error); ok {
			g.log.Error("metrics not gathered", "err", err)
		}
	}
}

// gaugesOf are read at the moment of a scrape.
type gaugesOf struct{ *Server }

func gauge(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("nashra_"+name, help, labels, nil)
}

var (
	gaugeSources     = gauge("sources", "Configured sources by state; each is in one: ok, failing, silent, paused or new.", "state")
	gaugeItems       = gauge("items", "Items stored, hidden ones included.")
	gaugeLastFetch   = gauge("last_fetch_timestamp_seconds", "When a source was last fetched, whatever came of it; 0: never.")
	gaugeLastSuccess = gauge("last_success_timestamp_seconds", "When a source was last fetched with success; 0: never.")
	gaugeOverdue     = gauge("overdue_seconds", "For how long the source that has waited longest has been due.")
	gaugeStore       = gauge("store_size_bytes", "Size of the store's file.")
	gaugeFree        = gauge("disk_free_bytes", "What the store's disk has left.")
	gaugeDisk        = gauge("disk_size_bytes", "Size of the store's disk.")
	gaugeCache       = gauge("cache_bytes", "Rendered bytes kept in memory.")
)

// Describe is prometheus.Collector's.
func (g gaugesOf) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		gaugeSources, gaugeItems, gaugeLastFetch, gaugeLastSuccess, gaugeOverdue, gaugeStore, gaugeFree, gaugeDisk, gaugeCache,
	} {
		out <- d
	}
}

// Collect is prometheus.Collector's.
func (g gaugesOf) Collect(out chan<- prometheus.Metric) {
	set := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	ctx, cancel := context.WithTimeout(context.Background(), collectTimeout)
	defer cancel()
	set(gaugeCache, float64(g.cache.bytes()))
	if f, err := g.fares(ctx); err != nil {
		out <- prometheus.NewInvalidMetric(gaugeSources, err)
	} else {
		for state, n := range f.Sources.byState() {
			set(gaugeSources, float64(n), state)
		}
		set(gaugeItems, float64(f.Items))
		set(gaugeLastFetch, seconds(f.LastFetch))
		set(gaugeLastSuccess, seconds(f.LastSuccess))
		set(gaugeOverdue, float64(f.Overdue))
	}
	if g.vitals == nil {
		return
	}
	room, err := g.vitals.Room()
	if err != nil {
		out <- prometheus.NewInvalidMetric(gaugeStore, err)
		return
	}
	set(gaugeStore, float64(room.File))
	set(gaugeFree, float64(room.Free))
	set(gaugeDisk, float64(room.Disk))
}

func seconds(t *time.Time) float64 {
	if t == nil {
		return 0
	}
	return float64(t.Unix())
}
