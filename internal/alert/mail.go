package alert

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/smtp"
	"net/url"
	"strings"
	"time"
)

// Mail is how e-mail is sent: by a server for submission (RFC 6409), which is
// given the message and delivers it.
type Mail struct {
	Server   string // host:port; encrypted from the first byte on port 465, else by STARTTLS where it is offered
	From     string // address, with a name or without (RFC 5322)
	To       []string
	User     string // "": none; else the connection must be encrypted, or the server on this machine
	Password string
}

type mailer struct {
	Mail
	site  Site
	roots *x509.CertPool
}

func (m *mailer) deliver(ctx context.Context, message Message) error {
	if err := m.send(ctx, message); err != nil {
		return fmt.Errorf("mail by %s: %w", m.Server, cmp.Or(ctx.Err(), err))
	}
	return nil
}

func (m *mailer) send(ctx context.Context, message Message) error {
	host, port, err := net.SplitHostPort(m.Server)
	if err != nil {
		return err
	}
	from, err := mail.ParseAddress(m.From)
	if err != nil {
		return err
	}
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", m.Server)
	if err != nil {
		return err
	}
	defer conn.Close() // quit has closed it, or nothing can be done about it
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return err
		}
	}
	// A deadline knows nothing of an interruption.
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	encryption := &tls.Config{ServerName: host, RootCAs: m.roots, MinVersion: tls.VersionTLS12}
	if port == "465" { // RFC 8314, section 3.3
		conn = tls.Client(conn, encryption)
	}
	client, err := smtp.NewClient(conn, host)
	if err != nil {
		return err
	}
	if err := client.Hello(m.helo()); err != nil {
		return err
	}
	if offered, _ := client.Extension("STARTTLS"); offered && port != "465" {
		if err := client.StartTLS(encryption); err != nil {
			return err
		}
	}
	if m.User != "" {
		if m.Password == "" {
			return fmt.Errorf("user %q has no password; set NASHRA_SMTP_PASSWORD or alerts.email.password_file", m.User)
		}
		if err := client.Auth(smtp.PlainAuth("", m.User, m.Password, host)); err != nil {
			return err
		}
	}
	if err := client.Mail(from.Address); err != nil {
		return err
	}
	var refused []error
	for _, to := range m.To {
		address, err := mail.ParseAddress(to)
		if err == nil {
			err = client.Rcpt(address.Address)
		}
		if err != nil {
			refused = append(refused, fmt.Errorf("to %s: %w", to, err))
		}
	}
	if len(refused) == len(m.To) {
		return errors.Join(refused...)
	}
	body, err := client.Data()
	if err != nil {
		return err
	}
	_, err = body.Write(m.compose(from, message, refused))
	if err := errors.Join(err, body.Close()); err != nil {
		return err
	}
	// The server has taken it; how it says goodbye makes no difference.
	_ = client.Quit()
	return nil
}

// helo is the name of this machine as far as it is of use: that of the site.
func (m *mailer) helo() string {
	if u, err := url.Parse(m.site.URL); err == nil && net.ParseIP(u.Hostname()) == nil && isASCII(u.Hostname()) && u.Hostname() != "" {
		return u.Hostname()
	}
	return "localhost"
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 0x7e || r <= ' ' })
}

// compose is the message as RFC 5322 and MIME have it. Auto-Submitted keeps
// holiday notes from answering it (RFC 3834). Who gets it reads who does not.
func (m *mailer) compose(from *mail.Address, message Message, refused []error) []byte {
	subject := "nashra: " + message.Alerts[0].Text
	if n := len(message.Alerts); n > 1 {
		subject = fmt.Sprintf("nashra: %d alerts of %s", n, m.site.Name)
	}
	var to []string
	for _, address := range m.To {
		if a, err := mail.ParseAddress(address); err == nil {
			to = append(to, a.String())
		}
	}
	var b bytes.Buffer
	domain := from.Address[strings.LastIndexByte(from.Address, '@')+1:]
	for _, field := range [][2]string{
		{"From", from.String()}, {"To", strings.Join(to, ", ")},
		{"Subject", mime.BEncoding.Encode("utf-8", clip(subject))},
		{"Date", message.At.Format(time.RFC1123Z)}, {"Message-ID", "<" + rand.Text() + "@" + domain + ">"},
		{"Auto-Submitted", "auto-generated"}, {"MIME-Version", "1.0"},
		{"Content-Type", "text/plain; charset=utf-8"}, {"Content-Transfer-Encoding", "quoted-printable"},
	} {
		fmt.Fprintf(&b, "%s: %s\r\n", field[0], field[1])
	}
	b.WriteString("\r\n")
	w := quotedprintable.NewWriter(&b)
	fmt.Fprintf(w, "%s\r\n\r\n", strings.ReplaceAll(message.Text, "\n", "\r\n\r\n"))
	for _, a := range message.Alerts {
		if a.Feed != "" {
			fmt.Fprintf(w, "%s: %s\r\n", a.Source, a.Feed)
		}
	}
	for _, err := range refused {
		fmt.Fprintf(w, "\r\nthe mail server refused this message %s\r\n", clip(err.Error()))
	}
	fmt.Fprintf(w, "\r\n-- \r\n%s\r\n%s\r\n", m.site.Name, m.site.URL)
	_ = w.Close() // into memory
	return b.Bytes()
}

// clip bounds a subject, in characters, on one line.
func clip(s string) string {
	const most = 150
	runes := []rune(strings.Join(strings.Fields(s), " "))
	if len(runes) > most {
		runes = append(runes[:most], '…')
	}
	return string(runes)
}
