package config

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strings"
)

// alerts reads the block alerts.
func (l *loader) alerts(s *section) Alerts {
	v := Alerts{
		After: s.integer("after", defaultAfter, 1, 10000), Webhook: s.text("webhook", ""), Email: l.email(s.sub("email")),
	}
	s.checked("webhook", v.Webhook, checkWebhook)
	if secret := s.secret("webhook_file", "the webhook's address", "NASHRA_ALERT_WEBHOOK"); secret != "" {
		if v.Webhook != "" {
			s.reportAt("webhook", "webhook_file or NASHRA_ALERT_WEBHOOK gives the address too; keep one of them")
		}
		v.Webhook = secret
		if err := checkWebhook(secret); err != nil {
			s.reportAt("webhook_file", "what the file or NASHRA_ALERT_WEBHOOK holds is no address of a webhook; want http or https and a host")
		}
	}
	s.texts("command", func(part string, _ func(string, ...any)) { v.Command = append(v.Command, part) })
	s.done()
	return v
}

// email reads the block alerts.email; nil: it is left out.
func (l *loader) email(s *section) *Email {
	if len(s.pairs) == 0 {
		return nil
	}
	v := &Email{Server: s.required("server"), From: s.required("from"), User: s.text("user", "")}
	s.checked("server", v.Server, checkServer)
	s.checked("from", v.From, checkMailbox)
	s.texts("to", func(to string, report func(string, ...any)) {
		if err := checkMailbox(to); err != nil {
			report("%v", err)
		}
		v.To = append(v.To, to)
	})
	if s.raw("to") == nil {
		s.reportAt("to", "missing; want a list of addresses")
	}
	// A password may be missing: most commands tell nobody anything, and run where
	// the service's secrets are not.
	v.Password = s.secret("password_file", "the password", "NASHRA_SMTP_PASSWORD")
	if s.raw("password") != nil {
		s.reportAt("password", "secrets are never in this file; use NASHRA_SMTP_PASSWORD or password_file")
	}
	s.done()
	return v
}

// secret is what a variable of the environment holds, else the one line of the
// file that a key names; "": neither.
func (s *section) secret(name, what, variable string) string {
	fromFile := s.secretFile(name, what)
	if v := s.env(variable); v != "" {
		return v
	}
	return fromFile
}

func checkWebhook(v string) error {
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return fmt.Errorf("%q is no address of a webhook; want http or https and a host", v)
	}
	return nil
}

func checkServer(v string) error {
	host, port, err := net.SplitHostPort(v)
	if err != nil || host == "" || port == "" {
		return fmt.Errorf("%q is no mail server; want host:port, such as mail.example:587", v)
	}
	if _, err := net.LookupPort("tcp", port); err != nil {
		return fmt.Errorf("%q is no port", port)
	}
	return nil
}

func checkMailbox(v string) error {
	if _, err := mail.ParseAddress(v); err != nil {
		return fmt.Errorf("%q is no e-mail address", v)
	}
	if strings.ContainsAny(v, "\r\n") {
		return errors.New("an address has one line")
	}
	return nil
}
