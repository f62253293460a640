package alert_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http/httptest"
	"net/mail"
	"net/textproto"
	"path/filepath"
	"strings"
	"testing"

	"nashra"
	"nashra/internal/alert"
)

// mailServer speaks as much of SMTP (RFC 5321) as a message needs.
type mailServer struct {
	address string
	roots   *x509.CertPool
	cert    tls.Certificate
	refuses string          // a command that it answers with 550
	unknown string          // a recipient that it does not take
	offers  []string        // extensions
	got     chan mailObject // what it took
}

type mailObject struct {
	from, auth string
	to         []string
	encrypted  bool
	data       string
}

func newMailServer(t *testing.T, offers ...string) *mailServer {
	t.Helper()
	web := httptest.NewTLSServer(nil) // for its certificate
	web.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	s := &mailServer{address: l.Addr().String(), cert: web.TLS.Certificates[0], roots: x509.NewCertPool(), offers: offers, got: make(chan mailObject, 4)}
	s.roots.AddCert(web.Certificate())
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.speak(conn)
		}
	}()
	return s
}

func (s *mailServer) speak(conn net.Conn) {
	defer conn.Close()
	var o mailObject
	text := textproto.NewReader(bufio.NewReader(conn))
	say := func(line string) { fmt.Fprint(conn, line+"\r\n") }
	say("220 mail.example ready")
	for {
		line, err := text.ReadLine()
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(line, " ")
		switch {
		case s.refuses != "" && verb == s.refuses:
			say("550 5.7.1 not from you")
		case verb == "EHLO":
			lines := append([]string{"mail.example"}, s.offers...)
			for i, l := range lines {
				sep := "-"
				if i == len(lines)-1 {
					sep = " "
				}
				say("250" + sep + l)
			}
		case verb == "STARTTLS":
			say("220 go on")
			secure := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{s.cert}})
			conn, text, o.encrypted = secure, textproto.NewReader(bufio.NewReader(secure)), true
		case verb == "AUTH":
			o.auth = rest
			say("235 welcome")
		case verb == "MAIL":
			o.from = rest
			say("250 ok")
		case verb == "RCPT" && s.unknown != "" && strings.Contains(rest, s.unknown):
			say("550 5.1.1 nobody here")
		case verb == "RCPT":
			o.to = append(o.to, rest)
			say("250 ok")
		case verb == "DATA":
			say("354 go on")
			data, err := text.ReadDotBytes()
			if err != nil {
				return
			}
			o.data = string(data)
			s.got <- o
			say("250 taken")
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("502 what?")
		}
	}
}

func TestMailArrives(t *testing.T) {
	tests := []struct {
		name      string
		offers    []string
		user      string
		encrypted bool
	}{
		{"a relay on this machine", nil, "", false},
		{"with encryption and a password", []string{"STARTTLS", "AUTH PLAIN", "8BITMIME"}, "desk", true},
		{"a password to this machine itself", []string{"AUTH PLAIN"}, "desk", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newMailServer(t, tt.offers...)
			a := alert.New(alert.Config{
				Site: alert.Site{Name: "مصر اليوم", URL: "https://site.example"}, After: 3, RootCAs: s.roots,
				Mail: &alert.Mail{Server: s.address, From: "نشرة <nashra@site.example>", To: []string{"desk@site.example", "night@site.example"}, User: tt.user, Password: "geheim"},
			}, filepath.Join(t.TempDir(), "told"))
			if err := a.Look(t.Context(), alert.View{Sources: []nashra.SourceStatus{source("a", 3)}}, noon); err != nil {
				t.Fatal(err)
			}
			got := <-s.got
			if !strings.HasPrefix(got.from, "FROM:<nashra@site.example>") || len(got.to) != 2 || got.to[1] != "TO:<night@site.example>" || got.encrypted != tt.encrypted {
				t.Errorf("envelope %+v", got)
			}
			if auth := "PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00desk\x00geheim")); tt.user != "" && got.auth != auth {
				t.Errorf("authenticated by %q, want %q", got.auth, auth)
			}
			m, err := mail.ReadMessage(strings.NewReader(got.data))
			if err != nil {
				t.Fatal(err)
			}
			subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
			if err != nil || !strings.HasPrefix(subject, "nashra: جريدة a (a) failed 3 times") {
				t.Errorf("subject %q, %v", subject, err)
			}
			from, err := m.Header.AddressList("From")
			if err != nil || from[0].Name != "نشرة" {
				t.Errorf("from %v, %v", from, err)
			}
			if date, err := m.Header.Date(); err != nil || !date.Equal(noon) || m.Header.Get("Message-Id") == "" || m.Header.Get("Auto-Submitted") != "auto-generated" {
				t.Errorf("header %v, %v", m.Header, err)
			}
			body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
			if err != nil || !strings.Contains(string(body), "جريدة a (a) failed 3 times in a row") || !strings.Contains(string(body), "https://a.example/feed") || !strings.Contains(string(body), "مصر اليوم") {
				t.Errorf("body %q, %v", body, err)
			}
			if strings.Contains(got.data, "geheim") {
				t.Error("a secret is in the message")
			}
			for line := range strings.Lines(got.data) {
				if len(line) > 998 {
					t.Errorf("a line of %d bytes", len(line))
				}
			}
		})
	}
}

func TestOneRefusedRecipientKeepsNobodyElseFromBeingTold(t *testing.T) {
	s := newMailServer(t)
	s.unknown = "night@site.example"
	a := alert.New(alert.Config{
		After: 3, Mail: &alert.Mail{Server: s.address, From: "nashra@site.example", To: []string{"night@site.example", "desk@site.example"}},
	}, filepath.Join(t.TempDir(), "told"))
	view := alert.View{Sources: []nashra.SourceStatus{source("a", 3)}}
	for range 2 { // the second look tells nothing again
		if err := a.Look(t.Context(), view, noon); err != nil {
			t.Fatal(err)
		}
	}
	got := <-s.got
	if len(got.to) != 1 || !strings.Contains(got.to[0], "desk@") {
		t.Errorf("delivered to %q", got.to)
	}
	_, body, _ := strings.Cut(got.data, "\n\n")
	text, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(body)))
	if err != nil || !strings.Contains(string(text), "refused this message to night@site.example") {
		t.Errorf("the message does not say who did not get it: %s, %v", text, err)
	}
	if len(s.got) != 0 {
		t.Error("it was told twice")
	}
}

func TestMailThatIsRefusedIsAnError(t *testing.T) {
	for _, verb := range []string{"MAIL", "RCPT", "DATA", "AUTH"} {
		s := newMailServer(t, "AUTH PLAIN")
		s.refuses = verb
		a := alert.New(alert.Config{
			After: 3, Mail: &alert.Mail{Server: s.address, From: "nashra@site.example", To: []string{"desk@site.example"}, User: "desk", Password: "geheim"},
		}, filepath.Join(t.TempDir(), "told"))
		err := a.Look(t.Context(), alert.View{Sources: []nashra.SourceStatus{source("a", 3)}}, noon)
		if err == nil || !strings.Contains(err.Error(), "not from you") || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s refused: %v", verb, err)
		}
	}
	without := alert.New(alert.Config{
		After: 3, Mail: &alert.Mail{Server: newMailServer(t, "AUTH PLAIN").address, From: "nashra@site.example", To: []string{"desk@site.example"}, User: "desk"},
	}, filepath.Join(t.TempDir(), "told"))
	if err := without.Look(t.Context(), alert.View{Sources: []nashra.SourceStatus{source("a", 3)}}, noon); err == nil || !strings.Contains(err.Error(), "NASHRA_SMTP_PASSWORD") {
		t.Errorf("a user without a password: %v", err)
	}
	// A certificate of nobody's keeps the password from being told.
	s := newMailServer(t, "STARTTLS", "AUTH PLAIN")
	a := alert.New(alert.Config{
		After: 3, Mail: &alert.Mail{Server: s.address, From: "nashra@site.example", To: []string{"desk@site.example"}, User: "desk", Password: "geheim"},
	}, filepath.Join(t.TempDir(), "told"))
	if err := a.Look(t.Context(), alert.View{Sources: []nashra.SourceStatus{source("a", 3)}}, noon); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a foreign certificate: %v", err)
	}
}
