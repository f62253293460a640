package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"nashra"
)

// Config says what a Server serves.
type Config struct {
	// Store is the store that this process owns.
	Store Store

	// Cycler runs the cycles that clients ask for. Nil: this owner fetches
	// nothing and says so.
	Cycler Cycler

	// Searcher finds articles by their words. Nil: this owner has no index and
	// says so.
	Searcher Searcher

	// Reloader reads the configuration again. Nil: this owner keeps its own
	// to its end and says so.
	Reloader Reloader

	// Hello is what clients learn of this process, with the configuration that
	// it starts with; SetConfig tells them of another.
	Hello Hello

	// Logger hears of clients that do not keep to the protocol. Nil: nobody.
	Logger *slog.Logger

	// Heartbeat is the time between two signs of life during a call. Zero: 2 s.
	Heartbeat time.Duration
}

// Server answers the calls of other processes.
type Server struct {
	config Config
	log    *slog.Logger
	digest atomic.Pointer[string] // of the configuration in force
}

// NewServer makes a server of c.
func NewServer(c Config) *Server {
	if c.Hello.Protocol == 0 {
		c.Hello.Protocol = Protocol
	}
	if c.Heartbeat <= 0 {
		c.Heartbeat = defaultHeartbeat
	}
	s := &Server{config: c, log: c.Logger}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.SetConfig(c.Hello.Config)
	return s
}

// SetConfig changes the digest of the configuration that clients are told.
func (s *Server) SetConfig(digest string) { s.digest.Store(&digest) }

// Serve answers calls that come in on ln until ctx ends; then it closes ln,
// cancels the calls under way, waits for them and returns nil. Their
// connections are closed two seconds later at the latest.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(ctx, func() { ln.Close() })
	defer stop()
	defer ln.Close() // waits where it is being closed: the socket's name must not go when the next owner has made it anew
	var calls sync.WaitGroup
	defer calls.Wait()
	defer cancel()

	slots := make(chan struct{}, maxCalls)
	for {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return nil
		}
		conn, err := ln.Accept()
		if ctx.Err() != nil {
			if err == nil {
				conn.Close() // it came too late
			}
			return nil
		}
		if isPassing(err) {
			<-slots
			s.log.Warn("call for the store not accepted", "err", err)
			select {
			case <-time.After(s.config.Heartbeat):
			case <-ctx.Done():
			}
			continue
		}
		if err != nil {
			return errors.Join(fmt.Errorf("accept a call for the store: %w", err), ln.Close())
		}
		calls.Go(func() {
			defer func() { <-slots }()
			s.serve(ctx, conn)
		})
	}
}

// isPassing reports whether accepting may go well a moment later: there are
// no file descriptors left, or the client has gone already.
func isPassing(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) || errors.Is(err, syscall.ECONNABORTED)
}

// serve answers the one call of a connection.
func (s *Server) serve(ctx context.Context, conn net.Conn) {
	defer conn.Close() // the answer was written, or nobody reads it
	callCtx, cancel := context.WithCancel(ctx)
	defer cancel()
	r, err := s.receive(ctx, conn)
	if err != nil {
		if !errors.Is(err, ErrProtocol) && ctx.Err() == nil {
			s.log.Warn("unusable call for the store", "err", err)
		}
		return
	}
	a := &answering{cancel: cancel, conn: conn}
	var helpers sync.WaitGroup
	helpers.Go(func() { a.watch(callCtx) })
	helpers.Go(func() { a.beat(callCtx, s.config.Heartbeat) })

	err = s.answer(callCtx, r, a, a.report)
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		err = ErrEnded // to the client a cancelled call would look as if itself had been stopped
	}
	a.end(err)
	cancel()
	conn.Close() // ends watch
	helpers.Wait()
}

// receive reads the client's hello and its request.
func (s *Server) receive(ctx context.Context, conn net.Conn) (request, error) {
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	if err := conn.SetDeadline(time.Now().Add(helloTime)); err != nil {
		return request{}, err
	}
	var client Hello
	if err := readJSON(conn, kindHello, maxHello, &client); err != nil {
		return request{}, err
	}
	hello := s.config.Hello
	hello.Config = *s.digest.Load()
	if err := writeJSON(conn, kindHello, hello); err != nil {
		return request{}, err
	}
	if client.Protocol != s.config.Hello.Protocol {
		return request{}, fmt.Errorf("%w: a client of build %s", ErrProtocol, client.Build)
	}
	var r request
	if err := readJSON(conn, kindRequest, maxRequest, &r); err != nil {
		return request{}, err
	}
	return r, conn.SetDeadline(time.Time{})
}

// answering is the server's side of a call under way. Its Write sends data.
type answering struct {
	cancel context.CancelFunc // of the call
	conn   net.Conn

	mu sync.Mutex // frames go out one by one
}

// watch cancels the call when its client goes away: the client has nothing
// more to say, so whatever can be read is its end. When ctx ends first, the
// call has a moment to send its own end.
func (a *answering) watch(ctx context.Context) {
	stop := context.AfterFunc(ctx, func() {
		_ = a.conn.SetReadDeadline(time.Now().Add(graceTime)) // fails where it is closed already
	})
	defer stop()
	var b [1]byte
	_, _ = a.conn.Read(b[:]) // any outcome is the end
	a.cancel()
	a.conn.Close() // frees a write that nobody takes
}

// beat gives signs of life.
func (a *answering) beat(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if a.frame(kindAlive, nil) != nil {
				a.cancel()
				return
			}
		}
	}
}

// Write sends a piece of the result.
func (a *answering) Write(p []byte) (int, error) {
	for sent := 0; sent < len(p); {
		n := min(len(p)-sent, maxFrame)
		if err := a.frame(kindData, p[sent:sent+n]); err != nil {
			return sent, err
		}
		sent += n
	}
	return len(p), nil
}

func (a *answering) report(f nashra.Fetch) {
	data, err := json.Marshal(f)
	if err == nil && len(data) > maxFrame {
		f.Warnings = nil // all that has no bound; the store has them
		data, err = json.Marshal(f)
	}
	if err == nil {
		err = a.frame(kindReport, data)
	}
	if err != nil {
		a.cancel() // the client is gone, and with it the reason for this cycle
	}
}

func (a *answering) end(err error) {
	data, marshalErr := json.Marshal(endingOf(err))
	if marshalErr != nil || len(data) > maxFrame {
		data = []byte(`{"error":"the answer cannot be told"}`)
	}
	_ = a.frame(kindEnd, data) // nobody is left to tell
}

func (a *answering) frame(kind byte, payload []byte) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.conn.SetWriteDeadline(time.Now().Add(stallTime)); err != nil {
		return err
	}
	return writeFrame(a.conn, kind, payload)
}
