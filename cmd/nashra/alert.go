package main

import (
	"context"
	"time"

	"nashra/internal/alert"
	"nashra/internal/config"
	"nashra/internal/ingest"
)

// alertEvery is how often a process that serves looks for what the operator
// must be told. Where no alerts are configured it does not look at all.
const alertEvery = 15 * time.Second

// newAlerter tells what cfg says. What was told lies beside the store.
func newAlerter(cfg *config.Config) *alert.Alerter {
	c := alert.Config{
		Site: alert.Site{Name: cfg.Site.Name, URL: cfg.Site.URL}, After: cfg.Alerts.After,
		Webhook: cfg.Alerts.Webhook, Command: cfg.Alerts.Command, RootCAs: cfg.Fetch.RootCAs,
	}
	if m := cfg.Alerts.Email; m != nil {
		c.Mail = &alert.Mail{Server: m.Server, From: m.From, To: m.To, User: m.User, Password: m.Password}
	}
	return alert.New(c, cfg.Store+".alerts")
}

// alertOn tells the operator what there is to tell, until ctx ends. It has a
// goroutine of its own: no cycle waits for a mail server.
func (o *owner) alertOn(ctx context.Context) {
	ticker := time.NewTicker(alertEvery)
	defer ticker.Stop()
	for {
		if err := o.alert(ctx); err != nil && ctx.Err() == nil {
			o.options.logger.Error("alert not delivered", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-o.cycled:
		case <-ticker.C:
		}
	}
}

// finished has the next look come at once.
func (o *owner) finished() {
	select {
	case o.cycled <- struct{}{}:
	default:
	}
}

func (o *owner) alert(ctx context.Context) error {
	now := o.inForce.Load()
	if !now.alerter.Tells() {
		return nil
	}
	sources, _, err := o.Sources(ctx)
	if err != nil {
		return err
	}
	network := now.ingester.Network()
	return now.alerter.Look(ctx, alert.View{
		Sources: sources, NetworkDown: network == ingest.NetworkDown, NetworkUp: network == ingest.NetworkUp,
	}, time.Now())
}
