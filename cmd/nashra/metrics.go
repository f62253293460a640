package main

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"nashra/internal/ingest"
	"nashra/publisher"
)

// metrics are what this process counts. They outlast the site in force.
type metrics struct {
	ingest    *ingest.Metrics
	publisher *publisher.Metrics
}

// newMetrics is nil where nobody could ask for them.
func newMetrics(serving bool) *metrics {
	if !serving {
		return nil
	}
	registry := prometheus.NewRegistry()
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "nashra_build_info", Help: "1, with what runs as labels.",
		ConstLabels: prometheus.Labels{"version": release, "commit": commit()},
	})
	build.Set(1)
	registry.MustRegister(build, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return &metrics{ingest: ingest.NewMetrics(registry), publisher: publisher.NewMetrics(registry)}
}

// Stopping reports whether the process takes no more requests.
func (o *owner) Stopping() bool { return o.stopping.Load() }
