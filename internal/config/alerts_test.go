package config_test

import (
	"slices"
	"strings"
	"testing"
)

const withAlerts = `site: {name: أ, url: "http://site.example"}
alerts:
  %s
sources:
  - {id: a, name: أ, feed: "http://a.example/feed"}
`

func TestAlertsAreRead(t *testing.T) {
	c, err := load(t, strings.Replace(withAlerts, "%s", `webhook: https://hooks.example/x
  command: [/usr/local/bin/tell, --loud]
  email: {server: "mail.example:587", from: "نشرة <n@site.example>", to: [desk@site.example], user: desk}`, 1),
		map[string]string{"NASHRA_SMTP_PASSWORD": "geheim"})
	if err != nil {
		t.Fatal(err)
	}
	a := c.Alerts
	if a.After != 5 || a.Webhook != "https://hooks.example/x" || !slices.Equal(a.Command, []string{"/usr/local/bin/tell", "--loud"}) {
		t.Errorf("got %+v", a)
	}
	if m := a.Email; m == nil || m.Server != "mail.example:587" || m.Password != "geheim" || !slices.Equal(m.To, []string{"desk@site.example"}) {
		t.Errorf("got %+v", m)
	}
	c, err = load(t, strings.Replace(withAlerts, "%s", "after: 3", 1), map[string]string{"NASHRA_ALERT_WEBHOOK": "https://hooks.example/geheim"})
	if err != nil || c.Alerts.After != 3 || c.Alerts.Webhook != "https://hooks.example/geheim" || c.Alerts.Email != nil {
		t.Errorf("got %+v, %v", c, err)
	}
}

func TestWrongAlertsAreProblems(t *testing.T) {
	for in, want := range map[string]string{
		"after: 0":           "alerts.after: want a whole number",
		"webhook: ftp://x":   "alerts.webhook: ",
		"webhook_file: none": "alerts.webhook_file: ",
		"command: tell":      "alerts.command: want a list",
		"mail: {}":           "alerts.mail: unknown key",
		"email: {from: a@b}": "alerts.email.server: missing",
		"email: {server: \"x:25\", from: b, to: [a@b]}":                  "alerts.email.from: ",
		"email: {server: x, from: a@b, to: [a@b]}":                       "alerts.email.server: ",
		"email: {server: \"x:25\", from: a@b}":                           "alerts.email.to: missing",
		"email: {server: \"x:25\", from: a@b, to: [nobody]}":             "alerts.email.to[0]: ",
		"email: {server: \"x:25\", from: a@b, to: [a@b], password: geh}": "alerts.email.password: secrets are never",
	} {
		got := strings.Join(problems(t, strings.Replace(withAlerts, "%s", in, 1)), "\n")
		if !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
	}
}
