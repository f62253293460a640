package ingest

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"

	"nashra"
)

// Metrics are counted by all Ingesters of a process, one after the other. A nil
// one counts nothing.
type Metrics struct {
	cycles   *prometheus.CounterVec
	fetches  *prometheus.CounterVec
	duration prometheus.Histogram
	bytes    prometheus.Counter
	articles *prometheus.CounterVec
	waiting  prometheus.Gauge
	running  prometheus.Gauge
}

// How a cycle ends.
const (
	cycleWhole   = "whole"   // with a record of its fetch, whatever came of it
	cycleNetwork = "network" // our own network was down, and nothing counts
	cycleFailed  = "failed"  // the store did not take it, or it was interrupted
)

// NewMetrics registers metrics of cycles.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := &Metrics{
		cycles: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "nashra_cycles_total", Help: "Cycles of one source that ended, by how: whole, network (ours was down) or failed.",
		}, []string{"result"}),
		fetches: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "nashra_fetches_total", Help: "Fetches recorded, by outcome.",
		}, []string{"outcome"}),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "nashra_fetch_duration_seconds", Help: "Time from asking a partner to the last article of the cycle.",
			Buckets: []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600},
		}),
		bytes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "nashra_feed_bytes_total", Help: "Bytes of feeds read, decompressed.",
		}),
		articles: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "nashra_articles_total", Help: "Entries of whole cycles, by what they were: new, updated or unchanged.",
		}, []string{"change"}),
		waiting: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "nashra_fetches_waiting", Help: "Sources that wait for their turn to be asked.",
		}),
		running: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "nashra_fetches_running", Help: "Sources that are being fetched.",
		}),
	}
	for _, outcome := range []nashra.Outcome{nashra.OutcomeOK, nashra.OutcomeNotModified, nashra.OutcomeFailed, nashra.OutcomeGone, nashra.OutcomeThrottled} {
		m.fetches.WithLabelValues(string(outcome))
	}
	for _, result := range []string{cycleWhole, cycleNetwork, cycleFailed} {
		m.cycles.WithLabelValues(result)
	}
	registry.MustRegister(m.cycles, m.fetches, m.duration, m.bytes, m.articles, m.waiting, m.running)
	return m
}

// fetched counts what a fetch came to. A paused source was not asked.
func (m *Metrics) fetched(f nashra.Fetch) {
	if m == nil || f.Outcome == nashra.OutcomePaused {
		return
	}
	m.fetches.WithLabelValues(string(f.Outcome)).Inc()
	m.duration.Observe(f.Duration.Seconds())
	m.bytes.Add(float64(f.Bytes))
	m.articles.WithLabelValues("new").Add(float64(f.New))
	m.articles.WithLabelValues("updated").Add(float64(f.Updated))
	m.articles.WithLabelValues("unchanged").Add(float64(f.Unchanged))
}

// ended counts a cycle. One of a paused source, or of one whose turn has passed,
// was none.
func (m *Metrics) ended(fetch *nashra.Fetch, err error) {
	switch {
	case m == nil:
	case err == nil && (fetch == nil || fetch.Outcome == nashra.OutcomePaused):
	case err == nil:
		m.cycles.WithLabelValues(cycleWhole).Inc()
	case errors.Is(err, nashra.ErrNetwork):
		m.cycles.WithLabelValues(cycleNetwork).Inc()
	default:
		m.cycles.WithLabelValues(cycleFailed).Inc()
	}
}

// waits counts a source that waits for a lane, until entered is called.
func (m *Metrics) waits() (entered func()) {
	if m == nil {
		return func() {}
	}
	m.waiting.Inc()
	return m.waiting.Dec
}

// runs counts a source that is in a lane, until left is called.
func (m *Metrics) runs() (left func()) {
	if m == nil {
		return func() {}
	}
	m.running.Inc()
	return m.running.Dec
}
