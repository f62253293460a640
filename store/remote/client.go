package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"time"

	"nashra"
)

// Client makes calls to the owner of a store. It may be used from several
// goroutines.
type Client struct {
	path    string
	self    Hello
	owner   Hello
	silence time.Duration
}

// Dialer dials with other limits than Dial.
type Dialer struct {
	// Silence is how long the owner may give no sign of life. Zero: 10 s.
	Silence time.Duration
}

// Dial finds the owner that listens at path and exchanges hello lines with it.
// Errors wrap ErrNotListening, ErrEnded, ErrSilent or ErrProtocol where that is
// the reason. ctx bounds the dialling only.
func Dial(ctx context.Context, path string, self Hello) (*Client, error) {
	return Dialer{}.Dial(ctx, path, self)
}

// Dial is like the function Dial.
func (d Dialer) Dial(ctx context.Context, path string, self Hello) (*Client, error) {
	if err := checkPath(path); err != nil {
		return nil, err
	}
	if self.Protocol == 0 {
		self.Protocol = Protocol
	}
	c := &Client{path: path, self: self, silence: d.Silence}
	if c.silence <= 0 {
		c.silence = defaultSilence
	}
	var err error
	if c.owner, err = c.exchange(ctx, callHello, nil, io.Discard, nil); err != nil {
		return nil, err
	}
	return c, nil
}

// Owner is what the owner said of itself as it was dialled.
func (c *Client) Owner() Hello { return c.owner }

// Close ends nothing: every call has a connection of its own. It is there so
// that a client can stand where a store does.
func (c *Client) Close() error { return nil }

// call makes one call. Data goes to w, reports go to report.
func (c *Client) call(ctx context.Context, call string, args any, w io.Writer, report func(nashra.Fetch)) error {
	_, err := c.exchange(ctx, call, args, w, report)
	return err
}

func (c *Client) exchange(ctx context.Context, call string, args any, w io.Writer, report func(nashra.Fetch)) (Hello, error) {
	req, err := encodeRequest(call, args)
	if err != nil {
		return Hello{}, err
	}
	conn, err := c.connect(ctx)
	if err != nil {
		return Hello{}, err
	}
	defer conn.Close() // the answer has been read, or nobody wants it
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()

	owner, err := c.greet(conn)
	if err == nil {
		err = c.converse(conn, req, w, report)
	}
	if ctx.Err() != nil && !isAnswer(err) {
		err = fmt.Errorf("%s: %w", call, ctx.Err())
	}
	return owner, err
}

// isAnswer reports whether a call ended by the owner's word, be it an error.
func isAnswer(err error) bool {
	if err == nil {
		return true
	}
	answer := (*ownersError)(nil)
	return errors.As(err, &answer)
}

func encodeRequest(call string, args any) ([]byte, error) {
	req := request{Call: call}
	if raw, ok := args.(json.RawMessage); ok {
		req.Args = raw
	} else if args != nil {
		data, err := json.Marshal(args)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", call, err)
		}
		req.Args = data
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false) // the escapes would push a full batch over its limit
	if err := enc.Encode(req); err != nil {
		return nil, fmt.Errorf("%s: %w", call, err)
	}
	data := buf.Bytes()
	if len(data) > maxRequest {
		return nil, fmt.Errorf("%s: a request of %d bytes, at most %d: %w", call, len(data), maxRequest, nashra.ErrTooLarge)
	}
	return data, nil
}

func (c *Client) connect(ctx context.Context) (net.Conn, error) {
	dialer := net.Dialer{Timeout: c.silence}
	conn, err := dialer.DialContext(ctx, "unix", c.path)
	switch {
	case err == nil:
		return conn, nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("dial the owner of the store: %w", ctx.Err())
	case errors.Is(err, syscall.ENOENT), errors.Is(err, syscall.ECONNREFUSED):
		return nil, fmt.Errorf("%w at %q; it is starting, stopping or was killed: try again", ErrNotListening, c.path)
	case errors.Is(err, os.ErrPermission):
		return nil, fmt.Errorf("dial the owner of the store: %w; run this as the user that runs nashra serve", err)
	}
	return nil, fmt.Errorf("dial the owner of the store: %w", err)
}

// greet exchanges hello lines.
func (c *Client) greet(conn net.Conn) (Hello, error) {
	if err := conn.SetDeadline(time.Now().Add(c.silence)); err != nil {
		return Hello{}, err
	}
	if err := writeJSON(conn, kindHello, c.self); err != nil {
		return Hello{}, c.lost(err)
	}
	var owner Hello
	if err := readJSON(conn, kindHello, maxHello, &owner); err != nil {
		return Hello{}, c.lost(err)
	}
	if owner.Protocol != c.self.Protocol {
		return owner, fmt.Errorf("%w: process %d (build %s) speaks protocol %d, this program (build %s) protocol %d; use the owner's build or stop it",
			ErrProtocol, owner.PID, owner.Build, owner.Protocol, c.self.Build, c.self.Protocol)
	}
	return owner, nil
}

// converse sends the request and reads the answer to its end.
func (c *Client) converse(conn net.Conn, req []byte, w io.Writer, report func(nashra.Fetch)) error {
	if err := conn.SetWriteDeadline(time.Now().Add(c.silence)); err != nil {
		return err
	}
	if err := writeFrame(conn, kindRequest, req); err != nil {
		return c.lost(err)
	}
	for {
		if err := conn.SetReadDeadline(time.Now().Add(c.silence)); err != nil {
			return c.lost(err)
		}
		kind, payload, err := readFrame(conn, maxFrame)
		if err != nil {
			return c.lost(err)
		}
		switch kind {
		case kindAlive:
		case kindData:
			if _, err := w.Write(payload); err != nil {
				return err
			}
		case kindReport:
			var f nashra.Fetch
			if err := json.Unmarshal(payload, &f); err != nil {
				return c.lost(fmt.Errorf("%w: %w", errFrame, err))
			}
			if report != nil {
				report(f)
			}
		case kindEnd:
			var end ending
			if err := json.Unmarshal(payload, &end); err != nil {
				return c.lost(fmt.Errorf("%w: %w", errFrame, err))
			}
			if err := end.err(); !errors.Is(err, ErrEnded) {
				return err
			}
			return c.ended()
		default:
			return c.lost(fmt.Errorf("%w: a frame of kind %q", errFrame, kind))
		}
	}
}

// lost says what it means that the connection ended without an answer.
func (c *Client) lost(err error) error {
	owner := "it"
	if c.owner.PID != 0 {
		owner = fmt.Sprintf("process %d", c.owner.PID)
	}
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("%w: no sign of life from %s for %v; if it hangs, stop it", ErrSilent, owner, c.silence)
	case errors.Is(err, errFrame):
		return fmt.Errorf("what listens at %q is no nashra that owns a store: %w", c.path, err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.EPIPE), errors.Is(err, syscall.ECONNRESET):
		return c.ended()
	}
	return fmt.Errorf("ask the owner of the store: %w", err)
}

func (c *Client) ended() error {
	hint := "; whether the call was done is unknown, so make it again"
	if c.owner.PID == 0 {
		return fmt.Errorf("%w%s", ErrEnded, hint)
	}
	return fmt.Errorf("%w (process %d)%s", ErrEnded, c.owner.PID, hint)
}
