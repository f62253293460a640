package fetcher

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"

	"nashra"
)

// ErrRobots: a host's robots.txt asks us not to read a page.
var ErrRobots = errors.New("not allowed by robots.txt")

// ErrNotPage: what a partner links to is no web page but a document, a film, a
// picture.
var ErrNotPage = errors.New("not a web page")

// StatusError is an answer of the partner's that is no feed and no page: a
// status of 400 and above, or one that makes no sense here.
type StatusError struct {
	Status     int
	RetryAfter time.Time // with 429 and 503: when the partner wants to be asked again, a day from now at most; zero: it did not say
}

// Error is a sentence that an editor understands.
func (e *StatusError) Error() string {
	s := statusSentence(e.Status) + " (HTTP " + strconv.Itoa(e.Status) + ")"
	if !e.RetryAfter.IsZero() {
		s += ", and wants to be asked again after " + e.RetryAfter.UTC().Format("2006-01-02 15:04 MST")
	}
	return s
}

func statusSentence(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "the partner asks for a name and a password"
	case http.StatusForbidden:
		return "the partner's server does not let us in"
	case http.StatusNotFound:
		return "the partner's server knows nothing at this address"
	case http.StatusProxyAuthRequired:
		return "the outbound proxy asks for a password"
	case http.StatusGone:
		return "the partner says that this is gone for good"
	case http.StatusUnavailableForLegalReasons:
		return "the partner may not show this for legal reasons"
	case http.StatusTooManyRequests:
		return "the partner says that we ask too often"
	case http.StatusServiceUnavailable:
		return "the partner's server is overloaded or under repair"
	case http.StatusNotModified:
		return "the partner's server says that nothing changed, though we did not ask since when"
	}
	switch status / 100 {
	case 3:
		return "the partner's server redirects us and does not say where to"
	case 4:
		return "the partner's server refuses our request"
	case 5:
		return "the partner's server has a fault"
	}
	return "the partner's server gives an answer that we cannot use"
}

func (c *Client) statusError(resp *http.Response) error {
	drain(resp.Body)
	e := &StatusError{Status: resp.StatusCode}
	if resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusServiceUnavailable {
		e.RetryAfter = retryAfter(resp.Header.Get("Retry-After"), c.now())
	}
	return e
}

// retryAfter reads a Retry-After field, seconds or a date (RFC 9110, section
// 10.2.3). It is zero for none, for what cannot be read and for the past.
func retryAfter(value string, now time.Time) time.Time {
	value = strings.TrimSpace(value)
	latest := now.Add(maxRetryAfter)
	at, ok := httpDate(value, now)
	if !ok {
		seconds, err := strconv.ParseFloat(value, 64)
		switch {
		case err != nil || !(seconds > 0):
			return time.Time{}
		case seconds >= maxRetryAfter.Seconds():
			return latest.UTC()
		}
		at = now.Add(time.Duration(seconds * float64(time.Second)))
	}
	switch {
	case !at.After(now):
		return time.Time{}
	case at.After(latest):
		at = latest
	}
	return at.UTC()
}

// told is an error by its sentence alone. The network's own words, which name
// sockets and system calls, stay behind it for errors.Is and errors.As.
type told struct {
	trouble  nashra.Trouble
	sentence string
	cause    error
}

func (t *told) Error() string { return t.sentence }
func (t *told) Unwrap() error { return t.cause }

func tell(trouble nashra.Trouble, cause error, format string, args ...any) error {
	return &told{trouble, fmt.Sprintf(format, args...), cause}
}

// TroubleOf is the kind of an error of a Client's; "" where there is none to
// it, as where a status tells.
func TroubleOf(err error) nashra.Trouble {
	var said *told
	switch {
	case errors.As(err, &said):
		return said.trouble
	case errors.Is(err, nashra.ErrForbiddenAddress):
		return nashra.TroubleForbidden
	case errors.Is(err, nashra.ErrNotFeed):
		return nashra.TroubleNotFeed
	case errors.Is(err, nashra.ErrTooLarge):
		return nashra.TroubleTooLarge
	}
	return ""
}

// explain makes a sentence for an editor of what went wrong on the way. ctx is
// the caller's: its end is passed on as it is. Nothing in it holds a URL with
// credentials, since u has none and transports name none.
func explain(ctx context.Context, err error, u *url.URL, timeout time.Duration) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	host := u.Host
	var (
		said  *told
		dns   *net.DNSError
		op    *net.OpError
		timed net.Error
	)
	switch {
	case errors.Is(err, nashra.ErrForbiddenAddress):
		if err = innermost(err); strings.HasPrefix(err.Error(), u.Hostname()+" ") {
			return err // the host is the address
		}
		return fmt.Errorf("%s: %w", u.Hostname(), err)
	case errors.Is(err, nashra.ErrTooLarge), errors.As(err, &said):
		return err
	case errors.As(err, &op) && op.Op == "proxyconnect":
		return tell(nashra.TroubleProxy, err, "the outbound proxy cannot be reached; fetch.proxy or HTTPS_PROXY names it")
	case errors.Is(err, context.DeadlineExceeded):
		return tell(nashra.TroubleTimeout, context.DeadlineExceeded, "%s gave no whole answer within %s", host, timeout)
	case errors.As(err, &dns) && dns.IsNotFound:
		return tell(nashra.TroubleNoHost, err, "there is no host %s", u.Hostname())
	case errors.As(err, &dns):
		return tell(nashra.TroubleNoHost, err, "the address of %s cannot be found out: %s", u.Hostname(), dns.Err)
	case errors.Is(err, syscall.ECONNREFUSED):
		return tell(nashra.TroubleUnreachable, err, "nothing listens at %s", host)
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return tell(nashra.TroubleUnreachable, err, "there is no way from here to %s", host)
	case errors.Is(err, errCutShort):
		return tell(nashra.TroubleBroken, err, "the transfer was cut short%s", cutBy(err))
	case errors.As(err, &timed) && timed.Timeout():
		return tell(nashra.TroubleTimeout, err, "%s gave no answer in time", host)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return tell(nashra.TroubleBroken, err, "%s closed the connection without an answer", host)
	}
	if said := encryption(err, host); said != "" {
		return tell(nashra.TroubleEncryption, err, "%s", said)
	}
	words := strings.TrimPrefix(err.Error(), "net/http: HTTP/1.x transport connection broken: ")
	if strings.HasPrefix(words, "malformed ") {
		return tell(nashra.TroubleBroken, err, "%s does not answer in HTTP", host)
	}
	return tell(nashra.TroubleBroken, err, "%s gave no usable answer: %s", host, clip(words))
}

// cutBy says what ended a transfer, "" where it is only that it ended.
func cutBy(err error) string {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return ""
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return ": the partner's server broke the connection"
	case errors.As(err, &corrupt), errors.Is(err, gzip.ErrChecksum):
		return ": its compressed bytes are damaged"
	}
	return ": " + clip(strings.TrimPrefix(err.Error(), errCutShort.Error()+": "))
}

// came says how many entries of a broken feed are there all the same.
func came(entries int) string {
	if entries == 1 {
		return "1 entry came whole"
	}
	return fmt.Sprintf("%d entries came whole", entries)
}

// encryption says what is wrong with the certificate or the encryption of
// host, "" where err is of neither.
func encryption(err error, host string) string {
	var (
		authority x509.UnknownAuthorityError
		hostname  x509.HostnameError
		invalid   x509.CertificateInvalidError
		record    tls.RecordHeaderError
		alert     tls.AlertError
	)
	switch {
	case errors.As(err, &authority):
		return fmt.Sprintf("the certificate of %s is signed by an authority that is not known here; fetch.ca_file adds one", host)
	case errors.As(err, &hostname):
		return fmt.Sprintf("the certificate of %s is not valid: it was given to another host", host)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Sprintf("the certificate of %s is not valid: it has expired or has not begun", host)
	case errors.As(err, &invalid):
		return fmt.Sprintf("the certificate of %s is not valid: %v", host, invalid)
	case errors.As(err, &record):
		return fmt.Sprintf("%s does not speak https on this port", host)
	case errors.As(err, &alert), strings.Contains(err.Error(), "tls: "):
		return fmt.Sprintf("no encrypted connection to %s could be agreed on: %s", host, clip(err.Error()))
	}
	return ""
}

// innermost strips the dialer's words from an error of the guard, which says
// everything itself.
func innermost(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}

// quote repeats a little of a partner's text inside a sentence of ours.
func quote(s string) string {
	return "“" + clip(s) + "”"
}

// clip is s on one line and not longer than maxQuoted characters.
func clip(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) { // C1 too: terminals obey them as they do ESC [
			return -1
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > maxQuoted {
		return string(runes[:maxQuoted]) + "…"
	}
	return s
}
